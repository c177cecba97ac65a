"""What people run: a small network and the plainest loop, on a drawing whose exact density is known.

Network and loop are those of the best-known toy diffusion repository in size and settings: 99,074 weights, 50,000
steps of 32 points with AdamW at 1e-3, T = 50, the mean squared error of eps. Its data are 142 centres that we do not
ship. Ours are as many along a closed curve, scaled so that the best possible error (0.65) and what the loop reaches
(0.06 above it) are those that it has there.
"""

import math
import time

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from vdm_tutor.data import Mixture, mixture_from_points
from vdm_tutor.process import noise_like, q_sample
from vdm_tutor.schedule import Schedule, from_alpha

N_POINTS, BATCH, WIDTH = 8000, 32, 128


def drawing() -> Mixture:
    """142 narrow Gaussians at equal times along x = sin 5u, y = sin(4u + 1/2), 2.85 high and wide."""
    time = 2 * math.pi * (torch.arange(142, dtype=torch.float64) + 0.5) / 142
    return mixture_from_points(2.85 * torch.stack([(5 * time).sin(), (4 * time + 0.5).sin()], dim=1), std=0.0118)


def fifty_steps() -> Schedule:
    """T = 50, beta from 1e-4 to 0.02 without scaling: x_50 keeps signal, as in the original."""
    return from_alpha(1 - torch.linspace(1e-4, 0.02, 50, dtype=torch.float64))


class PlainNet(nn.Module):
    """eps_hat from sines and cosines of both coordinates and of t, three residual layers of 128."""

    def __init__(self):
        super().__init__()
        self.inlet = nn.Sequential(nn.Linear(3 * WIDTH, WIDTH), nn.GELU())
        self.layers = nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.outlet = nn.Linear(WIDTH, 2)

    def forward(self, xt: Float[Tensor, "batch 2"], t: Int[Tensor, "batch"]) -> Float[Tensor, "batch 2"]:
        hidden = self.inlet(torch.cat([waves(25 * xt[:, 0]), waves(25 * xt[:, 1]), waves(t.float())], dim=1))
        for layer in self.layers:
            hidden = hidden + nn.functional.gelu(layer(hidden))
        return self.outlet(hidden)


def waves(x: Float[Tensor, "batch"]) -> Float[Tensor, "batch wave"]:
    """Sines and cosines at 64 frequencies from 1 down to 1/10,000."""
    frequency = torch.exp(-math.log(1e4) * torch.arange(64) / 63)
    return torch.cat([(x[:, None] * frequency).sin(), (x[:, None] * frequency).cos()], dim=1)


def plain_loop(points: Float[Tensor, "n 2"], schedule: Schedule, n_steps: int) -> tuple[PlainNet, float]:
    """The trained network and its CPU seconds."""
    torch.manual_seed(0)
    net, source = PlainNet(), torch.Generator().manual_seed(0)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3)
    data = torch.utils.data.TensorDataset(points)
    loader = torch.utils.data.DataLoader(data, BATCH, shuffle=True, drop_last=True)
    started, step = time.process_time(), 0
    while step < n_steps:
        for (x0,) in loader:
            t, eps = torch.randint(1, 51, (len(x0),), generator=source), noise_like(x0, source)
            loss = nn.functional.mse_loss(net(q_sample(x0, schedule.log_snr_at(t), eps), t), eps)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            step += 1
            if step == n_steps:
                break
    return net, time.process_time() - started
