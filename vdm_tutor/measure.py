"""The one place where a model is judged: in nats beside the truth where it is known, in bits per dimension elsewhere.

A figure is a mean over independent examples and its standard error.
"""

import math

from jaxtyping import Float
from torch import Tensor

from vdm_tutor.data import check_count
from vdm_tutor.elbo import ElboTerms, PerExample
from vdm_tutor.hvae import HvaeTerms
from vdm_tutor.noise_level import named

Figure = tuple[float, float]


def mean_and_se(values: Float[Tensor, "n"]) -> Figure:
    """The mean over independent examples and its standard error. Raises ValueError for fewer than two."""
    if not isinstance(values, Tensor) or not values.ndim or values.numel() != len(values):
        raise ValueError(f"a mean is over a tensor [n] of numbers, one for each example; got {named(values)}")
    if len(values) < 2:
        raise ValueError(f"a standard error needs at least two examples; got {len(values)}")
    values = values.double()
    return values.mean().item(), (values.std() / math.sqrt(len(values))).item()


def gap(log_prob: PerExample, elbo: PerExample) -> Figure:
    """Mean and standard error of log p_data(x) - ELBO(x), paired per point, nats: never negative beyond error.

    Raises ValueError where the two are not of the same points: one number for all would pass for a pair unseen.
    """
    if not isinstance(log_prob, Tensor) or not isinstance(elbo, Tensor) or log_prob.shape != elbo.shape:
        raise ValueError(f"a gap is taken point by point; got {named(log_prob)} and {named(elbo)}")
    return mean_and_se(log_prob.double() - elbo.double())


def bits_per_dim(nats: float, dim: int) -> float:
    """A log-likelihood or ELBO in nats per example as bits per dimension: smaller is better.

    Raises ValueError for dim < 1.
    """
    check_count(dim, "an example has at least one dimension; got dim =")
    return -nats / (dim * math.log(2))


def score(bound: PerExample, x: Float[Tensor, "batch *dim"], log_prob: PerExample | None = None) -> Figure:
    """What models of x are ordered by, smaller is better: nats below a known truth, otherwise bits per dimension.

    Raises ValueError where the bound is not finite: such data cannot come from the model.
    """
    if not bound.isfinite().all():
        raise ValueError("the bound is not finite: are these the model's data? Digits lie on the 17 levels k/8 - 1")
    if len(bound) != len(x):
        raise ValueError(f"a bound has a number for each example; got {len(bound)} for {len(x)}")
    if log_prob is not None:
        return gap(log_prob, bound)
    mean, se = mean_and_se(bound)
    return bits_per_dim(mean, x[0].numel()), -bits_per_dim(se, x[0].numel())


def figures(terms: ElboTerms | HvaeTerms) -> dict[str, Figure]:
    """Every part of a bound, and the bound as `elbo`, nats."""
    return {name: mean_and_se(values) for name, values in [*terms.parts.items(), ("elbo", terms.elbo)]}
