"""The engine: `decide` gives a claim its verdict, `near_misses` says what its slips do to it."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import sympy as sp
from sympy.matrices.exceptions import ShapeError

from vdm_tutor.proofs import algebra, any_law, any_length, chain, exact, quadrature
from vdm_tutor.proofs.claim import Book, Chain, Claim, Grid, users
from vdm_tutor.proofs.exact import Undecided, Undefined
from vdm_tutor.proofs.quantities import NOISE, symbol
from vdm_tutor.proofs.slips import slips
from vdm_tutor.proofs.tree import called, parse, same, substitute, text_of


@dataclass(frozen=True)
class Verdict:
    """Proved, and by what kind of decision; or rejected, with the point where the sides differ."""

    proved: bool
    kind: str  # one of MARKS
    why: str


EMPTY: Book = {}
BOTH = "symbolic and enumerated"
MARKS = {"symbolic": "∀", BOTH: "∀Σ", "enumerated": "Σ", "quadrature": "∫", "definition": "≔"}


def decide(claim: Claim, book: Book = EMPTY) -> Verdict:
    """Proved or rejected; raises Undecided otherwise. `book` holds the definitions that the claim names as given."""
    return _decide_definition(claim, book) if claim.relation == ":=" else _decide(claim, definitions(claim, book))


def definitions(claim: Claim, book: Book) -> tuple:
    """What a claim and its parts stand on: (key, name, meaning) for each, in the order in which they are written in."""
    needed = dict.fromkeys(key for c in (claim, *claim.parts) for key in c.given)
    return tuple((key, book[key].left, book[key].right) for key in needed)


@cache  # of everything that the verdict depends on
def _decide(claim: Claim, meanings: tuple, quick: bool = False) -> Verdict:
    """`quick`: on tables alone, where a slip of a line about chains is met."""
    verdict = _decide_line(claim, meanings, quick)
    for part in claim.parts:
        inner = _decide(part, meanings, quick)
        if not inner.proved:
            return Verdict(False, inner.kind, f"{part.rule or part.key}: {inner.why}")
    return verdict


def _decide_line(claim: Claim, meanings: tuple, quick: bool = False) -> Verdict:
    left, right = _written_in(claim, meanings)
    if claim.relation == ">=" and not is_divergence(parse(claim.gap)):
        raise Undecided(f"the gap {claim.gap!r} of ({claim.key}) is no KL divergence")
    match claim.by:
        case Grid():
            return Verdict(*quadrature.decide(left, right))
        case Chain():
            return _decide_chain(claim, left, right, quick)
    return compared(claim, left, right, quick)


def compared(claim: Claim, left: ast.expr, right: ast.expr, quick: bool = False) -> Verdict:
    """The two sides of a line of algebra, by the claim's relation and in its dimensions."""
    try:
        proved, why = _decide_algebra(claim, left, right)
    except Undefined as reason:
        proved, why = False, str(reason)
    return Verdict(proved, "symbolic", why)


def _decide_chain(claim: Claim, left: ast.expr, right: ast.expr, quick: bool) -> Verdict:
    """By enumeration, which alone rejects; a line said to hold in general must also hold by bookkeeping."""
    proved, kind, why = chain.decide(claim, left, right)
    if not proved or not claim.by.general or quick:
        return Verdict(proved, kind, why)
    try:
        holds, what, rules = in_general(claim, left, right)
    except Undefined as reason:
        raise Undecided(f"({claim.key}) holds on tables, but in general: {reason}") from None
    if not holds:
        raise Undecided(f"({claim.key}) holds on tables, but not {what}, by {rules}")
    return Verdict(True, BOTH, f"{what}, by {rules}; and {why}")


def in_general(claim: Claim, left: ast.expr, right: ast.expr) -> tuple[bool, str, str]:
    """Whether the sides agree in general, what that means, and by which rules it is decided."""
    if claim.by.general == "law":
        right = ast.BinOp(right, ast.Add(), parse(claim.gap)) if claim.gap else right
        return any_law.same_for_every_law(left, right), "for any densities", "linearity and the chain rule"
    markov, path = claim.by.table == "markov", claim.by.general == "path"
    holds = any_length.same_for_every_length(left, right, path, markov)
    rules = "the chain rule" + (", the Markov property" if markov else "") + ("" if path else ", linearity")
    return holds, f"for every T >= {any_length.least_length(left, right)}", rules


def _decide_algebra(claim: Claim, left: ast.expr, right: ast.expr) -> tuple[bool, str]:
    for dim in claim.by.dims:
        if claim.relation == "~":
            proved, why = _same_law(claim, gaussian_law(left, dim), gaussian_law(right, dim))
        else:
            proved, why = _ALGEBRA[claim.relation](claim, algebra.value(left, dim), algebra.value(right, dim), dim)
        if not proved:
            break
    return proved, why


def sides(claim: Claim, book: Book = EMPTY) -> tuple[ast.expr, ast.expr]:
    """Both trees, with the definitions that the claim stands on written in."""
    return _written_in(claim, definitions(claim, book))


def _written_in(claim: Claim, meanings: tuple) -> tuple[ast.expr, ast.expr]:
    left, right = parse(claim.left), parse(claim.right)
    known = {key: (parse(name), parse(meaning)) for key, name, meaning in meanings}
    for key in claim.given:
        left, right = substitute(left, *known[key]), substitute(right, *known[key])
    return left, right


def _decide_definition(claim: Claim, book: Book, quick: bool = False) -> Verdict:
    """A definition holds while everything that stands on it holds; a law is a density in its own variable."""
    standing = users(claim.key, book)
    if not standing and not claim.parts:
        raise Undecided(f"nothing stands on the definition {claim.key}")
    law, density = parse(claim.left), parse(claim.right)
    if called(density) == "N" and len(density.args) == 3 and called(law) and not same(_variable(law), density.args[0]):
        return Verdict(False, "definition", f"{text_of(law)} is no density in {text_of(density.args[0])}")
    standing = dict.fromkeys((*claim.parts, *standing))
    for user in standing:
        verdict = _decide(user, definitions(user, book), quick)
        if not verdict.proved:
            return Verdict(False, "definition", f"({user.key}) fails: {verdict.why}")
    return Verdict(True, "definition", f"stands under {', '.join(str(u.key) for u in standing)}")


def _variable(law: ast.Call) -> ast.expr:
    """What q(a | b) is a law of: a."""
    first = law.args[0]
    return first.left if isinstance(first, ast.BinOp) and isinstance(first.op, ast.BitOr) else first


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


@dataclass(frozen=True)
class NearMiss:
    """A slip of a claim: its name, the slipped side, whether it breaks the claim, and the witness or the reason."""

    name: str
    side: str
    breaks: bool
    why: str


KEEPS = {  # why a slip leaves every line of one relation true, where the decision itself does not say it in words
    ("~", "a sign flipped"): "a noise is as likely as its negative, so the law is the same",
}


def near_misses(claim: Claim, book: Book = EMPTY, everywhere: bool = False) -> list[NearMiss]:
    """What the slips of the right side do, each decided."""
    found = []
    made = [(name, text_of(tree)) for name, tree in slips(parse(claim.right), everywhere)]
    for name, text in (*claim.mistakes.items(), *made):
        try:
            verdict = _decide_slip(claim, book, text)
        except (ShapeError, TypeError):  # a vector where a number belongs: no formula, so no near miss
            continue
        kept = claim.keeps.get(name) or KEEPS.get((claim.relation, name)) or verdict.why
        found.append(NearMiss(name, text, not verdict.proved, kept if verdict.proved else verdict.why))
    return found


def _decide_slip(claim: Claim, book: Book, text: str) -> Verdict:
    slipped = replace(claim, right=text)
    if claim.relation == ":=":
        return _decide_definition(slipped, {**book, claim.key: slipped}, quick=True)
    return _decide_line(slipped, definitions(claim, book), quick=True)
