"""Toy data with labels: p(x_t), p(x_t|y) and p(y|x_t) exactly, at every noise level."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from vdm_tutor.data import Mixture, ring
from vdm_tutor.noise_level import LogSnr, named


@dataclass(frozen=True)
class LabelledMixture:
    """A mixture each of whose components has a label 0, 1, ...: what a label says, and what it does to the score.

    A label belongs to x_0, and so to the component that x_0 came from; log-probabilities are in nats.
    """

    mixture: Mixture
    label: Int[Tensor, "component"]

    def __post_init__(self):
        label, wanted = self.label, self.mixture.weights.shape
        if not isinstance(label, Tensor) or label.is_floating_point() or label.shape != wanted:
            raise ValueError(
                f"a labelled mixture needs one label for each component, a whole number; got {named(label)}"
            )
        if self.label.unique().tolist() != list(range(self.n_labels)):
            raise ValueError("labels count from 0, and each of them needs a component")

    @property
    def n_labels(self) -> int:
        """How many labels there are."""
        return int(self.label.max()) + 1

    @property
    def label_prob(self) -> Float[Tensor, "label"]:
        """p(y): the weight of each label."""
        return torch.zeros_like(self.mixture.weights[: self.n_labels]).index_add(0, self.label, self.mixture.weights)

    def given(self, label: int) -> Mixture:
        """p(x0|y): the components of one label, a mixture of their own. Raises ValueError for a label that is not."""
        self._check(label)
        own = self.label == label
        weights = self.mixture.weights[own]
        return Mixture(weights / weights.sum(), self.mixture.means[own], self.mixture.var[own])

    def sample(self, n: int, generator: torch.Generator) -> tuple[Float[Tensor, "n dim"], Int[Tensor, "n"]]:
        """Draw n points and their labels."""
        x0, component = self.mixture.sample_with_label(n, generator)
        return x0, self.label[component]

    def log_label_prob(self, xt: Float[Tensor, "batch dim"], log_snr: LogSnr) -> Float[Tensor, "batch label"]:
        """log p(y|x_t), nats, for every label: Bayes' rule at one noise level (Eq. 163). Differentiable in xt."""
        log_joint = [self.given(label).noised_log_prob(xt, log_snr) for label in range(self.n_labels)]
        return (torch.stack(log_joint, dim=1) + self.label_prob.log().to(xt)).log_softmax(dim=1)

    def powered_log_prob(
        self, x: Float[Tensor, "point dim"], label: int, guidance_scale: float, log_snr: LogSnr = math.inf
    ) -> Float[Tensor, "point"]:
        """log p(x_t) p(y|x_t)^guidance_scale, nats, up to its constant: what the score of Eq. 166 belongs to.

        Raises ValueError for a label that is not.
        """
        self._check(label)
        log_label_prob = self.log_label_prob(x, log_snr)[:, label]
        return self.mixture.noised_log_prob(x, log_snr) + guidance_scale * log_label_prob

    def _check(self, label: int) -> None:
        if label not in range(self.n_labels):
            raise ValueError(f"labels run from 0 to {self.n_labels - 1}; got {label!r}")


def ring_in_halves() -> LabelledMixture:
    """The ring of `data.ring`, four neighbouring heaps labelled 0 and the other four 1."""
    return LabelledMixture(ring(), torch.arange(8) // 4)
