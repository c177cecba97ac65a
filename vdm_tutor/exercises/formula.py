"""Give the formula: as text, as a sympy expression, or as a function of the quantities that it is made of."""

import ast
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import sympy as sp

from vdm_tutor.exercises import verdict as v
from vdm_tutor.exercises.exercise import Exercise
from vdm_tutor.exercises.sandbox import run
from vdm_tutor.exercises.slip_hints import hint_for
from vdm_tutor.exercises.trials import Calls, squeezed
from vdm_tutor.exercises.verdict import Verdict
from vdm_tutor.judge import judge
from vdm_tutor.judge.asked import asked
from vdm_tutor.judge.in_algebra import digits
from vdm_tutor.judge.judge import Answer, Neighbours
from vdm_tutor.judge.line import Asked
from vdm_tutor.judge.naming import understood
from vdm_tutor.judge.numeric import Point, value
from vdm_tutor.judge.ranking import FAINT
from vdm_tutor.proofs.claim import Algebra, Claim
from vdm_tutor.proofs.polynomials import Undefined, unpaid
from vdm_tutor.proofs.quantities import VECTOR
from vdm_tutor.proofs.slips import Slip, every_slip
from vdm_tutor.proofs.tree import called, parse, quantities, text_of
from vdm_tutor.survey.check import COORDINATEWISE, answer_of, asked_by, compare, neighbours, notation_of

STATUS = {judge.CORRECT: v.CORRECT, judge.RESTATED: v.NEARLY, judge.SLIP: v.SLIP, judge.ANOTHER: v.ANOTHER,
          judge.NEARLY: v.NEARLY, judge.WRONG: v.WRONG, judge.UNDECIDED: v.UNDECIDED}  # fmt: skip
SAID = {v.CORRECT: "equal, however it is written", v.WRONG: "it is another quantity"}
BATCHES = ((5, 3), (3, 3), (1, 4))  # rows and columns: unlike, alike, and one row
CLOSE = 1e-6


@dataclass(frozen=True)
class Formula(Exercise):
    """`equation` names the survey's line that is asked for, or `truth` says it; `arguments` are a function's, in order.

    `within` names the quantities in which it is to be written, where others would give it away; `noted` are ideas that
    are half right, by name: the formula that comes of one, and what to think of. `ways` are other right forms, in which
    people get there and make their mistakes. `given` is what every law of the answer is to speak of.
    """

    equation: int | str | None = None
    truth: str = ""
    left: str = ""
    arguments: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    by: object = Algebra()
    noted: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)
    ways: tuple[str, ...] = ()
    given: str = ""

    kind = "give the formula"

    @property
    def reference(self) -> str:
        return self.truth or answer_of(self.equation)

    @cached_property
    def ask(self) -> Asked:
        if self.equation is not None:
            return asked_by(self.equation)
        claim = Claim(self.id, self.left or self.truth, self.truth, by=self.by)
        return asked(claim, notation_of(claim)).of_the_book()

    def judge(self, answer: object) -> Verdict:
        if callable(answer) and not isinstance(answer, sp.Basic):
            return self.judge_function(answer)
        if isinstance(answer, sp.Basic) and sum(1 for _ in itertools.islice(sp.preorder_traversal(answer), 2000)) > 999:
            return Verdict(v.UNREADABLE, "an expression of more than a thousand parts: write it more simply")
        found = self.decided(answer)
        verdict = self.hinted(told(found))
        if verdict.correct and (foreign := self.foreign(str(answer))):
            return Verdict(v.NEARLY, f"true, but it speaks of {', '.join(foreign)}", remark=self.ask_within())
        if verdict.correct and (blind := self.blind(str(answer))):
            return Verdict(v.NEARLY, f"true, but not what is asked for: {blind} does not look back to {self.given}")
        return verdict

    def blind(self, text: str) -> str:
        """The first law of an answer that does not speak of what every law is to speak of."""
        nodes = ast.walk(understood(text, self.ask.room)) if self.given else ()
        return next((text_of(n) for n in nodes if called(n) in ("p", "q") and self.given not in text_of(n)), "")

    def hinted(self, verdict: Verdict) -> Verdict:
        """With what is to be thought of where the mistake is one that is noted with this exercise."""
        return replace(verdict, hint=self.asked_back(verdict.slip)) if verdict.slip in self.noted else verdict

    def asked_back(self, mistake: str | None) -> str:
        return self.noted[mistake][1] if mistake in self.noted else super().asked_back(mistake)

    def decided(self, answer: object) -> Answer:
        known = Neighbours() if self.equation is None else neighbours(self.equation)
        others = {**{way: parse(way) for way in self.ways}, **known.others}
        around = replace(known, others=others, noted=(*known.noted, *self.ideas))
        return compare(answer, self.ask, around, COORDINATEWISE.get(self.equation, ()))

    @cached_property
    def ideas(self) -> tuple[Slip, ...]:
        """The half-right ideas as slips."""
        return tuple(Slip(name, parse(text)) for name, (text, _) in self.noted.items())

    def foreign(self, text: str) -> list[str]:
        """The quantities of an answer in which it was not to be written."""
        if not self.within:
            return []
        tree = understood(text, self.ask.room, quantities(self.ask.truth) | self.ask.names)
        return sorted(quantities(tree) - {*self.within, "d", "I", "pi"})

    def ask_within(self) -> str:
        return f"write it in {', '.join(self.within)}"

    def points(self) -> list[Point]:
        return [self.ask.point(probe, "plain") for probe in range(3)]

    def batches(self) -> Iterator[tuple[tuple, list[Point]]]:
        """Arguments of a function with vectors in rows and a schedule's numbers in a column, and a point for each."""
        for rows, columns in BATCHES:
            levels = [self.ask.point(probe % 3, "plain") for probe in range(rows)]
            points = []
            for i, j in itertools.product(range(rows), range(columns)):
                given = {name: levels[i][name] for name in self.arguments if name not in VECTOR}
                made = Point(100 + columns * i + j)
                points.append(Point(0, 1, (), given | {name: made[name] for name in self.arguments if name in VECTOR}))
            shaped = [[points[i * columns + j] for j in range(columns)] for i in range(rows)]
            yield tuple([[p[n] for p in row] if n in VECTOR else [row[0][n]] for row in shaped]
                        for n in self.arguments), points  # fmt: skip

    def judge_function(self, function: object) -> Verdict:
        if not self.arguments:
            return Verdict(v.UNREADABLE, "a formula is asked for here: text, or a sympy expression")
        points = self.points()
        ran = run(Calls(tuple(tuple(p[name] for name in self.arguments) for p in points)), function)
        if ran.trouble:
            return Verdict(v.FAILED, f"handed {', '.join(self.arguments)} as numbers, {ran.trouble}")
        row = [numbers[0] for _, numbers in ran.value if len(numbers) == 1]
        if len(row) < 3:
            return Verdict(v.WRONG, "of numbers it must give back one number")
        if not _alike(row, self.row(parse(self.reference), points)):
            return self.slip_of(row, points)
        return self.on_batches(function)

    def row(self, tree: ast.expr, points: list[Point]) -> list[float] | None:
        """What a formula is worth at the points."""
        try:
            with unpaid():
                return [value(tree, p) for p in points]
        except Undefined:
            return None

    def slip_of(self, row: list[float], points: list[Point]) -> Verdict:
        """The mistake that has these numbers, or where they differ."""
        truth = parse(self.reference)
        other = (slip for way in self.ways for slip in every_slip(parse(way)))
        known = (*self.ideas, *self.ask.slips(), *other)
        names = list(dict.fromkeys(s.name for s in known if _alike(row, self.row(s.tree, points))))
        if named := ", or ".join([name for name in names if name not in FAINT] or names):
            return self.hinted(Verdict(v.SLIP, slip=named, hint=hint_for(named)))
        ours = self.row(truth, points)
        ratios = [a / b for a, b in zip(row, ours, strict=True) if b]
        if ratios and ratios[0] and _alike(ratios, ratios[:1] * len(ratios)):
            return Verdict(v.NEARLY, f"right up to the factor {ratios[0]:.4g}")
        i = next(i for i in range(3) if not _alike(row[i : i + 1], ours[i : i + 1]))
        return Verdict(v.WRONG, SAID[v.WRONG], input={name: digits(points[i][name]) for name in self.arguments})

    def on_batches(self, function: object) -> Verdict:
        """Right for numbers: and for a batch?"""
        calls = list(self.batches())
        for arguments, points in calls:
            ran = run(Calls((arguments,)), function)
            if ran.trouble:
                if "writes into" in ran.trouble or "come to an end" in ran.trouble:
                    return Verdict(v.FAILED, ran.trouble)
                return Verdict(v.CORRECT, "for single numbers", remark=f"for a batch {ran.trouble}")
            shape, numbers = ran.value[0]
            rows = len(arguments[0])
            wanted = (rows, len(points) // rows) if VECTOR_SET & set(self.arguments) else (rows, 1)
            kept = points if wanted[1] > 1 else points[:: len(points) // rows]
            if squeezed(shape) != squeezed(wanted):
                return Verdict(v.WRONG, f"right for numbers, but a batch of shape {wanted} comes back as {shape}",
                               input={"a batch of": f"{wanted[0]} examples with {wanted[1]} entries"})  # fmt: skip
            if not _alike(numbers, self.row(parse(self.reference), kept)):
                return Verdict(v.WRONG, "right for numbers, but it mixes the examples of a batch",
                               input={"a batch of": f"{wanted[0]} examples with {wanted[1]} entries"})  # fmt: skip
        return Verdict(v.CORRECT, "right for numbers and for batches")


VECTOR_SET = set(VECTOR)


def _alike(row: list[float], other: list[float] | None) -> bool:
    if other is None or len(row) != len(other):
        return False
    return all(abs(a - b) <= CLOSE * (1 + abs(b)) for a, b in zip(row, other, strict=True))


def told(found: Answer) -> Verdict:
    """The judge's answer as a verdict."""
    status = STATUS[found.status]
    said = SAID.get(status, "") if status != v.NEARLY or found.status == judge.NEARLY else found.why
    said = found.why if status == v.UNDECIDED else said
    no_value = status == v.WRONG and not found.at and not found.slip and " against " not in found.why
    return replace(
        Verdict(status, said, found.slip, found.place, found.piece),
        hint=hint_for(found.slip),
        input=dict(found.at) if status != v.CORRECT else {},
        remark=found.remark or (found.why.partition(", ")[2] if no_value else ""),
    )
