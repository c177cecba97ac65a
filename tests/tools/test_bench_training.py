"""What `make bench` measures with: the drawing, its judge and the plain loop's size; no timing is tested."""

import pytest
import torch

from tools.bench.plain import PlainNet, drawing, fifty_steps, plain_loop
from tools.bench.training import eps_of, judge, ours
from vdm_tutor.denoiser import ExactDenoiser

MIXTURE, SCHEDULE = drawing(), fifty_steps()


def test_the_drawing_and_the_network_are_as_the_original_is_described():
    assert MIXTURE.means.shape == (142, 2) and SCHEDULE.n_steps == 50
    assert sum(weight.numel() for weight in PlainNet().parameters()) == 99_074


def test_the_best_possible_error_is_that_of_the_original(generator):
    """E|eps - eps_hat|^2 / 2 = SNR tr Cov(x0|xt) / 2, averaged over t; the loss of the exact denoiser beside it."""
    t = torch.arange(6000) % 50 + 1
    x0, log_snr = MIXTURE.sample(6000, generator), SCHEDULE.log_snr_at(t)
    eps, step = torch.randn(6000, 2, generator=generator, dtype=torch.float64), SCHEDULE.at(t, x0)
    xt = step.alpha_bar.sqrt() * x0 + step.noise_var.sqrt() * eps
    best = (log_snr.exp() * MIXTURE.x0_var(xt, log_snr) / 2).mean().item()
    assert best == pytest.approx(0.65, abs=0.02)
    loss = (eps - eps_of(ExactDenoiser(MIXTURE), SCHEDULE)(xt, t)).square().mean(1)
    assert loss.mean().item() == pytest.approx(best, abs=5 * loss.std().item() / 6000**0.5)


def test_the_judge_counts_what_is_above_the_exact_denoiser():
    look, exact = judge(MIXTURE, SCHEDULE, 500), eps_of(ExactDenoiser(MIXTURE), SCHEDULE)
    assert look.excess(exact) < 1e-6
    assert look.excess(lambda xt, t: exact(xt, t) + 0.3) == pytest.approx(0.09, rel=1e-2)


def test_both_loops_learn(generator):
    points, look = MIXTURE.sample(300, generator).float(), judge(MIXTURE, SCHEDULE, 1000)
    untrained, _ = plain_loop(points, SCHEDULE, 1)
    plain, seconds = plain_loop(points, SCHEDULE, 150)
    net, _ = ours(points, SCHEDULE, 40)
    assert look.excess(eps_of(net, SCHEDULE)) < 0.6 * look.excess(untrained) and seconds > 0
    assert look.excess(plain) < 0.9 * look.excess(untrained)
