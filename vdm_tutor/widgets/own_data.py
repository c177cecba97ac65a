"""Draw your own data: click points, and the kernel answers with their exact denoiser and a walk to them."""

import math
from pathlib import Path

import torch
import traitlets
from torch import Tensor

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.data import mixture_from_points
from vdm_tutor.denoiser import ExactDenoiser
from vdm_tutor.lab.plots import DENSITY, figure, png_of
from vdm_tutor.sample import ddim
from vdm_tutor.schedule import uniform_log_snr
from vdm_tutor.widgets.base import WIDTH, Widget
from vdm_tutor.widgets.names import name_traces

HERE = Path(__file__).parent
STD, N_WALKERS, MOST, EXTENT = 0.12, 300, 24, 3.0  # of a heap; of a walk; points at most; the page's half width
SCHEDULE = uniform_log_snr(24)
LEVELS = [*SCHEDULE.log_snr[1:].flip(0).tolist(), math.inf]  # of the frames, from noise to data
START = ((-1.3, -0.7), (1.2, -0.9), (0.2, 1.2))


def walk(places) -> tuple[Tensor, Tensor, list[float]]:
    """For heaps at the places: x_t and the exact x0_hat at every level [level, walker, 2], and the error that is left.

    The walk is the flow's, without fresh noise, so that it moves smoothly with the places; the error is
    E|x_0 - x0_hat|^2, the mean over the walkers of the trace of Cov(x_0|x_t).
    """
    mixture = mixture_from_points(torch.tensor(places, dtype=torch.float64).reshape(-1, 2), STD)
    noise = torch.randn(N_WALKERS, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    steps = [(xt, x0_hat) for _, xt, x0_hat in ddim(ExactDenoiser(mixture), SCHEDULE, noise)]
    xt, x0_hat = (torch.stack(each) for each in zip(*steps, strict=True))
    left = [mixture.x0_var(x, level).mean().item() for x, level in zip(xt[:-1], LEVELS[:-1], strict=True)]
    return xt, x0_hat, [*left, 0.0]


class OwnData(Widget):
    """Points to click, drag and delete; a level to slide. `places` are the points, and can be set."""

    _esm = HERE / "own_data.js"
    _css = HERE / "explorer.css"
    places = traitlets.List().tag(sync=True)
    told = traitlets.Dict().tag(sync=True)  # of which places, and the error at every level as text
    frames = traitlets.Bytes().tag(sync=True)  # x_t and x0_hat, float32 [2, level, walker, 2]
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, places=START):
        look = {"ink": INK, "point": COLOURS["x0"], "walker": COLOURS["xt"], "hat": COLOURS["learned"]}
        view = {"n": N_WALKERS, "extent": EXTENT, "most": MOST, "colours": look}
        view["levels"] = [written(each) for each in LEVELS]
        super().__init__(view=view, places=[list(map(float, each)) for each in places])

    @traitlets.validate("places")
    def _valid(self, proposal) -> list:
        places = proposal["value"]
        pairs = all(isinstance(each, (list, tuple)) and len(each) == 2 for each in places)
        if not pairs or not 1 <= len(places) <= MOST or not all(abs(v) <= EXTENT for each in places for v in each):
            raise ValueError(f"places are 1 to {MOST} pairs of numbers from -{EXTENT:g} to {EXTENT:g}")
        return [list(each) for each in places]

    @traitlets.observe("places")
    def _answer(self, change) -> None:
        xt, x0_hat, left = walk(change["new"])
        with self.hold_sync():
            self.frames = torch.stack([xt, x0_hat]).float().numpy().tobytes()
            self.told = {"places": change["new"], "error": [f"{each:.3f}" for each in left]}

    def __repr__(self) -> str:
        return f"OwnData({len(self.places)} points)"

    def still(self) -> bytes:
        return film_strip(self.places)


def written(level: float) -> str:
    """A log SNR as the page writes it."""
    return f"{level:.1f}".replace("-", "\u2212").replace("inf", "∞")


def film_strip(places) -> bytes:
    """A PNG of four levels: walkers, and the points that they go to, named once."""
    xt, _, _ = walk(places)
    points = torch.tensor(places)
    fig, axes = figure(1, 4, size=(WIDTH, WIDTH / 4))
    for ax, i in zip(axes, (0, 10, 16, len(xt) - 1), strict=True):
        ax.plot(*xt[i].T, ".", color=COLOURS["xt"], markersize=2)
        ax.plot(*points.T, "o", color=COLOURS["x0"], markersize=5)
        ax.set(xlim=(-EXTENT, EXTENT), ylim=(-EXTENT, EXTENT), xticks=[], yticks=[], aspect="equal")
        ax.set_title(f"log SNR {written(LEVELS[i])}", fontsize=9)
    fig.draw_without_rendering()  # only now is known where everything lies
    seen = [("walkers", COLOURS["xt"], 0.0, xt[-1].numpy()), ("your points", COLOURS["x0"], 0.0, points.numpy())]
    name_traces(axes[-1], seen)
    return png_of(fig, DENSITY, small=False)
