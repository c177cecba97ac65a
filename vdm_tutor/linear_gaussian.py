"""Linear-Gaussian VAE and HVAE: models with latents whose every answer is known in closed form."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.distributions import Normal

from vdm_tutor.hvae import HVAE

Number = float | Float[Tensor, ""]


class LinearLaw(nn.Module):
    """N(W z + b, diag(var)): with these alone a VAE is linear and Gaussian, and its optimum known; var may be fixed."""

    def __init__(self, n_in: int, n_out: int, var: float | None = None):
        super().__init__()
        self.n_out = n_out
        self.mean = nn.Linear(n_in, n_out)
        start = torch.full((n_out,), 0.0 if var is None else math.log(var))
        self.logvar = nn.Parameter(start, requires_grad=var is None)

    def forward(self, condition: Float[Tensor, "batch dim"]) -> Normal:
        mean = self.mean(condition)
        return Normal(mean, (0.5 * self.logvar).exp().expand_as(mean), validate_args=False)


class FixedStep(nn.Module):
    """N(gain z, var I): a known chain's step, or a frozen encoder (Eq. 31)."""

    def __init__(self, gain: Number, var: Number, n_out: int = 1):
        super().__init__()
        self.n_out, self.gain, self.std = n_out, gain, var**0.5

    def forward(self, condition: Float[Tensor, "batch dim"]) -> Normal:
        std = self.std * torch.ones_like(condition)
        return Normal(self.gain * condition, std, validate_args=False)


def linear_vae(dim: int, n_latents: int, noise_var: float) -> HVAE:
    """The linear-Gaussian VAE: linear encoder and decoder, decoder variance fixed at noise_var."""
    return HVAE([LinearLaw(dim, n_latents)], [LinearLaw(n_latents, dim, var=noise_var)])


def linear_vae_optimum(
    eigenvalues: Float[Tensor, "dim"], n_latents: int, noise_var: float
) -> tuple[float, Float[Tensor, "latent"]]:
    """The best mean ELBO of a linear VAE on Gaussian data, and what each latent then carries, both in nats.

    The data's covariance has the given eigenvalues. Latent i carries 1/2 ln(eigenvalue_i / noise_var), and nothing
    where the eigenvalue is below noise_var: it is switched off. The bound is tight there (probabilistic PCA:
    Tipping and Bishop 1999; Lucas et al. 2019).
    """
    eigenvalues = eigenvalues.to(torch.float64).sort(descending=True).values
    floor = torch.full_like(eigenvalues, noise_var)
    model_var = torch.cat([torch.maximum(eigenvalues, floor)[:n_latents], floor[n_latents:]])
    elbo = -0.5 * (math.log(2 * math.pi) + model_var.log() + eigenvalues / model_var).sum()
    return elbo.item(), 0.5 * (model_var / noise_var).log()[:n_latents]


@dataclass(frozen=True)
class LinearChain:
    """An HVAE of single numbers that is linear and Gaussian: z_{l-1} = weight_l z_l + N(0, noise_var_l), z_T ~ N(0, 1).

    Index l-1 of each tensor belongs to level l = 1..T; z_0 is the data. Further axes are chains beside one another.
    """

    weight: Float[Tensor, "level ..."]
    noise_var: Float[Tensor, "level ..."]

    @property
    def marginal_var(self) -> Float[Tensor, "..."]:
        """Var z_0, ..., Var z_T."""
        found = [torch.ones_like(self.weight[0])]
        for weight, noise_var in zip(self.weight.flip(0), self.noise_var.flip(0), strict=True):
            found.append(weight**2 * found[-1] + noise_var)
        return torch.stack(found[::-1])

    def exact_encoder(self) -> tuple[Float[Tensor, "level ..."], Float[Tensor, "level ..."]]:
        """gain and var of the true posterior p(z_l|z_{l-1}) = N(gain_l z_{l-1}, var_l) of each level."""
        below, above = self.marginal_var[:-1], self.marginal_var[1:]
        return self.weight * above / below, self.noise_var * above / below

    def hvae(self, gain: Float[Tensor, "level"], var: Float[Tensor, "level"]) -> HVAE:
        """The chain as an HVAE, under the encoders q(z_l|z_{l-1}) = N(gain_l z_{l-1}, var_l)."""
        decoders = map(FixedStep, self.weight, self.noise_var)
        return HVAE([*map(FixedStep, gain, var)], [*decoders])

    def gap_per_level(
        self, gain: Float[Tensor, "level ..."], var: Float[Tensor, "level ..."]
    ) -> Float[Tensor, "level ..."]:
        """E KL(q(z_l|z_{l-1}) || p(z_l|z_{l-1})) of each level for q = N(gain_l z_{l-1}, var_l): they sum to the gap.

        Averaged over data from the chain itself; nats. 0 at every level for the exact encoder.
        """
        exact_gain, exact_var = self.exact_encoder()
        second_moment, costs = self.marginal_var[0], []
        for level in range(len(gain)):
            ratio = var[level] / exact_var[level]
            shift = (gain[level] - exact_gain[level]) ** 2 * second_moment / exact_var[level]
            costs.append(0.5 * (ratio - 1 - ratio.log() + shift))
            second_moment = gain[level] ** 2 * second_moment + var[level]
        return torch.stack(costs)
