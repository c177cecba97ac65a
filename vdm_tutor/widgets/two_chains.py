"""Lesson 03's explorer: three levels, encoders going up and decoders going down, and whose fault the gap is."""

import torch
from torch import Tensor

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.linear_gaussian import LinearChain
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.explorers import line
from vdm_tutor.widgets.parts import Handle, Layer, Number, Panel, bars, knob, level, number, points, segments, words
from vdm_tutor.widgets.tables import Table, over

LEVELS = (1, 2, 3)
UP, DOWN = [f"encoder{i}" for i in LEVELS], [f"decoder{i}" for i in LEVELS]
FACTORS = {"encoder": line(0, 2, 9), "decoder": line(0.5, 1.5, 5)}
COLOUR = {"encoder": COLOURS["xt"], "decoder": COLOURS["learned"]}
GUESSES, GAP = line(0, 0.8, 81), COLOURS["gap"]


def chain() -> LinearChain:
    """The chain of lesson 03."""
    weight = torch.tensor([0.9, -0.7, 1.3], dtype=torch.float64)
    return LinearChain(weight, torch.tensor([0.4, 0.6, 0.25], dtype=torch.float64))


def shares() -> Tensor:
    """Of the gap, nats: [level, encoder1, encoder2, encoder3, decoder1, decoder2, decoder3], each by its factor."""
    exact = chain()
    gain, var = exact.exact_encoder()
    factors = torch.meshgrid(*[FACTORS["encoder"]] * 3, *[FACTORS["decoder"]] * 3, indexing="ij")
    each = (slice(None), *[None] * 6)
    moved = LinearChain(exact.weight[each] * torch.stack(factors[3:]), exact.noise_var[each])
    return moved.gap_per_level(gain[each] * torch.stack(factors[:3]), var[each])


def two_chains(decoder3: Number = 0.5) -> Explorer:
    """A share of the gap for each level, as encoders and decoders are multiplied by something.

    It opens with exact encoders, but for the decoder of the top, which has moved. Guessed first: the middle's bar.
    """
    gaps = shares()
    knobs = [
        knob(name, FACTORS[name[:-1]], decoder3 if name == "decoder3" else 1, colour=COLOUR[name[:-1]])
        for name in UP + DOWN
    ]
    knobs.append(knob("guess", GUESSES, 0.5, guess=True))
    opening = gaps[1][tuple(each.start for each in knobs[:-1])]
    bar = tables(gaps)
    readouts = [number("off by", over("guess", (GUESSES - opening).abs()), ".2f", COLOURS["guess"], when="told")]
    readouts += [number(f"z{'₁₂₃'[i]}", bar[i], ".3f", GAP, when="truth") for i in range(3)]
    readouts += [number("gap", over(" ".join(UP + DOWN), gaps.sum(0)), ".3f", GAP, unit=" nats", when="truth")]
    ask = "Only the decoder of level 3 has moved: to half. How tall is the bar of level 2? Move the mark there."
    return Explorer("two chains", knobs, [_moved(), _bars(bar)], readouts, ask=ask, film="decoder3")


def tables(gaps: Tensor) -> list[Table]:
    """Each level's share over the knobs that it depends on: its encoder and those below, and the decoders."""
    first, second, third = gaps
    return [
        over(" ".join(UP[:1] + DOWN), first[:, 0, 0]),
        over(" ".join(UP[:2] + DOWN), second[:, :, 0]),
        over(" ".join(UP + DOWN), third),
    ]


def _moved() -> Panel:
    """By what each encoder and each decoder is multiplied: one column a level, upwards left and downwards right."""
    layers: list[Layer] = [level(1.0, INK, dash=True)]
    handles = []
    for kind, side in (("encoder", -0.18), ("decoder", 0.18)):
        for i in LEVELS:
            at = over(f"{kind}{i}", FACTORS[kind])
            label = f"{kind}, times" if i == 1 else ""
            layers.append(segments(i + side, 1.0, i + side, at, COLOUR[kind], label, width=4))
            layers.append(points(i + side, at, COLOUR[kind], size=12))
            handles.append(Handle(i + side, f"{kind}{i}"))
    layers += [words(i - 0.3, -0.35, f"level {i}") for i in LEVELS]
    return Panel(layers, (0.5, 3.5), (-0.5, 2.2), y_label="times", y_ticks=(0, 1, 2), height=0.8, handles=handles)


def _bars(bar: list[Table]) -> Panel:
    """A bar for each level: how far its encoder's step is from the true one."""
    layers = [
        bars([i], Table(each.over, each.values[..., None]), GAP, 0.5, when="truth")
        for i, each in zip(LEVELS, bar, strict=True)
    ]
    mark = over("guess", GUESSES)
    layers += [level(0.0, INK), *(words(i - 0.1, -0.11, f"z{'₁₂₃'[i - 1]}") for i in LEVELS)]
    layers.append(segments(1.6, mark, 2.4, mark, COLOURS["guess"], "your guess", width=3, when="guess"))
    look = {"y_label": "share of the gap, nats", "y_ticks": (0, 0.5, 1), "height": 0.8}
    return Panel(layers, (0.5, 3.5), (-0.17, 1.15), handles=[Handle(2.5, "guess")], **look)
