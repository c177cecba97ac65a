"""The denoising player: walks of a sampler as a film."""

from collections.abc import Sequence

import numpy as np

from vdm_tutor.colours import COLOURS
from vdm_tutor.widgets.frames import Panel, finite, images, points
from vdm_tutor.widgets.scrubber import FrameScrubber

GAP = 2  # white pixels between two digits


def denoising_player(paths: dict, labels: Sequence[str], density=None, extent: float = 2.5) -> FrameScrubber:
    """Walks side by side: title -> [frame, n, 2] clouds, or [frame, n, 1, height, width] images in -1..1.

    `density` [frame, height, width] is the exact density behind the clouds; titles 'learned' and 'exact' have the
    course's colours.
    """
    return FrameScrubber({title: _panel(title, path, density, extent) for title, path in paths.items()}, labels)


def _panel(title: str, path, density, extent: float) -> Panel:
    array = finite(path, title)
    if array.ndim == 3:
        return points(array, extent, density, COLOURS.get(title, COLOURS["x0"]))
    if array.ndim != 5 or array.shape[2] != 1 or 0 in array.shape:
        raise ValueError(f"a path is [frame, n, 2] or [frame, n, 1, height, width]; got {list(array.shape)}")
    return images(mosaic(array[:, :, 0]))


def mosaic(frames: np.ndarray, n_columns: int | None = None) -> np.ndarray:
    """Images [frame, n, height, width] in -1..1 as one grey grid a frame, ink black on white, uint8."""
    n_frames, n_images, height, width = frames.shape
    n_columns = n_columns or int(np.ceil(np.sqrt(n_images)))
    n_rows = -(-n_images // n_columns)
    sheet = np.full((n_frames, n_rows * (height + GAP) - GAP, n_columns * (width + GAP) - GAP), 255, dtype=np.uint8)
    grey = np.round(127.5 * (1 - np.clip(frames, -1, 1))).astype(np.uint8)
    for index in range(n_images):
        top, left = index // n_columns * (height + GAP), index % n_columns * (width + GAP)
        sheet[:, top : top + height, left : left + width] = grey[:, index]
    return sheet
