"""Train a denoiser: leaves OUT/model.safetensors, and OUT/state.pt to resume from."""

import sys
import time
from dataclasses import dataclass

from vdm_tutor.cli import SEED, Stopped, UserError, answer, file_name, signals_noted, whole_number
from vdm_tutor.cli.bar import bar
from vdm_tutor.cli.run_folder import RunFolder, command

SAVE_SECONDS = 5.0  # between states to resume from: what a kill can cost


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
    n_help = "training steps (the data set's own number if left out)"
    parser.add_argument("--steps", type=whole_number(1, 1_000_000), metavar="N", help=n_help)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"), help="auto takes CUDA if found")
    parser.add_argument(
        "--out", required=True, type=file_name, metavar="DIR", help="folder for the model and the state"
    )
    parser.add_argument("--seed", type=SEED, default=0, help="the same seed gives the same model (default 0)")
    parser.add_argument("--resume", action="store_true", help="go on from OUT/state.pt")


def run(args) -> int:
    import torch

    device = choose_device(args.device)
    batches, dim, validation = data_for(args.data, device)
    recipe = recipe_for(args.data, dim)
    settings = {"data": args.data, "steps": recipe.n_steps if args.steps is None else args.steps, "seed": args.seed}
    folder = RunFolder(args.out, settings)
    with folder.held():
        state = folder.read_state() if args.resume else folder.refuse_taken()
        here = machine(recipe, device, state and state["machine"])
        torch.manual_seed(args.seed)
        model = build(recipe, args.data, device)
        if state is None or state["step"] < settings["steps"]:
            state = train_loop(folder, recipe, model, (batches, validation), here, state)
        result = leave_model(folder, recipe, model.denoiser, state)
    answer(result, "{path}: {steps} steps in {seconds:.0f} s".format(**result), args.json)
    return 0


def machine(recipe: Recipe, device: str, begun_on: dict | None) -> dict:
    """What the last bits of a result hang on. A resumed run gets its threads back; a note says what else differs."""
    import torch

    if begun_on:
        torch.set_num_threads(begun_on["threads"])
    elif recipe.network == "MLP":
        torch.set_num_threads(1)  # its layers are too small to share: two threads spend twice the time on waiting
    name = torch.cuda.get_device_name() if device == "cuda" else torch.backends.cpu.get_cpu_capability()
    here = {"torch": str(torch.__version__), "device": f"{device} {name}", "threads": torch.get_num_threads()}
    if begun_on and (begun_on != here or device == "cuda"):
        then, now = ("{device}, torch {torch}".format(**each) for each in (begun_on, here))
        print(f"note: begun on {then}, resumed on {now}: the last bits of the model may differ", file=sys.stderr)
    return here


def build(recipe: Recipe, data: str, device: str):
    """The untrained model."""
    from vdm_tutor import checkpoint

    network = checkpoint.NETWORKS[recipe.network](**recipe.network_args)
    return checkpoint.model_around(network, recipe.schedule, data).to(device)


def train_loop(folder: RunFolder, recipe: Recipe, model, data: tuple, here: dict, state: dict | None) -> dict:
    """Run `fit` under a progress bar, keeping a state every few seconds, at the end, and when a signal says stop.

    Gives the last state.
    """
    from vdm_tutor.train import TrainingDiverged

    n_steps, before = folder.settings["steps"], state["seconds"] if state else 0
    started = saved = time.monotonic()
    done, shown = state["step"] if state else 0, {}
    try:
        with signals_noted() as signals, bar(total=n_steps, initial=done, unit="step", leave=True) as progress:
            steps = records(folder.settings, recipe, model, data, state)
            for record in begun(steps, folder) if state else steps:
                if record.evaluation is not None:
                    shown["validation"] = f"{record.evaluation:.3f} bits/dim"
                progress.set_postfix(loss=f"{record.loss:.3f}", **shown, refresh=False)
                progress.update()
                now = time.monotonic()
                if signals or record.step == n_steps or now - saved >= SAVE_SECONDS:
                    result = {"loss": record.loss, "validation": record.evaluation, "seconds": before + now - started}
                    state = {**record.state(), "settings": folder.settings, "machine": here, **result}
                    folder.keep(state)
                    saved = now
                if signals and record.step < n_steps:
                    raise Stopped(signals[0])
    except TrainingDiverged as error:
        kept = "no state was kept yet" if folder.kept is None else "the last good state is there"
        raise UserError(f"training stopped: {error}; {folder.path}: {kept}") from None
    return state


def begun(steps, folder: RunFolder):
    """The records of a run that goes on; a state from which not even one step can be made is refused."""
    from vdm_tutor.train import TrainingDiverged

    try:
        first = next(steps)
    except TrainingDiverged:
        raise
    except Exception as error:  # whatever torch says of weights, moments or a generator that are not for this model
        raise folder.refused(error) from None
    yield first
    yield from steps


def records(settings: dict, recipe: Recipe, model, data: tuple, state: dict | None):
    """The records of `fit` for a recipe; for the digits with a quick evaluation now and then."""
    from dataclasses import replace

    import torch

    from vdm_tutor.train import fit

    batches, validation = data

    def evaluate(average) -> float:
        return quick_bits(replace(model, denoiser=average), validation)

    generator = torch.Generator(model.schedule.snr.device).manual_seed(settings["seed"])
    return fit(
        model.continuous_loss, model.denoiser, lambda g: batches(recipe.batch_size, g), generator, settings["steps"],
        recipe.learning_rate, recipe.average_decay, None if validation is None else evaluate, state=state,
    )  # fmt: skip


def leave_model(folder: RunFolder, recipe: Recipe, network, state: dict) -> dict:
    """Write the model, made of the last state's averaged weights; gives the figures of the run."""
    import torch

    from vdm_tutor import checkpoint

    try:
        network.load_state_dict(state["average"])
        if not all(weight.isfinite().all() for weight in network.parameters()):
            raise ValueError("weights")
    except Exception as error:  # the state of a finished run, whose model has gone
        raise folder.refused(error) from None
    settings, seconds = folder.settings, state["seconds"]
    made_by = command(settings, f"runs/{settings['data']}")
    provenance = {"command": made_by, "seconds": round(seconds), "torch": torch.__version__, **settings}
    with folder.writing(folder.model):
        checkpoint.save(folder.model, network, recipe.schedule, settings["data"], provenance)
    figures = {"steps": state["step"], "loss": state["loss"], "seconds": round(seconds, 1)}
    return {"path": str(folder.model), **figures, "validation_bits_per_dim": state["validation"]}


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
