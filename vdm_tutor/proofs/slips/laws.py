"""Mistakes in laws, averages over them, sums over steps and indices."""

import ast

from vdm_tutor.proofs.slips.terms import is_op, joined
from vdm_tutor.proofs.tree import around_the_bar, call, called, same


def parts_of(node: ast.AST, laws: tuple[str, ...] = ("p", "q")) -> tuple[list[ast.expr], list[ast.expr]] | None:
    """What a law p(a | b) or q(a | b) is of, and what stands behind its bar; None where there is no bar."""
    parts = around_the_bar(node) if called(node) in laws else ([], [])
    return parts if parts[1] else None


def law(name: str, of: list[ast.expr], given: list[ast.expr]) -> ast.expr:
    if not given:
        return call(name, *of)
    return call(name, *of[:-1], joined(of[-1], ast.BitOr, given[0]), *given[1:])


def condition_dropped(node):
    """Each of them."""
    of, given = parts_of(node) or ([], [])
    return [law(called(node), of, given[:i] + given[i + 1 :]) for i in range(len(given))]


def condition_reversed(node):
    """p(a | b) as p(b | a)."""
    of, given = parts_of(node) or ([], [])
    return [law(called(node), given[:1], [*of, *given[1:]])] if len(of) == 1 else []


def start_added(node):
    """Also given x_0."""
    of, given = parts_of(node) or ([], [])
    start = ast.Subscript(ast.Name("x", ast.Load()), ast.Constant(0), ast.Load())
    return [] if not of or any(same(part, start) for part in of + given) else [law(called(node), of, [*given, start])]


def joint_for_conditional(node):
    """p(a | b) as p(a, b)."""
    parts = parts_of(node)
    return [call(called(node), *parts[0], *parts[1])] if parts else []


def conditional_for_joint(node):
    """p(a, b) as p(a | b) and as p(b | a)."""
    if called(node) not in ("p", "q") or len(node.args) != 2 or parts_of(node):
        return []
    a, b = node.args
    return [law(called(node), [a], [b]), law(called(node), [b], [a])]


def marginal_for_joint(node):
    """p(a, b) as p(a) and as p(b)."""
    lone = called(node) in ("p", "q") and len(node.args) == 2 and not parts_of(node)
    return [call(called(node), each) for each in node.args] if lone else []


def prior_for_encoder(node):
    """q(a | b) as p(a)."""
    of, _ = parts_of(node, ("q",)) or ([], [])
    return [law("p", of, [])] if of else []


def path_for_step(node):
    """x[T] as x[1:T]."""
    last = isinstance(node, ast.Subscript) and getattr(node.slice, "id", "") == "T"
    path = ast.Slice(ast.Constant(1), ast.Name("T", ast.Load()))
    return [ast.Subscript(node.value, path, ast.Load())] if last else []


def step_for_path(node):
    """x[1:T] as x[T] and as x[1]."""
    path = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)
    return [ast.Subscript(node.value, end, ast.Load()) for end in (node.slice.upper, node.slice.lower)] if path else []


def jump_for_step(node):
    """q(x[t] | x[t-1]) as q(x[t] | x[0]), q(z[t] | z[t-1]) as q(z[t] | x)."""
    of, given = parts_of(node) or ([], [])
    if len(of) != 1 or len(given) != 1 or not isinstance(of[0], ast.Subscript) or not is_step(given[0]):
        return []
    hidden = getattr(of[0].value, "id", "") == "z"
    start = ast.Name("x", ast.Load()) if hidden else ast.Subscript(of[0].value, ast.Constant(0), ast.Load())
    return [law(called(node), of, [start])]


def step_for_jump(node):
    """q(x[t] | x[0]) as q(x[t] | x[t-1]), q(z[t] | x) as q(z[t] | z[t-1])."""
    of, given = parts_of(node) or ([], [])
    if len(of) != 1 or len(given) != 1 or not is_step(of[0]) or is_step(given[0]):
        return []
    return [law(called(node), of, [step]) for step in step_moved(of[0])[:1]]


def is_step(node: ast.AST) -> bool:
    """x[t], z[t-1], x[T]: a place on the way that is not its start."""
    return isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant | ast.Slice)


def other_end(node):
    """z[1] as z[T], and back."""
    if not isinstance(node, ast.Subscript):
        return []
    if getattr(node.slice, "id", "") == "T":
        return [ast.Subscript(node.value, ast.Constant(1), ast.Load())]
    first = getattr(node.slice, "value", None) == 1
    return [ast.Subscript(node.value, ast.Name("T", ast.Load()), ast.Load())] if first else []


def model_for_truth(node):
    other = {"p": "q", "q": "p"}.get(called(node) or "")
    return [call(other, *node.args)] if other and node.args else []


def is_mean(node: ast.AST) -> bool:
    """E[law](...)."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Subscript)


def mean_dropped(node):
    return [node.args[0]] if is_mean(node) else []


def another_average(node):
    """The average taken under the prior, or under the model."""
    of, given = (parts_of(node.func.slice) if is_mean(node) else None) or ([], [])
    laws = [law("p", of, []), law("q", of, []), law("p", of, given)] if of else []
    return [ast.Call(ast.Subscript(node.func.value, each, ast.Load()), node.args, []) for each in laws]


def log_outside(node):
    """log of an average, or of a sum over steps, for the average or the sum of logs, and back."""
    if (is_mean(node) or called(node) in ("sum", "mean")) and called(node.args[-1]) == "log":
        return [call("log", ast.Call(node.func, [*node.args[:-1], *node.args[-1].args], []))]
    if is_op(node, ast.Mult) and called(node.right) == "sum" and log_outside(node.right):
        return [call("log", joined(node.left, ast.Mult, log_outside(node.right)[0].args[0]))]
    inner = node.args[0] if called(node) == "log" else node
    if inner is not node and (is_mean(inner) or called(inner) in ("sum", "mean")):
        return [ast.Call(inner.func, [*inner.args[:-1], call("log", inner.args[-1])], [])]
    return []


def range_moved(node):
    """Either end of a sum, a product or a mean over steps, up or down by one."""
    if called(node) not in ("sum", "prod", "mean"):
        return []
    index, low, high, body = node.args
    ends = [(joined(low, kind, 1), high) for kind in (ast.Add, ast.Sub)]
    ends += [(low, joined(high, kind, 1)) for kind in (ast.Add, ast.Sub)]
    return [call(called(node), index, a, b, body) for a, b in ends]


def step_moved(node):
    """x[t+k] as x[t+k-1] and as x[t+k+1]."""
    step = node.slice if isinstance(node, ast.Subscript) else None
    base, k = step, 0
    if is_op(step, ast.Add, ast.Sub) and isinstance(step.right, ast.Constant):
        base, k = step.left, step.right.value * (-1 if isinstance(step.op, ast.Sub) else 1)
    elif not isinstance(step, ast.Name):
        return []
    return [ast.Subscript(node.value, _moved(base, k + by), ast.Load()) for by in (-1, 1)]


def _moved(base: ast.expr, by: int) -> ast.expr:
    return joined(base, ast.Add if by > 0 else ast.Sub, abs(by)) if by else base


# As the ledger tries them on each line of the survey: the one plain form of each.


def last_condition_dropped(node):
    """q(a | b, c) as q(a | b); q(a | b) as q(a); of any law."""
    of, given = parts_of(node, (called(node) or "",)) or ([], [])
    return [law(called(node), of, given[:-1])] if given else []


def range_shortened(node):
    return range_moved(node)[:1] if called(node) != "mean" else []


def step_shifted(node):
    """x[t-1] as x[t]; x[t] and x[t+1] as x[t-1] and x[t]."""
    if not isinstance(node, ast.Subscript) or isinstance(node.slice, ast.Slice | ast.Call | ast.Constant):
        return []
    moved = node.slice.left if isinstance(node.slice, ast.BinOp) else joined(node.slice, ast.Sub, 1)
    return [ast.Subscript(node.value, moved, ast.Load())]
