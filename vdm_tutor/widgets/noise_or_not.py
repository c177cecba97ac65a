"""Lesson 04's explorer: is the end of the chain really noise, for a pixel and for a whole image?"""

import numpy as np
import torch
from scipy.stats import ncx2

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.elbo import prior_kl
from vdm_tutor.process import q_marginal
from vdm_tutor.schedule import linear_beta_unscaled
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.explorers import bell
from vdm_tutor.widgets.parts import Handle, Panel, curve, knob, level, number, upright
from vdm_tutor.widgets.tables import over

LENGTHS, PIXELS = torch.arange(50, 1001, 25), 4 ** np.arange(7)
GUESSES = torch.arange(50, 1001, 10)
WIDTH = 1.0  # of a bin of evidence, nats
XT, NOISE = COLOURS["xt"], INK


def end_log_snr(n_steps) -> np.ndarray:
    """The log SNR of x_T where the usual range of betas is squeezed into T steps."""
    return np.array([linear_beta_unscaled(int(each)).log_snr_min for each in n_steps])


def evidence_above(nats, log_snr, n_pixels, noised: bool) -> np.ndarray:
    """How often log q(x_T|x_0) - log N(x_T; 0, I) exceeds so many nats, x_0 a known image of +1 and -1.

    x_T comes from the image if `noised`, from N(0, I) otherwise. Completing the square makes the evidence a constant
    less a |x_T - c|^2, and the squared distance from a point follows the noncentral chi-squared law.
    """
    alpha_bar, var = 1 / (1 + np.exp(-log_snr)), 1 / (1 + np.exp(log_snr))
    centre, slope = alpha_bar**-0.5, alpha_bar / (2 * var)
    distance = (0.5 * n_pixels * (1 - np.log(var)) - nats) / slope
    mean, own_var = (alpha_bar**0.5, var) if noised else (0.0, 1.0)
    return ncx2.cdf(distance / own_var, n_pixels, n_pixels * (centre - mean) ** 2 / own_var)


def told_apart(log_snr, n_pixels) -> np.ndarray:
    """How often the best classifier is right that is shown x_T or noise, each half of the time."""
    hit, miss = (evidence_above(0.0, log_snr, n_pixels, noised) for noised in (True, False))
    return 0.5 * (hit + 1 - miss)


def noise_or_not(n_steps: int = 300, pixels: int = 64) -> Explorer:
    """x_T or noise? A pixel, and an image of many whose evidence adds up, as the chain becomes longer.

    Guessed first: the chain at which the image of 64 pixels is as safe as one pixel is at T = 300.
    """
    ends, fine = end_log_snr(LENGTHS), torch.arange(300, 1001)
    pixel, image = told_apart(ends, 1), told_apart(ends[:, None], PIXELS)
    safe = fine[np.argmax(told_apart(end_log_snr(fine), 64) <= told_apart(end_log_snr([300]), 1))]
    nats = np.array([prior_kl(torch.ones(1, 1, dtype=torch.float64), each).item() for each in ends])
    knobs = [
        knob("T", LENGTHS, n_steps, form=".0f", colour=XT),
        knob("pixels", PIXELS, pixels, form=".0f"),
        knob("guess", GUESSES, 400, form=".0f", guess=True),
    ]
    readouts = [
        number("off by", over("guess", (GUESSES - safe).abs()), ".0f", COLOURS["guess"], unit=" steps", when="told"),
        number("ᾱ_T", over("T", 1 / (1 + np.exp(-ends))), ".2g", COLOURS["x0"]),
        number("one pixel, right", over("T", pixel), ".1%", INK),
        number("the image, right", over("T pixels", image), ".1%", XT, when="truth"),
        number("prior term", over("T pixels", nats[:, None] * PIXELS), ".2g", COLOURS["prior_kl"], unit=" nats"),
    ]
    panels = [_shares(pixel, image), _one_pixel(ends), _evidence(ends, nats)]
    ask = "After 300 steps one pixel is hardly told from noise. After how many is an image of 64 pixels as safe?"
    return Explorer("noise or not", knobs, panels, readouts, ask=ask)


def _shares(pixel: np.ndarray, image: np.ndarray) -> Panel:
    """How often the classifier is right, over T."""
    layers = [
        level(0.5, INK, dash=True),
        curve(LENGTHS, pixel, INK, "one pixel"),
        curve(LENGTHS, over("pixels", image.T), XT, "the image", when="truth"),
        upright(over("T", LENGTHS), XT, dash=True),
        upright(over("guess", GUESSES), COLOURS["guess"], "your guess", dash=True, when="guess"),
    ]
    ticks = {"x_ticks": (100, 300, 500, 700, 900), "y_ticks": (0.5, 0.75, 1)}
    look = {"x_label": "T", "y_label": "right, share", "height": 0.36, "wide": True, **ticks}
    return Panel(layers, (30, 1020), (0.42, 1.04), handles=[Handle("T", 0.45), Handle("guess", 0.97)], **look)


def _one_pixel(ends: np.ndarray) -> Panel:
    """One pixel of x_T, and of noise: two bells."""
    mean, var = q_marginal(torch.ones(len(ends), 1, dtype=torch.float64), torch.tensor(ends))
    one = torch.ones(1, dtype=torch.float64)
    layers = [
        level(0.0, INK),
        bell(var[:, 0], "T", 9.0, over("T", mean[:, 0]), XT, "a pixel of +1 in x_T", fill=True),
        bell(one[0], "", 9.0, 0.0, NOISE, "noise"),
    ]
    look = {"x_label": "one pixel", "y_label": "density", "x_ticks": (-2, 0, 2)}
    return Panel(layers, (-3.5, 3.5), (-0.02, 0.7), **look)


def _evidence(ends: np.ndarray, nats: np.ndarray) -> Panel:
    """The evidence of the whole image, in bins, from x_T and from noise; its mean from x_T is the prior term."""
    edges = np.arange(-20, 20 + WIDTH / 2, WIDTH)
    middle = (edges[1:] + edges[:-1]) / 2
    shares = [
        -np.diff(evidence_above(edges, ends[:, None, None], PIXELS[:, None], noised), axis=-1)
        for noised in (True, False)
    ]
    layers = [
        level(0.0, INK),
        curve(middle, over("T pixels", shares[0]), XT, "from x_T", fill=True),
        curve(middle, over("T pixels", shares[1]), NOISE, "from noise"),
        upright(0.0, INK, dash=True),
        upright(over("T pixels", nats[:, None] * PIXELS), COLOURS["prior_kl"], "the prior term"),
    ]
    look = {"x_label": "evidence of the image, nats", "y_label": "share", "x_ticks": (-10, 0, 10), "when": "truth"}
    return Panel(layers, (-20, 20), (-0.005, 0.3), **look)
