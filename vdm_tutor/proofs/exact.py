"""Whether an expression is zero, exactly: rational functions with square roots, logarithms and exponentials.

`is_zero` decides by a normal form in which each root is a symbol r with r^2 = its radicand; `witness` gives numbers
where two values differ. Sampling never proves.
"""

import sympy as sp

from vdm_tutor.proofs.quantities import UNIT


class Undecided(Exception):
    """Neither proved nor rejected: an error, never a verdict."""


class Undefined(Exception):
    """The side has no value: the root of a negative number, a division by zero."""


def entries(a) -> list[sp.Expr]:
    """The numbers in a value: one, or those of a vector, a matrix or a law."""
    if isinstance(a, tuple):
        return [x for part in a for x in entries(part)]
    return list(a) if isinstance(a, sp.MatrixBase) else [a]


def sign(e: sp.Expr) -> int:
    """+1 or -1 where the sign is the same on the whole domain (every alpha = 1/(1+u), u > 0), else 0."""
    e = e.replace(_is_positive_atom, lambda n: sp.Dummy(positive=True))
    e = e.subs({s: 1 / (1 + s) for s in e.free_symbols if s.name in UNIT}, simultaneous=True)
    if any(not s.is_positive for s in e.free_symbols) or e.atoms(sp.log):
        return 0
    top, bottom = sp.fraction(sp.together(e))
    return _one_sign(top) * _one_sign(bottom)


def _is_positive_atom(n: sp.Expr) -> bool:
    undefined = isinstance(n, (sp.core.function.AppliedUndef, sp.exp))
    return undefined or (n.is_Pow and n.exp.is_Rational and n.exp.q > 1)


def _one_sign(e: sp.Expr) -> int:
    if e.is_number:
        return int(sp.sign(e))
    coefficients = sp.Poly(sp.expand(e), *(e.free_symbols or [sp.Dummy()])).coeffs()
    if all(c > 0 for c in coefficients):
        return 1
    return -1 if all(c < 0 for c in coefficients) else 0


def _factors(e: sp.Expr) -> list[tuple]:
    """e as a product of powers of primes and of irreducible polynomials, each positive on the domain."""
    e = normal_form(e)
    top, bottom = sp.fraction(e)
    found, overall, unknown = [], 1, 0
    for part, power in ((top, 1), (bottom, -1)):
        roots = [f for f in sp.Mul.make_args(part) if f.is_Pow and not f.exp.is_integer]
        found += [(f.base, power * f.exp) for f in roots]
        number, factors = sp.factor_list(sp.Mul(*[f for f in sp.Mul.make_args(part) if f not in roots]))
        overall *= sp.sign(number)
        for prime, k in [*sp.factorint(abs(sp.Rational(number)).p).items()]:
            found.append((sp.Integer(prime), power * k))
        for prime, k in sp.factorint(abs(sp.Rational(number)).q).items():
            found.append((sp.Integer(prime), -power * k))
        for factor, k in factors:
            s = sign(factor)
            unknown += s == 0
            overall *= (s or 1) ** k
            found.append((factor * (s or 1), power * k))
    if unknown > 1 or (unknown and overall < 0):
        raise Undecided(f"the sign of {e} is not known")
    if overall < 0 or e == 0:
        raise Undefined(f"a root or logarithm of {e}, which is not positive")
    return found


def root(e: sp.Expr | sp.MatrixBase) -> sp.Expr:
    """The square root, split into roots of irreducible factors, which are independent of each other."""
    if isinstance(e, sp.MatrixBase):
        raise Undefined("the root of a vector")
    if e == 0:
        return sp.Integer(0)
    out = sp.Integer(1)
    for factor, power in _factors(e):
        if power % 2 == 0 and sign(factor) == 0:
            raise Undecided(f"the root of a square: the sign of {factor} is not known")
        out *= sp.Pow(factor, sp.Rational(power, 2))
    return out


def log(e: sp.Expr) -> sp.Expr:
    """The logarithm, split over factors; the exponentials in e come out whole."""
    plain, exponent = sp.Integer(1), sp.Integer(0)
    for factor in sp.Mul.make_args(sp.powdenest(e)):
        base, power = factor.as_base_exp()
        if isinstance(factor, sp.exp):
            exponent += factor.args[0]
        elif isinstance(base, sp.exp):
            exponent += power * base.args[0]
        elif not power.is_Rational:
            exponent += power * log(base)
        elif power.q == 2:
            exponent += power * sum(k * sp.log(f) for f, k in _factors(base))
        else:
            plain *= factor
    if plain == 1:
        return exponent
    return exponent + sum(k * sp.log(f) for f, k in _factors(plain))


def normal_form(e: sp.Expr) -> sp.Expr:
    """e as one reduced fraction of polynomials in its symbols, roots, logs, exponentials and unknown functions."""
    e, table = _atoms(e)
    top, bottom = sp.fraction(sp.together(e))
    top = _reduce(top, table)
    if top == 0:
        return sp.Integer(0)
    out = sp.cancel(top / _reduce(bottom, table))
    back = {g: r for r, g in table.items()}
    while out.free_symbols & set(back):  # a root may stand inside an exponential
        out = out.subs(back)
    return out


def _atoms(e: sp.Expr) -> tuple[sp.Expr, dict]:
    """e with every root, log, exp and unknown function replaced by a generator, and the table of them."""
    table: dict = {}

    def generator(atom):
        return table.setdefault(atom, sp.Dummy(positive=True))

    e = e.replace(lambda n: isinstance(n, (sp.Derivative, sp.core.function.AppliedUndef, sp.log)), generator)
    e = e.replace(
        lambda n: isinstance(n, sp.Pow) and n.exp.is_Rational and n.exp.q > 1,
        lambda n: generator(sp.Pow(n.base, sp.Rational(1, n.exp.q))) ** n.exp.p,
    )
    return _exponentials(e, generator), table


def _exponentials(e: sp.Expr, generator) -> sp.Expr:
    """exp(k a) becomes generator(exp(a)) ** k, so that powers of one exponential know each other."""

    def power(n: sp.Expr) -> sp.Expr:
        share, exponent = sp.expand(sp.cancel(n.args[0])).as_coeff_Mul()
        return generator(sp.exp(exponent)) ** share

    return e.replace(lambda n: isinstance(n, sp.exp), power)


def _reduce(polynomial: sp.Expr, table: dict) -> sp.Expr:
    """Replace r^2 by its radicand until no root stands squared."""
    for atom, r in table.items():
        if atom.is_Pow and polynomial.has(r):
            q = atom.exp.q
            terms = sp.Poly(polynomial, r).terms()
            polynomial = sp.expand(sum(c * atom.base ** (n // q) * r ** (n % q) for (n,), c in terms))
    return sp.expand(polynomial)


def is_zero(e: sp.Expr) -> bool:
    """Whether e vanishes identically: no if it does not at some point, yes only by exact normal form."""
    return witness(e, sp.Integer(0)) is None and normal_form(e) == 0


POINTS = [("3/5", "7/10", "2/7", "1/3"), ("4/7", "1/3", "5/8", "3/10"), ("2/9", "5/7", "3/4", "5/6")]


def witness(left: sp.Expr, right: sp.Expr) -> str | None:
    """A point, in words, where the two numbers differ by far more than rounding; None where none was met."""
    free = sorted(left.free_symbols | right.free_symbols, key=lambda s: s.name)
    functions = sorted(sp.Tuple(left, right).atoms(sp.core.function.AppliedUndef, sp.Derivative), key=str)
    for number, units in enumerate(POINTS):
        point = {s: _coordinate(s, i, number, units) for i, s in enumerate(free)}
        jets = {f: sp.Rational(7 + 3 * i, 5 + i + number) for i, f in enumerate(functions)}
        a, b = (sp.N(side.subs(jets).subs(point), 30) for side in (left, right))
        if a.is_real and b.is_real and abs(a - b) > sp.Float("1e-15") * (1 + abs(a)):
            at = ", ".join(f"{s.name} = {point[s]}" for s in free if s in point)
            return f"at {at or 'every point'}: {sp.N(a, 4)} against {sp.N(b, 4)}"
    return None


def _coordinate(s: sp.Symbol, index: int, number: int, units: tuple) -> sp.Rational:
    if s.name in UNIT[:4]:
        return sp.Rational(units[UNIT.index(s.name)])
    if s.name in UNIT:
        return sp.Rational(5 + number, 11)
    return sp.Rational(7 + 4 * index + 3 * number, 5 + index)
