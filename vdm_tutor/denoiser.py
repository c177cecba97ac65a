"""Denoisers: maps (xt, log_snr) to x0_hat, whatever they predict inside."""

import math
from collections.abc import Callable
from functools import partial

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from vdm_tutor.data import Mixture, check_count, check_generator, in_parts
from vdm_tutor.levels import N_LEVELS, level_logits, levels
from vdm_tutor.noise_level import LogSnr, named, noise_var_of
from vdm_tutor.targets import v_to_x0

Digits = Float[Tensor, "batch 1 8 8"]
Told = Float[Tensor, "batch feature"] | float
Label = Int[Tensor, "#batch"] | int | None


def asked(denoiser: Callable, xt: Float[Tensor, "batch *dim"], log_snr: LogSnr) -> Float[Tensor, "batch *dim"]:
    """x0_hat. Raises ValueError where the denoiser gives another shape, or no floats: both could pass for it unseen."""
    x0_hat = denoiser(xt, log_snr)
    if not isinstance(x0_hat, Tensor) or x0_hat.shape != xt.shape or not x0_hat.is_floating_point():
        found = f"was handed x_t {named(xt)} and gave {named(x0_hat)}"
        raise ValueError(f"a denoiser gives one x0_hat for each x_t; this one {found}")
    return x0_hat


class ExactDenoiser:
    """x0_hat = E[x0|xt] of data whose density is known: no network can have a smaller squared error."""

    def __init__(self, mixture: Mixture):
        self.mixture = mixture

    def to(self, device: torch.device | str) -> "ExactDenoiser":
        """The same denoiser on another device."""
        return ExactDenoiser(self.mixture.to(device))

    def __call__(self, xt: Float[Tensor, "batch dim"], log_snr: LogSnr) -> Float[Tensor, "batch dim"]:
        return self.mixture.x0_mean(xt, log_snr)


def level_features(log_snr: Float[Tensor, "batch"], n_features: int) -> Float[Tensor, "batch n_features"]:
    """Sines and cosines of log SNR at octaves of frequency: lets a network read the noise level finely."""
    frequency = 2 * math.pi / 64 * 2.0 ** torch.arange(n_features // 2, device=log_snr.device)
    angle = log_snr.float()[:, None] * frequency
    return torch.cat([angle.sin(), angle.cos()], dim=1)


def check_input(xt: Tensor, weight: Tensor, shape: tuple[int, ...]) -> None:
    """Raises ValueError where x_t is not of the shape that a network takes, or not of its weights' type."""
    if xt.shape[1:] != shape or xt.dtype != weight.dtype:
        wanted = ", ".join(map(str, ["n", *shape]))
        raise ValueError(f"this network takes x_t as a tensor [{wanted}] of {weight.dtype}; got {named(xt)}")


def check_network(n_features: int, **sizes: int) -> None:
    """Raises ValueError where a size is no whole number of 1 or more, or the level's waves are no pairs."""
    for name, size in {"n_features": n_features, **sizes}.items():
        check_count(size, f"a network's sizes are whole numbers from 1; got {name} =")
    if n_features % 2:
        raise ValueError(f"each wave of the level is a sine and a cosine, so n_features is even; got {n_features}")


class MLP(nn.Module):
    """A small network for points: predicts v inside, returns x0_hat.

    v is as large at every noise level as the data and the noise are, so no level's error is blown up on the way to
    x0_hat; the level scales and shifts every layer. With `n_waves` the first layer also hears that many waves of x_t,
    of random direction and length (`wave_scale` radians a unit): data of fine structure are learned far sooner.
    """

    def __init__(
        self, dim: int = 2, width: int = 64, depth: int = 3, n_features: int = 12, n_waves: int = 0, wave_scale: int = 8
    ):
        super().__init__()
        check_network(n_features, dim=dim, width=width, depth=depth)
        self.args = {"dim": dim, "width": width, "depth": depth, "n_features": n_features}
        self.args |= {"n_waves": n_waves, "wave_scale": wave_scale}
        self.register_buffer("waves", wave_scale * torch.randn(n_waves, dim) if n_waves else None)
        widths = [dim + 2 * n_waves, *[width] * depth]
        self.layers = nn.ModuleList(nn.Linear(*pair) for pair in zip(widths, widths[1:], strict=False))
        self.modulation = nn.Linear(n_features, 2 * width * depth)
        self.outlet = nn.Linear(width, dim)
        self.n_features = n_features
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)

    @in_parts
    def forward(self, xt: Float[Tensor, "batch dim"], log_snr: LogSnr) -> Float[Tensor, "batch dim"]:
        level = torch.as_tensor(log_snr, device=xt.device).expand(len(xt))
        return self.to_x0(self.output(xt, level), xt, level)

    def output(
        self, xt: Float[Tensor, "batch dim"], level: Float[Tensor, "batch"], told: Told = 0.0
    ) -> Float[Tensor, "batch output"]:
        """What the last layer says, before any conversion: v_hat. `told` is what the layers hear besides the level."""
        check_input(xt, self.outlet.weight, (self.args["dim"],))
        modulation = self.modulation(level_features(level, self.n_features)) + told
        modulation, hidden = modulation.chunk(2 * len(self.layers), dim=1), self.inlet(xt, level)
        for layer, scale, shift in zip(self.layers, modulation[::2], modulation[1::2], strict=True):
            hidden = nn.functional.silu(layer(hidden) * (1 + scale) + shift)
        return self.outlet(hidden)

    def inlet(self, xt: Float[Tensor, "batch dim"], level: Float[Tensor, "batch"]) -> Float[Tensor, "batch inlet"]:
        """What the first layer hears: x_t and its waves, each as high as it is on average after the noise in x_t.

        The mean of cos(w (z + noise)) is cos(w z) exp(-|w|^2 noise_var / 2): waves that the noise drowns fall silent.
        """
        if self.waves is None:
            return xt
        angle = xt @ self.waves.T
        height = torch.exp(-0.5 * noise_var_of(level, xt) * self.waves.square().sum(1))
        return torch.cat([xt, height * angle.sin(), height * angle.cos()], dim=1)

    @staticmethod
    def to_x0(output: Tensor, xt: Tensor, level: Tensor) -> Tensor:
        """x0_hat from what the last layer says."""
        return v_to_x0(output, xt, level)


class ConvNet(nn.Module):
    """A small residual convolutional network for the 8x8 digits; returns x0_hat.

    A pixel can only be one of 17 levels. The network says from the neighbourhood how likely each is; Bayes' rule
    adds what the pixel's own noisy value says, exactly; x0_hat is the mean of the result, never off the range.
    """

    def __init__(self, channels: int = 48, n_blocks: int = 5, n_features: int = 12, dropout: float = 0.2):
        super().__init__()
        check_network(n_features, channels=channels, n_blocks=n_blocks)
        self.args = {"channels": channels, "n_blocks": n_blocks, "n_features": n_features, "dropout": dropout}
        self.level = nn.Sequential(nn.Linear(n_features, 2 * channels), nn.SiLU())
        self.inlet = nn.Conv2d(2, channels, 3, padding=1)
        self.place = nn.Parameter(torch.zeros(channels, 8, 8))  # lets a pixel know where it stands
        self.blocks = nn.ModuleList(ResidualBlock(channels, 2 * channels, dropout) for _ in range(n_blocks))
        self.outlet = nn.Sequential(nn.GroupNorm(8, channels), nn.SiLU(), nn.Conv2d(channels, N_LEVELS, 3, padding=1))
        self.n_features = n_features

    def forward(self, xt: Digits, log_snr: LogSnr) -> Digits:
        level = torch.as_tensor(log_snr, device=xt.device).expand(len(xt))
        return self.to_x0(self.output(xt, level), xt, level)

    def output(self, xt: Digits, level: Float[Tensor, "batch"], told: Told = 0.0) -> Float[Tensor, "batch 1 8 8 17"]:
        """How likely the neighbourhood makes each level of a pixel, as logits. `told`: as for the `MLP`."""
        check_input(xt, self.place, (1, 8, 8))
        own_mean = level_logits(xt, level).softmax(-1) @ levels(xt)
        features = self.level(level_features(level, self.n_features)) + told
        hidden = self.inlet(torch.cat([xt, own_mean], dim=1)) + self.place
        for block in self.blocks:
            hidden = block(hidden, features)
        return self.outlet(hidden).movedim(1, -1)[:, None]

    @staticmethod
    def to_x0(output: Tensor, xt: Tensor, level: Tensor) -> Tensor:
        """x0_hat: the mean over the levels, after Bayes' rule has joined the pixel's own value to the logits."""
        return (level_logits(xt, level) + output).softmax(-1) @ levels(xt)


class ResidualBlock(nn.Module):
    """Two convolutions around a skip; the noise level scales and shifts what is between them."""

    def __init__(self, channels: int, n_features: int, dropout: float):
        super().__init__()
        self.first = nn.Sequential(nn.GroupNorm(8, channels), nn.SiLU(), nn.Conv2d(channels, channels, 3, padding=1))
        self.modulation = nn.Linear(n_features, 2 * channels)
        self.norm = nn.GroupNorm(8, channels)
        self.second = nn.Sequential(nn.SiLU(), nn.Dropout(dropout), nn.Conv2d(channels, channels, 3, padding=1))
        nn.init.zeros_(self.second[-1].weight)
        nn.init.zeros_(self.second[-1].bias)

    def forward(
        self, hidden: Float[Tensor, "batch channel 8 8"], features: Float[Tensor, "batch feature"]
    ) -> Float[Tensor, "batch channel 8 8"]:
        scale, shift = self.modulation(features)[:, :, None, None].chunk(2, dim=1)
        return hidden + self.second(self.norm(self.first(hidden)) * (1 + scale) + shift)


class Conditional:
    """Makes a conditional denoiser of a network: it is handed its label, 0, 1, ..., or `none`, the number after them.

    `network(xt, log_snr, label)` is E[x0|xt, y] as far as it learned it, `given(label)` a denoiser of that label. One
    network serves both terms of Eq. 170 when some of its labels are dropped in training.
    """

    def add_labels(self, n_labels: int, width: int) -> None:
        """Labels to be told as `width` numbers each; at first they all say the same."""
        self.args = {"n_labels": n_labels, **self.args}
        self.none = n_labels
        self.label = nn.Embedding(n_labels + 1, width)
        nn.init.zeros_(self.label.weight)

    @in_parts
    def forward(
        self, xt: Float[Tensor, "batch *dim"], log_snr: LogSnr, label: Label = None
    ) -> Float[Tensor, "batch *dim"]:
        level = torch.as_tensor(log_snr, device=xt.device).expand(len(xt))
        label = torch.as_tensor(self.none if label is None else label, device=xt.device).expand(len(xt))
        try:
            told = self.label(label)
        except IndexError:
            found = f"{label.min().item()}..{label.max().item()}"
            raise ValueError(f"labels run from 0 to {self.none - 1}, and None is none; got {found}") from None
        return self.to_x0(self.output(xt, level, told), xt, level)

    def given(self, label: Label) -> Callable:
        """The denoiser of one label for all examples, or of one for each; None is no label."""
        return partial(self, label=label)

    def drop(self, label: Int[Tensor, "batch"], share: float, generator: torch.Generator) -> Int[Tensor, "batch"]:
        """The labels, each replaced by `none` with chance `share`."""
        check_generator(generator)
        dropped = torch.rand(label.shape, device=label.device, generator=generator) < share
        return torch.where(dropped, self.none, label)


class ConditionalMLP(Conditional, MLP):
    """An `MLP` that is handed a label: it shifts what the noise level says to every layer."""

    def __init__(self, n_labels: int, **args):
        super().__init__(**args)
        self.add_labels(n_labels, self.modulation.out_features)


class ConditionalConvNet(Conditional, ConvNet):
    """A `ConvNet` that is handed a label: it shifts what the noise level says to every block."""

    def __init__(self, n_labels: int, **args):
        super().__init__(**args)
        self.add_labels(n_labels, self.level[0].out_features)
