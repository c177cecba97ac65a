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
    """a/2 as a, a/(2 b) as a/b, and 1/2 a as a."""
    if is_op(node, ast.Mult) and is_op(node.left, ast.Div) and is_number(node.left.left, 1):
        return [node.right] if is_number(node.left.right, 2) else []
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


def doubled_name(node):
    return [joined(ast.Constant(2), ast.Mult, node)] if isinstance(node, ast.Name) else doubled(node)


def doubled(node):
    return [joined(ast.Constant(2), ast.Mult, node)] if isinstance(node, ast.BinOp | ast.Call) else []


def ratio_inverted(node):
    return [joined(node.right, ast.Div, node.left)] if is_op(node, ast.Div) and not is_number(node.right, 2) else []


def part_inverted(node):
    """a b/c as a c/b, and a b/(c d) with one factor above exchanged for one below."""
    if not (is_op(node, ast.Div) and is_op(node.left, ast.Mult)):
        return []
    above, below = node.left, node.right
    if not is_op(below, ast.Mult):
        return [joined(joined(above.left, ast.Mult, below), ast.Div, above.right)]
    ways = [(a, kept, b, left) for a, kept in ((above.left, above.right), (above.right, above.left))
            for b, left in ((below.left, below.right), (below.right, below.left))]  # fmt: skip
    return [joined(joined(kept, ast.Mult, b), ast.Div, joined(left, ast.Mult, a)) for a, kept, b, left in ways]


def product_for_quotient(node):
    if is_op(node, ast.Div) and not isinstance(node.right, ast.Constant):
        return [joined(node.left, ast.Mult, node.right)]
    ways = ((node.left, node.right), (node.right, node.left)) if is_op(node, ast.Mult) else ()
    return [joined(a, ast.Div, b) for a, b in ways]


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


def any_term(node):
    """Either term of a sum or a difference, whatever it is."""
    if not is_op(node, ast.Add, ast.Sub):
        return []
    return [node.left, node.right if isinstance(node.op, ast.Add) else negated(node.right)]


def any_factor(node):
    return [node.left, node.right] if is_op(node, ast.Mult) else []


def sum_for_product(node):
    """a b as a + b, and back, and c + a b as c + a + b; so for the sum and the product over steps."""
    other = {"sum": "prod", "prod": "sum"}.get(called(node) or "")
    if other and len(node.args) == 4:
        return [call(other, *node.args)]
    if not is_op(node, ast.Add, ast.Mult) or isinstance(node.left, ast.Constant):
        return []
    ways = [joined(node.left, ast.Mult if isinstance(node.op, ast.Add) else ast.Add, node.right)]
    if is_op(node, ast.Add) and is_op(node.right, ast.Mult):
        ways.append(joined(joined(node.left, ast.Add, node.right.left), ast.Add, node.right.right))
    return ways


def ratio_for_difference(node):
    return [joined(node.left, ast.Div, node.right)] if reversed_difference(node) else []


def difference_for_ratio(node):
    return [joined(node.left, ast.Sub, node.right)] if is_op(node, ast.Div) and not is_number(node.left, 1) else []


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


def slope_lost(node):
    """grad(f, x) as f; and -a/sqrt(v), the slope of a bell at a draw, as -a**2/2, of which it is the slope."""
    if called(node) == "grad":
        return [node.args[0]]
    drawn = is_op(node, ast.Div) and isinstance(node.left, ast.UnaryOp) and called(node.right) == "sqrt"
    return [negated(joined(square(node.left.operand), ast.Div, 2))] if drawn else []


def exchanged(name: str, other: str) -> Rule:
    """f(a) as g(a), and back."""
    names = {name: other, other: name}
    return lambda node: [call(names[called(node)], *node.args)] if called(node) in names else []


def norm_for_square(node):
    return [call("sqrt", node)] if called(node) == "norm2" else []
