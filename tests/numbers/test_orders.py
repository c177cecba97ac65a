"""How fast samplers become right, on a line where the truth is known: the flow keeps every walker's rank.

In one dimension the probability-flow ODE carries the quantiles of one level to those of another, so that its solution
is known without solving it. Of samplers with noise the law is followed on a grid, with no walker at all.
"""

import math
from itertools import pairwise

import pytest
import torch

from vdm_tutor.data import Mixture
from vdm_tutor.denoiser import ExactDenoiser
from vdm_tutor.process import posterior
from vdm_tutor.sample import ddim, heun, reverse_sde_step
from vdm_tutor.schedule import uniform_log_snr

HIGH, LOW = 4.0, -3.0
DATA = Mixture(
    torch.tensor([0.3, 0.7], dtype=torch.float64),
    torch.tensor([[-1.0], [1.0]], dtype=torch.float64),
    torch.tensor([0.25, 0.16], dtype=torch.float64),
)


def below(x, log_snr):
    """The exact chance that x_t lies below x."""
    level = DATA.noised(log_snr)
    return (level.weights * torch.special.ndtr((x - level.means[:, 0]) / level.var.sqrt())).sum(1, keepdim=True)


def quantiles(share, log_snr):
    """Where the chance is `share`, by halving."""
    low, high = torch.full_like(share, -9.0), torch.full_like(share, 9.0)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            torch.where(below(middle, log_snr) < share, middle, low),
            torch.where(below(middle, log_snr) < share, high, middle),
        )
    return (low + high) / 2


def error_of_flow(sampler, n_steps: int) -> float:
    share = torch.linspace(0.02, 0.98, 29, dtype=torch.float64)[:, None]
    schedule = uniform_log_snr(n_steps + 1, HIGH, LOW)
    walk = sampler(ExactDenoiser(DATA), schedule, quantiles(share, LOW))
    (x1,) = (xt for t, xt, _ in walk if t == 1)
    return (x1 - quantiles(share, HIGH)).abs().max().item()


def error_of_law(step, n_steps: int) -> float:
    """The L1 distance between the law of x_1 and the exact one, when x_T is exact: kernels multiplied on a grid."""
    schedule, grid = uniform_log_snr(n_steps + 1, HIGH, LOW), torch.linspace(-5, 5, 401, dtype=torch.float64)[:, None]
    cell = (grid[1] - grid[0]).item()
    law = DATA.noised_log_prob(grid, LOW).exp() * cell
    for number in range(n_steps + 1, 1, -1):
        t = torch.full((len(grid),), number)
        mean, var = step(grid, DATA.x0_mean(grid, schedule.log_snr[number].item()), t, schedule)
        law = law @ torch.distributions.Normal(mean, var.sqrt()).log_prob(grid.T).exp() * cell
    return (law - DATA.noised_log_prob(grid, HIGH).exp() * cell).abs().sum().item()


def slopes(error, counts) -> list[float]:
    """The order between each pair of neighbouring numbers of steps, twice as many each time."""
    return [math.log2(error(few) / error(many)) for few, many in pairwise(counts)]


def test_the_exact_flow_is_the_one_that_keeps_ranks():
    assert error_of_flow(heun, 200) < 1e-4


@pytest.mark.parametrize("sampler, order", [(ddim, 1), (heun, 2)], ids=["ddim", "heun"])
def test_order_of_the_flows_samplers(sampler, order):
    for slope in slopes(lambda n: error_of_flow(sampler, n), (40, 80, 160)):
        assert slope == pytest.approx(order, abs=0.1)


@pytest.mark.parametrize("step", [reverse_sde_step, posterior], ids=["reverse_sde", "ancestral"])
def test_order_of_the_samplers_with_noise(step):
    for slope in slopes(lambda n: error_of_law(step, n), (15, 30, 60)):
        assert slope == pytest.approx(1, abs=0.1)
