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
    """p(a | b) for p(a, b), and back."""
    if parts := parts_of(node):
        return [call(called(node), *parts[0], *parts[1])]
    if called(node) in ("p", "q") and len(node.args) == 2:
        a, b = node.args
        return [law(called(node), [a], [b]), law(called(node), [b], [a])]
    return []


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
    """log of an average for the average of a log, and back."""
    if is_mean(node) and called(node.args[0]) == "log":
        return [call("log", ast.Call(node.func, node.args[0].args, []))]
    if called(node) == "log" and is_mean(node.args[0]):
        return [ast.Call(node.args[0].func, [call("log", *node.args[0].args)], [])]
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
