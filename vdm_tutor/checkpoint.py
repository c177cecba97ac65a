"""Save and load models: weights, how to build the model around them, and where they came from."""

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

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


class CheckpointError(ValueError):
    """A file that is not a checkpoint of ours: the message names the file and the reason."""


@dataclass(frozen=True)
class Checkpoint:
    """A trained model, whole and in evaluation mode, its data set, and its provenance."""

    model: VDM | HVAE | Classifier
    data: str
    provenance: dict


def save(path: Path, network: nn.Module, schedule: dict | None, data: str, provenance: dict) -> None:
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
    write_whole(path, lambda temporary: temporary.write_bytes(as_bytes(tensors, metadata)))


def load(name: str | Path) -> Checkpoint:
    """Load a checkpoint by path, or by the name of one that ships with the package.

    Raises CheckpointError with the file and the reason when there is none or it is not one of ours.
    """
    path = locate(name)
    config = _read_config(path)
    network = NETWORKS[config["network"]["kind"]](**config["network"]["args"])
    network.load_state_dict(load_file(path))
    model = model_around(network.eval().requires_grad_(False), config["schedule"], config["data"])
    return Checkpoint(model, config["data"], config["provenance"])


def model_around(network: nn.Module, schedule: dict | None, data: str) -> VDM | HVAE | Classifier:
    """The whole model around a network: a denoiser with its schedule, or what is whole by itself."""
    return vdm_for(data, network, SCHEDULES[schedule["kind"]](**schedule["args"])) if schedule else network


def shipped() -> list[str]:
    """The names of the checkpoints that come with the package."""
    return sorted(path.name.removesuffix(".safetensors") for path in _folder().glob("*.safetensors"))


def locate(name: str | Path) -> Path:
    """The file behind a path or a shipped name; a folder stands for the model.safetensors in it."""
    path = Path(name)
    if path.is_dir():
        path = path / "model.safetensors"
    if not path.exists() and str(name) in shipped():
        path = _folder() / f"{name}.safetensors"
    if not path.exists():
        raise CheckpointError(f"{path}: no such file; shipped with the package: {', '.join(shipped()) or 'none'}")
    return path


def _folder() -> Path:
    return Path(str(files("vdm_tutor"))) / "checkpoints"


def _read_config(path: Path) -> dict:
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path}: not a safetensors file ({error})") from None
    if metadata.get("format") != FORMAT:
        raise CheckpointError(f"{path}: a safetensors file, but not a checkpoint of VDM Tutor (format {FORMAT})")
    config = json.loads(metadata["config"])
    kinds = {part: config[part] and config[part]["kind"] for part in ("network", "schedule")} | {"data": config["data"]}
    known = {"network": NETWORKS, "schedule": [None, *SCHEDULES], "data": [*MIXTURES, "digits"]}
    for part, kind in kinds.items():
        if kind not in known[part]:
            there = ", ".join(filter(None, known[part]))
            raise CheckpointError(f"{path}: no {part} {kind!r} here; there are: {there}")
    return config
