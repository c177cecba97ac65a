"""Denoisers: maps (xt, log_snr, label) to x0_hat, whatever they predict inside."""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vdm_tutor.data import Mixture
from vdm_tutor.noise_level import LogSnr
from vdm_tutor.targets import eps_to_x0


class ExactDenoiser:
    """x0_hat = E[x0|xt] of data whose density is known: no network can have a smaller squared error."""

    def __init__(self, mixture: Mixture):
        self.mixture = mixture

    def __call__(self, xt: Float[Tensor, "batch dim"], log_snr: LogSnr, label=None) -> Float[Tensor, "batch dim"]:
        return self.mixture.x0_mean(xt, log_snr)


def level_features(log_snr: Float[Tensor, "batch"], n_features: int) -> Float[Tensor, "batch n_features"]:
    """Sines and cosines of log SNR at octaves of frequency: lets a network read the noise level finely."""
    frequency = 2 * math.pi / 64 * 2.0 ** torch.arange(n_features // 2, device=log_snr.device)
    angle = log_snr.float()[:, None] * frequency
    return torch.cat([angle.sin(), angle.cos()], dim=1)


class MLP(nn.Module):
    """A small network for points: predicts eps, returns x0_hat (Eq. 115)."""

    def __init__(self, dim: int = 2, width: int = 128, depth: int = 3, n_features: int = 12):
        super().__init__()
        widths = [dim + n_features, *[width] * depth]
        layers = [layer for pair in zip(widths, widths[1:], strict=False) for layer in (nn.Linear(*pair), nn.SiLU())]
        self.body = nn.Sequential(*layers, nn.Linear(width, dim))
        self.n_features = n_features

    def forward(self, xt: Float[Tensor, "batch dim"], log_snr: LogSnr, label=None) -> Float[Tensor, "batch dim"]:
        level = torch.as_tensor(log_snr, device=xt.device).expand(len(xt))
        eps_hat = self.body(torch.cat([xt, level_features(level, self.n_features)], dim=1))
        return eps_to_x0(eps_hat, xt, level)
