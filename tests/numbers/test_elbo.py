"""The bound's terms and weights, against closed forms, brute force and the survey's other ways of writing them."""

import math

import pytest
import torch

from tests.numbers.helpers import SHAPES, normal_log_prob, randn, random_schedule
from vdm_tutor.elbo import (
    ElboTerms,
    chance_of_each,
    denoise_kl_at,
    eps_weight,
    gaussian_kl,
    own_error,
    prior_kl,
    random_steps,
    score_weight,
    shared_error,
    x0_weight,
)
from vdm_tutor.process import posterior, q_sample
from vdm_tutor.schedule import cosine, uniform_log_snr
from vdm_tutor.targets import x0_to_eps, x0_to_score

GRID = torch.linspace(-12, 12, 60001, dtype=torch.float64)


def test_gaussian_kl_by_quadrature():
    for mean, var, other_mean, other_var in [(0.3, 0.25, -0.5, 0.64), (-0.5, 0.64, 0.3, 0.25), (1.1, 2.0, 1.1, 0.5)]:
        p, q = normal_log_prob(GRID, mean, var), normal_log_prob(GRID, other_mean, other_var)
        truth = torch.trapezoid(p.exp() * (p - q), GRID)
        arguments = [torch.tensor([[value]], dtype=torch.float64) for value in (mean, var, other_mean, other_var)]
        assert gaussian_kl(*arguments).item() == pytest.approx(truth.item(), abs=1e-10)


def test_gaussian_kl_sums_over_dimensions(generator):
    mean, other_mean = randn(7, 3, generator=generator), randn(7, 3, generator=generator)
    var, other_var = randn(7, 3, generator=generator).exp(), randn(7, 3, generator=generator).exp()
    whole = gaussian_kl(mean, var, other_mean, other_var)
    parts = [gaussian_kl(*(x[:, [axis]] for x in (mean, var, other_mean, other_var))) for axis in range(3)]
    torch.testing.assert_close(whole, sum(parts))
    shared = gaussian_kl(mean, torch.tensor(0.3).double(), other_mean, torch.tensor(0.7).double())
    expanded = gaussian_kl(mean, torch.full_like(mean, 0.3), other_mean, torch.full_like(mean, 0.7))
    torch.testing.assert_close(shared, expanded)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_denoising_kl_is_the_kl_of_the_two_posteriors(shape, generator):
    schedule = random_schedule(9, generator)
    x0, eps = randn(*shape, generator=generator), randn(*shape, generator=generator)
    t = torch.arange(shape[0]) % 8 + 2
    xt = q_sample(x0, schedule.log_snr_at(t), eps)
    posterior_mean, posterior_var = posterior(xt, x0, t, schedule)
    model_mean, _ = posterior(xt, 0.4 * xt, t, schedule)
    truth = gaussian_kl(posterior_mean, posterior_var, model_mean, posterior_var)
    result = denoise_kl_at(lambda xt, log_snr: 0.4 * xt, x0, t, schedule, eps)
    torch.testing.assert_close(result, truth, rtol=1e-9, atol=1e-12)


def test_three_weights_make_three_losses_one(generator):
    schedule = random_schedule(9, generator)
    x0, eps, x0_hat = (randn(8, 3, generator=generator) for _ in range(3))
    t = torch.arange(2, 10)
    log_snr = schedule.log_snr_at(t)
    xt = q_sample(x0, log_snr, eps)
    eps_error = (eps - x0_to_eps(x0_hat, xt, log_snr)).square().sum(1)
    score_error = (x0_to_score(x0, xt, log_snr) - x0_to_score(x0_hat, xt, log_snr)).square().sum(1)
    loss = x0_weight(t, schedule) * (x0 - x0_hat).square().sum(1)
    torch.testing.assert_close(eps_weight(t, schedule) * eps_error, loss, rtol=1e-10, atol=0)
    torch.testing.assert_close(score_weight(t, schedule) * score_error, loss, rtol=1e-10, atol=0)


def test_weights_as_the_survey_writes_them(generator):
    """Eqs. 99, 130 and 148, with sigma_q^2 of Eq. 85."""
    schedule = random_schedule(9, generator)
    t = torch.arange(2, 10)
    alpha, alpha_bar, prev = schedule.alpha[t], schedule.alpha_bar[t], schedule.alpha_bar[t - 1]
    var = (1 - alpha) * (1 - prev) / (1 - alpha_bar)
    half = (1 - alpha) ** 2 / (2 * var)
    torch.testing.assert_close(x0_weight(t, schedule), half * prev / (1 - alpha_bar) ** 2)
    torch.testing.assert_close(eps_weight(t, schedule), half / ((1 - alpha_bar) * alpha))
    torch.testing.assert_close(score_weight(t, schedule), half / alpha)


def test_weights_telescope_and_refuse_the_first_step():
    schedule = cosine(50)
    total = x0_weight(torch.arange(2, 51), schedule).sum()
    assert total.item() == pytest.approx(0.5 * (schedule.snr[1] - schedule.snr[50]).item())
    for bad in (1, 51):
        with pytest.raises(ValueError, match="steps run from 2 to 50"):
            x0_weight(torch.tensor([bad]), schedule)


def test_prior_term_is_the_kl_by_quadrature():
    for x0, log_snr_min in ((1.0, -6.0), (-1.7, -0.4)):
        alpha_bar = 1 / (1 + math.exp(-log_snr_min))
        q, p = normal_log_prob(GRID, math.sqrt(alpha_bar) * x0, 1 - alpha_bar), normal_log_prob(GRID, 0.0, 1.0)
        truth = torch.trapezoid(q.exp() * (q - p), GRID).item()
        result = prior_kl(torch.tensor([[x0]], dtype=torch.float64), log_snr_min)
        assert result.item() == pytest.approx(truth, abs=1e-10)


def test_random_steps_are_uniform_from_2_to_T_and_evenly_spread(generator):
    schedule = uniform_log_snr(12)
    one_batch = random_steps(11, schedule, generator)
    assert sorted(one_batch.tolist()) == list(range(2, 13))  # T - 1 draws: each step exactly once
    first_place = torch.stack([random_steps(5, schedule, generator)[0] for _ in range(4400)])
    counts = torch.bincount(first_place, minlength=13)[2:]
    assert counts.sum() == 4400 and (counts - 400).abs().max() < 5 * math.sqrt(400)


def test_the_terms_by_name_add_up_to_the_bound():
    terms = ElboTerms(torch.tensor([5.0]), torch.tensor([1.0]), torch.tensor([2.5]))
    recon, *costs = terms.parts.values()
    assert list(terms.parts) == ["recon", "prior_kl", "denoise_kl"]
    assert terms.elbo.item() == 1.5 == (recon - sum(costs)).item()


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_chance_of_each_example_is_bayes_rule(shape, generator):
    x0, xt = randn(*shape, generator=generator), randn(*shape, generator=generator)
    log_snr = torch.linspace(-2, 3, shape[0], dtype=torch.float64)
    alpha_bar = log_snr.sigmoid().reshape(-1, 1, 1)
    apart = normal_log_prob(xt.flatten(1)[:, None], alpha_bar.sqrt() * x0.flatten(1), 1 - alpha_bar).sum(2)
    torch.testing.assert_close(chance_of_each(xt, x0, log_snr), apart.softmax(1))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_shared_error_is_the_mean_of_each_examples_own(shape, generator):
    x0, xt, x0_hat = (randn(*shape, generator=generator) for _ in range(3))
    log_snr = torch.linspace(-2, 3, shape[0], dtype=torch.float64)
    chance = chance_of_each(xt, x0, log_snr)
    errors = torch.stack([own_error(x0_hat, each.expand_as(x0), xt, log_snr) for each in x0], dim=1)
    torch.testing.assert_close(shared_error(x0_hat, x0, xt, log_snr), (chance * errors).sum(1))


def test_sharing_the_error_leaves_the_mean_loss_as_it_is():
    """Two points on a line and some denoiser: the mean over which point was noised, and over its noise."""
    x0, level = torch.tensor([[-0.7], [0.4]], dtype=torch.float64), torch.full((2,), 0.6, dtype=torch.float64)
    alpha_bar, grid = level.sigmoid()[0], GRID[::150]
    own, shared = [], []
    for xt in grid:
        x0_hat = (torch.sin(3 * xt) + 0.2).expand(2, 1)
        for errors, kind in ((own, own_error), (shared, shared_error)):
            errors.append(kind(x0_hat, x0, xt.expand(2, 1), level))
    density = normal_log_prob(grid[:, None], alpha_bar.sqrt() * x0.T, 1 - alpha_bar).exp()
    own, shared = (torch.trapezoid(density * torch.stack(errors), grid, dim=0) for errors in (own, shared))
    assert own.mean().item() == pytest.approx(shared.mean().item(), abs=1e-10)
    assert (own - shared).abs().min() > 0.01
