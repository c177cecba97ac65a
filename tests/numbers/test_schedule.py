"""Schedules keep their contract: index t is step t, and step 0 is clean data."""

import math
from dataclasses import fields

import pytest
import torch

from tests.numbers.helpers import random_schedule
from vdm_tutor.schedule import (
    cosine,
    from_alpha,
    from_log_snr,
    linear_beta,
    linear_beta_unscaled,
    uniform_log_snr,
)

ALL = [
    (linear_beta, 1000),
    (linear_beta, 53),
    (cosine, 1000),
    (cosine, 7),
    (uniform_log_snr, 100),
    (linear_beta_unscaled, 50),
]


@pytest.mark.parametrize(("make", "n_steps"), ALL)
def test_every_schedule_keeps_the_contract(make, n_steps):
    schedule = make(n_steps)
    for array in (schedule.alpha, schedule.alpha_bar, schedule.snr, schedule.log_snr):
        assert array.dtype == torch.float64 and len(array) == schedule.n_steps + 1
    assert schedule.alpha_bar[0] == 1 and math.isinf(schedule.snr[0])
    torch.testing.assert_close(schedule.alpha_bar[1:], schedule.alpha[1:].cumprod(0), rtol=1e-9, atol=0)
    torch.testing.assert_close(
        schedule.snr[1:], schedule.alpha_bar[1:] / (1 - schedule.alpha_bar[1:]), rtol=1e-9, atol=0
    )
    torch.testing.assert_close(schedule.log_snr[1:], schedule.snr[1:].log())
    assert (schedule.snr.diff() < 0).all()
    assert schedule.alpha_bar_prev[1] == 1 and schedule.alpha_bar_prev[-1] == schedule.alpha_bar[-2]
    assert schedule.log_snr_max == schedule.log_snr[1] and schedule.log_snr_min == schedule.log_snr[-1]


def test_linear_beta_has_the_values_of_the_literature():
    schedule = linear_beta(1000)
    assert 1 - schedule.alpha[1].item() == pytest.approx(1e-4) and 1 - schedule.alpha[1000].item() == pytest.approx(
        0.02
    )
    assert schedule.alpha_bar[1000].item() == pytest.approx(4.0e-5, rel=0.01)
    assert linear_beta(100).alpha_bar[-1].item() == pytest.approx(2.0e-5, rel=0.05)
    assert linear_beta_unscaled(100).alpha_bar[-1].item() == pytest.approx(0.364, abs=1e-3)
    assert linear_beta_unscaled(50).alpha_bar[-1].item() == pytest.approx(0.603, abs=1e-3)


def test_linear_beta_refuses_a_beta_of_one():
    linear_beta(21)
    with pytest.raises(ValueError, match="more than 20 steps"):
        linear_beta(20)


def test_cosine_follows_the_squared_cosine_and_is_clipped():
    schedule = cosine(100)
    expected = (math.cos(0.508 / 1.008 * math.pi / 2) / math.cos(0.008 / 1.008 * math.pi / 2)) ** 2
    assert schedule.alpha_bar[50].item() == pytest.approx(expected, rel=1e-12)
    assert 1 - schedule.alpha[100].item() == pytest.approx(0.999)


def test_uniform_log_snr_is_the_contracts_line():
    schedule = uniform_log_snr(11, 9.0, -6.0)
    for t in range(1, 12):
        assert schedule.log_snr[t].item() == pytest.approx(9 - 15 * (t - 1) / 10, abs=1e-12)
    for bad in ((1, 9.0, -6.0), (10, -6.0, 9.0)):
        with pytest.raises(ValueError, match="at least 2 steps"):
            uniform_log_snr(*bad)


def test_gathering_is_by_step_and_refuses_step_0_and_beyond(generator):
    schedule = random_schedule(5, generator)
    like = torch.zeros(3, 2, dtype=torch.float32)
    gathered = schedule.at(torch.tensor([1, 5, 3]), like)
    for field in fields(gathered):
        values = getattr(gathered, field.name)
        assert values.shape == (3, 1) and values.dtype == torch.float32
        torch.testing.assert_close(values[:, 0], getattr(schedule, field.name)[[1, 5, 3]].float())
    torch.testing.assert_close(schedule.log_snr_at(torch.tensor([2, 4])), schedule.log_snr[[2, 4]])
    for bad in ([0, 1], [6, 1], [-1, 1]):
        with pytest.raises(ValueError, match="steps run from 1 to 5"):
            schedule.at(torch.tensor(bad), like[:2])
        with pytest.raises(ValueError, match="steps run from 1 to 5"):
            schedule.log_snr_at(torch.tensor(bad))


def test_bad_schedules_are_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        from_alpha(torch.tensor([0.9, 1.0]))
    with pytest.raises(ValueError, match="must fall"):
        from_log_snr(torch.tensor([1.0, 1.0]))
