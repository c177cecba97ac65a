"""Lesson 10's explorer: one error, and its size in x_0, in the noise, in v and in the score."""

import math

import torch
from torch import Tensor

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.schedule import linear_beta
from vdm_tutor.targets import eps_to_score, x0_eps_to_v, x0_to_eps
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.explorers import line
from vdm_tutor.widgets.parts import Handle, Panel, Readout, curve, knob, number, points, segments, upright
from vdm_tutor.widgets.tables import over

XT, TRUE = 0.5, 1.0
STEPS = torch.tensor([1, 2, 5, 10, 20, 40, *range(60, 1001, 20)])
SAID = TRUE + line(-2, 1, 61)  # x0_hat, 0.05 apart
SIZES = line(-6, 1, 71)  # powers of ten
NAMES = {"x0": "x₀", "eps": "ε", "v": "v", "score": "the score"}
COLOUR = {**COLOURS, "score": INK}


def guesses() -> dict[str, Tensor]:
    """What each SAID is in the four currencies, given x_t = XT, at each of STEPS: [steps, said]."""
    steps, said = torch.cartesian_prod(STEPS, torch.arange(len(SAID))).T
    x0, log_snr = SAID[said, None], linear_beta(1000).log_snr_at(steps)
    eps = x0_to_eps(x0, torch.full_like(x0, XT), log_snr)
    each = {"x0": x0, "eps": eps, "v": x0_eps_to_v(x0, eps, log_snr), "score": eps_to_score(eps, log_snr)}
    return {name: values.reshape(len(STEPS), len(SAID)) for name, values in each.items()}


def currencies(t: int = 1000, x0_hat: float = 0.9) -> Explorer:
    """One guess on the line of all pairs (x_0, noise) that give x_t = 0.5, and how wrong it is in four currencies.

    The true x_0 is 1. Guessed first: how wrong the noise is that follows.
    """
    said = guesses()
    true = int((SAID - TRUE).abs().argmin())
    wrong = {name: (values - values[:, true : true + 1]).abs() for name, values in said.items()}
    knobs = [
        knob("t", STEPS, t, form=".0f"),
        knob("x0_hat", SAID, x0_hat, "x̂₀", colour=COLOURS["x0"]),
        knob("guess", SIZES, -1, form=".1f", guess=True),
    ]
    eps = math.log10(wrong["eps"][knobs[0].start, knobs[1].start])
    factors = [f"{float(f'{factor:.2g}'):g}" for factor in 10 ** (SIZES - eps).abs()]
    readouts = [Readout("off by a factor", over("guess", factors), COLOURS["guess"], when="told")]
    for name, symbol in NAMES.items():
        when = "always" if name == "x0" else "truth"
        readouts.append(number(f"in {symbol}", over("t x0_hat", wrong[name]), ".2g", COLOUR[name], when=when))
    ask = "x̂₀ misses x₀ = 1 by 0.1, at the last step. By how much does it miss ε? Move the mark there, on the right."
    return Explorer("one error in three currencies", knobs, [_line(said), _sizes(wrong)], readouts, ask=ask)


def _line(said: dict[str, Tensor]) -> Panel:
    """All pairs that make this x_t, the true one and the guessed one."""
    true = int((SAID - TRUE).abs().argmin())
    eps = said["eps"].clamp(-9, 9)
    layers = [
        curve(SAID, over("t", eps), COLOURS["xt"], "all pairs with xₜ = 0.5"),
        points(TRUE, over("t", eps[:, true]), INK, "the true pair", size=9),
    ]
    look = {"x_ticks": (-1, 0, 1, 2), "y_ticks": (-2, 0, 2), "height": 0.75}
    return Panel(layers, (-1, 2), (-2.6, 2.6), "x₀", "ε", handles=[Handle("x0_hat", over("t x0_hat", eps))], **look)


def _sizes(wrong: dict[str, Tensor]) -> Panel:
    """The four sizes on one scale of powers of ten, a row each."""
    layers = []
    for row, (name, symbol) in zip((4, 3, 2, 1), NAMES.items(), strict=True):
        size = over("t x0_hat", wrong[name].log10().where(wrong[name] > 1e-9, torch.nan))
        look = {"width": 10, "when": "always" if name == "x0" else "truth"}
        layers.append(segments(-6.0, row, size, row, COLOUR[name], symbol, **look))
    layers.append(upright(over("guess", SIZES), COLOURS["guess"], "your guess", dash=True, when="guess"))
    ticks, label = tuple(range(-6, 2)), "size of the error, power of ten"
    return Panel(layers, (-6, 1), (0.5, 4.5), label, x_ticks=ticks, height=0.75, handles=[Handle("guess", 3)])
