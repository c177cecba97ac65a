"""What a side is worth at a point, in floating point: fast, so it refutes and recognises; it never proves.

Its rules are written down a second time, apart from `algebra`: a slope is a difference of nearby values, a mean is a
sum over the atoms of a law, a KL between bells has its closed form. A vector is a tuple, a matrix a tuple of tuples.
"""

import ast
import math
import random
from collections.abc import Callable
from functools import lru_cache

from vdm_tutor.judge.vectors import (
    BINARY,
    covariance,
    det,
    dot,
    entries,
    identity,
    inverse,
    is_vector,
    matmul,
    normal,
    over,
    plus,
    times,
    trace,
    transpose,
)
from vdm_tutor.proofs.polynomials import Undefined, spend
from vdm_tutor.proofs.quantities import MATRIX, NOISE, POSITIVE, UNIT, VECTOR
from vdm_tutor.proofs.tree import called

STEP = 2.0**-8  # between the values of which a slope is the difference
ATOMS = ((-1.7, 0.2), (0.3, 0.5), (1.9, 0.3))  # places and weights of a law with no symmetry
NODES = ((0.0, 8 / 15), (1.355626179974266, 0.222075922005613), (2.856970013872806, 0.011257411327721))  # Gauss-Hermite


class Point:
    """A value for each name, made from the name and the point's number; `definitions` give names their meaning."""

    def __init__(self, number: int, dim: int = 1, definitions: tuple = (), given: dict | None = None):
        self.number, self.dim, self.names = number, dim, dict(given or {})
        for name, meaning in definitions:
            self.names[name] = value(meaning, self)

    def __getitem__(self, name: str):
        if name not in self.names:
            self.names[name] = self._made(name)
        return self.names[name]

    def _made(self, name: str):
        rng, dim = random.Random(f"{name} {self.number}"), self.dim
        if name == "d":
            return float(dim)
        if name == "I":
            return identity(dim)
        if name == "pi":
            return math.pi
        if name in UNIT:
            return rng.uniform(0.15, 0.85)
        if name in MATRIX and dim > 1:
            low = [[rng.uniform(0.5, 1.5) if i == j else rng.uniform(-0.8, 0.8) * (j < i) for j in range(dim)]
                   for i in range(dim)]  # fmt: skip
            return matmul(tuple(map(tuple, low)), tuple(zip(*low, strict=True)))
        if name in POSITIVE or name in MATRIX:
            return rng.uniform(0.4, 2.2)
        if name in VECTOR and dim > 1:
            return tuple(rng.choice((-1, 1)) * rng.uniform(0.3, 2.2) for _ in range(dim))
        return rng.choice((-1, 1)) * rng.uniform(0.3, 2.2)

    def moved(self, name: str, to) -> "Point":
        """The same point with another value for one name."""
        return Point(self.number, self.dim, (), self.names | {name: to})


def value(node: ast.expr, at: Point):
    """The worth of a tree at a point: a number, a vector, a matrix, or a pair (mean, variance) for a law."""
    spend(2 * at.dim)
    kind = type(node)
    try:
        if kind is ast.BinOp:
            return BINARY[type(node.op)](value(node.left, at), value(node.right, at))
        if kind is ast.Name:
            return at[node.id]
        if kind is ast.Constant:
            return float(node.value)
        if kind is ast.UnaryOp:
            return times(-1.0, value(node.operand, at))
        if kind in (ast.List, ast.Set):
            return value(node.elts[0], at)
        if kind is ast.Subscript and isinstance(node.slice, ast.Constant):
            return at[f"{node.value.id}_{node.slice.value}"]
        if kind is ast.Call:
            return _called(node, at)
    except (OverflowError, ValueError, ZeroDivisionError, TypeError, LookupError, AttributeError) as error:
        reason = {ZeroDivisionError: "a division by zero", OverflowError: "it is too large"}.get(
            type(error), str(error)
        )
        reason = {"math domain error": "the root or logarithm of a negative number"}.get(reason, reason)
        raise Undefined(f"{ast.unparse(node)} has no value: {reason}") from None
    raise Undefined(f"{ast.unparse(node)!r} has no value")


def _called(node: ast.Call, at: Point):
    name = called(node)
    if name in _SPECIAL:
        return _SPECIAL[name](node.args, at)
    if name in _PLAIN:
        return _PLAIN[name](*[value(a, at) for a in node.args])
    if name is None:
        raise Undefined(f"{ast.unparse(node)!r} has no value")
    return _unknown(node, at)


def _unknown(node: ast.Call, at: Point) -> float:
    """A function of which nothing is known: some waves in its arguments, the same for the same text."""
    arguments, text = _text(node)
    worth = [c for a in arguments for c in entries(at[a])]
    spend(10 + 10 * len(worth))
    shift, waves = _waves(text, len(worth))
    total = sum(size * math.sin(pace * v + phase) for (size, pace, phase), v in zip(waves, worth, strict=True))
    return total if called(node) == "f" else math.exp(total + shift)


@lru_cache(4096)
def _text(node: ast.Call) -> tuple[tuple[str, ...], str]:
    inner = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n is not node.func]
    return tuple(dict.fromkeys(inner)), ast.unparse(node)


@lru_cache(4096)
def _waves(text: str, count: int) -> tuple[float, list]:
    rng = random.Random(text)
    return rng.uniform(-1, 1), [(rng.uniform(0.2, 0.9), rng.uniform(0.4, 1.6), rng.uniform(0, 6)) for _ in range(count)]


def _kl(args, at):
    (m1, v1), (m2, v2) = (_law(a, at) for a in args)
    c1, c2, gap = covariance(v1, m1), covariance(v2, m2), plus(m1, m2, -1.0)
    dim = len(m1) if isinstance(m1, tuple) else 1
    square = matmul(matmul(gap, inverse(c2)), gap)
    return (math.log(det(c2) / det(c1)) - dim + trace(matmul(inverse(c2), c1)) + square) / 2


def _law(node, at):
    if called(node) != "N":
        raise Undefined("a KL of a law of which nothing is known")
    return tuple(value(a, at) for a in node.args[-2:])


def _slope(args, at):
    body, x = args
    here = at[x.id]
    if not isinstance(here, tuple):
        return _difference(lambda h: value(body, at.moved(x.id, here + h)))
    return tuple(
        _difference(lambda h, i=i: value(body, at.moved(x.id, (*here[:i], here[i] + h, *here[i + 1 :]))))
        for i in range(len(here))
    )


def _difference(f: Callable):
    """A slope from six values, wrong by the sixth power of the step."""
    pairs = [plus(f(k * STEP), f(-k * STEP), -1.0) for k in (1, 2, 3)]
    return over(plus(plus(times(45.0, pairs[0]), times(-9.0, pairs[1])), pairs[2]), 60 * STEP)


def _mean_over(args, at):
    x, var, body = args
    scale = math.sqrt(value(var, at))
    places = [(s * x0 * scale, w) for x0, w in NODES for s in ((1, -1) if x0 else (1,))]
    return _weighted([(w, value(body, at.moved(x.id, place))) for place, w in places])


def _any_mean(args, at):
    y, body = args
    places = [(tuple(p + 0.3 * i for i in range(at.dim)) if at.dim > 1 else p, w) for p, w in ATOMS]
    return _weighted([(w, value(body, at.moved(y.id, place))) for place, w in places])


def _weighted(terms):
    total = times(*terms[0])
    for w, worth in terms[1:]:
        total = plus(total, times(w, worth))
    return total


def _integral(args, at):
    """Over the whole line, by the sum over a fine grid: exact to many digits for what falls like a bell."""
    x, body = args
    return sum(value(body, at.moved(x.id, i / 4)) for i in range(-48, 49)) / 4


def _product(args, at):
    low = {"prod(i, 1, t, alpha[i])": at["alpha_1"], "prod(i, 2, t, alpha[i])": 1.0}
    text = ast.unparse(ast.Call(ast.Name("prod"), args, []))
    if text not in low:
        raise Undefined(f"{text} is not a product of alpha_1 or alpha_2 up to alpha_t")
    return low[text] * at["alpha_merged"]


_SPECIAL = {"KL": _kl, "grad": _slope, "mean_over": _mean_over, "any_mean": _any_mean, "integral": _integral,
            "prod": _product}  # fmt: skip
_PLAIN = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "abs": abs,
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
    "N": normal,
    "norm2": lambda a: dot(a, a) if isinstance(a, tuple) else a * a,
    "tr": trace,
    "det": det,
    "diag": lambda a: tuple(times(x, row) for x, row in zip(a, identity(len(a)), strict=True)) if is_vector(a) else a,
    "inv": inverse,
    "T": transpose,
}


def law(node: ast.expr, at: Point) -> tuple:
    """Mean, variance, and what is left over if the side is no Gaussian: of N(...), or of affine noise."""
    if called(node) == "N":
        return (*_law(node, at), 0.0)
    still = at
    for name in NOISE:
        still = still.moved(name, times(0.0, at[name]))
    mean = value(node, still)
    shares = [(name, plus(value(node, still.moved(name, _ones(at[name]))), mean, -1.0)) for name in NOISE]
    total = mean
    for name, share in shares:
        total = plus(total, times(share, at[name]) if not isinstance(share, tuple) else share)
    return mean, sum(entries(share)[0] ** 2 for _, share in shares), plus(value(node, at), total, -1.0)


def _ones(a):
    return tuple(1.0 for _ in a) if isinstance(a, tuple) else 1.0
