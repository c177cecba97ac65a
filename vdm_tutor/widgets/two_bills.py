"""Lesson 05's explorer: one sum by level and by step, on chains so small that every path is counted."""

import numpy as np

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.parts import Handle, Number, Panel, bars, curve, knob, level, number, upright, words
from vdm_tutor.widgets.tables import over

SHARES, CHAINS, GUESSES = np.linspace(0, 1, 21), np.arange(1, 9), np.linspace(0, 1.5, 61)
WAYS = {"by level, (44)": ("1", "2", "3"), "by step, (58)": ("2", "3", "prior")}


def chain(seed: int, perfect: float) -> tuple[np.ndarray, np.ndarray]:
    """Three noising steps [step, from, to], and a model's steps back [step, from x_t+1, to x_t], on three states.

    The model is a mixture: a share `perfect` of the true steps back, for starts drawn evenly; the rest at random.
    """
    rng = np.random.default_rng(seed)
    forward, model = rng.dirichlet(np.full(3, 2.0), size=(2, 3, 3))
    law, exact = np.full(3, 1 / 3), []
    for step in forward:
        exact.append((law[:, None] * step / (law @ step)).T)
        law = law @ step
    return forward, perfect * np.array(exact) + (1 - perfect) * model


def prior_of(forward: np.ndarray) -> np.ndarray:
    """The law of x_3 for starts drawn evenly: the prior that a perfect model needs."""
    return np.full(3, 1 / 3) @ forward[0] @ forward[1] @ forward[2]


def bills(forward: np.ndarray, model: np.ndarray) -> dict[str, np.ndarray]:
    """For x_0 = 0, nats: the costs in both ways, log p(x_0), the bound, and the line (45) as printed."""
    prior, (first, second, third) = prior_of(forward), forward
    laws = [first[0], first[0] @ second, first[0] @ second @ third]  # q(x_t | x_0)
    path = laws[0][:, None, None] * second[:, :, None] * third
    up = np.log(laws[0])[:, None, None], np.log(second)[:, :, None], np.log(third)[None]
    down = np.log(model[1].T)[:, :, None], np.log(model[2].T)[None], np.log(prior)[None, None]
    levels = np.array([(path * (q - p)).sum() for q, p in zip(up, down, strict=True)])
    steps = []
    for t in (1, 2):
        known = (laws[t - 1][:, None] * forward[t] / laws[t]).T  # the step back of somebody who knows x_0
        steps.append((laws[t][:, None] * known * np.log(known / model[t])).sum())
    steps.append((laws[2] * np.log(laws[2] / prior)).sum())
    recon = laws[0] @ np.log(model[0][:, 0])
    # As printed: x_t is drawn from below only, whatever came after it.
    pair = laws[0][:, None, None] * laws[1][None, :, None], path.sum(1)[:, None] * second[:, :, None]
    torn = sum((law * (q - p)).sum() for law, q, p in zip(pair, up[:2], down[:2], strict=True))
    evidence = np.log(prior @ model[2] @ model[1] @ model[0])[0]
    ends = {"log p": evidence, "bound": recon - levels.sum(), "printed": recon - torn - levels[2]}
    return {"by level, (44)": levels, "by step, (58)": np.array(steps)} | ends


def two_bills(perfect: Number = 0, chain_number: int = 4) -> Explorer:
    """The costs of a bound by level and by step, and what is left, as the model's steps back become the true ones."""
    found = [[bills(*chain(number_, share)) for share in SHARES] for number_ in CHAINS.tolist()]
    worth = {name: np.array([[each[name] for each in row] for row in found]) for name in found[0][0]}
    sums = worth["by step, (58)"].sum(-1)
    knobs = [
        knob("chain", CHAINS, chain_number, form=".0f"),
        knob("perfect", SHARES, perfect, "how perfect", colour=COLOURS["learned"]),
        knob("guess", GUESSES, 1.0, guess=True),
    ]
    left = sums[knobs[0].start, -1]
    where, green = "chain perfect", COLOURS["denoise_kl"]
    colours = {"log p": INK, "bound": COLOURS["learned"], "printed": COLOURS["gap"]}
    readouts = [number("off by", over("guess", np.abs(GUESSES - left)), ".2f", COLOURS["guess"], when="told")]
    readouts += [number(f"sum {way}", over(where, worth[way].sum(-1)), ".3f", green, when="truth") for way in WAYS]
    readouts += [number(name, over(where, worth[name]), ".3f", colours[name], when="truth") for name in colours]
    panels = [_lines(worth, colours), *(_bill(name, worth[name], left if "58" in name else None) for name in WAYS)]
    ask = "Costs of a bad model, in nats. How much is their sum when the model's steps back are the true ones?"
    return Explorer("two bills", knobs, panels, readouts, ask=ask, film="perfect")


def _lines(worth: dict[str, np.ndarray], colours: dict[str, str]) -> Panel:
    """log p(x_0), the bound and the printed line, over how perfect the model is."""
    labels = {"log p": "log p(x₀)", "bound": "the bound, (44) and (58)", "printed": "(45) as printed"}
    layers = [
        curve(SHARES, over("chain", worth[name]), colours[name], label, dash=name != "bound")
        for name, label in labels.items()
    ]
    layers.append(upright(over("perfect", SHARES), COLOURS["learned"], dash=True))
    ticks = {"x_ticks": (0, 0.5, 1), "y_ticks": (-3, -2, -1)}
    look = {"x_label": "how perfect the model is", "y_label": "nats", "height": 0.3, "wide": True, **ticks}
    return Panel(layers, (-0.03, 1.03), (-3.2, -0.7), handles=[Handle("perfect", -3.0)], when="truth", **look)


def _bill(name: str, costs: np.ndarray, left: Number | None) -> Panel:
    """Three costs and their sum as bars."""
    colours = [COLOURS["denoise_kl"]] * 3 if "44" in name else [COLOURS["denoise_kl"]] * 2 + [COLOURS["prior_kl"]]
    layers = [bars([i], over("chain perfect", costs[..., i : i + 1]), colour, 0.6) for i, colour in enumerate(colours)]
    layers += [bars([3], over("chain perfect", costs.sum(-1, keepdims=True)), INK, 0.6), level(0.0, INK)]
    layers += [words(i - 0.08 * len(each), -0.27, each) for i, each in enumerate((*WAYS[name], "sum"))]
    handles = []
    if left is not None:
        layers.append(level(over("guess", GUESSES), COLOURS["guess"], "your guess", dash=True, when="guess"))
        layers.append(level(left, COLOURS["learned"], "a perfect model's", when="told"))
        handles.append(Handle(3, "guess"))
    label = name.split(",")[0].removeprefix("by ")
    look = {"x_label": label, "y_label": "cost, nats", "y_ticks": (0, 0.5, 1, 1.5), "title": name, "height": 0.8}
    return Panel(layers, (-0.6, 3.6), (-0.4, 1.75), handles=handles, **look)
