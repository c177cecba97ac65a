"""Mistakes of count and place: which of several things, from where, and how many of them."""

import ast

from vdm_tutor.proofs.slips.terms import is_number, is_op, joined
from vdm_tutor.proofs.tree import call, called, rebuilt


def counted(node):
    """Each of some things as its number: t in draws as t in range(len(draws))."""
    each = node.generators[0] if isinstance(node, ast.ListComp | ast.GeneratorExp) else None
    if each is None or not isinstance(each.iter, ast.Name):
        return []
    number = ast.comprehension(each.target, call("range", call("len", each.iter)), each.ifs, 0)
    return [type(node)(node.elt, [number])]


def at_the_mean(node):
    """The mean of f at some places as f at their mean."""
    inner = node.args[0] if called(node) in ("sum", "mean") and node.args else None
    each = inner.generators[0] if isinstance(inner, ast.ListComp | ast.GeneratorExp) else None
    if each is None or not isinstance(each.target, ast.Name):
        return []
    means = [call(called(node), each.iter), call("int", call(called(node), each.iter))]
    return [rebuilt(inner.elt, lambda n, m=m: m if getattr(n, "id", "") == each.target.id else None) for m in means]


def range_moved(node):
    """Either end of a loop, the first entry of a slice, up or down by one, and its last entry left out."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        low, kept = getattr(node.slice.lower, "value", 0), (node.slice.upper, node.slice.step)
        ends = [ast.Slice(ast.Constant(n), *kept) for n in (low - 1, low + 1) if n >= 0]
        ends += [ast.Slice(node.slice.lower, ast.Constant(-1))] if kept == (None, None) else []
        return [ast.Subscript(node.value, end, ast.Load()) for end in ends]
    if called(node) != "range":
        return []
    ends = [(i, kind) for i in range(min(2, len(node.args))) for kind in (ast.Add, ast.Sub)]
    moved = [call("range", *node.args[:i], joined(node.args[i], kind, 1), *node.args[i + 1 :]) for i, kind in ends]
    if len(node.args) == 1:  # from 1, with as many rounds, and with one less
        return [
            *moved,
            *(call("range", ast.Constant(1), end) for end in (joined(node.args[0], ast.Add, 1), node.args[0])),
        ]
    both = [[joined(end, kind, 1) for end in node.args[:2]] for kind in (ast.Add, ast.Sub)]
    return [*moved, *(call("range", *ends, *node.args[2:]) for ends in both)]


def entry_moved(node):
    """a[t] as a[t - 1] and a[t + 1], a[t - 1] as a[t] and a[t - 2]."""
    index = node.slice if isinstance(node, ast.Subscript) else None
    if not isinstance(index, ast.Name | ast.BinOp):
        return []
    by_one = [joined(index, kind, 1) for kind in (ast.Add, ast.Sub)]
    return [ast.Subscript(node.value, moved, ast.Load()) for moved in by_one]


def count_moved(node):
    """len(a) as len(a) - 1 and as len(a) + 1."""
    return [joined(node, kind, 1) for kind in (ast.Sub, ast.Add)] if called(node) == "len" else []


def counted_off(node):
    """t - 1 and t + 1 as t."""
    off = is_op(node, ast.Add, ast.Sub) and isinstance(node.left, ast.Name) and is_number(node.right, 1)
    return [node.left] if off else []


def sum_left_out(node):
    return [node.args[0]] if called(node) in ("sum", "mean") and node.args else []


def one_for_all(node):
    """A sum of some things as the last of them, and as the first; and as that one as many times as they are."""
    ones = [(a, ast.Subscript(a, ast.Constant(i), ast.Load())) for a in sum_left_out(node) for i in (-1, 0)]
    return [made for a, one in ones for made in (one, joined(call("len", a), ast.Mult, one))]


def all_for_one(node):
    """The largest, or the smallest, of some things as their sum, and as their mean."""
    names = ("sum", "mean") if called(node) in ("max", "min") and len(node.args) == 1 else ()
    return [ast.Call(ast.Name(name, ast.Load()), node.args, node.keywords) for name in names]


def turned_round(node):
    return ast.Subscript(node, ast.Slice(None, None, ast.Constant(-1)), ast.Load())


def turned_back(node):
    """a[::-1] as a."""
    turned = isinstance(node, ast.Subscript) and ast.unparse(node.slice) == "::-1"
    return [node.value] if turned else []


def each_once(node):
    """set(a) as a."""
    return [node.args[0]] if called(node) in ("set", "unique") and node.args else []
