"""The likelihood of the probability-flow ODE: a sampler without noise is a change of variables, and has a density."""

import math
from collections.abc import Callable, Iterable

import torch

from vdm_tutor.data import check_generator
from vdm_tutor.denoiser import asked
from vdm_tutor.elbo import PerExample
from vdm_tutor.process import Batch
from vdm_tutor.sample import flow_slope
from vdm_tutor.schedule import Schedule

Field, Vectors = Callable[[Batch], Batch], Iterable[Batch]


def unit_vectors(x: Batch) -> list[Batch]:
    """The directions of all coordinates: with them a divergence is exact, at one gradient for each coordinate."""
    rows = torch.eye(x[0].numel(), dtype=x.dtype, device=x.device)
    return [row.reshape(1, *x.shape[1:]).expand_as(x) for row in rows]


def random_signs(x: Batch, generator: torch.Generator) -> list[Batch]:
    """One random direction of +1 and -1 for each example: with it a divergence is right on average (Hutchinson)."""
    check_generator(generator)
    signs = torch.randint(0, 2, x.shape, generator=generator, device=x.device)
    return [(2 * signs - 1).to(x)]


def divergence(field: Field, x: Batch, directions: Vectors) -> tuple[Batch, PerExample]:
    """field(x), and the sum over the directions v of v . (d field / dx) v.

    Over the unit vectors it is the divergence; of one v, E[v v^T] = I, an estimate.
    """
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        value = field(x)
        total = torch.zeros(len(x), dtype=x.dtype, device=x.device)
        for v in directions:
            (slope,) = torch.autograd.grad((value * v).sum(), x, retain_graph=True)
            total = total + (slope * v).flatten(1).sum(1)
    return value.detach(), total


def flow_log_prob(
    denoiser: Callable, x0: Batch, schedule: Schedule, directions: Callable[[Batch], Iterable[Batch]] = unit_vectors
) -> PerExample:
    """log p(x0) of the probability-flow ODE, nats: the density of what `heun` makes of noise.

    Carries sqrt(alpha_bar_1) x0 from level 1 to level T by Heun's steps in log SNR, where p = N(0, I), and adds up the
    divergence on the way. The directions are drawn once and kept.
    """
    levels, xt = schedule.log_snr[1:].tolist(), schedule.alpha_bar[1].sqrt().to(x0) * x0
    kept, dim = directions(xt), x0[0].numel()
    log_volume = 0.5 * dim * schedule.alpha_bar[1].log().to(x0)

    def slope_at(log_snr):
        return lambda xt: flow_slope(xt, asked(denoiser, xt, log_snr), log_snr)

    for now, after in zip(levels, levels[1:], strict=False):
        slope, spread = divergence(slope_at(now), xt, kept)
        slope_there, spread_there = divergence(slope_at(after), xt + (after - now) * slope, kept)
        xt = xt + 0.5 * (after - now) * (slope + slope_there)
        log_volume = log_volume + 0.5 * (after - now) * (spread + spread_there)
    log_prior = -0.5 * (xt.square().flatten(1).sum(1) + dim * math.log(2 * math.pi))
    return log_prior + log_volume
