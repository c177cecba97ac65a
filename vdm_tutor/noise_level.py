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


def check_batch(x: Tensor) -> None:
    """Raises ValueError where x is no batch of floats: in whole numbers a share of signal or noise rounds to 0."""
    if not isinstance(x, Tensor) or not x.is_floating_point() or not x.ndim:
        raise ValueError(f"a batch is a tensor [n, ...] of floats; got {named(x)}")


def named(x: object) -> str:
    """What was handed over, in a refusal's words: shape and type of a tensor, or what it is instead."""
    return f"{list(x.shape)} of {x.dtype}" if isinstance(x, Tensor) else f"a {type(x).__name__}"


def _column(log_snr: LogSnr, like: Tensor) -> Tensor:
    check_batch(like)
    # float64 until the share is known: 1 - alpha_bar of a clean x_t drowns in float32 rounding.
    column = torch.as_tensor(log_snr, dtype=torch.float64, device=like.device)
    if len(like) > 1 and column.numel() not in (1, len(like)):
        raise ValueError(f"log SNR is one number, or one for each of {len(like)} examples; got {list(column.shape)}")
    return column.reshape(-1, *[1] * (like.ndim - 1))
