"""Frames for the scrubber: what Python computed, packed as small integers."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from vdm_tutor.lab.plots import COLOURS, DENSITY, STYLE


@dataclass(frozen=True)
class Panel:
    """One panel's frames: points, images or figures as packed integers, and what the page must know of them."""

    kind: str
    arrays: dict[str, np.ndarray]
    view: dict

    @property
    def n_frames(self) -> int:
        return len(self.view["ends"] if self.kind == "figures" else self.arrays[self.kind])


def points(frames, extent: float | None = None, background=None, colour: str = COLOURS["x0"]) -> Panel:
    """A moving cloud, frames [frame, n, 2], in the square ±extent; `background` [1 or frame, height, width], row 0 low.

    Positions are rounded to 16 bits of the extent; what lies outside is not shown.
    """
    array = finite(frames, "points")
    if array.ndim != 3 or array.shape[2] != 2 or 0 in array.shape:
        raise ValueError(f"points need the shape [frame, n, 2]; got {list(array.shape)}")
    extent = float(extent or 1.05 * np.abs(array).max() or 1.0)  # all at 0 is a place too
    if not 0 < extent < np.inf:
        raise ValueError(f"the extent is half the width of the square that is shown; got {extent:g}")
    packed = np.clip(np.round((array / extent + 1) / 2 * 65534), -1, 65535)
    arrays = {"points": np.where(packed < 0, 65535, packed).astype("<u2")}  # 65535 stands for "outside"
    if background is not None:
        arrays["background"] = _pack_background(background, len(array))
    return Panel("points", arrays, {"extent": extent, "colour": colour})


def images(frames) -> Panel:
    """A film: uint8 frames [frame, height, width] (grey) or [frame, height, width, 3] (colour), drawn as they are."""
    array = np.asarray(frames)
    if array.dtype != np.uint8 or array.ndim not in (3, 4) or 0 in array.shape or array.shape[3:] not in ((), (3,)):
        raise ValueError(f"images need uint8 [frame, height, width] or [..., 3]; got {array.dtype} {list(array.shape)}")
    return Panel("images", {"images": array}, {})


def figures(draw: Callable, n_frames: int, size: tuple[float, float] = (7.2, 3.2)) -> Panel:
    """Any matplotlib figure as a film: draw(figure, i) fills an empty figure of `size` inches for frame i.

    Each frame goes to the page as a small PNG without a background, sharper than its place on the page.
    """
    pictures = []
    with plt.rc_context(STYLE):
        for index in range(n_frames):
            figure = plt.Figure(figsize=size, dpi=DENSITY * STYLE["figure.dpi"], layout="constrained")
            canvas = FigureCanvasAgg(figure)
            draw(figure, index)
            canvas.draw()
            pictures.append(small_png(Image.fromarray(np.asarray(canvas.buffer_rgba()))))
    ends = np.cumsum([len(picture) for picture in pictures]).tolist()
    width, height = (round(inches * STYLE["figure.dpi"]) for inches in size)
    arrays = {"figures": np.frombuffer(b"".join(pictures), dtype=np.uint8)}
    return Panel("figures", arrays, {"ends": ends, "width": width, "height": height})


def small_png(picture: Image.Image) -> bytes:
    """A picture of few colours, with its transparency, as a PNG of 256 colours: a third of the bytes."""
    buffer = io.BytesIO()
    picture.quantize(256).save(buffer, "PNG")
    return buffer.getvalue()


def _pack_background(background, n_frames: int) -> np.ndarray:
    array = finite(background, "the background")
    array = array[None] if array.ndim == 2 else array
    if array.ndim != 3 or len(array) not in (1, n_frames) or array.min() < 0:
        raise ValueError(f"the background needs [1 or {n_frames}, height, width], none negative; got {array.shape}")
    peak = array.max(axis=(1, 2), keepdims=True)  # each frame on its own scale: late densities are broad and low
    return np.round(255 * array / np.where(peak > 0, peak, 1)).astype(np.uint8)


def finite(values, name: str) -> np.ndarray:
    """The values as float64; raises ValueError where one is not a finite number."""
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: a frame holds a value that is not a finite number")
    return array
