"""Mistakes in the order of a function: what is done in a loop, how often, what is handed over and when it leaves."""

import ast
import copy
from collections.abc import Callable, Iterator

from vdm_tutor.proofs.tree import call, rebuilt

READ_AS = {  # what is handed over, as people read it who take it for something else
    "np.log({0})": "a logarithm taken for the quantity itself",
    "np.log(np.abs({0}))": "a logarithm taken for the quantity itself",
    "np.exp({0})": "a quantity taken for its logarithm",
    "{0} / 2": "a factor 2 or 1/2 too many",
    "2 * {0}": "a factor 2 or 1/2 too many",
    "{0} ** 0.5": "a root too many",
    "{0} ** 2": "a square too many",
    "1 - {0}": "a and 1 - a confused",
    "1 / {0}": "a quantity for its inverse",
    "{0} - 1": "a count off by one",
    "{0} + 1": "a count off by one",
    "np.cumprod({0})": "alpha_bar for alpha",
    "{0}[::-1]": "the steps taken in the opposite order",
}
GIVEN_AS = {  # and what is given back
    "np.log({0})": "a logarithm or an exponential too many",
    "np.exp({0})": "a logarithm or an exponential too many",
    "({0}) ** 0.5": "a root too many",
    "({0}) ** 2": "a square too many",
    "1 / ({0})": "a quantity for its inverse",
}
COUNTS = ("{0} - 1", "{0} + 1")  # of what is no row of numbers


def one_noise(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Every draw of noise() as one that is made before all else."""
    if "noise" in handed(function):
        yield begun(function, "one = noise()\nnoise = lambda *shape: one")


def drawn_again(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """A draw that is used twice as two draws."""
    for drawn in (n for n in ast.walk(function) if isinstance(n, ast.Assign) and ast.unparse(n.value) == "noise()"):
        for use in ast.walk(function):
            if isinstance(use, ast.Name) and isinstance(use.ctx, ast.Load) and use.id == ast.unparse(drawn.targets[0]):
                yield rebuilt(function, lambda n, use=use: call("noise") if n is use else None)


def worked_out_once(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What a function that is handed over gives in each round, as what it gives before the first."""
    for i, loop in enumerate(function.body):
        for asked in ast.walk(loop) if isinstance(loop, ast.For) else ():
            if isinstance(asked, ast.Call) and asked.args and ast.unparse(asked.func) in handed(function):
                held = ast.Assign([ast.Name("held", ast.Store())], asked, lineno=0)
                later = rebuilt(loop, lambda n, asked=asked: ast.Name("held", ast.Load()) if n is asked else None)
                first = ast.Assign([loop.target], call("next", call("iter", loop.iter)), lineno=0)
                yield with_body(function, [*function.body[:i], first, held, later, *function.body[i + 1 :]])


def another_way(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The rounds of a loop in the opposite order."""
    for loop in (n for n in ast.walk(function) if isinstance(n, ast.For)):
        rounds = call("reversed", call("list", loop.iter))
        yield rebuilt(function, lambda n, loop=loop, rounds=rounds: rounds if n is loop.iter else None)


def left_early(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What is given back at the end, given back in the first round of the loop."""
    last = function.body[-1]
    for i, loop in enumerate(function.body):
        if isinstance(loop, ast.For) and isinstance(last, ast.Return):
            left = with_body(loop, [*loop.body, last])
            yield with_body(function, [*function.body[:i], left, *function.body[i + 1 :]])


def added_up(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """All that is given back as its sum, and as its mean."""
    last = function.body[-1]
    for how in ("np.sum", "np.mean") if isinstance(last, ast.Return) else ():
        yield with_body(function, [*function.body[:-1], *ast.parse(f"return {how}({ast.unparse(last.value)})").body])


def only_the_last(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """All that is given back as the last of it."""
    last = function.body[-1]
    if isinstance(last, ast.Return):
        yield with_body(function, [*function.body[:-1], *ast.parse(f"return ({ast.unparse(last.value)})[-1]").body])


def read_as(name: str) -> Callable[[ast.FunctionDef], Iterator[ast.AST]]:
    """Something that is handed over, read as something else wherever it is used."""
    forms = [form for form, other in READ_AS.items() if other == name]
    return lambda function: (
        begun(function, f"{a} = {form.format(a)}")
        for a in handed(function)
        for form in forms
        if form not in COUNTS or a not in taken_apart(function)
    )


def taken_apart(function: ast.FunctionDef) -> set[str]:
    """What a function goes through, or takes an entry of."""
    parts = [getattr(n, "iter", getattr(n, "value", None)) for n in ast.walk(function)
             if isinstance(n, ast.For | ast.comprehension | ast.Subscript)]  # fmt: skip
    return {n.id for part in parts for n in ast.walk(part) if isinstance(n, ast.Name)}


def given_as(name: str) -> Callable[[ast.FunctionDef], Iterator[ast.AST]]:
    """What is given back, as something else."""

    def given(function: ast.FunctionDef) -> Iterator[ast.AST]:
        last = function.body[-1]
        for form in (form for form, other in GIVEN_AS.items() if other == name and isinstance(last, ast.Return)):
            yield with_body(
                function, [*function.body[:-1], *ast.parse(f"return {form.format(ast.unparse(last.value))}").body]
            )

    return given


def is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name)


def handed(function: ast.FunctionDef) -> list[str]:
    return [arg.arg for arg in function.args.args]


def begun(function: ast.FunctionDef, text: str) -> ast.FunctionDef:
    """The function with something done before all else."""
    return with_body(function, [*ast.parse(text).body, *function.body])


def with_body(part: ast.AST, body: list[ast.stmt]) -> ast.AST:
    other = copy.copy(part)
    other.body = body
    return other


ORDERS = (
    ("one noise used at every step", one_noise),
    ("another draw for the same one", drawn_again),
    ("worked out once, before the loop", worked_out_once),
    ("the steps taken in the opposite order", another_way),
    ("left in the first round of the loop", left_early),
    ("summed over another axis", added_up),
    ("one of them for all of them", only_the_last),
    *((name, read_as(name)) for name in dict.fromkeys(READ_AS.values())),
    *((name, given_as(name)) for name in dict.fromkeys(GIVEN_AS.values())),
)
