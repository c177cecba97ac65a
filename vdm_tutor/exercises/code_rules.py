"""Mistakes that only loops and arrays invite, beside those of formulas, and what takes each of them back."""

import ast

from vdm_tutor.exercises import code_counts as counts
from vdm_tutor.exercises import code_factors as factors
from vdm_tutor.proofs.slips import laws
from vdm_tutor.proofs.slips.mistakes import MADE, MISTAKES, UNDONE
from vdm_tutor.proofs.slips.terms import Rule, either, is_number, is_op, is_square, joined, lost, square
from vdm_tutor.proofs.tree import call, called

OTHERS = {"sum": "mean", "mean": "sum", "nansum": "nanmean", "nanmean": "nansum"}


def reduced_otherwise(node):
    """A sum over an axis as a mean, and back."""
    other = OTHERS.get(called(node) or "")
    return [ast.Call(ast.Name(other, ast.Load()), node.args, node.keywords)] if other else []


def norm_for_square(node):
    """sum(a**2) as its root."""
    return [call("sqrt", node)] if called(node) == "sum" and is_square(node.args[0]) else []


def another_axis(node):
    """A sum over an axis as one over all, and as one over the other axis."""
    if called(node) not in ("sum", "mean") or not node.keywords:
        return []
    other = 0 if ast.unparse(node.keywords[0].value) != "0" else -1
    keyword = ast.keyword(node.keywords[0].arg, ast.Constant(other))
    return [ast.Call(node.func, node.args, []), ast.Call(node.func, node.args, [keyword])]


def over_the_last(node):
    """A sum over all as one over the last axis."""
    over_all = called(node) in ("sum", "mean") and len(node.args) == 1 and not node.keywords
    return [ast.Call(node.func, node.args, [ast.keyword("axis", ast.Constant(-1))])] if over_all else []


def square_of_a_number(node):
    """(a)**2 as a, and as its size."""
    found = MADE["a square lost"](node)
    return [*found, *(call("abs", inner) for inner in found)]


def square_of_a_size(node):
    return [square(node.args[0])] if called(node) == "abs" else []


def square_of_a_sum(node):
    """sum(a**2) as sum(a)**2."""
    inner = node.args[0] if called(node) in ("sum", "mean") else None
    return [square(ast.Call(node.func, [inner.left], node.keywords))] if is_square(inner) else []


def sum_of_squares(node):
    """And back."""
    inner = node.left if is_square(node) and called(node.left) in ("sum", "mean") else None
    return [ast.Call(inner.func, [square(inner.args[0])], inner.keywords)] if inner else []


def summed(node):
    """A running product as a running sum, as the whole product, as one from the other end, and as no running at all."""
    if called(node) != "cumprod":
        return []
    turned = [counts.turned_round(call("cumprod", counts.turned_round(node.args[0])))]
    return [*(call(name, *node.args) for name in ("cumsum", "prod")), *turned, node.args[0]]


def run_through(node):
    """And back."""
    back = {"cumsum": ("cumprod",), "prod": ("cumprod",), "sum": ("prod",)}
    return [ast.Call(ast.Name(name, ast.Load()), node.args, node.keywords) for name in back.get(called(node) or "", ())]


def summed_up(node):
    """And back, for each row."""
    axis = ast.keyword("axis", ast.Constant(-1))
    return [ast.Call(ast.Name("sum", ast.Load()), [node], [axis])] if isinstance(node, ast.BinOp) else []


def terms_of(value: ast.expr) -> list[tuple[type, ast.expr]]:
    """a + b - c as its terms, each with how it is added."""
    if not is_op(value, ast.Add, ast.Sub):
        return [(ast.Add, value)]
    return [*terms_of(value.left), (type(value.op), value.right)]


def added(terms: list[tuple[type, ast.expr]]) -> ast.expr:
    (kind, total), *others = terms
    total = total if kind is ast.Add else ast.UnaryOp(ast.USub(), total)
    for kind, term in others:
        total = ast.BinOp(total, kind(), term)
    return total


def sum_of_a_part(node):
    """sum(a - b) as sum(a) - b, whichever of its terms b is."""
    inner = node.args[0] if called(node) in ("sum", "mean") and node.args else None
    if not is_op(inner, ast.Add, ast.Sub):
        return []
    terms, found = terms_of(inner), []
    for i, (kind, term) in enumerate(terms):
        rest = ast.Call(node.func, [added([*terms[:i], *terms[i + 1 :]])], node.keywords)
        found.append(joined(rest, kind, term))
    return found


def sum_of_all(node):
    """And back."""
    if not (is_op(node, ast.Add, ast.Sub) and called(node.left) in ("sum", "mean") and node.left.args):
        return []
    inner = ast.BinOp(node.left.args[0], node.op, node.right)
    return [ast.Call(node.left.func, [inner], node.left.keywords)]


def added_up_too(node):
    return [ast.Call(ast.Name("sum", ast.Load()), node.args, node.keywords)] if called(node) == "prod" else []


def handed_over_swapped(node):
    """f(a, b) as f(b, a)."""
    two = isinstance(node, ast.Call) and len(node.args) == 2 and not node.keywords
    return [ast.Call(node.func, node.args[::-1], [])] if two else []


def share_of_the_rest(node):
    """a as 1 - a, and back, whatever is called so."""
    if is_op(node, ast.Sub) and is_number(node.left, 1):
        return [node.right]
    whole = isinstance(node, ast.Name | ast.Subscript) and getattr(node, "id", "") != "t"
    return [joined(ast.Constant(1), ast.Sub, node)] if whole else []


OF_LAWS = {n for n, m in MISTAKES.items() for rule in (m.made, m.undone) if rule and rule.__module__ == laws.__name__}
RULES: dict[str, Rule] = {
    **{name: rule for name, rule in MADE.items() if name not in OF_LAWS},
    "the 1/2 lost": factors.half_lost,
    "2 for 1/2": factors.two_for_half,
    "a sum for a mean, or a mean for a sum": reduced_otherwise,
    "summed over another axis": another_axis,
    "a sum left out": counts.sum_left_out,
    "one of them for all of them": counts.one_for_all,
    "a sum over one part only": sum_of_a_part,
    "a factor outside the function": factors.factor_outside,
    "a factor inside the function": factors.factor_inside,
    "a running product lost": summed,
    "a logarithm to another base": factors.another_base,
    "the range cut or stretched": counts.range_moved,
    "a square lost": square_of_a_number,
    "the norm for its square": norm_for_square,
    "the square of a sum for a sum of squares": square_of_a_sum,
    "the number of a thing for the thing": counts.counted,
    "a function at the mean for the mean of the function": counts.at_the_mean,
    "the arguments swapped": either(MADE["the arguments swapped"], handed_over_swapped),
}
TAKEN_BACK: dict[str, Rule] = {  # what makes a reader's text right again
    **{name: rule for name, rule in UNDONE.items() if name not in OF_LAWS},
    "a sum for a mean, or a mean for a sum": reduced_otherwise,
    "summed over another axis": either(another_axis, over_the_last),
    "a sum left out": summed_up,
    "a sum over one part only": sum_of_all,
    "a factor outside the function": factors.factor_inside,
    "a factor inside the function": factors.taken_out,
    "a ratio upside down": either(UNDONE["a ratio upside down"], factors.factors_exchanged),
    "an exponential lost": factors.exponential_too,
    "what comes twice counted once": counts.each_once,
    "a difference for a ratio": factors.ratio_of,
    "a square over all terms": factors.over_one_part,
    "the steps taken in the opposite order": counts.turned_back,
    "a function of a sum taken term by term": factors.taken_together,
    "a running product lost": run_through,
    "one of them for all of them": counts.all_for_one,
    "a sum for a product, or a product for a sum": either(
        UNDONE["a sum for a product, or a product for a sum"], added_up_too, factors.any_sum_as_product
    ),
    "a logarithm to another base": factors.natural,
    "the range cut or stretched": counts.range_moved,
    "a square lost": either(UNDONE["a square lost"], square_of_a_size),
    "the norm for its square": lambda n: (
        lost("sqrt")(n) if called(n) and called(n.args[0] if n.args else n) == "sum" else []
    ),
    "the square of a sum for a sum of squares": sum_of_squares,
    "an index shifted": either(UNDONE["an index shifted"], counts.entry_moved, counts.counted_off),
    "the arguments swapped": handed_over_swapped,
    "a count off by one": counts.count_moved,
    "a and 1 - a confused": share_of_the_rest,
}
