"""Save and load models: weights, how to build the model around them, and where they came from."""

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from safetensors.torch import save as as_bytes
from torch import nn

from vdm_tutor.data import MIXTURES
from vdm_tutor.denoiser import MLP, ConditionalConvNet, ConditionalMLP, ConvNet
from vdm_tutor.guidance import Classifier
from vdm_tutor.hvae import HVAE, digits_hvae, points_hvae
from vdm_tutor.schedule import SCHEDULES
from vdm_tutor.vdm import VDM, vdm_for
from vdm_tutor.whole_file import write_whole

NETWORKS = {each.__name__: each for each in (MLP, ConvNet, ConditionalMLP, ConditionalConvNet, Classifier)}
NETWORKS |= {"points_hvae": points_hvae, "digits_hvae": digits_hvae}
FORMAT = "vdm_tutor/1"
LARGEST_SIZE, MOST_STEPS = 1024, 100_000  # in a description, of a network and of a schedule: more is not tried


class CheckpointError(ValueError):
    """A file that is not a checkpoint of ours: the message names the file and the reason."""


@dataclass(frozen=True)
class Checkpoint:
    """A trained model, whole and in evaluation mode, its data set, and its provenance."""

    model: VDM | HVAE | Classifier
    data: str
    provenance: dict


def save(path: str | Path, network: nn.Module, schedule: dict | None, data: str, provenance: dict) -> None:
    """Write a checkpoint; the file appears complete or not at all.

    `schedule` is {"kind": a name in SCHEDULES, "args": its arguments}, None for what has none (a VAE, HVAE or
    classifier); `provenance` any JSON: command, seed, steps.
    """
    config = {
        "network": {"kind": getattr(network, "kind", type(network).__name__), "args": network.args},
        "schedule": schedule,
        "data": data,
        "provenance": provenance,
    }
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    metadata = {"format": FORMAT, "config": json.dumps(config)}
    write_whole(Path(path), lambda temporary: temporary.write_bytes(as_bytes(tensors, metadata)))


def load(name: str | Path) -> Checkpoint:
    """Load a checkpoint by path, or by the name of one that ships with the package.

    Raises CheckpointError with the file and the reason when there is none, or it is not one of ours, or damaged.
    """
    path = locate(name)
    config, shapes = _read_header(path)
    network = _build(path, config["network"], shapes)
    try:
        network.load_state_dict(_read_weights(path, network))
        model = model_around(network.eval().requires_grad_(False), config["schedule"], config["data"])
        _try(model, config["data"])
    except CheckpointError:
        raise
    except Exception as error:  # whatever torch says of a network that is not for these data
        raise CheckpointError(f"{path}: network, schedule and data do not fit one another ({error})") from None
    return Checkpoint(model, config["data"], config["provenance"])


def model_around(network: nn.Module, schedule: dict | None, data: str) -> VDM | HVAE | Classifier:
    """The whole model around a network: a denoiser with its schedule, or what is whole by itself."""
    return vdm_for(data, network, SCHEDULES[schedule["kind"]](**schedule["args"])) if schedule else network


def shipped() -> list[str]:
    """The names of the checkpoints that come with the package."""
    return sorted(path.name.removesuffix(".safetensors") for path in _folder().glob("*.safetensors"))


def locate(name: str | Path) -> Path:
    """The file behind a path or a shipped name; a folder stands for the model.safetensors in it.

    Raises CheckpointError where there is none.
    """
    path = Path(name)
    try:
        if path.is_dir():
            path = path / "model.safetensors"
        if not path.exists() and str(name) in shipped():
            path = _folder() / f"{name}.safetensors"
        if not path.exists():
            raise CheckpointError(f"{path}: no such file; shipped with the package: {', '.join(shipped()) or 'none'}")
    except OSError as error:  # a folder that cannot be entered, a name that is too long
        raise CheckpointError(f"{str(path)[:200]}: {error.strerror}") from None
    if not path.is_file():
        raise CheckpointError(f"{path}: not a file, but a pipe or a device")
    return path


def _folder() -> Path:
    return Path(str(files("vdm_tutor"))) / "checkpoints"


def _read_header(path: Path) -> tuple[dict, dict[str, tuple]]:
    """How to build the model, and the shapes of the weights: all that can be known without reading these."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path}: not a safetensors file ({error})") from None
    if metadata.get("format") != FORMAT:
        raise CheckpointError(f"{path}: a safetensors file, but not a checkpoint of VDM Tutor (format {FORMAT})")
    try:
        config = json.loads(metadata["config"])
        described = _is_description(config)
    except (KeyError, ValueError, RecursionError):
        described = False
    if not described:
        raise CheckpointError(f"{path}: its description of the model is damaged, or of another version")
    kinds = {part: config[part] and config[part]["kind"] for part in ("network", "schedule")} | {"data": config["data"]}
    known = {"network": NETWORKS, "schedule": [None, *SCHEDULES], "data": [*MIXTURES, "digits"]}
    for part, kind in kinds.items():
        if kind not in known[part]:
            there = ", ".join(filter(None, known[part]))
            raise CheckpointError(f"{path}: no {part} {kind!r} here; there are: {there}")
    return config, shapes


def _is_description(config) -> bool:
    """Whether a description has the parts that `save` writes, and no other, with sizes that can be tried."""

    def is_part(part, largest: int) -> bool:
        named = isinstance(part, dict) and part.keys() == {"kind", "args"} and isinstance(part["kind"], str)
        return named and isinstance(part["args"], dict) and all(can_be_tried(a, largest) for a in part["args"].values())

    def can_be_tried(size, largest: int) -> bool:
        if isinstance(size, list):
            return len(size) <= largest and all(isinstance(each, int) and each <= largest for each in size)
        return isinstance(size, int | float) and abs(size) <= largest

    if not isinstance(config, dict) or config.keys() != {"network", "schedule", "data", "provenance"}:
        return False
    parts = is_part(config["network"], LARGEST_SIZE)
    parts &= config["schedule"] is None or is_part(config["schedule"], MOST_STEPS)
    return parts and isinstance(config["data"], str) and isinstance(config["provenance"], dict)


def _build(path: Path, part: dict, shapes: dict[str, tuple]) -> nn.Module:
    """The network without its weights; memory is taken only once it is known that the file's weights fit it."""
    try:
        with torch.device("meta"):
            network = NETWORKS[part["kind"]](**part["args"])
    except Exception as error:  # whatever a constructor says of arguments that make no network
        raise CheckpointError(f"{path}: its description makes no {part['kind']} ({error})") from None
    if {name: tuple(weight.shape) for name, weight in network.state_dict().items()} != shapes:
        raise CheckpointError(f"{path}: its weights are not those of the {part['kind']} that it describes")
    return network.to_empty(device="cpu")


def _read_weights(path: Path, network: nn.Module) -> dict[str, torch.Tensor]:
    """The weights, of the network's own types, none of them NaN or infinite."""
    weights = load_file(path)
    for name, ours in network.state_dict().items():
        if weights[name].dtype != ours.dtype:
            raise CheckpointError(f"{path}: its weights are {weights[name].dtype}, not {ours.dtype}")
        if not weights[name].isfinite().all():
            raise CheckpointError(f"{path}: some of its weights are not numbers")
    return weights


@torch.no_grad()
def _try(model: VDM | HVAE | Classifier, data: str) -> None:
    """Ask the model once: raises an error where it is not one of these data."""
    x = torch.zeros(2, *((1, 8, 8) if data == "digits" else MIXTURES[data]().means.shape[1:]))
    if isinstance(model, HVAE):
        found = model.sample(2, torch.Generator())
    elif isinstance(model, VDM):
        found = model.denoiser(x, 0.0)
    else:
        model(x, 0.0)
        return
    if found.shape != x.shape:
        raise ValueError(f"{data} are of shape {list(x.shape[1:])}, the network says {list(found.shape[1:])}")
