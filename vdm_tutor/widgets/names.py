"""Names in a still picture: each beside what it names and off everything else, where a legend would cost room."""

import numpy as np
from matplotlib.axes import Axes

SIZE, GAP = 8, 4.0  # points of the letters; pixels between a name and what it does not name
TRIED = 24  # places for a name along each side of its panel


def name_traces(ax: Axes, traces: list[tuple[str, str, np.ndarray]]) -> set[str]:
    """Write (name, colour, points [n, 2] in the data's units) on the panel, once laid out; which names found a trace.

    What has no name, or none any more, is only kept clear of.
    """
    seen = [(name, colour, _inside(ax, points)) for name, colour, points in traces]
    written = []
    for i, (name, colour, own) in enumerate(seen):
        if not name or not len(own):
            continue
        others = np.concatenate([np.empty((0, 2)), *(each for j, (*_, each) in enumerate(seen) if j != i), *written])
        text = ax.text(0, 0, name, color=colour, fontsize=SIZE, ha="center", va="center", in_layout=False)
        extent = text.get_window_extent()
        half = np.array([extent.width, extent.height]) / 2
        middle = _best(ax, half, own, others)
        text.set_position(ax.transData.inverted().transform(middle))
        written.append(middle + half * np.stack(np.meshgrid(np.linspace(-1, 1, 15), [-1, 0, 1]), -1).reshape(-1, 2))
    return {name for name, _, own in seen if name and len(own)}


def _inside(ax: Axes, points: np.ndarray) -> np.ndarray:
    """The points that show, in pixels."""
    pixels = ax.transData.transform(points[np.isfinite(points).all(1)])
    return pixels[((pixels >= ax.bbox.min) & (pixels <= ax.bbox.max)).all(1)]


def _best(ax: Axes, half: np.ndarray, own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The middle of a box, half as large as `half`, that lies near its own points, and nearer than to any other's."""
    sides = (np.linspace(low, high, TRIED) for low, high in zip(ax.bbox.min + half, ax.bbox.max - half, strict=True))
    places = np.stack(np.meshgrid(*sides), -1).reshape(-1, 2)
    near, (far, hidden) = _away(places, half, own)[0], _away(places, half, others)
    cost = near + 10 * np.maximum(0, GAP - near) + 20 * np.maximum(0, GAP - far) + 8 * np.maximum(0, near - far)
    return places[(cost + 5 * hidden).argmin()]


def _away(places: np.ndarray, half: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For a box at each place: how far the nearest of the points is, pixels, and how many of them it would hide."""
    if not len(points):
        return np.full(len(places), 1e3), np.zeros(len(places))
    outside = np.maximum(np.abs(places[:, None] - points) - half, 0)
    away = np.hypot(outside[..., 0], outside[..., 1])
    return away.min(1), (away < 1).sum(1)
