"""Noise schedules: how much of the signal is left after each of T steps."""

import math
from dataclasses import dataclass, fields, replace
from functools import cached_property
from numbers import Integral

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from vdm_tutor.data import check_count
from vdm_tutor.noise_level import check_batch, named

STEPS = "a schedule has at least one step; got n_steps ="  # and what was got


@dataclass(frozen=True)
class Step:
    """The schedule at one step t for each example, in the dtype of a batch and shaped to multiply it."""

    alpha: Float[Tensor, "batch ..."]
    beta: Float[Tensor, "batch ..."]
    alpha_bar: Float[Tensor, "batch ..."]
    noise_var: Float[Tensor, "batch ..."]
    alpha_bar_prev: Float[Tensor, "batch ..."]
    noise_var_prev: Float[Tensor, "batch ..."]


@dataclass(frozen=True)
class Schedule:
    """A discrete noise schedule; index t *is* step t, t = 1..T, and index 0 stands for clean data.

    All arrays are float64, of length T + 1: alpha_bar[0] = 1, snr[0] = log_snr[0] = inf; `at` gathers. The two ends,
    log SNR(1), the least noisy level that a denoiser sees, and log SNR(T) are kept as numbers too.
    """

    name: str
    alpha: Float[Tensor, "time"]
    alpha_bar: Float[Tensor, "time"]
    snr: Float[Tensor, "time"]
    log_snr: Float[Tensor, "time"]
    log_snr_max: float
    log_snr_min: float

    @property
    def n_steps(self) -> int:
        """T, the number of noising steps."""
        return len(self.alpha) - 1

    @cached_property
    def beta(self) -> Float[Tensor, "time"]:
        """1 - alpha: the variance of the noise that step t adds. Taken here in float64, for in float32 it drowns."""
        return 1 - self.alpha

    @cached_property
    def noise_var(self) -> Float[Tensor, "time"]:
        """1 - alpha_bar: the noise's share of the variance at step t, float64 for the same reason."""
        return 1 - self.alpha_bar

    @cached_property
    def alpha_bar_prev(self) -> Float[Tensor, "time"]:
        """alpha_bar one step earlier: alpha_bar_prev[t] = alpha_bar[t-1], so alpha_bar_prev[1] = 1."""
        return torch.cat([self.alpha_bar[:1] * math.nan, self.alpha_bar[:-1]])

    @cached_property
    def noise_var_prev(self) -> Float[Tensor, "time"]:
        """1 - alpha_bar one step earlier: noise_var_prev[1] = 0."""
        return 1 - self.alpha_bar_prev

    def to(self, device: torch.device | str) -> "Schedule":
        """The same schedule with its arrays on another device: where the model lives."""
        arrays = {name: getattr(self, name).to(device) for name in ("alpha", "alpha_bar", "snr", "log_snr")}
        return replace(self, **arrays)

    def at(self, t: Int[Tensor, "batch"], like: Float[Tensor, "batch *dim"]) -> Step:
        """Every quantity of the steps t, in `like`'s dtype and shaped to multiply it.

        Raises ValueError when a step is not in 1..T: step 0 is clean data and has no noise level.
        """
        check_batch(like)
        rows = self.gather(self._table, t).to(like.dtype)
        return Step(*rows.reshape(len(t), *[1] * (like.ndim - 1), rows.shape[-1]).unbind(-1))

    def log_snr_at(self, t: Int[Tensor, "batch"]) -> Float[Tensor, "batch"]:
        """log SNR at steps t, float64: what a denoiser is told."""
        return self.gather(self.log_snr, t)

    def gather(self, values: Float[Tensor, "time ..."], t: Int[Tensor, "batch"], first: int = 1) -> Tensor:
        """values[t] for steps t in first..T; any other raises ValueError (on a GPU, CUDA's own error)."""
        if not isinstance(t, Tensor) or t.is_floating_point():
            raise ValueError(f"steps are a tensor [n] of whole numbers, one for each example; got {named(t)}")
        try:  # index_select itself refuses what is out of range, so nobody has to ask for the largest t
            return values[first:].index_select(0, t - first)
        except IndexError:
            found = f"{t.min().item()}..{t.max().item()}"
            raise ValueError(f"steps run from {first} to {self.n_steps}; got {found}") from None

    @cached_property
    def _table(self) -> Float[Tensor, "time quantity"]:
        return torch.stack([getattr(self, field.name) for field in fields(Step)], dim=1)


def from_alpha(alpha: Float[Tensor, "steps"], name: str = "custom") -> Schedule:
    """The schedule with the given alpha_1..alpha_T: alpha_bar_t is their running product (Eq. 69).

    Raises ValueError where there is none, or one not strictly between 0 and 1.
    """
    alpha = torch.as_tensor(alpha, dtype=torch.float64)
    if alpha.ndim != 1 or not len(alpha) or not ((alpha > 0) & (alpha < 1)).all():
        raise ValueError("a schedule needs at least one step, and every alpha_t strictly between 0 and 1")
    alpha = torch.cat([torch.ones_like(alpha[:1]), alpha])
    alpha_bar = alpha.cumprod(0)
    snr = alpha_bar / (1 - alpha_bar)  # Eq. 109; inf at t = 0
    if not (snr[1:].isfinite() & (snr[1:] > 0)).all():
        raise ValueError("the signal must fade at t = 1 and never be lost: some SNR(t) is infinite or 0 in float64")
    return _schedule(name, alpha, alpha_bar, snr, snr.log())


def from_log_snr(log_snr: Float[Tensor, "steps"], name: str = "custom") -> Schedule:
    """The schedule with the given log SNR(1..T): alpha_bar_t = sigmoid(log SNR(t)) (Eq. 113).

    Raises ValueError where it is not finite, does not fall at every step, or leaves all or nothing of the signal.
    """
    log_snr = torch.as_tensor(log_snr, dtype=torch.float64)
    if log_snr.ndim != 1 or not len(log_snr) or not log_snr.isfinite().all() or not (log_snr.diff() < 0).all():
        raise ValueError("log SNR must be finite, of at least one step, and must fall at every step")
    log_snr = torch.cat([torch.full_like(log_snr[:1], math.inf), log_snr])
    alpha_bar = torch.sigmoid(log_snr)
    alpha = torch.cat([alpha_bar[:1], alpha_bar[1:] / alpha_bar[:-1]])
    if not ((alpha_bar[1:] > 0) & (alpha_bar[1:] < 1)).all():
        raise ValueError("the signal must fade at t = 1 and never be lost: some alpha_bar is 0 or 1 in float64")
    return _schedule(name, alpha, alpha_bar, log_snr.exp(), log_snr)


def _schedule(name: str, alpha: Tensor, alpha_bar: Tensor, snr: Tensor, log_snr: Tensor) -> Schedule:
    return Schedule(name, alpha, alpha_bar, snr, log_snr, log_snr[1].item(), log_snr[-1].item())


def linear_beta(n_steps: int = 1000) -> Schedule:
    """beta_t = 1 - alpha_t rises linearly from 1e-4 to 0.02, times 1000/T so that x_T is noise for any T.

    Raises ValueError where the scaled beta_T would reach 1 (T <= 20).
    """
    check_count(n_steps, STEPS)
    if n_steps <= 20:
        raise ValueError(f"linear beta needs more than 20 steps: with {n_steps}, beta_T would reach 1")
    beta = torch.linspace(1e-4, 0.02, n_steps, dtype=torch.float64) * 1000 / n_steps
    return from_alpha(1 - beta, f"linear_beta({n_steps})")


def linear_beta_unscaled(n_steps: int) -> Schedule:
    """The betas of T = 1000 squeezed into T = n_steps without scaling: x_T keeps signal. A published mistake."""
    check_count(n_steps, STEPS)
    return from_alpha(1 - torch.linspace(1e-4, 0.02, n_steps, dtype=torch.float64), f"linear_beta_unscaled({n_steps})")


def cosine(n_steps: int = 1000) -> Schedule:
    """alpha_bar(t) follows a squared cosine (offset 0.008), with beta_t clipped at 0.999."""
    check_count(n_steps, STEPS)
    time = torch.linspace(0, 1, n_steps + 1, dtype=torch.float64)
    signal = torch.cos((time + 0.008) / 1.008 * math.pi / 2).square()
    beta = (1 - signal[1:] / signal[:-1]).clamp(max=0.999)
    return from_alpha(1 - beta, f"cosine({n_steps})")


def uniform_log_snr(n_steps: int = 1000, log_snr_max: float = 9.0, log_snr_min: float = -6.0) -> Schedule:
    """log SNR falls in equal steps from log_snr_max at t = 1 to log_snr_min at t = T.

    Raises ValueError for fewer than two steps, or ends the wrong way round.
    """
    if not isinstance(n_steps, Integral) or n_steps < 2 or log_snr_max <= log_snr_min:
        raise ValueError("uniform log-SNR needs at least 2 steps and log_snr_max above log_snr_min")
    log_snr = torch.linspace(log_snr_max, log_snr_min, n_steps, dtype=torch.float64)
    return from_log_snr(log_snr, f"uniform_log_snr({n_steps}, {log_snr_max:g}, {log_snr_min:g})")


class LearnedSchedule(nn.Module):
    """A schedule whose shape is learned: log SNR falls with time 0..1 for any weights, between ends that cannot drift.

    A straight line plus sigmoids of positive slope and height, rescaled to pass through both ends; gamma_eta of
    Section "Learning Diffusion Noise Parameters" (Eq. 112) is minus its value. float64.
    """

    def __init__(self, log_snr_max: float = 9.0, log_snr_min: float = -6.0, width: int = 32):
        super().__init__()
        self.log_snr_max, self.log_snr_min = log_snr_max, log_snr_min
        self.heights = nn.Parameter(torch.full((width + 1,), -2.0, dtype=torch.float64))
        self.slopes = nn.Parameter(torch.full((width,), 3.0, dtype=torch.float64))
        self.places = nn.Parameter(torch.linspace(0, 1, width, dtype=torch.float64))

    def forward(self, time: Float[Tensor, "batch"]) -> Float[Tensor, "batch"]:
        """log SNR at each time: log_snr_max at 0, log_snr_min at 1, falling between."""
        time = time.to(torch.float64)
        first, last = self._rise(torch.arange(2, dtype=torch.float64, device=time.device))
        share = ((self._rise(time) - first) / (last - first)).clamp(0, 1)
        # A sum computed twice may round in two ways: at the ends the share is not computed, it is the time.
        share = torch.where((time > 0) & (time < 1), share, time)
        return (1 - share) * self.log_snr_max + share * self.log_snr_min

    def to_schedule(self, n_steps: int) -> Schedule:
        """The discrete schedule of T = n_steps >= 2 steps at equal distances in time."""
        check_count(n_steps, STEPS)
        time = torch.linspace(0, 1, n_steps, dtype=torch.float64, device=self.places.device)
        with torch.no_grad():
            return from_log_snr(self(time), f"learned({n_steps})")

    def _rise(self, time: Tensor) -> Tensor:
        """Rising in time for any weights: heights and slopes enter by their exponentials."""
        steps = torch.sigmoid(self.slopes.exp() * (time[:, None] - self.places))
        return self.heights[0].exp() * time + steps @ self.heights[1:].exp()


SCHEDULES = {"linear_beta": linear_beta, "cosine": cosine, "uniform_log_snr": uniform_log_snr}
