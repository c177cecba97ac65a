"""Train a denoiser: leaves OUT/model.safetensors, and OUT/state.pt to resume from."""

import shlex
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from vdm_tutor.cli import UserError

SAVE_EVERY = 500  # steps between states to resume from


@dataclass(frozen=True)
class Recipe:
    """How one data set is trained; the log-SNR ends are the schedule's, at training and at evaluation."""

    network: str
    network_args: dict
    batch_size: int
    n_steps: int
    learning_rate: float
    average_decay: float
    log_snr_max: float
    log_snr_min: float = -6.0

    @property
    def schedule(self) -> dict:
        ends = {"log_snr_max": self.log_snr_max, "log_snr_min": self.log_snr_min}
        return {"kind": "uniform_log_snr", "args": {"n_steps": 1000, **ends}}


def recipe_for(data: str, dim: int | None) -> Recipe:
    """The recipe for a data set; `dim` is the dimension of toy data, None for the digits."""
    if data == "digits":
        return Recipe("ConvNet", {}, 128, 800, 2e-3, 0.998, log_snr_max=8.0)  # longer overfits 1,000 images
    return Recipe("MLP", {"dim": dim}, 1536, 2000, 8e-3, 0.998, log_snr_max=9.0)


def add_arguments(parser) -> None:
    parser.add_argument("--data", required=True, metavar="NAME", help="ring, moons, spiral, coin, bells or digits")
    parser.add_argument("--steps", type=int, metavar="N", help="training steps (the data set's own number if left out)")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"), help="auto takes CUDA if found")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the model and the state")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same model (default 0)")
    parser.add_argument("--resume", action="store_true", help="go on from OUT/state.pt")


def run(args) -> int:
    import json

    import torch

    from vdm_tutor import checkpoint
    from vdm_tutor.train import TrainingDiverged

    device = choose_device(args.device)
    batches, dim, validation = data_for(args.data, device)
    recipe = recipe_for(args.data, dim)
    settings = {"data": args.data, "steps": recipe.n_steps if args.steps is None else args.steps, "seed": args.seed}
    if settings["steps"] < 1:
        raise UserError("--steps must be at least 1")
    check_writable(args.out)
    state = read_state(args.out / "state.pt", settings) if args.resume else None
    torch.manual_seed(args.seed)
    if recipe.network == "MLP":
        torch.set_num_threads(1)  # its layers are too small to share: two threads spend twice the time on waiting
    network = checkpoint.NETWORKS[recipe.network](**recipe.network_args)
    model = checkpoint.model_around(network, recipe.schedule, args.data).to(device)
    started = time.monotonic()
    try:
        last = train_loop(args, recipe, model, (batches, validation), settings, state)
    except TrainingDiverged as error:
        kept = "the last good state is there" if (args.out / "state.pt").exists() else "no state was kept yet"
        raise UserError(f"training stopped: {error}; {args.out}: {kept}") from None
    seconds = time.monotonic() - started + (state["seconds"] if state else 0)
    provenance = {"command": command(settings), "seconds": round(seconds), "torch": torch.__version__, **settings}
    path = args.out / "model.safetensors"
    checkpoint.save(path, last.average, recipe.schedule, args.data, provenance)
    result = {"path": str(path), "steps": last.step, "loss": last.loss, "seconds": round(seconds, 1)}
    result["validation_bits_per_dim"] = last.evaluation
    print(json.dumps(result) if args.json else f"{path}: {last.step} steps in {seconds:.0f} s")
    return 0


def train_loop(args, recipe: Recipe, model, data: tuple, settings: dict, state: dict | None):
    """Run `fit` under a progress bar, keeping a state to resume from; gives the last record."""
    from dataclasses import replace

    import torch
    from tqdm import tqdm

    from vdm_tutor.train import fit
    from vdm_tutor.whole_file import write_whole

    batches, validation = data

    def evaluate(average) -> float:
        return quick_bits(replace(model, denoiser=average), validation)

    def keep(record):
        seconds = time.monotonic() - started + (state["seconds"] if state else 0)
        snapshot = {**record.state(), "settings": settings, "seconds": seconds}
        write_whole(args.out / "state.pt", lambda path: torch.save(snapshot, path))

    started = time.monotonic()
    generator = torch.Generator(model.schedule.snr.device).manual_seed(args.seed)
    records = fit(
        model.continuous_loss, model.denoiser, lambda g: batches(recipe.batch_size, g), generator, settings["steps"],
        recipe.learning_rate, recipe.average_decay, None if validation is None else evaluate, state=state,
    )  # fmt: skip
    done = state["step"] if state else 0
    shown = {}
    with tqdm(records, total=settings["steps"], initial=done, unit="step", file=sys.stderr) as bar:
        for record in bar:
            if record.evaluation is not None:
                shown["validation"] = f"{record.evaluation:.3f} bits/dim"
            bar.set_postfix(loss=f"{record.loss:.3f}", **shown, refresh=False)
            if record.step % SAVE_EVERY == 0 or record.step == settings["steps"]:
                keep(record)
    return record


def data_for(data: str, device: str):
    """What `fit` needs of a data set: batches(size, generator), its dimension or None, validation images or None."""
    import torch

    from vdm_tutor.data import MIXTURES, digits

    if data in MIXTURES:
        mixture = MIXTURES[data]().to(device)
        return lambda n, g: mixture.sample(n, g).float(), mixture.means.shape[1], None
    if data != "digits":
        raise UserError(f"no data set {data!r}; there are: {', '.join([*MIXTURES, 'digits'])}")
    images = digits("train")[0].to(device)

    def batches(n, generator):
        return images[torch.randint(len(images), (n,), device=generator.device, generator=generator)]

    return batches, None, digits("validation")[0].to(device)


def quick_bits(model, images) -> float:
    """A quick estimate of bits/dim, the same noise at every call."""
    import torch

    from vdm_tutor.measure import score

    generator = torch.Generator(images.device).manual_seed(0)
    return score(model.terms(images, generator, n_draws=16).elbo, images)[0]


def choose_device(wanted: str) -> str:
    """cpu or cuda; a UserError that says what was found when CUDA is asked for and absent."""
    import torch

    if wanted == "cuda" and not torch.cuda.is_available():
        build = torch.version.cuda or "no CUDA"
        raise UserError(f"no CUDA device: torch {torch.__version__} is built with {build} and sees no GPU; use cpu")
    return ("cuda" if torch.cuda.is_available() else "cpu") if wanted == "auto" else wanted


def check_writable(folder: Path) -> None:
    """Refuse a folder that cannot be made or written before any time is spent on training."""
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise UserError(f"{folder}: cannot be written as a folder ({error.strerror or error})") from None


def read_state(path: Path, settings: dict) -> dict:
    """The state to resume from, refused where it belongs to other settings or is finished."""
    import torch

    if not path.exists():
        raise UserError(f"{path}: nothing to resume; run without --resume")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        found, step = state["settings"], state["step"]
    except Exception as error:
        raise UserError(f"{path}: not a state of this command ({type(error).__name__})") from None
    if found != settings:
        raise UserError(f"{path}: made with {command(found)}; resume with the same --data, --steps and --seed")
    if step >= settings["steps"]:
        raise UserError(f"{path}: this run is finished at step {step}; nothing to resume")
    return state


def command(settings: dict) -> str:
    """The command line that makes the same model."""
    words = ["python", "-m", "vdm_tutor", "train", "--data", settings["data"], "--steps", str(settings["steps"])]
    return shlex.join([*words, "--seed", str(settings["seed"]), "--out", f"runs/{settings['data']}"])
