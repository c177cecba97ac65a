"""Lesson 07's explorer: two targets and one bell, and what it costs on average wherever the model puts it."""

import torch
from torch import Tensor
from torch.distributions import Normal

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.data import coin
from vdm_tutor.elbo import gaussian_kl
from vdm_tutor.process import posterior
from vdm_tutor.schedule import uniform_log_snr
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.explorers import bell, line
from vdm_tutor.widgets.parts import Handle, Layer, Number, Panel, curve, knob, level, number, upright
from vdm_tutor.widgets.tables import over

SCHEDULE = uniform_log_snr(10)
STEPS, PLACES, HATS = torch.arange(6, 11), line(-24, 24, 25) / 10, line(-20, 20, 41) / 20
WIDTHS = torch.tensor([0.5, 0.6, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4, 6, 8], dtype=torch.float64)
SIDES = torch.tensor([[-1.0], [1.0]], dtype=torch.float64)  # of the coin
OURS, MARK = COLOURS["learned"], COLOURS["guess"]
TARGET = dict(zip(("−1", "+1"), (COLOURS["x_prev"], COLOURS["x0"]), strict=True))


def mean_of_step(x0: Tensor) -> Tensor:
    """The mean of q(x_{t-1}|x_t, x_0) at every step, place and x_0 [n]: [t, xt, n]."""
    every = torch.cartesian_prod(STEPS.double(), PLACES, x0)
    mean, _ = posterior(every[:, 1:2], every[:, 2:], every[:, 0].long(), SCHEDULE)
    return mean.reshape(len(STEPS), len(PLACES), len(x0))


def var_of_step() -> Tensor:
    """The variance of that step: [t]."""
    still = torch.zeros(len(STEPS), 1, dtype=torch.float64)
    return posterior(still, still, STEPS, SCHEDULE)[1].flatten()


def chances() -> Tensor:
    """How likely each side of the coin is, given x_t: [t, xt, side]."""
    means = [coin(1e-4).x0_mean(PLACES[:, None], at)[:, 0] for at in SCHEDULE.log_snr[STEPS].tolist()]
    heads = (1 + torch.stack(means)) / 2
    return torch.stack([1 - heads, heads], dim=-1)


def costs(mean: Tensor, mean_hat: Tensor, var: Tensor) -> Tensor:
    """The KL from each target to the model's bell, nats: [t, hat, width, side]. The place x_t moves both alike."""
    target, ours = mean[:, 0, None, None, :], mean_hat[:, 0, :, None, None]
    target, ours, own_var, width = torch.broadcast_tensors(target, ours, var[:, None, None, None], WIDTHS[:, None])
    flat = (each.reshape(-1, 1) for each in (target, own_var, ours, width * own_var))
    return gaussian_kl(*flat).reshape(target.shape)


def one_bell(t: int = 7, xt: Number = 0.8, x0_hat: Number = 1.0, width: Number = 1) -> Explorer:
    """The step back of somebody who knows which side the coin shows, twice, and the model's, which must serve both.

    Guessed first: which x0_hat costs the least KL on average.
    """
    mean, mean_hat, var, chance = mean_of_step(SIDES[:, 0]), mean_of_step(HATS), var_of_step(), chances()
    each = costs(mean, mean_hat, var)
    average = torch.einsum("txs,thws->txhw", chance, each)
    knobs = [
        knob("t", STEPS, t, form=".0f"),
        knob("xt", PLACES, xt, "xₜ", form=".1f"),
        knob("x0_hat", HATS, x0_hat, "x̂₀", colour=OURS),
        knob("width", WIDTHS, width, colour=OURS),
        knob("guess", HATS, -0.5, guess=True),
    ]
    best = chance @ SIDES[:, 0]  # the mean of x_0, given x_t
    opening = best[knobs[0].start, knobs[1].start]
    readouts = [number("off by", over("guess", (HATS - opening).abs()), ".2f", MARK, when="told")]
    readouts += [number("x₀ = +1 has chance", over("t xt", chance[..., 1]), ".2f", TARGET["+1"])]
    readouts += [
        number(f"KL to {side}", over("t x0_hat width", each[..., i]), ".2f", TARGET[side], when="truth")
        for i, side in enumerate(TARGET)
    ]
    readouts += [
        number("on average", over("t xt x0_hat width", average), ".2f", COLOURS["denoise_kl"], when="truth"),
        number("E[x₀|xₜ]", over("t xt", best), ".2f", INK, when="truth"),
    ]
    ask = "xₜ does not say which side the coin shows. Which x̂₀ costs least on average? Move the mark there."
    panels = [_targets(mean, mean_hat, var, chance), _places(average, best), _widths(average)]
    return Explorer("one bell for two targets", knobs, panels, readouts, ask=ask, film="x0_hat")


def _targets(mean: Tensor, mean_hat: Tensor, var: Tensor, chance: Tensor) -> Panel:
    """The two bells that may be meant, each as high as it is likely, and the model's one."""
    ours = bell(
        var[:, None] * WIDTHS, "t width", 9.0, over("t xt x0_hat", mean_hat), OURS, "the model's step", fill=True
    )
    layers = [level(0.0, INK), *(_target(i, mean, var, chance) for i in range(2)), ours]
    look = {"x_label": "xₜ₋₁", "x_ticks": (-3, -2, -1, 0, 1, 2, 3), "height": 0.3, "wide": True}
    return Panel(layers, (-3.3, 3.3), (-0.05, 1.6), **look)


def _target(i: int, mean: Tensor, var: Tensor, chance: Tensor) -> Layer:
    side = list(TARGET)[i]
    away = var.sqrt()[:, None] * line(-4, 4, 97)
    density = Normal(0.0, var.sqrt()[:, None]).log_prob(away).exp()
    heights = over("t xt", (chance[..., i, None] * density[:, None]).clamp(max=9))
    return curve(over("t", away), heights, TARGET[side], f"q, if x₀ = {side}", at=over("t xt", mean[..., i]))


def _places(average: Tensor, best: Tensor) -> Panel:
    """The average KL over the model's x0_hat, at its present width."""
    layers = [
        level(0.0, INK),
        curve(HATS, over("t xt width", average.transpose(2, 3).clamp(max=99)), COLOURS["denoise_kl"], when="truth"),
        upright(over("x0_hat", HATS), OURS, "the model's x̂₀"),
        upright(over("t xt", best), INK, "E[x₀|xₜ]", dash=True, when="truth"),
        upright(over("guess", HATS), MARK, "your guess", dash=True, when="guess"),
    ]
    handles = [Handle("x0_hat", -0.45), Handle("guess", 4.6)]
    look = {"x_ticks": (-1, 0, 1), "y_ticks": (0, 1, 2, 3, 4), "height": 0.7, "handles": handles}
    return Panel(layers, (-1.15, 1.15), (-0.8, 5), "x̂₀", "mean KL, nats", **look)


def _widths(average: Tensor) -> Panel:
    """The average KL over the model's variance, at its present x0_hat."""
    layers = [
        level(0.0, INK),
        curve(WIDTHS, over("t xt x0_hat", average.clamp(max=99)), COLOURS["denoise_kl"], when="truth"),
        upright(over("width", WIDTHS), OURS, "the model's width"),
    ]
    look = {"x_ticks": (1, 2, 4, 6, 8), "y_ticks": (0, 1, 2, 3, 4), "height": 0.7}
    label = "width: variance over q's"
    return Panel(layers, (0.2, 8.3), (-0.8, 5), label, "mean KL, nats", handles=[Handle("width", -0.45)], **look)
