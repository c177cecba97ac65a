"""A reader's own function with one mistake taken back: which change makes it right, or a function of a known slip?

Its text is changed at one place at a time, and each of these texts is tried where the function itself is tried.
"""

import ast
import inspect
import itertools
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from vdm_tutor.exercises.code_loops import STRAIGHTENED
from vdm_tutor.exercises.code_order import handed
from vdm_tutor.exercises.code_rules import TAKEN_BACK
from vdm_tutor.exercises.code_slips import every_code_slip
from vdm_tutor.proofs.tree import rebuilt

MOST = 1000  # changes that are tried: a count, not a clock, so that a busy machine hears the same mistakes


def source_of(function: object) -> str:
    """The text of a reader's function, a lambda's as that of a function; empty where there is none to be had."""
    if not inspect.isfunction(function):
        return ""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return ""
    found = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.Lambda)]
    if not found:
        return ""
    first = found[0]
    if isinstance(first, ast.Lambda):
        return f"def answer({ast.unparse(first.args)}):\n    return {ast.unparse(first.body)}"
    first.decorator_list = []
    return ast.unparse(in_our_names(first))


def in_our_names(function: ast.FunctionDef) -> ast.FunctionDef:
    """A running product by the name of alpha_bar, what it is of by that of alpha, what counts a loop's rounds by t."""
    ours = {}
    for n in ast.walk(function):
        for name, value in set_by(n):
            if isinstance(name, ast.Name) and "cumprod" in ast.unparse(value):
                ours[name.id] = "alpha_bar"
                ours |= {n.id: "alpha" for n in ast.walk(value) if isinstance(n, ast.Name) and n.id in handed(function)}
        if isinstance(n, ast.For) and isinstance(n.target, ast.Name) and "range" in ast.unparse(n.iter):
            ours[n.target.id] = "t"
    taken = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)} | set(handed(function))
    ours = {name: other for name, other in ours.items() if other not in taken}
    for arg in function.args.args:
        arg.arg = ours.get(arg.arg, arg.arg)
    return rebuilt(function, lambda n: ast.Name(ours[n.id], n.ctx) if getattr(n, "id", "") in ours else None)


def set_by(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """What is set to what: a = b, or a, b = c, d."""
    if not isinstance(node, ast.Assign):
        return []
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=False))
    return [(target, value)]


@dataclass(frozen=True)
class Mended:
    """What each of some texts of a function gives on a trial, None for one that raises.

    None of them is judged here, where a reader's function may have changed the judge.
    """

    trial: Callable
    texts: tuple[str, ...]

    def __call__(self, function: Callable) -> list[list | None]:
        return [self.rows(text, function.__globals__) for text in self.texts]

    def rows(self, text: str, known: dict) -> list | None:
        import numpy as np

        names = {"np": np, **known}
        try:
            exec(compile(text, "<mended>", "exec"), names)  # what ran here before, but for one place
            return self.trial(names[ast.parse(text).body[-1].name])
        except Exception:  # a change may well raise
            return None


def every_change(function: object) -> list[tuple[str, str]]:
    """(mistake, text without it) for each change of a reader's function; of a long one's the first."""
    source = source_of(function)
    return list(itertools.islice(every_code_slip(source, TAKEN_BACK, STRAIGHTENED), MOST)) if source else []


def never_used(function: object) -> list[str]:
    """The arguments of a reader's function that have no part in it, and what a loop takes of several at a time."""
    source = source_of(function)
    made = ast.parse(source).body[-1] if source else None
    used = {n.id for n in ast.walk(made) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)} if made else set()
    taken = (
        [n.target for n in ast.walk(made) if isinstance(n, ast.For) and isinstance(n.target, ast.Tuple)] if made else []
    )
    names = [n.id for target in taken for n in target.elts if isinstance(n, ast.Name) and not n.id.startswith("_")]
    return [name for name in [*(arg.arg for arg in made.args.args), *names] if name not in used] if made else []


def belied_by(function: object) -> set[str]:
    """The mistakes that a reader's text has not made, whatever its numbers say."""
    tree = ast.parse(source_of(function))
    loops = [n for n in ast.walk(tree) if isinstance(n, ast.For | ast.While)]
    leaves = any(isinstance(n, ast.Return) for loop in loops for n in ast.walk(loop))
    draws = any(isinstance(n, ast.Call) and getattr(n.func, "id", "") == "noise" for n in ast.walk(tree))
    names = {"left in the first round of the loop": loops and not leaves, "no noise at all": draws}
    return {name for name, belied in names.items() if belied}
