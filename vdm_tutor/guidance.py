"""Guidance: a denoiser pushed towards a label, by a classifier or by itself (Eqs. 166 and 170).

At a given x_t a score is an affine function of x0_hat (Eq. 133), so that scores weighted by 1 - guidance_scale and
guidance_scale are x0_hat weighted alike. A guidance_scale of 0 leaves the label out, 1 is plain conditioning, more
exaggerates. (Papers also count w = guidance_scale - 1.)
"""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from vdm_tutor.data import in_parts
from vdm_tutor.denoiser import MLP, asked
from vdm_tutor.noise_level import LogSnr
from vdm_tutor.process import Batch
from vdm_tutor.targets import score_to_x0, x0_to_score


class Classifier(MLP):
    """log p(y|x_t) at every noise level, nats: a small network that was shown noised data."""

    def __init__(self, n_labels: int, **args):
        super().__init__(**args)
        self.args = {"n_labels": n_labels, **self.args}
        self.outlet = nn.Linear(self.outlet.in_features, n_labels)

    @in_parts
    def forward(self, xt: Float[Tensor, "batch *dim"], log_snr: LogSnr) -> Float[Tensor, "batch label"]:
        level = torch.as_tensor(log_snr, device=xt.device).expand(len(xt))
        return self.output(xt.flatten(1), level).log_softmax(dim=1)


def label_slope(log_label_prob: Callable, xt: Batch, log_snr: LogSnr, label: int | Int[Tensor, "batch"]) -> Batch:
    """grad log p(y|x_t) with respect to x_t, for each example its own: the classifier's part of Eq. 165.

    Raises ValueError for a label that is none.
    """
    label = torch.as_tensor(label, device=xt.device).expand(len(xt))
    with torch.enable_grad():
        xt = xt.detach().requires_grad_()
        log_prob = log_label_prob(xt, log_snr)
        try:  # gather itself refuses what is out of range, so that nobody has to ask
            log_prob = log_prob.gather(1, label[:, None])
        except RuntimeError:
            found = f"{label.min().item()}..{label.max().item()}"
            raise ValueError(f"labels run from 0 to {log_prob.shape[1] - 1}; got {found}") from None
        return torch.autograd.grad(log_prob.sum(), xt)[0]


def classifier_guided(
    denoiser: Callable, log_label_prob: Callable, label: int | Int[Tensor, "batch"], guidance_scale: float
) -> Callable:
    """The denoiser whose score is that of p(x_t) p(y|x_t)^guidance_scale (Eq. 166)."""

    def guided(xt, log_snr):
        score = x0_to_score(denoiser(xt, log_snr), xt, log_snr)
        return score_to_x0(score + guidance_scale * label_slope(log_label_prob, xt, log_snr, label), xt, log_snr)

    return guided


def classifier_free(unconditional: Callable, conditional: Callable, guidance_scale: float) -> Callable:
    """The same without a classifier, from two denoisers (Eq. 170): from the one towards the other, and beyond."""

    def guided(xt, log_snr):
        x0_hat, x0_hat_given = asked(unconditional, xt, log_snr), asked(conditional, xt, log_snr)
        return x0_hat + guidance_scale * (x0_hat_given - x0_hat)

    return guided
