"""The 17 levels of the digits' pixels, k/8 - 1 for k = 0..16, and the law of pixels that lie on them."""

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.distributions import Categorical

from vdm_tutor.noise_level import LogSnr, alpha_bar_of, noise_var_of

N_LEVELS = 17
LEVEL_WIDTH = 1 / 8  # between two levels


def levels(like: Tensor) -> Float[Tensor, "17"]:
    """The 17 levels from -1 to 1, in `like`'s dtype, on its device."""
    return torch.arange(N_LEVELS, dtype=like.dtype, device=like.device) * LEVEL_WIDTH - 1


def level_index(x: Float[Tensor, "*pixel"]) -> Int[Tensor, "*pixel"]:
    """k of each pixel's nearest level, 0..16."""
    return ((x + 1) / LEVEL_WIDTH).round().long().clamp(0, N_LEVELS - 1)


def level_logits(xt: Float[Tensor, "*pixel"], log_snr: LogSnr) -> Float[Tensor, "*pixel 17"]:
    """log q(xt|x0 = level) of each pixel for each of the 17 levels, nats, up to a constant (Eq. 70)."""
    mean = alpha_bar_of(log_snr, xt).sqrt()[..., None] * levels(xt)
    return -0.5 * (xt[..., None] - mean).square() / noise_var_of(log_snr, xt)[..., None]


class LevelsLaw(Categorical):
    """Independent pixels on the 17 levels: logits [batch, 1, height, width, 17]; log-probabilities in nats."""

    def __init__(self, logits: Float[Tensor, "batch *pixel 17"]):
        super().__init__(logits=logits, validate_args=False)

    def log_prob(self, x: Float[Tensor, "batch *pixel"]) -> Float[Tensor, "batch *pixel"]:
        """Log-probability of each pixel, nats; minus infinity off the levels, where the law has no mass."""
        index = level_index(x)
        return super().log_prob(index).masked_fill(levels(x)[index] != x, -torch.inf)

    def draw(self, generator: torch.Generator) -> Float[Tensor, "batch *pixel"]:
        """One draw of every pixel, on the levels."""
        # As torch.multinomial draws, but for its question to the host whether the probabilities are valid.
        race = torch.empty_like(self.probs).exponential_(generator=generator)
        return levels(self.probs)[(self.probs / race).argmax(-1)]
