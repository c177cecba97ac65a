"""Which mistake a wrong formula is: by numbers that it shares with a slip of the truth, or with its own slip undone.

A mistake is looked for on both sides: made in the truth (in every form in which the survey writes it), and undone in
the reader's formula. One of each that meet are two mistakes together. A name is given only where the numbers agree at
every place that was tried; mistakes that no place tells apart are named together.
"""

import ast
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from vdm_tutor.judge.in_algebra import InAlgebra
from vdm_tutor.judge.line import CLOSE, FULL, PLAIN, Asked, close
from vdm_tutor.judge.ranking import CONVENTION, DROPPED, EXTRA, IDEAS, PAIRED, WHOLE, rank, together
from vdm_tutor.proofs.polynomials import TooLong, effort
from vdm_tutor.proofs.slips import Slip, every_slip, of_the_law
from vdm_tutor.proofs.slips.mistakes import MADE, UNDONE
from vdm_tutor.proofs.slips.terms import half_lost, is_square, two_lost
from vdm_tutor.proofs.tree import called, same

DOUBTFUL = 6  # from here on all else is tried before
FAR = 9  # from here on two mistakes together are told by their numbers alone
SEARCH = 60_000  # counted steps for a first look at other forms
OF_AMOUNTS = {"variance for standard deviation", "a root dropped", "a square lost", "the 1/2 lost", "a factor 2 lost"}
OF_LAWS = {name: rule for name, rule in UNDONE.items() if name not in OF_AMOUNTS}  # lines of laws have no roots, no 2
LOST = {name: rule for name, rule in MADE.items() if name in DROPPED}


@dataclass(frozen=True)
class Found:
    """One mistake, or two together, each under every name that fits; and the pieces of the formula where they stand.

    `doubt` is 0 where the mistake stands in the reader's formula as it was made, and larger the less speaks for it.
    """

    names: tuple[str, ...]
    here: tuple[ast.expr, ...] = ()
    doubt: int = 0

    def __str__(self) -> str:
        return "; and ".join(self.names)


def _together(slips: Sequence[Slip]) -> str:
    everywhere = any(s.name == CONVENTION and s.everywhere for s in slips)
    return together([WHOLE.get(s.name, s.name) if s.everywhere else s.name for s in slips], everywhere)


def _nothing(numbers) -> bool:
    """Whether a formula is worth nothing: then many mistakes lead to it, and none is told by it."""
    return numbers is None or all(abs(x) < CLOSE for x in numbers)


def _stands(slip: Slip, tree: ast.expr) -> bool:
    """Whether the slipped piece stands in a formula; a lone name as often as in the slip."""

    def times(piece: ast.expr, within: ast.expr) -> int:
        return sum(same(n, piece) for n in ast.walk(within) if isinstance(n, ast.expr))

    return any(times(piece, tree) >= (times(piece, slip.tree) if isinstance(piece, ast.Name) else 1)
               for piece in slip.here)  # fmt: skip


def _doubt(slip: Slip, tree: ast.expr) -> int:
    """How little speaks for a mistake that has a formula's numbers: most where a name was changed that is not there."""
    if slip.name in IDEAS or not slip.here:
        return 0
    unlike = 0 if same(slip.tree, tree) else 2 if _stands(slip, tree) else 4
    lone = unlike == 4 and any(isinstance(piece, ast.Name) for piece in slip.here)
    return unlike + rank(slip.name) + 2 * slip.everywhere + 4 * lone


def _is_a_square(undone: Slip, tree: ast.expr) -> bool:
    """Whether a root is put back over what is a square, or within one: then none was dropped from it."""
    squared = [n.left for n in ast.walk(tree) if is_square(n)]
    within = any(is_square(piece) or any(piece is n for n in squared) for piece in undone.was)
    return within and undone.name in ("a root dropped", "variance for standard deviation")


class Recogniser:
    """Looks for the mistake in one reader's formula."""

    def __init__(self, asked: Asked, theirs: ast.expr, forms: Iterable[ast.expr] = (), noted: Iterable[Slip] = ()):
        self.asked, self.theirs, self.forms, self.noted = asked, theirs, forms, list(noted)
        self.all: list[Found] = []
        self.taken_back = OF_LAWS if asked.room == "chain" else UNDONE

    def matching(self, slips: Iterable[Slip], target: ast.expr, reading: str) -> list[Slip]:
        """Those of the slips that have the target's numbers everywhere."""
        slips = list(slips)
        found = [slip for slip in slips if same(slip.tree, target)]
        if found:  # nothing but an idea of one cast is likelier
            slips = [slip for slip in slips if slip.name in IDEAS]
        place = self.telling
        goal = self.asked.numbers(target, place, reading) if slips else None
        if _nothing(goal) or not self.has_worth(target, reading):
            return found
        for slip in slips:
            here = self.asked.numbers(slip.tree, place, reading)
            if close(here, goal) and self.asked.agree(slip.tree, target, reading):
                found.append(slip)
        return found

    @cached_property
    def telling(self) -> int:
        """The first place at which theirs differs from the truth: few mistakes have its numbers there by chance."""
        for place in range(self.asked.probes):
            ours, theirs = (self.asked.numbers(tree, place) for tree in (self.asked.truth, self.theirs))
            if ours is not None and theirs is not None and not close(ours, theirs):
                return place
        return 0

    def has_worth(self, tree: ast.expr, reading: str) -> bool:
        """Whether a formula has a value in most places: without one all formulas are alike."""
        worth = [self.asked.numbers(tree, place, reading) is not None for place in range(self.asked.probes)]
        return 2 * sum(worth) > len(worth)

    def found_one(self) -> Found | None:
        """One mistake: noted with the claim, of the law asked for, made in the truth, or undone in theirs."""
        turned = [slip for side in self.asked.left for slip in of_the_law(side)]
        for slips in (self.noted, turned, self.asked.slips()):
            if (found := self.first(slips)) and not found.doubt:
                return found
        self.undone(every_slip(self.theirs, self.taken_back), PLAIN)
        if self.surest and self.surest.doubt > 2:
            with suppress(TooLong), effort(SEARCH):
                self.found_with_doubt()
        return self.surest if self.surest and self.surest.doubt < DOUBTFUL else None

    def found_in_other_quantities(self) -> Found | None:
        """One mistake undone in theirs, once it is written out what one quantity says of another."""
        if not isinstance(self.asked, InAlgebra):
            return None
        found = self.undone(every_slip(self.theirs, self.taken_back), FULL)
        return found if found and found.doubt < DOUBTFUL else None

    def found_with_doubt(self) -> Found | None:
        """One mistake made in another form of the truth, or what does not stand in theirs as it was made."""
        try:
            for form in self.forms:
                found = self.first(every_slip(form))
                if found and not found.doubt:
                    return found
        except TooLong:
            if not self.surest:
                raise
        return self.surest

    @property
    def surest(self) -> Found | None:
        """Of all that was found the one for which most speaks, and of these the first."""
        return min(self.all, key=lambda found: found.doubt, default=None)

    def first(self, slips: Iterable[Slip]) -> Found | None:
        """What the slips that have theirs' numbers are called, those for which most speaks, and where they stand."""
        found = self.matching(slips, self.theirs, PLAIN)
        if not found:
            return None
        doubts = [_doubt(slip, self.theirs) for slip in found]
        best = [slip for slip, doubt in zip(found, doubts, strict=True) if doubt == min(doubts)]
        self.all.append(Found((_together(best),), best[0].here, min(doubts)))
        return self.all[-1]

    def undone(self, slips: Iterable[Slip], reading: str) -> Found | None:
        """What the reader did, where undoing it gives the truth."""
        found = [s for s in self.matching(slips, self.asked.truth, reading) if not self.is_right_there(s)]
        found = [s for s in found if not _is_a_square(s, self.theirs) and self.may_be_halved(s.name)]
        if not found:
            return None
        exact = [s for s in found if same(s.tree, self.asked.truth)]
        name = _together(exact or found)
        order = rank(name.split(", or ")[0])
        doubt = order if exact else 4 + (order > 0) + 2 * (order == 3)
        self.all.append(Found((name,), (exact or found)[0].was, doubt))
        return self.all[-1]

    def may_be_halved(self, name: str) -> bool:
        """Whether a 1/2 or a 2 may have been lost: one stands in the truth, and no other number is between the two."""
        lost, twice = {"the 1/2 lost": (half_lost, 2.0), "a factor 2 lost": (two_lost, 0.5)}.get(name, (None, 0.0))
        if not lost:
            return True
        ratios = []
        for probe in range(min(3, self.asked.probes)):
            theirs, truth = (self.asked.numbers(tree, probe) or () for tree in (self.theirs, self.asked.truth))
            ratios += [a / b for a, b in zip(theirs, truth, strict=False) if b]
        whole = ratios and close(ratios, ratios[:1] * len(ratios))
        return any(map(lost, ast.walk(self.asked.truth))) and (not whole or close(ratios[:1], [twice]))

    def is_right_there(self, slip: Slip) -> bool:
        """Whether a mistake is undone at a law that stands in the truth as it stands here: then it is none."""
        truth = [n for n in ast.walk(self.asked.truth) if called(n) in ("p", "q")]
        return any(same(piece, law) for piece in slip.was for law in truth)

    def found_two(self) -> Found | None:
        """Two mistakes, of all that fit those for which most speaks: one made in the truth and one undone in theirs."""
        self.best: tuple[int, Found] | None = None
        made = [slip for slip in self.asked.slips() if slip.name in PAIRED]
        try:
            self.made_and_dropped(slip for slip in made if slip.name in DROPPED)
            self.made_and_undone(made)
            self.made_and_dropped(slip for slip in made if slip.name not in DROPPED)
        except TooLong:
            if not self.best:
                raise
        return self.best[1] if self.best and self.best[0] < FAR else None

    def keep(self, doubt: int, one: Slip, other: Slip, here: tuple[ast.expr, ...]) -> None:
        doubt += sum(rank(slip.name) + (slip.name not in PAIRED) for slip in (one, other))
        if not self.best or doubt < self.best[0]:
            self.best = doubt, Found((_together([one]), _together([other])), here)

    def made_and_undone(self, made: list[Slip]) -> None:
        undone = [
            s
            for s in every_slip(self.theirs, self.taken_back)
            if s.name in PAIRED - DROPPED and not _is_a_square(s, self.theirs)
        ]
        undone.append(Slip("a sign flipped", ast.UnaryOp(ast.USub(), self.theirs), (self.theirs,)))
        written = {ast.dump(slip.tree): slip for slip in self.asked.slips()}
        for slip in (s for s in every_slip(self.theirs, self.taken_back) if s.name not in EXTRA):
            if other := written.get(ast.dump(slip.tree)):
                self.keep(0, other, slip, slip.was)
        if self.best:
            return
        known = [(self.asked.numbers(s.tree, 0), i) for i, s in enumerate(made)]
        rows = sorted((numbers[0], i) for numbers, i in known if not _nothing(numbers))
        for slip in undone:
            numbers = self.asked.numbers(slip.tree, 0)
            for other in [] if _nothing(numbers) else self.meeting(slip, numbers[0], rows, made):
                self.keep(1 + _doubt(other, self.theirs), other, slip, slip.was)

    def made_and_dropped(self, made: Iterable[Slip]) -> None:
        """Two made in the truth, of which the second drops a part."""
        for first in made:
            twice = [s for s in every_slip(first.tree, LOST) if s.name in DROPPED]
            for second in self.matching(twice, self.theirs, PLAIN):
                self.keep(0 if same(second.tree, self.theirs) else 1 + _doubt(first, self.theirs), first, second, ())

    def meeting(self, undone: Slip, first: float, rows: list[tuple[float, int]], made: list[Slip]) -> Iterable[Slip]:
        """The slips of the truth that have the numbers of a formula of the reader's with one mistake undone."""
        margin = 1e-7 * (1 + abs(first))
        for number, i in rows[bisect_left(rows, (first - margin, -1)) :]:
            if number > first + margin:
                return
            if self.asked.agree(made[i].tree, undone.tree):
                yield made[i]
