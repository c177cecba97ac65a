"""Names in a still picture: each beside what it names and off everything else, where a legend would cost room."""

import numpy as np
from matplotlib.axes import Axes

SIZE, GAP = 8, 4.0  # points of the letters; pixels between a name and what it does not name
TRIED = 24  # places for a name along each side of its panel


def name_traces(ax: Axes, traces: list[tuple[str, str, float, np.ndarray]]) -> set[str]:
    """Write (name, colour, width in pixels, points [n, 2] in data units) on a laid-out panel; which names stand.

    What has no name, or none any more, is only kept clear of.
    """
    seen = [(name, colour, _inside(ax, points, width)) for name, colour, width, points in traces]
    written = []
    for i, (name, colour, own) in enumerate(seen):
        if not name or not len(own):
            continue
        others = np.concatenate([np.empty((0, 2)), *(each for j, (*_, each) in enumerate(seen) if j != i)])
        text = ax.text(0, 0, name, color=colour, fontsize=SIZE, ha="center", va="center", in_layout=False)
        extent = text.get_window_extent()
        half = np.array([extent.width, extent.height]) / 2
        middle = _best(ax, half, own, others, np.concatenate([np.empty((0, 2)), *written]))
        text.set_position(ax.transData.inverted().transform(middle))
        written.append(middle + half * np.stack(np.meshgrid(np.linspace(-1, 1, 15), [-1, 0, 1]), -1).reshape(-1, 2))
    return {name for name, _, own in seen if name and len(own)}


def _inside(ax: Axes, points: np.ndarray, width: float) -> np.ndarray:
    """The points that show, in pixels, and the edges of a thick line."""
    pixels = ax.transData.transform(points[np.isfinite(points).all(1)])
    if width > GAP:
        pixels = np.concatenate([pixels + [0, edge] for edge in (-width / 2, 0, width / 2)])
    return pixels[((pixels >= ax.bbox.min) & (pixels <= ax.bbox.max)).all(1)]


def _best(ax: Axes, half: np.ndarray, own: np.ndarray, others: np.ndarray, names: np.ndarray) -> np.ndarray:
    """The middle of a box, half as large as `half`: near its own points, nearer than to others', off them and names."""
    sides = (np.linspace(low, high, TRIED) for low, high in zip(ax.bbox.min + half, ax.bbox.max - half, strict=True))
    places = np.stack(np.meshgrid(*sides), -1).reshape(-1, 2)
    found = [_away(places, half, points) for points in (own, others, names)]
    near, far = found[0][0], found[1][0]
    cost = near + 8 * np.maximum(0, near - far)
    for weight, (away, hidden) in zip((10, 20, 40), found, strict=True):
        cost = cost + weight * np.maximum(0, GAP - away) + 5 * hidden
    return places[cost.argmin()]


def _away(places: np.ndarray, half: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For a box at each place: how far the nearest of the points is, pixels, and how many of them it would hide."""
    if not len(points):
        return np.full(len(places), 1e3), np.zeros(len(places))
    outside = np.maximum(np.abs(places[:, None] - points) - half, 0)
    away = np.hypot(outside[..., 0], outside[..., 1])
    return away.min(1), (away < 1).sum(1)
