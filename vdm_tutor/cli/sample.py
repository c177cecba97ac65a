"""Sample from a model: a picture of a cloud over its exact density, or a grid of digits."""

import json
import sys
from pathlib import Path

from vdm_tutor.cli import UserError, model_named


def add_arguments(parser) -> None:
    parser.add_argument("checkpoint", metavar="CHECKPOINT", help="a file, a folder from train, or a shipped name")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE.png", help="the picture to write")
    parser.add_argument("--n", type=int, help="how many samples (default 2000 points, 40 digits)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the noise (default 0)")


def run(args) -> int:
    from vdm_tutor.whole_file import write_whole

    if args.out.suffix.lower() != ".png":
        raise UserError(f"{args.out}: the picture is a PNG; give a name that ends in .png")
    figure = draw(model_named(args.checkpoint), args)
    try:
        write_whole(args.out, lambda path: figure.savefig(path, dpi=150))
    except OSError as error:
        raise UserError(f"{args.out}: cannot be written ({error.strerror or error})") from None
    print(json.dumps({"path": str(args.out)}) if args.json else args.out)
    return 0


def draw(checkpoint, args):
    """The figure of the samples."""
    import matplotlib

    matplotlib.use("Agg")
    from vdm_tutor.data import MIXTURES
    from vdm_tutor.lab.plots import draw_cloud, draw_density, draw_images, figure

    if checkpoint.data == "digits":
        return draw_images(samples(checkpoint.model, args.n or 40, args.seed))
    mixture, points = MIXTURES[checkpoint.data](), samples(checkpoint.model, args.n or 2000, args.seed)
    fig, ax = figure(size=(4.0, 4.0))
    if points.shape[1] == 2:
        draw_density(ax, mixture)
        draw_cloud(ax, points)
    else:
        ax.hist(points[:, 0].numpy(), bins=100, density=True)
        ax.set(xlabel="x0", ylabel="density")
    return fig


def samples(model, n: int, seed: int):
    """n samples: at the end of a walk under a progress bar, or from the top level of a VAE or HVAE down."""
    import torch
    from tqdm import tqdm

    from vdm_tutor.sample import last
    from vdm_tutor.vdm import VDM

    generator = torch.Generator().manual_seed(seed)
    if not isinstance(model, VDM):
        return model.sample(n, generator)
    n_frames = model.schedule.n_steps + 1
    return last(tqdm(model.walk(n, generator), total=n_frames, unit="step", file=sys.stderr, leave=False))
