"""What a line asks for, and whether another formula gives it: in numbers, which refute, and exactly, which proves.

A formula is read in one of two ways. PLAIN: the names as they stand, with mere notation written out (posterior_var,
snr_t, alpha_bar_t = alpha_t alpha_bar_prev). FULL: also with what one quantity says of another (x_t is
sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps, a score is a share of the noise, mu_q is Eq. 93).
"""

import ast
import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache, cached_property

from sympy.matrices.exceptions import ShapeError

from vdm_tutor.judge.naming import LAWS as LAW_NAMES
from vdm_tutor.judge.naming import NAMED
from vdm_tutor.judge.numeric import Point, entries, law, value
from vdm_tutor.proofs import any_length, chain, quadrature
from vdm_tutor.proofs.claim import Algebra, Chain, Claim, Grid
from vdm_tutor.proofs.decide import BOTH, Verdict, compared, in_general
from vdm_tutor.proofs.polynomials import TooLong, Undecided, Undefined, unpaid
from vdm_tutor.proofs.quantities import UNIT
from vdm_tutor.proofs.slips import Slip, every_slip
from vdm_tutor.proofs.tables import LONGER, WORLDS, World
from vdm_tutor.proofs.tree import called, names, parse, quantities, same, substitute, text_of

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

    def __init__(self, claim: Claim, notation: Notation = Notation(), left: tuple[str, ...] = ()):
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

    @property
    def kinds(self) -> list[range]:
        """The probes, those of one kind together."""
        return [range(self.probes)]

    def agree(self, a: ast.expr, b: ast.expr, reading: str = PLAIN) -> bool:
        """Whether two formulas have the same numbers wherever both have a value, and both have one in the same places.

        In a few places of a kind one of them alone may have none: a root of what is negative there.
        """
        met = 0
        for kind in self.kinds:
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


FURTHER = (3, 5)  # dimensions in which general lines are compared in numbers too: (d - 1)(d - 2) is 0 before


class InAlgebra(Asked):
    """A line of algebra: values at random places of each dimension."""

    room = "algebra"

    def __init__(self, claim: Claim, notation: Notation = Notation(), left: tuple[str, ...] = ()):
        super().__init__(claim, notation, left)
        self.dims = (1,) if self.relation == "~" else claim.by.dims
        self.dims += FURTHER if len(self.dims) > 1 else ()
        self._points: dict = {}
        self._laws = {called(old) or old.id for old, _ in notation.laws}

    @property
    def probes(self) -> int:
        return 3 * len(self.dims)

    @property
    def kinds(self) -> list[range]:
        return [range(3 * i, 3 * i + 3) for i in range(len(self.dims))]

    def meanings(self, reading: str) -> tuple[Meaning, ...]:
        """What is written for names in a reading, in order."""
        told = self.notation.told if reading == FULL and self.relation == "=" else ()  # a law's own noise stays free
        opaque = self.names if reading == PLAIN else ()
        return tuple((n, m) for n, m in (*told, *self.notation.folded) if n.id not in opaque)

    def known(self, reading: str) -> tuple:
        """The same for numbers: what stands on other meanings comes after them."""
        return tuple((n.id, m) for n, m in reversed(self.meanings(reading)))

    def with_laws(self, tree: ast.expr, reading: str) -> ast.expr:
        """The formula with densities, and slopes of their logarithms, written out where the reading is FULL."""
        present = names(tree) if reading == FULL else set()
        for old, new in self.notation.laws if present & self._laws else ():
            if (called(old) or old.id) in present:
                tree = substitute(tree, old, new)
                present = names(tree)
        return tree

    def point(self, probe: int, reading: str) -> Point:
        if (probe, reading) not in self._points:
            self._points[probe, reading] = Point(probe % 3, self.dims[probe // 3], self.known(reading))
        return self._points[probe, reading]

    def _numbers(self, tree: ast.expr, probe: int, reading: str) -> Numbers | None:
        at = self.point(probe, reading)
        try:
            tree = self.with_laws(tree, reading)
            if self.relation == "~":
                return tuple(entries(law(tree, at)))
            if self.relation != "∝":
                return tuple(entries(value(tree, at)))
            here = entries(value(tree, at))
            moved = [entries(value(tree, self.moved(at, k))) for k in (1, 2)]
            return tuple(a / b for row in moved for a, b in zip(row, here, strict=True))
        except (Undefined, ZeroDivisionError, ValueError):
            return None

    def moved(self, at: Point, k: int) -> Point:
        """The same point with other values for the variables of a proportionality."""
        for name in self.claim.wrt.split():
            at = at.moved(name, Point(at.number + 10 * k, at.dim)[name])
        return at

    def written(self, tree: ast.expr, reading: str) -> ast.expr:
        """The formula with everything written out that the reading knows."""
        tree = self.with_laws(tree, reading)
        if names(tree) & LAW_NAMES:
            reading = PLAIN  # what a density is a function of stays a variable
        for old, new in self.meanings(reading):
            tree = substitute(tree, old, new)
        return tree

    def proves(self, tree: ast.expr, reading: str = PLAIN) -> Verdict:
        claim = replace(
            self.claim, relation=self.relation, gap="", wrt=self.claim.wrt if self.relation in ("∝", "~") else ""
        )
        truth, theirs = self.written(self.truth, reading), self.written(tree, reading)
        if same(truth, theirs):
            return Verdict(True, "symbolic", "written alike")
        try:
            return compared(claim, truth, theirs)
        except (ShapeError, TypeError, AttributeError) as reason:  # a vector or a law where a number belongs
            return Verdict(False, "symbolic", str(reason))

    def difference(self, tree: ast.expr) -> Difference:
        symbols = sorted((quantities(tree) | quantities(self.truth)) & NAMED - {"d", "I", "pi"})
        subset = names(tree) <= names(self.truth) | set(self.claim.wrt.split())
        reading = PLAIN if subset and not self.agree(tree, self.truth) else FULL
        nice = {name: float(_nice(name, i)) for i, name in enumerate(symbols)} | NICE
        reason = ""
        for dim in self.dims:
            points = [Point(0, dim, self.known(reading), nice)] if dim == 1 else []
            for at in [*points, *(self.point(3 * self.dims.index(dim) + i, reading) for i in range(3))]:
                ours, theirs = self.worth(self.truth, at, reading), self.worth(tree, at, reading)
                if isinstance(theirs, str):
                    reason = theirs
                elif not isinstance(ours, str) and not close(entries(ours), entries(theirs)):
                    return self._said(ours, theirs, at, symbols)
        return Difference(reason or "and nothing tells where", undefined=True)

    def worth(self, tree: ast.expr, at: Point, reading: str):
        """What a formula is worth at a point, or why it has no value."""
        try:
            return (law if self.relation == "~" else value)(self.with_laws(tree, reading), at)
        except Undefined as reason:
            return str(reason)

    def _said(self, ours, theirs, at: Point, symbols: list[str]) -> Difference:
        shown = {name: digits(at[name]) for name in symbols}
        place = ", ".join(f"{name} = {worth}" for name, worth in shown.items()) or "every point"
        what = ""
        if self.relation == "~":
            which = next(i for i in range(3) if not close(entries(ours[i]), entries(theirs[i])))
            what = ("the means differ ", "the variances differ ", "one is no Gaussian law ")[which]
            ours, theirs = ours[which], theirs[which]
        if at.dim > 1:
            what += f"in {at.dim} dimensions "
        worth = four_digits(ours), four_digits(theirs)
        return Difference(f"{what}at {place}: {worth[0]} against {worth[1]}", shown, worth)

    def special_case(self, tree: ast.expr) -> str:
        if self.relation != "=":
            return ""
        reading = PLAIN if names(tree) <= names(self.truth) else FULL
        for name, worth in SPECIAL:
            if name in names(tree) | names(self.truth) and all(n.id != name for n, _ in self.meanings(reading)):
                if self.agree_where(tree, name, worth, reading):
                    return f"{name} = {worth:g}"
        return ""

    def agree_where(self, tree: ast.expr, name: str, worth: float, reading: str) -> bool:
        """Whether a formula is right wherever one quantity has a certain value."""
        try:
            points = [Point(i, self.dims[0], self.known(reading), {name: worth}) for i in range(3)]
            rows = [[entries(value(self.with_laws(side, reading), at)) for at in points] for side in (self.truth, tree)]
        except Undefined:
            return False
        return all(close(a, b) for a, b in zip(*rows, strict=True)) and any(abs(x) > CLOSE for x in rows[0][0])


def _column(worth, places: list) -> Numbers:
    """What a compiled formula is worth at each place; what depends on the index alone is worked out once for each."""
    at_index = {tuple(index.items()): worth(index) for _, index in places}
    return tuple(float(at_index[tuple(index.items())](at)) for at, index in places)


SPECIAL = [("x_0", 0.0), ("x_t", 0.0), ("x_prev", 0.0), ("eps", 0.0), ("x0_hat", 0.0), ("alpha_bar_prev", 1.0),
           ("guidance_scale", 1.0), ("guidance_scale", 0.0), ("d", 1.0)]  # fmt: skip


NICE = {"alpha_t": 3 / 5, "alpha_prev": 7 / 10, "alpha_bar_prev": 1 / 3}


def _nice(name: str, index: int) -> Fraction:
    """A value for a name that a person can calculate with, and that is not so round that it hides a mistake."""
    return Fraction(5, 11) if name in UNIT else Fraction(7 + 4 * index, 5 + index)


def four_digits(worth) -> str:
    """A value, or the entries of a vector, with four digits."""
    return f"({', '.join(map(four_digits, worth))})" if isinstance(worth, tuple) else f"{worth:#.4g}"


def digits(worth) -> str:
    """A value as a small fraction where it is one, and with four digits otherwise."""
    if isinstance(worth, tuple):
        return f"({', '.join(map(digits, worth))})"
    near = Fraction(worth).limit_denominator(20)
    return str(near) if abs(float(near) - worth) < 1e-12 * (1 + abs(worth)) else f"{worth:#.4g}"


@cache
def _rounded(table: str) -> list[World]:
    """The worlds of a table in floating point, the smallest first, and one that is longer than all of these."""
    worlds = [*WORLDS[table](), *LONGER.get(table, list)()]
    return sorted((world.rounded() for world in worlds), key=lambda w: w.q.n_states**w.q.n_steps)


class OnChains(Asked):
    """A line of expectations: its worth at every place of small chains, in floating point and then exactly."""

    room = "chain"

    def __init__(self, claim: Claim, notation: Notation = Notation(), left: tuple[str, ...] = ()):
        super().__init__(claim, notation, left)
        self._places: dict[int, list] = {}

    @cached_property
    def worlds(self) -> list[World]:
        """The chains that are long enough for the line."""
        least = any_length.least_length(self.written(self.truth))
        return [world for world in _rounded(self.claim.by.table) if world.q.n_steps >= least]

    @property
    def probes(self) -> int:
        return len(self.worlds)

    def _numbers(self, tree: ast.expr, probe: int, reading: str) -> Numbers | None:
        world = self.worlds[probe]
        if probe not in self._places:
            with unpaid():
                self._places[probe] = chain.places([self.written(self.truth)], world)
        places = self._places[probe]
        try:
            worth = chain.compiled(self.written(tree), world)
            try:
                return _column(worth, places)
            except KeyError:  # it has a variable that the line averages over
                indices = [index for at, index in places if at == places[0][0]]
                return _column(worth, [(dict(at), i) for i in indices for at in chain.every_path(world)])
        except (Undefined, KeyError, OverflowError):
            return None

    def written(self, tree: ast.expr) -> ast.expr:
        for old, new in self.notation.folded:
            tree = substitute(tree, old, new)
        return tree

    def proves(self, tree: ast.expr, reading: str = PLAIN) -> Verdict:
        truth, theirs = self.written(self.truth), self.written(tree)
        claim = replace(self.claim, relation="=", gap="")
        proved, kind, why = chain.decide(claim, truth, theirs)
        if not proved or not claim.by.general:
            return Verdict(proved, kind, why)
        try:
            if in_general(claim, truth, theirs)[0]:
                return Verdict(True, BOTH, why)
        except Undefined:
            pass  # the general argument does not reach this form; enumeration has decided it
        return Verdict(True, kind, why)

    def difference(self, tree: ast.expr) -> Difference:
        try:
            verdict = self.proves(tree)
        except TooLong:
            raise
        except Undecided:  # no chain of this line's kind is long enough for it
            return Difference("it speaks of steps that the chain of this line has not", undefined=True)
        why = "on a longer chain than the line was decided on" if verdict.proved else verdict.why
        return Difference(why, undefined=" against " not in why)


class OnGrid(Asked):
    """A number that a walk on a grid has."""

    room, probes = "grid", 1

    def _numbers(self, tree: ast.expr, probe: int, reading: str) -> Numbers | None:
        try:
            return (quadrature.value(tree),)
        except Undefined:
            return None

    def agree(self, a: ast.expr, b: ast.expr, reading: str = PLAIN) -> bool:
        x, y = self.numbers(a, 0), self.numbers(b, 0)
        return x is not None and y is not None and abs(x[0] - y[0]) < quadrature.FAR

    def proves(self, tree: ast.expr, reading: str = PLAIN) -> Verdict:
        return Verdict(*quadrature.decide(self.truth, tree))

    def difference(self, tree: ast.expr) -> Difference:
        try:
            return Difference(self.proves(tree).why)
        except Undefined as reason:
            return Difference(str(reason), undefined=True)


def asked(claim: Claim, notation: Notation, left: tuple[str, ...] = ()) -> Asked:
    """What a claim asks for, by the way in which it is decided; `left` are further spellings of its left side."""
    return {Chain: OnChains, Grid: OnGrid, Algebra: InAlgebra}[type(claim.by)](claim, notation, left)
