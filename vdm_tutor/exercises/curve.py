"""Draw the curve before you see it: its height at a few places, judged by its shape."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from vdm_tutor.exercises import verdict as v
from vdm_tutor.exercises.curve_shapes import other_curves, shapes
from vdm_tutor.exercises.exercise import Exercise
from vdm_tutor.exercises.sandbox import run
from vdm_tutor.exercises.trials import numbers
from vdm_tutor.exercises.verdict import Verdict

GOOD, FAIR = 0.12, 0.25  # of the curve's own height
BETWEEN, SCALED = "the right shape between other heights", "a factor 2 or 1/2 too many"


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
        off, truth = self.distance(heights, self.reference), self.reference
        if off <= GOOD and not (off > GOOD / 2 and self.another(heights, off / 4)):
            return Verdict(v.CORRECT, "as near as a hand draws")
        if name := self.another(heights, GOOD / 2):
            return Verdict(v.SLIP, slip=name, hint=self.asked_back(name))
        ratios = [a / b for a, b in zip(heights, truth, strict=True) if abs(b) > GOOD]
        if ratios and max(ratios) - min(ratios) <= GOOD / 2 * abs(ratios[0]):
            return Verdict(v.NEARLY, f"right up to the factor {ratios[0]:.2g}")
        if self.fitted(heights) <= GOOD / 4:
            return Verdict(v.SLIP, slip=BETWEEN)
        worst = max(range(len(truth)), key=lambda i: _gap(heights[i], truth[i]))
        where = {"the place": f"{self.places[worst]:g}"}
        said = f"the curve is {'too high' if heights[worst] > truth[worst] else 'too low'} there"
        facts = shapes(self.places, heights, truth) if all(map(math.isfinite, heights)) else {}
        if name := self.another(heights, GOOD / 4, (0.5, 2.0)) or next((n for n, so in facts.items() if so), ""):
            return Verdict(v.NEARLY if off <= FAIR else v.SLIP, said, slip=name, input=where)
        return Verdict(v.NEARLY if off <= FAIR else v.WRONG, said, input=where)

    def another(self, heights: list[float], near: float, scales: tuple[float, ...] = (1.0,)) -> str:
        """The first other curve that is as near, or half of it, or twice: of this exercise, or of any."""
        for name, curve in self.others:
            for scale in scales:
                if self.distance(heights, [scale * y for y in curve]) <= near:
                    return name if scale == 1 else f"{name}; and {SCALED}"
        return ""

    @cached_property
    def others(self) -> list[tuple[str, list[float]]]:
        """The curves that people draw, and the heights of each."""
        own = [(name, [curve(place) for place in self.places]) for name, (curve, _) in self.wrong.items()]
        return [*own, *other_curves(self.places, self.truth)]

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

    def distance(self, heights: list[float], curve: list[float]) -> float:
        """The largest error, in units of the true curve's height, or of the other's where that is more."""
        size = max(max(row) - min(row) for row in (self.reference, curve)) or max(map(abs, self.reference)) or 1.0
        return max(_gap(a, b) for a, b in zip(heights, curve, strict=True)) / size


@dataclass(frozen=True)
class _Heights:
    places: tuple[float, ...]

    def __call__(self, function: Callable) -> list[float]:
        return [numbers(function(place))[1][0] for place in self.places]


def _gap(a: float, b: float) -> float:
    return abs(a - b) if a == a else float("inf")
