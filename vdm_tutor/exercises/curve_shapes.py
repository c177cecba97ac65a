"""Curves that people draw for any curve; and what can be said of one that is none of them: facts of its shape."""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator

TINY, SEEN = 1e-6, 0.12  # of a curve's own height: what is less no hand means to draw
STEEP = 1.15  # times as high
Heights = list[float]
Drawn = Callable[[tuple[float, ...], Heights, Callable[[float], float]], Iterable[float]]  # places, heights, truth
ANY_CURVE: dict[str, Drawn] = {
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
    "the exponential of the place": lambda places, true, _: [math.exp(x) for x in places],
    "its slope": lambda places, true, truth: [(truth(x + TINY) - truth(x - TINY)) / (2 * TINY) for x in places],
    "a step": lambda places, true, _: [_side(y, true) for y in true],
    "a step upside down": lambda places, true, _: [max(true) + min(true) - _side(y, true) for y in true],
}


def other_curves(places: tuple[float, ...], truth: Callable[[float], float]) -> Iterator[tuple[str, Heights]]:
    """Each of these curves, and the true one moved by one place or two, where it has a value at every place."""
    true = [truth(x) for x in places]
    by = abs(places[1] - places[0])
    moves = (("moved to the right", -by), ("moved to the left", by))
    moved = [
        (name, lambda places, *_, n=n, by=by: [truth(x + n * by) for x in places]) for n in (1, 2) for name, by in moves
    ]
    for name, other in (*ANY_CURVE.items(), *moved):
        try:
            yield name, list(other(places, true, truth))
        except (ArithmeticError, ValueError):
            continue


def _side(height: float, heights: Heights) -> float:
    """The nearer of the two ends; the middle where it is in the middle."""
    low, high = min(heights), max(heights)
    middle = (low + high) / 2
    return middle if abs(height - middle) < 1e-9 else high if height > middle else low


def shapes(places: tuple[float, ...], heights: Heights, true: Heights) -> dict[str, bool]:
    """What strikes one of a drawn curve beside the true one, the plainest first: whether it is so, by name."""
    size, own = (max(row) - min(row) or TINY for row in (true, heights))
    rises = [(b - a, d - c) for (a, c), (b, d) in itertools.combinations(zip(heights, true, strict=True), 2)]
    bends, right = _bends(places, heights, own), _bends(places, true, size)
    much, truly = (max(map(abs, row), default=0.0) for row in (bends, right))
    return {
        "flat where it changes": own <= SEEN * size,
        "its two sides unlike": _unlike(true) <= TINY * size and _unlike(heights) > SEEN * size,
        "up for down, or down for up": any(a * b < 0 and min(abs(a), abs(b)) > SEEN * size for a, b in rises),
        "straight where it bends": much <= SEEN < truly / 2,
        "bent where it is straight": truly <= SEEN < much,
        "bent the other way": any(a * b < 0 and min(abs(a), abs(b)) > SEEN for a, b in zip(bends, right, strict=True)),
        "too steep": own > STEEP * size,
        "not steep enough": own < size / STEEP,
    }


def _unlike(heights: Heights) -> float:
    return max(abs(a - b) for a, b in zip(heights, heights[::-1], strict=True))


def _bends(places: tuple[float, ...], heights: Heights, size: float) -> list[float]:
    """How much the slope changes at each place between the ends, over a step, in units of a size."""
    steps = zip(places, places[1:], heights, heights[1:], strict=False)
    slopes = [((d - c) / (b - a), abs(b - a)) for a, b, c, d in steps]
    return [(s - r) * (w + h) / 2 / size for (r, w), (s, h) in itertools.pairwise(slopes)]
