"""Lesson 11's explorer: at every place a cloud, and the mean that a denoiser and a score are."""

import torch
from torch import Tensor
from torch.distributions import Normal

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.data import Mixture, bells
from vdm_tutor.process import q_marginal, q_sample
from vdm_tutor.targets import x0_to_eps
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.explorers import line
from vdm_tutor.widgets.parts import Handle, Panel, curve, knob, level, number, points, upright
from vdm_tutor.widgets.tables import over

PLACES, LEVELS, CLEAN = line(-2.4, 2.4, 49), line(-5, 4, 19), line(-2.2, 2.2, 111)
X0, XT, EPS, MARK = (COLOURS[name] for name in ("x0", "xt", "eps", "guess"))


def x0_density(data: Mixture, xt: Tensor, log_snr: float) -> Tensor:
    """p(x0|xt) at the places CLEAN by Bayes' rule, for every xt [n]: [n, 111]."""
    mean, var = q_marginal(CLEAN, torch.tensor(log_snr, dtype=torch.float64))
    joint = data.log_prob(CLEAN[:, None]) + Normal(mean, var.sqrt()).log_prob(xt[:, None])
    return (joint - data.noised_log_prob(xt[:, None], log_snr)[:, None]).exp()


def cloud_and_mean(log_snr: float = 1.0, xt: float = 0.8) -> Explorer:
    """Every x_0 that may be behind x_t, and their mean; the noise of single pairs, and its mean, which is the score's.

    Guessed first: the one answer with the least squared error.
    """
    data, at = bells(), PLACES[:, None]
    each = [float(level) for level in LEVELS]
    x0_mean = torch.stack([data.x0_mean(at, level)[:, 0] for level in each])
    x0_std = torch.stack([data.x0_var(at, level).sqrt() for level in each])
    eps_mean = torch.stack([x0_to_eps(data.x0_mean(at, level), at, level)[:, 0] for level in each])
    score = torch.stack([data.score(at, level)[:, 0] for level in each])
    knobs = [
        knob("level", LEVELS, log_snr, "log SNR", form=".1f"),
        knob("xt", PLACES, xt, "xₜ", form=".1f"),
        knob("guess", CLEAN, -0.6, guess=True),
    ]
    truth = x0_mean[knobs[0].start, knobs[1].start]
    readouts = [
        number("off by", over("guess", (CLEAN - truth).abs()), ".2f", MARK, when="told"),
        number("E[x₀|xₜ]", over("level xt", x0_mean), ".3f", X0, when="truth"),
        number("its spread", over("level xt", x0_std), ".2f", X0, when="truth"),
        number("E[ε|xₜ]", over("level xt", eps_mean), ".3f", EPS, when="truth"),
        number("score", over("level xt", score), ".3f", INK, when="truth"),
    ]
    ask = "You see xₜ, and must answer with one x₀. Which answer has the least squared error? Move the mark there."
    panels = [_clean(data, x0_mean), _noise(data, eps_mean)]
    return Explorer("cloud and mean", knobs, panels, readouts, ask=ask, film="xt")


def _clean(data: Mixture, x0_mean: Tensor) -> Panel:
    """The law of x_0 behind the present x_t, beside that of all data."""
    behind = torch.stack([x0_density(data, PLACES, float(level)) for level in LEVELS])
    layers = [
        level(0.0, INK),
        curve(CLEAN, data.log_prob(CLEAN[:, None]).exp(), INK, "all x₀", dash=True),
        curve(CLEAN, over("level xt", behind.clamp(max=6)), X0, "x₀ behind this xₜ", fill=True),
        upright(over("level xt", x0_mean), X0, "their mean", when="truth"),
        upright(over("guess", CLEAN), MARK, "your guess", dash=True, when="guess"),
    ]
    look = {"x_ticks": (-2, -1, 0, 1, 2), "height": 0.75, "handles": [Handle("guess", 2.5)]}
    return Panel(layers, (-2.2, 2.2), (-0.1, 2.8), "x₀", "density", **look)


def _noise(data: Mixture, eps_mean: Tensor) -> Panel:
    """Single pairs, their noise over their place: the cloud; and its mean."""
    generator = torch.Generator().manual_seed(0)
    x0 = data.sample(600, generator)
    eps = torch.randn(x0.shape, dtype=x0.dtype, generator=generator)
    xt = torch.stack([q_sample(x0, float(level), eps)[:, 0] for level in LEVELS])
    layers = [
        points(over("level", xt), eps[:, 0], EPS, "single pairs", size=2.5),
        curve(PLACES, over("level", eps_mean), INK, "the mean, E[ε|xₜ]", when="truth"),
        upright(over("xt", PLACES), XT, "here", dash=True),
    ]
    look = {"x_ticks": (-2, -1, 0, 1, 2), "y_ticks": (-2, 0, 2), "height": 0.75, "handles": [Handle("xt", -3.1)]}
    return Panel(layers, (-2.4, 2.4), (-3.4, 3.4), "xₜ", "ε", **look)
