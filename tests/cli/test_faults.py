"""Training is killed, or finds the disk full, wherever it touches the disk and at random: no saved work is lost.

`pytest tests/cli/test_faults.py --full` kills it at a hundred random moments.
"""

import contextlib
import errno
import io
import itertools
import multiprocessing
import os
import pathlib
import random
import signal
import sys
import time

import pytest
import torch

from vdm_tutor.checkpoint import load

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="fork and SIGKILL are POSIX's")
PROCESSES = multiprocessing.get_context(None if sys.platform == "win32" else "forkserver")
# Forked from one that has torch, and what torch.optim imports: a hundredth of a second each.
PROCESSES.set_forkserver_preload(["torch._dynamo", "vdm_tutor.cli.train", "vdm_tutor.checkpoint", __name__])
TOUCHES = ("open", "write", "os.rename", "os.remove")


def train(folder, steps, options=(), fault=None, moment=0, told=None):
    """Train in this process, with a state after every step; `fault` strikes at the moment-th touch of the folder."""
    from vdm_tutor.cli import main
    from vdm_tutor.cli import train as command

    touched = 0

    def hook(event, args):
        nonlocal touched
        if event in TOUCHES and str(args[0]).startswith(str(folder)):
            touched += 1
            if touched == moment and fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if touched >= moment and fault == "full" and event in ("open", "write"):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write_in_halves(path, data):
        with open(path, "wb") as file:
            file.write(data[: len(data) // 2])
            file.flush()
            sys.audit("write", path)
            file.write(data[len(data) // 2 :])

    command.SAVE_SECONDS, pathlib.Path.write_bytes = 0.0, write_in_halves
    if fault:
        sys.addaudithook(hook)
    words = ["train", "--data", "ring", "--steps", str(steps), "--out", str(folder), *options]
    with contextlib.redirect_stderr(io.StringIO()) as err, contextlib.redirect_stdout(io.StringIO()):
        code = main(words)
    if told:
        told.send((code, err.getvalue().splitlines()))


def start(*args, **options):
    process = PROCESSES.Process(target=train, args=args, kwargs=options)
    process.start()
    return process


def run(*args, **options) -> tuple[int, list[str]]:
    """The exit code, minus the signal for a process that was killed, and the lines on stderr."""
    here, there = PROCESSES.Pipe(duplex=False)
    process = start(*args, **options, told=there)
    there.close()
    try:
        told = here.recv()
    except EOFError:
        told = None
    process.join()
    return told or (process.exitcode, [])


def saved_step(folder) -> int:
    """The step of the state that is there, 0 without one; state and model, where there is one, are whole."""
    if (folder / "model.safetensors").exists():
        load(folder)
    path = folder / "state.pt"
    return torch.load(path, weights_only=True)["step"] if path.exists() else 0


def weights(folder) -> list:
    return list(load(folder).model.denoiser.state_dict().values())


def comes_to(whole, folder, steps) -> None:
    """Whatever was left in the folder, the next run ends at the model of a run that nothing disturbed."""
    code, err = run(folder, steps, ["--resume"] if saved_step(folder) else [])
    assert code == 0 or "is finished" in err[-1], err
    assert {path.name for path in folder.iterdir()} == {"state.pt", "model.safetensors"}
    assert all(map(torch.equal, weights(whole), weights(folder)))


def test_at_every_touch_of_the_disk_a_kill_costs_no_saved_work(tmp_path):
    """The loop ends at the first moment that the run no longer reaches: so every one was struck."""
    whole, steps_saved = tmp_path / "whole", []
    assert run(whole, 2)[0] == 0
    for moment in itertools.count(1):
        folder = tmp_path / str(moment)
        code, _ = run(folder, 2, fault="kill", moment=moment)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        steps_saved.append(saved_step(folder))
        comes_to(whole, folder, 2)
    assert moment > 10 and steps_saved == sorted(steps_saved) and set(steps_saved) == {0, 1, 2}


def test_on_a_full_disk_the_state_stays_and_the_way_on_is_told(tmp_path):
    whole = tmp_path / "whole"
    assert run(whole, 2)[0] == 0
    said = {}
    for moment in itertools.count(1):
        folder = tmp_path / str(moment)
        code, err = run(folder, 2, fault="full", moment=moment)
        if code == 0:
            break
        assert code == 2 and "cannot be written" in err[-1] and "No space left on device" in err[-1]
        assert not [path for path in folder.iterdir() if path.name.startswith(".")]
        said[saved_step(folder)] = err[-1]
        comes_to(whole, folder, 2)
    assert "no state was kept yet" in said[0] and "state.pt: cannot" in said[1] and "model.safetensors: can" in said[2]
    assert all("go on with: python -m vdm_tutor train" in said[step] for step in (1, 2))


def test_a_kill_at_any_time_costs_no_saved_work(tmp_path, request):
    """At random times; one random seed for the test's whole life, so that a failure comes again."""
    rng, whole, began = random.Random(20), tmp_path / "whole", time.monotonic()
    assert run(whole, 20)[0] == 0
    lasts = time.monotonic() - began
    for trial in range(100 if request.config.getoption("--full") else 4):
        folder = tmp_path / str(trial)
        process = start(folder, 20)
        time.sleep(rng.uniform(0.1, 1.1) * lasts)
        process.kill()
        process.join()
        folder.mkdir(exist_ok=True)
        comes_to(whole, folder, 20)
