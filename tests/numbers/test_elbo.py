"""The bound and its terms, against closed forms, brute force and the survey's other ways of writing them."""

import math

import pytest
import torch

from tests.numbers.helpers import SHAPES, assert_mean_is, normal_log_prob, randn, random_schedule
from vdm_tutor.data import mixture_from_points, ring
from vdm_tutor.denoiser import ExactDenoiser
from vdm_tutor.elbo import (
    ElboTerms,
    bits_per_dim,
    continuous_loss,
    denoise_kl_at,
    denoise_kl_per_step,
    diffusion_loss,
    elbo_terms,
    elbo_terms_continuous,
    elbo_terms_sampled,
    eps_weight,
    gap,
    gaussian_kl,
    mean_and_se,
    prior_kl,
    random_steps,
    score_weight,
    x0_weight,
)
from vdm_tutor.process import posterior, q_sample
from vdm_tutor.schedule import cosine, linear_beta, uniform_log_snr
from vdm_tutor.targets import x0_to_eps, x0_to_score

GRID = torch.linspace(-12, 12, 60001, dtype=torch.float64)


def unit_gaussian(dim: int = 1):
    """N(0, I): the one density whose denoising terms are all known in closed form."""
    return mixture_from_points(torch.zeros(1, dim), std=1.0)


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
    result = denoise_kl_at(lambda xt, log_snr, label: 0.4 * xt, x0, t, schedule, eps)
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


def test_one_random_step_times_T_minus_1_estimates_the_sum(generator):
    schedule, mixture = uniform_log_snr(13, 3.0, -3.0), ring()
    denoiser = ExactDenoiser(mixture)
    x0 = mixture.sample(1, generator).expand(6000, 2)
    full = denoise_kl_per_step(denoiser, x0, schedule, generator)
    assert full.shape == (6000, 12)
    one_step = diffusion_loss(denoiser, x0, schedule, generator)
    difference = one_step.mean() - full.sum(1).mean()
    se = math.sqrt((one_step.var() + full.sum(1).var()).item() / 6000)
    assert abs(difference) < 5 * se and se < 0.05 * full.sum(1).mean()


def test_one_random_step_each_sums_exactly_when_the_error_is_known(generator):
    """T - 1 evenly spread draws take every step once; with a squared error of 3 the weights telescope."""
    schedule, x0 = uniform_log_snr(13, 3.0, -3.0), randn(12, 3, generator=generator)
    loss = diffusion_loss(lambda xt, log_snr, label: label, x0, schedule, generator, label=x0 + 1)
    assert loss.mean().item() == pytest.approx(3 * 0.5 * (schedule.snr[1] - schedule.snr[13]).item(), rel=1e-9)


def test_unit_gaussian_denoising_sum_in_closed_form(generator):
    """With E|x0 - x0_hat|^2 = 1 - alpha_bar_t the sum over t = 2..T of Eq. 110 needs no sampling."""
    schedule = linear_beta(100)
    t = torch.arange(2, 101)
    truth = (x0_weight(t, schedule) * (1 - schedule.alpha_bar[t])).sum().item()
    mixture = unit_gaussian()
    x0 = mixture.sample(4000, generator)
    assert_mean_is(denoise_kl_per_step(ExactDenoiser(mixture), x0, schedule, generator).sum(1), truth)


def test_continuous_loss_is_the_integral_and_the_limit_of_many_steps(generator):
    mixture = unit_gaussian()
    truth = 0.5 * math.log((1 + math.exp(5.0)) / (1 + math.exp(-4.0)))  # half the integral of snr / (1 + snr)
    x0 = mixture.sample(20_000, generator)
    assert_mean_is(continuous_loss(ExactDenoiser(mixture), x0, 5.0, -4.0, generator), truth)
    errors = []
    for n_steps in (100, 1000):
        schedule = uniform_log_snr(n_steps, 5.0, -4.0)
        t = torch.arange(2, n_steps + 1)
        errors.append((x0_weight(t, schedule) * (1 - schedule.alpha_bar[t])).sum().item() - truth)
    assert 0 < errors[1] < errors[0] / 9  # the price of T steps falls as 1/T


def test_reconstruction_prior_and_total_of_the_unit_gaussian(generator):
    schedule, mixture = uniform_log_snr(40, 4.0, -5.0), unit_gaussian()
    x0 = mixture.sample(3000, generator)
    terms = elbo_terms(ExactDenoiser(mixture), x0, schedule, generator)
    snr = math.exp(4.0)
    recon = -0.5 * (snr / (1 + snr) + math.log(2 * math.pi) - 4.0)
    assert_mean_is(terms.recon, recon)
    torch.testing.assert_close(terms.elbo, terms.recon - terms.prior_kl - terms.denoise_kl)
    assert gap(mixture.log_prob(x0), terms.elbo)[0] > 0


@pytest.mark.parametrize(
    ("make", "n_steps", "truth"),
    [(uniform_log_snr, 100, 0.465), (linear_beta, 1000, 0.840), (cosine, 1000, 0.768), (uniform_log_snr, 1000, 0.044)],
)
def test_exact_denoisers_gap_on_the_ring(make, n_steps, truth, generator):
    """What Sigma_theta = Sigma_q and finite T cost, against figures first found by an independent computation.

    Given xt the exact denoiser's squared error has the mean x0_var(xt): only xt is left to draw, at each step.
    """
    mixture, schedule, n = ring(), make(n_steps), 1500 if n_steps == 100 else 300
    log_snr = schedule.log_snr[1:].repeat_interleave(n)
    x0 = mixture.sample(n_steps * n, generator)
    xt = q_sample(x0, log_snr, randn(*x0.shape, generator=generator))
    error = mixture.x0_var(xt, log_snr).reshape(n_steps, n)
    recon = -0.5 * (schedule.snr[1] * error[0] + 2 * (math.log(2 * math.pi) - schedule.log_snr_max))
    denoise_kl = (x0_weight(torch.arange(2, n_steps + 1), schedule)[:, None] * error[1:]).sum(0)
    signal, noise = schedule.alpha_bar[-1].item(), schedule.noise_var[-1].item()
    prior = 0.5 * (signal * (1 + 2 * 0.0144) + 2 * (noise - 1 - math.log(noise)))
    mean, se = mean_and_se(-0.6727 - recon + prior + denoise_kl)
    assert abs(mean - truth) < 5 * se + 0.0005 and se < 0.008  # the figures have three digits


def test_gap_of_the_sampled_bound_is_the_exact_denoisers(generator):
    mixture = ring()
    x0 = mixture.sample(3000, generator)
    terms = elbo_terms_sampled(ExactDenoiser(mixture), x0, uniform_log_snr(100), generator, n_draws=256)
    mean, se = gap(mixture.log_prob(x0), terms.elbo)
    assert abs(mean - 0.465) < 5 * se and se < 0.03


def test_bound_lies_below_the_truth_at_every_point(generator):
    """Unit Gaussian data: E|x0 - x0_hat|^2 = noise_var^2 x0^2 + alpha_bar noise_var, so the bound has no noise."""
    schedule, n = uniform_log_snr(53, 4.0, -5.0), 4000
    alpha_bar, noise_var = schedule.alpha_bar[1:, None], schedule.noise_var[1:, None]
    x0 = torch.tensor([-2.3, -0.4, 0.0, 1.1, 3.7], dtype=torch.float64)
    error = noise_var**2 * x0**2 + alpha_bar * noise_var
    recon = -0.5 * (math.exp(4.0) * error[0] + math.log(2 * math.pi) - 4.0)
    prior = 0.5 * (alpha_bar[-1] * x0**2 + noise_var[-1] - 1 - noise_var[-1].log())
    denoise_kl = (x0_weight(torch.arange(2, 54), schedule)[:, None] * error[1:]).sum(0)
    assert (recon - prior - denoise_kl < normal_log_prob(x0, 0.0, 1.0)).all()
    denoiser = ExactDenoiser(unit_gaussian())
    for i in range(len(x0)):
        terms = elbo_terms(denoiser, x0[i].expand(n, 1), schedule, generator)
        assert_mean_is(terms.recon, recon[i].item())
        torch.testing.assert_close(terms.prior_kl, prior[i].expand(n))
        assert_mean_is(terms.denoise_kl, denoise_kl[i].item())


def test_sampled_and_continuous_terms_agree_with_the_full_sum(generator):
    mixture, schedule = ring(), uniform_log_snr(200, 6.0, -5.0)
    denoiser, x0 = ExactDenoiser(mixture), mixture.sample(500, generator)
    full = elbo_terms(denoiser, x0, schedule, generator)
    sampled = elbo_terms_sampled(denoiser, x0, schedule, generator, n_draws=256)
    assert_mean_is(sampled.denoise_kl - full.denoise_kl, 0.0)
    assert_mean_is(sampled.recon - full.recon, 0.0)
    continuous = elbo_terms_continuous(denoiser, x0, 6.0, -5.0, generator, n_levels=256)
    torch.testing.assert_close(continuous.prior_kl, full.prior_kl)
    assert_mean_is(continuous.recon - full.recon, 0.0)
    mean, se = mean_and_se(full.denoise_kl - continuous.denoise_kl)
    assert 0 < mean < 0.25 and se < 0.05  # T = 200 costs more than T = infinity, and not much


def test_a_worse_denoiser_has_a_worse_bound(generator):
    mixture, schedule = ring(), uniform_log_snr(100)
    x0 = mixture.sample(1000, generator)
    best = elbo_terms_sampled(ExactDenoiser(mixture), x0, schedule, torch.Generator().manual_seed(1))

    def shrunk(xt, log_snr, label=None):
        return 0.97 * mixture.x0_mean(xt, log_snr)

    worse = elbo_terms_sampled(shrunk, x0, schedule, torch.Generator().manual_seed(1))
    mean, se = mean_and_se(best.elbo - worse.elbo)
    assert mean > 5 * se


def test_no_gradient_is_kept_in_an_evaluation():
    weight = torch.nn.Parameter(torch.tensor(0.5))
    x0 = torch.ones(3, 2)
    generator = torch.Generator().manual_seed(0)
    for evaluate in (elbo_terms, elbo_terms_sampled):
        terms = evaluate(lambda xt, log_snr, label=None: weight * xt, x0, uniform_log_snr(3), generator)
        assert not terms.elbo.requires_grad


def test_label_reaches_the_denoiser_in_every_term():
    """The label is the answer: with it every squared error is 0, without it none is."""
    x0, schedule = torch.arange(7.0)[:, None] + 1, uniform_log_snr(5)

    def told(xt, log_snr, label=None):
        return torch.zeros_like(xt) if label is None else label

    for evaluate, levels in (
        (elbo_terms, (schedule,)),
        (elbo_terms_sampled, (schedule,)),
        (elbo_terms_continuous, (9.0, -6.0)),
    ):
        with_label, without = (evaluate(told, x0, *levels, torch.Generator(), label=label) for label in (x0, None))
        assert (with_label.denoise_kl == 0).all() and (without.denoise_kl > 0).all()
        torch.testing.assert_close(with_label.recon, torch.full((7,), -0.5 * (math.log(2 * math.pi) - 9)))
        assert (without.recon < with_label.recon).all()


def test_bits_per_dim_and_errors():
    assert bits_per_dim(-64 * math.log(2) * 1.9, 64) == pytest.approx(1.9)
    mean, se = mean_and_se(torch.tensor([1.0, 2.0, 3.0, 6.0]))
    assert mean == 3.0 and se == pytest.approx(math.sqrt(14 / 3 / 4))
    terms = ElboTerms(torch.tensor([5.0]), torch.tensor([1.0]), torch.tensor([2.5]))
    assert terms.elbo.item() == 1.5
