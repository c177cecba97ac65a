"""Mistakes in the source of a function: those of formulas, made in it, and those that only loops and arrays invite.

`np.sqrt` is read as sqrt, `alpha_bar[t - 1]` as alpha_bar_prev and so on, so that the table of mistakes reaches them.
"""

import ast
import itertools
from collections.abc import Iterator, Mapping

from vdm_tutor.exercises.code_order import ORDERS, is_name
from vdm_tutor.exercises.code_rules import RULES
from vdm_tutor.proofs.slips import at_all_places
from vdm_tutor.proofs.slips.mistakes import MISTAKES
from vdm_tutor.proofs.slips.terms import Rule, is_op
from vdm_tutor.proofs.tree import call, called, rebuilt

FUNCTIONS = ("sqrt", "log", "log2", "log10", "exp", "sum", "mean", "prod", "cumprod", "cumsum", "abs", "nansum",
             "nanmean", "max", "min")  # fmt: skip
OF_SEVERAL = ("max", "min")  # as Python has them: of two numbers, or of one row
OVER_AN_AXIS = ("sum", "mean", "prod", "nansum", "nanmean", "max", "min")
LEVELS = {"alpha[t]": "alpha_t", "alpha[t - 1]": "alpha_prev", "alpha_bar[t]": "alpha_bar_t",
          "alpha_bar[t - 1]": "alpha_bar_prev"}  # fmt: skip
FEW = (3, 4, 5)
MODULES = ("np", "numpy", "torch", "math")


def every_code_slip(
    source: str, rules: Mapping[str, Rule] = RULES, orders: tuple = ORDERS
) -> Iterator[tuple[str, str]]:
    """(name, source with it): each mistake at each place of the last function, and at all places where people do so."""
    module = ast.parse(source)
    function = _read(module.body[-1])
    seen = {ast.dump(function)}
    inner = {id(n) for s in ast.walk(function) if isinstance(s, ast.Subscript) for n in ast.walk(s.slice)}
    inner |= {id(n.func) for n in ast.walk(function) if isinstance(n, ast.Call)}
    nodes = [n for n in ast.walk(function) if isinstance(n, ast.expr) and id(n) not in inner]
    nodes = [n for n in nodes if not isinstance(getattr(n, "ctx", None), ast.Store)]
    made = [(name, _with(function, node, new)) for name, rule in rules.items() for node in nodes for new in rule(node)]
    made += list(_everywhere(function, rules))
    made += [(name, tree) for name, order in orders for tree in order(function)]
    for name, tree in [*made, *_exchanged(function), *_taken(function, nodes)]:
        if (printed := ast.dump(tree)) not in seen:
            seen.add(printed)
            yield name, ast.unparse(ast.Module([*module.body[:-1], _written(tree)], []))


def _with(function: ast.AST, node: ast.expr, new: ast.expr) -> ast.AST:
    return rebuilt(function, lambda n: new if n is node else None)


def _everywhere(function: ast.FunctionDef, rules: Mapping[str, Rule]) -> Iterator[tuple[str, ast.AST]]:
    """A mistake wherever it can be made, where people make it so."""
    for name in (name for name in rules if name in MISTAKES and MISTAKES[name].at_all_places):
        yield from ((name, at_all_places(function, rules[name], choice, [])) for choice in range(2))
        yield from ((name, tree) for tree in _at_two_places(function, rules[name]))


def _at_two_places(function: ast.FunctionDef, rule: Rule) -> Iterator[ast.AST]:
    """A mistake at two of the few places for it."""
    places = [(n, new[0]) for n in ast.walk(function) if isinstance(n, ast.expr) and (new := rule(n))]
    if len(places) in FEW:
        for one, other in itertools.combinations(places, 2):
            changed = {id(n): new for n, new in (one, other)}
            yield rebuilt(function, lambda n, changed=changed: changed.get(id(n)))


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
    whole = [n.value for n in ast.walk(function) if isinstance(n, ast.Assign) and not isinstance(n.value, ast.Name)]
    present = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
    left_out = [arg.arg for arg in function.args.args if arg.arg not in present]
    for node in (n for n in ast.walk(function) if left_out and isinstance(n, ast.Name) and n.id == "t"):
        if isinstance(node.ctx, ast.Load):
            yield from (("one variable for another", _with(function, node, ast.Name(o, ast.Load()))) for o in left_out)
    names |= dict.fromkeys(left_out)
    for node in [*(n for n in used if n.id in names), *whole]:
        others = (ast.Name(o, ast.Load()) for o in names if o != getattr(node, "id", ""))
        yield from (("one variable for another", _with(function, node, other)) for other in others)
    for node in (n for n in nodes if isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Slice)):
        others = (ast.Name(o, ast.Load()) for o in names if o != getattr(node.value, "id", ""))
        yield from (("one variable for another", _with(function, node, other)) for other in others)
    through = {n.iter.id for n in ast.walk(function) if isinstance(n, ast.For | ast.comprehension) and is_name(n.iter)}
    for node in (n for n in used if n.id not in through):
        yield from (
            ("one variable for another", _with(function, node, call("len", ast.Name(a, ast.Load())))) for a in through
        )


def _read(function: ast.AST) -> ast.AST:
    """The function in the names of formulas."""

    def change(n: ast.AST) -> ast.AST | None:
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr in FUNCTIONS:
            arguments, keywords = [rebuilt(a, change) for a in n.args], n.keywords
            if getattr(n.func.value, "id", "") not in MODULES:  # a.sum(0)
                keywords = [*keywords, *(ast.keyword("axis", a) for a in arguments)]
                arguments = [rebuilt(n.func.value, change)]
            if n.func.attr in OVER_AN_AXIS and len(arguments) == 2:  # np.sum(a, 1)
                arguments, keywords = arguments[:1], [ast.keyword("axis", arguments[1])]
            return ast.Call(ast.Name(n.func.attr, ast.Load()), arguments, keywords)
        if is_op(n, ast.Pow) and isinstance(n.right, ast.Constant) and n.right.value == 0.5:
            return call("sqrt", rebuilt(n.left, change))
        level = LEVELS.get(ast.unparse(n)) if isinstance(n, ast.Subscript) else None
        return ast.Name(level, ast.Load()) if level else None

    return rebuilt(function, change)


def _written(function: ast.AST) -> ast.AST:
    """The same as it can be run."""
    back = {name: ast.parse(text, mode="eval").body for text, name in LEVELS.items()}

    def change(n: ast.AST) -> ast.AST | None:
        if called(n) in FUNCTIONS and (len(n.args) == 1 or called(n) not in OF_SEVERAL):
            arguments = [rebuilt(a, change) for a in n.args]
            arguments = [ast.ListComp(a.elt, a.generators) if isinstance(a, ast.GeneratorExp) else a for a in arguments]
            return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), called(n), ast.Load()), arguments, n.keywords)
        return back.get(getattr(n, "id", ""))

    return rebuilt(function, change)
