"""Break it: a reader's formula against the survey's, with the name of the mistake where it is a known one."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import sympy as sp

from vdm_tutor.claims import BOOK, find
from vdm_tutor.judge.asked import asked
from vdm_tutor.judge.judge import Answer, Neighbours, judged
from vdm_tutor.judge.line import Asked, Notation
from vdm_tutor.judge.naming import understood
from vdm_tutor.proofs import algebra
from vdm_tutor.proofs.claim import Algebra, Claim
from vdm_tutor.proofs.decide import decide
from vdm_tutor.proofs.lexing import Unreadable
from vdm_tutor.proofs.quantities import NOISE
from vdm_tutor.proofs.slips import Slip
from vdm_tutor.proofs.slips.names import renamed
from vdm_tutor.proofs.tree import parse, quantities, substitute

FOLDED = (85, "(109)", "(109) one step down", "mean of (70)", "variance of (70)", "lambda", "alpha_bar")
TOLD = (93, 94, "score of q(x_t|x_0)", "Tweedie", "score_hat from eps_hat", "eps_mean", "x0_hat from eps_hat", "(69)",
        "Sigma_q is isotropic")  # fmt: skip
LAWS = (152, 156, "Markov", 31, "(70) one step down", "(70)", "(84) as a law", "Sigma_theta", "Bayes for y", 21, 33, 20)
IN_THE_TEXT = (  # what the survey says of a quantity where no claim of ours has it as a definition
    ("omega", "log((1-alpha_bar_t)/alpha_bar_t)"),  # (109) and (111)
    ("signal_mean", "sqrt(alpha_bar_t)"),
)
JOINT = (("p(x_t, y)", "p(x_t)*p(y | x_t)"), ("p(y, x_t)", "p(x_t)*p(y | x_t)"))
SCORES = (  # slopes that have a name, where the line speaks of the name; and back, where it speaks of the slope
    ("grad(log(p(x_t)), x_t)", "score"),
    ("grad(log(q(x_t | x_0)), x_t)", "score_given_x0"),
    ("grad(log(p(x_t | y)), x_t)", "score_given_y"),
)
ANSWERS = {  # lines that are decided in another form than they are shown, or that are about a part of what they say
    84: "(sqrt(alpha_t)*(1-alpha_bar_prev)*x_t + sqrt(alpha_bar_prev)*(1-alpha_t)*x_0)/(1-alpha_bar_t)",
    131: "x_t + (1-alpha_bar_t)*score",
    158: "x + c*grad(log(p(x)), x) + sqrt(2*c)*eps_step",
    "SCORE-U1": "z + Sigma_z@grad(log(p(z)), z)",
    "GUIDE-U2": "grad(log(p(x_t | y)), x_t)",
}
COORDINATEWISE = {  # lines in which a square and a product of vectors are meant coordinate by coordinate
    20: (("sigma_phi**2*I", "diag(sigma_phi)@diag(sigma_phi)"), ("sigma_phi**2", "diag(sigma_phi)@diag(sigma_phi)")),
    "VAE-U2": (("sigma_phi*eps", "diag(sigma_phi)@eps"), ("eps*sigma_phi", "diag(sigma_phi)@eps")),
}
COORDINATEWISE["VAE-U2"] += COORDINATEWISE[20]
LEFT = {84: ("mu_q",), 131: ("sqrt(alpha_bar_t)*x0_mean",), 59: ("x_t",), 60: ("x_prev",), 61: ("x_t",), 69: ("x_t",)}


def answer_of(number: int | str) -> str:
    """The expression that an equation is about: mu_q for 84, sigma_q^2 for 85, the right side otherwise."""
    return ANSWERS.get(number, find(number).right)


@cache
def asked_by(number: int | str) -> Asked:
    """What an equation asks for."""
    claim = find(number)
    if claim.relation == ":=" and claim.parts:  # a definition is answered to where it is put to the test
        claim = replace(claim, by=claim.parts[0].by)
    if number in ANSWERS:
        claim = replace(claim, right=ANSWERS[number], relation="=", wrt="", gap="")
    if number == 158:  # a draw: what counts is its law
        claim = replace(claim, relation="~", wrt="x", by=replace(claim.by, dims=(1,)))
    return asked(claim, notation_of(claim), LEFT.get(number, ())).of_the_book()


def notation_of(claim: Claim) -> Notation:
    """What may be written for what in a line: the survey's definitions, less those that the line says itself."""

    def meanings(keys, *further):
        found = [(BOOK[key].left, BOOK[key].right) for key in keys if key in BOOK]
        return tuple((parse(a), parse(b)) for a, b in (*further, *found))

    own = tuple(key for key in claim.given if key not in (*FOLDED, *TOLD, *LAWS))
    if claim.relation != "~":  # in a line about laws the names that it stands on may be written for what they mean
        own = tuple(key for key in own if not BOOK[key].left.isidentifier())
    if not isinstance(claim.by, Algebra):
        return Notation(folded=meanings((3,)))
    speaks_of_slopes = "grad(log(p(" in claim.left + claim.right
    scores = tuple((b, a) if speaks_of_slopes else (a, b) for a, b in SCORES)
    return Notation(meanings(FOLDED), meanings(TOLD, *IN_THE_TEXT), meanings((*own, *LAWS), *JOINT, *scores))


@cache
def neighbours(number: int | str) -> Neighbours:
    """The formulas of the other lines of the same kind, the slips noted with this one, and the form that is printed."""
    claim, ask = find(number), asked_by(number)
    others: dict = {}
    for key, other in BOOK.items():
        alike = type(other.by) is type(claim.by) and getattr(other.by, "table", "") == getattr(claim.by, "table", "")
        if alike and key != number and isinstance(key, int) and asked_by(key).relation == ask.relation == "=":
            others[key] = parse(answer_of(key))
    for key in (number, *others):
        others |= {part.key: parse(part.left) for part in find(key).parts if part.relation == "="}
    for tree in others.values():
        ask.keep(tree)
    noted = claim.mistakes.items() if number not in ANSWERS else ()
    printed = claim.printed and parse(claim.printed.right)
    return Neighbours(others, tuple(Slip(name, parse(text)) for name, text in noted), printed)


def check(formula: object, against: int | str) -> Answer:
    """Decide a formula, as text or as a sympy expression, against an equation of the survey.

    Right is whatever is equal under the survey's definitions, however it is written: with sigma_q^2, the SNR or
    alpha_bar written out or folded, by way of x_0, the noise or the score. Names are those of the course (x_t, x_0,
    alpha_t, alpha_bar_prev, eps, x0_hat, ...) or as people write them: xt, ᾱ_{t-1}, \\bar\\alpha_t, SNR(t), beta.
    Raises ValueError, in one sentence with the place, for what is no formula or names what is not known.
    """
    return compare(formula, asked_by(against), neighbours(against), COORDINATEWISE.get(against, ()))


ALONE = Neighbours()


def compare(formula: object, ask: Asked, around: Neighbours = ALONE, also: tuple = ()) -> Answer:
    """Decide a formula against what is asked for; `also` holds spellings that mean another in this line."""
    if isinstance(formula, sp.Basic | sp.MatrixBase):
        formula = str(formula)
    if not isinstance(formula, str):
        raise Unreadable(f"a formula is text or a sympy expression, not {type(formula).__name__}")
    theirs = understood(formula, ask.room, quantities(ask.truth) | ask.names)
    noises = quantities(ask.truth) & set(NOISE)
    if len(noises) == 1 and noises != {"eps"}:  # the line's one noise, under its usual letter
        theirs = renamed(theirs, {"eps": noises.pop()})
    for old, new in also:
        theirs = substitute(theirs, parse(old), parse(new))
    answer = judged(theirs, ask, around)
    return replace(answer, piece=formula[slice(*answer.place)]) if answer.place else answer


def proved_function(number: int | str) -> Callable:
    """The proved expression as a function of keyword arguments (numbers, numpy arrays), e.g. x_t=..., alpha_t=...."""
    claim = find(number)
    if not decide(claim, BOOK).proved:
        raise ValueError(f"equation {number} is not proved")
    expression = algebra.value(parse(answer_of(number)))
    symbols = sorted(expression.free_symbols, key=lambda s: s.name)
    function = sp.lambdify(symbols, expression, "numpy")
    return lambda **values: function(*[values[s.name] for s in symbols])
