"""Which mistake a wrong formula is: by numbers that it shares with a slip of the truth, or with its own slip undone.

A mistake is looked for on both sides: made in the truth (in every form in which the survey writes it), and undone in
the reader's formula. One of each that meet are two mistakes together. A name is given only where the numbers agree at
every place that was tried; mistakes that no place tells apart are named together.
"""

import ast
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vdm_tutor.judge.in_algebra import InAlgebra
from vdm_tutor.judge.line import CLOSE, FULL, PLAIN, Asked, close
from vdm_tutor.proofs.polynomials import TooLong
from vdm_tutor.proofs.slips import Slip, every_slip, of_the_law
from vdm_tutor.proofs.slips.mistakes import UNDONE
from vdm_tutor.proofs.tree import called, same

DROPPED = {"a factor dropped", "a term dropped", "a condition dropped", "a denominator lost", "a numerator lost"}
HOLLOW = {"a condition added", "a log and an average in the wrong order"}
"""What can make a piece worth 0 or 1: then it is as good as dropped."""
FAINT = {"a square too many", "a factor 2 or 1/2 too many", "a function of a sum taken term by term",
         "a root or a square over one part only", "one variable for another", "a product for a quotient",
         "a joint law for a conditional one", "a conditional law for a joint one",
         "one law's moment for the other's"}  # fmt: skip
"""Of names that fit one formula those of a part lost stand back behind others, and the faint ones behind these."""
CONVENTION = "another paper's alpha, whose square is this one's"  # at one place alone anything else is likelier
WHOLE = {"one law's moment for the other's": "the arguments swapped"}  # what a mistake at all places at once is
PAIRED = {"variance for standard deviation", "a root dropped", "standard deviation for variance", "a root too many",
          "a square lost", "alpha_bar for alpha", "alpha for alpha_bar", "an index shifted", "a sign flipped",
          "a and 1 - a confused", "the difference the wrong way round", "the 1/2 lost", "a factor 2 lost",
          "the arguments swapped", "a ratio upside down", "the weights swapped", "a step shifted", "p for q",
          "the range cut or stretched", "a sum for a mean, or a mean for a sum", "the truth for the prediction",
          CONVENTION} | DROPPED  # fmt: skip
"""What people do two of at a time."""


@dataclass(frozen=True)
class Found:
    """One mistake, or two together, each under every name that fits; and the pieces of the formula where they stand."""

    names: tuple[str, ...]
    here: tuple[ast.expr, ...] = ()

    def __str__(self) -> str:
        return "; and ".join(self.names)


def _together(slips: Sequence[Slip]) -> str:
    """Names that no place tells apart, as one; the less telling ones only by themselves."""
    names = dict.fromkeys(WHOLE.get(s.name, s.name) if s.everywhere else s.name for s in slips)
    weak = {"a square lost"} if "a root too many" in names else set()
    weak |= {CONVENTION} if len(names) > 1 and not any(s.name == CONVENTION and s.everywhere for s in slips) else set()
    weak |= HOLLOW if DROPPED & set(names) else set()
    best = min(_rank(n) for n in names if n not in weak)
    return ", or ".join([n for n in names if _rank(n) == best and n not in weak])


def _rank(name: str) -> int:
    return 2 if name in FAINT else 1 if name in DROPPED else 0


def _nothing(numbers) -> bool:
    """Whether a formula is worth nothing: then many mistakes lead to it, and none is told by it."""
    return numbers is None or all(abs(x) < CLOSE for x in numbers)


class Recogniser:
    """Looks for the mistake in one reader's formula."""

    def __init__(self, asked: Asked, theirs: ast.expr, forms: Iterable[ast.expr] = (), noted: Iterable[Slip] = ()):
        self.asked, self.theirs, self.forms, self.noted = asked, theirs, forms, list(noted)

    def matching(self, slips: Iterable[Slip], target: ast.expr, reading: str) -> list[Slip]:
        """Those of the slips that have the target's numbers everywhere."""
        goal, found = self.asked.numbers(target, 0, reading), []
        if _nothing(goal):
            return []
        for slip in slips:
            if close(self.asked.numbers(slip.tree, 0, reading), goal) and self.asked.agree(slip.tree, target, reading):
                found.append(slip)
        return found

    def found_one(self) -> Found | None:
        """One mistake: noted with the claim, of the law asked for, made in the truth, or undone in theirs."""
        turned = [slip for side in self.asked.left for slip in of_the_law(side)]
        made, undone = self.asked.slips(), every_slip(self.theirs, UNDONE)
        for slips in (self.noted, turned, made):
            if found := self.first(slips, self.theirs):
                return found
        return self.undone(undone, PLAIN)

    def found_in_other_quantities(self) -> Found | None:
        """One mistake undone in theirs, once it is written out what one quantity says of another."""
        return self.undone(every_slip(self.theirs, UNDONE), FULL) if isinstance(self.asked, InAlgebra) else None

    def found_in_another_form(self) -> Found | None:
        """One mistake made in another form of the truth: the first whose name is telling, or else the first."""
        best = None
        try:
            for form in self.forms:
                if found := self.first(every_slip(form), self.theirs):
                    if _rank(found.names[0].split(", or ")[0]) == 0:
                        return found
                    best = best or found
        except TooLong:
            if best is None:
                raise
        return best

    def first(self, slips: Iterable[Slip], target: ast.expr) -> Found | None:
        """What the slips that have the target's numbers are called, and where they stand in it."""
        found = self.matching(slips, target, PLAIN)
        places = [s for s in found if self.stands(s)]
        return Found((_together(found),), places[0].here if places else ()) if found else None

    def undone(self, slips: Iterable[Slip], reading: str) -> Found | None:
        """What the reader did, where undoing it gives the truth."""
        found = [s for s in self.matching(slips, self.asked.truth, reading) if not self.is_right_there(s)]
        if any(s.name == "a square too many" for s in found):  # a square stands there, so no root was dropped from it
            found = [s for s in found if s.name != "a root dropped"]
        return Found((_together(found),), found[0].was) if found else None

    def is_right_there(self, slip: Slip) -> bool:
        """Whether a mistake is undone at a law that stands in the truth as it stands here: then it is none."""
        truth = [n for n in ast.walk(self.asked.truth) if called(n) in ("p", "q")]
        return any(same(piece, law) for piece in slip.was for law in truth)

    def stands(self, slip: Slip) -> bool:
        """Whether the slipped piece stands in the reader's formula as it stands in the slip."""
        return any(same(n, piece) for piece in slip.here for n in ast.walk(self.theirs) if isinstance(n, ast.expr))

    def found_two(self) -> Found | None:
        """Two mistakes: one made in the truth meets one undone in the reader's formula, or two pieces are dropped."""
        made = [s for s in self.asked.slips() if s.name in PAIRED]
        for first in (s for s in made if s.name in DROPPED):
            twice = (s for s in every_slip(first.tree) if s.name in DROPPED)
            if both := self.matching(twice, self.theirs, PLAIN):
                return Found((first.name, both[0].name))
        undone = [s for s in every_slip(self.theirs, UNDONE) if s.name in PAIRED - DROPPED]
        known = [(self.asked.numbers(s.tree, 0), i) for i, s in enumerate(made)]
        rows = sorted((numbers[0], i) for numbers, i in known if not _nothing(numbers))
        for slip in undone:
            numbers = self.asked.numbers(slip.tree, 0)
            if not _nothing(numbers) and (other := self.meeting(slip, numbers[0], rows, made)):
                return Found((_together([other]), _together([slip])), slip.was)
        return None

    def meeting(self, undone: Slip, first: float, rows: list[tuple[float, int]], made: list[Slip]) -> Slip | None:
        """The slip of the truth that has the numbers of a formula of the reader's with one mistake undone."""
        margin = 1e-7 * (1 + abs(first))
        for number, i in rows[bisect_left(rows, (first - margin, -1)) :]:
            if number > first + margin:
                return None
            if self.asked.agree(made[i].tree, undone.tree):
                return made[i]
        return None
