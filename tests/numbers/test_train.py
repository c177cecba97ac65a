"""One loop for every model: it lands on the optimum, averages, resumes bit for bit, and stops at a loss of NaN."""

import math

import pytest
import torch
from torch import nn

from vdm_tutor.data import coin, ring
from vdm_tutor.denoiser import MLP, ExactDenoiser
from vdm_tutor.optimizers import muon
from vdm_tutor.schedule import uniform_log_snr
from vdm_tutor.train import TrainingDiverged, fit, rate
from vdm_tutor.vdm import vdm_for


class Point(nn.Module):
    """One number, and a dropout to make the random stream matter."""

    def __init__(self, start: float = 0.0, dropout: float = 0.0):
        super().__init__()
        self.value = nn.Parameter(torch.tensor(start))
        self.dropout = nn.Dropout(dropout)

    def forward(self, batch):
        return self.dropout(torch.ones(len(batch))) * self.value


def run(module, n_steps, seed=0, **options):
    def loss(batch, generator):
        return 0.5 * (batch - module(batch)).square()

    def batches(generator):
        return 3.0 + torch.randn(31, generator=generator)

    return list(fit(loss, module, batches, torch.Generator().manual_seed(seed), n_steps, **options))


def test_least_squares_lands_on_the_mean():
    module = Point()
    records = run(module, 800, learning_rate=0.05, average_decay=0.98)
    assert [record.step for record in records] == list(range(1, 801))
    assert records[-1].average.value.item() == pytest.approx(3, abs=5 / math.sqrt(31 * 50))
    assert sum(r.loss for r in records[-200:]) / 200 == pytest.approx(0.5, abs=5 * math.sqrt(0.5 / 31 / 200))


def test_average_is_the_running_mean_of_the_weights():
    module, expected, seen = Point(1.0), 1.0, []
    for record in fit(
        lambda b, g: (b - module(b)) ** 2,
        module,
        lambda g: torch.full((3,), 9.0),
        torch.Generator(),
        40,
        learning_rate=0.1,
    ):
        decay = min(0.999, record.step / (record.step + 10))
        expected = decay * expected + (1 - decay) * module.value.item()
        seen.append(record.average.value.item())
        assert seen[-1] == pytest.approx(expected, rel=1e-5)
    assert seen[-1] != pytest.approx(module.value.item(), rel=1e-3) and not record.average.training


def test_resumed_run_is_the_uninterrupted_run():
    whole, first, second = Point(dropout=0.3), Point(dropout=0.3), Point(dropout=0.3)
    end = run(whole, 40)[-1]
    half = run(first, 40)[:20][-1]
    # `run` went on to step 40: take the state at step 20 from a run that really stops there
    stopped = Point(dropout=0.3)
    records = fit(
        lambda b, g: 0.5 * (b - stopped(b)).square(),
        stopped,
        lambda g: 3.0 + torch.randn(31, generator=g),
        torch.Generator().manual_seed(0),
        40,
    )
    for record in records:
        if record.step == 20:
            state = record.state()
            break
    assert record.loss == half.loss
    resumed = run(second, 40, seed=99, state=state)
    assert resumed[0].step == 21 and len(resumed) == 20
    assert resumed[-1].loss == end.loss
    assert resumed[-1].average.value.item() == end.average.value.item()
    assert second.value.item() == whole.value.item()


def test_a_run_with_muon_resumes_bit_for_bit():
    mixture = ring()

    def start(n_taken, state=None):
        torch.manual_seed(0)
        module = MLP(width=8, depth=2, n_waves=5)
        loss = vdm_for("ring", module, uniform_log_snr(1000)).shared_loss
        batches = lambda g: mixture.sample(31, g).float()  # noqa: E731
        records = fit(loss, module, batches, torch.Generator().manual_seed(1), 20, 1e-2, optimizer=muon, state=state)
        return [(record.loss, record.state()) for record, _ in zip(records, range(n_taken), strict=False)]

    whole, half = start(20), start(7)
    resumed = start(13, half[-1][1])
    assert [loss for loss, _ in resumed] == [loss for loss, _ in whole[7:]]
    assert all(loss < 1e9 for loss, _ in whole) and whole[-1][1]["step"] == resumed[-1][1]["step"] == 20


def test_torchs_own_random_stream_is_left_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    run(Point(dropout=0.5), 3)
    assert torch.equal(torch.rand(3), expected)


def test_the_same_seed_gives_the_same_model_and_another_seed_another():
    values = []
    for seed in (1, 1, 2):
        module = Point()
        run(module, 7, seed=seed)
        values.append(module.value.item())
    assert values[0] == values[1] != values[2]


def test_a_loss_of_nan_stops_at_its_step_and_leaves_the_weights():
    module = Point(2.0)
    before = []

    def loss(batch, generator):
        before.append(module.value.item())
        return (batch - module(batch)) * (math.nan if len(before) == 5 else 1.0)

    with pytest.raises(TrainingDiverged, match="nan at step 5"):
        list(fit(loss, module, lambda g: torch.zeros(3), torch.Generator(), 10))
    assert module.value.item() == before[4]


def test_a_finite_loss_with_a_gradient_of_nan_leaves_the_weights():
    """The square root of 0 is finite and its slope is not: 0 times infinity."""
    module = Point(2.0)
    with pytest.raises(TrainingDiverged, match="gradient is nan at step 1"):
        list(fit(lambda b, g: (b * module(b)).sqrt() * 0, module, lambda g: torch.zeros(3), torch.Generator(), 10))
    assert module.value.item() == 2.0


def test_evaluation_has_no_gradients_and_comes_when_due():
    seen = []

    def evaluate(average):
        seen.append(torch.is_grad_enabled() or average.training)
        return average.value

    records = run(Point(), 7, evaluate=evaluate, evaluate_every=3)
    assert [record.step for record in records if record.evaluation is not None] == [3, 6, 7]
    assert seen == [False] * 3


def test_rate_warms_up_and_ends_at_zero():
    assert rate(0.0) == 0 and rate(0.05) == pytest.approx(1) and rate(1.0) == pytest.approx(0)
    assert rate(0.025) == pytest.approx(0.5) and rate(0.525) == pytest.approx(0.5)


def test_a_network_comes_near_the_exact_denoiser():
    """A coin in one dimension: after 1200 steps it is within 0.03 nats of the best possible, on the same noise."""
    mixture, schedule = coin(0.3), uniform_log_snr(2, 5.0, -5.0)
    torch.manual_seed(0)
    module = MLP(dim=1, width=32, depth=2)
    batches = lambda g: mixture.sample(256, g).float()  # noqa: E731
    loss, generator = vdm_for("coin", module, schedule).continuous_loss, torch.Generator().manual_seed(1)
    *_, record = fit(loss, module, batches, generator, 1200, 8e-3, 0.99)
    x0 = mixture.sample(4000, torch.Generator().manual_seed(2)).float()
    ours, best = (
        vdm_for("coin", denoiser, schedule).continuous_loss(x0, torch.Generator().manual_seed(3)).detach()
        for denoiser in (record.average, ExactDenoiser(mixture))
    )
    excess, excess_se = (ours - best).mean(), (ours - best).std() / len(x0) ** 0.5
    assert -5 * excess_se < excess < 0.03


def test_the_same_loop_runs_on_a_gpu():
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device here")
    module, mixture = MLP().cuda(), ring().to("cuda")
    model = vdm_for("ring", module, uniform_log_snr(1000)).to("cuda")
    batches, generator = lambda g: mixture.sample(64, g).float(), torch.Generator("cuda")
    losses = [record.loss for record in fit(model.continuous_loss, module, batches, generator, 50)]
    assert losses[-1] < losses[0]
