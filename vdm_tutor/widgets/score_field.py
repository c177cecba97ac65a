"""Lesson 12's explorer: walkers dropped into a score field, with or without blur, and the shares that the modes get."""

import math
from dataclasses import replace

import torch
from torch import Tensor

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.data import Mixture
from vdm_tutor.sample import langevin_step
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.explorers import line
from vdm_tutor.widgets.parts import Handle, Number, Panel, bars, knob, level, number, points, segments, shade
from vdm_tutor.widgets.tables import over

STARTS, BLURS = line(-4, 4, 5), torch.tensor([0.0, 1, 2, 4], dtype=torch.float64)
SIZES = torch.tensor([0.1, 1.0], dtype=torch.float64)
N_LEVELS, N_MOVES, KEEP = 16, 8, 16  # blurs on the way down, moves at each, and every which move is kept
N_WALKERS, N_DRAWN, EXTENT, N_PIXELS = 200, 60, 6.0, 40
MODES = ("left", "top", "below")


def three_modes() -> Mixture:
    """The lesson's three heaps, of weights 0.2, 0.3 and 0.5."""
    places = torch.tensor([[-3.0, 0.5], [0.5, 3.0], [0.9, -2.0]], dtype=torch.float64)
    shares = torch.tensor([0.2, 0.3, 0.5], dtype=torch.float64)
    return Mixture(shares, places, torch.full((3,), 0.25, dtype=torch.float64))


def blurred(blur: Number) -> Mixture:
    """The same with noise of standard deviation `blur` added to the data (Eq. 160)."""
    modes = three_modes()
    return replace(modes, var=modes.var + blur**2)


def way_down(blur: Number) -> list[float]:
    """The blur of every move: from `blur` down to a hundredth of it, and none at last."""
    ladder = [*(blur * torch.logspace(0, -2, N_LEVELS - 1, dtype=torch.float64)).tolist(), 0.0]
    return [each for each in ladder for _ in range(N_MOVES)]


def walk(starts: Tensor, blur: Number) -> Tensor:
    """Langevin walkers from each start, for each size of step: [kept move, start, size, walker, 2].

    A step is a size times the variance of a heap at the present blur. All walks have the same noise.
    """
    generator, sizes = torch.Generator().manual_seed(3), SIZES[:, None, None]
    x = starts[:, None, None].expand(-1, len(SIZES), N_WALKERS, 2)
    kept = [x]
    for number_, now in enumerate(way_down(blur), 1):
        here = blurred(now)
        score = here.score(x.reshape(-1, 2), math.inf).reshape(x.shape)
        mean, var = langevin_step(x, score, sizes * here.var[0])
        x = mean + var.sqrt() * torch.randn(N_WALKERS, 2, dtype=torch.float64, generator=generator)
        if number_ % KEEP == 0:
            kept.append(x)
    return torch.stack(kept)


def mode_shares(x: Tensor) -> Tensor:
    """What share of the walkers [..., walker, 2] is nearest to each of the three modes: [..., 3]."""
    distance = (x[..., None, :] - three_modes().means).square().sum(-1)
    return torch.nn.functional.one_hot(distance.argmin(-1), 3).double().mean(-2)


def score_field(x: Number = 0, y: Number = 0, blur: Number = 0, size: Number = 0.1) -> Explorer:
    """Two hundred walkers dropped at one place: how they spread, and who ends in which mode, against the weights."""
    starts = torch.cartesian_prod(STARTS, STARTS)
    walks = torch.stack([walk(starts, each) for each in BLURS.tolist()])  # blur, move, start, size, walker, 2
    walks = walks.unflatten(2, (len(STARTS), len(STARTS))).permute(2, 3, 0, 4, 1, 5, 6)
    shares, moves = mode_shares(walks), torch.arange(0, N_LEVELS * N_MOVES + 1, KEEP)
    guesses, weights = line(0, 1, 41), three_modes().weights
    knobs = [
        knob("x", STARTS, x, "dropped at x", form=".0f", colour=COLOURS["x0"]),
        knob("y", STARTS, y, "y", form=".0f", colour=COLOURS["x0"]),
        knob("blur", BLURS, blur, "blur at the start", form=".0f"),
        knob("size", SIZES, size, "size of a step", form=".1f"),
        knob("move", moves, moves[-1].item(), "moves", form=".0f", colour=COLOURS["xt"]),
        knob("guess", guesses, 0.5, guess=True),
    ]
    opening = shares[tuple(each.start for each in knobs[:5])]
    where = "x y blur size move"
    readouts = [number("off by", over("guess", (guesses - opening[2]).abs()), ".2f", COLOURS["guess"], when="told")]
    readouts += [
        number(f"{name} (weight {weight:.1f})", over(where, shares[..., i]), ".2f", COLOURS["xt"], when="truth")
        for i, (name, weight) in enumerate(zip(MODES, weights.tolist(), strict=True))
    ]
    spread = walks.var(-2).mean(-1)  # of all walkers: one heap's, if all of them are in one
    readouts.append(number("variance of the cloud", over(where, spread), ".1f", INK, when="truth"))
    panels = [_field(walks[..., :N_DRAWN, :], where), _counts(shares, weights, where, guesses)]
    ask = "200 walkers are dropped at the disc and climb with noise. What share ends in the mode below, of weight 0.5?"
    return Explorer("score field", knobs, panels, readouts, ask=ask, film="blur")


def _field(walks: Tensor, where: str) -> Panel:
    """The heaps, the arrows at the present blur, the walkers, and where they were dropped."""
    pixels, axis = line(-EXTENT, EXTENT, N_PIXELS), line(-5, 5, 9)
    spots, grid = torch.cartesian_prod(axis, axis), torch.cartesian_prod(pixels, pixels)
    kept = [[0, *range(KEEP - 1, N_LEVELS * N_MOVES, KEEP)]] * len(BLURS)
    fields = [[blurred(way_down(b)[i]) for i in row] for b, row in zip(BLURS.tolist(), kept, strict=True)]
    density = torch.stack([torch.stack([each.log_prob(grid).exp() for each in row]) for row in fields])
    density = density.unflatten(-1, (N_PIXELS, N_PIXELS)).transpose(-1, -2)  # a row is a height
    arrows = torch.stack([torch.stack([each.score(spots, math.inf) for each in row]) for row in fields])
    ends = spots + arrows / (1 + arrows.norm(dim=-1, keepdim=True))  # none longer than the grid is wide
    to_x, to_y = (over("blur move", ends[..., i]) for i in (0, 1))
    layers = [
        shade(over("blur move", density)),
        segments(spots[:, 0], spots[:, 1], to_x, to_y, INK, "score", arrow=True, width=1),
        points(over(where, walks[..., 0]), over(where, walks[..., 1]), COLOURS["xt"], "walkers", 3, when="truth"),
    ]
    return Panel(layers, (-EXTENT, EXTENT), (-EXTENT, EXTENT), handles=[Handle("x", "y")], height=1.0)


def _counts(shares: Tensor, weights: Tensor, where: str, guesses: Tensor) -> Panel:
    """The shares as bars, and the weights as marks."""
    at = torch.arange(3).double()
    layers = [
        bars(at, over(where, shares), COLOURS["xt"], 0.6, "share of the walkers", when="truth"),
        segments(at - 0.4, weights, at + 0.4, weights, INK, "weight of the mode", width=3),
        level(0.0, INK),
        segments(
            1.6, over("guess", guesses), 2.4, over("guess", guesses), COLOURS["guess"], "your guess", when="guess"
        ),
    ]
    handles = [Handle(2.0, "guess")]
    look = {"x_label": "left, top, below", "y_label": "share", "y_ticks": (0, 0.5, 1), "height": 1.0}
    return Panel(layers, (-0.6, 2.6), (-0.03, 1.05), handles=handles, **look)
