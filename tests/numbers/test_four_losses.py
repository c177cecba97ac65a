"""Four losses, each with its own weight and its own target, are one number on the same noise."""

import pytest
import torch

from tests.numbers.helpers import SHAPES, randn, random_schedule
from vdm_tutor import checkpoint
from vdm_tutor.data import ring
from vdm_tutor.elbo import denoise_kl_at, eps_weight, gaussian_kl, score_weight, v_weight, x0_weight
from vdm_tutor.process import posterior, q_sample
from vdm_tutor.schedule import cosine, linear_beta, uniform_log_snr
from vdm_tutor.targets import eps_to_score, v_to_eps, v_to_x0, x0_to_score

TOL = 1e-10


def survey_weights(t, schedule) -> dict:
    """Eqs. 99, 130, 148 as printed, and v's in the same letters: none is made from another."""
    alpha, beta = schedule.alpha[t], schedule.beta[t]
    alpha_bar_prev, noise_var_prev = schedule.alpha_bar_prev[t], schedule.noise_var_prev[t]
    noise_var = schedule.noise_var[t]
    posterior_var = beta * noise_var_prev / noise_var
    return {
        "x0": alpha_bar_prev * beta**2 / noise_var**2 / (2 * posterior_var),
        "eps": beta**2 / (noise_var * alpha) / (2 * posterior_var),
        "v": alpha_bar_prev * beta**2 / noise_var / (2 * posterior_var),
        "score": beta**2 / alpha / (2 * posterior_var),
    }


def package_weights(t, schedule) -> dict:
    return {name: weight(t, schedule) for name, weight in PACKAGE.items()}


PACKAGE = {"x0": x0_weight, "eps": eps_weight, "v": v_weight, "score": score_weight}


def targets(x0, eps, t, schedule) -> dict:
    """The four targets, each from what made xt, by its own definition."""
    s = schedule.at(t, x0)
    v = s.alpha_bar.sqrt() * eps - s.noise_var.sqrt() * x0
    return {"x0": x0, "eps": eps, "v": v, "score": -eps / s.noise_var.sqrt()}


def readings(v_hat, xt, log_snr) -> dict:
    """One prediction, read in four ways."""
    eps_hat = v_to_eps(v_hat, xt, log_snr)
    return {"x0": v_to_x0(v_hat, xt, log_snr), "eps": eps_hat, "v": v_hat, "score": eps_to_score(eps_hat, log_snr)}


def losses(weights, predicted, true) -> dict:
    return {name: weights[name] * (true[name] - predicted[name]).square().flatten(1).sum(1) for name in true}


def assert_all_equal(values: dict, truth) -> None:
    for name, value in values.items():
        assert ((value - truth) / truth).abs().max() < TOL, name


SCHEDULES = [uniform_log_snr(50), linear_beta(1000), cosine(100), "random"]


@pytest.mark.parametrize("weights", [survey_weights, package_weights])
@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: getattr(schedule, "name", schedule))
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_four_losses_are_the_kl_of_the_two_steps(shape, schedule, weights, generator):
    schedule = random_schedule(11, generator) if schedule == "random" else schedule
    x0, eps, v_hat = (randn(*shape, generator=generator) for _ in range(3))
    t = torch.linspace(2, schedule.n_steps, shape[0]).long()  # both ends
    log_snr = schedule.log_snr_at(t)
    xt = q_sample(x0, log_snr, eps)
    predicted = readings(v_hat, xt, log_snr)
    posterior_mean, posterior_var = posterior(xt, x0, t, schedule)
    model_mean, _ = posterior(xt, predicted["x0"], t, schedule)
    truth = gaussian_kl(posterior_mean, posterior_var, model_mean, posterior_var)
    assert_all_equal(losses(weights(t, schedule), predicted, targets(x0, eps, t, schedule)), truth)


def test_four_losses_of_a_trained_network_are_one(generator):
    """Its errors are small, so what agrees is not the size of a random number."""
    net, schedule = checkpoint.load("ring").model.denoiser, uniform_log_snr(100)
    x0, t = ring().sample(97, generator), torch.arange(2, 99)
    eps = randn(97, 2, generator=generator)
    xt, log_snr = q_sample(x0, schedule.log_snr_at(t), eps), schedule.log_snr_at(t)
    with torch.no_grad():
        v_hat = net.output(xt.float(), log_snr).double()  # the network in float32, everything after it in float64
    predicted = readings(v_hat, xt, log_snr)
    truth = denoise_kl_at(lambda *_: predicted["x0"], x0, t, schedule, eps)
    assert_all_equal(losses(survey_weights(t, schedule), predicted, targets(x0, eps, t, schedule)), truth)


def test_the_marginal_score_as_target_is_another_loss(generator):
    """Eq. 148 with the score of p(x_t) for that of q(x_t|x0): the values differ, by Var(score_given_x0 | xt)."""
    schedule, t = uniform_log_snr(100), torch.full((7,), 50)
    x0, eps = ring().sample(7, generator), randn(7, 2, generator=generator)
    log_snr = schedule.log_snr_at(t)
    xt = q_sample(x0, log_snr, eps)
    score_given_x0, score = x0_to_score(x0, xt, log_snr), ring().score(xt, log_snr)
    torch.testing.assert_close(score_given_x0, targets(x0, eps, t, schedule)["score"])
    assert ((score_given_x0 - score).square().sum(1) > 1e-3).all()


@pytest.mark.parametrize("weight", PACKAGE.values(), ids=PACKAGE)
def test_no_weight_at_the_first_step(weight):
    for bad in (1, 51):
        with pytest.raises(ValueError, match="steps run from 2 to 50"):
            weight(torch.tensor([bad]), cosine(50))
