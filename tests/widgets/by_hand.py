"""What the explorers' readouts have to say, each worked out by another road than the explorer's own."""

import itertools
import math
from functools import cache

import numpy as np
import torch
from scipy.stats import norm
from torch.distributions import Normal, kl_divergence

from vdm_tutor.data import bells, ring
from vdm_tutor.denoiser import ExactDenoiser
from vdm_tutor.guidance import classifier_guided
from vdm_tutor.labelled import ring_in_halves
from vdm_tutor.sample import ancestral, last
from vdm_tutor.schedule import linear_beta, linear_beta_unscaled, uniform_log_snr
from vdm_tutor.widgets import (
    cloud_and_mean,
    currencies,
    guidance_dial,
    lid,
    noise_or_not,
    one_bell,
    score_field,
    staircase,
    steps_and_noise,
    two_bills,
    two_chains,
    water_level,
)
from vdm_tutor.widgets.lid import MEANS, STDS
from vdm_tutor.widgets.score_field import three_modes
from vdm_tutor.widgets.two_bills import chain as tiny_chain


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


def guidance_dial_by_hand(gamma: float, level: float) -> dict[str, str]:
    """The walks again, pushed by the exact classifier's slope; the means by sums over a grid of their own."""
    halves, generator = ring_in_halves(), torch.Generator().manual_seed(1)
    noise = torch.randn(1000, 2, dtype=torch.float64, generator=generator)
    guided = classifier_guided(ExactDenoiser(halves.mixture), halves.log_label_prob, 1, gamma)
    x0 = last(ancestral(guided, uniform_log_snr(45), noise, generator))
    heap = (torch.atan2(x0[:, 1], x0[:, 0]) / (math.pi / 4)).round().long() % 8
    shares = torch.bincount(heap, minlength=8).double() / 1000  # as doubles, or 0.425 is rounded by chance
    texts = {"a heap at the border": f"{(shares[4] + shares[7]) / 2:.2f}"}
    texts |= {"a heap in the middle": f"{(shares[5] + shares[6]) / 2:.2f}"}
    level = min(uniform_log_snr(45).log_snr[1:].tolist(), key=lambda each: abs(each - level))  # a state has one digit
    texts["mean, followed"] = f"{weighted_mean(gamma, level):.2f}"
    texts["mean, re-weighted"] = f"{(1 / (1 + math.exp(-level))) ** 0.5 * weighted_mean(gamma, math.inf):.2f}"
    return {name: tidy(text) for name, text in texts.items()}


def weighted_mean(gamma: float, log_snr: float) -> float:
    """Of p(x_t) p(y|x_t)^gamma for two bells of standard deviation 0.5 at -1 and 1, the right one wished for."""
    alpha_bar = 1 / (1 + math.exp(-log_snr))
    x, std = torch.linspace(-7, 9, 3001, dtype=torch.float64), (0.25 * alpha_bar + 1 - alpha_bar) ** 0.5
    left, right = (Normal(sign * alpha_bar**0.5, std).log_prob(x) for sign in (-1, 1))
    both = torch.logaddexp(left, right)
    return ((both + gamma * (right - both)).softmax(0) @ x).item()


def score_field_by_hand(x: float, y: float, blur: float, size: float, move: float) -> dict[str, str]:
    """One drop of walkers again, uphill by automatic differentiation."""
    generator, share = torch.Generator().manual_seed(3), {}
    places, weights = three_modes().means, three_modes().weights
    walkers = torch.tensor([[x, y]], dtype=torch.float64).repeat(200, 1)
    blurs = [blur * 10 ** (-2 * k / 14) for k in range(15)] + [0.0]
    for i in range(int(move)):
        var, at = 0.25 + blurs[i // 8] ** 2, walkers.clone().requires_grad_()
        torch.logsumexp(weights.log() - torch.cdist(at, places).square() / (2 * var), 1).sum().backward()
        eps = torch.randn(200, 2, dtype=torch.float64, generator=generator)
        walkers = walkers + size * var * at.grad + (2 * size * var) ** 0.5 * eps
    nearest = torch.cdist(walkers, places).argmin(1)
    names = ("left (weight 0.2)", "top (weight 0.3)", "below (weight 0.5)")
    share = {name: f"{(nearest == k).double().mean():.2f}" for k, name in enumerate(names)}
    return share | {"variance of the cloud": f"{(walkers - walkers.mean(0)).square().sum() / 199 / 2:.1f}"}


def steps_and_noise_by_hand(steps: float, noise: float) -> dict[str, str]:
    """One walk again: the guess from the slope of log p, each step as the noise that is kept and the new noise."""
    generator, means = torch.Generator().manual_seed(5), ring().means
    kept = [*(1 / (1 + np.exp(-np.linspace(-6, 9, int(steps))))).tolist(), 1.0]
    x = torch.randn(1200, 2, dtype=torch.float64, generator=generator)
    for now, after in itertools.pairwise(kept):
        at, var = x.clone().requires_grad_(), now * 0.12**2 + 1 - now
        torch.logsumexp(-torch.cdist(at, now**0.5 * means).square() / (2 * var), 1).sum().backward()
        x0_hat = (x + (1 - now) * at.grad) / now**0.5
        eps_hat = (x - now**0.5 * x0_hat) / (1 - now) ** 0.5
        new = (1 - now / after) * (1 - after) / (1 - now)
        fresh = torch.randn(1200, 2, dtype=torch.float64, generator=generator)
        x = after**0.5 * x0_hat + (1 - after - new) ** 0.5 * eps_hat + noise * new**0.5 * fresh
    heap = (torch.atan2(x[:, 1], x[:, 0]) / (math.pi / 4)).round().long() % 8
    centres = torch.stack([x[heap == k].mean(0) for k in range(8)])
    in_none = (torch.cdist(x, means).min(1).values > 0.36).double().mean()
    texts = {"centres at": f"{centres.norm(dim=1).mean():.2f}", "in no heap": f"{in_none:.0%}"}
    return texts | {"width": f"{((x - centres[heap]) ** 2).mean() ** 0.5:.2f}"}


def water_level_by_hand(noise_var: float, second: float) -> dict[str, str]:
    """Half the logarithm of what stands out of the water."""
    variances = {"first": 4.0, "second": second, "third": 0.25}
    nats = {name: max(0.0, 0.5 * math.log(each / noise_var)) for name, each in variances.items()}
    return {f"{name} carries": f"{each:.2f}" for name, each in nats.items()} | {
        "awake": str(sum(each > 1e-9 for each in nats.values()))
    }


def two_bills_by_hand(chain: float, perfect: float) -> dict[str, str]:
    """Every path, one after the other, and every average as its probability says."""
    forward, model = tiny_chain(int(chain), perfect)
    prior = np.full(3, 1 / 3) @ forward[0] @ forward[1] @ forward[2]
    told, evidence, sums = {}, 0.0, dict.fromkeys(("levels", "recon", "printed"), 0.0)
    for a, b, c in itertools.product(range(3), repeat=3):  # x_1, x_2, x_3
        q = forward[0, 0, a] * forward[1, a, b] * forward[2, b, c]
        p = prior[c] * model[2, c, b] * model[1, b, a] * model[0, a, 0]
        evidence += p
        sums["recon"] += q * math.log(model[0, a, 0])
        sums["levels"] += q * (math.log(q) - math.log(p / model[0, a, 0]))
        sums["printed"] += q * math.log(forward[2, b, c] / prior[c])
        for other in range(3):  # drawn from below only, beside what comes after
            swapped = math.log(forward[0, 0, other] / model[1, b, other])
            sums["printed"] += q * forward[0, 0, other] * swapped
            swapped = math.log(forward[1, a, other] / model[2, c, other])
            sums["printed"] += q * forward[1, a, other] * swapped
    for way in ("by level, (44)", "by step, (58)"):
        told[f"sum {way}"] = f"{sums['levels']:.3f}"
    told["log p"] = f"{math.log(evidence):.3f}"
    told["bound"] = f"{sums['recon'] - sums['levels']:.3f}"
    told["printed"] = f"{sums['recon'] - sums['printed']:.3f}"
    return {name: tidy(text) for name, text in told.items()}


def lid_by_hand(mean: float, std: float) -> dict[str, str]:
    """Bound and gap as integrals on a fine grid; log p(x) from the area of the slice."""
    mean, std = (min(values.tolist(), key=lambda each: abs(each - at)) for values, at in ((MEANS, mean), (STDS, std)))
    z = np.linspace(-12, 14, 40_001)
    log_joint, q = norm.logpdf(z) + norm.logpdf(2, z, 0.5**0.5), norm(mean, std)
    log_p = np.log(np.trapezoid(np.exp(log_joint), z))
    elbo = np.trapezoid(q.pdf(z) * (log_joint - q.logpdf(z)), z)
    gap = np.trapezoid(q.pdf(z) * (q.logpdf(z) - log_joint + log_p), z)
    numbers = {"log p(x)": log_p, "ELBO": elbo, "gap": gap}
    return {name: tidy(f"{value:.3f}") for name, value in numbers.items()}


def cloud_and_mean_by_hand(level: float, xt: float) -> dict[str, str]:
    """Averages over a fine grid of x_0; the score as a difference of the log-density."""
    alpha_bar = 1 / (1 + math.exp(-level))
    x0 = np.linspace(-4, 4, 80_001)
    data = np.exp(bells().log_prob(torch.from_numpy(x0)[:, None]).numpy())

    def joint(place):
        return data * norm.pdf(place, alpha_bar**0.5 * x0, (1 - alpha_bar) ** 0.5)

    weights = joint(xt) / joint(xt).sum()
    mean = (weights * x0).sum()
    eps = (xt - alpha_bar**0.5 * mean) / (1 - alpha_bar) ** 0.5
    score = (math.log(joint(xt + 1e-4).sum()) - math.log(joint(xt - 1e-4).sum())) / 2e-4
    spread = (weights * (x0 - mean) ** 2).sum() ** 0.5
    numbers = {
        "E[x₀|xₜ]": f"{mean:.3f}",
        "its spread": f"{spread:.2f}",
        "E[ε|xₜ]": f"{eps:.3f}",
        "score": f"{score:.3f}",
    }
    return {name: tidy(text) for name, text in numbers.items()}


def currencies_by_hand(t: float, x0_hat: float) -> dict[str, str]:
    """The error in x_0 times the factor of each currency."""
    alpha_bar, error = linear_beta(1000).alpha_bar[int(t)].item(), round(abs(x0_hat - 1), 2)
    signal, noise = alpha_bar**0.5, (1 - alpha_bar) ** 0.5
    factors = {"x₀": 1.0, "ε": signal / noise, "v": 1 / noise, "the score": signal / noise**2}
    return {f"in {name}": tidy(f"{error * factor:.2g}") for name, factor in factors.items()}


@cache
def ring_error(log_snr: float) -> float:
    """E|x0 - E[x0|xt]|^2 as E|x0|^2 less E|E[x0|xt]|^2, on a grid over the whole plane."""
    places = torch.linspace(-6, 6, 121, dtype=torch.float64)
    at = torch.cartesian_prod(places, places)
    there = ring().noised(log_snr).log_prob(at).exp() * 0.1**2
    return 1 + 2 * 0.12**2 - (there * ring().x0_mean(at, log_snr).square().sum(1)).sum().item()


def staircase_by_hand(**bent: float) -> dict[str, str]:
    """Each step as the distance of two bells, Eqs. 84, 85 and 86; the ends from a schedule's own numbers."""
    even, steps = uniform_log_snr(20).log_snr, [int(name[1:]) for name in bent]
    places = [even[t].item() + round(value - even[t].item()) for t, value in zip(steps, bent.values(), strict=True)]
    levels = np.interp(range(1, 21), steps, places)
    last_var = 1 / (1 + math.exp(levels[-1]))
    prior = (1 - last_var) * (1 + 2 * 0.12**2) / 2 + last_var - 1 - math.log(last_var)
    recon = levels[0] - math.log(2 * math.pi) - 0.5 * math.exp(levels[0]) * ring_error(levels[0])
    texts = {"recon": f"{recon:.2f}", "prior": f"{prior:.3f}", "denoising": "undefined", "gap": "undefined"}
    if (np.diff(levels) < 0).all():
        alpha_bar = 1 / (1 + np.exp(-levels))
        kept, alpha = alpha_bar[:-1], alpha_bar[1:] / alpha_bar[:-1]
        reach, var = kept**0.5 * (1 - alpha) / (1 - alpha_bar[1:]), (1 - alpha) * (1 - kept) / (1 - alpha_bar[1:])
        denoising = sum(reach**2 / (2 * var) * [ring_error(each) for each in levels[1:]])
        texts |= {"denoising": f"{denoising:.2f}", "gap": f"{-0.6727 - recon + prior + denoising:.2f}"}
    return {name: tidy(text) for name, text in texts.items()}


def one_bell_by_hand(t: float, xt: float, x0_hat: float, width: float) -> dict[str, str]:
    """Bayes' rule for the two sides, and each KL as an integral over the place of x_{t-1}."""
    schedule = uniform_log_snr(10)
    kept, gone = schedule.alpha_bar[int(t) - 1].item(), schedule.alpha_bar[int(t)].item()
    alpha = gone / kept
    heads, tails = (norm.pdf(xt, side * gone**0.5, (1 - gone) ** 0.5) for side in (1, -1))
    heads = heads / (heads + tails)
    std = ((1 - alpha) * (1 - kept) / (1 - gone)) ** 0.5

    def mean(x0):
        return (alpha**0.5 * (1 - kept) * xt + kept**0.5 * (1 - alpha) * x0) / (1 - gone)

    divergences = []
    for side in (-1, 1):
        x = mean(side) + std * np.linspace(-9, 9, 20_001)
        log_q, log_p = norm.logpdf(x, mean(side), std), norm.logpdf(x, mean(x0_hat), width**0.5 * std)
        divergences.append(np.trapezoid(np.exp(log_q) * (log_q - log_p), x))
    average = (1 - heads) * divergences[0] + heads * divergences[1]
    numbers = {"x₀ = +1 has chance": heads, "KL to −1": divergences[0], "KL to +1": divergences[1]}
    numbers |= {"on average": average, "E[x₀|xₜ]": 2 * heads - 1}
    return {name: tidy(f"{value:.2f}") for name, value in numbers.items()}


def covariance(weight: np.ndarray, var: np.ndarray) -> np.ndarray:
    """Of z_0, ..., z_3: each is a row of what it takes from the four independent draws."""
    rows = [np.eye(4)[3]]
    for i in (2, 1, 0):
        rows.insert(0, weight[i] * rows[0] + var[i] ** 0.5 * np.eye(4)[i])
    return np.array(rows) @ np.array(rows).T


def steps_up(weight: np.ndarray, var: np.ndarray) -> list[tuple[float, float]]:
    """Gain and variance of p(z_l|z_{l-1}), read off the covariance."""
    both = covariance(weight, var)
    gains = [both[i, i - 1] / both[i - 1, i - 1] for i in (1, 2, 3)]
    return [(gain, both[i, i] - gain * both[i, i - 1]) for i, gain in enumerate(gains, start=1)]


def two_chains_by_hand(**factors: float) -> dict[str, str]:
    """The KL of each level's two bells, averaged over where it starts by Gauss and Hermite's nodes."""
    weight, var = np.array([0.9, -0.7, 1.3]), np.array([0.4, 0.6, 0.25])
    encoders = steps_up(weight, var)
    weight = weight * [factors[f"decoder{i}"] for i in (1, 2, 3)]
    nodes, shares = (torch.from_numpy(each) for each in np.polynomial.hermite_e.hermegauss(5))
    moment, nats = covariance(weight, var)[0, 0], []
    for i, (true_gain, true_var) in enumerate(steps_up(weight, var)):
        gain, own_var = encoders[i][0] * factors[f"encoder{i + 1}"], encoders[i][1]
        z = moment**0.5 * nodes
        divergences = kl_divergence(Normal(gain * z, own_var**0.5), Normal(true_gain * z, true_var**0.5))
        nats.append((divergences @ shares / shares.sum()).item())
        moment = gain**2 * moment + own_var
    numbers = {"z₁": nats[0], "z₂": nats[1], "z₃": nats[2], "gap": sum(nats)}
    return {name: tidy(f"{value:.3f}") for name, value in numbers.items()}


OTHERS = {
    cloud_and_mean: cloud_and_mean_by_hand,
    currencies: currencies_by_hand,
    guidance_dial: guidance_dial_by_hand,
    lid: lid_by_hand,
    noise_or_not: noise_or_not_by_hand,
    one_bell: one_bell_by_hand,
    score_field: score_field_by_hand,
    staircase: staircase_by_hand,
    steps_and_noise: steps_and_noise_by_hand,
    two_bills: two_bills_by_hand,
    two_chains: two_chains_by_hand,
    water_level: water_level_by_hand,
}
