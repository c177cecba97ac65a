"""Guidance against exact conditional laws, and against what it is often taken for."""

import math

import pytest
import torch

from tests.numbers.helpers import assert_mean_is, randn
from vdm_tutor.data import Mixture
from vdm_tutor.denoiser import ExactDenoiser
from vdm_tutor.guidance import Classifier, classifier_free, classifier_guided, label_slope
from vdm_tutor.labelled import LabelledMixture, ring_in_halves
from vdm_tutor.sample import ancestral, heun, last
from vdm_tutor.schedule import uniform_log_snr

HALVES = ring_in_halves()
PLAIN, GIVEN = ExactDenoiser(HALVES.mixture), ExactDenoiser(HALVES.given(1))


@pytest.mark.parametrize("guidance_scale", [0.0, 0.3, 1.0, 4.0])
def test_with_exact_parts_both_guidances_are_one(guidance_scale, generator):
    xt = randn(7, 2, generator=generator)
    by_classifier = classifier_guided(PLAIN, HALVES.log_label_prob, 1, guidance_scale)
    for log_snr in (-3.0, 0.4, 4.0):
        torch.testing.assert_close(
            by_classifier(xt, log_snr), classifier_free(PLAIN, GIVEN, guidance_scale)(xt, log_snr), rtol=1e-9, atol=1e-9
        )


def test_scale_0_is_without_and_scale_1_is_with_the_label(generator):
    xt = randn(7, 2, generator=generator)
    torch.testing.assert_close(classifier_free(PLAIN, GIVEN, 0.0)(xt, 0.4), PLAIN(xt, 0.4))
    torch.testing.assert_close(classifier_free(PLAIN, GIVEN, 1.0)(xt, 0.4), GIVEN(xt, 0.4))


def test_guidance_reads_alike_in_scores(generator):
    """Eq. 170 as printed, on scores, against the package's form on x0_hat."""
    xt, log_snr, scale = randn(7, 2, generator=generator), 0.4, 2.5
    score = scale * HALVES.given(1).score(xt, log_snr) + (1 - scale) * HALVES.mixture.score(xt, log_snr)
    alpha_bar = torch.sigmoid(torch.tensor(log_snr, dtype=torch.float64))
    x0_hat = (xt + (1 - alpha_bar) * score) / alpha_bar.sqrt()
    torch.testing.assert_close(classifier_free(PLAIN, GIVEN, scale)(xt, log_snr), x0_hat)


def test_each_example_has_its_own_slope(generator):
    """Neither the other examples of a batch nor their number may enter; labels may differ."""
    xt, label = randn(7, 2, generator=generator), torch.tensor([0, 1, 1, 0, 1, 0, 0])
    together = label_slope(HALVES.log_label_prob, xt, 0.4, label)
    apart = [label_slope(HALVES.log_label_prob, x[None], 0.4, y.item()) for x, y in zip(xt, label, strict=True)]
    torch.testing.assert_close(together, torch.cat(apart))
    step = 1e-6 * randn(7, 2, generator=generator)
    up, down = (HALVES.log_label_prob(xt + sign * step, 0.4)[torch.arange(7), label] for sign in (1, -1))
    torch.testing.assert_close((up - down) / 2, (together * step).sum(1), rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("scale, mixture", [(0.0, HALVES.mixture), (1.0, HALVES.given(1))], ids=["without", "with"])
def test_scales_0_and_1_sample_the_exact_laws(scale, mixture, generator):
    """The shares of all heaps, and the mean log density, within Monte Carlo error and the slack of 200 steps."""
    n = 2000
    guided = classifier_guided(PLAIN, HALVES.log_label_prob, 1, scale)
    x0 = last(ancestral(guided, uniform_log_snr(200), randn(n, 2, generator=generator), generator))
    share = torch.bincount(torch.cdist(x0, HALVES.mixture.means).argmin(1), minlength=8) / n
    wanted = torch.tensor([0.125] * 8) if scale == 0 else torch.tensor([0.0] * 4 + [0.25] * 4)
    assert ((share - wanted).abs() <= 5 * (wanted * (1 - wanted) / n).sqrt() + 1e-3).all()
    truth = mixture.log_prob(mixture.sample(n, generator))
    difference = mixture.log_prob(x0) - truth
    assert abs(difference.mean()) < 5 * difference.std() / math.sqrt(n) + 0.03


def two_bells() -> LabelledMixture:
    parts = ([0.5, 0.5], [[-1.0], [1.0]], [0.25, 0.25])
    return LabelledMixture(Mixture(*(torch.tensor(part, dtype=torch.float64) for part in parts)), torch.tensor([0, 1]))


def test_guidance_does_not_sample_the_powered_density(generator):
    """Scale 3 on two bells: three laws. The powered density has mean 1.051, the walk with noise 1.24, the flow 1.51."""
    bells, n = two_bells(), 4000
    guided = classifier_free(ExactDenoiser(bells.mixture), ExactDenoiser(bells.given(1)), 3.0)
    schedule = uniform_log_snr(200, 9.0, -9.0)
    ranks = torch.special.ndtri((torch.arange(n, dtype=torch.float64) + 0.5) / n)[:, None]
    assert last(heun(guided, schedule, ranks)).mean().item() == pytest.approx(1.51, abs=0.01)
    assert_mean_is(last(ancestral(guided, schedule, randn(n, 1, generator=generator), generator))[:, 0], 1.245)


def test_a_classifier_says_log_probabilities_of_points_and_images(generator):
    torch.manual_seed(0)
    for dim, shape in ((3, (5, 3)), (4, (5, 1, 2, 2))):
        net, xt = Classifier(n_labels=7, dim=dim, width=11), torch.randn(shape, generator=generator)
        log_prob = net(xt, torch.linspace(-3, 3, 5, dtype=torch.float64))
        assert log_prob.shape == (5, 7) and not torch.allclose(log_prob[:, :1], log_prob)
        torch.testing.assert_close(log_prob.exp().sum(1), torch.ones(5))
        assert Classifier(**net.args).outlet.out_features == 7
