"""Two processes that share a batch follow the curve of one process that has it whole."""

import json
import subprocess
import sys

import pytest
import torch

from experiments.several import records
from vdm_tutor.checkpoint import load

N_STEPS = 30


def run(path, n_processes: int) -> list[float]:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={n_processes}"]
    command += ["-m", "experiments.several", "ring", str(path), str(N_STEPS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_two_processes_have_the_curve_and_the_weights_of_one(tmp_path):
    losses = run(tmp_path / "model.safetensors", 2)
    whole = {"wrap": lambda network, device: network, "rows": lambda: slice(None)}
    *one, last = records("ring", N_STEPS, torch.device("cpu"), **whole)
    assert len(losses) == N_STEPS and losses[-1] < losses[0]
    assert losses == pytest.approx([record.loss for record in (*one, last)], rel=1e-5)
    weights = load(tmp_path).model.denoiser.state_dict()
    for name, ours in last.average.state_dict().items():
        torch.testing.assert_close(weights[name], ours, rtol=0, atol=5e-4)


def test_half_a_batch_alone_has_another_curve():
    whole, half = (
        [record.loss for record in records("ring", 9, torch.device("cpu"), lambda network, device: network, rows)]
        for rows in (lambda: slice(None), lambda: slice(0, None, 2))
    )
    assert half != pytest.approx(whole, rel=1e-2)
