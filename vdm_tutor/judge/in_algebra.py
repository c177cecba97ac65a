"""A line of algebra: what it asks for, in numbers at random places and exactly."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from sympy.matrices.exceptions import ShapeError

from vdm_tutor.judge.line import CLOSE, FULL, PLAIN, Asked, Difference, Meaning, Notation, Numbers, close
from vdm_tutor.judge.naming import NAMED
from vdm_tutor.judge.numeric import Point, entries, law, value
from vdm_tutor.proofs.claim import Claim
from vdm_tutor.proofs.decide import compared
from vdm_tutor.proofs.dimensions import MOST, enough
from vdm_tutor.proofs.polynomials import Undefined
from vdm_tutor.proofs.quantities import LAWS, UNIT
from vdm_tutor.proofs.tree import called, names, quantities, same, substitute
from vdm_tutor.proofs.verdict import Verdict, told_apart

FURTHER = (3, 5)  # dimensions in which general lines are compared in numbers too


class InAlgebra(Asked):
    """A line of algebra: values at random places of each dimension."""

    room = "algebra"

    def __init__(self, claim: Claim, notation: Notation, left: tuple[str, ...] = ()):
        super().__init__(claim, notation, left)
        self.dims = (1,) if self.relation == "~" else claim.by.dims
        self.dims += FURTHER if len(self.dims) > 1 else ()
        self.order = (*self.dims, *(n for n in range(1, MOST + 2) if n not in self.dims))
        self._points: dict = {}
        self._laws = {called(old) or old.id for old, _ in notation.laws}

    @property
    def probes(self) -> int:
        return 3 * len(self.dims)

    def kinds(self, a: ast.expr, b: ast.expr) -> Iterator[range]:
        """Those of one dimension together; at last those of dimensions that only a degree in d asks for."""
        yield from (range(3 * i, 3 * i + 3) for i in range(len(self.dims)))
        for n in enough(a, b) if len(self.dims) > 1 else ():
            if n not in self.dims:
                yield range(3 * self.order.index(n), 3 * self.order.index(n) + 3)

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
            self._points[probe, reading] = Point(probe % 3, self.order[probe // 3], self.known(reading))
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
        if names(tree) & LAWS:
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
            return Verdict(False, "symbolic", str(reason), undefined=True)

    def difference(self, tree: ast.expr) -> Difference:
        symbols = sorted((quantities(tree) | quantities(self.truth)) & NAMED - {"d", "I", "pi"})
        subset = names(tree) <= names(self.truth) | set(self.claim.wrt.split())
        reading = PLAIN if subset and not self.agree(tree, self.truth) else FULL
        nice = {name: float(_nice(name, i)) for i, name in enumerate(symbols)} | NICE
        reason = ""
        for kind in self.kinds(self.truth, tree):
            dim = self.order[kind[0] // 3]
            points = [Point(0, dim, self.known(reading), nice)] if dim == 1 else []
            for at in [*points, *(self.point(probe, reading) for probe in kind)]:
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
        worth = told_apart(ours, theirs, with_digits)
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


SPECIAL = [("x_0", 0.0), ("x_t", 0.0), ("x_prev", 0.0), ("eps", 0.0), ("x0_hat", 0.0), ("alpha_bar_prev", 1.0),
           ("guidance_scale", 1.0), ("guidance_scale", 0.0), ("d", 1.0)]  # fmt: skip


NICE = {"alpha_t": 3 / 5, "alpha_prev": 7 / 10, "alpha_bar_prev": 1 / 3}


def _nice(name: str, index: int) -> Fraction:
    """A value for a name that a person can calculate with, and that is not so round that it hides a mistake."""
    return Fraction(5, 11) if name in UNIT else Fraction(7 + 4 * index, 5 + index)


def with_digits(worth, n: int) -> str:
    """A value, or the entries of a vector, with n digits."""
    return f"({', '.join(with_digits(each, n) for each in worth)})" if isinstance(worth, tuple) else f"{worth:#.{n}g}"


def digits(worth) -> str:
    """A value as a small fraction where it is one, and with four digits otherwise."""
    if isinstance(worth, tuple):
        return f"({', '.join(map(digits, worth))})"
    near = Fraction(worth).limit_denominator(20)
    return str(near) if abs(float(near) - worth) < 1e-12 * (1 + abs(worth)) else f"{worth:#.4g}"
