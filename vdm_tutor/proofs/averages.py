"""Averages and integrals in closed form: of polynomials, of bells, and over laws of which nothing is known."""

from functools import reduce

import sympy as sp
from sympy.core.function import AppliedUndef

from vdm_tutor.proofs import exact
from vdm_tutor.proofs.exact import Undefined, entries, is_zero, log, polynomial_in, root, sign, slope
from vdm_tutor.proofs.quantities import symbol


def mean_over(x: sp.Symbol, var: sp.Expr, polynomial: sp.Expr) -> sp.Expr:
    """E[polynomial in x] for x ~ N(0, var), by the moments (2k - 1)!! var^k."""
    terms = polynomial_in(polynomial, [x]).items()
    return sp.Add(*[c * sp.factorial2(n - 1) * var ** sp.Rational(n, 2) for (n,), c in terms if n % 2 == 0])


def any_mean(y, body):
    """E[body] over y of any law: each product of y's entries, alone or with a bell in y, becomes a moment."""
    if isinstance(body, sp.MatrixBase):
        return body.applyfunc(lambda entry: any_mean(y, entry))
    if isinstance(body, sp.Add):
        return sp.Add(*[any_mean(y, term) for term in body.args])
    inner = {m: sp.Dummy(positive=m.is_positive, real=True) for m in body.atoms(Moment)}
    names = {c: sp.Symbol(f"{c}'", real=True) for c in entries(y)}  # within the mean they are bound
    bound = list(names.values())
    factors = sp.Mul.make_args(body.xreplace(inner).subs(names))
    bells = [f for f in factors if isinstance(f, sp.exp) and f.has(*bound)]
    rest = sp.Mul(*[f for f in factors if f not in bells])
    found = _moments(bound, sp.Add(*[bell.args[0] for bell in bells]), rest)
    return found.xreplace({dummy: m for m, dummy in inner.items()})


def _moments(y: list, exponent: sp.Expr, polynomial: sp.Expr) -> sp.Expr:
    """E[polynomial * exp(exponent)], both polynomials in y: what is free of y outside."""
    parts = {powers: exact.normal_form(c) for powers, c in polynomial_in(exponent, y).items()} if exponent else {}
    free = parts.pop((0,) * len(y), sp.Integer(0))
    bell = sp.Add(*[c * _product(y, powers) for powers, c in parts.items()])
    terms = polynomial_in(polynomial, y).items()
    return sp.exp(free) * sp.Add(*[c * Moment(bell, _product(y, powers), *y) for powers, c in terms])


def _product(y: list, powers: tuple) -> sp.Expr:
    return sp.Mul(*[c**k for c, k in zip(y, powers, strict=True)])


class Moment(AppliedUndef):
    """E[product * exp(bell)] over y of any law: unknown, but with the slope that its integrand has."""

    @classmethod
    def eval(cls, bell, product, *y):
        return sp.Integer(1) if bell == 0 and product == 1 else None

    def _eval_derivative(self, s):
        bell, product, *y = self.args
        return _moments(y, bell, product * slope(bell, s))

    def _eval_is_real(self):
        return True

    def _eval_is_positive(self):
        return True if self.args[1] == 1 else None

    @property
    def free_symbols(self):
        return self.args[0].free_symbols - set(self.args[2:])

    def _sympystr(self, printer):
        bell, product, *_ = self.args
        return f"E({printer._print(product * sp.exp(bell))})"


def integral(x, body: sp.Expr) -> sp.Expr:
    """Over the whole space: of an unknown function a number of which nothing is known, of a bell in closed form."""
    if body == 0:
        return body
    outside, inside = body.as_independent(*entries(x))
    if inside.has(AppliedUndef) and (terms := sp.expand(inside)).is_Add:
        return outside * sp.Add(*[integral(x, term) for term in terms.args])
    if inside.has(AppliedUndef):
        return outside * sp.Symbol(f"integral({inside}, {x})", positive=inside.is_positive, real=True)
    if isinstance(x, sp.MatrixBase):
        return outside * reduce(lambda found, entry: _bell_integral(entry, found), x, inside)
    return _bell_integral(x, body)


def _bell_integral(x: sp.Symbol, body: sp.Expr) -> sp.Expr:
    """Over the whole line, of what is a bell in x: its top times the root of 2 pi over its curvature."""
    bell = log(body)
    rise = slope(bell, x)
    precision = -slope(rise, x)
    if not is_zero(slope(precision, x)) or sign(precision) != 1:
        raise Undefined("an integral of what is no bell, or does not converge")
    top = x + rise / precision
    return sp.exp(bell.subs(x, top)) * root(2 * symbol("pi", 1) / precision)
