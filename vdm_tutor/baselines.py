"""What anyone would try first, as rungs under the ladder; each log-likelihood is exact but for `dequantised`."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.distributions import MultivariateNormal

from vdm_tutor.levels import LEVEL_WIDTH, N_LEVELS, level_index

LogProb = Callable[[Tensor], Tensor]


def fit_gaussian(points: Float[Tensor, "n dim"], ridge: float = 0.0) -> LogProb:
    """log_prob, nats, of one Gaussian with the points' mean and covariance (plus `ridge` on its diagonal)."""
    points = points.to(torch.float64)
    cov = torch.cov(points.T, correction=0) + ridge * torch.eye(points.shape[1], dtype=torch.float64)
    law = MultivariateNormal(points.mean(0), cov)
    return lambda x: law.log_prob(x.to(torch.float64))


def fit_mixture(points: Float[Tensor, "n dim"], n_components: int, seed: int) -> LogProb:
    """log_prob, nats, of a Gaussian mixture with full covariances, fitted by scikit-learn's EM, best of ten starts."""
    from sklearn.mixture import GaussianMixture

    model = GaussianMixture(n_components, n_init=10, random_state=seed).fit(points.double().numpy())
    return lambda x: torch.from_numpy(model.score_samples(x.double().numpy()))


def dequantised(
    log_prob: LogProb, images: Float[Tensor, "n *pixel"], generator, n_draws: int = 32
) -> Float[Tensor, "n"]:
    """A bound on log P(image), nats, from a density: the mean log-mass of a level's box over uniform points in it."""
    flat = images.flatten(1).to(torch.float64)
    box = flat.shape[1] * torch.log(torch.tensor(LEVEL_WIDTH, dtype=torch.float64))
    draws = [log_prob(jitter(flat, generator)) + box for _ in range(n_draws)]
    return torch.stack(draws).mean(0)


def jitter(flat: Float[Tensor, "n dim"], generator: torch.Generator) -> Float[Tensor, "n dim"]:
    """Each value moved to a uniform point of its level's box."""
    return flat + LEVEL_WIDTH * (torch.rand(flat.shape, dtype=flat.dtype, generator=generator) - 0.5)


@dataclass(frozen=True)
class PixelMixture:
    """Images whose pixels are independent within each of a few clusters: weights [k], level_probs [k, pixel, 17]."""

    weights: Float[Tensor, "cluster"]
    level_probs: Float[Tensor, "cluster pixel 17"]

    def log_prob(self, images: Float[Tensor, "n *pixel"]) -> Float[Tensor, "n"]:
        """log P(image), nats, exact."""
        return self.log_joint(one_hot(images)).logsumexp(1)

    def log_joint(self, hot: Float[Tensor, "n pixel 17"]) -> Float[Tensor, "n cluster"]:
        """log P(cluster, image), nats."""
        return self.weights.log() + torch.einsum("npl,kpl->nk", hot, self.level_probs.log())


def fit_pixels(
    images: Float[Tensor, "n *pixel"], n_clusters: int, generator: torch.Generator, smoothing: float = 0.1
) -> PixelMixture:
    """Maximum likelihood by 50 rounds of EM, `smoothing` extra counts a level; one cluster is independent pixels."""
    hot = one_hot(images)
    share = torch.softmax(2 * torch.rand(len(hot), n_clusters, dtype=torch.float64, generator=generator), dim=1)
    for _ in range(50):
        counts = torch.einsum("nk,npl->kpl", share, hot) + smoothing
        model = PixelMixture(share.mean(0), counts / counts.sum(-1, keepdim=True))
        share = torch.softmax(model.log_joint(hot), dim=1)
    return model


def one_hot(images: Float[Tensor, "n *pixel"]) -> Float[Tensor, "n pixel 17"]:
    """Each pixel's level as a one among seventeen, float64."""
    return torch.nn.functional.one_hot(level_index(images.flatten(1)), N_LEVELS).to(torch.float64)


@dataclass(frozen=True)
class PixelForests:
    """Images pixel by pixel, in a fixed order: a forest for each place answers from the pixels before it.

    `order` [pixel] are the pixels as they come, `alone` [pixel, 17] each one's smoothed histogram, `forests` one
    classifier for each pixel after the first.
    """

    order: Int[Tensor, "pixel"]
    alone: Float[Tensor, "pixel 17"]
    forests: tuple

    def log_prob(self, images: Float[Tensor, "n *pixel"], smoothing: float = 0.2) -> Float[Tensor, "n"]:
        """log P(image), nats, exact: the chain rule."""
        index = level_index(images.flatten(1))[:, self.order]
        probs = self.level_probs(index, smoothing)
        return probs.gather(2, index[..., None])[..., 0].log().sum(1)

    def level_probs(self, index: Int[Tensor, "n pixel"], smoothing: float) -> Float[Tensor, "n pixel 17"]:
        """What is expected of each pixel after those before it; a share `smoothing` of it is vague.

        Half of that share goes to levels nearby, half to the pixel's own histogram.
        """
        told = self.alone.repeat(len(index), 1, 1)
        for place, forest in enumerate(self.forests, start=1):
            told[:, place] = 0
            found = torch.from_numpy(forest.predict_proba(index[:, :place].numpy()))
            told[:, place, torch.from_numpy(forest.classes_)] = found
        level = torch.arange(N_LEVELS, dtype=torch.float64)
        nearby = torch.softmax(-(level[:, None] - level).abs() / 1.5, dim=1)
        return (1 - smoothing) * told + smoothing / 2 * (told @ nearby + self.alone)


def fit_forests(images: Float[Tensor, "n *pixel"], order, n_trees: int, seed: int = 0) -> PixelForests:
    """Extremely randomised trees of scikit-learn's for each pixel in `order`, with leaves of three images or more."""
    from sklearn.ensemble import ExtraTreesClassifier

    index = level_index(images.flatten(1))[:, order]
    counts = torch.nn.functional.one_hot(index, N_LEVELS).sum(0).to(torch.float64) + 0.5
    settings = {"min_samples_leaf": 3, "max_features": 0.5, "random_state": seed}
    seen = index.numpy()
    forests = (
        ExtraTreesClassifier(n_trees, **settings).fit(seen[:, :place], seen[:, place]) for place in range(1, len(order))
    )
    return PixelForests(order, counts / counts.sum(1, keepdim=True), tuple(forests))
