"""Pictures: one style and one colour per quantity for the whole course (the Okabe-Ito palette, readable by all)."""

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vdm_tutor.data import Mixture

COLOURS = {
    "x0": "#0072B2",
    "xt": "#D55E00",
    "x_prev": "#CC79A7",
    "eps": "#8C510A",
    "v": "#44AA99",
    "exact": "#222222",
    "learned": "#E69F00",
    "recon": "#56B4E9",
    "prior_kl": "#F0E442",
    "denoise_kl": "#009E73",
    "gap": "#999999",
}

STYLE = {
    "figure.figsize": (7.0, 3.2),
    "figure.dpi": 96,
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
}


def figure(n_rows: int = 1, n_columns: int = 1, size: tuple | None = None) -> tuple:
    """A figure and its axes in the course's style; `size` in inches."""
    with plt.rc_context(STYLE):
        return plt.subplots(n_rows, n_columns, figsize=size or STYLE["figure.figsize"], layout="constrained")


def draw_bell(ax: Axes, mean: float, var: float, colour: str, label: str | None = None, filled: bool = True) -> None:
    """The density of N(mean, var) as a curve over the region below it; a variance of 0 is an upright line."""
    mean, std = float(mean), float(var) ** 0.5
    if std == 0:
        ax.axvline(mean, color=colour, label=label, linewidth=2 if filled else 6)  # an outline shows under another line
        return
    x = torch.linspace(mean - 4 * std, mean + 4 * std, 201, dtype=torch.float64)
    density = torch.distributions.Normal(mean, std).log_prob(x).exp()
    ax.plot(x, density, color=colour, label=label)
    if filled:
        ax.fill_between(x, density, color=colour, alpha=0.2, linewidth=0)


def density_image(mixture: Mixture, log_snr: float | None = None, extent: float = 2.0, n_pixels: int = 96):
    """The exact 2-D density (after noising, if a level is given) on a square grid: [n_pixels, n_pixels], row 0 low."""
    noised = mixture if log_snr is None else mixture.noised(log_snr)
    axis = torch.linspace(-extent, extent, n_pixels, dtype=torch.float64)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    log_prob = noised.log_prob(torch.stack([x.ravel(), y.ravel()], dim=1))
    return log_prob.exp().reshape(n_pixels, n_pixels).numpy()


def draw_density(ax: Axes, mixture: Mixture, log_snr: float | None = None, extent: float = 2.0) -> None:
    """The exact 2-D density as a soft grey background."""
    image = density_image(mixture, log_snr, extent)
    ax.imshow(
        image, extent=(-extent, extent, -extent, extent), origin="lower", cmap="Greys", vmin=0, vmax=2.2 * image.max()
    )
    ax.set(xticks=[], yticks=[], aspect="equal", xlim=(-extent, extent), ylim=(-extent, extent))


def draw_cloud(ax: Axes, points: torch.Tensor, colour: str = COLOURS["learned"]) -> None:
    """Points of a 2-D sample, [n, 2]."""
    ax.plot(points[:, 0].cpu().numpy(), points[:, 1].cpu().numpy(), ".", color=colour, markersize=2, alpha=0.5)


def draw_images(images: torch.Tensor, n_columns: int = 10) -> Figure:
    """Images [n, 1, height, width] with values in -1..1 as a grid, a figure of their own."""
    n_rows = -(-len(images) // n_columns)
    fig, axes = figure(n_rows, n_columns, size=(0.75 * n_columns, 0.75 * n_rows))
    for ax in fig.axes:
        ax.axis("off")
    for ax, image in zip(fig.axes, images, strict=False):
        ax.imshow(image[0].cpu().numpy(), cmap="Greys", vmin=-1, vmax=1)
    return fig


def draw_terms(ax: Axes, bars: dict[str, dict[str, float]], unit: str = "nats") -> None:
    """One bar a model: what it pays, minus recon, prior_kl and denoise_kl, right of 0 (left where it gains).

    The dot, their sum, is -ELBO.
    """
    for row, terms in enumerate(bars.values()):
        ends = {"left": 0.0, "right": 0.0}
        for name in ("denoise_kl", "prior_kl", "recon"):
            cost = -terms[name] if name == "recon" else terms[name]
            side = "right" if cost > 0 else "left"
            colour, label = COLOURS[name], name if row == 0 else None
            ax.barh(row, cost, left=ends[side], color=colour, edgecolor="white", label=label)
            ends[side] += cost
        ax.plot(sum(ends.values()), row, "o", color=COLOURS["exact"], label="-ELBO" if row == 0 else None)
    ax.set_yticks(range(len(bars)), list(bars))
    ax.invert_yaxis()
    ax.set_xlabel(f"cost, {unit}")
    ax.legend(ncols=4, loc="lower left", bbox_to_anchor=(0, 1))
