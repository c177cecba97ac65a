"""Draw the README's picture, docs/denoising.png: digits and a ring of Gaussians appear out of noise.

usage: python -m tools.readme_picture      (about 20 s on two CPU cores; the same picture each time)
"""

from pathlib import Path

import matplotlib
import torch
from tqdm import tqdm

from vdm_tutor.checkpoint import load
from vdm_tutor.data import MIXTURES
from vdm_tutor.lab.plots import draw_cloud, draw_density, figure
from vdm_tutor.vdm import VDM
from vdm_tutor.whole_file import write_whole

FILE = Path(__file__).parent.parent / "docs" / "denoising.png"
SHOWN = (1000, 650, 550, 450, 350, 0)
N_SIDE = 4  # digits along each side of a square


def walk(model: VDM, n: int, seed: int) -> dict[int, torch.Tensor]:
    """x_t at the shown steps, on the way from noise to data."""
    steps = tqdm(model.walk(n, torch.Generator().manual_seed(seed)), total=model.schedule.n_steps + 1, leave=False)
    return {t: xt for t, xt, _ in steps if t in SHOWN}


def square(images: torch.Tensor) -> torch.Tensor:
    """16 images [16, 1, 8, 8] laid out as one, with a pixel of white between them."""
    padded = torch.nn.functional.pad(images, (0, 1, 0, 1), value=-1.0)
    rows = [torch.cat(list(padded[start : start + N_SIDE, 0]), dim=1) for start in range(0, len(images), N_SIDE)]
    return torch.cat(rows)[:-1, :-1]


def main() -> None:
    matplotlib.use("Agg")
    digits, ring, mixture = load("digits").model, load("ring").model, MIXTURES["ring"]()
    images, points = walk(digits, N_SIDE**2, seed=2), walk(ring, 1000, seed=2)
    fig, axes = figure(2, len(SHOWN), size=(10.5, 3.9))
    for t, (top, bottom) in zip(SHOWN, axes.T, strict=True):
        top.imshow(square(images[t]), cmap="Greys", vmin=-1, vmax=1)
        top.set_title(f"$x_{{{t}}}$")
        top.axis("off")
        draw_density(bottom, mixture, float(ring.schedule.log_snr[t]) if t else None)
        draw_cloud(bottom, points[t])
        bottom.axis("off")
    write_whole(FILE, lambda path: fig.savefig(path, dpi=110))


if __name__ == "__main__":
    main()
