"""Mistakes in sums, products, powers and functions, whatever the quantities: each rule gives a node's wrong forms.

A rule takes any node of Python's syntax tree and gives a list of what people write in its place, empty for most nodes.
"""

import ast
from collections.abc import Callable

from vdm_tutor.proofs.tree import call, called

Rule = Callable[[ast.AST], list[ast.expr]]


def is_op(node: ast.AST | None, *kinds: type) -> bool:
    """Whether the node is a sum, a product, ...: ast.Add, ast.Mult, ..."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, kinds)


def is_number(node: ast.AST, number: int) -> bool:
    return isinstance(node, ast.Constant) and node.value == number


def joined(left: ast.expr, kind: type, right: ast.expr | int) -> ast.BinOp:
    """The tree of `left + right`, `left * right`, ...; a number may be given as such."""
    return ast.BinOp(left, kind(), ast.Constant(right) if isinstance(right, int) else right)


def square(node: ast.expr) -> ast.expr:
    return joined(node, ast.Pow, 2)


def negated(node: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.USub(), node)


def is_square(node: ast.AST) -> bool:
    return is_op(node, ast.Pow) and is_number(node.right, 2)


def either(*rules: Rule) -> Rule:
    """What several rules give, one after the other."""
    return lambda node: [new for rule in rules for new in rule(node)]


def sign_flipped(node):
    """a + b as a - b, and back; -a as a."""
    if is_op(node, ast.Add, ast.Sub):
        return [joined(node.left, ast.Sub if isinstance(node.op, ast.Add) else ast.Add, node.right)]
    return [node.operand] if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else []


def first_term_negated(node):
    """a + b as -a + b; exp(a) as exp(-a)."""
    if is_op(node, ast.Add, ast.Sub) and not is_op(node.left, ast.Add, ast.Sub) and not is_number(node.left, 1):
        return [ast.BinOp(negated(node.left), node.op, node.right)]
    return [call("exp", negated(node.args[0]))] if called(node) in ("exp", "sigmoid") else []


def reversed_difference(node):
    if is_op(node, ast.Sub) and not isinstance(node.left, ast.Constant):
        return [joined(node.right, ast.Sub, node.left)]
    return []


def half_lost(node):
    """a/2 as a, and a/(2 b) as a/b."""
    if not is_op(node, ast.Div):
        return []
    if is_number(node.right, 2):
        return [node.left]
    doubled = is_op(node.right, ast.Mult) and is_number(node.right.left, 2)
    return [joined(node.left, ast.Div, node.right.right)] if doubled else []


def two_lost(node):
    return [node.right] if is_op(node, ast.Mult) and is_number(node.left, 2) else []


def halved(node):
    return [joined(node, ast.Div, 2)] if isinstance(node, ast.BinOp | ast.Call) else []


def doubled(node):
    return [joined(ast.Constant(2), ast.Mult, node)] if isinstance(node, ast.BinOp | ast.Call) else []


def ratio_inverted(node):
    return [joined(node.right, ast.Div, node.left)] if is_op(node, ast.Div) and not is_number(node.right, 2) else []


def part_inverted(node):
    """a b/c as a c/b."""
    if is_op(node, ast.Div) and is_op(node.left, ast.Mult):
        return [joined(joined(node.left.left, ast.Mult, node.right), ast.Div, node.left.right)]
    return []


def product_for_quotient(node):
    if is_op(node, ast.Div) and not isinstance(node.right, ast.Constant):
        return [joined(node.left, ast.Mult, node.right)]
    return [joined(node.left, ast.Div, node.right)] if is_op(node, ast.Mult) else []


def factor_dropped(node):
    """The right one; `v I` keeps its unit matrix."""
    if is_op(node, ast.Mult) and not isinstance(node.left, ast.Constant):
        return [] if getattr(node.right, "id", "") == "I" else [node.left]
    return []


def other_factor(node):
    return [node.right] if is_op(node, ast.Mult) else []


def term_dropped(node):
    return [node.left] if is_op(node, ast.Add, ast.Sub) and not is_number(node.left, 1) else []


def other_term(node):
    if is_op(node, ast.Add, ast.Sub) and not is_number(node.left, 1):
        return [node.right if isinstance(node.op, ast.Add) else negated(node.right)]
    return []


def one_term_only(node):
    """(a + b)/c as a/c + b and as a + b/c, and so for c (a + b)."""
    if not is_op(node, ast.Div, ast.Mult):
        return []
    found = []
    if is_op(node.left, ast.Add, ast.Sub):
        a, b = node.left.left, node.left.right
        found += [(a, ast.BinOp(b, node.op, node.right)), (ast.BinOp(a, node.op, node.right), b)]
        found = [ast.BinOp(x, node.left.op, y) for x, y in found]
    if is_op(node, ast.Mult) and is_op(node.right, ast.Add, ast.Sub):
        a, b = node.right.left, node.right.right
        pairs = [(a, joined(node.left, ast.Mult, b)), (joined(node.left, ast.Mult, a), b)]
        found += [ast.BinOp(x, node.right.op, y) for x, y in pairs]
    return found


def all_terms(node):
    """a/c + b as (a + b)/c, and c a + b as c (a + b)."""
    if not is_op(node, ast.Add, ast.Sub):
        return []
    found, (left, right) = [], (node.left, node.right)
    if is_op(left, ast.Div):
        found.append(joined(ast.BinOp(left.left, node.op, right), ast.Div, left.right))
    if is_op(right, ast.Div):
        found.append(joined(ast.BinOp(left, node.op, right.left), ast.Div, right.right))
    if is_op(left, ast.Mult):
        found.append(joined(left.left, ast.Mult, ast.BinOp(left.right, node.op, right)))
    if is_op(right, ast.Mult):
        found.append(joined(right.left, ast.Mult, ast.BinOp(left, node.op, right.right)))
    return found


def fractions_added(node):
    """a/b + c/d as (a + c)/(b + d)."""
    if not is_op(node, ast.Add, ast.Sub) or not is_op(node.left, ast.Div) or not is_op(node.right, ast.Div):
        return []
    one, other = node.left, node.right
    above, below = ast.BinOp(one.left, node.op, other.left), ast.BinOp(one.right, node.op, other.right)
    return [joined(above, ast.Div, below)]


def denominator_lost(node):
    return [node.left] if is_op(node, ast.Div) and not is_number(node.right, 2) and not is_number(node.left, 1) else []


def numerator_lost(node):
    over_one = is_op(node, ast.Div) and not is_number(node.left, 1)
    return [joined(ast.Constant(1), ast.Div, node.right)] if over_one else []


def square_lost(node):
    return [node.left] if is_square(node) else []


def exponent_lost(node):
    """a**b as a."""
    return [node.left] if is_op(node, ast.Pow) and not isinstance(node.right, ast.Constant) else []


def lost(name: str) -> Rule:
    """f(a) as a."""
    return lambda node: [node.args[0]] if called(node) == name and len(node.args) == 1 else []


def exchanged(name: str, other: str) -> Rule:
    """f(a) as g(a), and back."""
    names = {name: other, other: name}
    return lambda node: [call(names[called(node)], *node.args)] if called(node) in names else []


def norm_for_square(node):
    return [call("sqrt", node)] if called(node) == "norm2" else []


def term_by_term(node):
    """sqrt(a + b) as sqrt(a) + sqrt(b), and so for log, for squares and for what a sum divides."""
    if called(node) in ("sqrt", "log", "norm2") and is_op(node.args[0], ast.Add, ast.Sub):
        inner = node.args[0]
        one, other = call(called(node), inner.left), call(called(node), inner.right)
        either_way = called(node) == "norm2" and isinstance(inner.op, ast.Sub)
        return [ast.BinOp(one, inner.op, other), *([ast.BinOp(other, inner.op, one)] if either_way else [])]
    if is_square(node) and is_op(node.left, ast.Add, ast.Sub):
        return [ast.BinOp(square(node.left.left), node.left.op, square(node.left.right))]
    if is_op(node, ast.Div) and is_op(node.right, ast.Add, ast.Sub):
        one, other = (joined(node.left, ast.Div, part) for part in (node.right.left, node.right.right))
        return [ast.BinOp(one, node.right.op, other)]
    return []


def part_only(node):
    """sqrt(a b) as sqrt(a) b or a sqrt(b), and so for a square of a product."""
    name = called(node)
    inner = node.args[0] if name in ("sqrt", "norm2") else node.left if is_square(node) else None
    if not is_op(inner, ast.Mult, ast.Div):
        return []
    left, right = (square(part) if name is None else call(name, part) for part in (inner.left, inner.right))
    return [ast.BinOp(left, inner.op, inner.right), ast.BinOp(inner.left, inner.op, right)]
