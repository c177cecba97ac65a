"""Samplers against the closed form: exact denoiser, Gaussian data, every mean and variance known."""

import math

import pytest
import torch

from tests.numbers.helpers import randn
from vdm_tutor.data import mixture_from_points, ring
from vdm_tutor.denoiser import ExactDenoiser
from vdm_tutor.sample import ancestral, deterministic, frames, last, prior_noise
from vdm_tutor.schedule import cosine, linear_beta, uniform_log_snr

MEAN, VAR = 0.6, 0.25


def gaussian():
    return mixture_from_points(torch.full((1, 1), MEAN), std=math.sqrt(VAR))


def moments_after_sampling(schedule, noise: bool) -> tuple[float, float]:
    """Mean and variance of x_0, step by step: with E[x0|xt] = MEAN + gain (xt - sqrt(abar) MEAN) all is linear."""
    mean, var = 0.0, 1.0
    for t in range(schedule.n_steps, 0, -1):
        alpha, abar, prev = (a.item() for a in (schedule.alpha[t], schedule.alpha_bar[t], schedule.alpha_bar[t - 1]))
        gain = math.sqrt(abar) * VAR / (abar * VAR + 1 - abar)
        from_xt, from_x0 = math.sqrt(alpha) * (1 - prev) / (1 - abar), math.sqrt(prev) * (1 - alpha) / (1 - abar)
        slope = from_xt + from_x0 * gain
        mean = slope * mean + from_x0 * (MEAN - gain * math.sqrt(abar) * MEAN)
        var = slope**2 * var + (1 - alpha) * (1 - prev) / (1 - abar) * noise
    return mean, var


@pytest.mark.parametrize("schedule", [linear_beta(50), cosine(23), uniform_log_snr(50)], ids=lambda s: s.name)
@pytest.mark.parametrize("noise", [True, False])
def test_ancestral_sampler_has_the_moments_of_the_recursion(schedule, noise, generator):
    n = 40_000
    walk = ancestral(ExactDenoiser(gaussian()), schedule, randn(n, 1, generator=generator), generator, noise=noise)
    x0 = last(walk)
    mean, var = moments_after_sampling(schedule, noise)
    assert x0.mean().item() == pytest.approx(mean, abs=5 * math.sqrt(var / n))
    assert x0.var().item() == pytest.approx(var, rel=5 * math.sqrt(2 / n))


def test_many_steps_bring_the_data_back(generator):
    mean, var = moments_after_sampling(uniform_log_snr(1000, 9.0, -9.0), noise=True)
    assert mean == pytest.approx(MEAN, abs=0.005) and var == pytest.approx(VAR, rel=0.02)


def test_walk_counts_down_and_its_last_step_adds_no_noise(generator):
    schedule, xt = linear_beta(23), randn(5, 1, generator=generator)
    steps = list(ancestral(ExactDenoiser(gaussian()), schedule, xt, generator))
    assert [t for t, _, _ in steps] == list(range(23, -1, -1))
    torch.testing.assert_close(steps[0][1], xt)
    torch.testing.assert_close(steps[-1][1], steps[-2][2], rtol=1e-12, atol=1e-12)  # x_0 is x0_hat(x_1)


def test_deterministic_sampler_keeps_ranks_and_moments(generator):
    """For Gaussian data the path is linear: x_0 = MEAN + slope x_T, with the slope by the recursion."""
    schedule, xt = uniform_log_snr(400, 9.0, -9.0), torch.linspace(-2, 2, 7, dtype=torch.float64)[:, None]
    x0 = last(deterministic(ExactDenoiser(gaussian()), schedule, xt))
    slopes = (x0.diff(dim=0) / xt.diff(dim=0)).flatten()
    assert slopes.std() < 1e-9 * slopes.mean()
    assert slopes[0].item() == pytest.approx(math.sqrt(VAR), rel=0.01)
    assert x0[3].item() == pytest.approx(MEAN, abs=0.01)


def test_deterministic_step_is_ddims(generator):
    schedule, xt = cosine(5), randn(3, 1, generator=generator)
    (_, _, x0_hat), (_, x_prev, _) = list(deterministic(ExactDenoiser(gaussian()), schedule, xt))[:2]
    abar, prev = schedule.alpha_bar[5], schedule.alpha_bar[4]
    eps_hat = (xt - abar.sqrt() * x0_hat) / (1 - abar).sqrt()
    torch.testing.assert_close(x_prev, prev.sqrt() * x0_hat + (1 - prev).sqrt() * eps_hat)


def test_samples_of_the_ring_are_as_likely_as_data(generator):
    mixture, n = ring(), 2000
    x0 = last(ancestral(ExactDenoiser(mixture), uniform_log_snr(300), randn(n, 2, generator=generator), generator))
    data = mixture.sample(n, generator)
    difference = mixture.log_prob(x0).mean() - mixture.log_prob(data).mean()
    se = math.sqrt((mixture.log_prob(x0).var() + mixture.log_prob(data).var()) / n)
    assert abs(difference) < 5 * se + 0.03  # 300 steps leave a small bias
    nearest = torch.cdist(x0, mixture.means).argmin(1)
    counts = torch.bincount(nearest, minlength=8)
    assert (counts - n / 8).abs().max() < 5 * math.sqrt(n / 8)


def test_frames_keeps_the_named_steps_in_the_walks_order(generator):
    walk = [(t, torch.full((2, 1), float(t)), torch.zeros(2, 1)) for t in range(5, -1, -1)]
    steps, kept = frames(walk, keep=[0, 3, 5])
    assert steps == [5, 3, 0] and kept[:, 0, 0].tolist() == [5.0, 3.0, 0.0]


def test_prior_noise_is_standard_normal(generator):
    x_T = prior_noise(20_000, (2,), generator)
    assert x_T.shape == (20_000, 2) and x_T.dtype == torch.float32
    assert abs(x_T.mean()) < 5 / math.sqrt(40_000) and abs(x_T.var() - 1) < 5 * math.sqrt(2 / 40_000)
