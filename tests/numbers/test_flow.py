"""The flow's likelihood against exact densities, and what holds for any denoiser: it is a density."""

import math

import pytest
import torch

from tests.numbers.helpers import assert_mean_is, randn
from vdm_tutor.data import bells, mixture_from_points, ring
from vdm_tutor.denoiser import ExactDenoiser
from vdm_tutor.flow import divergence, flow_log_prob, random_signs, unit_vectors
from vdm_tutor.sample import flow_slope
from vdm_tutor.schedule import from_log_snr, uniform_log_snr


@pytest.mark.parametrize("shape", [(7, 3), (5, 5), (3, 1, 2, 2)])
def test_divergence_is_the_trace_of_the_jacobian(shape, generator):
    mix = randn(math.prod(shape[1:]), math.prod(shape[1:]), generator=generator)
    x = randn(*shape, generator=generator)

    def field(x):
        return (torch.sin(x.flatten(1) @ mix) * x.flatten(1).square().sum(1, keepdim=True)).reshape(x.shape)

    value, total = divergence(field, x, unit_vectors(x))
    jacobian = [torch.autograd.functional.jacobian(lambda row: field(row[None])[0].flatten(), row) for row in x]
    torch.testing.assert_close(value, field(x))
    torch.testing.assert_close(total, torch.stack([each.reshape(mix.shape).trace() for each in jacobian]))


def test_random_signs_give_the_trace_on_average(generator):
    mix, x = randn(3, 3, generator=generator), randn(1, 3, generator=generator).expand(20_000, 3)
    signs = random_signs(x, generator)
    assert (signs[0].abs() == 1).all() and abs(signs[0].mean()) < 5 / math.sqrt(60_000)
    _, total = divergence(lambda x: x @ mix, x, signs)
    assert_mean_is(total, mix.trace().item())


def test_the_slope_is_half_the_noise_share_of_x_plus_score(generator):
    xt = randn(7, 2, generator=generator)
    for log_snr in (-4.0, 0.3, 5.0):
        noise_var = torch.sigmoid(torch.tensor(-log_snr, dtype=torch.float64))
        slope = flow_slope(xt, ring().x0_mean(xt, log_snr), log_snr)
        torch.testing.assert_close(slope, 0.5 * noise_var * (xt + ring().score(xt, log_snr)))


def test_the_slope_moves_the_density_as_the_noise_does(generator):
    """The continuity equation: d log p / d log SNR = - div slope - slope . score, by finite differences."""
    xt, log_snr, step = randn(7, 2, generator=generator), 0.7, 1e-4
    after, before = (ring().noised_log_prob(xt, log_snr + sign * step) for sign in (1, -1))
    slope, spread = divergence(lambda xt: flow_slope(xt, ring().x0_mean(xt, log_snr), log_snr), xt, unit_vectors(xt))
    flow = -spread - (slope * ring().score(xt, log_snr)).sum(1)
    torch.testing.assert_close((after - before) / (2 * step), flow, rtol=1e-6, atol=1e-6)


def test_likelihood_of_the_ring_is_exact_to_a_hundredth_of_a_nat(generator):
    x0 = ring().sample(300, generator)
    log_prob = flow_log_prob(ExactDenoiser(ring()), x0, uniform_log_snr(200, 12.0, -8.0))
    torch.testing.assert_close(log_prob, ring().log_prob(x0), rtol=0, atol=0.01)


def test_likelihood_of_images(generator):
    """One Gaussian over four pixels: every coordinate counts, and the shape stays."""
    data = mixture_from_points(torch.tensor([[0.3, -0.2, 0.5, 0.1]]), 0.4)

    def denoiser(xt, log_snr):
        return data.x0_mean(xt.flatten(1), log_snr).reshape(xt.shape)

    x0 = data.sample(5, generator)
    log_prob = flow_log_prob(denoiser, x0.reshape(5, 1, 2, 2), uniform_log_snr(300, 12.0, -12.0))
    torch.testing.assert_close(log_prob, data.log_prob(x0), rtol=0, atol=0.01)


@pytest.mark.parametrize(
    "denoiser", [lambda xt, level: torch.tanh(2 * xt + 1), lambda xt, level: 0.3 * xt, bells().x0_mean]
)
def test_whatever_the_denoiser_the_flow_has_a_density(denoiser):
    """It integrates to one, for it is the law of what the flow makes of noise: no bound, no unknown constant."""
    grid = torch.linspace(-12, 12, 2401, dtype=torch.float64)[:, None]
    density = flow_log_prob(denoiser, grid, uniform_log_snr(60, 5.0, -6.0)).exp()
    assert torch.trapezoid(density, grid[:, 0]).item() == pytest.approx(1, abs=0.01)


def test_hutchinsons_likelihood_is_right_on_average(generator):
    x0, schedule, denoiser = ring().sample(1500, generator), uniform_log_snr(40), ExactDenoiser(ring())
    exact = flow_log_prob(denoiser, x0, schedule)
    estimate = flow_log_prob(denoiser, x0, schedule, lambda x: random_signs(x, generator))
    assert_mean_is(estimate - exact, 0.0)
    assert (estimate - exact).std() > 0.1  # an estimate it is


def test_one_level_is_a_gaussian_about_nothing(generator):
    """With a single level there is no flow: N(0, I) for sqrt(alpha_bar) x0, and the change of units."""
    x0, schedule = randn(7, 3, generator=generator), from_log_snr(torch.tensor([0.4]))
    scale = schedule.alpha_bar[1].sqrt()
    normal = torch.distributions.Normal(0, 1 / scale).log_prob(x0).sum(1)
    torch.testing.assert_close(flow_log_prob(lambda xt, level: xt, x0, schedule), normal)
