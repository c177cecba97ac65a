"""Fractions of polynomials in symbols, roots, logarithms, exponentials and unknown functions, with the work counted.

A fraction is a polynomial over a formal product of polynomials, so that nothing has to be cancelled: whether it is
zero stands in its numerator. A root r of q-th order is a generator with r^q = its radicand; an exponential is a
product of powers of generators whose exponents are independent over the rational numbers.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.polys.rings import PolyElement, PolyRing


class Undecided(Exception):
    """Neither proved nor rejected: an error, never a verdict."""


class Undefined(Exception):
    """The side has no value: the root of a negative number, a division by zero."""


class TooLong(Undecided):
    """More work than an answer may take."""


_left: ContextVar[list[float] | None] = ContextVar("left", default=None)
OPAQUE = (sp.Symbol, AppliedUndef, sp.Derivative, sp.log)
Quotient = tuple[PolyElement, dict[PolyElement, int]]  # a numerator, and each factor of the denominator with its power


@contextmanager
def effort(steps: float | int) -> Iterator[None]:
    """Within it at most so many steps of work are done, then TooLong is raised; what is used is used up outside too.

    A step is about a microsecond's work on a laptop, and counted: the same on every machine.
    """
    outer = _left.get()
    granted = min(steps, outer[0]) if outer else steps
    inner = [granted]
    token = _left.set(inner)
    try:
        yield
    finally:
        _left.reset(token)
        if outer:
            outer[0] -= granted - max(inner[0], 0)


@contextmanager
def unpaid() -> Iterator[None]:
    """Work that is done once and kept, and that nobody's limit is for."""
    token = _left.set(None)
    try:
        yield
    finally:
        _left.reset(token)


def spend(steps: float | int) -> None:
    """Count work before it is done."""
    if left := _left.get():
        left[0] -= steps
        if left[0] < 0:
            raise TooLong("deciding this takes too long")


def is_root(e: sp.Expr) -> bool:
    """Whether e is a power with a broken exponent, like sqrt(a)**3."""
    return isinstance(e, sp.Pow) and e.exp.is_Rational and e.exp.q > 1


def _generators(e: sp.Expr, found: dict, exponents: dict) -> None:
    """Collect the generators of e, and apart from them the arguments of its exponentials."""
    if isinstance(e, OPAQUE) or e in (sp.pi,):
        found.setdefault(e)
    elif isinstance(e, sp.exp):
        exponents.setdefault(e.args[0])
    elif is_root(e):
        _generators(e.base, found, exponents)
        found.setdefault(sp.Pow(e.base, sp.Rational(1, e.exp.q)))
    elif isinstance(e, sp.Pow) and e.exp.is_Integer:
        _generators(e.base, found, exponents)
    elif isinstance(e, (sp.Add, sp.Mul)):
        for part in e.args:
            _generators(part, found, exponents)
    elif not e.is_Rational:
        found.setdefault(e)


class Field:
    """The fractions in which given expressions live; `quotient` brings an expression into them."""

    def __init__(self, *expressions: sp.Expr):
        found: dict = {}
        exponents: dict = {}
        inner: dict = {}
        for e in expressions:
            _generators(e, found, exponents)
        for exponent in exponents:
            _generators(exponent, found, inner)
        for exponent in inner:
            found.setdefault(sp.exp(exponent))  # an exponential within an exponent is a generator like any other
        self.exponentials: dict[sp.Expr, dict[int, int]] = {}
        self._build(list(found))
        if exponents:
            self._build([*found, *self._basis(list(exponents))])

    def _build(self, generators: list[sp.Expr]) -> None:
        self.ring = PolyRing([f"g{i}" for i in range(max(len(generators), 1))], sp.QQ, "lex")
        self.expressions = generators or [sp.Integer(1)]
        self.place = {g: i for i, g in enumerate(generators)}
        self.known: dict[sp.Expr, Quotient] = {}
        self.radicands: dict[int, tuple[int, PolyElement]] = {}
        for i, g in enumerate(generators):
            if is_root(g):
                top, below = self.quotient(g.base)
                if not below:
                    self.radicands[i] = (int(g.exp.q), top)

    def _basis(self, exponents: list[sp.Expr]) -> list[sp.Expr]:
        """Exponentials of which all the given ones are products of whole powers, by elimination over the rationals."""
        below: dict = {}
        quotients = [self.quotient(e) for e in exponents]
        for _, factors in quotients:
            below = _merged(below, factors)
        rows: list[dict] = []
        shares: list[dict] = []
        for quotient in quotients:
            row, share = dict(self._over(quotient, below)), {}
            for j, known in enumerate(rows):
                lead = next(iter(known))
                if lead in row:
                    share[j] = row[lead] / known[lead]
                    row = {m: v for m in {**row, **known} if (v := row.get(m, 0) - share[j] * known.get(m, 0))}
            if row:
                share[len(rows)] = sp.QQ(1)
                rows.append(row)
            shares.append(share)
        scales = [math.lcm(*[int(c[j].denominator) for c in shares if j in c]) for j in range(len(rows))]
        bottom = sp.Mul(*[self.expression(f) ** k for f, k in below.items()])
        for e, share in zip(exponents, shares, strict=True):
            self.exponentials[e] = {len(self.place) + j: int(c * scales[j]) for j, c in share.items()}
        return [sp.exp(self.expression(self.ring.from_dict(row)) / (bottom * k), evaluate=False)
                for row, k in zip(rows, scales, strict=True)]  # fmt: skip

    def expression(self, a: PolyElement) -> sp.Expr:
        """A polynomial as a sympy expression again."""
        return a.as_expr(*self.expressions)

    def times(self, a: PolyElement, b: PolyElement) -> PolyElement:
        """The product, with every root that stands to its own power replaced by its radicand."""
        spend(3 * len(a) * len(b))
        return self._reduced(a * b)

    def _reduced(self, a: PolyElement) -> PolyElement:
        for i, (q, radicand) in self.radicands.items():
            while any(m[i] >= q for m in a):
                kept, squared = {}, {}
                for m, c in a.items():
                    if m[i] >= q:
                        squared[(*m[:i], m[i] - q, *m[i + 1 :])] = c
                    else:
                        kept[m] = c
                spend(3 * len(squared) * len(radicand))
                a = self.ring.from_dict(kept) + self.ring.from_dict(squared) * radicand
        return a

    def to_the(self, a: PolyElement, n: int) -> PolyElement:
        """a to the power n >= 0, by repeated squaring."""
        out = self.ring.one
        while n:
            out = self.times(out, a) if n & 1 else out
            n >>= 1
            a = self.times(a, a) if n else a
        return out

    def _over(self, quotient: Quotient, below: dict) -> PolyElement:
        """The numerator of the quotient over a common denominator."""
        top, factors = quotient
        for factor, k in below.items():
            top = self.times(top, self.to_the(factor, k - factors.get(factor, 0)))
        return top

    def quotient(self, e: sp.Expr) -> Quotient:
        """The expression as a fraction; raises Undefined for a division by zero."""
        if e not in self.known:
            self.known[e] = self._quotient(e)
        return self.known[e]

    def _quotient(self, e: sp.Expr) -> Quotient:
        spend(10)
        if e.is_Rational:
            return self.ring.ground_new(sp.QQ(e.p, e.q)), {}
        if e in self.place:
            return self.ring.gens[self.place[e]], {}
        if isinstance(e, sp.Add):
            parts, below = [self.quotient(part) for part in e.args], {}
            for _, factors in parts:
                below = _merged(below, factors)
            return sum((self._over(part, below) for part in parts), start=self.ring.zero), below
        if isinstance(e, sp.Mul):
            top, below = self.ring.one, {}
            for part in e.args:
                t, factors = self.quotient(part)
                top = self.times(top, t)
                below = {f: below.get(f, 0) + factors.get(f, 0) for f in {**below, **factors}}
            return top, below
        if isinstance(e, sp.exp):
            powers = self.exponentials[e.args[0]]
            top = math.prod((self.ring.gens[i] ** k for i, k in powers.items() if k > 0), start=self.ring.one)
            return top, {self.ring.gens[i]: -k for i, k in powers.items() if k < 0}
        if isinstance(e, sp.Pow) and e.exp.is_Rational:
            return self._power(e.base, int(e.exp.p), int(e.exp.q))
        raise Undecided(f"{e} is beyond the algebra")

    def _power(self, base: sp.Expr, p: int, q: int) -> Quotient:
        if q > 1:
            i = self.place[sp.Pow(base, sp.Rational(1, q))]
            if p > 0:
                return self.to_the(self.ring.gens[i], p), {}
            if i in self.radicands:  # r^-1 is r^(q-1) over the radicand
                whole = -(p // q)
                top, below = self._inverse(self.radicands[i][1], whole)
                return self.times(top, self.to_the(self.ring.gens[i], p + q * whole)), below
            return self.ring.one, {self.ring.gens[i]: -p}
        top, below = self.quotient(base)
        if p >= 0:
            return self.to_the(top, p), {f: k * p for f, k in below.items()}
        over, factors = self._inverse(top, -p)
        for factor, k in below.items():
            over = self.times(over, self.to_the(factor, -k * p))
        return over, factors

    def _inverse(self, a: PolyElement, n: int) -> Quotient:
        """1/a^n, the denominator with leading coefficient one."""
        if not a:
            raise Undefined("a division by zero")
        monic = a.quo_ground(a.LC)
        return self.ring.ground_new(1 / a.LC**n), {} if monic == 1 else {monic: n}


def _merged(a: dict, b: dict) -> dict:
    """The least common denominator."""
    return {f: max(a.get(f, 0), b.get(f, 0)) for f in {**a, **b}}


def vanishes(e: sp.Expr) -> bool:
    """Whether the numerator of e is the zero polynomial: then e is zero wherever it has a value."""
    return not Field(e).quotient(e)[0]
