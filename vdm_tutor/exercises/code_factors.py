"""Mistakes with factors, and with what a function or a square reaches over, as they stand in a text that runs."""

import ast
import functools

from vdm_tutor.proofs.slips.mistakes import MADE
from vdm_tutor.proofs.slips.terms import is_number, is_op, is_square, joined, square
from vdm_tutor.proofs.tree import call, called


def half_lost(node):
    half = is_op(node, ast.Mult) and isinstance(node.left, ast.Constant) and node.left.value == 0.5
    return [node.right] if half else MADE["the 1/2 lost"](node)


def two_for_half(node):
    return [ast.Constant(2.0)] if isinstance(node, ast.Constant) and node.value == 0.5 else []


def taken_out(node):
    """exp(c a) as c exp(a), and as a exp(c), and so for a root and a logarithm."""
    inner = node.args[0] if called(node) in ("exp", "sqrt", "log") and node.args else None
    ways = ((inner.left, inner.right), (inner.right, inner.left)) if is_op(inner, ast.Mult) else ()
    return [joined(c, ast.Mult, call(called(node), a)) for c, a in ways]


def factor_outside(node):
    return taken_out(node)[:1]


def factor_inside(node):
    """And back, for c exp(a) and for exp(a)/c."""
    if not is_op(node, ast.Mult, ast.Div):
        return []
    pairs = [(node.left, node.right)] + [(node.right, node.left)] * is_op(node, ast.Mult)
    made = [(f, ast.BinOp(f.args[0], node.op, c)) for f, c in pairs if called(f) in ("exp", "sqrt", "log") and f.args]
    return [call(called(f), inner) for f, inner in made]


def factors_of(node: ast.expr) -> tuple[list[ast.expr], list[ast.expr]]:
    """a b/(c d) as its factors above the line and below it."""
    if not is_op(node, ast.Mult, ast.Div):
        return [node], []
    (above, below), (more, less) = factors_of(node.left), factors_of(node.right)
    return (above + less, below + more) if isinstance(node.op, ast.Div) else (above + more, below + less)


def multiplied(factors: list[ast.expr]) -> ast.expr:
    return functools.reduce(lambda a, b: joined(a, ast.Mult, b), factors)


def factors_exchanged(node):
    """a b/c as a c/b: one factor above the line for one below it, however the product is written."""
    above, below = factors_of(node)
    return [
        joined(multiplied([*above[:i], low, *above[i + 1 :]]), ast.Div, multiplied([*below[:j], high, *below[j + 1 :]]))
        for i, high in enumerate(above if len(above) > 1 else ())
        for j, low in enumerate(below)
        if not isinstance(high, ast.Constant) and not isinstance(low, ast.Constant)
    ]


def any_sum_as_product(node):
    """a + b as a b, and a b as a - b, whatever they are."""
    other = ast.Mult if is_op(node, ast.Add) else ast.Sub if is_op(node, ast.Mult) else None
    return [joined(node.left, other, node.right)] if other else []


def exponential_too(node):
    return [call("exp", node)] if isinstance(node, ast.Name | ast.BinOp) else []


def ratio_of(node):
    """a - b as a/b."""
    counted = is_op(node, ast.Sub) and isinstance(node.right, ast.Constant)
    return [joined(node.left, ast.Div, node.right)] if is_op(node, ast.Sub) and not counted else []


def over_one_part(node):
    """(a + b)**2 as a**2 + b, and as a + b**2."""
    inner = node.left if is_square(node) else None
    if not is_op(inner, ast.Add, ast.Sub):
        return []
    a, b = inner.left, inner.right
    return [ast.BinOp(square(a), inner.op, b), ast.BinOp(a, inner.op, square(b))]


def taken_together(node):
    """1 - sqrt(a) as sqrt(1 - a), and a**2 - b**2, or a**2 + b**2, as (a - b)**2."""
    if not is_op(node, ast.Add, ast.Sub):
        return []
    if is_square(node.left) and is_square(node.right):
        kinds = dict.fromkeys((type(node.op), ast.Sub))
        return [square(joined(node.left.left, kind, node.right.left)) for kind in kinds]
    parts = [n.args[0] if called(n) == "sqrt" else n if is_number(n, 1) else None for n in (node.left, node.right)]
    return [call("sqrt", ast.BinOp(parts[0], node.op, parts[1]))] if None not in parts else []


def another_base(node):
    return [call(name, *node.args) for name in ("log2", "log10")] if called(node) == "log" else []


def natural(node):
    return [call("log", *node.args)] if called(node) in ("log2", "log10") else []
