"""The last step's likelihoods are distributions, and the ones that the contract names."""

import math

import pytest
import torch

from tests.numbers.helpers import randn
from vdm_tutor.levels import levels
from vdm_tutor.likelihood import gaussian_likelihood, levels_likelihood

LEVELS = levels(torch.zeros(()))


@pytest.mark.parametrize("shape", [(7, 3), (5, 5)])
def test_gaussian_is_the_normal_of_variance_one_over_snr(shape, generator):
    x0, x1 = randn(*shape, generator=generator), randn(*shape, generator=generator)

    def denoiser(xt, log_snr):
        return 0.7 * xt + log_snr[:, None] / 10

    normal = torch.distributions.Normal(0.7 * x1 + 0.23, math.exp(-2.3 / 2))
    torch.testing.assert_close(gaussian_likelihood(x0, x1, denoiser, 2.3), normal.log_prob(x0).sum(1))


def test_levels_are_bayes_with_equal_priors_and_sum_to_one(generator):
    x1, log_snr = torch.randn(1, 1, 1, 3, generator=generator), 1.7
    alpha_bar = 1 / (1 + math.exp(-log_snr))
    total = torch.zeros(1)
    first = LEVELS[[3, 16, 0]].reshape(1, 1, 1, 3)
    for level in LEVELS:  # the other two pixels fixed: their probability is a common factor
        x0 = first.clone()
        x0[..., 0] = level
        total += levels_likelihood(x0, x1, None, log_snr).exp()
    others = levels_likelihood(first[..., 1:], x1[..., 1:], None, log_snr).exp()
    torch.testing.assert_close(total, others)
    normal = torch.distributions.Normal(math.sqrt(alpha_bar) * LEVELS, math.sqrt(1 - alpha_bar))
    by_hand = torch.log_softmax(normal.log_prob(x1[0, 0, 0, :, None]), dim=1)[range(3), [3, 16, 0]].sum()
    torch.testing.assert_close(levels_likelihood(first, x1, None, log_snr)[0], by_hand)


@pytest.mark.parametrize("value", [0.0625, 1.125, -1.125, math.inf, math.nan])
def test_one_pixel_off_the_17_levels_has_probability_zero(value):
    x1, x0 = torch.zeros(2, 1, 8, 8), torch.zeros(2, 1, 8, 8)
    assert levels_likelihood(x0, x1, None, 8.0).isfinite().all()
    x0[1, 0, 3, 5] = value
    first, second = levels_likelihood(x0, x1, None, 8.0).tolist()
    assert math.isfinite(first) and second == -math.inf
