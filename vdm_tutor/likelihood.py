"""The last step of a model, down to the data: p(x0|x1) of a diffusion model, and the law of pixels on levels.

The two likelihoods are called as likelihood(x0, x1, denoiser, log_snr, label=None) and give log p(x0|x1) in nats per
example, with log_snr the level of x1, log SNR(1).
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor
from torch.distributions import Categorical

from vdm_tutor.data import DIGIT_LEVELS
from vdm_tutor.denoiser import level_logits
from vdm_tutor.process import Batch


def gaussian_likelihood(x0: Batch, x1: Batch, denoiser, log_snr: float, label=None) -> Float[Tensor, "batch"]:
    """log N(x0; x0_hat(x1), I/SNR(1)), nats: continuous data; the schedule fixes the variance."""
    level = torch.full((len(x0),), log_snr, dtype=torch.float64, device=x0.device)
    squared_error = (x0 - denoiser(x1, level, label)).square().flatten(1).sum(1)
    dim = math.prod(x0.shape[1:])
    return -0.5 * (math.exp(log_snr) * squared_error + dim * (math.log(2 * math.pi) - log_snr))


def levels_likelihood(x0: Batch, x1: Batch, denoiser, log_snr: float, label=None) -> Float[Tensor, "batch"]:
    """Log-probability, nats, of the 17 levels per pixel, proportional to q(x1|x0 = level); needs no denoiser.

    Raises ValueError when x0 is not on the 17 levels k/8 - 1.
    """
    return LevelsLaw(logits=level_logits(x1, log_snr)).log_prob(x0).flatten(1).sum(1)


class LevelsLaw(Categorical):
    """Independent pixels on the digits' 17 levels: logits [batch, 1, height, width, 17]; log-probabilities in nats."""

    def __init__(self, logits: Float[Tensor, "batch *pixel 17"]):
        super().__init__(logits=logits, validate_args=False)

    def log_prob(self, x: Float[Tensor, "batch *pixel"]) -> Float[Tensor, "batch *pixel"]:
        """Log-probability of each pixel. Raises ValueError when x is not on the 17 levels k/8 - 1."""
        levels = DIGIT_LEVELS.to(x)
        index = ((x + 1) * 8).round().long().clamp(0, len(levels) - 1)
        if not torch.equal(levels[index], x):
            raise ValueError("these data are not on the digits' 17 levels k/8 - 1, k = 0..16")
        return super().log_prob(index)

    def draw(self, generator: torch.Generator) -> Float[Tensor, "batch *pixel"]:
        """One draw of every pixel, on the levels."""
        index = torch.multinomial(self.probs.flatten(0, -2), 1, generator=generator)
        return DIGIT_LEVELS.to(self.probs)[index].reshape(self.probs.shape[:-1])
