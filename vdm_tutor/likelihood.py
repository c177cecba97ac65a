"""p(x0|x1): the last step of the model, from the least noisy level to data.

Both likelihoods are called as likelihood(x0, x1, denoiser, log_snr, label=None) and give log p(x0|x1) in nats per
example, with log_snr the level of x1, log SNR(1).
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

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
    levels = DIGIT_LEVELS.to(x0)
    index = ((x0 + 1) * 8).round().long().clamp(0, len(levels) - 1)
    if not torch.equal(levels[index], x0):
        raise ValueError("these data are not on the digits' 17 levels k/8 - 1, k = 0..16")
    log_prob = torch.log_softmax(level_logits(x1, log_snr), dim=-1).gather(-1, index[..., None])[..., 0]
    return log_prob.flatten(1).sum(1)
