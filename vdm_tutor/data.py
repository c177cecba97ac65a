"""Toy data whose density is known exactly, and the real 8x8 digits that ship with scikit-learn."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from numbers import Integral

import torch
from jaxtyping import Float, Int
from torch import Tensor

from vdm_tutor.noise_level import LogSnr, alpha_bar_of, named, noise_var_of

DIGIT_SPLITS = {"train": slice(0, 1000), "validation": slice(1000, 1350), "test": slice(1350, 1797)}
AT_ONCE = 2**14  # points: a small network's layers, or a mixture's components, hold hundreds of numbers for each


def in_parts(answer: Callable) -> Callable:
    """A method that answers for each point, asked for at most AT_ONCE of them at a time: its memory stays bounded."""

    @wraps(answer)
    def asked(self, points: Tensor, *rest, **named) -> Tensor:
        n = len(points) if isinstance(points, Tensor) and points.ndim else 0
        if n <= AT_ONCE:
            return answer(self, points, *rest, **named)

        def part(at: slice) -> Tensor:
            def own(given):
                return given[at] if isinstance(given, Tensor) and given.ndim and len(given) == n else given

            return answer(self, points[at], *map(own, rest), **{name: own(given) for name, given in named.items()})

        return torch.cat([part(slice(start, start + AT_ONCE)) for start in range(0, n, AT_ONCE)])

    return asked


@dataclass(frozen=True)
class Mixture:
    """A mixture of isotropic Gaussians, sum_k weights[k] N(means[k], var[k] I): the exact density of toy data.

    The density after noising is again such a mixture, so score and E[x0|xt] are known in closed form at every
    noise level. Log-densities are in nats.
    """

    weights: Float[Tensor, "component"]
    means: Float[Tensor, "component dim"]
    var: Float[Tensor, "component"]

    def __post_init__(self):
        if not all(isinstance(array, Tensor) for array in (self.weights, self.means, self.var)):
            raise ValueError("a mixture is three tensors: weights [k], means [k, dim] and var [k]")
        if (
            len({array.dtype for array in (self.weights, self.means, self.var)}) > 1
            or not self.means.is_floating_point()
        ):
            raise ValueError("a mixture's weights, means and var are floats, all of one type")
        shapes = [tuple(array.shape) for array in (self.weights, self.means, self.var)]
        n = len(self.weights) if self.weights.ndim == 1 else 0
        if not n or self.means.ndim != 2 or len(self.means) != n or not self.means.shape[1] or self.var.shape != (n,):
            raise ValueError(
                f"a mixture is weights [k], means [k, dim] and var [k], k and dim at least 1; got {shapes}"
            )
        if not (self.weights > 0).all() or not torch.isclose(self.weights.sum(), torch.ones_like(self.weights[0])):
            raise ValueError("mixture weights must be positive and sum to 1")
        if not ((self.var > 0) & self.var.isfinite()).all():
            raise ValueError("every component of a mixture needs a positive variance")
        if not self.means.isfinite().all():
            raise ValueError("the means of a mixture must be finite")

    def to(self, device: torch.device | str) -> "Mixture":
        """The same density on another device: it samples and answers where its arrays live."""
        return Mixture(self.weights.to(device), self.means.to(device), self.var.to(device))

    def sample(self, n: int, generator: torch.Generator) -> Float[Tensor, "n dim"]:
        """Draw n points."""
        return self.sample_with_label(n, generator)[0]

    def sample_with_label(self, n: int, generator: torch.Generator) -> tuple[Float[Tensor, "n dim"], Int[Tensor, "n"]]:
        """Draw n points and the components that they came from. Raises ValueError for n < 1."""
        check_count(n, "at least one point can be drawn; got n =")
        check_generator(generator)
        label = torch.multinomial(self.weights, n, replacement=True, generator=generator)
        shape = n, self.means.shape[1]
        eps = torch.randn(shape, dtype=self.means.dtype, device=generator.device, generator=generator)
        return self.means[label] + self.var[label].sqrt()[:, None] * eps, label

    @in_parts
    def log_prob(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch"]:
        """log p(x), nats."""
        return torch.logsumexp(self._log_joint(self._offset(x, self.means), self.var), dim=1).to(x.dtype)

    def noised(self, log_snr: float) -> "Mixture":
        """The density of xt = sqrt(alpha_bar) x0 + sqrt(1 - alpha_bar) eps (Eq. 70 averaged over x0)."""
        alpha_bar, noise_var = torch.sigmoid(self.means.new_tensor([log_snr, -log_snr]))
        return replace(self, means=alpha_bar.sqrt() * self.means, var=alpha_bar * self.var + noise_var)

    @in_parts
    def noised_log_prob(self, xt: Float[Tensor, "batch dim"], log_snr: LogSnr) -> Float[Tensor, "batch"]:
        """log p(x_t), nats: the exact density after noising, at one level or at one level per point."""
        noised_means, noised_var = self._noised(xt, log_snr)
        return torch.logsumexp(self._log_joint(self._offset(xt, noised_means), noised_var), dim=1).to(xt.dtype)

    @in_parts
    def score(self, xt: Float[Tensor, "batch dim"], log_snr: LogSnr) -> Float[Tensor, "batch dim"]:
        """The marginal score, grad log p(x_t) (Eq. 131): minus the mean pull towards the components."""
        responsibility, offset, noised_var = self._behind(xt, log_snr)
        return -torch.einsum("bk,bkd->bd", responsibility / noised_var, offset).to(xt.dtype)

    @in_parts
    def x0_mean(self, xt: Float[Tensor, "batch dim"], log_snr: LogSnr) -> Float[Tensor, "batch dim"]:
        """E[x0|xt]: the best possible denoiser, the optimum of Eq. 99 at every noise level."""
        responsibility, component_mean, _ = self._posterior(xt, log_snr)
        return torch.einsum("bk,bkd->bd", responsibility, component_mean).to(xt.dtype)

    @in_parts
    def x0_var(self, xt: Float[Tensor, "batch dim"], log_snr: LogSnr) -> Float[Tensor, "batch"]:
        """The trace of Cov(x0|xt): the squared error that even the exact denoiser makes at xt."""
        responsibility, component_mean, noised_var = self._posterior(xt, log_snr)
        noise_var = noise_var_of(log_snr, xt.to(self.means.dtype))
        within = self.means.shape[1] * (responsibility * self.var * noise_var / noised_var).sum(1)
        spread = component_mean - torch.einsum("bk,bkd->bd", responsibility, component_mean)[:, None]
        return (within + (responsibility * spread.square().sum(-1)).sum(1)).to(xt.dtype)

    def _noised(self, xt: Tensor, log_snr: LogSnr) -> tuple[Tensor, Tensor]:
        xt = self._points(xt)
        alpha_bar, noise_var = alpha_bar_of(log_snr, xt), noise_var_of(log_snr, xt)
        return alpha_bar.sqrt()[..., None] * self.means, alpha_bar * self.var + noise_var

    def _behind(self, xt: Tensor, log_snr: LogSnr) -> tuple[Tensor, Tensor, Tensor]:
        """Responsibilities [b,k], xt minus the noised mean [b,k,d], noised variance [b,k]."""
        noised_means, noised_var = self._noised(xt, log_snr)
        offset = self._offset(xt, noised_means)
        return torch.softmax(self._log_joint(offset, noised_var), dim=1), offset, noised_var

    def _posterior(self, xt: Tensor, log_snr: LogSnr) -> tuple[Tensor, Tensor, Tensor]:
        """Responsibilities [b,k], E[x0|xt,k] [b,k,d], noised variance [b,k]."""
        responsibility, offset, noised_var = self._behind(xt, log_snr)
        gain = alpha_bar_of(log_snr, xt.to(self.means.dtype)).sqrt() * self.var / noised_var
        return responsibility, self.means + gain[..., None] * offset, noised_var

    def _points(self, x: Tensor) -> Tensor:
        """The points in the mixture's own type; ValueError for what is none."""
        if not isinstance(x, Tensor) or x.ndim != 2 or x.shape[1] != self.means.shape[1] or not x.is_floating_point():
            raise ValueError(f"points come as a tensor [n, {self.means.shape[1]}] of floats; got {named(x)}")
        return x.to(self.means.dtype)

    def _offset(self, x: Tensor, means: Tensor) -> Tensor:
        """x minus each of the means [b,k,d], shape [b,k,d]."""
        rows = self._points(x).T.contiguous()  # a coordinate a row: each line below then runs along the points
        return rows.T[:, None] - means

    def _log_joint(self, offset: Tensor, var: Tensor) -> Tensor:
        """log weights[k] + log N(x; means[b,k], var[b,k] I) of x minus its means, shape [b,k]."""
        dim = self.means.shape[1]
        distance = sum(offset.square().unbind(-1))  # a coordinate at a time: twice as fast in a plane
        return self.weights.log() - 0.5 * (distance / var + dim * torch.log(2 * math.pi * var))


def mixture_from_points(points: Float[Tensor, "component dim"], std: float) -> Mixture:
    """Any point cloud as an exact density: an equal Gaussian of standard deviation `std` around each point.

    Raises ValueError where `std` is not positive, or the points are none.
    """
    if not std > 0:
        raise ValueError(f"every component of a mixture needs a positive standard deviation; got {std}")
    points = torch.as_tensor(points, dtype=torch.float64)
    n_points = points.shape[0] if points.ndim else 0
    return Mixture(_full(n_points, 1 / max(n_points, 1)), points, _full(n_points, std * std))


def ring() -> Mixture:
    """Eight equal Gaussians of standard deviation 0.12 on the unit circle: entropy 0.6727 nats."""
    angle = 2 * math.pi * torch.arange(8, dtype=torch.float64) / 8
    return mixture_from_points(torch.stack([angle.cos(), angle.sin()], dim=1), std=0.12)


def moons() -> Mixture:
    """Two interleaved half circles, as a mixture along the curves."""
    angle = math.pi * (torch.arange(24, dtype=torch.float64) + 0.5) / 24
    upper = torch.stack([angle.cos() - 0.5, angle.sin() - 0.25], dim=1)
    lower = torch.stack([0.5 - angle.cos(), 0.25 - angle.sin()], dim=1)
    return mixture_from_points(torch.cat([upper, lower]), std=0.08)


def spiral() -> Mixture:
    """One and a half turns of a spiral, as a mixture along the curve."""
    radius = torch.linspace(0.25, 1.5, 64, dtype=torch.float64)
    angle = 3 * math.pi * (radius - 0.25) / 1.25
    return mixture_from_points(radius[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1), std=0.07)


def coin(std: float = 0.1) -> Mixture:
    """A blurred coin in one dimension: half at -1, half at +1, each with standard deviation `std`."""
    return mixture_from_points(torch.tensor([[-1.0], [1.0]]), std)


def bells() -> Mixture:
    """Three unequal Gaussians in one dimension."""
    weights = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)
    means = torch.tensor([[-1.2], [0.3], [1.5]], dtype=torch.float64)
    return Mixture(weights, means, torch.tensor([0.04, 0.09, 0.01], dtype=torch.float64))


MIXTURES = {"ring": ring, "moons": moons, "spiral": spiral, "coin": coin, "bells": bells}


def digits(split: str) -> tuple[Float[Tensor, "n 1 8 8"], Int[Tensor, "n"]]:
    """The real 8x8 digits of a split (train, validation, test), pixels k = 0..16 scaled to k/8 - 1, and labels.

    Raises ValueError for any other split.
    """
    if split not in DIGIT_SPLITS:
        raise ValueError(f"no split {split!r} of the digits: choose one of {', '.join(DIGIT_SPLITS)}")
    from sklearn.datasets import load_digits  # a second of import that toy data need not pay

    source = load_digits()
    images = torch.from_numpy(source.images).to(torch.float32)[:, None] / 8 - 1
    return images[DIGIT_SPLITS[split]], torch.from_numpy(source.target).long()[DIGIT_SPLITS[split]]


def check_examples(x: Tensor, shape: tuple[int, ...] | None = None) -> None:
    """Raises ValueError where x is no batch of floats in the shape of a model's examples, if that is known.

    Asks for no value.
    """
    is_batch = isinstance(x, Tensor) and x.is_floating_point() and x.ndim and len(x)
    if is_batch and (x.ndim > 1 if shape is None else x.shape[1:] == shape):
        return
    wanted = ", ".join(["n", "..."] if shape is None else map(str, ["n", *shape]))
    raise ValueError(f"examples come as a tensor [{wanted}] of floats, n at least 1; got {named(x)}")


def check_draws(n_draws: int | None) -> None:
    """Raises ValueError where a mean is to be taken over no draw; None leaves their number open."""
    if n_draws is not None:
        check_count(n_draws, "a mean takes at least one draw; got n_draws =")


def check_count(n: int, refusal: str) -> None:
    """Raises ValueError, with the refusal and what was got, where n is no whole number of 1 or more."""
    if not isinstance(n, Integral) or isinstance(n, bool) or n < 1:
        raise ValueError(f"{refusal} {n!r}")


def check_generator(generator: torch.Generator) -> None:
    """Raises ValueError for what is no generator: for None torch would draw from its own stream, unseen."""
    if not isinstance(generator, torch.Generator):
        raise ValueError(f"hand over a generator, as torch.Generator().manual_seed(0); got {named(generator)}")


def _full(n: int, value: float) -> Tensor:
    return torch.full((n,), value, dtype=torch.float64)
