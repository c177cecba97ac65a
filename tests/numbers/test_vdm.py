"""A diffusion model's losses, terms and samples, against closed forms and against one another."""

import math
from dataclasses import replace

import pytest
import torch

from tests.numbers.helpers import assert_mean_is, normal_log_prob, randn
from vdm_tutor.data import digits, mixture_from_points, ring
from vdm_tutor.denoiser import ExactDenoiser
from vdm_tutor.elbo import x0_weight
from vdm_tutor.levels import levels
from vdm_tutor.likelihood import gaussian_likelihood
from vdm_tutor.measure import gap, mean_and_se
from vdm_tutor.process import q_sample
from vdm_tutor.sample import ancestral, last, prior_noise
from vdm_tutor.schedule import cosine, linear_beta, uniform_log_snr
from vdm_tutor.vdm import VDM, vdm_for


def unit_gaussian(dim: int = 1):
    """N(0, I): the one density whose denoising terms are all known in closed form."""
    return mixture_from_points(torch.zeros(1, dim), std=1.0)


def exact(mixture, schedule) -> VDM:
    """The best model of a mixture on a schedule."""
    return VDM(ExactDenoiser(mixture), schedule, mixture.means.shape[1:], gaussian_likelihood)


def test_one_random_step_times_T_minus_1_estimates_the_sum(generator):
    schedule, mixture = uniform_log_snr(13, 3.0, -3.0), ring()
    model = exact(mixture, schedule)
    x0 = mixture.sample(1, generator).expand(6000, 2)
    full = model.denoise_kl_per_step(x0, generator)
    assert full.shape == (6000, 12)
    one_step = model.loss(x0, generator)
    difference = one_step.mean() - full.sum(1).mean()
    se = math.sqrt((one_step.var() + full.sum(1).var()).item() / 6000)
    assert abs(difference) < 5 * se and se < 0.05 * full.sum(1).mean()


def test_one_random_step_each_sums_exactly_when_the_error_is_known(generator):
    """T - 1 evenly spread draws take every step once; with a squared error of 3 the weights telescope."""
    schedule, x0 = uniform_log_snr(13, 3.0, -3.0), randn(12, 3, generator=generator)
    loss = VDM(lambda xt, log_snr: x0 + 1, schedule, (3,), gaussian_likelihood).loss(x0, generator)
    assert loss.mean().item() == pytest.approx(3 * 0.5 * (schedule.snr[1] - schedule.snr[13]).item(), rel=1e-9)


def test_the_shared_loss_has_the_mean_of_the_continuous_one_and_a_quieter_gradient(generator):
    """A shift of v_hat away from the exact denoiser: both losses are stationary at 0, and one scatters less."""
    mixture, schedule, shift = ring(), uniform_log_snr(1000), torch.zeros(2, dtype=torch.float64, requires_grad=True)

    def shifted(xt, log_snr):
        return mixture.x0_mean(xt, log_snr) - torch.sigmoid(-log_snr).sqrt()[:, None] * shift

    model, found = replace(exact(mixture, schedule), denoiser=shifted), {"continuous_loss": [], "shared_loss": []}
    for _ in range(200):
        x0 = mixture.sample(97, generator)
        for name, pairs in found.items():
            loss = getattr(model, name)(x0, generator).mean()
            pairs.append((loss.detach(), torch.autograd.grad(loss, shift)[0][0]))
    (own, own_slope), (shared, shared_slope) = (map(torch.stack, zip(*each, strict=True)) for each in found.values())
    assert_mean_is(own - shared, 0.0)
    assert_mean_is(own_slope, 0.0)
    assert_mean_is(shared_slope, 0.0)
    assert shared_slope.std() < 0.85 * own_slope.std() and shared.std() < 0.85 * own.std()


def test_an_image_alone_has_nobody_to_share_with():
    image, model = digits("test")[0][:1], vdm_for("digits", lambda xt, log_snr: 0.9 * xt, uniform_log_snr(1000, 8.0))
    own, shared = (loss(image, torch.Generator().manual_seed(3)) for loss in (model.continuous_loss, model.shared_loss))
    torch.testing.assert_close(own, shared, rtol=1e-4, atol=1e-3)


def test_unit_gaussian_denoising_sum_in_closed_form(generator):
    """With E|x0 - x0_hat|^2 = 1 - alpha_bar_t the sum over t = 2..T of Eq. 110 needs no sampling."""
    schedule = linear_beta(100)
    t = torch.arange(2, 101)
    truth = (x0_weight(t, schedule) * (1 - schedule.alpha_bar[t])).sum().item()
    mixture = unit_gaussian()
    x0 = mixture.sample(4000, generator)
    assert_mean_is(exact(mixture, schedule).denoise_kl_per_step(x0, generator).sum(1), truth)


def test_continuous_loss_is_the_integral_and_the_limit_of_many_steps(generator):
    mixture = unit_gaussian()
    truth = 0.5 * math.log((1 + math.exp(5.0)) / (1 + math.exp(-4.0)))  # half the integral of snr / (1 + snr)
    x0 = mixture.sample(20_000, generator)
    assert_mean_is(exact(mixture, uniform_log_snr(7, 5.0, -4.0)).continuous_loss(x0, generator), truth)
    errors = []
    for n_steps in (100, 1000):
        schedule = uniform_log_snr(n_steps, 5.0, -4.0)
        t = torch.arange(2, n_steps + 1)
        errors.append((x0_weight(t, schedule) * (1 - schedule.alpha_bar[t])).sum().item() - truth)
    assert 0 < errors[1] < errors[0] / 9  # the price of T steps falls as 1/T


def test_reconstruction_prior_and_total_of_the_unit_gaussian(generator):
    schedule, mixture = uniform_log_snr(40, 4.0, -5.0), unit_gaussian()
    x0 = mixture.sample(3000, generator)
    terms = exact(mixture, schedule).terms(x0, generator)
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
    terms = exact(mixture, uniform_log_snr(100)).terms(x0, generator, n_draws=256)
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
    model = exact(unit_gaussian(), schedule)
    for i in range(len(x0)):
        terms = model.terms(x0[i].expand(n, 1), generator)
        assert_mean_is(terms.recon, recon[i].item())
        torch.testing.assert_close(terms.prior_kl, prior[i].expand(n))
        assert_mean_is(terms.denoise_kl, denoise_kl[i].item())


def test_sampled_and_continuous_terms_agree_with_the_full_sum(generator):
    mixture, schedule = ring(), uniform_log_snr(200, 6.0, -5.0)
    model, x0 = exact(mixture, schedule), mixture.sample(500, generator)
    full = model.terms(x0, generator)
    sampled = model.terms(x0, generator, n_draws=256)
    assert_mean_is(sampled.denoise_kl - full.denoise_kl, 0.0)
    assert_mean_is(sampled.recon - full.recon, 0.0)
    continuous = torch.stack([model.continuous_loss(x0, generator) for _ in range(256)]).mean(0)
    mean, se = mean_and_se(full.denoise_kl - continuous)
    assert 0 < mean < 0.25 and se < 0.05  # T = 200 costs more than T = infinity, and not much


def test_a_worse_denoiser_has_a_worse_bound(generator):
    mixture = ring()
    x0, model = mixture.sample(1000, generator), exact(mixture, uniform_log_snr(100))
    best = model.terms(x0, torch.Generator().manual_seed(1), n_draws=64)

    def shrunk(xt, log_snr):
        return 0.97 * mixture.x0_mean(xt, log_snr)

    worse = replace(model, denoiser=shrunk).terms(x0, torch.Generator().manual_seed(1), n_draws=64)
    mean, se = mean_and_se(best.elbo - worse.elbo)
    assert mean > 5 * se


def test_no_gradient_is_kept_in_an_evaluation():
    weight = torch.nn.Parameter(torch.tensor(0.5))
    x0 = torch.ones(3, 2)
    generator = torch.Generator().manual_seed(0)
    model = VDM(lambda xt, log_snr: weight * xt, uniform_log_snr(3), (2,), gaussian_likelihood)
    assert model.loss(x0, generator).requires_grad and model.continuous_loss(x0, generator).requires_grad
    for n_draws in (None, 2):
        assert not model.terms(x0, generator, n_draws).elbo.requires_grad


def test_a_walk_is_the_ancestral_sampler_from_noise_of_the_models_shape():
    mixture, schedule = ring(), uniform_log_snr(17)
    model = exact(mixture, schedule)
    ours = list(model.walk(5, torch.Generator().manual_seed(1)))
    assert [t for t, _, _ in ours] == list(range(17, -1, -1)) and ours[0][1].shape == (5, 2)
    source = torch.Generator().manual_seed(1)
    by_hand = last(ancestral(model.denoiser, schedule, prior_noise(5, (2,), source), source))
    assert torch.equal(ours[-1][1], by_hand)
    assert torch.equal(model.sample(5, torch.Generator().manual_seed(1)), by_hand)


def test_a_model_of_the_digits_is_charged_by_their_levels(generator):
    """A denoiser that knows the answer: only the last step is left, and a probability lies below 1."""
    x0 = digits("test")[0][:7]
    model = vdm_for("digits", lambda xt, log_snr: x0, uniform_log_snr(5, 8.0))
    terms = model.terms(x0, generator)
    assert model.shape == x0.shape[1:] and (terms.denoise_kl == 0).all() and (terms.recon < 0).all()
    assert [vdm_for(data, model.denoiser, model.schedule).shape for data in ("ring", "coin")] == [(2,), (1,)]


def test_a_model_of_the_digits_gives_other_data_probability_zero(generator):
    model = vdm_for("digits", lambda xt, log_snr: xt, uniform_log_snr(5, 8.0))
    off = levels(torch.zeros(()))[[3, 5]].view(2, 1, 1, 1).expand(2, 1, 8, 8).clone()
    off[1, 0, 3, 5] += 0.01
    assert model.terms(off, generator).elbo.isfinite().tolist() == [True, False]
