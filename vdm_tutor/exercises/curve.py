"""Draw the curve before you see it: its height at a few places, judged by its shape."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from vdm_tutor.exercises import verdict as v
from vdm_tutor.exercises.exercise import Exercise
from vdm_tutor.exercises.sandbox import run
from vdm_tutor.exercises.trials import numbers
from vdm_tutor.exercises.verdict import Verdict

GOOD, FAIR = 0.12, 0.25  # of the curve's own height
TINY = 1e-6
BETWEEN = "the right shape between other heights"
Drawn = Callable[[tuple[float, ...], list[float], Callable[[float], float]], Iterable[float]]  # places, heights, truth
ANY_CURVE: dict[str, Drawn] = {  # what may be drawn for any curve
    "upside down": lambda places, true, _: [max(true) + min(true) - y for y in true],
    "from the other end": lambda places, true, _: true[::-1],
    "the sign flipped": lambda places, true, _: [-y for y in true],
    "a factor 2 or 1/2 too many": lambda places, true, _: [2 * y for y in true],
    "the 1/2 lost, or lost twice": lambda places, true, _: [y / 2 for y in true],
    "the place itself for the height": lambda places, true, _: places,
    "flat, at its first height": lambda places, true, _: [true[0]] * len(true),
    "a straight line from end to end": lambda places, true, _: [
        true[0] + (true[-1] - true[0]) * (x - places[0]) / (places[-1] - places[0]) for x in places
    ],
    "equal steps from end to end": lambda places, true, _: [
        true[0] + (true[-1] - true[0]) * i / (len(true) - 1) for i in range(len(true))
    ],
    "the root of the height": lambda places, true, _: [abs(y) ** 0.5 for y in true],
    "the square of the height": lambda places, true, _: [y * y for y in true],
    "the sign of the place on the height": lambda places, true, _: [
        math.copysign(y, x) for x, y in zip(places, true, strict=True)
    ],
    "the place beside the first height": lambda places, true, _: [true[0] + x - places[0] for x in places],
    "the inverse of the height": lambda places, true, _: [1 / y for y in true],
    "its logarithm": lambda places, true, _: [math.log(y) for y in true],
    "its slope": lambda places, true, truth: [(truth(x + TINY) - truth(x - TINY)) / (2 * TINY) for x in places],
    "moved to the right": lambda places, true, truth: [truth(x - abs(places[1] - places[0])) for x in places],
    "moved to the left": lambda places, true, truth: [truth(x + abs(places[1] - places[0])) for x in places],
    "a step": lambda places, true, _: [_side(y, true) for y in true],
    "a step upside down": lambda places, true, _: [max(true) + min(true) - _side(y, true) for y in true],
}


def _side(height: float, heights: list[float]) -> float:
    """The nearer of the two ends; the middle where it is in the middle."""
    low, high = min(heights), max(heights)
    middle = (low + high) / 2
    return middle if abs(height - middle) < 1e-9 else high if height > middle else low


def drawn(other: Drawn, places: tuple[float, ...], true: list[float], truth: Callable) -> list[float]:
    """The heights of another curve; of none where it has no value."""
    try:
        return list(other(places, true, truth))
    except (ArithmeticError, ValueError):
        return []


@dataclass(frozen=True)
class Curve(Exercise):
    """`truth` is the curve, `places` where its height is asked; `wrong` are the curves that people draw, by name."""

    places: tuple[float, ...] = ()
    truth: Callable[[float], float] = float
    wrong: Mapping[str, tuple[Callable[[float], float], str]] = field(default_factory=dict, hash=False)

    kind = "draw the curve"

    @property
    def reference(self) -> list[float]:
        return [self.truth(place) for place in self.places]

    def shown(self) -> str:
        return ", ".join(f"{place:g}: {height:.3g}" for place, height in zip(self.places, self.reference, strict=True))

    def judge(self, answer: object) -> Verdict:
        if callable(answer):
            ran = run(_Heights(self.places), answer)
            if ran.trouble:
                return Verdict(v.FAILED, ran.trouble)
            answer = ran.value
        shape, heights = numbers(answer if hasattr(answer, "detach") else list(answer))
        if len(shape) != 1 or shape[0] != len(self.places):
            return Verdict(v.UNREADABLE, f"{len(self.places)} numbers are asked for, one for each place")
        off = self.distance(heights, self.truth)
        if off <= GOOD:
            return Verdict(v.CORRECT, "as near as a hand draws")
        truth = self.reference
        if name := self.another(heights, GOOD / 2):
            return Verdict(v.SLIP, slip=name, hint=self.wrong[name][1] if name in self.wrong else "")
        ratios = [a / b for a, b in zip(heights, truth, strict=True) if abs(b) > GOOD]
        if ratios and max(ratios) - min(ratios) <= GOOD / 2 * abs(ratios[0]):
            return Verdict(v.NEARLY, f"right up to the factor {ratios[0]:.2g}")
        if self.fitted(heights) <= GOOD / 4:
            return Verdict(v.SLIP, slip=BETWEEN)
        worst = max(range(len(truth)), key=lambda i: _gap(heights[i], truth[i]))
        where = {"the place": f"{self.places[worst]:g}"}
        side = "too high" if heights[worst] > truth[worst] else "too low"
        return Verdict(v.NEARLY if off <= FAIR else v.WRONG, f"the curve is {side} there", input=where)

    def another(self, heights: list[float], near: float) -> str:
        """The first other curve that is as near: of this exercise, or of any."""
        for name, (curve, _) in self.wrong.items():
            if self.distance(heights, curve) <= near:
                return name
        for name, other in ANY_CURVE.items():
            curve = dict(zip(self.places, drawn(other, self.places, self.reference, self.truth), strict=False))
            if curve and self.distance(heights, curve.__getitem__) <= near:
                return name
        return ""

    def fitted(self, heights: list[float]) -> float:
        """What is left of a curve, in units of its own height, once the true one is stretched and moved to its ends."""
        truth = self.reference
        low, high = (row.index(f(row)) for row, f in ((truth, min), (truth, max)))
        size = heights[high] - heights[low]
        if not size > 0 or len(truth) < 4:
            return math.inf
        scale = size / (truth[high] - truth[low])
        return max(_gap(a, heights[low] + scale * (y - truth[low])) for a, y in zip(heights, truth, strict=True)) / size

    def asked_back(self, mistake: str | None) -> str:
        return self.wrong[mistake][1] if mistake in self.wrong else super().asked_back(mistake)

    def distance(self, heights: list[float], curve: Callable[[float], float]) -> float:
        """The largest error, in units of the true curve's height."""
        truth = self.reference
        size = (max(truth) - min(truth)) or max(map(abs, truth)) or 1.0
        return max(_gap(a, curve(place)) for a, place in zip(heights, self.places, strict=True)) / size


@dataclass(frozen=True)
class _Heights:
    places: tuple[float, ...]

    def __call__(self, function: Callable) -> list[float]:
        return [numbers(function(place))[1][0] for place in self.places]


def _gap(a: float, b: float) -> float:
    return abs(a - b) if a == a else float("inf")
