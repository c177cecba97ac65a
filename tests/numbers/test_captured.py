"""A step as one launch: replay equals step, and whatever cannot be replayed is noticed.

Where no GPU is present a recording is played on the CPU: the operations that ran while it was made run again on the
same memory, and what the host did in between stays as it was. On CUDA the same runs are made by the device itself.
"""

import contextlib
import itertools

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from tests.numbers.test_asks_nothing import Questions
from vdm_tutor import captured, optimizers, train
from vdm_tutor.data import ring
from vdm_tutor.denoiser import MLP
from vdm_tutor.schedule import uniform_log_snr
from vdm_tutor.vdm import vdm_for

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
N_STEPS = 100
RING = ring().to(DEVICE)


class Recording(TorchDispatchMode):
    """What runs under it, to be run again: each operation writes into what it gave the first time."""

    def __init__(self):
        super().__init__()
        self.done = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        given = func(*args, **(kwargs or {}))
        self.done.append((func, args, kwargs or {}, given))
        return given

    @torch.no_grad()
    def replay(self) -> None:
        for func, args, kwargs, given in self.done:
            again = func(*args, **kwargs)
            for old, new in zip(tree_leaves(given), tree_leaves(again), strict=True):
                if torch.is_tensor(old) and old.data_ptr() != new.data_ptr():
                    old.copy_(new)


def recorded_here(step, generator):
    with Recording() as recording:
        result = step()

    def replay():
        recording.replay()
        return result

    return replay


@pytest.fixture
def played(monkeypatch):
    """Steps are captured: by the device where there is one, else as above."""
    if DEVICE == "cuda":
        return
    monkeypatch.setattr(captured, "recorded", recorded_here)
    monkeypatch.setattr(captured, "asking_refused", lambda device: Questions())
    monkeypatch.setattr(captured, "renew", lambda generator: None)
    monkeypatch.setattr(train, "_can_be_captured", lambda device, optimizers: True)
    monkeypatch.setattr(train, "_dropout_from", lambda generator: contextlib.nullcontext())
    monkeypatch.setattr(optimizers, "_where", lambda weights, rate: {"lr": torch.tensor(rate), "capturable": True})


def points(generator):
    return RING.sample(32, generator).float()


def losses(capture: bool, batches=points, optimizer=optimizers.muon, n_steps=N_STEPS, state=None, network=None):
    """The losses of a run, the bits of its average, and its last record."""
    torch.manual_seed(0)
    module = (network or MLP(width=16, depth=1, n_waves=2)).to(DEVICE)
    model = vdm_for("ring", module, uniform_log_snr(50)).to(DEVICE)
    generator = torch.Generator(DEVICE).manual_seed(3)
    records = list(
        train.fit(
            model.shared_loss, module, batches, generator, n_steps, 1e-2, optimizer=optimizer, state=state,
            capture=capture, evaluate=lambda average: float(next(average.parameters()).sum()), evaluate_every=7,
        )
    )  # fmt: skip
    weights = torch.cat([each.flatten() for each in records[-1].average.parameters()])
    return [record.loss for record in records], weights, records


class Momentum(torch.optim.Optimizer):
    """The simplest with a memory; torch's own asks for its rate on a CPU."""

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weight in group["params"]:
                average = self.state[weight].setdefault("average", torch.zeros_like(weight))
                weight.sub_(group["lr"] * average.mul_(0.9).add_(weight.grad))


def momentum(module, rate):
    return [Momentum(module.parameters(), {"lr": torch.tensor(rate, device=DEVICE)})]


ON_CPU_TOO = [optimizers.muon, momentum]  # a CPU's Adam asks which step it is


@pytest.mark.parametrize("optimizer", [*ON_CPU_TOO, *([optimizers.adam] if DEVICE == "cuda" else [])])
def test_replay_is_the_step_bit_for_bit(played, optimizer, recwarn):
    said, weights, _ = losses(True, optimizer=optimizer)
    wanted, true_weights, _ = losses(False, optimizer=optimizer)
    assert not recwarn.list, recwarn.list[0].message
    assert said == wanted and torch.equal(weights, true_weights)


def test_a_step_is_run_by_the_host_a_few_times_only(played):
    drawn = itertools.count()

    def counted(generator):
        next(drawn)
        return points(generator)

    losses(True, counted)
    assert next(drawn) == train.WARM_UP + 2 * captured.STEPS_COMPARED + 1


def test_a_run_goes_on_from_a_state_of_a_captured_one(played):
    whole, weights, _ = losses(True)
    *_, half = itertools.islice(_steps(), 50)
    rest, end, _ = losses(True, state=half.state())
    assert rest == whole[50:] and torch.equal(end, weights)


@pytest.mark.skipif(DEVICE == "cuda", reason="both kinds of optimiser are made for a CPU")
def test_a_state_goes_from_one_kind_of_device_to_the_other(monkeypatch):
    """On CUDA the rate is a tensor and a flag is set, on a CPU neither: each run keeps its own ways."""
    on_cuda = {"_where": lambda weights, rate: {"lr": torch.tensor(rate), "capturable": True}}
    ways = {"here": {}, "there": on_cuda}

    def run(way, state=None):
        with monkeypatch.context() as patched:
            for name, value in ways[way].items():
                patched.setattr(optimizers, name, value)
            *_, last = losses(False, n_steps=20 if state else 10, state=state)[2]
            return last.state()

    ends = [run(end, run(begin)) for begin in ways for end in ways]
    for (_, end), state in zip(itertools.product(ways, ways), ends, strict=True):
        rates = [group["lr"] for each in state["optimizers"] for group in each["param_groups"]]
        assert all(torch.is_tensor(rate) == (end == "there") for rate in rates)
    for state in ends[1:]:
        for name, weights in state["average"].items():
            torch.testing.assert_close(weights, ends[0]["average"][name], rtol=1e-4, atol=1e-5)


def _steps():
    torch.manual_seed(0)
    module = MLP(width=16, depth=1, n_waves=2).to(DEVICE)
    model = vdm_for("ring", module, uniform_log_snr(50)).to(DEVICE)
    generator = torch.Generator(DEVICE).manual_seed(3)
    return train.fit(model.shared_loss, module, points, generator, N_STEPS, 1e-2, optimizer=optimizers.muon)


def one_after_the_other():
    """Batches that the host hands out: a replay would see one of them for ever."""
    drawn = [ring().sample(32, torch.Generator().manual_seed(i)).float().to(DEVICE) for i in range(9)]
    stock = itertools.cycle(drawn)
    return lambda generator: next(stock)


def counted_noise():
    """Batches of points that move a little with each call, by a count that the host keeps."""
    calls = itertools.count()
    return lambda generator: points(generator) + 0.01 * next(calls)


def chosen_by_value(generator):
    batch = points(generator)
    return batch if batch.sum() > 0 else -batch


@pytest.mark.parametrize(
    "batches, reason",
    [(one_after_the_other, "other weights"), (counted_noise, "other weights"), (lambda: chosen_by_value, "")],
)
def test_what_hangs_on_the_host_is_not_captured_and_says_so(played, batches, reason):
    with pytest.warns(UserWarning, match=f"cannot be captured, it runs as it is: .*{reason}"):
        said, weights, _ = losses(True, batches())
    if batches is not counted_noise and batches is not one_after_the_other:  # they do not give their batches back
        wanted, true_weights, _ = losses(False, batches())
        assert said == wanted and torch.equal(weights, true_weights)


def test_an_adam_that_counts_on_the_host_is_not_captured(played):
    def counting(module, rate):
        return [torch.optim.Adam(module.parameters(), rate)]

    if DEVICE == "cuda":
        pytest.skip("its rate is no tensor: nothing is tried")
    with pytest.warns(UserWarning, match="cannot be captured"):
        losses(True, optimizer=counting, n_steps=8)


def test_a_replay_that_is_nearly_right_is_refused(played, monkeypatch):
    """One weight in one replay off by a millionth of it."""
    real = captured.recorded

    def slightly_off(step, generator):
        replay, calls = real(step, generator), itertools.count()

        def off():
            value, batch = replay()
            return value * (1 + 1e-6 * (next(calls) == 1)), batch

        return off

    monkeypatch.setattr(captured, "recorded", slightly_off)
    with pytest.warns(UserWarning, match="other weights"):
        losses(True, n_steps=8)


@pytest.mark.skipif(DEVICE == "cpu", reason="a CPU's dropout is seeded by the host")
def test_dropout_is_replayed(recwarn):
    network = lambda: nn.Sequential(MLP(), nn.Dropout(0.5))  # noqa: E731
    assert losses(True, network=network())[0] == losses(False, network=network())[0] and not recwarn.list


def test_a_rate_on_the_host_is_never_recorded():
    on_host, on_device = (
        [torch.optim.SGD([torch.zeros(1, requires_grad=True)], rate)] for rate in (0.1, torch.tensor(0.1))
    )
    cuda = torch.device("cuda")
    assert train._can_be_captured(cuda, on_device) and not train._can_be_captured(cuda, on_host)
    assert not train._can_be_captured(torch.device("cpu"), on_device)
