"""Whether an expression is zero, exactly: rational functions with roots, logarithms and exponentials.

`is_zero` decides by the numerator of `polynomials`; `witness` gives numbers where two values differ. Sampling never
proves. Every alpha lies between 0 and 1, and that is all that is used of the signs of things.
"""

import math
from decimal import Decimal, localcontext

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.polys.rings import PolyElement

from vdm_tutor.proofs.polynomials import Field, TooLong, Undecided, Undefined, effort, is_root, spend, vanishes
from vdm_tutor.proofs.quantities import UNIT
from vdm_tutor.proofs.verdict import told_apart

__all__ = ["TooLong", "Undecided", "Undefined", "effort", "entries", "is_zero", "log", "normal_form",
           "polynomial_in", "root", "sign", "slope", "spend",
           "witness"]  # fmt: skip


def entries(a) -> list[sp.Expr]:
    """The numbers in a value: one, or those of a vector, a matrix or a law."""
    if isinstance(a, tuple):
        return [x for part in a for x in entries(part)]
    return list(a) if isinstance(a, sp.MatrixBase) else [a]


def is_zero(e: sp.Expr) -> bool:
    """Whether e vanishes identically: no if it does not at some point, yes only by its numerator."""
    return witness(e, sp.Integer(0)) is None and vanishes(e)


def normal_form(e: sp.Expr) -> sp.Expr:
    """e as one reduced fraction of polynomials in its symbols, roots, logs, exponentials and unknown functions."""
    e = e.replace(lambda n: isinstance(n, sp.exp), lambda n: sp.exp(normal_form(n.args[0])))
    field = Field(e)
    top, below = field.quotient(e)
    bottom = math.prod((field.to_the(factor, k) for factor, k in below.items()), start=field.ring.one)
    spend(10 * len(top) * len(bottom) + (len(top) + len(bottom)) * math.prod(1 + n for n in _shared(top, bottom)))
    top, bottom = top.cancel(bottom)
    return field.expression(top) / field.expression(bottom)


def _shared(a: PolyElement, b: PolyElement) -> list[int]:
    """The highest power of each generator that a common divisor may have."""
    return [min(*powers) for powers in zip(a.degrees(), b.degrees(), strict=True)]


def slope(e: sp.Expr, x: sp.Symbol) -> sp.Expr:
    """The derivative, its work counted: what comes of each piece may be as long as the whole."""
    for _ in sp.preorder_traversal(e):
        spend(30)
    return sp.diff(e, x)


def polynomial_in(e: sp.Expr, variables: list) -> dict[tuple, sp.Expr]:
    """The coefficients of e, a polynomial in some symbols, by their powers; raises Undefined for what is none."""
    field = Field(e, *variables)
    top, below = field.quotient(e)
    places = [field.place[v] for v in variables]
    hidden = [g for i, g in enumerate(field.expressions) if i not in places and g.has(*variables)]
    if any(m[i] for f in below for m in f for i in places) or hidden:
        raise Undefined(f"not a polynomial in {', '.join(map(str, variables))}")
    parts: dict = {}
    for m, c in top.items():
        rest = tuple(0 if i in places else k for i, k in enumerate(m))
        parts.setdefault(tuple(m[i] for i in places), {})[rest] = c
    bottom = sp.Mul(*[field.expression(f) ** -k for f, k in below.items()])
    return {powers: field.expression(field.ring.from_dict(terms)) * bottom for powers, terms in parts.items()}


def sign(e: sp.Expr) -> int:
    """+1 or -1 where the sign is the same on the whole domain (every alpha = 1/(1+u), u > 0), else 0."""
    atoms: dict = {}
    e = e.replace(_is_positive_atom, lambda n: atoms.setdefault(n, sp.Dummy(positive=True)))
    e = e.subs({s: 1 / (1 + s) for s in e.free_symbols if s.name in UNIT}, simultaneous=True)
    if any(not s.is_positive for s in e.free_symbols) or e.atoms(sp.log):
        return 0
    field = Field(e)
    top, below = field.quotient(e)
    out = _one_sign(top)
    for factor, k in below.items():
        out *= _one_sign(factor) ** k
    return out


def _is_positive_atom(n: sp.Expr) -> bool:
    return isinstance(n, (AppliedUndef, sp.exp)) or is_root(n)


def _one_sign(a) -> int:
    """The sign that all coefficients have in common; 0 where they differ, or there are none."""
    if a and all(c > 0 for c in a.values()):
        return 1
    return -1 if a and all(c < 0 for c in a.values()) else 0


def _factors(e: sp.Expr) -> list[tuple]:
    """e as a product of powers of primes and of irreducible polynomials, each positive on the domain."""
    field = Field(e)
    top, below = field.quotient(e)
    if not top:
        raise Undefined("a root or logarithm of zero")
    number, powers = sp.Integer(1), {}
    for part, k in [(top, 1), *((f, -n) for f, n in below.items())]:
        lead, found = _split(part)
        number *= sp.Rational(lead.numerator, lead.denominator) ** k
        for factor, n in found:
            powers[factor] = powers.get(factor, 0) + n * k
    out, unknown, overall = _primes(abs(number)), 0, sp.sign(number)
    for factor, k in powers.items():
        f = field.expression(factor)
        s = sign(f)
        unknown += s == 0 and k % 2
        overall *= (s or 1) ** k
        out.append((f.base, k * f.exp) if is_root(f) else (f * (s or 1), k))
    if unknown > 1 or (unknown and overall < 0):
        raise Undecided(f"the sign of {e} is not known")
    if overall < 0:
        raise Undefined(f"a root or logarithm of {e}, which is not positive")
    return [(f, k) for f, k in out if k]


def _split(a) -> tuple:
    """The factors of a polynomial; the work is estimated before it is done."""
    degree = sum(max(m[i] for m in a) for i in range(a.ring.ngens))
    spend(100 + 10 * len(a) * degree**2)
    return a.factor_list()


PRIMES = [n for n in range(2, 1000) if all(n % k for k in range(2, math.isqrt(n) + 1))]


def _primes(number: sp.Rational) -> list[tuple]:
    """A positive rational number as powers of primes; what is left beyond the small ones stays whole."""
    out = []
    for n, side in ((int(number.p), 1), (int(number.q), -1)):
        for prime in PRIMES if n > 1 else ():
            while n % prime == 0:
                out.append((sp.Integer(prime), side))
                n //= prime
            if n == 1:
                break
        square = math.isqrt(n)
        out.append((sp.Integer(square), 2 * side) if square**2 == n else (sp.Integer(n), side))
    powers: dict = {}
    for prime, k in out:
        powers[prime] = powers.get(prime, 0) + k
    return [(prime, k) for prime, k in powers.items() if k and prime != 1]


def root(e: sp.Expr | sp.MatrixBase, q: int = 2) -> sp.Expr:
    """The square root (or q-th), split into roots of irreducible factors, which are independent of each other."""
    if isinstance(e, sp.MatrixBase):
        raise Undefined("the root of a vector")
    if e == 0:
        return sp.Integer(0)
    out = sp.Integer(1)
    for factor, power in _factors(e):
        if q % 2 == 0 and power % 2 == 0 and sign(factor) == 0:
            factor = sp.Abs(factor)
        out *= sp.Pow(factor, sp.Rational(power, q))
    return out


def log(e: sp.Expr) -> sp.Expr:
    """The logarithm, split over factors; the exponentials in e come out whole."""
    if isinstance(e, sp.MatrixBase):
        raise Undefined("the logarithm of a vector")
    plain, exponent = sp.Integer(1), sp.Integer(0)
    for factor in sp.Mul.make_args(sp.powdenest(e)):
        base, power = factor.as_base_exp()
        if isinstance(factor, sp.exp):
            exponent += factor.args[0]
        elif isinstance(base, sp.exp):
            exponent += power * base.args[0]
        elif not power.is_Rational:
            exponent += power * log(base)
        elif power.q > 1:
            exponent += power * sum(k * sp.log(f) for f, k in _factors(base))
        else:
            plain *= factor
    if plain == 1:
        return exponent
    return exponent + sum(k * sp.log(f) for f, k in _factors(plain))


POINTS = [("3/5", "7/10", "2/7", "1/3"), ("4/7", "1/3", "5/8", "3/10"), ("2/9", "5/7", "3/4", "5/6")]


def witness(left: sp.Expr, right: sp.Expr) -> str | None:
    """A point, in words, where the two numbers differ by far more than rounding; None where none was met."""
    free = sorted(left.free_symbols | right.free_symbols, key=lambda s: s.name)
    functions = sorted(sp.Tuple(left, right).atoms(AppliedUndef, sp.Derivative), key=str)
    for number, units in enumerate(POINTS):
        point = {s: _coordinate(s, i, number, units) for i, s in enumerate(free)}
        jets = {f: sp.Rational(7 + 3 * i, 5 + i + number) for i, f in enumerate(functions)}
        a, b = (at_point(side, point | jets) for side in (left, right))
        if a is not None and b is not None and abs(a - b) > Decimal("1e-15") * (1 + abs(a)):
            at = ", ".join(f"{s.name} = {point[s]}" for s in free)
            ours, theirs = told_apart(a, b, lambda worth, n: str(sp.Float(str(worth), n)))
            return f"at {at or 'every point'}: {ours} against {theirs}"
    return None


def _coordinate(s: sp.Symbol, index: int, number: int, units: tuple) -> sp.Rational:
    if s.name in UNIT[:4]:
        return sp.Rational(units[UNIT.index(s.name)])
    if s.name in UNIT:
        return sp.Rational(5 + number, 11)
    size = sp.Rational(7 + 4 * index + 3 * number, 5 + index)
    return -size if number == 1 and not s.is_positive else size


def at_point(e: sp.Expr, point: dict) -> Decimal | None:
    """The worth of e to thirty digits; None where it has none: a root of a negative number, an overflow."""
    with localcontext(prec=30, Emax=10**6, Emin=-(10**6)):
        try:
            return _worth(e, point)
        except (ArithmeticError, ValueError):
            return None


def _worth(e: sp.Expr, point: dict) -> Decimal:
    number = point.get(e, e)
    if number.is_Rational:
        return Decimal(int(number.p)) / Decimal(int(number.q))
    parts = [_worth(a, point) for a in e.args]
    if isinstance(e, sp.Add):
        return sum(parts, start=Decimal(0))
    if isinstance(e, sp.Mul):
        return math.prod(parts, start=Decimal(1))
    if isinstance(e, sp.Abs):
        return abs(parts[0])
    if isinstance(e, sp.exp):
        return parts[0].exp()
    if isinstance(e, sp.Pow):
        return parts[0].sqrt() if parts[1] == Decimal("0.5") else parts[0] ** parts[1]
    if isinstance(e, sp.log):
        return parts[0].ln()
    if e == sp.pi:
        return Decimal("3.14159265358979323846264338328")
    raise ValueError(f"{e} has no worth")
