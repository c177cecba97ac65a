"""What is to be said of a reader's formula beside a line of the survey: right, or how it is wrong.

In this order: right (equal, however it is written); nearly (for one sample instead of the mean, but for a term); one
slip, with its name and place; another line's quantity; right up to a factor; two slips; right in a special case only;
wrong, with an input at which the two differ. Where neither a proof nor a difference is found, that is said.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from textwrap import fill

from vdm_tutor.judge.in_algebra import InAlgebra
from vdm_tutor.judge.line import FULL, PLAIN, Asked
from vdm_tutor.judge.recognise import Found, Recogniser
from vdm_tutor.proofs.polynomials import TooLong, Undecided, effort
from vdm_tutor.proofs.slips import Slip
from vdm_tutor.proofs.slips.names import SAMPLES
from vdm_tutor.proofs.tree import called, names, parse, rebuilt, same, text_of
from vdm_tutor.proofs.verdict import MARKS

PRINTED = "it is what the survey prints, and that is wrong: see ERRATA.md"
FOR_ONE_SAMPLE = "right for one sample; the line is about the mean given x_t: x0_mean, eps_mean, the score of p(x_t)"
ON_AVERAGE = "right on average; the line is about one sample: x_0, eps, score_given_x0"
COLUMNS = 78  # a notebook of 800 pixels breaks a longer line in the middle of a word
WORK = 600_000  # counted steps for the verdict, and as many again for the name of the mistake
CORRECT, RESTATED, SLIP, ANOTHER = "correct", "restated", "slip", "another quantity"
NEARLY, WRONG, UNDECIDED = "nearly", "wrong", "undecided"
SAID = {
    "symbolic": "proved: the same for every value of every symbol",
    "symbolic and enumerated": "proved for every T, and equal on every chain tried",
    "enumerated": "equal at every place of every chain tried",
    "quadrature": "the same number on the grid",
}


@dataclass(frozen=True)
class Answer:
    """What became of a formula.

    `status` is one of the words above; `why` one sentence; `mark` how it was decided (∀ Σ ∫), where it is right.
    `slip` is the name of the mistake, `place` the characters of the reader's text where it stands, `piece` these; `at`
    an input at which the two differ, and `worth` what the line and the formula are worth there; `remark` what else is
    to be said.
    """

    status: str
    why: str
    mark: str = ""
    slip: str | None = None
    place: tuple[int, int] | None = None
    piece: str = ""
    at: Mapping[str, str] = field(default_factory=dict)
    worth: tuple[str, str] | None = None
    remark: str = ""

    @property
    def proved(self) -> bool:
        """Whether the formula is what was asked for."""
        return self.status in (CORRECT, RESTATED)

    def __repr__(self) -> str:
        sign = "✓" if self.proved else "?" if self.status == UNDECIDED else "✗"
        where = f", at {self.piece!r}" if 0 < len(self.piece) <= 60 else ""
        slip = f"  it looks like this slip: {self.slip}{where}" if self.slip else ""
        said = (f"{sign} {self.why}", slip, f"  {self.remark}" if self.remark else "")
        return "\n".join(fill(line, COLUMNS, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
                         for line in said if line)  # fmt: skip


@dataclass(frozen=True)
class Neighbours:
    """What stands around a line: other lines' formulas by number, the slips noted with it, the form that is printed."""

    others: Mapping[int | str, ast.expr] = field(default_factory=dict)
    noted: tuple[Slip, ...] = ()
    printed: ast.expr | None = None


def judged(theirs: ast.expr, asked: Asked, around: Neighbours = Neighbours()) -> Answer:
    """The verdict on a formula; bounded in its work, so that an answer comes within seconds on any machine."""
    asked = asked.fresh()
    try:
        with effort(WORK):
            right = _right(theirs, asked)
        if right is not None:
            return right
        with effort(WORK):
            return Critic(theirs, asked, around).answer()
    except TooLong as reason:
        return Answer(UNDECIDED, f"{reason}: write the formula more simply")


def _right(theirs: ast.expr, asked: Asked) -> Answer | None:
    """Right, undecided, or None where it is wrong."""
    agreed = False
    if not asked.is_of(theirs):
        return None
    for reading in (PLAIN, FULL) if isinstance(asked, InAlgebra) else (PLAIN,):
        if not asked.agree(theirs, asked.truth, reading):
            continue
        agreed = True
        try:
            verdict = asked.proves(theirs, reading)
        except TooLong:
            raise
        except Undecided:
            continue
        if verdict.proved:
            if any(same(theirs, side) for side in asked.left) or (reading == FULL and asked.names & names(theirs)):
                return Answer(RESTATED, "true, but it says the left side again: write it out", MARKS[verdict.kind])
            return Answer(CORRECT, SAID[verdict.kind], MARKS[verdict.kind])
        if not verdict.undefined:  # they differ, in a dimension of which the numbers say nothing
            return Answer(WRONG, f"({asked.claim.key}) is another quantity, {verdict.why}")
    return Answer(UNDECIDED, "equal wherever it was tried, and no proof was found") if agreed else None


class Critic:
    """Finds what is to be said of a formula that is not the one asked for."""

    def __init__(self, theirs: ast.expr, asked: Asked, around: Neighbours):
        self.theirs, self.asked, self.around = theirs, asked, around
        self.full = FULL if isinstance(asked, InAlgebra) else PLAIN

    def answer(self) -> Answer:
        if not self.asked.is_of(self.theirs):
            return self.of_another_variable()
        difference = self.asked.difference(self.theirs)
        plain = Answer(WRONG, f"({self.asked.claim.key}) is another quantity, {difference.said}", at=difference.at,
                       worth=difference.worth)  # fmt: skip
        looks = (self.for_one_sample, self.as_printed, self.the_other_side, self.a_term_missing, self.slip,
                 self.a_term_too_many, self.another, self.up_to_a_number, self.slip_in_another_form,
                 self.slip_in_other_quantities, self.up_to_a_quantity, self.two_slips,
                 self.in_a_special_case)  # fmt: skip
        for look in (self.slip, self.two_slips) if difference.undefined else looks:
            try:
                with effort(WORK / 3):
                    found = look(plain)
            except TooLong:
                continue
            if found:
                return found
        return plain

    def agrees(self, tree: ast.expr, other: ast.expr | None = None) -> bool:
        return self.asked.agree(tree, self.asked.truth if other is None else other, self.full)

    def of_another_variable(self) -> Answer:
        """A law of something else than the line is about."""
        said = f"the density of {text_of(self.theirs.args[0])}; the line is about {self.asked.letter}"
        return Answer(SLIP, f"({self.asked.claim.key}) is another law: {said}", slip="one variable for another")

    def as_printed(self, plain: Answer) -> Answer | None:
        printed = self.around.printed
        if printed is None or self.agrees(printed) or not self.agrees(self.theirs, printed):
            return None
        return replace(plain, status=ANOTHER, remark=PRINTED)

    def for_one_sample(self, plain: Answer) -> Answer | None:
        """Right once means and samples of x_0, of the noise and of the score are not told apart."""

        def sampled(tree: ast.expr) -> ast.expr:
            return rebuilt(tree, lambda n: parse(SAMPLES[n.id][0]) if getattr(n, "id", "") in SAMPLES else None)

        if not isinstance(self.asked, InAlgebra) or not self.agrees(sampled(self.theirs), sampled(self.asked.truth)):
            return None
        about_the_mean = names(self.asked.truth) & set(SAMPLES)
        slip = "a sample for its mean" if about_the_mean else "the mean for a sample"
        remark = FOR_ONE_SAMPLE if about_the_mean else ON_AVERAGE
        if self.as_printed(plain):
            remark += "; " + PRINTED
        return replace(plain, status=NEARLY, slip=slip, remark=remark)

    def the_other_side(self, plain: Answer) -> Answer | None:
        """The left side of an inequality, where the right one is asked for."""
        if self.asked.claim.relation == ">=" and self.agrees(self.theirs, parse(self.asked.claim.left)):
            return replace(
                plain, status=NEARLY, remark="it is the left side, which is not smaller: the line gives a bound"
            )
        return None

    def a_term_missing(self, plain: Answer) -> Answer | None:
        for term in _terms(self.asked.truth)[1:] and _terms(self.asked.truth):
            if self.agrees(ast.BinOp(self.theirs, ast.Add(), term)):
                return replace(
                    plain, status=NEARLY, slip="a term dropped", remark=f"a term is missing: {_described(term)}"
                )
        return None

    def a_term_too_many(self, plain: Answer) -> Answer | None:
        for term in _terms(self.theirs)[1:] and _terms(self.theirs):
            if self.agrees(ast.BinOp(self.theirs, ast.Sub(), term)):
                return replace(
                    plain, status=NEARLY, slip="a term too many", remark=f"one term is too many: {text_of(term)}"
                )
        return None

    def slip(self, plain: Answer) -> Answer | None:
        found = self.recogniser.found_one()
        if not found:
            return None
        other = self.another(plain)
        return self.named(plain, found, other.remark if other else "")

    def slip_in_other_quantities(self, plain: Answer) -> Answer | None:
        found = self.recogniser.found_in_other_quantities()
        return self.named(plain, found) if found else None

    def slip_in_another_form(self, plain: Answer) -> Answer | None:
        found = self.recogniser.found_with_doubt()
        return self.named(plain, found) if found else None

    def two_slips(self, plain: Answer) -> Answer | None:
        found = self.recogniser.found_two()
        return self.named(plain, found) if found else None

    @cached_property
    def recogniser(self) -> Recogniser:
        others = self.around.others.values()
        forms = (tree for tree in others if self.agrees(tree) and not same(tree, self.asked.truth))
        return Recogniser(self.asked, self.theirs, forms, self.around.noted)

    def named(self, plain: Answer, found: Found, remark: str = "") -> Answer:
        place = next(((n.col_offset, n.end_col_offset) for piece in found.here for n in ast.walk(self.theirs)
                      if isinstance(n, ast.expr) and same(n, piece) and hasattr(n, "col_offset")), None)  # fmt: skip
        return replace(plain, status=SLIP, slip=str(found), place=place, remark=remark)

    def another(self, plain: Answer) -> Answer | None:
        """The quantity of another line."""
        for key, tree in self.around.others.items():
            if (
                isinstance(key, int)
                and isinstance(tree, ast.BinOp | ast.Call)
                and self.agrees(self.theirs, tree)
                and not self.agrees(tree)
            ):
                return replace(plain, status=ANOTHER, remark=f"it is what Eq. {key} says")
        return None

    def up_to_a_number(self, plain: Answer) -> Answer | None:
        number = self.number_between() if self.asked.relation != "~" else None
        if number is None:
            return None
        still = "; the minimum stays where it is" * (self.asked.claim.relation == "argmin" and number > 0)
        return replace(plain, status=NEARLY, remark=f"right up to the factor {number}{still}")

    def up_to_a_quantity(self, plain: Answer) -> Answer | None:
        """A power of one quantity is all that is between the two."""
        if self.asked.relation == "~" or not isinstance(self.asked, InAlgebra):
            return None
        for factor in _FACTORS:
            if self.agrees(self.theirs, ast.BinOp(self.asked.truth, ast.Mult(), factor)):
                divides = isinstance(factor, ast.BinOp) and isinstance(factor.op, ast.Div)
                slip = f"a {'divisor' if divides else 'factor'} too many"
                return replace(plain, status=NEARLY, slip=slip, remark=f"right up to the factor {text_of(factor)}")
        return None

    def number_between(self) -> Fraction | None:
        """The rational number by which the formula is too large, where it is one."""
        ours, theirs = (self.asked.numbers(tree, 0, self.full) for tree in (self.asked.truth, self.theirs))
        ratio = next((b / a for a, b in zip(ours or (), theirs or (), strict=False) if a), 0.0)
        number = Fraction(ratio).limit_denominator(24) if abs(ratio) < 1e6 else Fraction(0)
        if not number:
            return None
        factor = ast.BinOp(ast.Constant(number.numerator), ast.Div(), ast.Constant(number.denominator))
        return number if self.agrees(self.theirs, ast.BinOp(factor, ast.Mult(), self.asked.truth)) else None

    def in_a_special_case(self, plain: Answer) -> Answer | None:
        case = self.asked.special_case(self.theirs)
        return replace(plain, status=NEARLY, remark=f"right where {case}") if case else None


_QUANTITIES = ["alpha_t", "alpha_bar_t", "alpha_bar_prev", "1-alpha_t", "1-alpha_bar_t", "1-alpha_bar_prev",
               "posterior_var", "snr_t", "snr_prev", "guidance_scale", "c", "pi", "2*pi", "d", "2"]  # fmt: skip
_FACTORS = [parse(form.format(q)) for q in _QUANTITIES
            for form in ("({})", "1/({})", "sqrt({})", "1/sqrt({})", "({})**2", "1/({})**2")]  # fmt: skip


def _terms(tree: ast.expr) -> list[ast.expr]:
    """The terms of a sum, each with its sign."""
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub):
        right = _terms(tree.right)
        if isinstance(tree.op, ast.Sub):
            right = [ast.UnaryOp(ast.USub(), term) for term in right]
        return [*_terms(tree.left), *right]
    if isinstance(tree, ast.List | ast.Set):
        return _terms(tree.elts[0])
    return [tree]


DESCRIBED = {"sum": "the sum over t", "KL": "a KL", "grad": "a slope", "log": "an average of a logarithm"}


def _described(term: ast.expr) -> str:
    """A term by what it is about, without writing it down."""
    functions = {called(n) for n in ast.walk(term)}
    if kinds := [word for name, word in DESCRIBED.items() if name in functions]:
        return kinds[0]
    variables = sorted(n for n in names(term) if n[0] in "xesm" and n not in ("exp", "sqrt"))
    return f"the one with {', '.join(variables)}" if variables else "one without a variable"
