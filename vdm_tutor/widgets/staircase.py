"""Lesson 09's explorer: a schedule to bend, its steps as teeth over a curve, and its three terms against log p."""

import math
from functools import cache

import numpy as np
import torch
from torch import Tensor

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.data import ring
from vdm_tutor.elbo import prior_kl
from vdm_tutor.schedule import Schedule, from_log_snr, uniform_log_snr
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.explorers import line
from vdm_tutor.widgets.parts import Handle, Panel, Readout, bars, curve, knob, level, number, segments, words
from vdm_tutor.widgets.tables import Table, over, written

T = 20
BENT = {1: (-3, 1), 7: (-6, 5), 13: (-4, 5), 19: (0, 9), 20: (-2, 2)}  # a step, and how far it is bent from even
STEPS = tuple(BENT)
GUESSES, FINE = line(0, 5, 101), line(-8, 10, 361)
OWN = COLOURS["denoise_kl"]


def error_by_grid(log_snr: float) -> float:
    """E|x0 - E[x0|xt]|^2 of the ring at one level: a sum over a quarter of the plane, for the others mirror it."""
    data, places = ring(), line(0, 6, 61)
    weight = torch.where(places > 0, 0.2, 0.1)
    at = torch.cartesian_prod(places, places)
    there = data.noised_log_prob(at, log_snr).exp() * torch.outer(weight, weight).flatten()
    return (there * data.x0_var(at, log_snr)).sum().item()


@cache
def _log_error() -> np.polynomial.Chebyshev:
    """Its logarithm, which is smooth in the level: sixty places tell it everywhere to a hundred-thousandth."""
    logs = np.vectorize(lambda level: math.log(error_by_grid(level)))
    return np.polynomial.Chebyshev.interpolate(logs, 60, (-9, 11))


def error(log_snr: Tensor) -> Tensor:
    """The same at any levels from -9 to 11."""
    return torch.from_numpy(np.exp(_log_error()(log_snr.numpy())))


def stairs(log_snr: Tensor) -> Tensor:
    """The denoising sum of levels [..., t] with the exact denoiser (Eq. 110), nats; NaN where they do not fall."""
    drops = -log_snr.exp().diff(dim=-1)
    costs = torch.where(drops > 0, 0.5 * drops * error(log_snr[..., 1:]), torch.nan)
    return costs.sum(-1)


def ends(first: Tensor, last: Tensor) -> tuple[Tensor, Tensor]:
    """The reconstruction at each first level, and the prior term at each last one, means over the ring, nats."""
    data = ring()
    second_moment = (data.weights * (data.means.square().sum(1) + 2 * data.var)).sum()
    typical = (second_moment / 2).sqrt().expand(1, 2)  # of all x0 the prior term asks only for the mean square
    recon = first - math.log(2 * math.pi) - 0.5 * first.exp() * error(first)
    return recon, torch.cat([prior_kl(typical, each) for each in last.tolist()])


def log_p() -> float:
    """E log p(x0) of the ring, nats."""
    places = line(0, 2, 81)
    weight, at = torch.where(places > 0, 0.05, 0.025), torch.cartesian_prod(places, places)
    log_prob = ring().log_prob(at)
    return (torch.outer(weight, weight).flatten() * log_prob.exp() * log_prob).sum().item()


def best_shapes(first: Tensor, last: Tensor) -> Tensor:
    """The cheapest levels between each pair of ends, [first, last, t], by dynamic programming over the levels FINE."""
    drop = FINE.exp()[:, None] - FINE.exp()  # from each level [i] to each [j]
    price = torch.where(drop > 0, 0.5 * drop * error(FINE), torch.inf)
    paid = torch.where((FINE - first[:, None]).abs() < 1e-6, 0.0, torch.inf)
    came_from = []
    for _ in range(T - 1):
        paid, best = (paid[:, :, None] + price).min(1)
        came_from.append(best)
    rows = torch.arange(len(first))[:, None]
    place = (FINE - last[:, None]).abs().argmin(1).expand(len(first), -1)
    path = [place]
    for best in reversed(came_from):
        path.append(best[rows, path[-1]])
    return FINE[torch.stack(path[::-1], -1)]


def staircase(learned: Schedule | None = None) -> Explorer:
    """Twenty levels on the ring, bent at five steps: what they cost with the exact denoiser, and the gap of the bound.

    Guessed first: how small the gap becomes by bending alone. `learned`, a schedule of twenty steps, is laid beside it.
    """
    even = uniform_log_snr(T).log_snr  # from 9 to -6
    places = [even[t] + torch.arange(low, high + 1) for t, (low, high) in BENT.items()]
    pieces = [between(*places[i : i + 2], STEPS[i + 1] - STEPS[i]) for i in range(len(STEPS) - 1)]
    recon, prior = ends(places[0], places[-1])
    denoise = _summed([stairs(piece) for piece in pieces])
    at_ends = log_p() - recon[:, None] + prior  # what the ends leave of the gap
    gap = denoise + at_ends[:, None, None, None]
    best = best_shapes(places[0], places[-1])
    best_gap = stairs(best) + at_ends
    knobs = [
        knob(f"t{t}", each, even[t].item(), f"step {t}", form=".1f", colour=OWN)
        for t, each in zip(STEPS, places, strict=True)
    ]
    knobs.append(knob("guess", GUESSES, 2.6, guess=True))
    least = best_gap[knobs[0].start, knobs[-2].start]
    readouts = [
        number("off by", over("guess", (GUESSES - least).abs()), ".2f", COLOURS["guess"], unit=" nats", when="told"),
        number("recon", over("t1", recon), ".2f", COLOURS["recon"]),
        number("prior", over("t20", prior), ".3f", COLOURS["prior_kl"]),
        _of_a_chain("denoising", denoise, OWN),
        _of_a_chain("gap", gap, COLOURS["gap"]),
        number("best shape's gap", over("t1 t20", best_gap), ".2f", INK, when="truth"),
    ]
    if learned is not None:
        readouts.append(number("learned shape's gap", gap_of(learned), ".2f", COLOURS["learned"], when="truth"))
    panels = [_bend(pieces, best, learned), _teeth(pieces), _terms(recon, prior, denoise, gap, best_gap)]
    ask = "Twenty even steps leave this gap. How small does bending make it, if both ends stay? Move the mark there."
    return Explorer("staircase", knobs, panels, readouts, ask=ask, film="t13")


def between(first: Tensor, last: Tensor, n: int) -> Tensor:
    """n equal steps from each first level to each last one: [first, last, n + 1]."""
    return torch.lerp(first[:, None, None], last[:, None], line(0, 1, n + 1))


def gap_of(schedule: Schedule) -> float:
    """log p minus the bound of a schedule on the ring, with the exact denoiser, nats."""
    levels = schedule.log_snr[1:]
    recon, prior = ends(levels[:1], levels[-1:])
    return log_p() - (recon - prior - stairs(levels)).item()


def best_shape(schedule: Schedule) -> Schedule:
    """The cheapest twenty levels between the ends of a schedule, on the ring with the exact denoiser."""
    levels = schedule.log_snr[1:]
    return from_log_snr(best_shapes(levels[:1], levels[-1:])[0, 0], "best")


def _summed(costs: list[Tensor]) -> Tensor:
    """The sum of what the pieces cost, over all bent steps."""
    a, b, c, d = costs
    return a[:, :, None, None, None] + b[:, :, None, None] + c[:, :, None] + d


def _over_all(values) -> Table:
    return over(" ".join(f"t{t}" for t in STEPS), values)


def _of_a_chain(symbol: str, nats: Tensor, colour: str) -> Readout:
    """A readout that is undefined where a level rises: then there is no chain."""
    texts = written(_over_all(nats), ".2f").values
    said = np.where(torch.isnan(nats).numpy(), "undefined", texts)
    return Readout(symbol, _over_all(said), colour)


def _bend(pieces: list[Tensor], best: Tensor, learned: Schedule | None) -> Panel:
    """The levels over t with a handle at each bent step; the best ones, and the learned ones."""
    layers = [
        curve(torch.arange(STEPS[i], STEPS[i + 1] + 1), over(f"t{STEPS[i]} t{STEPS[i + 1]}", piece), OWN)
        for i, piece in enumerate(pieces)
    ]
    every = torch.arange(1, T + 1)
    layers.append(curve(every, over("t1 t20", best), INK, "best", dash=True, when="truth"))
    if learned is not None:
        layers.append(curve(every, learned.log_snr[1:], COLOURS["learned"], "learned", when="truth"))
    look = {"x_label": "step t", "y_label": "log SNR", "x_ticks": STEPS[:-1], "y_ticks": (-5, 0, 5), "height": 0.75}
    return Panel(layers, (0, T + 1), (-9, 11), handles=[Handle(t, f"t{t}") for t in STEPS], **look)


def _teeth(pieces: list[Tensor]) -> Panel:
    """Each step as a tooth over the curve whose area is the least that can be paid."""
    layers = [level(0.0, INK)]
    for i, piece in enumerate(pieces):
        above, below = piece[..., :-1, None], piece[..., 1:, None]
        x = torch.cat([below, torch.lerp(below, above, line(0, 1, 6)), above], -1)
        top = 0.5 * x[..., 1:-1].exp() * error(below)
        y = torch.cat([torch.zeros_like(below), top, torch.zeros_like(below)], -1)
        y = torch.where(above > below, y.clamp(max=9), torch.nan)
        knobs = f"t{STEPS[i]} t{STEPS[i + 1]}"
        label = "" if i else "what the steps cost"
        layers.append(curve(over(knobs, x.flatten(2)), over(knobs, y.flatten(2)), OWN, label, fill=True))
    places = line(-8, 10, 181)
    layers.append(curve(places, 0.5 * places.exp() * error(places), INK, "½ SNR × error"))
    look = {"x_ticks": (-5, 0, 5, 10), "y_ticks": (0, 1, 2), "height": 0.75}
    return Panel(layers, (-8.5, 10.5), (-0.1, 2.9), "log SNR", "nats per unit", **look)


def _terms(recon: Tensor, prior: Tensor, denoise: Tensor, gap: Tensor, best_gap: Tensor) -> Panel:
    """The three terms as bars, what is gained below zero, and what they leave of a gap."""
    parts = {
        "recon": over("t1", -recon[:, None]),
        "prior_kl": over("t20", prior[:, None]),
        "denoise_kl": _over_all(denoise[..., None]),
        "gap": _over_all(gap[..., None]),
    }
    layers = [bars([i], each, COLOURS[name], 0.6) for i, (name, each) in enumerate(parts.items())]
    names = ("recon", "prior", "denoising", "gap")
    layers += [level(0.0, INK), *(words(i - 0.35, -9.4, name, INK) for i, name in enumerate(names))]
    there = {"to_x": 3.4, "x": 2.6, "width": 3}
    layers.append(
        segments(y=over("t1 t20", best_gap), to_y=over("t1 t20", best_gap), colour=INK, when="truth", **there)
    )
    mark = over("guess", GUESSES)
    layers.append(segments(y=mark, to_y=mark, colour=COLOURS["guess"], label="your guess", when="guess", **there))
    look = {"y_label": "nats", "y_ticks": (-5, 0, 5, 10), "height": 0.3, "wide": True}
    title = "what is gained below zero, what is paid above"
    return Panel(layers, (-0.6, 3.7), (-10.5, 14), title=title, handles=[Handle(3.55, "guess")], **look)
