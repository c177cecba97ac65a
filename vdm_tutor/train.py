"""Training: one loop for every model of the course."""

import copy
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vdm_tutor.captured import captured
from vdm_tutor.data import check_count
from vdm_tutor.optimizers import adam

WARM_UP = 3  # steps before one is recorded: what an optimiser keeps has to be there


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
    capture: bool = True,
) -> Iterator[Record]:
    """Minimise the mean of loss(batch, generator), nats per example; yields a Record after each step.

    `batches(generator)` draws a batch; batch and generator live where the module lives. `evaluate(average)` runs
    without gradients every `evaluate_every` steps and at the end. `state` continues an earlier run bit for bit.
    `optimizer` is one of `vdm_tutor.optimizers`. On CUDA a step is recorded and replayed, bit for bit the same (see
    `vdm_tutor.captured`), unless `capture` is off.
    Raises TrainingDiverged at the first step whose loss or gradient is not finite, ValueError where n_steps < 1.
    """
    check_count(n_steps, "training takes at least one step; got n_steps =")
    if not 0 <= average_decay <= 1:
        raise ValueError(f"the average keeps a share from 0 to 1 of itself; got average_decay = {average_decay}")
    optimizers = optimizer(module, learning_rate)
    average = copy.deepcopy(module).eval().requires_grad_(False)
    start = _restore(state, module, average, optimizers, generator) if state else 0
    share = torch.zeros((), dtype=torch.float64, device=generator.device)  # of the newest weights in the average

    def whole_step() -> tuple[Tensor, Tensor]:
        batch = batches(generator)
        with _dropout_from(generator):
            value = training_step(loss, module, batch, generator, optimizers)
        _move_average(average, module, share)
        return value, batch

    do = whole_step
    for step in range(start + 1, n_steps + 1):
        _set_rate(optimizers, learning_rate * rate(step / n_steps))
        share.fill_(1 - min(average_decay, step / (step + 10)))
        if step == start + WARM_UP + 1 and capture and _can_be_captured(generator.device, optimizers):
            do = captured(whole_step, _all_that_moves(module, average, optimizers), generator)
        value, batch = do()
        value = value.item()
        if not math.isfinite(value):
            good = len(batch) and batch.isfinite().all()
            advice = "try a smaller learning rate" if good else "its batch is empty or has values that are not finite"
            raise TrainingDiverged(f"the loss or its gradient is {value} at step {step}: {advice}")
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


def _set_rate(optimizers: list, value: float) -> None:
    for group in (group for each in optimizers for group in each.param_groups):
        if isinstance(group["lr"], Tensor):  # on the device, where a recorded step finds it
            group["lr"].fill_(value)
        else:
            group["lr"] = value


def _can_be_captured(device: torch.device, optimizers: list) -> bool:
    """On CUDA, in one process (what several say to each other is not recorded), with rates that live on the device."""
    several = torch.distributed.is_available() and torch.distributed.is_initialized()
    rates = [group["lr"] for each in optimizers for group in each.param_groups]
    return device.type == "cuda" and not several and all(map(torch.is_tensor, rates))


def _all_that_moves(module: nn.Module, average: nn.Module, optimizers: list) -> list[Tensor]:
    """Every tensor that a step changes in place."""
    of_optimizers = [each for optimizer in optimizers for state in optimizer.state.values() for each in state.values()]
    return [*module.state_dict().values(), *average.state_dict().values(), *filter(torch.is_tensor, of_optimizers)]


@contextmanager
def _dropout_from(generator: torch.Generator) -> Iterator[None]:
    """Dropout draws from torch's global stream: for one step that comes from ours, and is left as it was.

    On CUDA the two are one for a step; on a CPU the global stream is seeded by a draw of ours (torch.manual_seed would
    do it too, at the price of a small network's whole forward pass).
    """
    if generator.device.type == "cuda":
        stream = torch.cuda.default_generators[generator.device.index or 0]
        own = stream.graphsafe_get_state()
        stream.graphsafe_set_state(generator.graphsafe_get_state())
        try:
            yield
        finally:
            stream.graphsafe_set_state(own)
        return
    seed = torch.randint(2**62, (), generator=generator).item()
    with torch.random.fork_rng([]):
        torch.default_generator.manual_seed(seed)
        yield


@torch.no_grad()
def _move_average(average: nn.Module, module: nn.Module, share: Float[Tensor, ""]) -> None:
    for slow, fast in zip(average.parameters(), module.parameters(), strict=True):
        slow.lerp_(fast, share.to(slow.dtype))
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
        groups = zip(its_state["param_groups"], each.param_groups, strict=True)
        its_own = [theirs | {name: own[name] for name in {"lr", "capturable"} & own.keys()} for theirs, own in groups]
        each.load_state_dict({**its_state, "param_groups": its_own})  # begun on another device: this one's ways
    generator.set_state(state["generator"])
    return state["step"]
