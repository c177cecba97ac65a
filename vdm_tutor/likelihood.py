"""The last step of a diffusion model, p(x0|x1), down to the data.

A likelihood is called as likelihood(x0, x1, denoiser, log_snr) and gives log p(x0|x1) in nats per example, with
log_snr the level of x1, log SNR(1).
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from vdm_tutor.denoiser import asked
from vdm_tutor.levels import LevelsLaw, level_logits
from vdm_tutor.process import Batch


def gaussian_likelihood(x0: Batch, x1: Batch, denoiser, log_snr: float) -> Float[Tensor, "batch"]:
    """log N(x0; x0_hat(x1), I/SNR(1)), nats: continuous data; the schedule fixes the variance."""
    level = torch.full((len(x0),), log_snr, dtype=torch.float64, device=x0.device)
    squared_error = (x0 - asked(denoiser, x1, level)).square().flatten(1).sum(1)
    dim = math.prod(x0.shape[1:])
    return -0.5 * (math.exp(log_snr) * squared_error + dim * (math.log(2 * math.pi) - log_snr))


def levels_likelihood(x0: Batch, x1: Batch, denoiser, log_snr: float) -> Float[Tensor, "batch"]:
    """Log-probability, nats, of the 17 levels per pixel, proportional to q(x1|x0 = level); needs no denoiser.

    Minus infinity when x0 is not on the 17 levels k/8 - 1.
    """
    return LevelsLaw(logits=level_logits(x1, log_snr)).log_prob(x0).flatten(1).sum(1)
