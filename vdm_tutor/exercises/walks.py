"""Trials of loops: a walk that is linear in its noises has a mean and a variance that can be read off exactly.

A noise that is all zeros gives the mean; a noise that is one in a single draw and zero in the others gives that draw's
weight, and the weights' squares add to the variance. So a sampler is judged without a single random number.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vdm_tutor.exercises.trials import FOREIGN, libraries, numbers

ALPHAS = ((0.9, 0.7, 0.55), (0.8, 0.6, 0.75, 0.5, 0.35), (0.4,))  # alpha_1 .. alpha_T
STARTS = (0.7, -1.9)
MEAN, VAR = 1.3, 0.36  # of the bell that the data are


class Planned:
    """A source of noise that is asked by `noise()`; its draw number `spike` is of one `size`, the others are zero."""

    def __init__(self, made: Callable, spike: int | None = None, size: float = 1.0):
        self.made, self.spike, self.size, self.count = made, spike, size, 0

    def __call__(self, *shape):
        self.count += 1
        if self.count > 10_000:
            raise RuntimeError("it asks for more than ten thousand draws")
        return self.made(self.size if self.count - 1 == self.spike else 0.0)


class Walk:
    """A trial with numbers and arrays of whichever library the function is written for."""

    def __call__(self, function: Callable) -> list:
        trouble = None
        for made in libraries():
            try:
                return self.rows(function, made)
            except FOREIGN as error:
                trouble = trouble or error
        raise trouble

    def rows(self, function: Callable, made: Callable) -> list:
        raise NotImplementedError


def law_of(walk: Callable, made: Callable) -> tuple:
    """(shape, numbers) with mean and variance of walk(noise), which is linear in the draws."""
    planned = Planned(made)
    mean = _scalar(walk(planned))
    weights = [_scalar(walk(Planned(made, k))) - mean for k in range(planned.count)]
    return (2,), [mean, sum(w * w for w in weights)]


def _scalar(value: object) -> float:
    shape, found = numbers(value)
    if len(found) != 1:
        raise ValueError(f"one number is expected back, and there is the shape {shape}")
    return found[0]


def with_start(alphas: tuple[float, ...]) -> list[float]:
    """alpha with index t at step t; index 0 stands for clean data."""
    return [1.0, *alphas]


class Noising(Walk):
    """function(x_0, alpha, noise) -> x_T."""

    def rows(self, function: Callable, made: Callable) -> list:
        cases = [(made(with_start(alphas)), made(x_0)) for alphas in ALPHAS for x_0 in STARTS]
        return [law_of(lambda noise, a=a, x=x: function(x, a, noise), made) for a, x in cases]


@dataclass(frozen=True)
class Sampling(Walk):
    """function(x_T, denoiser, alpha, noise) -> x_0, where denoiser(x_t, t) is exact for a bell: x_0, or the noise."""

    predicts: str = "eps"

    def rows(self, function: Callable, made: Callable) -> list:
        cases = [(made(with_start(alphas)), self.exact(alphas), made(x)) for alphas in ALPHAS for x in STARTS]
        return [law_of(lambda noise, a=a, d=d, x=x: function(x, d, a, noise), made) for a, d, x in cases]

    def exact(self, alphas: tuple[float, ...]) -> Callable:
        def denoiser(x_t, t):
            if not 1 <= t <= len(alphas) or int(t) != t:
                raise ValueError(f"the denoiser is asked at t = {t}; steps run from 1 to {len(alphas)}")
            ab = 1.0
            for alpha in alphas[: int(t)]:
                ab *= alpha
            away = x_t - ab**0.5 * MEAN
            if self.predicts == "x0":
                return MEAN + ab**0.5 * VAR / (ab * VAR + 1 - ab) * away
            return (1 - ab) ** 0.5 / (ab * VAR + 1 - ab) * away

        return denoiser


class Langevin(Walk):
    """function(x, score, c, n, noise) -> x after n steps, with the exact score of a bell."""

    def rows(self, function: Callable, made: Callable) -> list:
        cases = [(made(x), made(c), n) for x in (2.0, -0.4) for c, n in ((0.05, 3), (0.1, 1), (0.03, 6))]
        return [law_of(lambda noise, x=x, c=c, n=n: function(x, self.score, c, n, noise), made) for x, c, n in cases]

    @staticmethod
    def score(x):
        return -(x - MEAN) / VAR


class Chain(Walk):
    """function(x, weights, variances, noise) -> z_T."""

    def rows(self, function: Callable, made: Callable) -> list:
        levels = (([0.9, -0.5, 1.2], [0.3, 0.6, 0.2]), ([0.4], [0.7]), ([1.1, 0.8], [0.2, 0.5]))
        cases = [(made(x), made(weights), made(variances)) for weights, variances in levels for x in STARTS]
        return [law_of(lambda noise, x=x, w=w, v=v: function(x, w, v, noise), made) for x, w, v in cases]


class Training(Walk):
    """function(net, x_0, alpha, noise) -> one example's loss at each t = 1..T, as a list.

    With a network that answers nothing, or what it is handed, the numbers show what it was handed and what it is
    compared with; with one draw that is not zero at a time, that each t has a draw of its own, in whichever order.
    """

    def rows(self, function: Callable, made: Callable) -> list:
        nets = (lambda x, t: 0.0, lambda x, t: x, lambda x, t: x * t)
        cases = [(made(with_start(a)), made(x), e) for a in ALPHAS for x, e in ((0.7, 1.1), (-1.9, 0.4))]
        return [
            self.told(lambda noise, n=net, x=x, a=a: function(n, x, a, noise), made, e)
            for a, x, e in cases
            for net in nets
        ]

    @staticmethod
    def told(losses: Callable, made: Callable, size: float) -> tuple:
        """(shape, numbers) of the losses without noise, and with each draw that changes them."""
        still = Planned(made)
        shape, calm = numbers(losses(still))
        moved = sorted(numbers(losses(Planned(made, k, size)))[1] for k in range(still.count))
        return shape, [*calm, *(x for row in moved if row != calm for x in row)]
