"""Sample from a model: a picture of a cloud over its exact density, or a grid of digits."""

import errno
import os
import tempfile
from pathlib import Path

from vdm_tutor.cli import CHECKPOINT, SEED, UserError, answer, file_name, model_named, whole_number
from vdm_tutor.cli.bar import bar

MOST = {"points": 100_000, "digits": 1_000}  # samples in one picture


def add_arguments(parser) -> None:
    parser.add_argument("checkpoint", type=file_name, metavar="CHECKPOINT", help=CHECKPOINT)
    parser.add_argument("--out", required=True, type=file_name, metavar="FILE.png", help="the picture to write")
    n_help = (
        f"how many samples (default 2000 points, 40 digits; at most {MOST['points']} points, {MOST['digits']} digits)"
    )
    parser.add_argument("--n", type=whole_number(1, MOST["points"]), help=n_help)
    parser.add_argument("--seed", type=SEED, default=0, help="seed of the noise (default 0)")


def run(args) -> int:
    from vdm_tutor.whole_file import write_whole

    if args.out.suffix.lower() != ".png":
        raise UserError(f"{args.out}: the picture is a PNG; give a name that ends in .png")
    checkpoint = model_named(args.checkpoint)
    if checkpoint.data == "digits" and args.n and args.n > MOST["digits"]:
        raise UserError(f"--n: a picture takes at most {MOST['digits']} digits")
    try:
        check_place(args.out)
        figure = draw(checkpoint, args)
        write_whole(args.out, lambda path: figure.savefig(path, dpi=150))
    except OSError as error:
        raise UserError(f"{args.out}: cannot be written ({error.strerror or error})") from None
    answer({"path": str(args.out)}, str(args.out), args.json)
    return 0


def check_place(path: Path) -> None:
    """Raise OSError, before any time is spent, where no file can be put in place of `path`."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.stem}."):
        pass


def draw(checkpoint, args):
    """The figure of the samples."""
    os.environ["MPLBACKEND"] = "Agg"  # before matplotlib looks: a name that it does not know would stop its import
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

    from vdm_tutor.sample import last
    from vdm_tutor.vdm import VDM

    generator = torch.Generator().manual_seed(seed)
    if not isinstance(model, VDM):
        x0 = model.sample(n, generator)
    else:
        n_frames = model.schedule.n_steps + 1
        x0 = last(bar(model.walk(n, generator), total=n_frames, unit="step"))
    if not x0.isfinite().all():
        raise UserError("the model's samples are not finite: its weights are of no use")
    return x0
