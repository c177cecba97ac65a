"""VAE and Markovian HVAE.

An encoder maps z_{l-1} to the law q(z_l|z_{l-1}), a decoder maps z_l to the law p(z_{l-1}|z_l), where z_0 is the
data x. A law is a torch distribution. One level is a VAE (Eqs. 17-22), several are a Markovian HVAE (Eqs. 23-29).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.distributions import Distribution, Normal

from vdm_tutor.data import check_count, check_draws, check_examples, check_generator
from vdm_tutor.elbo import PerExample
from vdm_tutor.levels import N_LEVELS, LevelsLaw
from vdm_tutor.noise_level import named
from vdm_tutor.process import Batch, noise_like

PerLevel = Float[Tensor, "batch level"]
Ratios = tuple[PerExample, PerLevel]


@dataclass(frozen=True)
class HvaeTerms:
    """The bound of each example, nats: recon, and per level E log q(z_l|z_{l-1}) - log p(z_l|z_{l+1})."""

    recon: PerExample
    rate_per_level: PerLevel

    @property
    def elbo(self) -> PerExample:
        """recon minus the rates of all levels (Eq. 19 for one level, Eq. 29 for several)."""
        return self.recon - self.rate_per_level.sum(1)

    @property
    def parts(self) -> dict[str, PerExample]:
        """The terms by name: the first is a gain, the others, rate_1 for the level above the data, are costs."""
        rates = {f"rate_{level}": rate for level, rate in enumerate(self.rate_per_level.unbind(1), start=1)}
        return {"recon": self.recon, **rates}


class HVAE(nn.Module):
    """A Markovian hierarchical VAE (Eqs. 23, 24); with one level, a VAE. The prior of the top level is N(0, I)."""

    def __init__(self, encoders: Sequence[nn.Module], decoders: Sequence[nn.Module], kind: str = "", args=None):
        super().__init__()
        if not encoders or len(encoders) != len(decoders):
            raise ValueError(f"each level needs an encoder and a decoder: got {len(encoders)} and {len(decoders)}")
        self.encoders, self.decoders = nn.ModuleList(encoders), nn.ModuleList(decoders)
        self.kind, self.args = kind, args  # by which function and with which arguments it is built again

    @property
    def n_levels(self) -> int:
        """How many latents there are, one above the other."""
        return len(self.encoders)

    def terms(
        self, x: Float[Tensor, "batch *dim"], generator: torch.Generator, n_draws: int | None = None
    ) -> HvaeTerms:
        """Eq. 29, nats, at one draw of z_1..z_T from the encoder, or as the mean of n_draws of them.

        The top level's rate is the closed KL divergence. Below the top the rate stays a log-ratio at the draw:
        z_{l+1} was drawn from z_l, so integrating z_l out of the ratio by a closed KL, with z_{l+1} kept, would be
        another quantity (the survey's step from 44 to 45).
        """
        check_examples(x)
        check_draws(n_draws)
        recons, rates = [], []
        for _ in range(n_draws or 1):
            latents, laws = self.encode(x, generator)
            recon, ratios = self.log_ratios(x, latents, laws)
            top = torch.distributions.kl_divergence(laws[-1], standard_normal(latents[-1])).sum(1)
            recons.append(recon)
            rates.append(torch.cat([ratios[:, :-1], top[:, None]], dim=1))
        return HvaeTerms(torch.stack(recons).mean(0), torch.stack(rates).mean(0))

    def loss(self, x: Float[Tensor, "batch *dim"], generator: torch.Generator) -> PerExample:
        """Minus the ELBO, nats: what `fit` minimises. The draw is reparameterised, so gradients reach the encoder."""
        return -self.terms(x, generator).elbo

    def encode(self, x: Float[Tensor, "batch *dim"], generator: torch.Generator) -> tuple[list, list]:
        """z_1..z_T, each drawn as mean + std * eps (reparameterised), and the laws q(z_l|z_{l-1}) behind them.

        Raises ValueError for examples of another size or type than the first encoder's.
        """
        fits = getattr(self.encoders[0], "n_in", x.shape[1:].numel()) == x.shape[1:].numel()
        if not fits or any(weight.dtype != x.dtype for weight in self.encoders[0].parameters()):
            raise ValueError(f"these examples are not what the first encoder takes: got {named(x)}")
        latents, laws = [x], []
        for encoder in self.encoders:
            laws.append(encoder(latents[-1]))
            latents.append(draw(laws[-1], generator))
        return latents[1:], laws

    def log_ratios(self, x: Batch, latents: list, laws: list) -> Ratios:
        """log p(x|z_1), per level log q(z_l|z_{l-1}) - log p(z_l|z_{l+1}), nats."""
        above = [decoder(z) for decoder, z in zip(self.decoders, latents, strict=True)]
        priors = [*above[1:], standard_normal(latents[-1])]
        pairs = zip(laws, priors, latents, strict=True)
        ratios = [log_prob(q, z) - log_prob(p, z) for q, p, z in pairs]
        return log_prob(above[0], x), torch.stack(ratios, dim=1)

    @torch.no_grad()
    def importance_log_prob(
        self, x: Float[Tensor, "batch *dim"], generator: torch.Generator, n_draws: int = 64
    ) -> PerExample:
        """log of the mean of n_draws weights p(x, z)/q(z|x), nats: on average above the ELBO and below log p(x)."""
        check_examples(x)
        check_draws(n_draws)
        weights = []
        for _ in range(n_draws):
            recon, ratios = self.log_ratios(x, *self.encode(x, generator))
            weights.append(recon - ratios.sum(1))
        return torch.stack(weights).logsumexp(0) - math.log(n_draws)

    @torch.no_grad()
    def sample(self, n: int, generator: torch.Generator) -> Float[Tensor, "n *dim"]:
        """Draw n examples: z_T from N(0, I), then down level by level. Raises ValueError for n < 1."""
        check_count(n, "at least one example can be drawn; got n =")
        check_generator(generator)
        z = torch.randn(n, self.encoders[-1].n_out, device=generator.device, generator=generator)
        for decoder in reversed(self.decoders):
            z = draw(decoder(z), generator)
        return z


def standard_normal(like: Tensor) -> Normal:
    """N(0, I) in the shape of `like`."""
    return Normal(torch.zeros_like(like), torch.ones_like(like), validate_args=False)


def draw(law: Distribution, generator: torch.Generator) -> Tensor:
    """One draw; of a Gaussian as mean + std * eps, so that gradients pass (reparameterised)."""
    if isinstance(law, Normal):
        return law.mean + law.stddev * noise_like(law.mean, generator)
    return law.draw(generator)


def log_prob(law: Distribution, value: Tensor) -> PerExample:
    """log p(value), nats, summed over all dimensions of an example."""
    return law.log_prob(value).flatten(1).sum(1)


class GaussianNet(nn.Module):
    """A diagonal Gaussian law of n_out numbers, its mean and log-variance from a small network.

    `start_std` is its standard deviation before training: where encoder and decoder start narrow, the latents are
    of use from the first step, and training does not end at the model that ignores them.
    """

    def __init__(self, n_in: int, n_out: int, width: int = 64, dropout: float = 0.0, start_std: float = 1.0):
        super().__init__()
        self.n_in, self.n_out = n_in, n_out
        first = nn.Linear(n_in, width), nn.SiLU(), nn.Dropout(dropout)
        second = nn.Linear(width, width), nn.SiLU(), nn.Dropout(dropout)
        self.body = nn.Sequential(nn.Flatten(), *first, *second, nn.Linear(width, 2 * n_out))
        nn.init.constant_(self.body[-1].bias[n_out:], 2 * math.log(start_std))

    def forward(self, condition: Float[Tensor, "batch *dim"]) -> Normal:
        mean, logvar = self.body(condition).chunk(2, dim=1)
        return Normal(mean, (0.5 * logvar.clamp(-10, 5)).exp(), validate_args=False)


class LevelsNet(nn.Module):
    """The law of an 8x8 digit given its latent: for each pixel a probability for each of the 17 levels."""

    def __init__(self, n_in: int, width: int = 256, channels: int = 32, dropout: float = 0.4):
        super().__init__()
        self.inlet = nn.Sequential(
            nn.Linear(n_in, width), nn.SiLU(), nn.Dropout(dropout),
            nn.Linear(width, 16 * channels), nn.SiLU(), nn.Unflatten(1, (channels, 4, 4)),
        )  # fmt: skip
        convolutions = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(3)]
        self.body = nn.Sequential(
            convolutions[0], nn.SiLU(), nn.Upsample(scale_factor=2), convolutions[1], nn.SiLU(), nn.Dropout(dropout),
            convolutions[2], nn.SiLU(), nn.Conv2d(channels, N_LEVELS, 1),
        )  # fmt: skip
        self.place = nn.Parameter(torch.zeros(N_LEVELS, 8, 8))  # the corners are nearly always empty

    def forward(self, condition: Float[Tensor, "batch latent"]) -> LevelsLaw:
        logits = self.body(self.inlet(condition)) + self.place
        return LevelsLaw(logits=logits.movedim(1, -1)[:, None])


def check_sizes(n_latents: Sequence[int]) -> None:
    """Raises ValueError where there is no level, or one without a latent."""
    if not len(n_latents):
        raise ValueError("an HVAE has at least one level: n_latents holds one number for each")
    for n in n_latents:
        check_count(n, "a level has at least one latent; got n_latents with")


def points_hvae(dim: int = 2, n_latents: Sequence[int] = (2,), width: int = 64) -> HVAE:
    """An HVAE for points: n_latents numbers a level, the level above the data first."""
    check_sizes(n_latents)
    sizes = [dim, *n_latents]
    pairs = list(zip(sizes, sizes[1:], strict=False))
    encoders = [GaussianNet(below, above, width, start_std=0.2) for below, above in pairs]
    decoders = [GaussianNet(above, below, width, start_std=1.0) for below, above in pairs[1:]]
    decoders = [GaussianNet(n_latents[0], dim, width, start_std=0.1), *decoders]
    return HVAE(encoders, decoders, "points_hvae", {"dim": dim, "n_latents": list(n_latents), "width": width})


def digits_hvae(n_latents: Sequence[int] = (24,), dropout: float = 0.4) -> HVAE:
    """An HVAE for the 8x8 digits: n_latents numbers a level, the level above the data first."""
    check_sizes(n_latents)
    pairs = list(zip(n_latents, n_latents[1:], strict=False))
    encoders = [GaussianNet(below, above, 128, dropout, start_std=0.2) for below, above in pairs]
    decoders = [GaussianNet(above, below, 128, dropout) for below, above in pairs]
    encoders = [GaussianNet(64, n_latents[0], 256, dropout), *encoders]
    decoders = [LevelsNet(n_latents[0], dropout=dropout), *decoders]
    return HVAE(encoders, decoders, "digits_hvae", {"n_latents": list(n_latents), "dropout": dropout})
