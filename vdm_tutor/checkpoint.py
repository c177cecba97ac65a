"""Save and load models: weights, how to rebuild the network and its schedule, and where they came from."""

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from vdm_tutor.denoiser import MLP, ConvNet
from vdm_tutor.latent import digits_hvae, points_hvae
from vdm_tutor.schedule import SCHEDULES, Schedule

NETWORKS = {"MLP": MLP, "ConvNet": ConvNet, "points_hvae": points_hvae, "digits_hvae": digits_hvae}
FORMAT = "vdm_tutor/1"


class CheckpointError(ValueError):
    """A file that is not a checkpoint of ours: the message names the file and the reason."""


@dataclass(frozen=True)
class Checkpoint:
    """A trained network in evaluation mode, the schedule that it is measured on, its data set, and its provenance."""

    network: nn.Module
    schedule: Schedule | None  # a VAE and an HVAE have none
    data: str
    provenance: dict

    @property
    def denoiser(self) -> nn.Module:
        """The network of a diffusion model. Raises CheckpointError where there is none."""
        if self.schedule is None:
            raise CheckpointError("this checkpoint is a VAE or HVAE, not a denoiser: use its .network")
        return self.network


def save(path: Path, network: nn.Module, schedule: dict | None, data: str, provenance: dict) -> None:
    """Write a checkpoint; the file appears complete or not at all.

    `schedule` is {"kind": a name in SCHEDULES, "args": its arguments}, None for a VAE or HVAE; `provenance` any JSON:
    command, seed, steps.
    """
    config = {
        "network": {"kind": getattr(network, "kind", type(network).__name__), "args": network.args},
        "schedule": schedule,
        "data": data,
        "provenance": provenance,
    }
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    metadata = {"format": FORMAT, "config": json.dumps(config)}
    write_atomically(path, lambda temporary: save_file(tensors, temporary, metadata=metadata))


def load(name: str | Path) -> Checkpoint:
    """Load a checkpoint by path, or by the name of one that ships with the package.

    Raises CheckpointError with the file and the reason when there is none or it is not one of ours.
    """
    path = locate(name)
    config = _read_config(path)
    network = NETWORKS[config["network"]["kind"]](**config["network"]["args"])
    network.load_state_dict(load_file(path))
    schedule = config["schedule"] and SCHEDULES[config["schedule"]["kind"]](**config["schedule"]["args"])
    return Checkpoint(network.eval().requires_grad_(False), schedule, config["data"], config["provenance"])


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


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write(temporary)` fill a temporary file beside `path`, then put it in place in one move."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=path.suffix)
    os.close(handle)
    try:
        write(Path(temporary))
        os.chmod(temporary, 0o644)  # mkstemp's files are for the owner alone
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)


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
    for part, known in (("network", NETWORKS), ("schedule", SCHEDULES)):
        if config[part] and config[part]["kind"] not in known:
            raise CheckpointError(f"{path}: no {part} {config[part]['kind']!r} here; there are: {', '.join(known)}")
    return config
