"""The proved formulas, turned into functions, are the torch functions of the package, in float64."""

import pytest
import torch

from vdm_tutor import process, schedule, targets
from vdm_tutor.survey import proved_function

CHAIN = schedule.uniform_log_snr(13, 5.0, -4.0)


@pytest.fixture
def point():
    generator = torch.Generator().manual_seed(3)
    names = ("x_t", "x_0", "eps", "eps_hat", "score", "score_hat", "x0_hat", "x_prev", "eps_step")
    values = {name: torch.randn(11, 5, dtype=torch.float64, generator=generator) for name in names}
    t = torch.tensor([1, 2, 2, 3, 5, 6, 8, 10, 12, 13, 13])
    for name, array in {"alpha_t": "alpha", "alpha_bar_t": "alpha_bar", "alpha_bar_prev": "alpha_bar_prev"}.items():
        values[name] = getattr(CHAIN, array)[t].reshape(-1, 1)
    return t, values


def proved(number, values):
    return torch.as_tensor(proved_function(number)(**{k: v.numpy() for k, v in values.items()}))


def assert_same(ours, theirs):
    assert torch.allclose(ours.broadcast_to(theirs.shape), theirs, rtol=1e-12, atol=1e-12)


def test_posterior_mean_and_variance(point):
    t, v = point
    mean, var = process.posterior(v["x_t"], v["x_0"], t, CHAIN)
    for number in (84, 93):
        assert_same(proved(number, v), mean)
    assert_same(proved(85, v), var)
    assert var[0] == 0


def test_the_jump_and_the_step(point):
    t, v = point
    log_snr = CHAIN.log_snr_at(t)
    assert_same(proved(69, v), process.q_sample(v["x_0"], log_snr, v["eps"]))
    assert_same(proved(59, v), process.q_step(v["x_prev"], t, CHAIN, v["eps_step"]))


def test_what_a_network_may_predict(point):
    t, v = point
    log_snr = CHAIN.log_snr_at(t)
    assert_same(proved(115, v), targets.eps_to_x0(v["eps"], v["x_t"], log_snr))
    assert_same(proved(133, v), targets.score_to_x0(v["score"], v["x_t"], log_snr))
    eps = targets.score_to_eps(v["score"], log_snr)
    assert_same(proved(151, v | {"eps_mean": eps}), v["score"])
    assert_same(proved(150, v | {"eps_mean": eps}), (1 - v["alpha_bar_t"]) * v["score"])


def test_the_three_readings_of_the_mean(point):
    t, v = point
    assert_same(proved(94, v), targets.x0_to_mean(v["x0_hat"], v["x_t"], t, CHAIN))
    assert_same(proved(124, v), targets.eps_to_mean(v["eps"], v["x_t"], t, CHAIN))
    assert_same(proved(125, v), targets.eps_to_mean(v["eps_hat"], v["x_t"], t, CHAIN))
    assert_same(proved(142, v), targets.score_to_mean(v["score"], v["x_t"], t, CHAIN))
    assert_same(proved(143, v), targets.score_to_mean(v["score_hat"], v["x_t"], t, CHAIN))


def test_a_wrong_formula_would_be_seen(point):
    t, v = point
    slipped = v | {"alpha_bar_prev": v["alpha_bar_t"]}
    assert not torch.allclose(proved(84, slipped), process.posterior(v["x_t"], v["x_0"], t, CHAIN)[0])
