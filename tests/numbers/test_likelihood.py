"""The last step's likelihoods are distributions, and the ones that the contract names."""

import math

import pytest
import torch

from tests.numbers.helpers import randn
from vdm_tutor.data import DIGIT_LEVELS
from vdm_tutor.denoiser import level_logits
from vdm_tutor.likelihood import gaussian_likelihood, levels_likelihood


@pytest.mark.parametrize("shape", [(7, 3), (5, 5)])
def test_gaussian_is_the_normal_of_variance_one_over_snr(shape, generator):
    x0, x1 = randn(*shape, generator=generator), randn(*shape, generator=generator)

    def denoiser(xt, log_snr, label=None):
        return 0.7 * xt + log_snr[:, None] / 10 + (0.0 if label is None else label[:, None])

    label = torch.arange(shape[0])
    for given, shift in ((None, 0.23), (label, 0.23 + label[:, None])):
        normal = torch.distributions.Normal(0.7 * x1 + shift, math.exp(-2.3 / 2))
        log_prob = gaussian_likelihood(x0, x1, denoiser, 2.3, given)
        torch.testing.assert_close(log_prob, normal.log_prob(x0).sum(1))


def test_levels_are_bayes_with_equal_priors_and_sum_to_one(generator):
    x1, log_snr = torch.randn(1, 1, 1, 3, generator=generator), 1.7
    alpha_bar = 1 / (1 + math.exp(-log_snr))
    total = torch.zeros(1)
    first = DIGIT_LEVELS[[3, 16, 0]].reshape(1, 1, 1, 3)
    for level in DIGIT_LEVELS:  # the other two pixels fixed: their probability is a common factor
        x0 = first.clone()
        x0[..., 0] = level
        total += levels_likelihood(x0, x1, None, log_snr).exp()
    others = levels_likelihood(first[..., 1:], x1[..., 1:], None, log_snr).exp()
    torch.testing.assert_close(total, others)
    normal = torch.distributions.Normal(math.sqrt(alpha_bar) * DIGIT_LEVELS, math.sqrt(1 - alpha_bar))
    by_hand = torch.log_softmax(normal.log_prob(x1[0, 0, 0, :, None]), dim=1)[range(3), [3, 16, 0]].sum()
    torch.testing.assert_close(levels_likelihood(first, x1, None, log_snr)[0], by_hand)


def test_level_logits_take_one_level_per_image(generator):
    xt = torch.randn(3, 1, 2, 2, generator=generator)
    log_snr = torch.tensor([-1.0, 0.5, 3.0], dtype=torch.float64)
    together = level_logits(xt, log_snr)
    apart = torch.cat([level_logits(xt[i : i + 1], log_snr[i].item()) for i in range(3)])
    torch.testing.assert_close(together, apart)


@pytest.mark.parametrize("value", [0.0625, 1.125, -1.125, math.inf, math.nan])
def test_one_pixel_off_the_17_levels_is_refused(value):
    x0 = torch.zeros(2, 1, 8, 8)
    levels_likelihood(x0, x0, None, 8.0)
    x0[1, 0, 3, 5] = value
    with pytest.raises(ValueError, match="17 levels"):
        levels_likelihood(x0, x0, None, 8.0)
