"""Trials of loops: a walk that is linear in its noises has a mean and a variance that can be read off exactly.

A noise that is all zeros gives the mean; a noise that is one in a single draw and zero in the others gives that draw's
weight, and the weights' squares add to the variance. So a sampler is judged without a single random number.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vdm_tutor.exercises.trials import numbers

ALPHAS = (
    (0.9, 0.7, 0.55),
    (0.8, 0.6, 0.75, 0.5, 0.35),
    (0.4,),
)  # alpha_1 .. alpha_T
MEAN, VAR = 1.3, 0.36  # of the bell that the data are


class Planned:
    """A source of noise that is asked by `noise()`; its draw number `spike` is one, the others are zero."""

    def __init__(self, spike: int | None = None):
        self.spike, self.count = spike, 0

    def __call__(self, *shape):
        self.count += 1
        if self.count > 10_000:
            raise RuntimeError("it asks for more than ten thousand draws")
        return 1.0 if self.count - 1 == self.spike else 0.0


def law_of(walk: Callable) -> list:
    """(shape, numbers) with mean and variance of walk(noise), which is linear in the draws."""
    planned = Planned()
    mean = _scalar(walk(planned))
    weights = [_scalar(walk(Planned(k))) - mean for k in range(planned.count)]
    return [((2,), [mean, sum(w * w for w in weights)])]


def _scalar(value: object) -> float:
    shape, found = numbers(value)
    if len(found) != 1:
        raise ValueError(f"one number is expected back, and there is the shape {shape}")
    return found[0]


def with_start(alphas: tuple[float, ...]):
    """alpha with index t at step t; index 0 stands for clean data."""
    import numpy as np

    return np.array([1.0, *alphas])


@dataclass(frozen=True)
class Noising:
    """function(x_0, alpha, noise) -> x_T."""

    def __call__(self, function: Callable) -> list:
        return [law for alphas in ALPHAS for x_0 in (0.7, -1.9)
                for law in law_of(lambda noise, a=alphas, x=x_0: function(x, with_start(a), noise))]  # fmt: skip


@dataclass(frozen=True)
class Sampling:
    """function(x_T, denoiser, alpha, noise) -> x_0, where denoiser(x_t, t) is exact for a bell: x_0, or the noise."""

    predicts: str = "eps"

    def __call__(self, function: Callable) -> list:
        found = []
        for alphas in ALPHAS:
            alpha, denoiser = with_start(alphas), self.exact(alphas)
            for x_T in (0.7, -1.9):
                found += law_of(lambda noise, x=x_T, a=alpha, d=denoiser: function(x, d, a, noise))
        return found

    def exact(self, alphas: tuple[float, ...]) -> Callable:
        alpha_bar = with_start(alphas).cumprod()

        def denoiser(x_t, t):
            if not 1 <= t <= len(alphas) or int(t) != t:
                raise ValueError(f"the denoiser is asked at t = {t}; steps run from 1 to {len(alphas)}")
            ab = float(alpha_bar[int(t)])
            away = x_t - ab**0.5 * MEAN
            if self.predicts == "x0":
                return MEAN + ab**0.5 * VAR / (ab * VAR + 1 - ab) * away
            return (1 - ab) ** 0.5 / (ab * VAR + 1 - ab) * away

        return denoiser


@dataclass(frozen=True)
class Langevin:
    """function(x, score, c, n, noise) -> x after n steps, with the exact score of a bell."""

    def __call__(self, function: Callable) -> list:
        return [law for x in (2.0, -0.4) for c, n in ((0.05, 3), (0.1, 1), (0.03, 6))
                for law in law_of(lambda noise, x=x, c=c, n=n: function(x, self.score, c, n, noise))]  # fmt: skip

    @staticmethod
    def score(x):
        return -(x - MEAN) / VAR


@dataclass(frozen=True)
class Training:
    """function(denoiser, x_0, alpha, noise) -> one example's loss at each t = 1..T, as a list; the denoiser answers 0.

    With a denoiser that answers what it is handed, the numbers show what it was handed and what it is compared with.
    """

    def __call__(self, function: Callable) -> list:
        found = []
        for alphas in ALPHAS:
            for x_0, eps in ((0.7, 1.1), (-1.9, 0.4)):
                for denoiser in (lambda x, t: 0.0, lambda x, t: x, lambda x, t: x * t):
                    losses = function(denoiser, x_0, with_start(alphas), lambda *shape, e=eps: e)
                    found.append(numbers(losses))
        return found


@dataclass(frozen=True)
class Chain:
    """function(x, weights, variances, noise) -> z_T."""

    def __call__(self, function: Callable) -> list:
        levels = (((0.9, -0.5, 1.2), (0.3, 0.6, 0.2)), ((0.4,), (0.7,)), ((1.1, 0.8), (0.2, 0.5)))
        return [law for weights, variances in levels for x in (0.7, -1.9)
                for law in law_of(lambda noise, w=weights, v=variances, x=x: function(x, w, v, noise))]  # fmt: skip
