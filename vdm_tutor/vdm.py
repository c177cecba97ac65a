"""The variational diffusion model: a denoiser, its schedule, and the last step down to the data."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor

from vdm_tutor.data import MIXTURES, check_draws, check_examples
from vdm_tutor.denoiser import asked
from vdm_tutor.elbo import ElboTerms, PerExample, denoise_kl_at, own_error, prior_kl, random_steps, shared_error, spread
from vdm_tutor.likelihood import gaussian_likelihood, levels_likelihood
from vdm_tutor.process import Batch, noise_like, q_sample
from vdm_tutor.sample import Walk, ancestral, last, prior_noise
from vdm_tutor.schedule import Schedule

RECON_DRAWS = 16  # draws of x1 behind one example's reconstruction term


@dataclass(frozen=True)
class VDM:
    """A diffusion model of examples of the given shape (without the batch).

    `denoiser` maps (xt, log_snr) to x0_hat; `likelihood` is p(x0|x1), one of `vdm_tutor.likelihood`. Data, noise and
    generators live where the model lives, and neither `loss` nor a step of `walk` asks the host for a value.
    """

    denoiser: Callable
    schedule: Schedule
    shape: tuple[int, ...]
    likelihood: Callable

    def to(self, device: torch.device | str) -> "VDM":
        """The model on another device. (A network moves itself; the schedule is a new one.)"""
        return replace(self, denoiser=self.denoiser.to(device), schedule=self.schedule.to(device))

    def loss(self, x0: Batch, generator: torch.Generator) -> PerExample:
        """(T - 1) times the denoising KL at one random step: unbiased for the sum in Eq. 58 (see Eq. 100), nats."""
        check_examples(x0, self.shape)
        t = random_steps(len(x0), self.schedule, generator)
        eps = noise_like(x0, generator)
        return (self.schedule.n_steps - 1) * denoise_kl_at(self.denoiser, x0, t, self.schedule, eps)

    def continuous_loss(self, x0: Batch, generator: torch.Generator) -> PerExample:
        """The limit T -> infinity of `loss`: half the integral of SNR ||x0 - x0_hat||^2 over log SNR, nats.

        One level per example, uniform in log SNR: the limit of Eq. 110's sum, which knows the schedule by its ends.
        """
        return self._continuous(x0, generator, own_error)

    def shared_loss(self, x0: Batch, generator: torch.Generator) -> PerExample:
        """`continuous_loss`, nats, with each error shared among the examples that x_t may come from: it scatters less.

        Where examples lie far apart, as images do, the two are the same.
        """
        return self._continuous(x0, generator, shared_error)

    def _continuous(self, x0: Batch, generator: torch.Generator, error: Callable) -> PerExample:
        check_examples(x0, self.shape)
        high, low = self.schedule.log_snr_max, self.schedule.log_snr_min
        log_snr = high - (high - low) * spread(len(x0), generator)
        xt = q_sample(x0, log_snr, noise_like(x0, generator))
        squared_error = error(asked(self.denoiser, xt, log_snr), x0, xt, log_snr)
        return (0.5 * (high - low) * log_snr.exp() * squared_error).to(x0.dtype)

    @torch.no_grad()
    def terms(
        self,
        x0: Batch,
        generator: torch.Generator,
        n_draws: int | None = None,
        progress: Callable[[Iterable], Iterable] = iter,
    ) -> ElboTerms:
        """The three terms of Eq. 58 for each example, nats.

        The sum over t = 2..T in full, or as the mean of n_draws random steps times T - 1: unbiased. `progress` may
        wrap the loop (a progress bar, say). Raises ValueError for examples that are NaN, infinite or of another shape.
        """
        check_examples(x0, self.shape)
        if not x0.isfinite().all():
            raise ValueError("some of the examples are NaN or infinite")
        check_draws(n_draws)
        if n_draws is None:
            denoise_kl = self.denoise_kl_per_step(x0, generator, progress).sum(1)
        else:
            draws = [self.loss(x0, generator) for _ in progress(range(n_draws))]
            denoise_kl = torch.stack(draws).mean(0)
        return ElboTerms(self.recon(x0, generator), prior_kl(x0, self.schedule.log_snr_min), denoise_kl)

    @torch.no_grad()
    def denoise_kl_per_step(
        self, x0: Batch, generator: torch.Generator, progress: Callable[[Iterable], Iterable] = iter
    ) -> Float[Tensor, "batch step"]:
        """The denoising KL of every example at t = 2..T (columns), nats, at one draw of xt each: the sum in Eq. 58."""
        columns = []
        for step in progress(range(2, self.schedule.n_steps + 1)):
            t = torch.full((len(x0),), step, device=x0.device)
            columns.append(denoise_kl_at(self.denoiser, x0, t, self.schedule, noise_like(x0, generator)))
        return torch.stack(columns, dim=1) if columns else x0.new_zeros(len(x0), 0)

    @torch.no_grad()
    def recon(self, x0: Batch, generator: torch.Generator) -> PerExample:
        """Reconstruction, log p(x0|x1), nats (first term of Eq. 58), as the mean over a few draws of x1.

        One draw scatters by a nat in two dimensions, more than the whole denoising sum.
        """
        high = self.schedule.log_snr_max
        draws = [q_sample(x0, high, noise_like(x0, generator)) for _ in range(RECON_DRAWS)]
        return torch.stack([self.likelihood(x0, x1, self.denoiser, high) for x1 in draws]).mean(0)

    def walk(self, n: int, generator: torch.Generator) -> Walk:
        """Yields (t, x_t, x0_hat) for t = T..1 and last (0, x_0, x_0): n examples on their way from noise to data.

        Raises ValueError for n < 1.
        """
        return ancestral(self.denoiser, self.schedule, prior_noise(n, self.shape, generator), generator)

    def sample(self, n: int, generator: torch.Generator) -> Float[Tensor, "n *dim"]:
        """Draw n examples: the end of a walk."""
        return last(self.walk(n, generator))


def vdm_for(data: str, denoiser: Callable, schedule: Schedule) -> VDM:
    """The model of a data set by its name: points under a Gaussian of variance 1/SNR(1), digits on their 17 levels.

    Raises ValueError for any other name.
    """
    if data == "digits":
        return VDM(denoiser, schedule, (1, 8, 8), levels_likelihood)
    if data not in MIXTURES:
        raise ValueError(f"no data set {data!r}; there are: {', '.join([*MIXTURES, 'digits'])}")
    return VDM(denoiser, schedule, MIXTURES[data]().means.shape[1:], gaussian_likelihood)
