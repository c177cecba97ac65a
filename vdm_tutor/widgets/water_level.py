"""Lesson 02's explorer: which hidden numbers of a linear VAE stay awake, as its decoder's noise rises."""

import torch
from torch import Tensor

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.linear_gaussian import linear_vae_optimum
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.explorers import line
from vdm_tutor.widgets.parts import Handle, Number, Panel, bars, curve, knob, level, number, points, upright
from vdm_tutor.widgets.tables import over

NOISE_VARS, SECOND = line(0.1, 5, 50), line(0.2, 3.8, 19)  # of the decoder; of the data along their second axis
FIRST, THIRD = 4.0, 0.25
LATENTS = ("first", "second", "third")
COLOUR = dict(zip(LATENTS, ("x0", "xt", "gap"), strict=True))


def carried(second: Number, noise_var: Number) -> Tensor:
    """What three hidden numbers carry at the optimum, nats, in the order of the axes that they take."""
    variances = torch.tensor([FIRST, second, THIRD], dtype=torch.float64)
    order = variances.argsort(descending=True)
    return torch.empty(3, dtype=torch.float64).index_copy(0, order, linear_vae_optimum(variances, 3, noise_var)[1])


def water_level(noise_var: Number = 0.6, second: Number = 1.0, trained=()) -> Explorer:
    """Data variances of 4, one to drag and 1/4, the decoder's variance as a water level, and the nats that are carried.

    `trained` may give (decoder variance, what the first and the second carry) of networks on data of variance 1.
    """
    nats = torch.stack([torch.stack([carried(s, v) for v in NOISE_VARS.tolist()]) for s in SECOND.tolist()])
    knobs = [
        knob("noise_var", NOISE_VARS, noise_var, "σ²", form=".1f", colour=COLOURS["eps"]),
        knob("second", SECOND, second, "second variance", form=".1f", colour=COLOURS["xt"]),
    ]
    readouts = [
        number(f"{name} carries", over("second noise_var", nats[..., i]), ".2f", COLOURS[COLOUR[name]], unit=" nats")
        for i, name in enumerate(LATENTS)
    ]
    # at the level itself nothing is carried, but for a last bit
    readouts.append(number("awake", over("second noise_var", (nats > 1e-9).sum(-1)), ".0f"))
    ask = "Take the water σ² to 2. How high must the second variance rise for its hidden number to wake?"
    return Explorer("water level", knobs, [_water(), _nats(nats, trained)], readouts, ask=ask)


def _water() -> Panel:
    """The data's variances as pillars, and the decoder's variance as the level of the water."""
    pillars = torch.stack([torch.full_like(SECOND, FIRST), SECOND, torch.full_like(SECOND, THIRD)], dim=1)
    layers = [
        bars([i], over("second", pillars[:, i : i + 1]), COLOURS[COLOUR[name]], 0.6, name)
        for i, name in enumerate(LATENTS)
    ]
    layers += [level(over("noise_var", NOISE_VARS), COLOURS["eps"], "σ²", dash=True), level(0.0, INK)]
    handles = [Handle(-0.55, "noise_var"), Handle(1, "second")]
    look = {"x_label": "axes of the data", "y_label": "variance", "y_ticks": (0, 1, 2, 3, 4, 5), "height": 0.8}
    return Panel(layers, (-0.8, 2.6), (-0.1, 5.2), handles=handles, **look)


def _nats(nats: Tensor, trained) -> Panel:
    """What each hidden number carries, over the decoder's variance, and what training found."""
    layers = [level(0.0, INK), upright(over("noise_var", NOISE_VARS), COLOURS["eps"], dash=True)]
    layers += [
        curve(NOISE_VARS, over("second", nats[..., i]), COLOURS[COLOUR[name]], name) for i, name in enumerate(LATENTS)
    ]
    for noise_var, found in trained:
        there = torch.where((SECOND - 1).abs()[:, None] < 1e-9, torch.as_tensor(found).double(), torch.nan)
        layers.append(points(torch.full((2,), noise_var), over("second", there), INK, size=7))
    look = {"x_label": "σ²", "y_label": "carried, nats", "x_ticks": (0, 1, 2, 3, 4, 5), "y_ticks": (0, 0.5, 1, 1.5)}
    return Panel(layers, (0, 5.1), (-0.05, 1.95), height=0.8, **look)
