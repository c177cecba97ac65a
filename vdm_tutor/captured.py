"""A training step as one launch on CUDA: recorded once, then replayed, and never taken on trust.

A replay repeats what the device was told while the step was recorded: the same kernels on the same memory. What the
host does in a step (a batch from an iterator, a count in Python) happens once and stays as it was. So the replay is
laid beside the step itself before it is used: bit for bit, where the step agrees with itself so.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

STEPS_COMPARED = 3
AGREES = 1e-4  # of a tensor's size: so far may a step be apart from itself, where the device adds in no fixed order


class NotTheSame(RuntimeError):
    """A replay whose weights are not those of the step."""


def captured(step: Callable, kept: Sequence[Tensor], generator: torch.Generator) -> Callable:
    """What does the same as `step()` by a replay of its recording; `step` itself, with a warning, where it cannot.

    `step` has run before, so that all it keeps is there: `kept`, which it changes in place. It draws from `generator`
    alone. It asks the host for nothing and does the same each time: both are tried here, on a few steps that are taken
    back. Raises nothing that recording or trying raises: that is the warning.
    """
    before, drawn = copies(kept), generator.get_state()

    def tried(do: Callable) -> list[Tensor]:
        found = [each for _ in range(STEPS_COMPARED) for each in copies([*do(), *kept])]
        _take_back(kept, before, generator, drawn)
        return found

    try:
        with asking_refused(generator.device):
            wanted, again = tried(step), tried(step)
        replay = recorded(step, generator)
        _take_back(kept, before, generator, drawn)
        spread = apart(again, wanted)
        if not (spread < AGREES and apart(tried(replay), wanted) <= 10 * spread):
            raise NotTheSame("a replay gives other weights than the step, which may hang on what the host does")
        return replay
    except Exception as reason:
        said = str(reason).strip().split("\n")[0]
        warnings.warn(f"the training step cannot be captured, it runs as it is: {said}", stacklevel=3)
        renew(generator)
        _take_back(kept, before, generator, drawn)
        return step


def recorded(step: Callable, generator: torch.Generator) -> Callable:
    """A replay of one recorded `step()`; what it gives is overwritten by the next."""
    graph = torch.cuda.CUDAGraph()
    graph.register_generator_state(generator)
    with torch.cuda.device(generator.device), torch.cuda.graph(graph):
        result = step()

    def replay():
        graph.replay()
        return result

    return replay


@contextmanager
def asking_refused(device: torch.device) -> Iterator[None]:
    """Whatever makes the host wait for the device raises, on a stream beside the usual one as in a recording."""
    mode, usual, beside = torch.cuda.get_sync_debug_mode(), torch.cuda.current_stream(device), torch.cuda.Stream(device)
    beside.wait_stream(usual)
    torch.cuda.set_sync_debug_mode("error")
    try:
        with torch.cuda.stream(beside):
            yield
    finally:
        torch.cuda.set_sync_debug_mode(mode)
        usual.wait_stream(beside)


def renew(generator: torch.Generator) -> None:
    """Give a generator, and the device's own, a state of their own: a recording that failed may still hold theirs."""
    for each in (generator, torch.cuda.default_generators[generator.device.index or 0]):
        fresh = torch.Generator(each.device)
        fresh.set_state(each.get_state())
        each.graphsafe_set_state(fresh)


@torch.no_grad()
def copies(tensors: Sequence[Tensor]) -> list[Tensor]:
    """The tensors as they are now, apart from what is done to them later."""
    return [tensor.detach().clone() for tensor in tensors]


def apart(some: Sequence[Tensor], others: Sequence[Tensor]) -> float:
    """The largest distance of two tensors, in shares of the second's size; nan where there is one."""
    pairs = [(a.double(), b.double()) for a, b in zip(some, others, strict=True)]
    return torch.stack([(a - b).norm() / b.norm().clamp_min(1e-30) for a, b in pairs]).max().item()


@torch.no_grad()
def _take_back(kept: Sequence[Tensor], before: Sequence[Tensor], generator: torch.Generator, drawn: Tensor) -> None:
    for tensor, value in zip(kept, before, strict=True):
        tensor.copy_(value)
    generator.set_state(drawn)
