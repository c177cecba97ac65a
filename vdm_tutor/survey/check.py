"""Break it: a reader's formula against the survey's, with the name of the mistake where it is a known one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sympy as sp

from vdm_tutor.claims import BOOK, find
from vdm_tutor.proofs import algebra
from vdm_tutor.proofs.claim import Algebra, Claim
from vdm_tutor.proofs.decide import decide
from vdm_tutor.proofs.exact import Undecided, Undefined
from vdm_tutor.proofs.quantities import symbol
from vdm_tutor.proofs.slips import slips
from vdm_tutor.proofs.tree import ALIASES, names, parse, substitute, text_of

HYPOTHESES = ("alpha_bar",)


@dataclass(frozen=True)
class Checked:
    """What became of the reader's formula: `proved`, the point where it differs, the name of the slip if known."""

    proved: bool
    why: str
    slip: str | None

    def __repr__(self) -> str:
        if self.proved:
            return "✓ proved: the same for every value of every symbol"
        return f"✗ {self.why}" + (f"\n  it looks like this slip: {self.slip}" if self.slip else "")


def answer_of(number: int | str) -> str:
    """The expression that an equation is about: mu_q for 84, sigma_q^2 for 85, the right side otherwise."""
    right = parse(find(number).right)
    return text_of(right.args[1]) if number == 84 else find(number).right


def check(formula: str, against: int | str) -> Checked:
    """Decide a formula against an equation's, with alpha_bar_t = alpha_t alpha_bar_prev allowed.

    Symbols: x_t, x_0, x_prev, alpha_t, alpha_bar_t, alpha_bar_prev, eps, x0_hat, ...; xt, x0, alpha and alpha_bar
    are understood. Raises ValueError for text that is no formula or names an unknown quantity.
    """
    tree = parse(formula)
    for alias, name in ALIASES.items():
        tree = substitute(tree, parse(alias), parse(name))
    for name in sorted(names(tree) - set(algebra.FUNCTIONS)):
        symbol(name, 1)
    theirs, truth = text_of(tree), answer_of(against)
    verdict = decide(_comparison(truth, theirs), BOOK)
    if verdict.proved:
        return Checked(True, verdict.why, None)
    known = (name for name, slip in _mistakes(against, truth) if _equal(slip, theirs))
    return Checked(False, f"({against}) is another quantity, {verdict.why}", next(known, None))


def _mistakes(number: int | str, truth: str) -> Iterator[tuple[str, str]]:
    """Names and formulas of what people write for `truth`: those noted with the claim first, then its slips."""
    claim = find(number)
    if truth == claim.right:
        yield from claim.mistakes.items()
    yield from ((name, text_of(slip)) for name, slip in slips(parse(truth), everywhere=True))


def _comparison(left: str, right: str) -> Claim:
    return Claim("a reader's formula", left, right, "=", given=HYPOTHESES, by=Algebra((1,)))


def _equal(a: str, b: str) -> bool:
    try:
        return decide(_comparison(a, b), BOOK).proved
    except (Undecided, Undefined):
        return False


def proved_function(number: int | str, part: str | None = None) -> Callable:
    """The proved expression as a function of keyword arguments (numbers, numpy arrays), e.g. x_t=..., alpha_t=...."""
    claim = find(number)
    if not decide(claim, BOOK).proved:
        raise ValueError(f"equation {number} is not proved")
    expression = algebra.value(parse(part or answer_of(number)))
    symbols = sorted(expression.free_symbols, key=lambda s: s.name)
    function = sp.lambdify(symbols, expression, "numpy")
    return lambda **values: function(*[values[s.name] for s in symbols])
