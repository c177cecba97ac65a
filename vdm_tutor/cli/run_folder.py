"""The folder of one training: state.pt, from which it goes on, and model.safetensors, made from the last state."""

import io
import math
import os
import shlex
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vdm_tutor.cli import Stopped, UserError
from vdm_tutor.whole_file import sweep, write_whole

PARTS = {"step", "generator", "module", "average", "optimizers", "settings", "machine", "loss", "validation", "seconds"}


class RunFolder:
    """OUT of `train`, for a run with the given settings: data, steps and seed."""

    def __init__(self, path: Path, settings: dict):
        self.path, self.settings = path, settings
        self.state, self.model = path / "state.pt", path / "model.safetensors"
        self.kept: int | None = None  # the step of the state that is there

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other runs out of the folder until this one ends, and sweep up what a killed one left.

        Raises UserError, before any time is spent, where the folder is held or cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = _lock(self.path)
            tempfile.TemporaryFile(dir=self.path).close()
            for file in (self.state, self.model):
                sweep(file)
        except OSError as error:
            raise UserError(f"{self.path}: cannot be written as a folder ({error.strerror or error})") from None
        try:
            yield
        except Stopped as stop:
            raise Stopped(stop.number, self.way_on()) from None
        finally:
            os.close(handle)

    def refuse_taken(self) -> None:
        """A run's work is not written over: raises UserError where there is some."""
        there = [file.name for file in (self.state, self.model) if file.exists()]
        if there:
            start = "--resume goes on with it; to start afresh give another --out"
            raise UserError(f"{self.path}: holds a run already ({' and '.join(there)}). {start}")

    def read_state(self) -> dict:
        """The state to go on from, refused where it is damaged, of other settings, or finished with its model there."""
        import torch

        if not self.state.is_file():
            raise UserError(f"{self.state}: nothing to resume; run without --resume")
        try:
            with zipfile.ZipFile(self.state) as archive:  # torch does not look at the checksums that it writes
                if archive.testzip():
                    raise zipfile.BadZipFile
            state = torch.load(self.state, map_location="cpu", weights_only=True)
            found, step = state["settings"], state["step"]
            known = found.keys() == self.settings.keys() and PARTS <= state.keys() and are_figures(state)
            if not (known and type(step) is int and 1 <= step <= found["steps"]):
                raise ValueError("parts")
        except Exception as error:  # torch.load says what it will of other files
            raise self.refused(error) from None
        if found != self.settings:
            made = command(found, f"runs/{found['data']}")
            raise UserError(f"{self.state}: made with {made}; resume with the same --data, --steps and --seed")
        if step >= self.settings["steps"] and self._has_model():
            raise UserError(f"{self.state}: this run is finished at step {step}; nothing to resume")
        self.kept = step
        return state

    def refused(self, error: Exception) -> UserError:
        """What is said of a state that is none."""
        return UserError(f"{self.state}: not a state of this command, or damaged ({type(error).__name__})")

    def keep(self, state: dict) -> None:
        """Put a state in place of the last one."""
        import torch

        buffer = io.BytesIO()  # torch's own writer hides why it failed
        torch.save(state, buffer)
        with self.writing(self.state):
            write_whole(self.state, lambda path: path.write_bytes(buffer.getbuffer()))
        self.kept = state["step"]

    @contextmanager
    def writing(self, file: Path) -> Iterator[None]:
        """A disk that is full within raises UserError, with the way on."""
        try:
            yield
        except OSError as error:
            raise UserError(f"{file}: cannot be written ({error.strerror or error}); {self.way_on()}") from None

    def way_on(self) -> str:
        """Which state is there, and the command that goes on from it."""
        if self.kept is None:
            return "no state was kept yet"
        again = f"{command(self.settings, self.path)} --resume"
        return f"the state of step {self.kept} is in {self.state}, go on with: {again}"

    def _has_model(self) -> bool:
        from vdm_tutor.checkpoint import CheckpointError, load

        try:
            return bool(load(self.model))
        except CheckpointError:
            return False


def are_figures(state: dict) -> bool:
    """Whether what a run says of itself, besides its weights, is of the kinds that `train` writes."""
    figures = [state["loss"], state["seconds"], 0.0 if state["validation"] is None else state["validation"]]
    threads = state["machine"]["threads"]
    words = [state["machine"]["torch"], state["machine"]["device"], state["settings"]["data"]]
    whole = all(type(state["settings"][name]) is int for name in ("steps", "seed"))
    numbers = type(threads) is int and 1 <= threads <= 1024 and all(map(math.isfinite, figures))
    return numbers and whole and all(isinstance(word, str) for word in words)


def command(settings: dict, out: Path | str) -> str:
    """The command line of a run."""
    words = ["python", "-m", "vdm_tutor", "train", "--data", settings["data"], "--steps", str(settings["steps"])]
    return shlex.join([*words, "--seed", str(settings["seed"]), "--out", str(out)])


def _lock(folder: Path) -> int:
    """A handle that keeps other runs out; the system lets go of it however this process ends."""
    try:
        if sys.platform == "win32":
            flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_TEMPORARY  # gone with its last handle
            return os.open(folder / ".training", flags)
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return handle
    except (BlockingIOError, FileExistsError):
        raise UserError(f"{folder}: another run is at work in this folder; give another --out") from None
