"""Denoisers: maps (xt, log_snr) to x0_hat, whatever they predict inside."""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vdm_tutor.data import Mixture
from vdm_tutor.levels import N_LEVELS, level_logits, levels
from vdm_tutor.noise_level import LogSnr
from vdm_tutor.targets import v_to_x0


class ExactDenoiser:
    """x0_hat = E[x0|xt] of data whose density is known: no network can have a smaller squared error."""

    def __init__(self, mixture: Mixture):
        self.mixture = mixture

    def to(self, device: torch.device | str) -> "ExactDenoiser":
        """The same denoiser on another device."""
        return ExactDenoiser(self.mixture.to(device))

    def __call__(self, xt: Float[Tensor, "batch dim"], log_snr: LogSnr) -> Float[Tensor, "batch dim"]:
        return self.mixture.x0_mean(xt, log_snr)


def level_features(log_snr: Float[Tensor, "batch"], n_features: int) -> Float[Tensor, "batch n_features"]:
    """Sines and cosines of log SNR at octaves of frequency: lets a network read the noise level finely."""
    frequency = 2 * math.pi / 64 * 2.0 ** torch.arange(n_features // 2, device=log_snr.device)
    angle = log_snr.float()[:, None] * frequency
    return torch.cat([angle.sin(), angle.cos()], dim=1)


class MLP(nn.Module):
    """A small network for points: predicts v inside, returns x0_hat.

    v is as large at every noise level as the data and the noise are, so no level's error is blown up on the way to
    x0_hat; the level scales and shifts every layer.
    """

    def __init__(self, dim: int = 2, width: int = 64, depth: int = 3, n_features: int = 12):
        super().__init__()
        self.args = {"dim": dim, "width": width, "depth": depth, "n_features": n_features}
        widths = [dim, *[width] * depth]
        self.layers = nn.ModuleList(nn.Linear(*pair) for pair in zip(widths, widths[1:], strict=False))
        self.modulation = nn.Linear(n_features, 2 * width * depth)
        self.outlet = nn.Linear(width, dim)
        self.n_features = n_features
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)

    def forward(self, xt: Float[Tensor, "batch dim"], log_snr: LogSnr) -> Float[Tensor, "batch dim"]:
        level = torch.as_tensor(log_snr, device=xt.device).expand(len(xt))
        return v_to_x0(self.output(xt, level), xt, level)

    def output(self, xt: Float[Tensor, "batch dim"], level: Float[Tensor, "batch"]) -> Float[Tensor, "batch dim"]:
        """What the last layer says, before any conversion: v_hat."""
        modulation = self.modulation(level_features(level, self.n_features)).chunk(2 * len(self.layers), dim=1)
        hidden = xt
        for layer, scale, shift in zip(self.layers, modulation[::2], modulation[1::2], strict=True):
            hidden = nn.functional.silu(layer(hidden) * (1 + scale) + shift)
        return self.outlet(hidden)


class ConvNet(nn.Module):
    """A small residual convolutional network for the 8x8 digits; returns x0_hat.

    A pixel can only be one of 17 levels. The network says from the neighbourhood how likely each is; Bayes' rule
    adds what the pixel's own noisy value says, exactly; x0_hat is the mean of the result, never off the range.
    """

    def __init__(self, channels: int = 48, n_blocks: int = 5, n_features: int = 12, dropout: float = 0.2):
        super().__init__()
        self.args = {"channels": channels, "n_blocks": n_blocks, "n_features": n_features, "dropout": dropout}
        self.level = nn.Sequential(nn.Linear(n_features, 2 * channels), nn.SiLU())
        self.inlet = nn.Conv2d(2, channels, 3, padding=1)
        self.place = nn.Parameter(torch.zeros(channels, 8, 8))  # lets a pixel know where it stands
        self.blocks = nn.ModuleList(ResidualBlock(channels, 2 * channels, dropout) for _ in range(n_blocks))
        self.outlet = nn.Sequential(nn.GroupNorm(8, channels), nn.SiLU(), nn.Conv2d(channels, N_LEVELS, 3, padding=1))
        self.n_features = n_features

    def forward(self, xt: Float[Tensor, "batch 1 8 8"], log_snr: LogSnr) -> Float[Tensor, "batch 1 8 8"]:
        level = torch.as_tensor(log_snr, device=xt.device).expand(len(xt))
        own_logits = level_logits(xt, level)
        own_mean = own_logits.softmax(-1) @ levels(xt)
        features = self.level(level_features(level, self.n_features))
        hidden = self.inlet(torch.cat([xt, own_mean], dim=1)) + self.place
        for block in self.blocks:
            hidden = block(hidden, features)
        context_logits = self.outlet(hidden).movedim(1, -1)[:, None]
        return (own_logits + context_logits).softmax(-1) @ levels(xt)


class ResidualBlock(nn.Module):
    """Two convolutions around a skip; the noise level scales and shifts what is between them."""

    def __init__(self, channels: int, n_features: int, dropout: float):
        super().__init__()
        self.first = nn.Sequential(nn.GroupNorm(8, channels), nn.SiLU(), nn.Conv2d(channels, channels, 3, padding=1))
        self.modulation = nn.Linear(n_features, 2 * channels)
        self.norm = nn.GroupNorm(8, channels)
        self.second = nn.Sequential(nn.SiLU(), nn.Dropout(dropout), nn.Conv2d(channels, channels, 3, padding=1))
        nn.init.zeros_(self.second[-1].weight)
        nn.init.zeros_(self.second[-1].bias)

    def forward(
        self, hidden: Float[Tensor, "batch channel 8 8"], features: Float[Tensor, "batch feature"]
    ) -> Float[Tensor, "batch channel 8 8"]:
        scale, shift = self.modulation(features)[:, :, None, None].chunk(2, dim=1)
        return hidden + self.second(self.norm(self.first(hidden)) * (1 + scale) + shift)
