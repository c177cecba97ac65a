"""Lesson 01's explorer: q is moved under the lid, and only the border between bound and gap moves."""

import torch
from torch import Tensor
from torch.distributions import Normal

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.elbo import gaussian_kl
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.explorers import bell, line
from vdm_tutor.widgets.parts import Handle, Panel, curve, knob, level, number, points, segments
from vdm_tutor.widgets.tables import over

LOG_P = Normal(0.0, 1.5**0.5).log_prob(torch.tensor(2.0, dtype=torch.float64)).item()  # z ~ N(0, 1), x|z ~ N(z, 1/2)
MEAN, STD = 4 / 3, 3**-0.5  # of p(z|x = 2)
MEANS, STDS = MEAN + line(-2.3, 2, 44), torch.cat([line(0.2, 1.6, 29), torch.tensor([STD])]).sort().values
Q, GAP = COLOURS["learned"], COLOURS["gap"]


def gap_of(mean: Tensor, std: Tensor) -> Tensor:
    """KL(N(mean, std^2) || p(z|x)), nats, for every pair of a mean [m] and a standard deviation [s]: [m, s]."""
    pairs = torch.cartesian_prod(mean, std)
    truth = torch.tensor([[MEAN, STD]], dtype=torch.float64).expand_as(pairs)
    return gaussian_kl(pairs[:, :1], pairs[:, 1:] ** 2, truth[:, :1], truth[:, 1:] ** 2).reshape(len(mean), len(std))


def lid(mean: float = 0.43, std: float = 1.0) -> Explorer:
    """log p(x), the bound below it and the gap between them, for every bell q; the gap as an area.

    Guessed first: how high the bound can be driven by q's mean alone.
    """
    gap, highest = gap_of(MEANS, STDS), line(-4.5, -2.2, 47)
    knobs = [
        knob("mean", MEANS, mean, "mean of q", colour=Q),
        knob("std", STDS, std, "sd of q", colour=Q),
        knob("guess", highest, -3.6, guess=True),
    ]
    best = LOG_P - gap_of(MEANS, STDS[[knobs[1].start]]).min()
    readouts = [
        number("off by", over("guess", (highest - best).abs()), ".2f", COLOURS["guess"], unit=" nats", when="told"),
        number("log p(x)", LOG_P, ".3f", INK),
        number("ELBO", over("mean std", LOG_P - gap), ".3f", Q),
        number("gap", over("mean std", gap), ".3f", GAP),
    ]
    ask = (
        "q keeps its width; only its mean may move. How high can the bound be driven? Move the mark on the right there."
    )
    return Explorer("the lid", knobs, [_bells(), _bound(gap)], readouts, ask=ask, film="mean")


def _bells() -> Panel:
    """q, the posterior, and q ln(q/p) - q + p, whose area is the gap."""
    z, still = line(-2.5, 5.5, 81), torch.tensor(STD**2, dtype=torch.float64)
    laws = Normal(MEANS[:, None, None], STDS[:, None])
    log_q, log_p = laws.log_prob(z), Normal(MEAN, STD).log_prob(z)
    between = log_q.exp() * (log_q - log_p) - log_q.exp() + log_p.exp()
    layers = [
        level(0.0, INK),
        curve(z, over("mean std", between.clamp(max=4)), GAP, "the gap, as an area", fill=True),
        bell(still, "", 9.0, MEAN, INK, "posterior"),
        bell(STDS**2, "std", 9.0, over("mean", MEANS), Q, "q"),
    ]
    shoulder = over("std", Normal(0.0, STDS).log_prob(STDS).exp())
    handles = [Handle("mean", -0.12), Handle("std", shoulder, at=over("mean", MEANS))]
    look = {"x_ticks": (-2, -1, 0, 1, 2, 3, 4, 5), "height": 0.75, "handles": handles}
    return Panel(layers, (-2.5, 5.5), (-0.25, 1.6), "z", "density", **look)


def _bound(gap: Tensor) -> Panel:
    """The lid, and below it the bound for every mean of q at its present width."""
    elbo = over("mean std", LOG_P - gap)
    here = over("mean", MEANS)
    layers = [
        level(LOG_P, INK, "log p(x), the lid"),
        curve(MEANS, over("std", (LOG_P - gap).T.clamp(min=-9)), Q, "ELBO, for every mean", when="truth"),
        segments(here, elbo, here, LOG_P, GAP, width=6),
        points(here, elbo, Q, size=9),
        level(over("guess", line(-4.5, -2.2, 47)), COLOURS["guess"], "your guess", dash=True, when="guess"),
    ]
    ticks = {"x_ticks": (-1, 0, 1, 2, 3), "y_ticks": (-4, -3)}
    handles = [Handle(2.9, "guess")]
    return Panel(layers, (-1.1, 3.5), (-4.7, -2.2), "mean of q", "nats", handles=handles, height=0.75, **ticks)
