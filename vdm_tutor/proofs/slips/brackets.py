"""What a factor, a divisor, a root or a logarithm reaches over: mistakes in opening a bracket and in closing one."""

import ast
from collections.abc import Callable

from vdm_tutor.proofs.slips.terms import is_op, is_square, joined, square
from vdm_tutor.proofs.tree import call, called


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
    return [*found, *_first_only(node)]


def _first_only(node):
    """Of three terms or more the first alone with its factor, or over its divisor."""
    chain, kept = (node.left, node.right) if is_op(node, ast.Div) else (node.right, node.left)
    if not (is_op(chain, ast.Add, ast.Sub) and is_op(chain.left, ast.Add, ast.Sub)):
        return []
    reached = (lambda a: joined(a, ast.Div, kept)) if is_op(node, ast.Div) else (lambda a: joined(kept, ast.Mult, a))
    return [first_changed(chain, reached)]


def first_changed(chain: ast.expr, change: Callable[[ast.expr], ast.expr]) -> ast.expr:
    """a + b - c with another a."""
    if not is_op(chain, ast.Add, ast.Sub):
        return change(chain)
    return ast.BinOp(first_changed(chain.left, change), chain.op, chain.right)


def first_of(chain: ast.expr) -> ast.expr:
    return first_of(chain.left) if is_op(chain, ast.Add, ast.Sub) else chain


def all_terms(node):
    """a/c + b as (a + b)/c, and c a + b as c (a + b)."""
    if not is_op(node, ast.Add, ast.Sub):
        return []
    found, (left, right) = _of_the_first(node), (node.left, node.right)
    if is_op(left, ast.Div):
        found.append(joined(ast.BinOp(left.left, node.op, right), ast.Div, left.right))
    if is_op(right, ast.Div):
        found.append(joined(ast.BinOp(left, node.op, right.left), ast.Div, right.right))
    if is_op(left, ast.Mult):
        found.append(joined(left.left, ast.Mult, ast.BinOp(left.right, node.op, right)))
    for factor, rest in factors_out(right):
        found.append(joined(factor, ast.Mult, ast.BinOp(left, node.op, rest)))
    return found


def _of_the_first(chain):
    """Of three terms or more what stands with the first, or below it, for all."""
    first = first_of(chain)
    if first is chain.left or not is_op(first, ast.Mult, ast.Div):
        return []
    if is_op(first, ast.Div):
        return [joined(first_changed(chain, lambda a: a.left), ast.Div, first.right)]
    return [joined(first.left, ast.Mult, first_changed(chain, lambda a: a.right))]


def other_term_too(node):
    """a + b c as a b + c and as a c + b: a factor that stands with the other term."""
    if not is_op(node, ast.Add, ast.Sub):
        return []
    found = [ast.BinOp(joined(f, ast.Mult, node.left), node.op, rest) for f, rest in _parted(node.right)]
    return found + [ast.BinOp(rest, node.op, joined(f, ast.Mult, node.right)) for f, rest in _parted(node.left)]


def _parted(node):
    return [(node.left, node.right), (node.right, node.left)] if is_op(node, ast.Mult) else []


def factors_out(node):
    """Each factor but the last of a b c, with the product of the others."""
    if not is_op(node, ast.Mult):
        return []
    inner = [(factor, joined(rest, ast.Mult, node.right)) for factor, rest in factors_out(node.left)]
    last = node.left.right if inner else None
    inner += [(last, joined(node.left.left, ast.Mult, node.right))] if last else []
    return [(node.left, node.right), *inner]


def fractions_added(node):
    """a/b + c/d as (a + c)/(b + d)."""
    if not is_op(node, ast.Add, ast.Sub) or not is_op(node.left, ast.Div) or not is_op(node.right, ast.Div):
        return []
    one, other = node.left, node.right
    above, below = ast.BinOp(one.left, node.op, other.left), ast.BinOp(one.right, node.op, other.right)
    return [joined(above, ast.Div, below)]


def not_multiplied_across(node):
    """a/b + c/d as (a + c)/(b d), as (a d + c)/(b d) and as (a + c b)/(b d)."""
    if not is_op(node, ast.Add, ast.Sub) or not is_op(node.left, ast.Div) or not is_op(node.right, ast.Div):
        return []
    one, other = node.left, node.right
    below = joined(one.right, ast.Mult, other.right)
    across = joined(one.left, ast.Mult, other.right), joined(other.left, ast.Mult, one.right)
    tops = ((one.left, other.left), (across[0], other.left), (one.left, across[1]))
    return [joined(ast.BinOp(a, node.op, b), ast.Div, below) for a, b in tops]


def ratio_of_logs(node):
    """log(a/b) as log(a)/log(b)."""
    inner = node.args[0] if called(node) == "log" else None
    return [joined(call("log", inner.left), ast.Div, call("log", inner.right))] if is_op(inner, ast.Div) else []


def log_of_ratio(node):
    """And back."""
    if not (is_op(node, ast.Div) and called(node.left) == called(node.right) == "log"):
        return []
    return [call("log", joined(node.left.args[0], ast.Div, node.right.args[0]))]


def term_by_term(node):
    """sqrt(a + b) as sqrt(a) + sqrt(b), and so for log, for squares and for what a sum divides."""
    if called(node) in ("sqrt", "log", "norm2") and is_op(node.args[0], ast.Add, ast.Sub):
        inner = node.args[0]
        one, other = call(called(node), inner.left), call(called(node), inner.right)
        either_way = called(node) == "norm2" and isinstance(inner.op, ast.Sub)
        turned = [ast.BinOp(other, inner.op, one), joined(one, ast.Add, other)] if either_way else []
        return [ast.BinOp(one, inner.op, other), *turned]
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
