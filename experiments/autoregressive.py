"""An autoregressive network on the digits: the exact rival of lesson 14's diffusion model, trained on the same images.

A pixel's law is told by the pixels before it in reading order, and the chain rule makes one law of all 64: this is
log P(x) itself, no bound. Warped digits help it as they help the diffusion model (`experiments.digits`); it is told
which images are warped, and measured on real ones.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from experiments.digits import Plan
from vdm_tutor.levels import N_LEVELS, LevelsLaw

PLAN = Plan(800, 48, 64, 0.85)
RATE, DECAY, DROPOUT = 4e-3, 0.998, 0.2
Images = Float[Tensor, "batch 1 8 8"]


class CausalConv(nn.Conv2d):
    """A convolution that sees what stands before a pixel in reading order, and the pixel `itself` where asked."""

    def __init__(self, inputs: int, outputs: int, size: int, itself: bool):
        super().__init__(inputs, outputs, size, padding=size // 2)
        before = torch.arange(size**2) < size**2 // 2 + itself
        self.register_buffer("before", before.reshape(size, size).float())

    def forward(self, hidden: Float[Tensor, "batch inlet h w"]) -> Float[Tensor, "batch outlet h w"]:
        return functional.conv2d(hidden, self.weight * self.before, self.bias, padding=self.padding)


class PixelNet(nn.Module):
    """Logits of the 17 levels of each pixel, given the pixels before it.

    The first layer sees all of them, the blocks what is near. Nothing averages over pixels: a norm that did would
    tell a pixel of those after it.
    """

    def __init__(self, channels: int = 48, n_blocks: int = 5, dropout: float = DROPOUT):
        super().__init__()
        self.inlet = CausalConv(3, channels, 15, itself=False)
        self.place = nn.Parameter(torch.zeros(channels, 8, 8))
        self.warped = nn.Parameter(torch.zeros(channels, 1, 1))
        self.blocks = nn.ModuleList(PixelBlock(channels, dropout) for _ in range(n_blocks))
        self.outlet = nn.Conv2d(channels, N_LEVELS, 1)

    def forward(self, images: Images, is_warped: Bool[Tensor, "batch"]) -> Float[Tensor, "batch 1 8 8 17"]:
        value = (images + 1) / 2
        seen = torch.cat([value, value == 0, value == 1], dim=1)  # blank and full are what most pixels are
        hidden = self.inlet(seen) + self.place + is_warped[:, None, None, None] * self.warped
        for block in self.blocks:
            hidden = block(hidden)
        return self.outlet(functional.silu(evened(hidden))).movedim(1, -1)[:, None]

    def log_prob(self, images: Images, is_warped: Bool[Tensor, "batch"] | None = None) -> Float[Tensor, "batch"]:
        """log P(image), nats, exact: the chain rule."""
        real = torch.zeros(len(images), dtype=torch.bool)
        logits = self(images, real if is_warped is None else is_warped)
        return LevelsLaw(logits).log_prob(images).flatten(1).sum(1)


class PixelBlock(nn.Module):
    """Two causal convolutions around a skip."""

    def __init__(self, channels: int, dropout: float):
        super().__init__()
        self.first = CausalConv(channels, channels, 3, itself=True)
        self.second = CausalConv(channels, channels, 3, itself=True)
        self.dropout = nn.Dropout(dropout)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, hidden: Float[Tensor, "batch channel h w"]) -> Float[Tensor, "batch channel h w"]:
        inner = self.first(functional.silu(evened(hidden)))
        return hidden + self.second(self.dropout(functional.silu(evened(inner))))


def evened(hidden: Float[Tensor, "batch channel h w"]) -> Float[Tensor, "batch channel h w"]:
    """Each pixel's channels scaled to a mean square of one."""
    return hidden * (hidden.square().mean(1, keepdim=True) + 1e-5).rsqrt()
