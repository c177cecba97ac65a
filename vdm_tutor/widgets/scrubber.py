"""The frame scrubber: precomputed frames, a slider and a play button, and no round trip to the kernel."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import traitlets
from matplotlib.axes import Axes
from PIL import Image

from vdm_tutor.lab.plots import DENSITY, SHADE, figure, png_of
from vdm_tutor.widgets.base import WIDTH, Widget
from vdm_tutor.widgets.frames import Panel

HERE = Path(__file__).parent
STRIP_FRAMES = 6  # beside one another
WIDE_FRAMES = 3  # below one another


class FrameScrubber(Widget):
    """Panels of frames side by side, moved by one slider; the data go to the page once, as bytes.

    `panels` maps a title to `points(...)` or `images(...)`, all with the same number of frames; `labels` has a text
    for each frame. Beside the widget stands a film strip, which shows without a kernel.
    """

    _esm = HERE / "scrubber.js"
    _css = HERE / "scrubber.css"
    payload = traitlets.Bytes().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, panels: dict[str, Panel], labels: Sequence[str], seconds: float = 4.0):
        n_frames = check_panels(panels, labels)
        self.panels, self.labels = panels, list(labels)
        payload, described = pack(panels)
        view = {"panels": described, "labels": self.labels, "n_frames": n_frames, "seconds": seconds}
        super().__init__(payload=payload, view=view)

    def __repr__(self) -> str:
        titles = ", ".join(title for title in self.panels if title)
        return f"FrameScrubber({len(self.labels)} frames{': ' if titles else ''}{titles})"

    def still(self) -> bytes:
        return film_strip(self.panels, self.labels)


def check_panels(panels: dict[str, Panel], labels: Sequence[str]) -> int:
    """The number of frames; a ValueError in one sentence where panels and labels do not go together."""
    if not panels:
        raise ValueError("a scrubber needs at least one panel")
    counts = {title: panel.n_frames for title, panel in panels.items()}
    if len(set(counts.values())) > 1:
        raise ValueError(f"all panels need the same number of frames; got {counts}")
    n_frames = next(iter(counts.values()))
    if len(labels) != n_frames:
        raise ValueError(f"{n_frames} frames need {n_frames} labels; got {len(labels)}")
    return n_frames


def pack(panels: dict[str, Panel]) -> tuple[bytes, list[dict]]:
    """All arrays in one run of bytes, and for each panel where its arrays lie in it."""
    chunks, described, offset = [], [], 0
    for title, panel in panels.items():
        places = {}
        for name, array in panel.arrays.items():
            chunk = np.ascontiguousarray(array).tobytes()
            chunk += b"\0" * (-len(chunk) % 2)  # 16-bit arrays must start on an even byte
            places[name] = {"offset": offset, "shape": list(array.shape)}
            chunks.append(chunk)
            offset += len(chunk)
        described.append({"title": title, "kind": panel.kind, "arrays": places, **panel.view})
    return b"".join(chunks), described


def film_strip(panels: dict[str, Panel], labels: Sequence[str]) -> bytes:
    """A PNG of a few frames of every panel, a row a panel: what stands in for the widget without a kernel.

    The frames of a single wide panel stand below one another, or nobody could read the words in them.
    """
    aspect = _aspect(next(iter(panels.values())))
    stacked = aspect < 0.7 and len(panels) == 1
    places = np.linspace(0, len(labels) - 1, WIDE_FRAMES if stacked else STRIP_FRAMES).round()
    chosen = [int(place) for place in np.unique(places)]
    n_columns = 1 if stacked else len(chosen)
    stills = [(title, panel, index) for title, panel in panels.items() for index in chosen]
    n_rows = len(stills) // n_columns
    fig, _ = figure(n_rows, n_columns, size=strip_size(n_rows, n_columns, aspect))
    for place, (ax, (title, panel, index)) in enumerate(zip(fig.axes, stills, strict=True)):
        _draw_still(ax, panel, index)
        ax.set(xticks=[], yticks=[], ylabel="" if place % n_columns else title)
        if stacked or place < n_columns:
            ax.set_title(labels[index], fontsize=12 if stacked else 9)
    return png_of(fig, DENSITY)


def strip_size(n_rows: int, n_columns: int, aspect: float) -> tuple[float, float]:
    """Inches of a film strip: as wide as a page, its frames `aspect` times as high as wide."""
    return WIDTH, n_rows * (WIDTH / n_columns * aspect + 0.3)


def _aspect(panel: Panel) -> float:
    if panel.kind == "figures":
        return panel.view["height"] / panel.view["width"]
    shape = panel.arrays[panel.kind].shape
    return shape[1] / shape[2] if panel.kind == "images" else 1.0


def _draw_still(ax: Axes, panel: Panel, index: int) -> None:
    if panel.kind == "figures":
        start, end = (0, *panel.view["ends"])[index : index + 2]
        ax.imshow(Image.open(io.BytesIO(panel.arrays["figures"][start:end].tobytes())).convert("RGBA"))
        ax.spines[:].set_visible(False)
        return
    if panel.kind == "images":
        ax.imshow(panel.arrays["images"][index], cmap="gray", vmin=0, vmax=255)
        ax.spines[:].set_visible(False)
        return
    if "background" in panel.arrays:
        background = panel.arrays["background"]
        ax.imshow(
            background[index % len(background)], extent=(0, 65534) * 2, origin="lower", cmap=SHADE, vmin=0, vmax=400
        )
    xy = panel.arrays["points"][index].astype(int)
    xy = xy[(xy < 65535).all(axis=1)]
    ax.plot(xy[:, 0], xy[:, 1], ".", color=panel.view["colour"], markersize=1.5, alpha=0.6)
    ax.set(xlim=(0, 65534), ylim=(0, 65534), aspect="equal")
    ax.spines[:].set_visible(False)
