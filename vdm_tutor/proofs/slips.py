"""The mistakes people make, as rewritings of a stored side: each takes one place and writes it wrongly."""

import ast
from collections.abc import Iterator

from vdm_tutor.proofs.tree import call, called, rewrites, same


def _name(node: ast.AST, table: dict[str, str]) -> ast.AST | None:
    if isinstance(node, ast.Name) and node.id in table:
        return ast.Name(table[node.id], ast.Load())
    return None


def _is_noise_share(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and isinstance(node.left, ast.Constant)


def _variance_for_std(node):
    if called(node) == "sqrt" and _is_noise_share(node.args[0]):
        return node.args[0]
    return None


def _root_dropped(node):
    if called(node) == "sqrt" and not _is_noise_share(node.args[0]):
        return node.args[0]
    return None


def _std_for_variance(node):
    if called(node) == "N" and not isinstance(node.args[-1], ast.Constant):
        last = node.args[-1]
        if isinstance(last, ast.BinOp) and isinstance(last.right, ast.Name) and last.right.id == "I":
            return call("N", *node.args[:-1], ast.BinOp(call("sqrt", last.left), last.op, last.right))
        if not (isinstance(last, ast.Name) and last.id == "I"):
            return call("N", *node.args[:-1], call("sqrt", last))
    return None


def _alpha_bar_for_alpha(node):
    return _name(node, {"alpha_t": "alpha_bar_t", "alpha_prev": "alpha_bar_prev"})


def _alpha_for_alpha_bar(node):
    return _name(node, {"alpha_bar_t": "alpha_t", "alpha_bar_prev": "alpha_prev"})


SHIFTS = {"alpha_bar_prev": "alpha_bar_t", "x_prev": "x_t", "alpha_prev": "alpha_t", "snr_prev": "snr_t"}


def _index_shifted(node):
    return _name(node, SHIFTS | {v: k for k, v in SHIFTS.items() if v != "x_t" and v != "alpha_t"})


def _sign_flipped(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        return ast.BinOp(node.left, other, node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand
    return None


def _is(node: ast.AST, number: int) -> bool:
    return isinstance(node, ast.Constant) and node.value == number


def _half_lost(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        if _is(node.right, 2):
            return node.left
        below = node.right
        if isinstance(below, ast.BinOp) and isinstance(below.op, ast.Mult) and _is(below.left, 2):
            return ast.BinOp(node.left, ast.Div(), below.right)
    return None


def _two_lost(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and _is(node.left, 2):
        return node.right
    return None


def _square_lost(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and _is(node.right, 2):
        return node.left
    return None


def _arguments_swapped(node):
    if called(node) == "KL":
        return call("KL", node.args[1], node.args[0])
    return None


def _ratio_inverted(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _is(node.right, 2):
        return ast.BinOp(node.right, ast.Div(), node.left)
    return None


def _factor_dropped(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and not isinstance(node.left, ast.Constant):
        return None if isinstance(node.right, ast.Name) and node.right.id == "I" else node.left
    return None


def _term_dropped(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub) and not _is(node.left, 1):
        return node.left
    return None


def _condition_dropped(node):
    """q(a | b, c) becomes q(a | b); q(a | b) becomes q(a)."""
    bars = [
        i for i, a in enumerate(getattr(node, "args", [])) if isinstance(a, ast.BinOp) and isinstance(a.op, ast.BitOr)
    ]
    if not called(node) or not bars:
        return None
    if len(node.args) > bars[0] + 1:
        return call(called(node), *node.args[:-1])
    return call(called(node), *node.args[:-1], node.args[-1].left)


def _step_shifted(node):
    """x[t-1] becomes x[t]; x[t] and x[t+1] become x[t-1] and x[t]."""
    if not isinstance(node, ast.Subscript) or isinstance(node.slice, ast.Slice | ast.Call | ast.Constant):
        return None
    if isinstance(node.slice, ast.BinOp) and isinstance(node.slice.op, ast.Sub):
        return ast.Subscript(node.value, node.slice.left, ast.Load())
    if isinstance(node.slice, ast.BinOp):
        return ast.Subscript(node.value, node.slice.left, ast.Load())
    return ast.Subscript(node.value, ast.BinOp(node.slice, ast.Sub(), ast.Constant(1)), ast.Load())


def _range_shortened(node):
    if called(node) in ("sum", "prod"):
        index, low, high, body = node.args
        return call(called(node), index, ast.BinOp(low, ast.Add(), ast.Constant(1)), high, body)
    return None


def _model_for_truth(node):
    if called(node) in ("p", "q") and len(node.args) >= 1:
        return call({"p": "q", "q": "p"}[called(node)], *node.args)
    return None


OPERATORS = {
    "variance for standard deviation": _variance_for_std,
    "a root dropped": _root_dropped,
    "alpha_bar for alpha": _alpha_bar_for_alpha,
    "alpha for alpha_bar": _alpha_for_alpha_bar,
    "an index shifted": _index_shifted,
    "a sign flipped": _sign_flipped,
    "the 1/2 lost": _half_lost,
    "a factor 2 lost": _two_lost,
    "a square lost": _square_lost,
    "standard deviation for variance": _std_for_variance,
    "the arguments swapped": _arguments_swapped,
    "a ratio upside down": _ratio_inverted,
    "a factor dropped": _factor_dropped,
    "a term dropped": _term_dropped,
    "a condition dropped": _condition_dropped,
    "a step shifted": _step_shifted,
    "the range shortened": _range_shortened,
    "p for q": _model_for_truth,
}


def slips(side: ast.expr, everywhere: bool = False) -> Iterator[tuple[str, ast.expr]]:
    """(name, slipped side): each mistake at the first place where it can be made, or at every place."""
    for name, rule in OPERATORS.items():
        made = [tree for tree in rewrites(side, rule) if not same(tree, side)]
        yield from ((name, tree) for tree in (made if everywhere else made[:1]))
