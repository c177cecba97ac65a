"""What each relation between two sides means in algebra, and whether it holds: a proof, or a point of difference."""

import ast
from collections.abc import Callable

import sympy as sp

from vdm_tutor.proofs import algebra, dimensions, exact
from vdm_tutor.proofs.claim import Claim
from vdm_tutor.proofs.exact import Undecided, Undefined
from vdm_tutor.proofs.quantities import NOISE, symbol
from vdm_tutor.proofs.tree import called, parse, text_of


def holds(claim: Claim, left: ast.expr, right: ast.expr) -> tuple[bool, str]:
    """Whether the claim's relation holds between the sides in each of its dimensions, and why.

    A claim about more than one dimension is about all: it is tried in as many as its degree in d asks for.
    """
    dims = claim.by.dims
    dims += tuple(n for n in dimensions.enough(left, right) if n not in dims) if len(dims) > 1 else ()
    for dim in dims:
        if claim.relation == "~":
            proved, why = _same_law(claim, gaussian_law(left, dim), gaussian_law(right, dim))
        else:
            proved, why = _ALGEBRA[claim.relation](claim, algebra.value(left, dim), algebra.value(right, dim), dim)
        if not proved:
            break
    return proved, why


def _equal(claim: Claim, left, right, dim: int) -> tuple[bool, str]:
    for a, b in zip(exact.entries(left), exact.entries(right), strict=True):
        if not (exact.is_zero(a - b) or _same_logarithm(a, b)):
            return _differ(a, b)
    return True, "the two sides are the same expression"


def _same_logarithm(a, b) -> bool:
    """A second road to a proof, for products of exponentials; it never rejects."""
    try:
        return exact.witness(a, b) is None and exact.is_zero(exact.log(a) - exact.log(b))
    except (Undecided, Undefined):
        return False


def _differ(a, b, what: str = "") -> tuple[bool, str]:
    point = exact.witness(a, b)
    if point is None:
        raise Undecided(f"{a} against {b}: no proof, and no point where they differ")
    return False, what + point


def _coordinates(names: str, dim: int) -> list:
    return [c for name in names.split() for c in exact.entries(symbol(name, dim))]


def _proportional(claim: Claim, left, right, dim: int) -> tuple[bool, str]:
    """The ratio does not depend on `wrt`: its logarithm has no derivative there."""
    ratio = exact.log(left) - exact.log(right)
    for variable in _coordinates(claim.wrt, dim):
        slope = exact.slope(ratio, variable)
        if not exact.is_zero(slope):
            return _differ(slope, sp.Integer(0), "the ratio depends on " + claim.wrt + ": its log has slope, ")
    constant = "and it is 1" if exact.is_zero(ratio) else f"and it is free of {claim.wrt}"
    return True, f"the ratio of the sides does not depend on {claim.wrt}, {constant}"


def _same_minimum(claim: Claim, left, right, dim: int) -> tuple[bool, str]:
    """left = factor * right + constant, the factor positive and both free of the prediction."""
    if exact.is_zero(left - right):
        return True, "the values themselves are equal, not only their minimisers"
    variables = _coordinates(claim.wrt, dim)
    slopes = [(exact.slope(left, v), exact.slope(right, v)) for v in variables]
    if exact.is_zero(slopes[0][1]):
        return False, f"the right side does not depend on {claim.wrt}"
    a, b = slopes[0]
    for v in variables:
        if not exact.is_zero(exact.slope(a, v) * b - a * exact.slope(b, v)):
            return _differ(a, b, f"the slopes in {claim.wrt} are not in proportion, ")
    factor = exact.normal_form(a / b)
    for a, b in slopes[1:]:
        if not exact.is_zero(a - factor * b):
            return _differ(a, factor * b, f"the slopes in {claim.wrt} are not in proportion, ")
    if exact.sign(factor) != 1:
        return False, f"the factor {factor} is not positive"
    return (
        True,
        f"the value changes by a positive factor and a constant free of {claim.wrt}: the minimum stays where it is",
    )


def _same_law(claim: Claim, left: tuple, right: tuple) -> tuple[bool, str]:
    for variable, _, _ in (left, right):
        if variable not in ("", claim.wrt):
            return False, f"a density in {variable}, not in {claim.wrt}"
    for what, a, b in zip(("means", "variances"), left[1:], right[1:], strict=True):
        for x, y in zip(a, b, strict=True):
            if not exact.is_zero(x - y):
                return _differ(x, y, f"the {what} differ ")
    return True, "same mean, same variance: the same Gaussian law"


def gaussian_law(side: ast.expr, dim: int = 1) -> tuple[str, list, list]:
    """Variable, means and covariances of N(...), or of an affine expression in independent standard normals."""
    if called(side) == "N":
        mean, var = (algebra.value(a, dim) for a in side.args[-2:])
        means = sp.Matrix([mean]) if isinstance(mean, sp.MatrixBase) else sp.ones(dim, 1) * mean
        return text_of(side.args[0]) if len(side.args) == 3 else "", list(means), list(algebra.covariance(var, dim))
    if called(side):
        raise Undefined(f"nothing is known about the law {text_of(side)}")
    affine = sp.Matrix([algebra.value(side, dim)])
    noises = sp.Matrix([c for name in NOISE for c in exact.entries(symbol(name, dim))])
    mean, shares = affine.subs(dict.fromkeys(noises, 0)), affine.jacobian(noises)
    if shares.free_symbols & set(noises) or any(not exact.is_zero(e) for e in affine - mean - shares * noises):
        raise Undefined("a product of noises is not Gaussian")
    return "", list(mean), list(shares * shares.T)


def is_divergence(gap: ast.expr) -> bool:
    """Whether a gap is a KL, or an expectation or sum of KLs: never negative, by log u <= u - 1 (see elbo.py)."""
    if isinstance(gap, ast.BinOp) and isinstance(gap.op, ast.Add):
        return is_divergence(gap.left) and is_divergence(gap.right)
    if called(gap) == "sum":
        return is_divergence(gap.args[-1])
    inner = isinstance(gap, ast.Call) and isinstance(gap.func, ast.Subscript)
    return called(gap) == "KL" or (inner and is_divergence(gap.args[0]))


def _at_least(claim: Claim, left, right, dim: int) -> tuple[bool, str]:
    """left = right + gap, and the gap is a KL divergence, hence not negative by log u <= u - 1."""
    gap = algebra.value(parse(claim.gap), dim)
    if exact.is_zero(left - right - gap):
        return True, f"the gap is {claim.gap}, and log u <= u - 1 makes it non-negative"
    return _differ(left, right + gap, "the gap is another, ")


_ALGEBRA: dict[str, Callable] = {
    "=": _equal,
    "∝": _proportional,
    "argmin": _same_minimum,
    ">=": _at_least,
}
