"""Lesson 08's explorer: how a walk ends, by how many steps it takes and how much fresh noise each of them adds."""

import torch
from torch import Tensor

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.data import ring
from vdm_tutor.denoiser import ExactDenoiser
from vdm_tutor.process import posterior
from vdm_tutor.sample import last, prior_noise, walk_back
from vdm_tutor.schedule import Schedule, from_log_snr
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.explorers import line, told_once
from vdm_tutor.widgets.parts import Handle, Number, Panel, curve, knob, level, number, points, shade, upright
from vdm_tutor.widgets.tables import over

STEPS, NOISES = torch.tensor([1, 2, 3, 5, 10, 25, 50, 100]), line(0, 1.4, 8)
GUESSES = line(0, 1.4, 29)
N_WALKERS, N_DRAWN, EXTENT, N_PIXELS = 1200, 300, 1.8, 48
STD = 0.12  # of a heap


def few_steps(n_steps: int) -> Schedule:
    """Equal steps in log SNR from 9 to -6; a single one leaves from the noisiest level at once."""
    return from_log_snr(line(-6, 9, n_steps).flip(0))


def ends(n_steps: int) -> Tensor:
    """Where the exact denoiser's walkers end for each of NOISES, all from one x_T, by one noise: [noise, walker, 2]."""
    denoiser, generator = told_once(ExactDenoiser(ring())), torch.Generator().manual_seed(5)
    xt = prior_noise(N_WALKERS, (2,), generator, torch.float64).repeat(len(NOISES), 1)

    def step(xt, x0_hat, t, schedule):
        mean, var = posterior(xt, x0_hat, t, schedule)
        noise = NOISES[:, None, None] * prior_noise(N_WALKERS, (2,), generator, torch.float64)
        return mean + var.sqrt() * noise.flatten(0, 1), torch.zeros_like(var)

    return last(walk_back(step, denoiser, few_steps(n_steps), xt)).reshape(len(NOISES), -1, 2)


def judged(x0: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of walkers [..., walker, 2]: how far the heaps' centres lie from the middle, how wide a heap is, who is in none.

    A walker belongs to the nearest of the ring's heaps, and is in it within three of its standard deviations.
    """
    offset = x0[..., None, :] - ring().means
    near, heap = offset.square().sum(-1).min(-1)
    members = torch.nn.functional.one_hot(heap, 8).double()
    centres = torch.einsum("...nk,...nd->...kd", members, x0) / members.sum(-2)[..., None]
    own = torch.einsum("...nk,...kd->...nd", members, centres)
    width = (x0 - own).square().mean((-1, -2)).sqrt()
    return centres.norm(dim=-1).mean(-1), width, (near > (3 * STD) ** 2).double().mean(-1)


def steps_and_noise(steps: Number = 25, noise: Number = 1) -> Explorer:
    """The ends of walks on the ring over their number of steps and the size of their fresh noise, and three judges.

    Guessed first: the noise with which so few steps leave heaps as wide as the data's.
    """
    walkers = torch.stack([ends(n) for n in STEPS.tolist()])
    far, width, outside = judged(walkers)
    knobs = [
        knob("steps", STEPS, steps, form=".0f", colour=INK),
        knob("noise", NOISES, noise, "noise, in σ_q", form=".1f", colour=COLOURS["eps"]),
        knob("guess", GUESSES, 0.5, guess=True),
    ]
    enough = NOISES[(width[knobs[0].start] - STD).abs().argmin()]
    where = "steps noise"
    readouts = [
        number("off by", over("guess", (GUESSES - enough).abs()), ".2f", COLOURS["guess"], when="told"),
        number("centres at", over(where, far), ".2f", COLOURS["gap"]),
        number("width", over(where, width), ".2f", COLOURS["learned"]),
        number("in no heap", over(where, outside), ".0%", COLOURS["xt"]),
    ]
    panels = [_cloud(walkers[..., :N_DRAWN, :]), _widths(width), _centres(far)]
    ask = "25 steps leave the heaps too narrow. With how much noise are they as wide as the data's, 0.12?"
    return Explorer("steps and noise", knobs, panels, readouts, ask=ask, film="steps")


def _cloud(walkers: Tensor) -> Panel:
    """The walkers at their end over the data's density."""
    axis = line(-EXTENT, EXTENT, N_PIXELS)
    density = ring().log_prob(torch.cartesian_prod(axis, axis)).exp().reshape(N_PIXELS, N_PIXELS).T  # a row: a height
    x, y = (over("steps noise", walkers[..., i]) for i in (0, 1))
    layers = [shade(density), points(x, y, COLOURS["xt"], "walkers", size=2.5)]
    return Panel(layers, (-EXTENT, EXTENT), (-EXTENT, EXTENT), height=1.0)


def _widths(width: Tensor) -> Panel:
    """The width of a heap over the noise, for the present number of steps."""
    layers = [
        level(STD, INK, "the data's", dash=True),
        curve(NOISES, over("steps", width), COLOURS["learned"], "width of a heap", when="truth"),
        upright(over("noise", NOISES), COLOURS["eps"], dash=True),
        upright(over("guess", GUESSES), COLOURS["guess"], "your guess", dash=True, when="guess"),
    ]
    look = {"x_label": "noise", "y_label": "width", "x_ticks": (0, 0.5, 1), "y_ticks": (0, 0.12, 0.24)}
    handles = [Handle("noise", 0.015), Handle("guess", 0.28)]
    return Panel(layers, (-0.05, 1.45), (-0.01, 0.3), handles=handles, height=1.0, **look)


def _centres(far: Tensor) -> Panel:
    """How far from the middle the heaps lie, over the noise."""
    layers = [
        level(1.0, INK, "the data's", dash=True),
        curve(NOISES, over("steps", far), COLOURS["gap"], "centres from the middle", when="truth"),
        upright(over("noise", NOISES), COLOURS["eps"], dash=True),
    ]
    look = {"x_label": "noise", "y_label": "centres at", "x_ticks": (0, 0.5, 1), "y_ticks": (0, 0.5, 1)}
    return Panel(layers, (-0.05, 1.45), (-0.03, 1.3), height=1.0, **look)
