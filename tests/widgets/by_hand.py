"""What the explorers' readouts have to say, each worked out by another road than the explorer's own."""

import math

import torch
from torch.distributions import Normal

from vdm_tutor.schedule import linear_beta_unscaled
from vdm_tutor.widgets import noise_or_not


def tidy(text: str) -> str:
    """With a true minus, and none before a zero."""
    return (text[1:] if text.startswith("-") and not text.strip("-0.%") else text).replace("-", "−")


def noise_or_not_by_hand(T: float, pixels: float) -> dict[str, str]:
    """The shares by a sum over the image's direction and the gamma law of the rest; the prior term by its formula."""
    alpha_bar, n = linear_beta_unscaled(int(T)).alpha_bar[-1].item(), int(pixels)
    var = 1 - alpha_bar
    texts = {"ᾱ_T": f"{alpha_bar:.2g}", "prior term": f"{0.5 * n * (-math.log(var)):.2g}"}
    texts |= {"one pixel, right": f"{right(alpha_bar, 1):.1%}", "the image, right": f"{right(alpha_bar, n):.1%}"}
    return {name: tidy(text) for name, text in texts.items()}


def right(alpha_bar: float, n: int) -> float:
    """How often the likelihood ratio is right, for n pixels of +1 at once."""
    var, bell = 1 - alpha_bar, Normal(0.0, 1.0)
    along = torch.linspace(-9, 9, 20_001, dtype=torch.float64)  # x_T along the image, less its mean
    hits = []
    for mean, own in ((alpha_bar**0.5, var), (0.0, 1.0)):
        square = n * (1 - math.log(var)) * var / alpha_bar  # within this distance from the centre the image is said
        if n == 1:
            ends = torch.tensor([-1, 1], dtype=torch.float64) * square**0.5 + alpha_bar**-0.5 - mean
            hits.append(bell.cdf(ends / own**0.5).diff().item())
            continue
        left = square - (n**0.5 * (alpha_bar**-0.5 - mean) - own**0.5 * along) ** 2  # for what the pixels differ
        rest = torch.special.gammainc(torch.tensor((n - 1) / 2), left.clamp(min=0) / (2 * own))
        hits.append((bell.log_prob(along).exp() * rest).sum().item() * 18 / 20_000)
    return 0.5 * (hits[0] + 1 - hits[1])


OTHERS = {noise_or_not: noise_or_not_by_hand}
