"""What a line asks for, and whether another formula gives it: in numbers, which refute, and exactly, which proves.

A formula is read in one of two ways. PLAIN: the names as they stand, with mere notation written out (posterior_var,
snr_t, alpha_bar_t = alpha_t alpha_bar_prev). FULL: also with what one quantity says of another (x_t is
sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps, a score is a share of the noise, mu_q is Eq. 93).
"""

import ast
import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from vdm_tutor.proofs.claim import Claim
from vdm_tutor.proofs.polynomials import unpaid
from vdm_tutor.proofs.slips import Slip, every_slip
from vdm_tutor.proofs.tree import called, parse, same, text_of
from vdm_tutor.proofs.verdict import Verdict

PLAIN, FULL = "plain", "full"
CLOSE = 1e-8  # floating point differs by less; the exact decision has the last word
Meaning = tuple[ast.expr, ast.expr]  # a name or a law, and what may be written for it
Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Notation:
    """What may be written for what, in the order in which it is written in.

    `folded` is mere notation, `told` what one quantity says of another, `laws` what is known of a density.
    """

    folded: tuple[Meaning, ...] = ()
    told: tuple[Meaning, ...] = ()
    laws: tuple[Meaning, ...] = ()


def close(a: Sequence[float] | None, b: Sequence[float] | None) -> bool:
    """Whether two rows of numbers are the same but for rounding."""
    if a is None or b is None or len(a) != len(b):
        return False
    return all(abs(x - y) <= CLOSE * (1 + max(abs(x), abs(y))) for x, y in zip(a, b, strict=True))


@dataclass(frozen=True)
class Difference:
    """Where two formulas differ, in words and in numbers; or that one has no value."""

    said: str
    at: Mapping[str, str] = field(default_factory=dict)
    worth: tuple[str, str] | None = None
    undefined: bool = False


class Asked:
    """The formula that a line asks for, `truth`, and how others compare with it."""

    room = ""

    def __init__(self, claim: Claim, notation: Notation, left: tuple[str, ...] = ()):
        self.claim, self.notation = claim, notation
        self.truth = parse(claim.right)
        self.relation = claim.relation if claim.relation in ("∝", "~") else "="
        self.left = [t for t in map(parse, (claim.left, *left)) if not same(t, self.truth)]
        self.names = {t.id for t in self.left if isinstance(t, ast.Name)}
        densities = [t for t in (self.truth, *self.left) if called(t) in ("N", "q", "p")]
        self.letter = next((text_of(t.args[0]).split(" | ")[0] for t in densities if self.relation in ("~", "∝")), "")
        self._kept: dict = {}
        self._seen: dict = {}
        self._slips: list[Slip] = []
        self._in_the_book = False
        self.keep(self.truth)

    def is_of(self, tree: ast.expr) -> bool:
        """Whether a density, where one is given, is that of the variable that the line is about."""
        given = called(tree) == "N" and len(tree.args) == 3
        return not (given and self.letter) or text_of(tree.args[0]) == self.letter

    def keep(self, tree: ast.expr) -> None:
        """Remember what a formula of the book is worth from one check to the next, at nobody's cost."""
        self._kept[id(tree)] = tree, {}

    def of_the_book(self) -> "Asked":
        """This question as one that is asked again and again, of a formula that is none of a reader's."""
        self._in_the_book = True
        return self

    def slips(self) -> Iterable[Slip]:
        """Each single mistake in the truth; the book's are made once, and what they are worth is remembered."""
        if not self._in_the_book:
            return every_slip(self.truth)
        if not self._slips:
            with unpaid():
                self._slips.extend(every_slip(self.truth))
            for slip in self._slips:
                self.keep(slip.tree)
        return self._slips

    def fresh(self) -> "Asked":
        """The same question for another reader, who pays for the numbers of his own formula."""
        other = copy.copy(self)
        other._seen = {}
        return other

    def numbers(self, tree: ast.expr, probe: int, reading: str = PLAIN) -> Numbers | None:
        """What tells formulas apart, at one of `probes` places; None where the formula has no value."""
        if id(tree) in self._kept:
            known = self._kept[id(tree)][1]
            if (probe, reading) not in known:
                with unpaid():
                    known[probe, reading] = self._numbers(tree, probe, reading)
            return known[probe, reading]
        key = id(tree), probe, reading
        if key not in self._seen:
            self._seen[key] = tree, self._numbers(tree, probe, reading)
        return self._seen[key][1]

    def _numbers(self, tree: ast.expr, probe: int, reading: str) -> Numbers | None:
        raise NotImplementedError

    @property
    def probes(self) -> int:
        raise NotImplementedError

    def kinds(self, a: ast.expr, b: ast.expr) -> Iterable[range]:
        """The probes at which two formulas are compared, those of one kind together."""
        return [range(self.probes)]

    def agree(self, a: ast.expr, b: ast.expr, reading: str = PLAIN) -> bool:
        """Whether two formulas have the same numbers wherever both have a value, and both have one in the same places.

        In a few places of a kind one of them alone may have none: a root of what is negative there.
        """
        met = 0
        for kind in self.kinds(a, b):
            alone = 0
            for probe in kind:
                x, y = self.numbers(a, probe, reading), self.numbers(b, probe, reading)
                alone += (x is None) != (y is None)
                met += x is not None and y is not None
                if not (x is None or y is None or close(x, y)):
                    return False
            if alone >= (len(kind) + 1) / 2:
                return False
        return met > 0

    def proves(self, tree: ast.expr, reading: str = PLAIN) -> Verdict:
        """Whether a formula is what is asked for, exactly; raises Undecided."""
        raise NotImplementedError

    def difference(self, tree: ast.expr) -> Difference:
        """An input at which a formula is not what is asked for."""
        raise NotImplementedError

    def special_case(self, tree: ast.expr) -> str:
        """Where alone a wrong formula is right, in words; empty where no such case is known."""
        return ""
