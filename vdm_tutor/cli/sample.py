"""Sample from a model: a picture of a cloud over its exact density, or a grid of digits."""

import json
import sys
from pathlib import Path

from vdm_tutor.cli import UserError


def add_arguments(parser) -> None:
    parser.add_argument("checkpoint", metavar="CHECKPOINT", help="a file, a folder from train, or a shipped name")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE.png", help="the picture to write")
    parser.add_argument("--n", type=int, help="how many samples (default 2000 points, 40 digits)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the noise (default 0)")


def run(args) -> int:
    from vdm_tutor.checkpoint import CheckpointError, load, write_atomically

    if args.out.suffix.lower() != ".png":
        raise UserError(f"{args.out}: the picture is a PNG; give a name that ends in .png")
    try:
        checkpoint = load(args.checkpoint)
    except CheckpointError as error:
        raise UserError(str(error)) from None
    figure = draw(checkpoint, args)
    try:
        write_atomically(args.out, lambda path: figure.savefig(path, dpi=150))
    except OSError as error:
        raise UserError(f"{args.out}: cannot be written ({error.strerror or error})") from None
    print(json.dumps({"path": str(args.out)}) if args.json else args.out)
    return 0


def draw(checkpoint, args):
    """The figure of the samples."""
    import matplotlib

    matplotlib.use("Agg")
    from vdm_tutor.data import MIXTURES
    from vdm_tutor.plots import draw_cloud, draw_density, draw_images, figure

    if checkpoint.data == "digits":
        images = draw_samples(checkpoint, args.n or 40, (1, 8, 8), args.seed)
        return draw_images(images)
    mixture = MIXTURES[checkpoint.data]()
    dim = mixture.means.shape[1]
    points = draw_samples(checkpoint, args.n or 2000, (dim,), args.seed)
    fig, ax = figure(size=(4.0, 4.0))
    if dim == 2:
        draw_density(ax, mixture)
        draw_cloud(ax, points)
    else:
        ax.hist(points[:, 0].numpy(), bins=100, density=True)
        ax.set(xlabel="x0", ylabel="density")
    return fig


def draw_samples(checkpoint, n: int, shape: tuple[int, ...], seed: int):
    """n samples: by the ancestral sampler under a progress bar, or from the top level of a VAE or HVAE down."""
    import torch
    from tqdm import tqdm

    from vdm_tutor.sample import ancestral, last, prior_noise

    generator = torch.Generator().manual_seed(seed)
    if checkpoint.schedule is None:
        return checkpoint.network.sample(n, generator)
    steps = ancestral(checkpoint.denoiser, checkpoint.schedule, prior_noise(n, shape, generator), generator)
    return last(tqdm(steps, total=checkpoint.schedule.n_steps + 1, unit="step", file=sys.stderr, leave=False))
