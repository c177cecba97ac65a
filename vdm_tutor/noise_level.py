"""The noise level: how a log-SNR becomes the share of signal and of noise in x_t.

Every function that needs to know how noisy x_t is takes `log_snr`, never an integer step, so that discrete
time, continuous time and learned schedules share one convention.
"""

import torch
from jaxtyping import Float
from torch import Tensor

LogSnr = Float[Tensor, "#batch"] | Float[Tensor, ""] | float


def alpha_bar_of(log_snr: LogSnr, like: Float[Tensor, "batch *dim"]) -> Float[Tensor, "..."]:
    """The signal's share of the variance, alpha_bar = sigmoid(log SNR) (Eq. 113), shaped to multiply `like`."""
    return torch.sigmoid(_column(log_snr, like)).to(like)


def noise_var_of(log_snr: LogSnr, like: Float[Tensor, "batch *dim"]) -> Float[Tensor, "..."]:
    """The noise's share of the variance, 1 - alpha_bar = sigmoid(-log SNR) (Eq. 114), shaped to multiply `like`."""
    return torch.sigmoid(-_column(log_snr, like)).to(like)


def _column(log_snr: LogSnr, like: Tensor) -> Tensor:
    # float64 until the share is known: 1 - alpha_bar of a clean x_t drowns in float32 rounding.
    column = torch.as_tensor(log_snr, dtype=torch.float64, device=like.device)
    if len(like) > 1 and column.numel() not in (1, len(like)):
        raise ValueError(f"log SNR is one number, or one for each of {len(like)} examples; got {list(column.shape)}")
    return column.reshape(-1, *[1] * (like.ndim - 1))
