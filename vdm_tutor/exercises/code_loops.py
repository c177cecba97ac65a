"""What takes back a reader's mistakes of place: a line or a term in a loop or before it, a round that keeps nothing."""

import ast
import itertools
from collections.abc import Callable, Iterator

from vdm_tutor.exercises.code_order import another_way, handed, is_name, with_body
from vdm_tutor.exercises.code_rules import added, terms_of
from vdm_tutor.proofs.slips.terms import is_op
from vdm_tutor.proofs.tree import rebuilt

NOISE, STEP = "noise()", ("alpha_t", "alpha_prev")


def loops(function: ast.FunctionDef) -> list[tuple[int, ast.For]]:
    return [(i, s) for i, s in enumerate(function.body) if isinstance(s, ast.For)]


def names_in(*parts: ast.AST) -> set[str]:
    return {n.id for part in parts for n in ast.walk(part) if isinstance(n, ast.Name)}


def spliced(function: ast.FunctionDef, i: int, *new: ast.stmt) -> ast.FunctionDef:
    """The function with other statements in place of its i-th."""
    return with_body(function, [*function.body[:i], *new, *function.body[i + 1 :]])


def once(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """A term that a loop adds in every round, added once, before it."""
    for i, loop in loops(function):
        changed = {n.id for n in ast.walk(loop) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        for j, line in enumerate(loop.body):
            target = getattr(line, "target", None) or getattr(line, "targets", [None])[0]
            terms = terms_of(line.value) if isinstance(line, ast.Assign | ast.AugAssign) else []
            if not isinstance(target, ast.Name) or len(terms) < 2:
                continue
            for k, (kind, term) in enumerate(terms):
                if isinstance(term, ast.Name) and term.id not in changed:
                    sign = ast.Sub if (kind is ast.Sub) != isinstance(getattr(line, "op", None), ast.Sub) else ast.Add
                    value = added([*terms[:k], *terms[k + 1 :]])
                    kept = with_value(line, value)
                    before = ast.AugAssign(ast.Name(target.id, ast.Store()), sign(), term)
                    rounds = with_body(loop, [*loop.body[:j], kept, *loop.body[j + 1 :]])
                    yield spliced(function, i, before, rounds)


def with_value(line: ast.stmt, value: ast.expr) -> ast.stmt:
    if isinstance(line, ast.AugAssign):
        return ast.AugAssign(line.target, line.op, value)
    return ast.Assign(line.targets, value, lineno=0)


def in_each_round(drawn: bool) -> Callable[[ast.FunctionDef], Iterator[ast.AST]]:
    """A line before a loop, done in every round of it: one that draws, or one that does not."""

    def moved(function: ast.FunctionDef) -> Iterator[ast.AST]:
        for i, loop in loops(function):
            for k, line in enumerate(function.body[:i]):
                fixed = isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant | ast.Name)
                if isinstance(line, ast.Assign) and not fixed and (NOISE in ast.unparse(line)) == drawn:
                    inside = with_body(loop, [line, *loop.body])
                    yield with_body(
                        function, [*function.body[:k], *function.body[k + 1 : i], inside, *function.body[i + 1 :]]
                    )

    return moved


def with_the_rest(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """A line behind a loop, done in every round of it."""
    for i, loop in loops(function):
        if i + 1 < len(function.body) and isinstance(line := function.body[i + 1], ast.Assign | ast.AugAssign):
            inside = with_body(loop, [*loop.body, line])
            yield with_body(function, [*function.body[:i], inside, *function.body[i + 2 :]])


def left_at_the_end(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """A return at the end of a loop, behind the loop."""
    for i, loop in loops(function):
        if isinstance(loop.body[-1], ast.Return) and len(loop.body) > 1:
            yield spliced(function, i, with_body(loop, loop.body[:-1]), loop.body[-1])


def gathered(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """x = a in every round as x = x + a, from 0."""
    for i, loop in loops(function):
        for j, line in enumerate(loop.body):
            name = getattr(line.targets[0], "id", "") if isinstance(line, ast.Assign) else ""
            if name and name not in names_in(line.value):
                more = ast.AugAssign(ast.Name(name, ast.Store()), ast.Add(), line.value)
                rounds = with_body(loop, [*loop.body[:j], more, *loop.body[j + 1 :]])
                start = [] if name in names_in(*function.body[:i]) else ast.parse(f"{name} = 0").body
                yield spliced(function, i, *start, rounds)


def begun_anew(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """x += a in every round as x = a."""
    for i, loop in loops(function):
        for j, line in enumerate(loop.body):
            if isinstance(line, ast.AugAssign) and is_name(line.target):
                alone = ast.Assign([line.target], line.value, lineno=0)
                yield spliced(function, i, with_body(loop, [*loop.body[:j], alone, *loop.body[j + 1 :]]))


def each_in_turn(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """a[0] in every round as a[i], for whatever stands so in a loop."""
    for i, loop in loops(function):
        if isinstance(loop.target, ast.Name):

            def turned(n: ast.AST, index: str = loop.target.id) -> ast.AST | None:
                first = isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Constant | ast.UnaryOp)
                return ast.Subscript(n.value, ast.Name(index, ast.Load()), ast.Load()) if first else None

            yield spliced(function, i, rebuilt(loop, turned))


def at_each_step(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What is handed over is asked in every round at that round's step."""
    for _, loop in loops(function):
        asked = [n for n in ast.walk(loop) if isinstance(n, ast.Call) and getattr(n.func, "id", "") in handed(function)]
        for old in (
            (a for n in asked for a in n.args if loop.target.id not in names_in(a)) if is_name(loop.target) else ()
        ):
            yield rebuilt(function, lambda n, old=old, t=loop.target.id: ast.Name(t, ast.Load()) if n is old else None)


def levels_exchanged(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """One alpha and one alpha_bar, each in the other's place."""
    used = [n for n in ast.walk(function) if is_name(n) and n.id.startswith("alpha_") and isinstance(n.ctx, ast.Load)]
    for a, b in itertools.combinations(used, 2):
        if (a.id in STEP) != (b.id in STEP):
            yield rebuilt(
                function,
                lambda n, a=a, b=b: (
                    ast.Name(b.id, ast.Load()) if n is a else ast.Name(a.id, ast.Load()) if n is b else None
                ),
            )


def divided_too(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What divides somewhere, dividing what is set in one other place, or in two."""
    below = {ast.unparse(n.right): n.right for n in ast.walk(function) if is_op(n, ast.Div)}
    below = [n for n in below.values() if not isinstance(n, ast.Constant)]
    whole = [
        n.value for n in ast.walk(function) if isinstance(n, ast.Assign | ast.Return) and isinstance(n.value, ast.BinOp)
    ]
    places = [(a,) for a in whole] + [(a, b) for i, a in enumerate(whole) for b in whole[i + 1 :]]
    for divisor in below[:3]:
        for place in places:
            yield rebuilt(
                function,
                lambda n, p=place, d=divisor: ast.BinOp(n, ast.Div(), d) if any(n is a for a in p) else None,
            )


STRAIGHTENED = (
    ("done in every round what is done once", once),
    ("one noise used at every step", in_each_round(drawn=True)),
    ("worked out once, before the loop", in_each_round(drawn=False)),
    ("done once what is done in every round", with_the_rest),
    ("left in the first round of the loop", left_at_the_end),
    ("one of them for all of them", gathered),
    ("one of them for all of them", each_in_turn),
    ("a term too many", begun_anew),
    ("the steps taken in the opposite order", another_way),
    ("one variable for another", at_each_step),
    ("alpha and alpha_bar exchanged", levels_exchanged),
    ("a denominator lost", divided_too),
)
