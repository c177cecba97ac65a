"""Lesson 13's explorer: what a stronger wish does to walks on the ring, and to two bells at one noise level."""

import math

import torch
from torch import Tensor

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.data import coin
from vdm_tutor.denoiser import ExactDenoiser
from vdm_tutor.guidance import classifier_free
from vdm_tutor.labelled import LabelledMixture, ring_in_halves
from vdm_tutor.noise_level import alpha_bar_of, noise_var_of
from vdm_tutor.sample import ancestral, frames, prior_noise
from vdm_tutor.schedule import Schedule, uniform_log_snr
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.explorers import line, told_once
from vdm_tutor.widgets.parts import Handle, Number, Panel, curve, knob, level, number, points, shade, upright
from vdm_tutor.widgets.tables import over

SCALES, STEPS = line(0, 8, 17), 45
KEPT = (45, 40, 35, 31, 28, 25, 22, 19, 16, 13, 10, 7, 1)
N_WALKERS, N_DRAWN, EXTENT, N_PIXELS = 1000, 400, 3.0, 48
PLACES, BORDER, MIDDLE = line(-4, 4, 401), (4, 7), (5, 6)  # the grid of the line; heaps of the half asked for


def walks(scale: float, schedule: Schedule, n: int = N_WALKERS) -> Tensor:
    """Walkers with the exact pair of denoisers at the kept steps, float64 [step, n, 2]: for every scale one noise."""
    halves, generator = ring_in_halves(), torch.Generator().manual_seed(1)
    guided = classifier_free(ExactDenoiser(halves.mixture), ExactDenoiser(halves.given(1)), scale)
    noise = prior_noise(n, (2,), generator, torch.float64)
    return frames(ancestral(told_once(guided), schedule, noise, generator), (*KEPT, 0))[1]


def heap_shares(x0: Tensor) -> Tensor:
    """What share of the points is nearest to each of the ring's eight heaps."""
    nearest = torch.cdist(x0, ring_in_halves().mixture.means).argmin(1)
    return torch.bincount(nearest, minlength=8).double() / len(x0)


def two_orders(log_snr: float) -> Tensor:
    """p(x_t) p(y|x_t)^scale, and p(x) p(y|x)^scale after noising, for two bells at -1 and 1: [2, scale, place]."""
    x, clean = PLACES[:, None], weighted(math.inf)
    mean, var = alpha_bar_of(log_snr, x).sqrt() * x, noise_var_of(log_snr, x)
    noised = clean @ torch.distributions.Normal(mean, var.sqrt()).log_prob(PLACES).softmax(1)
    return torch.stack([weighted(log_snr), noised])


def weighted(log_snr: float) -> Tensor:
    """p(x_t) p(y|x_t)^scale as shares of the places: [scale, place]. Its logarithm is a straight line in the scale."""
    bells = LabelledMixture(coin(0.5), torch.tensor([0, 1]))
    none, plain = (bells.powered_log_prob(PLACES[:, None], 1, scale, log_snr) for scale in (0.0, 1.0))
    return (none + SCALES[:, None] * (plain - none)).softmax(1)


def guidance_dial(gamma: Number = 1, log_snr: Number = 8) -> Explorer:
    """Walks on the ring as the scale grows, the heaps they end in, and at each noise level what two bells become."""
    schedule = uniform_log_snr(STEPS)
    levels = schedule.log_snr[list(KEPT)]
    clouds = torch.stack([walks(scale, schedule) for scale in SCALES.tolist()])
    shares = torch.stack([heap_shares(each[-1]) for each in clouds])
    border, middle = (shares[:, heaps].mean(1) for heaps in (BORDER, MIDDLE))
    followed, noised = torch.stack([two_orders(each) for each in levels.tolist()], dim=2)
    halved = SCALES[(border < 0.125).nonzero()[0, 0]]
    knobs = [
        knob("gamma", SCALES, gamma, "γ", form=".1f", colour=COLOURS["xt"]),
        knob("level", levels, log_snr, "log SNR", form=".1f"),
        knob("guess", SCALES, 2, form=".1f", guess=True, colour=COLOURS["guess"]),
    ]
    readouts = [
        number("off by", over("guess", (SCALES - halved).abs()), ".1f", COLOURS["guess"], when="told"),
        number("a heap at the border", over("gamma", border), ".2f", COLOURS["gap"], when="truth"),
        number("a heap in the middle", over("gamma", middle), ".2f", COLOURS["x0"], when="truth"),
        number("mean, followed", over("gamma level", followed @ PLACES), ".2f", COLOURS["xt"]),
        number("mean, re-weighted", over("gamma level", noised @ PLACES), ".2f", INK),
    ]
    panels = [_shares(border, middle), _cloud(clouds[:, :-1, :N_DRAWN], levels), _bells(followed, noised)]
    ask = "At γ = 1 a heap at the border of the half asked for gets a quarter of the walks. At which γ only an eighth?"
    return Explorer("guidance dial", knobs, panels, readouts, ask=ask)


def _shares(border: Tensor, middle: Tensor) -> Panel:
    """The shares of the heaps over the scale; a fair walk gives each of the four a quarter."""
    layers = [
        level(0.25, INK, dash=True),
        curve(SCALES, border, COLOURS["gap"], "a heap at the border", when="truth"),
        curve(SCALES, middle, COLOURS["x0"], "a heap in the middle", when="truth"),
        upright(over("gamma", SCALES), COLOURS["xt"], dash=True),
        upright(over("guess", SCALES), COLOURS["guess"], "your guess", dash=True, when="guess"),
    ]
    look = {"x_label": "γ", "y_label": "share of the walks", "x_ticks": (0, 2, 4, 6, 8), "y_ticks": (0, 0.25, 0.5)}
    handles = [Handle("gamma", 0.02), Handle("guess", 0.48)]
    return Panel(layers, (-0.2, 8.2), (-0.03, 0.53), handles=handles, height=0.3, wide=True, **look)


def _cloud(clouds: Tensor, levels: Tensor) -> Panel:
    """The walkers at a level, over the exact density without a wish."""
    axis, ring = line(-EXTENT, EXTENT, N_PIXELS), ring_in_halves().mixture
    spots = torch.cartesian_prod(axis, axis)
    density = torch.stack([ring.noised_log_prob(spots, v).exp() for v in levels.tolist()])
    density = density.reshape(len(levels), N_PIXELS, N_PIXELS).transpose(1, 2)  # a row is a height
    x, y = (over("gamma level", clouds[..., i]) for i in (0, 1))
    layers = [shade(over("level", density)), points(x, y, COLOURS["xt"], "walkers", size=2.5)]
    return Panel(layers, (-EXTENT, EXTENT), (-EXTENT, EXTENT), height=1.0)


def _bells(followed: Tensor, noised: Tensor) -> Panel:
    """Both orders of weighting and noising, as densities."""
    shown, per = slice(25, 376, 3), PLACES[1] - PLACES[0]
    densities = (each[..., shown] / per for each in (followed, noised))
    first, second = (over("gamma level", each) for each in densities)
    layers = [
        level(0.0, INK),
        curve(PLACES[shown], first, COLOURS["xt"], "noised, then weighted: followed", fill=True),
        curve(PLACES[shown], second, INK, "weighted, then noised"),
    ]
    look = {"x_label": "two bells at −1 and 1", "y_label": "density", "x_ticks": (-2, 0, 2), "height": 1.0}
    return Panel(layers, (-3.5, 3.5), (-0.03, 1.3), **look)
