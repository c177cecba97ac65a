"""The course's explorers: each a short function that fills an explorer's tables with the package's functions."""

from collections.abc import Callable

import torch
from torch import Tensor

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.process import posterior
from vdm_tutor.schedule import Schedule, linear_beta
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.parts import Handle, Layer, Number, Panel, curve, knob, level, number, upright
from vdm_tutor.widgets.tables import over

__all__ = ["two_opinions"]


def line(low: Number, high: Number, n: int) -> Tensor:
    """n places from low to high, float64."""
    return torch.linspace(low, high, n, dtype=torch.float64)


def told_once(denoiser: Callable) -> Callable:
    """A denoiser for walkers that are all at one level: it hears it once, and not once for each of them."""
    return lambda xt, log_snr: denoiser(xt, log_snr[:1])


def bell(var: Tensor, knobs: str, highest: Number, at, colour: str, label: str, **more) -> Layer:
    """The density of N(at, var), var a table over `knobs`; cut off at `highest`, where no panel reaches."""
    std = var.clamp(min=0).sqrt()[..., None]
    away = std * line(-4, 4, 97)
    density = torch.distributions.Normal(0.0, std.clamp(min=1e-9)).log_prob(away).exp()
    return curve(over(knobs, away), over(knobs, density.clamp(max=highest)), colour, label, at=at, **more)


def two_opinions(t: int = 10, x0: Number = 0.8, xt: Number = -0.6) -> Explorer:
    """What x_t and what x_0 say about x_{t-1} as bells, and q(x_{t-1}|x_t, x_0), Eqs. 84 and 85: both together.

    The chain has thirty steps of linear beta; where the mean will lie is guessed first.
    """
    schedule, places = linear_beta(30), line(-2, 2, 41)
    steps, guesses = torch.arange(1, 31), line(-2, 2, 81)
    every = torch.cartesian_prod(steps.double(), places, places)
    mean, var = posterior(every[:, 2:], every[:, 1:2], every[:, 0].long(), schedule)
    mean, var = mean.reshape(30, 41, 41), var.reshape(30, -1)[:, 0]
    share = schedule.snr[steps] / schedule.snr[steps - 1]  # of the precision: x_t's part
    knobs = [
        knob("t", steps, t, form=".0f"),
        knob("x0", places, x0, "x₀", form=".1f"),
        knob("xt", places, xt, "xₜ", form=".1f"),
        knob("guess", guesses, 0.4, guess=True),
    ]
    opening = mean[tuple(each.start for each in knobs[:3])]
    readouts = [
        number("off by", over("guess", (guesses - opening).abs()), ".2f", COLOURS["guess"], when="told"),
        number("μ_q", over("t x0 xt", mean), ".3f", COLOURS["x_prev"], when="truth"),
        number("σ_q²", over("t", var), ".3f", COLOURS["x_prev"], when="truth"),
        number("β_t", over("t", schedule.beta[steps]), ".3f", when="truth"),
        number("xₜ weighs", over("t", share), ".2f", COLOURS["xt"], when="truth"),
        number("x₀ weighs", over("t", 1 - share), ".2f", COLOURS["x0"], when="truth"),
    ]
    panels = [_opinions(schedule, places, mean, var), *_along(steps, share, var, schedule)]
    ask = "Two opinions about xₜ₋₁. Where will the mean of both together lie? Move the mark there."
    return Explorer("two opinions", knobs, panels, readouts, ask=ask)


def _opinions(schedule: Schedule, places: Tensor, mean: Tensor, var: Tensor) -> Panel:
    """The two bells, their product, and the handles of x_t and x_0 under the axis, each in a row of its own."""
    alpha, alpha_bar_prev = schedule.alpha[1:, None], schedule.alpha_bar_prev[1:, None]
    xt_says, xt_var = places / alpha.sqrt(), (1 - alpha) / alpha
    x0_says, x0_var = alpha_bar_prev.sqrt() * places, 1 - alpha_bar_prev
    together = {"at": over("t x0 xt", mean), "fill": True, "when": "truth"}
    layers = [
        level(0.0, INK),
        bell(xt_var[:, 0], "t", 9.0, over("t xt", xt_says), COLOURS["xt"], "xₜ says"),
        bell(x0_var[:, 0], "t", 9.0, over("t x0", x0_says), COLOURS["x0"], "x₀ says"),
        bell(var, "t", 9.0, colour=COLOURS["x_prev"], label="together", **together),
        upright(over("guess", line(-2, 2, 81)), COLOURS["guess"], "your guess", dash=True, when="guess"),
    ]
    handles = [Handle("x0", -0.46), Handle("xt", -0.17), Handle("guess", 1.85)]
    ticks = (-3, -2, -1, 0, 1, 2, 3)
    look = {"x_label": "xₜ₋₁", "y_label": "density", "x_ticks": ticks, "height": 0.42, "wide": True}
    return Panel(layers, (-3.2, 3.2), (-0.65, 2.1), handles=handles, **look)


def _along(steps: Tensor, share: Tensor, var: Tensor, schedule: Schedule) -> list[Panel]:
    """The weights and the variances at every step, and where t is."""
    here = upright(over("t", steps), INK, dash=True)
    look = {"x_label": "t", "x_ticks": (1, 10, 20, 30), "height": 0.5, "when": "truth"}
    weights = [curve(steps, share, COLOURS["xt"], "xₜ weighs"), here]
    weights += [curve(steps, 1 - share, COLOURS["x0"], "x₀ weighs")]
    variances = [curve(steps, var, COLOURS["x_prev"], "σ_q²"), here]
    variances += [curve(steps, schedule.beta[1:], INK, "β_t")]
    return [
        Panel(weights, (1, 30), (0, 1.05), y_label="weight", y_ticks=(0, 0.5, 1), **look),
        Panel(variances, (1, 30), (0, 0.7), y_label="variance", y_ticks=(0, 0.3, 0.6), **look),
    ]
