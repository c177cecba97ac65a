"""What a line of expectations is worth, exactly, on a small discrete chain: sums over a table of rational numbers.

The evaluator knows the two joint tables p(x_0..x_T) and q(x_0..x_T) and nothing else: every marginal and conditional
comes from summing. Values are rational combinations of logarithms of primes, so equality is decided exactly.
"""

import ast
import itertools
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import no_type_check  # on what is called a million times: checked, the tests would take minutes

from vdm_tutor.proofs.any_length import least_length
from vdm_tutor.proofs.exact import Undecided, Undefined
from vdm_tutor.proofs.logs import Log, as_log, log_of
from vdm_tutor.proofs.tables import LAWS, WORLDS, World
from vdm_tutor.proofs.tree import called, names, parse

Point = dict[int, int]


@no_type_check
def evaluate(node: ast.expr, world: World, point: Point, index: dict[str, int]):
    """The worth of a tree at a point (values of the free variables), an index (t, T, i) and a world."""

    def recurse(n):
        return evaluate(n, world, point, index)

    match node:
        case ast.Constant(value=number):
            return Fraction(str(number))
        case ast.Name(id=name) if name in index:
            return Fraction(index[name])
        case ast.List(elts=[inner]) | ast.Set(elts=[inner]):
            return recurse(inner)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -recurse(inner)
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](recurse(left), recurse(right))
        case ast.Call(func=ast.Subscript(value=ast.Name(id="E"), slice=law), args=[inner]):
            return _expectation(law, inner, world, point, index)
        case ast.Call() if called(node) in LAWS:
            return probability(node, world, point, index)
        case ast.Call() if called(node) in _CALLS:
            return _CALLS[called(node)](node.args, world, point, index)
    raise Undefined(f"{ast.unparse(node)!r} has no value on a chain")


@no_type_check
def _divide(a, b):
    if b == 0:
        raise Undefined("a division by zero")
    return a / b


_BINARY = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: _divide,
    ast.Pow: lambda a, b: a ** int(b),
}


@no_type_check
def variables(node: ast.expr, world: World, point: Point, index: dict[str, int]) -> tuple[int, ...]:
    """The variables that x[t-1], x[1:T], z or x name, as positions in a path."""
    n_steps = world.q.n_steps
    match node:
        case ast.Name(id="x"):
            found = (0,)
        case ast.Name(id="y"):
            return (n_steps + 1,)
        case ast.Name(id="z"):
            found = (1,)
        case ast.Subscript(slice=ast.Slice(lower=low, upper=high)):
            ends = [int(evaluate(n, world, point, index)) for n in (low, high)]
            found = tuple(range(ends[0], ends[1] + 1))
        case ast.Subscript(slice=step):
            found = (int(evaluate(step, world, point, index)),)
        case _:
            raise Undefined(f"{ast.unparse(node)!r} is no variable of the chain")
    if any(not 0 <= v <= n_steps for v in found):
        raise Undefined(f"{ast.unparse(node)} does not exist: the chain runs from x_0 to x_{n_steps}")
    return found


@no_type_check
def law_of(node: ast.Call, *where) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The variables of q(a | b): those it is a law of, and those that are given."""
    targets, given, bar = [], [], False
    for argument in node.args:
        if isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.BitOr):
            targets += variables(argument.left, *where)
            given += variables(argument.right, *where)
            bar = True
        else:
            (given if bar else targets).extend(variables(argument, *where))
    return tuple(v for v in dict.fromkeys(targets) if v not in given), tuple(dict.fromkeys(given))


@no_type_check
def probability(node: ast.Call, world: World, point: Point, index: dict[str, int]) -> Fraction:
    """q(a | b) at the point: the joint table summed down to a and b, over the table summed down to b."""
    targets, given = law_of(node, world, point, index)
    table = world.table(called(node))
    both = tuple(sorted(set(targets + given)))
    given = tuple(sorted(given))
    top = table.marginal(both)[tuple(point[v] for v in both)]
    return top / table.marginal(given)[tuple(point[v] for v in given)]


@no_type_check
def _assignments(targets: tuple[int, ...], world: World, point: Point) -> Iterator[Point]:
    for values in itertools.product(range(world.q.n_states), repeat=len(targets)):
        yield point | dict(zip(targets, values, strict=True))


@no_type_check
def _expectation(law: ast.Call, inner: ast.expr, world: World, point: Point, index: dict):
    targets, _ = law_of(law, world, point, index)
    return sum(
        (evaluate(inner, world, at, index) * probability(law, world, at, index)
         for at in _assignments(targets, world, point)),
        start=Fraction(0),
    )  # fmt: skip


@no_type_check
def _kl(args: list[ast.expr], world: World, point: Point, index: dict):
    first, second = args
    targets, _ = law_of(first, world, point, index)
    if set(law_of(second, world, point, index)[0]) != set(targets):
        raise Undefined("a KL between laws of different variables")
    total = Log()
    for at in _assignments(targets, world, point):
        weight = probability(first, world, at, index)
        total += log_of(weight / probability(second, world, at, index)) * weight
    return total


@no_type_check
def _range(args: list[ast.expr], world: World, point: Point, index: dict) -> list:
    name, low, high, body = args
    ends = [int(evaluate(n, world, point, index)) for n in (low, high)]
    return [evaluate(body, world, point, index | {name.id: i}) for i in range(ends[0], ends[1] + 1)]


@no_type_check
def _mean(*args):
    values = _range(*args)
    if not values:
        raise Undefined("a mean of nothing")
    return sum(values, start=Fraction(0)) * Fraction(1, len(values))


@no_type_check
def _integral(args: list[ast.expr], world: World, point: Point, index: dict):
    targets = variables(args[0], world, point, index)
    return sum((evaluate(args[1], world, at, index) for at in _assignments(targets, world, point)), start=Fraction(0))


_CALLS: dict[str, Callable] = {
    "log": lambda args, *where: log_of(evaluate(args[0], *where)),
    "KL": _kl,
    "sum": lambda *a: sum(_range(*a), start=Fraction(0)),
    "prod": lambda *a: math.prod(_range(*a), start=Fraction(1)),
    "mean": _mean,
    "integral": _integral,
}


def places(trees: list[ast.expr], world: World) -> list[tuple[Point, dict]]:
    """Every value of the free variables and of a free t at which a line says something."""
    n_steps = world.q.n_steps
    used = set().union(*(names(tree) for tree in trees))
    bound = any(called(n) in ("sum", "prod", "mean") for tree in trees for n in ast.walk(tree))
    steps = range(2, n_steps + 1) if "t" in used and not bound else [0]
    found = []
    for t in steps:
        index = {"T": n_steps, "L": n_steps} | ({"t": t} if t else {})
        first = [{0: value} for value in range(world.q.n_states)]
        try:
            for tree in trees:
                evaluate(tree, world, first[0], index)
        except KeyError:
            first = list(_assignments(tuple(range(world.p.n_variables)), world, {}))
        except Undefined:
            pass
        found += [(point, index) for point in first]
    return found


def decide(claim, left: ast.expr, right: ast.expr) -> tuple[bool, str, str]:
    """(proved, kind, why): the two sides at every place of every chain of the claim's table, as exact numbers."""
    gap, least = parse(claim.gap or "0"), least_length(left, right)
    worlds, held = [w for w in WORLDS[claim.by.table]() if w.q.n_steps >= least], 0
    for world in worlds:
        for point, index in places([left, right], world):
            try:
                a, b = evaluate(left, world, point, index), evaluate(right, world, point, index)
                if claim.relation == ">=":
                    b = b + evaluate(gap, world, point, index)
            except Undefined as reason:
                return False, "enumerated", str(reason)
            except KeyError as missing:
                return False, "enumerated", f"x_{missing} is left without a value"
            if as_log(a) != as_log(b):
                where = ", ".join(f"x_{k} = {v}" for k, v in sorted(point.items()))
                return False, "enumerated", f"at {where}: {float(a):.4f} against {float(b):.4f}"
            held += 1
    if not held:
        raise Undecided(f"no chain is long enough for ({claim.key})")
    lengths = ", ".join(str(n) for n in sorted({w.q.n_steps for w in worlds}))
    note = f"; the gap is {claim.gap}, which log u <= u - 1 makes non-negative" if claim.gap else ""
    return True, "enumerated", f"exactly equal at {held} places of {len(worlds)} tables (T = {lengths}){note}"
