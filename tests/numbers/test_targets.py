"""Four readings of one prediction: every road leads to the same place."""

import pytest
import torch

from tests.numbers.helpers import SHAPES, normal_log_prob, randn, random_schedule
from vdm_tutor.process import q_sample
from vdm_tutor.targets import (
    eps_to_mean,
    eps_to_score,
    eps_to_x0,
    score_to_eps,
    score_to_mean,
    score_to_x0,
    v_to_eps,
    v_to_x0,
    x0_eps_to_v,
    x0_to_eps,
    x0_to_mean,
    x0_to_score,
)


@pytest.fixture(params=SHAPES, ids=str)
def drawn(request, generator):
    """x0, eps, the xt that they make, its level."""
    shape = request.param
    x0, eps = randn(*shape, generator=generator), randn(*shape, generator=generator)
    log_snr = 2 * randn(shape[0], generator=generator)
    return x0, eps, q_sample(x0, log_snr, eps), log_snr


def test_all_readings_return_what_made_xt(drawn):
    x0, eps, xt, log_snr = drawn
    score = eps_to_score(eps, log_snr)
    torch.testing.assert_close(eps_to_x0(eps, xt, log_snr), x0)
    torch.testing.assert_close(x0_to_eps(x0, xt, log_snr), eps)
    torch.testing.assert_close(score_to_x0(score, xt, log_snr), x0)
    torch.testing.assert_close(x0_to_score(x0, xt, log_snr), score)
    torch.testing.assert_close(score_to_eps(score, log_snr), eps)
    v = x0_eps_to_v(x0, eps, log_snr)
    torch.testing.assert_close(v_to_x0(v, xt, log_snr), x0)
    torch.testing.assert_close(v_to_eps(v, xt, log_snr), eps)


def test_score_is_the_gradient_of_the_conditional_log_density(drawn):
    x0, eps, xt, log_snr = drawn
    xt = xt.detach().requires_grad_()
    alpha_bar = torch.sigmoid(log_snr).reshape(-1, *[1] * (xt.ndim - 1))
    log_prob = normal_log_prob(xt, alpha_bar.sqrt() * x0, 1 - alpha_bar).sum()
    (gradient,) = torch.autograd.grad(log_prob, xt)
    torch.testing.assert_close(eps_to_score(eps, log_snr), gradient)


def test_v_is_the_velocity_along_the_circle(drawn):
    """With signal cos(a) and noise sin(a), v is the derivative of xt by the angle a."""
    x0, eps, _, log_snr = drawn
    angle = torch.atan(torch.exp(-log_snr / 2)).requires_grad_()
    column = angle.reshape(-1, *[1] * (x0.ndim - 1))
    xt = torch.cos(column) * x0 + torch.sin(column) * eps
    ones = torch.zeros_like(xt, requires_grad=True)
    (transposed,) = torch.autograd.grad(xt, angle, ones, create_graph=True)
    (velocity,) = torch.autograd.grad(transposed.sum(), ones)
    torch.testing.assert_close(x0_eps_to_v(x0, eps, log_snr), velocity)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_three_means_are_one(shape, generator):
    schedule = random_schedule(9, generator)
    x0, eps = randn(*shape, generator=generator), randn(*shape, generator=generator)
    t = torch.arange(shape[0]) % 8 + 2
    log_snr = schedule.log_snr_at(t)
    xt = q_sample(x0, log_snr, eps)
    mean = x0_to_mean(x0, xt, t, schedule)
    torch.testing.assert_close(eps_to_mean(eps, xt, t, schedule), mean)
    torch.testing.assert_close(score_to_mean(eps_to_score(eps, log_snr), xt, t, schedule), mean)


def test_float32_near_the_clean_end_keeps_x0(generator):
    x0, eps = torch.randn(7, 3, generator=generator), torch.randn(7, 3, generator=generator)
    xt = q_sample(x0, 9.0, eps)
    torch.testing.assert_close(eps_to_x0(eps, xt, 9.0), x0, rtol=0, atol=1e-6)
    torch.testing.assert_close(x0_to_eps(x0, xt, 9.0), eps, rtol=0, atol=1e-4)
