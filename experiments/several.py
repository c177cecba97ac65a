"""`fit` on several processes, a GPU each where there are any: DistributedDataParallel around the network, no more.

usage: torchrun --nproc-per-node 2 -m experiments.several DATA OUT [STEPS]      (points: ring, moons, spiral, ...)

Every process draws the same joint batch, noise and levels, asks the network about its own share, and has its gradients
averaged with the others': the curve is that of one process with the joint batch, to rounding. OUT is a checkpoint.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from vdm_tutor import checkpoint
from vdm_tutor.data import MIXTURES
from vdm_tutor.denoiser import MLP
from vdm_tutor.optimizers import muon
from vdm_tutor.train import fit

BATCH = 512
SCHEDULE = {"kind": "uniform_log_snr", "args": {"n_steps": 1000}}


def shared_out(network: nn.Module, device: torch.device) -> Callable:
    """The denoiser that answers for every n-th example of a batch, its own share, and says 0 for the others."""
    parallel = DistributedDataParallel(network, [device.index] if device.type == "cuda" else None)

    def denoiser(xt, log_snr):
        x0_hat, mine = torch.zeros_like(xt), share()
        x0_hat[mine] = parallel(xt[mine], log_snr[mine])
        return x0_hat

    return denoiser


def share() -> slice:
    return slice(dist.get_rank(), None, dist.get_world_size())


def records(data: str, n_steps: int, device: torch.device, wrap: Callable = shared_out, rows: Callable = share):
    """The records of `fit`; in each process the loss of its own share."""
    torch.manual_seed(0)
    network, mixture = MLP(MIXTURES[data]().means.shape[1]).to(device), MIXTURES[data]().to(device)
    model = checkpoint.model_around(network, SCHEDULE, data).to(device)
    model = replace(model, denoiser=wrap(network, device))
    loss = lambda x0, generator: model.shared_loss(x0, generator)[rows()]  # noqa: E731
    generator = torch.Generator(device).manual_seed(0)
    return fit(
        loss, network, lambda g: mixture.sample(BATCH, g).float(), generator, n_steps, 0.03, 0.98, optimizer=muon
    )


def main(data: str, out: str, n_steps: int = 1000) -> None:
    on_cuda = torch.cuda.is_available()
    dist.init_process_group("nccl" if on_cuda else "gloo")
    if BATCH % dist.get_world_size():
        raise SystemExit(f"{dist.get_world_size()} processes cannot share {BATCH} examples evenly")
    device = torch.device("cuda", dist.get_node_local_rank()) if on_cuda else torch.device("cpu")
    losses = []
    for record in records(data, int(n_steps), device):
        mean = torch.tensor(record.loss, device=device)
        dist.all_reduce(mean)
        losses.append(mean.item() / dist.get_world_size())
    if dist.get_rank() == 0:
        command = f"torchrun --nproc-per-node {dist.get_world_size()} -m experiments.several {data} {out} {n_steps}"
        checkpoint.save(
            Path(out), record.average, SCHEDULE, data, {"command": command, "torch": str(torch.__version__)}
        )
        print(json.dumps(losses))
    dist.destroy_process_group()


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    # torch's reducer keeps the destroyed group, and gloo's threads with it: of fifty processes that end by themselves a
    # few abort then, their work done.
    os._exit(0)
