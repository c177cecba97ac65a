"""Pictures: one style for the whole course, and figures without a background, so that one serves both themes."""

import base64
import io

import matplotlib.pyplot as plt
import torch
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.data import Mixture

SHADE = LinearSegmentedColormap.from_list("shade", [(0.46, 0.46, 0.46, 0.0), (0.46, 0.46, 0.46, 1.0)])  # of densities

STYLE = {
    "figure.figsize": (7.0, 3.2),
    "figure.dpi": 96,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.facecolor": "none",
    "legend.frameon": False,
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "lines.linewidth": 2.0,
}
DENSITY = 1.5  # pixels of a picture for each pixel of its place on the page


def figure(n_rows: int = 1, n_columns: int = 1, size: tuple | None = None) -> tuple:
    """A figure and its axes, `size` in inches; sets the course's style for the rest of the session."""
    plt.rcParams.update(STYLE)
    return plt.subplots(n_rows, n_columns, figsize=size or STYLE["figure.figsize"], layout="constrained")


def show(fig: Figure, alt: str) -> None:
    """Show a figure; `alt` says in one sentence what is to be seen, for those who cannot see it."""
    width, height = (round(inches * STYLE["figure.dpi"]) for inches in fig.get_size_inches())
    png = base64.b64encode(png_of(fig, DENSITY)).decode()
    size = {"width": width, "height": height}
    display({"image/png": png, "text/plain": f"[{alt}]"}, metadata={"image/png": {"alt": alt, **size}}, raw=True)


def png_of(fig: Figure, density: float = 1.0, small: bool = True) -> bytes:
    """The figure as a PNG, closed thereafter, or the notebook would show it a second time; made small, or quickly."""
    buffer, packing = io.BytesIO(), {"optimize": True} if small else {"compress_level": 1}
    fig.savefig(buffer, format="png", dpi=density * STYLE["figure.dpi"], pil_kwargs=packing)
    plt.close(fig)
    return buffer.getvalue()


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


def draw_density(
    ax: Axes, mixture: Mixture, log_snr: float | None = None, extent: float = 2.0, ink: float = 0.625
) -> None:
    """The exact 2-D density as a soft grey background; `ink` is how dense its darkest place is, less under arrows."""
    image, square = density_image(mixture, log_snr, extent), (-extent, extent, -extent, extent)
    ax.imshow(image, extent=square, origin="lower", cmap=SHADE, vmin=0, vmax=image.max() / ink)
    ax.set(xticks=[], yticks=[], aspect="equal", xlim=(-extent, extent), ylim=(-extent, extent))
    ax.spines[:].set_visible(False)


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


TERMS = {"denoise_kl": "denoising KL", "prior_kl": "prior KL", "recon": "minus reconstruction"}


def draw_terms(ax: Axes, bars: dict[str, dict[str, float]]) -> None:
    """One bar a model: what it pays, minus recon, prior_kl and denoise_kl, right of 0 (left where it gains).

    The dot, their sum, is minus the ELBO.
    """
    for row, terms in enumerate(bars.values()):
        ends = {"left": 0.0, "right": 0.0}
        for name, words in TERMS.items():
            cost = -terms[name] if name == "recon" else terms[name]
            side = "right" if cost > 0 else "left"
            ax.barh(row, cost, left=ends[side], color=COLOURS[name], label=None if row else words)
            ends[side] += cost
        dot = {"color": "white", "markeredgecolor": INK, "markeredgewidth": 2}
        ax.plot(sum(ends.values()), row, "o", **dot, label=None if row else "their sum, minus the ELBO")
    ax.set_yticks(range(len(bars)), list(bars))
    ax.invert_yaxis()
    ax.set_xlabel("cost, nats")
    ax.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
