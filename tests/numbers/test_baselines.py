"""Each baseline's log-likelihood is a law's: it sums to one, or it is the density that it says."""

import itertools
import math

import torch
from torch.distributions import MultivariateNormal

from tests.numbers.helpers import randn
from vdm_tutor.baselines import (
    PixelMixture,
    dequantised,
    fit_forests,
    fit_gaussian,
    fit_mixture,
    fit_pixels,
    one_hot,
)
from vdm_tutor.data import digits, ring
from vdm_tutor.levels import levels

LEVELS = levels(torch.zeros(()))


def test_the_gaussian_has_the_points_moments(generator):
    points = randn(5000, 3, generator=generator) @ randn(3, 3, generator=generator) + 2
    log_prob = fit_gaussian(points)
    by_hand = MultivariateNormal(points.mean(0), (points - points.mean(0)).T @ (points - points.mean(0)) / 5000)
    torch.testing.assert_close(log_prob(points[:7]), by_hand.log_prob(points[:7]))
    best = log_prob(points).mean()
    for shift, scale in ((0.1, 1.0), (0.0, 1.1), (0.0, 0.9)):  # maximum likelihood: any other Gaussian is worse
        assert best > fit_gaussian(scale * points + shift)(points).mean()


def test_the_ridge_is_added_to_the_variances(generator):
    points = randn(100, 2, generator=generator)
    cov = torch.cov(points.T, correction=0) + 0.5 * torch.eye(2, dtype=torch.float64)
    expected = MultivariateNormal(points.mean(0), cov).log_prob(points)
    torch.testing.assert_close(fit_gaussian(points, ridge=0.5)(points), expected)


def test_eight_gaussians_find_the_ring(generator):
    """The right family with enough points: within 0.02 nats of the truth, on other points, and never above it."""
    log_prob, fresh = fit_mixture(ring().sample(4000, generator), 8, 0), ring().sample(4000, generator)
    lost = ring().log_prob(fresh) - log_prob(fresh)
    assert -4 * lost.std() / math.sqrt(4000) < lost.mean() < 0.02


def two_pixels() -> PixelMixture:
    level_probs = torch.softmax(randn(3, 2, 17, generator=torch.Generator().manual_seed(5)), dim=-1)
    return PixelMixture(torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64), level_probs)


def test_a_pixel_mixture_sums_to_one():
    pairs = torch.tensor(list(itertools.product(LEVELS.tolist(), repeat=2)))
    torch.testing.assert_close(two_pixels().log_prob(pairs).exp().sum(), torch.ones((), dtype=torch.float64))


def test_one_cluster_is_the_smoothed_histogram_of_each_pixel(generator):
    images = digits("train")[0][:50]
    model = fit_pixels(images, 1, generator, smoothing=0.5)
    share = (images.flatten(1) == LEVELS[3]).double().sum(0)
    torch.testing.assert_close(model.level_probs[0, :, 3], (share + 0.5) / (50 + 17 * 0.5))


def test_em_finds_clusters_that_one_cluster_cannot(generator):
    """Two pixels that always agree: knowing one tells the other, which costs a single cluster log 2."""
    bits = torch.randint(2, (2000, 1), generator=generator).expand(-1, 2)
    images = LEVELS[4 + 8 * bits]
    together = fit_pixels(images, 2, generator, smoothing=1e-3).log_prob(images).mean()
    apart = fit_pixels(images, 1, generator, smoothing=1e-3).log_prob(images).mean()
    assert abs(together - apart - math.log(2)) < 0.01


def test_dequantised_is_a_bound_on_a_known_mass(generator):
    """Independent pixels under a standard normal: the mass of a level's box is a difference of two cdfs."""
    images = LEVELS[torch.randint(17, (7, 1, 2, 2), generator=generator)]
    normal = torch.distributions.Normal(torch.zeros((), dtype=torch.float64), 1)
    low, high = images.double() - 1 / 16, images.double() + 1 / 16
    exact = (normal.cdf(high) - normal.cdf(low)).log().flatten(1).sum(1)
    bound = dequantised(lambda x: normal.log_prob(x).sum(1), images, generator, n_draws=4000)
    assert ((exact - bound) > -1e-4).all() and ((exact - bound) < 5e-3).all()


def test_one_hot_marks_the_level():
    images = digits("train")[0][:5]
    marked = one_hot(images)
    assert (marked.sum(-1) == 1).all()
    torch.testing.assert_close((marked @ LEVELS.double()).float().reshape(images.shape), images)


def test_forests_sum_to_one(generator):
    """Over every image of two pixels that training may or may not have seen, and in either order."""
    few = LEVELS[torch.randint(17, (97, 2), generator=generator)]
    pairs = torch.tensor(list(itertools.product(LEVELS.tolist(), repeat=2)))
    for order in ([0, 1], [1, 0]):
        law = fit_forests(few, torch.tensor(order), n_trees=3)
        for smoothing in (0.05, 0.3):
            total = law.log_prob(pairs, smoothing).exp().sum()
            torch.testing.assert_close(total, torch.ones((), dtype=torch.float64))


def test_forests_learn_what_one_pixel_tells_of_another(generator):
    """A pixel and its negative: the second is known, the first costs its own histogram."""
    index = torch.randint(17, (600, 1), generator=generator)
    pairs = LEVELS[torch.cat([index, 16 - index], dim=1)]
    law = fit_forests(pairs, torch.tensor([0, 1]), n_trees=10)
    alone = law.alone[0, index[:, 0]].log().mean()
    assert 0 < alone - law.log_prob(pairs, 0.05).mean() < 0.2
    independent = fit_pixels(pairs, 1, generator).log_prob(pairs).mean()
    assert law.log_prob(pairs, 0.05).mean() > independent + 2
