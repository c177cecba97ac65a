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
Drawn = Callable[[tuple[float, ...], list[float]], Iterable[float]]  # places and true heights to heights
ANY_CURVE: dict[str, Drawn] = {  # what may be drawn for any curve
    "upside down": lambda places, true: [max(true) + min(true) - y for y in true],
    "the sign flipped": lambda places, true: [-y for y in true],
    "a factor 2 or 1/2 too many": lambda places, true: [2 * y for y in true],
    "the 1/2 lost, or lost twice": lambda places, true: [y / 2 for y in true],
    "the place itself for the height": lambda places, true: places,
    "flat, at its first height": lambda places, true: [true[0]] * len(true),
    "a straight line from end to end": lambda places, true: [
        true[0] + (true[-1] - true[0]) * (x - places[0]) / (places[-1] - places[0]) for x in places
    ],
    "equal steps from end to end": lambda places, true: [
        true[0] + (true[-1] - true[0]) * i / (len(true) - 1) for i in range(len(true))
    ],
    "the root of the height": lambda places, true: [abs(y) ** 0.5 for y in true],
    "the square of the height": lambda places, true: [y * y for y in true],
    "the sign of the place on the height": lambda places, true: [
        math.copysign(y, x) for x, y in zip(places, true, strict=True)
    ],
    "the place beside the first height": lambda places, true: [true[0] + x - places[0] for x in places],
}


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
        for name, (curve, belief) in self.wrong.items():
            if self.distance(heights, curve) <= GOOD / 2:
                return Verdict(v.SLIP, slip=name, hint=belief)
        truth = self.reference
        for name, other in ANY_CURVE.items():
            drawn = dict(zip(self.places, other(self.places, truth), strict=True))
            if self.distance(heights, drawn.__getitem__) <= GOOD / 2:
                return Verdict(v.SLIP, slip=name)
        ratios = [a / b for a, b in zip(heights, truth, strict=True) if abs(b) > GOOD]
        if ratios and max(ratios) - min(ratios) <= GOOD / 2 * abs(ratios[0]):
            return Verdict(v.NEARLY, f"right up to the factor {ratios[0]:.2g}")
        worst = max(range(len(truth)), key=lambda i: _gap(heights[i], truth[i]))
        where = {"the place": f"{self.places[worst]:g}"}
        side = "too high" if heights[worst] > truth[worst] else "too low"
        return Verdict(v.NEARLY if off <= FAIR else v.WRONG, f"the curve is {side} there", input=where)

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
