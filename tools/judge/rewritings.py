"""Equal rewritings: the same said in another way, by changes each of which leaves the worth as it is."""

import ast
import random
from collections.abc import Callable
from itertools import islice

from tools.judge.compared import readable, refuted, rewritable
from vdm_tutor.proofs.tree import call, called, parse, put, same, substitute, text_of
from vdm_tutor.survey.check import asked_by, check

ONE = ast.Constant(1)


def _bin(a: ast.expr, op: type, b: ast.expr) -> ast.BinOp:
    return ast.BinOp(a, op(), b)


def _is(node: ast.AST, *ops: type) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ops)


def _in_numbers(node: ast.expr) -> list[ast.expr]:
    """Other ways to write a piece of algebra."""
    a, b = (node.left, node.right) if isinstance(node, ast.BinOp) else (None, None)
    found: list[ast.expr] = [
        _bin(ONE, ast.Mult, node),
        _bin(_bin(node, ast.Mult, ast.Constant(3)), ast.Div, ast.Constant(3)),
    ]
    if _is(node, ast.Add):
        found += [_bin(b, ast.Add, a), _bin(a, ast.Sub, ast.UnaryOp(ast.USub(), b))]
    if _is(node, ast.Sub):
        found += [_bin(a, ast.Add, ast.UnaryOp(ast.USub(), b)), ast.UnaryOp(ast.USub(), _bin(b, ast.Sub, a))]
    if _is(node, ast.Mult):
        found += [_bin(b, ast.Mult, a)]
        if _is(b, ast.Add, ast.Sub):
            found.append(ast.BinOp(_bin(a, ast.Mult, b.left), b.op, _bin(a, ast.Mult, b.right)))
    if _is(node, ast.Div):
        found += [
            _bin(a, ast.Mult, _bin(ONE, ast.Div, b)),
            _bin(a, ast.Mult, _bin(b, ast.Pow, ast.UnaryOp(ast.USub(), ONE))),
        ]
        if _is(a, ast.Add, ast.Sub):
            found.append(ast.BinOp(_bin(a.left, ast.Div, b), a.op, _bin(a.right, ast.Div, b)))
    if called(node) == "sqrt":
        found.append(_bin(node.args[0], ast.Pow, _bin(ONE, ast.Div, ast.Constant(2))))
    if called(node) == "norm2" and _is(node.args[0], ast.Sub):
        found.append(call("norm2", _bin(node.args[0].right, ast.Sub, node.args[0].left)))
    if called(node) in ("log", "exp") and _is(node.args[0], ast.Mult if called(node) == "log" else ast.Add):
        inner, op = node.args[0], ast.Add if called(node) == "log" else ast.Mult
        found.append(_bin(call(called(node), inner.left), op, call(called(node), inner.right)))
    if isinstance(node, ast.Name) and node.id in OTHERWISE:
        found += [parse(text) for text in OTHERWISE[node.id]]
    return found


OTHERWISE = {"alpha_bar_t": ("alpha_t*alpha_bar_prev", "snr_t/(1+snr_t)"), "snr_t": ("alpha_bar_t/(1-alpha_bar_t)",),
             "snr_prev": ("alpha_bar_prev/(1-alpha_bar_prev)",), "alpha_bar_prev": ("alpha_bar_t/alpha_t",),
             "posterior_var": ("(1-alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t)",),
             "x0_hat": ("(x_t-sqrt(1-alpha_bar_t)*eps_hat)/sqrt(alpha_bar_t)",),
             "eps_hat": ("-sqrt(1-alpha_bar_t)*score_hat",)}  # fmt: skip


def _in_chains(node: ast.expr) -> list[ast.expr]:
    """Other ways to write a piece of a line of expectations."""
    found: list[ast.expr] = []
    averaged = isinstance(node, ast.Call) and isinstance(node.func, ast.Subscript)
    if _is(node, ast.Add, ast.Mult):
        found.append(ast.BinOp(node.right, node.op, node.left))
    if _is(node, ast.Sub):
        found.append(_bin(ast.UnaryOp(ast.USub(), node.right), ast.Add, node.left))
    if called(node) == "log" and _is(node.args[0], ast.Mult, ast.Div):
        inner = node.args[0]
        op = ast.Add if isinstance(inner.op, ast.Mult) else ast.Sub
        found.append(_bin(call("log", inner.left), op, call("log", inner.right)))
    if averaged and _is(node.args[0], ast.Add, ast.Sub):
        inner = node.args[0]
        parts = [ast.Call(node.func, [part], []) for part in (inner.left, inner.right)]
        found.append(ast.BinOp(parts[0], inner.op, parts[1]))
    if averaged or called(node) in ("KL", "sum", "log", "prod", "integral"):
        found += [
            _bin(_bin(ast.Constant(2), ast.Mult, node), ast.Div, ast.Constant(2)),
            ast.UnaryOp(ast.USub(), ast.UnaryOp(ast.USub(), node)),
        ]
    if called(node) == "KL":
        law = ast.Subscript(ast.Name("E", ast.Load()), node.args[0], ast.Load())
        found.append(ast.Call(law, [call("log", _bin(node.args[0], ast.Div, node.args[1]))], []))
    if called(node) in ("p", "q") and _is(node.args[-1], ast.BitOr) and len(node.args) == 1:
        target, given = node.args[0].left, node.args[0].right
        found.append(_bin(call(called(node), target, given), ast.Div, call(called(node), given)))
    if called(node) in ("p", "q") and len(node.args) == 2 and not any(_is(a, ast.BitOr) for a in node.args):
        a, b = node.args
        found.append(_bin(call(called(node), ast.BinOp(a, ast.BitOr(), b)), ast.Mult, call(called(node), b)))
    if called(node) in ("sum", "prod") and isinstance(node.args[0], ast.Name) and node.args[0].id == "t":
        found.append(substitute(node, parse("t"), parse("s")))
    return found


def rewritten(tree: ast.expr, rng: random.Random, room: str) -> ast.expr:
    """The same said in another way, by one to four changes each of which leaves the worth as it is."""
    rules: Callable = _in_chains if room == "chain" else _in_numbers
    for _ in range(rng.choice((1, 2, 3, 4))):
        path, node = rng.choice(list(rewritable(tree)))
        if isinstance(node, ast.Constant) or any(
            name == "args" and called_at(tree, path) in OPAQUE for name, _ in path
        ):
            continue
        if found := rules(node):
            tree = put(tree, path, rng.choice(found))
    return tree


OPAQUE = {"N", "p", "q", "p_theta", "p_1", "p_2", "f", "grad", "any_mean", "mean_over", "integral", "sum_index"}


def called_at(tree: ast.expr, path: tuple) -> str | None:
    """The nearest function, of those whose arguments are no formulas, that a place stands in."""
    node: ast.AST = tree
    for name, i in path:
        if called(node) in OPAQUE:
            return called(node)
        child = getattr(node, name)
        node = child if i is None else child[i]
    return None


def rewritings(key: int | str, n: int) -> list[ast.expr]:
    """n rewritings of a line's formula, of which numbers of our own say that they are equal to it."""
    rng, ask = random.Random(f"equal {key}"), asked_by(key)
    made = (rewritten(ask.truth, rng, ask.room) for _ in range(30 * n if refuted(ask.truth, key) is False else 0))
    equal = (t for t in made if not same(t, ask.truth) and readable(t, key) and refuted(t, key) is False)
    return list(islice(equal, n))


def try_equal(key: int | str, n: int) -> tuple[int, list[str]]:
    """How many equal rewritings of a line were tried, and those that were not accepted."""
    trees = rewritings(key, n)
    answers = [(t, check(text_of(t), against=key)) for t in trees]
    return len(trees), [f"({key}) {text_of(t)}: {answer.status}" for t, answer in answers if not answer.proved]
