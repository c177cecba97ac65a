"""The evidence lower bound of a diffusion model, term by term and in nats (Eq. 58).

A *denoiser* maps (xt, log_snr) to x0_hat.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from vdm_tutor.data import check_generator
from vdm_tutor.denoiser import asked
from vdm_tutor.noise_level import alpha_bar_of
from vdm_tutor.process import Batch, Steps, Var, q_marginal, q_sample
from vdm_tutor.schedule import Schedule

PerExample = Float[Tensor, "batch"]


@dataclass(frozen=True)
class ElboTerms:
    """The three terms of Eq. 58 for each example, in nats."""

    recon: PerExample
    prior_kl: PerExample
    denoise_kl: PerExample

    @property
    def elbo(self) -> PerExample:
        """recon - prior_kl - denoise_kl (Eq. 58)."""
        return self.recon - self.prior_kl - self.denoise_kl

    @property
    def parts(self) -> dict[str, PerExample]:
        """The terms by name: the first is a gain, the others are costs."""
        return {"recon": self.recon, "prior_kl": self.prior_kl, "denoise_kl": self.denoise_kl}


def gaussian_kl(mean: Batch, var: Var, other_mean: Batch, other_var: Var) -> PerExample:
    """KL(N(mean, var) || N(other_mean, other_var)), nats, a number each (Eq. 86)."""
    ratio = var / other_var
    per_dim = 0.5 * (ratio - 1 - ratio.log() + (mean - other_mean).square() / other_var)
    return per_dim.expand_as(mean).flatten(1).sum(1)


def prior_kl(x0: Batch, log_snr_min: float) -> PerExample:
    """Prior matching, KL(q(x_T|x0) || N(0, I)), nats (second term of Eq. 58); no denoiser enters."""
    mean, var = q_marginal(x0, log_snr_min)
    return gaussian_kl(mean, var, torch.zeros_like(mean), torch.ones_like(var))


def x0_weight(t: Steps, schedule: Schedule) -> PerExample:
    """Weight of ||x0 - x0_hat||^2: (SNR(t-1) - SNR(t)) / 2, t >= 2 (Eq. 110)."""
    snr = schedule.gather(schedule.snr, t, first=2)
    return 0.5 * (schedule.gather(schedule.snr, t - 1) - snr)


def eps_weight(t: Steps, schedule: Schedule) -> PerExample:
    """The weight of ||eps - eps_hat||^2 in the denoising KL of step t (Eq. 130), t in 2..T."""
    return x0_weight(t, schedule) / schedule.gather(schedule.snr, t)


def score_weight(t: Steps, schedule: Schedule) -> PerExample:
    """The weight of ||score - score_hat||^2 in the denoising KL of step t (Eq. 148), t in 2..T."""
    return eps_weight(t, schedule) * schedule.gather(schedule.noise_var, t)


def v_weight(t: Steps, schedule: Schedule) -> PerExample:
    """The weight of ||v - v_hat||^2 in the denoising KL of step t: x0 moves noise_std times as far as v; t in 2..T."""
    return x0_weight(t, schedule) * schedule.gather(schedule.noise_var, t)


def denoise_kl_at(denoiser: Callable, x0: Batch, t: Steps, schedule: Schedule, eps: Batch) -> PerExample:
    """Denoising matching at step t and one draw of xt: KL(q(x_prev|xt,x0) || p(x_prev|xt)), nats (Eqs. 99, 110)."""
    log_snr = schedule.log_snr_at(t)
    x0_hat = asked(denoiser, q_sample(x0, log_snr, eps), log_snr)
    squared_error = (x0 - x0_hat).square().flatten(1).sum(1)
    return (x0_weight(t, schedule) * squared_error).to(x0.dtype)


def own_error(x0_hat: Batch, x0: Batch, xt: Batch, log_snr: Float[Tensor, "batch"]) -> PerExample:
    """||x0 - x0_hat||^2: the squared error at the example that x_t was made from."""
    return (x0 - x0_hat).square().flatten(1).sum(1)


def shared_error(x0_hat: Batch, x0: Batch, xt: Batch, log_snr: Float[Tensor, "batch"]) -> PerExample:
    """The mean of `own_error` over the examples of the batch that x_t may have been made from, given x_t.

    Which example made x_t is one more draw, and its mean is known: expectation and gradient keep their means and
    scatter less (Rao and Blackwell), so that a network learns from far fewer steps.
    """
    points = x0.flatten(1)
    columns = torch.cat([points.T, points.square().sum(1)[None]])
    *mean, mean_square = columns @ chance_of_each(xt, x0, log_snr).T
    mean = torch.stack(mean, dim=1)
    return (mean - x0_hat.flatten(1)).square().sum(1) + mean_square - mean.square().sum(1)


def chance_of_each(xt: Batch, x0: Batch, log_snr: Float[Tensor, "batch"]) -> Float[Tensor, "batch batch"]:
    """How likely it is that xt[i] was made from x0[j], all being equally likely before: q(xt|x0) by Bayes' rule."""
    points = x0.flatten(1)
    seen = xt.flatten(1) / alpha_bar_of(log_snr, points).sqrt()
    snr = log_snr.exp().to(x0.dtype)[:, None]
    return torch.addmm(-0.5 * snr * points.square().sum(1), snr * seen, points.T).softmax(1)


def random_steps(n: int, schedule: Schedule, generator: torch.Generator) -> Int[Tensor, "n"]:
    """n steps t, each uniform on 2..T, spread evenly over the range (one shared offset) to lower the variance.

    Raises ValueError where T = 1: there is no such step.
    """
    if schedule.n_steps < 2:
        raise ValueError("a schedule of one step has no denoising term: those are of t = 2..T")
    return 2 + (spread(n, generator) * (schedule.n_steps - 1)).long()


def spread(n: int, generator: torch.Generator) -> Float[Tensor, "n"]:
    """n numbers, each uniform on [0, 1), at equal distances; shuffled, so that an example's place tells nothing."""
    check_generator(generator)
    offset = torch.rand(1, dtype=torch.float64, device=generator.device, generator=generator)
    order = torch.randperm(n, device=generator.device, generator=generator)
    return (order + offset) / n % 1
