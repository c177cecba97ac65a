"""Small things that several tests of the numbers room use."""

import math

import torch

from vdm_tutor.schedule import Schedule, from_alpha

SHAPES = [(7, 3), (5, 5), (3, 1, 2, 2)]  # distinct primes; batch = dim; an image


def randn(*shape: int, generator: torch.Generator) -> torch.Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=generator)


def random_schedule(n_steps: int, generator: torch.Generator) -> Schedule:
    """Generic alphas: no two steps alike, no round values for a slip to hide behind."""
    return from_alpha(0.6 + 0.39 * torch.rand(n_steps, dtype=torch.float64, generator=generator))


def normal_log_prob(x, mean, var):
    return -0.5 * ((x - mean) ** 2 / var + torch.log(2 * math.pi * torch.as_tensor(var, dtype=torch.float64)))


def assert_mean_is(values: torch.Tensor, truth: float, n_se: float = 5.0) -> None:
    """The mean of independent values is the truth, within 5 standard errors."""
    se = values.std() / math.sqrt(len(values))
    assert abs(values.mean() - truth) < n_se * se, f"{values.mean():.5f} ± {se:.5f}, truth {truth:.5f}"
