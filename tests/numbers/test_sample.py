"""Samplers against the closed form: exact denoiser, Gaussian data, every mean and variance known."""

import math

import pytest
import torch

from tests.numbers.helpers import randn, random_schedule
from vdm_tutor.data import Mixture, mixture_from_points, ring
from vdm_tutor.denoiser import ExactDenoiser
from vdm_tutor.process import posterior
from vdm_tutor.sample import (
    ancestral,
    annealed_langevin,
    ddim,
    ddim_step,
    frames,
    heun,
    langevin_step,
    last,
    prior_noise,
    reverse_sde,
    reverse_sde_step,
)
from vdm_tutor.schedule import cosine, from_log_snr, linear_beta, uniform_log_snr

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
    x_T = randn(n, 1, generator=generator)
    walk = ancestral(ExactDenoiser(gaussian()), schedule, x_T, generator if noise else None)
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
    x0 = last(ddim(ExactDenoiser(gaussian()), schedule, xt))
    slopes = (x0.diff(dim=0) / xt.diff(dim=0)).flatten()
    assert slopes.std() < 1e-9 * slopes.mean()
    assert slopes[0].item() == pytest.approx(math.sqrt(VAR), rel=0.01)
    assert x0[3].item() == pytest.approx(MEAN, abs=0.01)


def test_deterministic_step_is_ddims(generator):
    schedule, xt = cosine(5), randn(3, 1, generator=generator)
    (_, _, x0_hat), (_, x_prev, _) = list(ddim(ExactDenoiser(gaussian()), schedule, xt))[:2]
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


def some_step(generator, n_steps=11):
    """A schedule, steps t from 2 on, an x_t and an x0_hat that have nothing to do with each other."""
    schedule, t = random_schedule(n_steps, generator), torch.tensor([2, 3, 5, 7, 11])
    return schedule, t, randn(5, 3, generator=generator), randn(5, 3, generator=generator)


def test_ddim_with_eta_one_is_the_ancestral_step(generator):
    schedule, t, xt, x0_hat = some_step(generator)
    for mine, theirs in zip(ddim_step(xt, x0_hat, t, schedule, 1.0), posterior(xt, x0_hat, t, schedule), strict=True):
        torch.testing.assert_close(mine, theirs)


@pytest.mark.parametrize("eta", [0.0, 0.37, 1.0])
def test_a_ddim_step_told_x0_itself_leaves_the_law_of_x_prev_given_x0(eta, generator):
    """x_t = sqrt(abar) x0 + noise, so x_prev's mean and variance follow from the step's slope in x_t."""
    schedule, t, xt, x0 = some_step(generator)
    s = schedule.at(t, xt)
    centre, var = ddim_step(s.alpha_bar.sqrt() * x0, x0, t, schedule, eta)
    moved, _ = ddim_step(s.alpha_bar.sqrt() * x0 + 1, x0, t, schedule, eta)
    torch.testing.assert_close(centre, s.alpha_bar_prev.sqrt() * x0)
    torch.testing.assert_close((moved - centre)[:, :1] ** 2 * s.noise_var + var, s.noise_var_prev)


def test_ddim_refuses_an_eta_that_is_none_and_noise_without_a_generator(generator):
    xt = randn(2, 1, generator=generator)
    for eta in (-0.1, 1.2):
        with pytest.raises(ValueError, match="0..1|from 0"):
            ddim(ExactDenoiser(gaussian()), cosine(5), xt, eta, generator)
    with pytest.raises(ValueError, match="generator"):
        ddim(ExactDenoiser(gaussian()), cosine(5), xt, 0.5)


def test_a_subset_of_the_steps_is_a_schedule_of_its_own(generator):
    """Any subset: the walk visits just those levels, and its first jump is DDIM's formula between the two."""
    long, xt, denoiser = cosine(100), randn(3, 1, generator=generator), ExactDenoiser(gaussian())
    steps = torch.tensor([3, 17, 50, 100])
    told = []
    walk = list(
        ddim(
            lambda xt, level: told.append(level[0].item()) or denoiser(xt, level),
            short := from_log_snr(long.log_snr[steps]),
            xt,
        )
    )
    assert told == long.log_snr[steps].flip(0).tolist()
    abar, prev, x0_hat = long.alpha_bar[100], long.alpha_bar[50], walk[0][2]
    eps_hat = (xt - abar.sqrt() * x0_hat) / (1 - abar).sqrt()
    torch.testing.assert_close(walk[1][1], prev.sqrt() * x0_hat + (1 - prev).sqrt() * eps_hat)
    assert short.n_steps == 4


def test_the_reverse_sde_step_is_euler_maruyama_without_the_shrinking(generator):
    """In y = x_t / sqrt(abar), of blur v = 1/SNR: y + dv score_y + sqrt(dv) z, then shrunk again."""
    schedule, t, xt, x0_hat = some_step(generator)
    s = schedule.at(t, xt)
    blur, blur_prev = s.noise_var / s.alpha_bar, s.noise_var_prev / s.alpha_bar_prev
    y = xt / s.alpha_bar.sqrt()
    mean, var = reverse_sde_step(xt, x0_hat, t, schedule)
    torch.testing.assert_close(mean, s.alpha_bar_prev.sqrt() * (y + (blur - blur_prev) * (x0_hat - y) / blur))
    torch.testing.assert_close(var, s.alpha_bar_prev * (blur - blur_prev))


def test_reverse_sde_has_the_moments_of_its_own_steps(generator):
    n, schedule, denoiser = 40_000, uniform_log_snr(50), ExactDenoiser(gaussian())
    x0 = last(reverse_sde(denoiser, schedule, randn(n, 1, generator=generator), generator))
    mean, var, probe = 0.0, 1.0, torch.tensor([[0.0], [1.0]], dtype=torch.float64)
    for number in range(50, 0, -1):
        t = torch.full((2,), number)
        at, step_var = reverse_sde_step(probe, denoiser(probe, schedule.log_snr_at(t)), t, schedule)
        slope = (at[1] - at[0]).item()
        mean, var = at[0].item() + slope * mean, slope**2 * var + step_var[0].item()
    assert x0.mean().item() == pytest.approx(mean, abs=5 * math.sqrt(var / n))
    assert x0.var().item() == pytest.approx(var, rel=5 * math.sqrt(2 / n))


def test_heun_asks_twice_a_step_and_ends_on_x0_hat(generator):
    calls, exact = [], ExactDenoiser(gaussian())
    walk = list(
        heun(lambda xt, level: calls.append(level) or exact(xt, level), cosine(7), randn(3, 1, generator=generator))
    )
    assert len(calls) == 2 * 6 + 1 and [t for t, _, _ in walk] == list(range(7, -1, -1))
    torch.testing.assert_close(walk[-1][1], walk[-2][2])


@pytest.mark.parametrize("var, step_size", [(1.0, 0.1), (0.25, 0.3), (2.0, 1.7)])
def test_langevin_rests_at_the_variance_of_the_claim(var, step_size):
    """On N(0, v) a step keeps the variance v / (1 - c / 2v) (Eq. 158's claim), and no other."""
    probe = torch.tensor([[0.0], [1.0]], dtype=torch.float64)
    mean, step_var = langevin_step(probe, -probe / var, step_size)
    slope, rest = (mean[1] - mean[0]).item(), var / (1 - step_size / (2 * var))
    assert slope**2 * rest + step_var.item() == pytest.approx(rest, rel=1e-12)


MODES = Mixture(
    torch.tensor([0.2, 0.3, 0.5], dtype=torch.float64),
    torch.tensor([[-3.0, 0.5], [0.5, 3.0], [0.9, -2.0]], dtype=torch.float64),
    torch.full((3,), 0.25, dtype=torch.float64),
)


def standard_errors_off(x0) -> torch.Tensor:
    """By how many standard errors the share of each mode misses its weight."""
    share = torch.bincount(torch.cdist(x0, MODES.means).argmin(1), minlength=3) / len(x0)
    return (share - MODES.weights).abs() / (MODES.weights * (1 - MODES.weights) / len(x0)).sqrt()


@pytest.mark.parametrize("seed", range(2))
def test_annealed_langevin_finds_the_weights_that_plain_langevin_loses(seed):
    generator, n = torch.Generator().manual_seed(seed), 1000
    levels = uniform_log_snr(40, math.log(100), -math.log(30))
    x0 = last(annealed_langevin(ExactDenoiser(MODES), levels, randn(n, 2, generator=generator), generator, 25, 0.2))
    assert standard_errors_off(x0).max() < 3
    within = (x0[:, None] - MODES.means).square().sum(-1).amin(1)
    assert within.mean().item() == pytest.approx(2 * 0.26, rel=0.15)  # each mode as wide as it should be, plus the blur
    plain = torch.tensor([[-0.6, 0.6]], dtype=torch.float64).expand(n, 2)
    for _ in range(500):
        mean, var = langevin_step(plain, MODES.score(plain, math.inf), 0.04)
        plain = mean + var.sqrt() * randn(n, 2, generator=generator)
    assert standard_errors_off(plain).max() > 10
