"""Training: one loop for every model of the course."""

import copy
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vdm_tutor.optimizers import adam


class TrainingDiverged(ArithmeticError):
    """The loss, or its gradient, stopped being a number."""


@dataclass(frozen=True)
class Record:
    """What one step of `fit` leaves behind: the loss in nats per example, the averaged weights, a state to resume."""

    step: int
    loss: float
    average: nn.Module
    evaluation: float | None
    state: Callable[[], dict]


def fit(
    loss: Callable[..., Tensor],
    module: nn.Module,
    batches: Callable[[torch.Generator], Tensor],
    generator: torch.Generator,
    n_steps: int,
    learning_rate: float = 2e-3,
    average_decay: float = 0.999,
    evaluate: Callable[[nn.Module], float] | None = None,
    evaluate_every: int = 500,
    state: dict | None = None,
    optimizer: Callable[[nn.Module, float], list[torch.optim.Optimizer]] = adam,
) -> Iterator[Record]:
    """Minimise the mean of loss(batch, generator), nats per example; yields a Record after each step.

    `batches(generator)` draws a batch; batch and generator live where the module lives. `evaluate(average)` runs
    without gradients every `evaluate_every` steps and at the end. `state` continues an earlier run bit for bit.
    `optimizer` is one of `vdm_tutor.optimizers`.
    Raises TrainingDiverged at the first step whose loss or gradient is not finite, ValueError where n_steps < 1.
    """
    if n_steps < 1:
        raise ValueError(f"training takes at least one step; got n_steps = {n_steps}")
    optimizers = optimizer(module, learning_rate)
    average = copy.deepcopy(module).eval().requires_grad_(False)
    start = _restore(state, module, average, optimizers, generator) if state else 0
    for step in range(start + 1, n_steps + 1):
        for group in (group for each in optimizers for group in each.param_groups):
            group["lr"] = learning_rate * rate(step / n_steps)
        batch = batches(generator)
        with _dropout_from(generator):
            value = training_step(loss, module, batch, generator, optimizers).item()
        if not math.isfinite(value):
            good = len(batch) and batch.isfinite().all()
            advice = "try a smaller learning rate" if good else "its batch is empty or has values that are not finite"
            raise TrainingDiverged(f"the loss or its gradient is {value} at step {step}: {advice}")
        _move_average(average, module, min(average_decay, step / (step + 10)))
        due = evaluate is not None and (step % evaluate_every == 0 or step == n_steps)
        yield Record(
            step, value, average, _evaluate(evaluate, average) if due else None,
            lambda step=step: _snapshot(step, module, average, optimizers, generator),
        )  # fmt: skip


def rate(progress: float, warm_up: float = 0.05) -> float:
    """The learning rate's share at a share of the run: a linear warm-up, then half a cosine down to 0."""
    if progress < warm_up:
        return progress / warm_up
    return 0.5 * (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up)))


def training_step(loss: Callable, module: nn.Module, batch: Tensor, generator, optimizers) -> Float[Tensor, ""]:
    """One step of `fit`, the whole of it: the mean loss, nats per example.

    NaN where the loss or its gradient is not finite; the weights then stay as they were. Nothing here asks the host.
    """
    module.train()
    for optimizer in optimizers:
        optimizer.zero_grad()
    value = loss(batch, generator).mean()
    value.backward()
    grad_norm = nn.utils.clip_grad_norm_(module.parameters(), max_norm=100.0)
    good = value.detach().isfinite() & grad_norm.isfinite()  # a finite loss can have a gradient that is not
    kept = [parameter.detach().clone() for parameter in module.parameters()]
    for optimizer in optimizers:
        optimizer.step()
    with torch.no_grad():
        for parameter, before in zip(module.parameters(), kept, strict=True):
            parameter.copy_(torch.where(good, parameter, before))
    return torch.where(good, value.detach(), math.nan)


@contextmanager
def _dropout_from(generator: torch.Generator) -> Iterator[None]:
    """Dropout draws from torch's global stream: seed that from ours for one step, and leave it as it was.

    (torch.manual_seed would do it too, at the price of a small network's whole forward pass.)
    """
    device = generator.device
    seed = torch.randint(2**62, (), device=device, generator=generator).item()
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        stream = torch.cuda.default_generators[device.index] if device.type == "cuda" else torch.default_generator
        stream.manual_seed(seed)
        yield


@torch.no_grad()
def _move_average(average: nn.Module, module: nn.Module, decay: float) -> None:
    for slow, fast in zip(average.parameters(), module.parameters(), strict=True):
        slow.lerp_(fast, 1 - decay)
    for slow, fast in zip(average.buffers(), module.buffers(), strict=True):
        slow.copy_(fast)


@torch.no_grad()
def _evaluate(evaluate: Callable[[nn.Module], float], average: nn.Module) -> float:
    return float(evaluate(average))


def _snapshot(step: int, module, average, optimizers, generator) -> dict:
    parts = {
        "module": module.state_dict(),
        "average": average.state_dict(),
        "optimizers": [each.state_dict() for each in optimizers],
    }
    return {"step": step, "generator": generator.get_state(), **copy.deepcopy(parts)}


def _restore(state: dict, module, average, optimizers, generator) -> int:
    module.load_state_dict(state["module"])
    average.load_state_dict(state["average"])
    for each, its_state in zip(optimizers, state["optimizers"], strict=True):
        each.load_state_dict(its_state)
    generator.set_state(state["generator"])
    return state["step"]
