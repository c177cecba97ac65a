"""Samplers: from noise to data, one reverse step at a time."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor

from vdm_tutor.process import Batch, noise_like, posterior
from vdm_tutor.schedule import Schedule
from vdm_tutor.targets import x0_to_eps

Walk = Iterator[tuple[int, Batch, Batch]]


@torch.no_grad()
def ancestral(
    denoiser: Callable, schedule: Schedule, xt: Batch, generator: torch.Generator, noise: bool = True
) -> Walk:
    """Walk from x_T to x_0 by drawing each x_prev from p(x_prev|xt) = N(mu_q(xt, x0_hat), sigma_q^2) (Eqs. 84, 94).

    Yields (t, x_t, x0_hat) for t = T..1 and last (0, x_0, x_0). `noise=False` keeps only the means.
    """
    for step in range(schedule.n_steps, 0, -1):
        t = torch.full((len(xt),), step, device=xt.device)
        x0_hat = denoiser(xt, schedule.log_snr_at(t))
        yield step, xt, x0_hat
        posterior_mean, posterior_var = posterior(xt, x0_hat, t, schedule)
        z = noise_like(xt, generator) if noise else 0.0
        xt = posterior_mean + posterior_var.sqrt() * z
    yield 0, xt, xt


@torch.no_grad()
def deterministic(denoiser: Callable, schedule: Schedule, xt: Batch) -> Walk:
    """Walk from x_T to x_0 without randomness: keep the predicted noise and lower its share (DDIM with eta = 0).

    Yields (t, x_t, x0_hat) like `ancestral`.
    """
    for step in range(schedule.n_steps, 0, -1):
        t = torch.full((len(xt),), step, device=xt.device)
        log_snr = schedule.log_snr_at(t)
        x0_hat = denoiser(xt, log_snr)
        yield step, xt, x0_hat
        s, eps_hat = schedule.at(t, xt), x0_to_eps(x0_hat, xt, log_snr)
        xt = s.alpha_bar_prev.sqrt() * x0_hat + s.noise_var_prev.sqrt() * eps_hat
    yield 0, xt, xt


def last(steps: Iterable) -> Tensor:
    """The x_0 at the end of a walk."""
    return deque(steps, maxlen=1).pop()[1]


def frames(steps: Iterable, keep: Iterable[int]) -> tuple[list[int], Tensor]:
    """The steps named in `keep`, in the walk's order, and their x_t stacked: what a player shows."""
    wanted = set(keep)
    kept = [(t, xt) for t, xt, _ in steps if t in wanted]
    return [t for t, _ in kept], torch.stack([xt for _, xt in kept])


def prior_noise(n: int, shape: tuple[int, ...], generator: torch.Generator, dtype=torch.float32) -> Tensor:
    """x_T ~ N(0, I) (Eq. 33), n of them."""
    return torch.randn(n, *shape, dtype=dtype, device=generator.device, generator=generator)
