"""The noising chain and its one step back, against brute force."""

import math

import pytest
import torch

from tests.numbers.helpers import SHAPES, normal_log_prob, randn, random_schedule
from vdm_tutor.process import forward_path, posterior, q_marginal, q_sample, q_step
from vdm_tutor.schedule import cosine, linear_beta, uniform_log_snr


@pytest.mark.parametrize("shape", SHAPES)
def test_steps_compose_to_the_jump(shape, generator):
    """The mean by feeding no noise; the variance by feeding one unit of noise at one step at a time."""
    schedule = random_schedule(6, generator)
    x0 = randn(*shape, generator=generator)
    for n_steps in (1, 2, 6):
        mean, var = q_marginal(x0, schedule.log_snr[n_steps].item())
        torch.testing.assert_close(walk(x0, schedule, n_steps, noisy_step=None), mean, rtol=1e-10, atol=1e-12)
        shares = [walk(torch.zeros_like(x0), schedule, n_steps, noisy_step=t) for t in range(1, n_steps + 1)]
        assert all((share > 0).all() for share in shares)  # the noise is added, not subtracted
        torch.testing.assert_close(sum(share**2 for share in shares), var.expand_as(x0), rtol=1e-10, atol=1e-12)


def walk(x0, schedule, n_steps, noisy_step):
    xt = x0
    for t in range(1, n_steps + 1):
        eps_step = torch.ones_like(x0) if t == noisy_step else torch.zeros_like(x0)
        xt = q_step(xt, torch.full((len(x0),), t), schedule, eps_step)
    return xt


def test_jump_with_one_level_per_example(generator):
    x0, eps = randn(5, 3, generator=generator), randn(5, 3, generator=generator)
    log_snr = randn(5, generator=generator)
    alpha_bar = (1 / (1 + torch.exp(-log_snr)))[:, None]
    torch.testing.assert_close(q_sample(x0, log_snr, eps), alpha_bar.sqrt() * x0 + (1 - alpha_bar).sqrt() * eps)


def test_jump_keeps_unit_variance():
    one = torch.ones(1, 1, dtype=torch.float64)
    for log_snr in (-6.0, 0.3, 9.0):
        mean, var = q_marginal(one, log_snr)
        assert mean.item() ** 2 + var.item() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("make", [linear_beta, cosine, uniform_log_snr])
@pytest.mark.parametrize("t", [2, 3, 29, 53])
def test_posterior_is_bayes_on_a_grid(make, t):
    schedule = make(53)
    xt, x0 = torch.tensor([[0.83]], dtype=torch.float64), torch.tensor([[-0.47]], dtype=torch.float64)
    alpha, alpha_bar_prev = schedule.alpha[t], schedule.alpha_bar[t - 1]
    opinions = sorted([alpha_bar_prev.sqrt().item() * x0.item(), xt.item() / alpha.sqrt().item()])
    reach = 9 * max((1 - alpha_bar_prev).sqrt().item(), (1 / alpha - 1).sqrt().item())
    grid = torch.linspace(opinions[0] - reach, opinions[1] + reach, 100_001, dtype=torch.float64)
    log_joint = normal_log_prob(xt.item(), alpha.sqrt() * grid, 1 - alpha)
    log_joint = log_joint + normal_log_prob(grid, alpha_bar_prev.sqrt() * x0.item(), 1 - alpha_bar_prev)
    weight = torch.softmax(log_joint, dim=0)
    mean = (weight * grid).sum()
    var = (weight * (grid - mean) ** 2).sum()
    posterior_mean, posterior_var = posterior(xt, x0, torch.tensor([t]), schedule)
    assert posterior_mean.item() == pytest.approx(mean.item(), abs=1e-7)
    assert posterior_var.item() == pytest.approx(var.item(), rel=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
def test_posterior_invariants(shape, generator):
    schedule = random_schedule(7, generator)
    x0, t = randn(*shape, generator=generator), torch.arange(2, 2 + shape[0]) % 6 + 2
    column = (-1, *[1] * (len(shape) - 1))
    alpha, alpha_bar, prev = (schedule.alpha[t], schedule.alpha_bar[t], schedule.alpha_bar[t - 1])
    mean, var = posterior(alpha_bar.sqrt().reshape(column) * x0, x0, t, schedule)
    torch.testing.assert_close(mean, prev.sqrt().reshape(column) * x0)  # no noise: it stays on the path
    torch.testing.assert_close(1 / var.flatten(), alpha / (1 - alpha) + 1 / (1 - prev))  # precisions add
    slope = posterior(torch.ones_like(x0), torch.zeros_like(x0), t, schedule)[0].flatten(1)[:, 0]
    torch.testing.assert_close(slope**2 * (1 - alpha_bar) + var.flatten(), 1 - prev)  # the marginal's variance is kept


def test_posterior_at_the_first_step_is_x0_itself(generator):
    schedule, x0, x1 = linear_beta(50), randn(3, 2, generator=generator), randn(3, 2, generator=generator)
    mean, var = posterior(x1, x0, torch.ones(3, dtype=torch.long), schedule)
    torch.testing.assert_close(mean, x0, rtol=1e-12, atol=1e-12)
    assert (var == 0).all()


def test_simulated_chain_has_the_moments_of_the_jump(generator):
    schedule, n = cosine(11), 20_000
    path = forward_path(torch.full((n, 1), 0.7, dtype=torch.float64), schedule, generator)
    assert path.shape == (12, n, 1)
    for t in (1, 6, 11):
        alpha_bar = schedule.alpha_bar[t].item()
        error = math.sqrt((1 - alpha_bar) / n)
        assert abs(path[t].mean().item() - 0.7 * math.sqrt(alpha_bar)) < 5 * error
        assert path[t].var().item() == pytest.approx(1 - alpha_bar, rel=5 * math.sqrt(2 / n))
    after, before = path[6, :, 0] - path[6].mean(), path[5, :, 0] - path[5].mean()
    slope = (after * before).mean() / before.square().mean()
    assert slope.item() == pytest.approx(schedule.alpha[6].sqrt().item(), abs=5 / math.sqrt(n))


def test_float32_keeps_the_smallest_weights():
    """At T = 1000 a step adds 2e-6 of noise: 1 - alpha taken in float32 would be off by a percent."""
    schedule, t = uniform_log_snr(1000), torch.tensor([2, 500, 1000])
    one, zero = torch.ones(3, 1), torch.zeros(3, 1)
    for xt, x0 in ((one, zero), (zero, one)):
        single, double = posterior(xt, x0, t, schedule), posterior(xt.double(), x0.double(), t, schedule)
        for result, truth in zip(single, double, strict=True):
            torch.testing.assert_close(result.double(), truth, rtol=1e-6, atol=0)
    noise = q_step(zero, t, schedule, one)
    torch.testing.assert_close(noise.double(), q_step(zero.double(), t, schedule, one.double()), rtol=1e-6, atol=0)
