"""The evidence lower bound of a diffusion model, term by term and in nats (Eq. 58).

A *likelihood* is one of `vdm_tutor.likelihood`; a *denoiser* maps (xt, log_snr) to x0_hat.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from vdm_tutor.likelihood import gaussian_likelihood
from vdm_tutor.process import Batch, Steps, noise_like, q_marginal, q_sample
from vdm_tutor.schedule import Schedule

PerExample = Float[Tensor, "batch"]
RECON_DRAWS = 16  # draws of x1 behind one example's reconstruction term


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


def mean_and_se(values: Float[Tensor, "n"]) -> tuple[float, float]:
    """The mean over independent examples and its standard error."""
    return values.mean().item(), (values.std() / math.sqrt(len(values))).item()


def gap(log_prob: PerExample, elbo: PerExample) -> tuple[float, float]:
    """Mean and standard error of log p_data(x) - ELBO(x), paired per point, nats: never negative beyond error."""
    return mean_and_se(log_prob - elbo)


def bits_per_dim(nats: float, dim: int) -> float:
    """A log-likelihood or ELBO in nats per example as bits per dimension: smaller is better."""
    return -nats / (dim * math.log(2))


def gaussian_kl(
    mean: Batch, var: Float[Tensor, "..."], other_mean: Batch, other_var: Float[Tensor, "..."]
) -> PerExample:
    """KL(N(mean, var) || N(other_mean, other_var)) for diagonal covariances, nats, summed over dimensions (Eq. 86)."""
    ratio = var / other_var
    per_dim = 0.5 * (ratio - 1 - ratio.log() + (mean - other_mean).square() / other_var)
    return per_dim.expand_as(mean).flatten(1).sum(1)


def prior_kl(x0: Batch, log_snr_min: float) -> PerExample:
    """Prior matching, KL(q(x_T|x0) || N(0, I)), nats (second term of Eq. 58); no denoiser enters."""
    mean, var = q_marginal(x0, log_snr_min)
    return gaussian_kl(mean, var, torch.zeros_like(mean), torch.ones_like(var))


def recon(
    x0: Batch, denoiser: Callable, log_snr_max: float, eps: Batch, likelihood=gaussian_likelihood, label=None
) -> PerExample:
    """Reconstruction, log p(x0|x1) at one draw of x1, nats (first term of Eq. 58)."""
    return likelihood(x0, q_sample(x0, log_snr_max, eps), denoiser, log_snr_max, label)


def x0_weight(t: Steps, schedule: Schedule) -> Float[Tensor, "batch"]:
    """The weight of ||x0 - x0_hat||^2 in the denoising KL of step t, (SNR(t-1) - SNR(t)) / 2 (Eq. 110), t in 2..T."""
    schedule.check_steps(t, first=2)
    return 0.5 * (schedule.snr[t.cpu() - 1] - schedule.snr[t.cpu()]).to(t.device)


def eps_weight(t: Steps, schedule: Schedule) -> Float[Tensor, "batch"]:
    """The weight of ||eps - eps_hat||^2 in the denoising KL of step t (Eq. 130), t in 2..T."""
    return x0_weight(t, schedule) / schedule.snr[t.cpu()].to(t.device)


def score_weight(t: Steps, schedule: Schedule) -> Float[Tensor, "batch"]:
    """The weight of ||score - score_hat||^2 in the denoising KL of step t (Eq. 148), t in 2..T."""
    return eps_weight(t, schedule) * schedule.noise_var[t.cpu()].to(t.device)


def v_weight(t: Steps, schedule: Schedule) -> Float[Tensor, "batch"]:
    """The weight of ||v - v_hat||^2 in the denoising KL of step t: x0 moves noise_std times as far as v; t in 2..T."""
    return x0_weight(t, schedule) * schedule.noise_var[t.cpu()].to(t.device)


def denoise_kl_at(denoiser: Callable, x0: Batch, t: Steps, schedule: Schedule, eps: Batch, label=None) -> PerExample:
    """Denoising matching at step t and one draw of xt: KL(q(x_prev|xt,x0) || p(x_prev|xt)), nats (Eqs. 99, 110)."""
    log_snr = schedule.log_snr_at(t)
    x0_hat = denoiser(q_sample(x0, log_snr, eps), log_snr, label)
    squared_error = (x0 - x0_hat).square().flatten(1).sum(1)
    return (x0_weight(t, schedule) * squared_error).to(x0)


def random_steps(n: int, schedule: Schedule, generator: torch.Generator) -> Int[Tensor, "n"]:
    """n steps t, each uniform on 2..T, spread evenly over the range (one shared offset) to lower the variance."""
    return 2 + (_spread(n, generator) * (schedule.n_steps - 1)).long()


def diffusion_loss(
    denoiser: Callable, x0: Batch, schedule: Schedule, generator: torch.Generator, label=None
) -> PerExample:
    """(T - 1) times the denoising KL at one random step: an unbiased estimate of the sum in Eq. 58 (see Eq. 100)."""
    t = random_steps(len(x0), schedule, generator).to(x0.device)
    return (schedule.n_steps - 1) * denoise_kl_at(denoiser, x0, t, schedule, noise_like(x0, generator), label)


def continuous_loss(
    denoiser: Callable,
    x0: Batch,
    log_snr_max: float,
    log_snr_min: float,
    generator: torch.Generator,
    label=None,
) -> PerExample:
    """The limit T -> infinity of `diffusion_loss`: half the integral of SNR ||x0 - x0_hat||^2 over log SNR, nats.

    One level per example, uniform in log SNR: the limit of Eq. 110's sum, which no longer knows the schedule's shape.
    """
    log_snr = (log_snr_max - (log_snr_max - log_snr_min) * _spread(len(x0), generator)).to(x0.device)
    x0_hat = denoiser(q_sample(x0, log_snr, noise_like(x0, generator)), log_snr, label)
    squared_error = (x0 - x0_hat).square().flatten(1).sum(1)
    return (0.5 * (log_snr_max - log_snr_min) * log_snr.exp() * squared_error).to(x0)


@torch.no_grad()
def denoise_kl_per_step(
    denoiser: Callable,
    x0: Batch,
    schedule: Schedule,
    generator: torch.Generator,
    label=None,
    progress: Callable[[Iterable], Iterable] = iter,
) -> Float[Tensor, "batch step"]:
    """The denoising KL of every example at t = 2..T (columns), nats, at one draw of xt each: the sum in Eq. 58.

    `progress` may wrap the loop over t (a progress bar, say).
    """
    columns = []
    for step in progress(range(2, schedule.n_steps + 1)):
        t = torch.full((len(x0),), step, device=x0.device)
        columns.append(denoise_kl_at(denoiser, x0, t, schedule, noise_like(x0, generator), label))
    return torch.stack(columns, dim=1)


@torch.no_grad()
def elbo_terms(
    denoiser: Callable,
    x0: Batch,
    schedule: Schedule,
    generator: torch.Generator,
    likelihood=gaussian_likelihood,
    label=None,
    progress: Callable[[Iterable], Iterable] = iter,
) -> ElboTerms:
    """The three terms of Eq. 58 for each example, nats, with the sum over t = 2..T taken in full."""
    denoise_kl = denoise_kl_per_step(denoiser, x0, schedule, generator, label, progress).sum(1)
    recon_term = _recon_mean(x0, denoiser, schedule.log_snr_max, generator, likelihood, label)
    return ElboTerms(recon_term, prior_kl(x0, schedule.log_snr_min), denoise_kl)


@torch.no_grad()
def elbo_terms_sampled(
    denoiser: Callable,
    x0: Batch,
    schedule: Schedule,
    generator: torch.Generator,
    n_draws: int = 64,
    likelihood=gaussian_likelihood,
    label=None,
    progress: Callable[[Iterable], Iterable] = iter,
) -> ElboTerms:
    """An unbiased estimate of `elbo_terms`: the sum over t as the mean of `n_draws` random steps times T - 1."""
    draws = [diffusion_loss(denoiser, x0, schedule, generator, label) for _ in progress(range(n_draws))]
    recon_term = _recon_mean(x0, denoiser, schedule.log_snr_max, generator, likelihood, label)
    return ElboTerms(recon_term, prior_kl(x0, schedule.log_snr_min), torch.stack(draws).mean(0))


@torch.no_grad()
def elbo_terms_continuous(
    denoiser: Callable,
    x0: Batch,
    log_snr_max: float,
    log_snr_min: float,
    generator: torch.Generator,
    n_levels: int = 128,
    likelihood=gaussian_likelihood,
    label=None,
) -> ElboTerms:
    """The three terms in continuous time, nats: the integral over log SNR as the mean of `n_levels` random levels."""
    draws = [continuous_loss(denoiser, x0, log_snr_max, log_snr_min, generator, label) for _ in range(n_levels)]
    recon_term = _recon_mean(x0, denoiser, log_snr_max, generator, likelihood, label)
    return ElboTerms(recon_term, prior_kl(x0, log_snr_min), torch.stack(draws).mean(0))


def _recon_mean(x0: Tensor, denoiser: Callable, log_snr_max: float, generator, likelihood, label) -> PerExample:
    # One draw of x1 scatters by a nat in two dimensions, more than the whole denoising sum: average a few.
    draws = [recon(x0, denoiser, log_snr_max, noise_like(x0, generator), likelihood, label) for _ in range(RECON_DRAWS)]
    return torch.stack(draws).mean(0)


def _spread(n: int, generator: torch.Generator) -> Float[Tensor, "n"]:
    """n numbers, each uniform on [0, 1), at equal distances; shuffled, so that an example's place tells nothing."""
    offset = torch.rand(1, dtype=torch.float64, generator=generator)
    order = torch.randperm(n, generator=generator)
    return (order + offset) / n % 1
