"""What a line of expectations is worth, exactly, on a small discrete chain: sums over a table of rational numbers.

The evaluator knows the two joint tables p(x_0..x_T) and q(x_0..x_T) and nothing else: every marginal and conditional
comes from summing. Values are rational combinations of logarithms of primes, so equality is decided exactly.
"""

import ast
import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import reduce
from typing import Any

from vdm_tutor.proofs.any_length import least_length
from vdm_tutor.proofs.exact import Undecided, Undefined, spend
from vdm_tutor.proofs.logs import Log, as_log, log_of
from vdm_tutor.proofs.tables import LAWS, WORLDS, World
from vdm_tutor.proofs.tree import around_the_bar, called, names, parse
from vdm_tutor.proofs.verdict import Verdict, told_apart

Point = dict[int, int]
Worth = Callable[[dict], Callable[[Point], Any]]  # of an index, then of a point: a rational number, a Log, a float


def evaluate(node: ast.expr, world: World, point: Point, index: dict[str, int]):
    """The worth of a tree at a point (values of the free variables), an index (t, T, i) and a world."""
    return compiled(node, world)(index)(point)


def compiled(node: ast.expr, world: World) -> Worth:
    """The tree as a function of an index, whose worth is a function of a point: which steps are meant is settled first.

    Exact in a world of rational numbers, fast in a rounded one. Raises Undefined for what means nothing on a chain.
    """
    spend(10)
    match node:
        case ast.Constant(value=int(number)):
            return lambda index: lambda point: Fraction(number)
        case ast.Name(id=name):
            return lambda index: _looked_up(name, index)
        case ast.List(elts=[inner]) | ast.Set(elts=[inner]):
            return compiled(inner, world)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _applied(lambda a: -a, compiled(inner, world))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _applied(_BINARY[type(op)], compiled(left, world), compiled(right, world))
        case ast.Call(func=ast.Subscript(value=ast.Name(id="E"), slice=law), args=[inner]):
            return _expectation(law, inner, world)
        case ast.Call() if called(node) in LAWS:
            return probability(node, world)
        case ast.Call() if called(node) in _CALLS:
            return _CALLS[called(node)](node.args, world)
    raise Undefined(f"{ast.unparse(node)!r} has no value on a chain")


def _applied(f: Callable, *parts: Worth) -> Worth:
    """f of what the parts are worth."""

    def at_index(index):
        inner = [part(index) for part in parts]
        if len(inner) == 1:
            (a,) = inner
            return lambda point: f(a(point))
        a, b = inner
        return lambda point: f(a(point), b(point))

    return at_index


def _looked_up(name: str, index: dict[str, int]) -> Callable:
    if name not in index:
        raise Undefined(f"{name!r} has no value on a chain")
    return lambda point: Fraction(index[name])


def _divide(a, b):
    if isinstance(b, Log):
        raise Undefined("a division by a logarithm")
    if b == 0:
        raise Undefined("a division by zero")
    return a / b


def _power(a, b):
    if isinstance(a, Log) or isinstance(b, Log) or b != int(b) or abs(b) > 64 or (a == 0 and b < 0):
        raise Undefined("a power that has no value on a chain")
    spend(int(abs(b)))
    return _sensible(a ** int(b))


def _sensible(a):
    """A number that can be told in floating point; refused before the next power makes it longer yet."""
    if isinstance(a, Fraction) and max(a.numerator.bit_length(), a.denominator.bit_length()) > 1000:
        raise Undefined("a number of more than three hundred digits")
    return a


_BINARY = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: _divide,
    ast.Pow: _power,
}


def _step(node: ast.expr, world: World) -> Callable:
    """A step or an end of a range: a whole number of a sensible size, for an index."""
    f = compiled(node, world)

    def step(index) -> int:
        try:
            worth = f(index)({})
        except KeyError:
            worth = None
        if not isinstance(worth, Fraction) or worth != int(worth) or abs(worth) > 64:
            raise Undefined(f"{ast.unparse(node)} is no step of the chain")
        return int(worth)

    return step


def variables(node: ast.expr, world: World) -> Callable:
    """The variables that x[t-1], x[1:T], z or x name, as positions in a path, for an index."""
    n_steps = world.q.n_steps
    match node:
        case ast.Name(id="x" | "y" | "z" as name):
            position = {"x": (0,), "y": (n_steps + 1,), "z": (1,)}[name]
            return lambda index: position
        case ast.Subscript(slice=ast.Slice(lower=low, upper=high)):
            first, last = _step(low, world), _step(high, world)
        case ast.Subscript(slice=step):
            first = last = _step(step, world)
        case _:
            raise Undefined(f"{ast.unparse(node)!r} is no variable of the chain")

    def positions(index) -> tuple[int, ...]:
        low, high = first(index), last(index)
        if world.draws and node.value.id == "z" and low < 1:
            raise Undefined(f"{ast.unparse(node)} does not exist: the draws are z_1 to z_L")
        if low < 0 or high > n_steps:
            raise Undefined(f"{ast.unparse(node)} does not exist: the chain runs from x_0 to x_{n_steps}")
        return tuple(range(low, high + 1))

    return positions


def law_of(node: ast.expr, world: World) -> Callable:
    """The variables of q(a | b), for an index: those it is a law of, and those that are given."""
    if called(node) not in LAWS:
        raise Undefined(f"{ast.unparse(node)!r} is no law")
    targets, given = ([variables(part, world) for part in side] for side in around_the_bar(node))

    def law(index) -> tuple[tuple[int, ...], tuple[int, ...]]:
        spend(10)
        known = dict.fromkeys(v for positions in given for v in positions(index))
        wanted = dict.fromkeys(v for positions in targets for v in positions(index) if v not in known)
        return tuple(wanted), tuple(known)

    return law


def probability(node: ast.Call, world: World) -> Worth:
    """q(a | b) at the point: the joint table summed down to a and b, over the table summed down to b."""
    law, table = law_of(node, world), world.table(called(node))

    def at_index(index):
        targets, given = law(index)
        both, given = tuple(sorted({*targets, *given})), tuple(sorted(given))
        if both and both[-1] >= table.n_variables:
            raise Undefined("there is no label y on this chain")
        top, below = table.marginal(both), table.marginal(given)
        return lambda point: top[tuple([point[v] for v in both])] / below[tuple([point[v] for v in given])]

    return at_index


def _assignments(targets: tuple[int, ...], world: World, point: Point) -> Iterator[Point]:
    point = dict(point)
    for values in itertools.product(range(world.q.n_states), repeat=len(targets)):
        spend(5)
        point.update(zip(targets, values, strict=True))
        yield point


def _summed(targets: tuple[int, ...], world: World, term: Callable) -> Callable:
    """A sum over every value of some variables."""

    def total(point):
        found = Fraction(0)
        for at in _assignments(targets, world, point):
            found = found + term(at)
        return found

    return total


def _expectation(law: ast.expr, inner: ast.expr, world: World) -> Worth:
    targets, body, chance = law_of(law, world), compiled(inner, world), probability(law, world)

    def at_index(index):
        f, weight = body(index), chance(index)
        return _summed(targets(index)[0], world, lambda at: f(at) * weight(at))

    return at_index


def _kl(args: list[ast.expr], world: World) -> Worth:
    (first, q), (second, p) = [(law_of(a, world), probability(a, world)) for a in args]

    def at_index(index):
        targets, weight, other = first(index)[0], q(index), p(index)
        if set(second(index)[0]) != set(targets):
            raise Undefined("a KL between laws of different variables")
        return _summed(targets, world, lambda at: log_of((w := weight(at)) / other(at)) * w)

    return at_index


def _collected(collect: Callable) -> Callable:
    """A sum, a product or a mean over a range, as a rule for compiling it."""

    def rule(args: list[ast.expr], world: World) -> Worth:
        name, low, high, body = args
        if not isinstance(name, ast.Name):
            raise Undefined(f"{ast.unparse(name)!r} is no index")
        first, last, f = _step(low, world), _step(high, world), compiled(body, world)

        def at_index(index):
            steps = range(first(index), last(index) + 1)
            spend(5 * len(steps))
            inner = [f(index | {name.id: i}) for i in steps]
            return lambda point: collect(_each(inner, point))

        return at_index

    return rule


def _each(parts: list[Callable], point: Point) -> list:
    spend(2 * len(parts))
    return [part(point) for part in parts]


def _mean(values: list):
    if not values:
        raise Undefined("a mean over no steps")
    return sum(values, start=Fraction(0)) * Fraction(1, len(values))


def _integral(args: list[ast.expr], world: World) -> Worth:
    targets, body = variables(args[0], world), compiled(args[1], world)
    return lambda index: _summed(targets(index), world, body(index))


_CALLS: dict[str, Callable] = {
    "log": lambda args, world: _applied(log_of, compiled(args[0], world)),
    "KL": _kl,
    "sum": _collected(lambda values: sum(values, start=Fraction(0))),
    "prod": _collected(lambda values: reduce(lambda a, b: _sensible(a * b), values, Fraction(1))),
    "mean": _collected(_mean),
    "integral": _integral,
}


def every_path(world: World) -> Iterator[Point]:
    """Every value of all the variables of a world."""
    return _assignments(tuple(range(world.p.n_variables)), world, {})


def places(trees: list[ast.expr], world: World) -> list[tuple[Point, dict]]:
    """Every value of the free variables and of a free t at which a line says something."""
    n_steps, worths = world.q.n_steps, [compiled(tree, world) for tree in trees]
    used = set().union(*(names(tree) for tree in trees))
    bound = any(called(n) in ("sum", "prod", "mean") for tree in trees for n in ast.walk(tree))
    steps = range(2, n_steps + 1) if "t" in used and not bound else [0]
    found = []
    for t in steps:
        index = {"T": n_steps, "L": n_steps} | ({"t": t} if t else {})
        first = [{0: value} for value in range(world.q.n_states)]
        try:
            for worth in worths:
                worth(index)(first[0])
        except KeyError:
            first = [dict(path) for path in every_path(world)]
        except Undefined:
            pass
        found += [(point, index) for point in first]
    return found


def decide(claim, left: ast.expr, right: ast.expr) -> Verdict:
    """The two sides at every place of every chain of the claim's table, as exact numbers."""
    least = least_length(left, right)
    worlds, held = [w for w in WORLDS[claim.by.table]() if w.q.n_steps >= least], 0
    for world in worlds:
        try:
            at = places([left, right], world)
            ours, theirs, gap = (compiled(side, world) for side in (left, right, parse(claim.gap or "0")))
            for point, index in at:
                a, b = as_log(ours(index)(point)), as_log(theirs(index)(point) + gap(index)(point))
                if a != b:
                    where = ", ".join(f"x_{k} = {v}" for k, v in sorted(point.items()))
                    ours, theirs = told_apart(float(a), float(b), lambda worth, n: f"{worth:.{n}f}")
                    return Verdict(False, "enumerated", f"at {where}: {ours} against {theirs}")
        except Undefined as reason:
            return Verdict(False, "enumerated", str(reason), undefined=True)
        except KeyError as missing:
            return Verdict(False, "enumerated", f"x_{missing} is left without a value", undefined=True)
        held += len(at)
    if not held:
        raise Undecided(f"no chain is long enough for ({claim.key})")
    lengths = ", ".join(str(n) for n in sorted({w.q.n_steps for w in worlds}))
    note = f"; the gap is {claim.gap}, which log u <= u - 1 makes non-negative" if claim.gap else ""
    why = f"exactly equal at {held} places of {len(worlds)} tables (T = {lengths}){note}"
    return Verdict(True, "enumerated", why)
