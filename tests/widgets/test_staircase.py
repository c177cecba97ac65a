"""The staircase: its error curve, its sums against the package's own, and that its best shape is the best."""

import pytest
import torch

from tests.numbers.helpers import assert_mean_is
from vdm_tutor.data import ring
from vdm_tutor.denoiser import ExactDenoiser
from vdm_tutor.elbo import x0_weight
from vdm_tutor.schedule import LearnedSchedule, from_log_snr, uniform_log_snr
from vdm_tutor.vdm import vdm_for
from vdm_tutor.widgets.staircase import T, best_shapes, error, error_by_grid, gap_of, staircase, stairs

TWO_ENDS = torch.tensor([9.0], dtype=torch.float64), torch.tensor([-6.0], dtype=torch.float64)


def test_the_curve_between_its_places_is_the_sum_over_the_plane():
    levels = torch.linspace(-8.9, 10.9, 23, dtype=torch.float64)
    by_grid = torch.tensor([error_by_grid(each) for each in levels.tolist()], dtype=torch.float64)
    torch.testing.assert_close(error(levels), by_grid, rtol=1e-5, atol=0)


def test_the_stairs_are_the_weights_times_the_errors():
    schedule = uniform_log_snr(T)
    t = torch.arange(2, T + 1)
    expected = (x0_weight(t, schedule) * error(schedule.log_snr[2:])).sum()
    torch.testing.assert_close(stairs(schedule.log_snr[1:]), expected)
    assert stairs(schedule.log_snr[1:].flip(0)).isnan()


def test_the_gap_is_the_models(generator):
    """Of a bent schedule, by drawing: the model with the exact denoiser on points of the ring."""
    shape = from_log_snr(torch.linspace(3, 0, T, dtype=torch.float64) ** 2 - 5 + torch.linspace(1, 0, T))
    model = vdm_for("ring", ExactDenoiser(ring()), shape)
    x = ring().sample(20_000, generator)
    drawn = ring().log_prob(x) - model.terms(x, generator, n_draws=4).elbo
    assert_mean_is(drawn, gap_of(shape))


def test_no_other_shape_is_better():
    """Neither any near the best one, nor what gradients find from an even start."""
    best = best_shapes(*TWO_ENDS)[0, 0]
    least = stairs(best)
    generator = torch.Generator().manual_seed(0)
    for size in (0.05, 0.2, 1.0):
        noise = size * torch.randn(300, T, dtype=torch.float64, generator=generator)
        noise[:, [0, -1]] = 0
        others = (best + noise).sort(descending=True).values
        assert stairs(others)[(others[:, 0] == 9) & (others[:, -1] == -6)].min() > least - 2e-4
    assert least < stairs(LearnedSchedule().to_schedule(T).log_snr[1:]) - 1


@pytest.mark.parametrize("state", ["t7=4.3 t13=4.5", "t19=3.8 t13=-0.5"])
def test_levels_that_rise_are_no_chain(state):
    widget = staircase()
    widget.state = state
    shown = {each.symbol: str(each.texts.at(widget.places)) for each in widget.readouts}
    assert shown["gap"] == shown["denoising"] == "undefined"


def test_a_learned_schedule_is_laid_beside_it():
    widget = staircase(uniform_log_snr(T))
    shown = {each.symbol: str(each.texts.at(widget.places)) for each in widget.readouts}
    assert shown["learned shape's gap"] == shown["gap"]
