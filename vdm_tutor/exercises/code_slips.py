"""Mistakes in the source of a function: those of formulas, made in it, and those that only loops and arrays invite.

`np.sqrt` is read as sqrt, `alpha_bar[t - 1]` as alpha_bar_prev and so on, so that the table of mistakes reaches them.
"""

import ast
from collections.abc import Iterator

from vdm_tutor.proofs.slips.mistakes import MADE
from vdm_tutor.proofs.slips.terms import Rule, is_op, is_square, joined
from vdm_tutor.proofs.tree import call, called, rebuilt

FUNCTIONS = ("sqrt", "log", "exp", "sum", "mean", "cumprod", "cumsum", "abs")
LEVELS = {"alpha[t]": "alpha_t", "alpha[t - 1]": "alpha_prev", "alpha_bar[t]": "alpha_bar_t",
          "alpha_bar[t - 1]": "alpha_bar_prev"}  # fmt: skip
OTHERS = {"sum": "mean", "mean": "sum", "cumprod": "cumsum"}


def half_lost(node):
    half = is_op(node, ast.Mult) and isinstance(node.left, ast.Constant) and node.left.value == 0.5
    return [node.right] if half else MADE["the 1/2 lost"](node)


def reduced_otherwise(node):
    """A sum over an axis as a mean, and back."""
    other = OTHERS.get(called(node) or "") if called(node) != "cumprod" else None
    return [ast.Call(ast.Name(other, ast.Load()), node.args, node.keywords)] if other else []


def norm_for_square(node):
    """sum(a**2) as its root."""
    return [call("sqrt", node)] if called(node) == "sum" and is_square(node.args[0]) else []


def two_for_half(node):
    return [ast.Constant(2.0)] if isinstance(node, ast.Constant) and node.value == 0.5 else []


def another_axis(node):
    """A sum over an axis as one over all, and as one over the other axis."""
    if called(node) not in ("sum", "mean") or not node.keywords:
        return []
    other = 0 if ast.unparse(node.keywords[0].value) != "0" else -1
    keyword = ast.keyword(node.keywords[0].arg, ast.Constant(other))
    return [ast.Call(node.func, node.args, []), ast.Call(node.func, node.args, [keyword])]


def square_of_a_number(node):
    """(a)**2 as a, and as its size."""
    found = MADE["a square lost"](node)
    return [*found, *(call("abs", inner) for inner in found)]


def summed(node):
    """A running product as a running sum, and as no running at all."""
    return [call("cumsum", *node.args), node.args[0]] if called(node) == "cumprod" else []


def range_moved(node):
    """Either end of a loop, or the first entry of a slice, up or down by one."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        low, kept = getattr(node.slice.lower, "value", 0), (node.slice.upper, node.slice.step)
        ends = [ast.Slice(ast.Constant(n), *kept) for n in (low - 1, low + 1) if n >= 0]
        return [ast.Subscript(node.value, end, ast.Load()) for end in ends]
    if called(node) != "range":
        return []
    ends = [(i, kind) for i in range(min(2, len(node.args))) for kind in (ast.Add, ast.Sub)]
    return [call("range", *node.args[:i], joined(node.args[i], kind, 1), *node.args[i + 1 :]) for i, kind in ends]


RULES: dict[str, Rule] = {
    **MADE,
    "the 1/2 lost": half_lost,
    "2 for 1/2": two_for_half,
    "a sum for a mean, or a mean for a sum": reduced_otherwise,
    "summed over another axis": another_axis,
    "a running product lost": summed,
    "the range cut or stretched": range_moved,
    "a square lost": square_of_a_number,
    "the norm for its square": norm_for_square,
}


def every_code_slip(source: str) -> Iterator[tuple[str, str]]:
    """(name, source with it): each mistake at each place of the last function, and two parameters exchanged."""
    module = ast.parse(source)
    function = _read(module.body[-1])
    seen = {ast.dump(function)}
    inner = {id(n) for s in ast.walk(function) if isinstance(s, ast.Subscript) for n in ast.walk(s.slice)}
    nodes = [n for n in ast.walk(function) if isinstance(n, ast.expr) and id(n) not in inner]
    made = [(name, _with(function, node, new)) for name, rule in RULES.items() for node in nodes for new in rule(node)]
    for name, tree in [*made, *_exchanged(function), *_taken(function, nodes)]:
        if (printed := ast.dump(tree)) not in seen:
            seen.add(printed)
            yield name, ast.unparse(ast.Module([*module.body[:-1], _written(tree)], []))


def _with(function: ast.AST, node: ast.expr, new: ast.expr) -> ast.AST:
    return rebuilt(function, lambda n: new if n is node else None)


def _exchanged(function: ast.FunctionDef) -> Iterator[tuple[str, ast.AST]]:
    """Two parameters, each taken for the other."""
    names = [arg.arg for arg in function.args.args]
    for a, b in ((a, b) for i, a in enumerate(names) for b in names[i + 1 :]):
        other = {a: b, b: a}
        yield (
            "the arguments swapped",
            rebuilt(function, lambda n, o=other: ast.Name(o[n.id], n.ctx) if getattr(n, "id", "") in o else None),
        )


def _taken(function: ast.FunctionDef, nodes: list[ast.expr]) -> Iterator[tuple[str, ast.AST]]:
    """One quantity taken for another, where it is used."""
    used = [n for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and n.id not in ("np", "t")]
    called_here = {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    names = dict.fromkeys(n.id for n in used if n.id not in {*called_here, *LEVELS.values()})
    for node in (n for n in used if n.id in names):
        yield from (
            ("one variable for another", _with(function, node, ast.Name(o, ast.Load()))) for o in names if o != node.id
        )


def _read(function: ast.AST) -> ast.AST:
    """The function in the names of formulas."""

    def change(n: ast.AST) -> ast.AST | None:
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr in FUNCTIONS:
            arguments = [rebuilt(a, change) for a in n.args]
            return ast.Call(ast.Name(n.func.attr, ast.Load()), arguments, n.keywords)
        level = LEVELS.get(ast.unparse(n)) if isinstance(n, ast.Subscript) else None
        return ast.Name(level, ast.Load()) if level else None

    return rebuilt(function, change)


def _written(function: ast.AST) -> ast.AST:
    """The same as it can be run."""
    back = {name: ast.parse(text, mode="eval").body for text, name in LEVELS.items()}

    def change(n: ast.AST) -> ast.AST | None:
        if called(n) in FUNCTIONS:
            arguments = [rebuilt(a, change) for a in n.args]
            return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), called(n), ast.Load()), arguments, n.keywords)
        return back.get(getattr(n, "id", ""))

    return rebuilt(function, change)
