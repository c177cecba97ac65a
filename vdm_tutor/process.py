"""The noising process: one step, the jump from x0, and one step back when x0 is known."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from vdm_tutor.data import check_examples, check_generator
from vdm_tutor.noise_level import LogSnr, alpha_bar_of, noise_var_of
from vdm_tutor.schedule import Schedule

Batch = Float[Tensor, "batch *dim"]
Var = Float[Tensor, "..."]  # one for each example, or for each number, shaped to multiply a batch
Steps = Int[Tensor, "batch"]


def q_step(x_prev: Batch, t: Steps, schedule: Schedule, eps_step: Batch) -> Batch:
    """One noising step, xt = sqrt(alpha_t) x_prev + sqrt(1 - alpha_t) eps_step (Eq. 59): a draw from Eq. 31."""
    s = schedule.at(t, x_prev)
    return s.alpha.sqrt() * x_prev + s.beta.sqrt() * eps_step


def q_marginal(x0: Batch, log_snr: LogSnr) -> tuple[Batch, Float[Tensor, "..."]]:
    """Mean sqrt(alpha_bar) x0 and variance 1 - alpha_bar of q(xt|x0) (Eq. 70)."""
    return alpha_bar_of(log_snr, x0).sqrt() * x0, noise_var_of(log_snr, x0)


def q_sample(x0: Batch, log_snr: LogSnr, eps: Batch) -> Batch:
    """The jump xt = sqrt(alpha_bar) x0 + sqrt(1 - alpha_bar) eps (Eq. 69)."""
    mean, var = q_marginal(x0, log_snr)
    return mean + var.sqrt() * eps


def posterior(xt: Batch, x0: Batch, t: Steps, schedule: Schedule) -> tuple[Batch, Var]:
    """Mean mu_q (Eq. 84) and variance sigma_q^2 (Eq. 85) of q(x_prev|xt, x0)."""
    s = schedule.at(t, xt)
    from_xt = s.alpha.sqrt() * s.noise_var_prev * xt
    from_x0 = s.alpha_bar_prev.sqrt() * s.beta * x0
    posterior_mean = (from_xt + from_x0) / s.noise_var
    return posterior_mean, s.beta * s.noise_var_prev / s.noise_var


def forward_path(x0: Batch, schedule: Schedule, generator: torch.Generator) -> Float[Tensor, "time batch *dim"]:
    """x_0, x_1, ..., x_T of the noising chain, step by step (Eq. 30)."""
    check_examples(x0)
    path = [x0]
    for t in range(1, schedule.n_steps + 1):
        steps = torch.full((len(x0),), t, device=x0.device)
        path.append(q_step(path[-1], steps, schedule, noise_like(x0, generator)))
    return torch.stack(path)


def noise_like(x0: Batch, generator: torch.Generator) -> Batch:
    """Standard normal noise of x0's shape and dtype; the generator lives on x0's device."""
    check_generator(generator)
    return torch.randn(x0.shape, dtype=x0.dtype, device=x0.device, generator=generator)
