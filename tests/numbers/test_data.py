"""The toy densities are densities, and everything said of their noised versions is true."""

import math

import pytest
import torch

from tests.numbers.helpers import assert_mean_is, randn
from vdm_tutor.data import MIXTURES, Mixture, bells, coin, digits, mixture_from_points, ring

LINE = torch.linspace(-8, 8, 4001, dtype=torch.float64)[:, None]
STEP = (LINE[1] - LINE[0]).item()
PLANE = torch.cartesian_prod(*[torch.linspace(-3.5, 3.5, 561, dtype=torch.float64)] * 2)
CELL = (7 / 560) ** 2


def uneven_cloud() -> Mixture:
    """Three components of unequal weight and width in two dimensions."""
    weights = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64)
    means = torch.tensor([[-1.0, 0.3], [0.7, 0.9], [0.1, -1.1]], dtype=torch.float64)
    return Mixture(weights, means, torch.tensor([0.09, 0.2, 0.04], dtype=torch.float64))


@pytest.mark.parametrize("name", MIXTURES)
def test_density_sums_to_one(name):
    mixture = MIXTURES[name]()
    if mixture.means.shape[1] == 1:
        total = mixture.log_prob(LINE).exp().sum() * STEP
    else:
        total = mixture.log_prob(PLANE).exp().sum() * CELL
    assert total.item() == pytest.approx(1, abs=1e-4)


def test_ring_has_the_entropy_that_the_course_states():
    log_prob = ring().log_prob(PLANE)
    assert -(log_prob.exp() * log_prob).sum().item() * CELL == pytest.approx(0.6727, abs=1e-4)


def test_samples_have_the_mean_the_variance_and_the_weights(generator):
    mixture = uneven_cloud()
    x0, label = mixture.sample_with_label(40_000, generator)
    assert_mean_is((label == 1).double(), 0.5)
    for axis in range(2):
        mean = (mixture.weights * mixture.means[:, axis]).sum()
        second = (mixture.weights * (mixture.means[:, axis] ** 2 + mixture.var)).sum()
        assert_mean_is(x0[:, axis], mean.item())
        assert_mean_is(x0[:, axis] ** 2, second.item())
    assert_mean_is(mixture.log_prob(x0), (lambda p: (p.exp() * p).sum().item())(mixture.log_prob(PLANE)) * CELL)


@pytest.mark.parametrize("log_snr", [-6.0, -0.7, 3.1])
def test_noised_density_is_the_convolution(log_snr):
    mixture, alpha_bar = bells(), 1 / (1 + math.exp(-log_snr))
    xt = torch.tensor([[-1.3], [0.2], [1.7]], dtype=torch.float64)
    kernel = -0.5 * (
        (xt - math.sqrt(alpha_bar) * LINE.T) ** 2 / (1 - alpha_bar) + math.log(2 * math.pi * (1 - alpha_bar))
    )
    joint = mixture.log_prob(LINE).exp() * kernel.exp()
    density = joint.sum(1) * STEP
    assert mixture.noised(log_snr).log_prob(xt).exp().tolist() == pytest.approx(density.tolist(), rel=1e-9)
    assert mixture.noised_log_prob(xt, log_snr).exp().tolist() == pytest.approx(density.tolist(), rel=1e-9)


@pytest.mark.parametrize("log_snr", [-6.0, -0.7, 3.1])
def test_x0_mean_and_variance_by_bayes_on_a_grid(log_snr):
    mixture, alpha_bar = bells(), 1 / (1 + math.exp(-log_snr))
    xt = torch.tensor([[-1.3], [0.2], [1.7]], dtype=torch.float64)
    joint = mixture.log_prob(LINE) - 0.5 * (xt - math.sqrt(alpha_bar) * LINE.T) ** 2 / (1 - alpha_bar)
    posterior = torch.softmax(joint, dim=1)
    mean = posterior @ LINE[:, 0]
    var = posterior @ LINE[:, 0] ** 2 - mean**2
    assert mixture.x0_mean(xt, log_snr)[:, 0].tolist() == pytest.approx(mean.tolist(), abs=1e-9)
    assert mixture.x0_var(xt, log_snr).tolist() == pytest.approx(var.tolist(), abs=1e-9)


def test_x0_variance_of_a_cloud_is_the_trace(generator):
    mixture, log_snr = uneven_cloud(), 0.4
    alpha_bar = 1 / (1 + math.exp(-log_snr))
    xt = torch.tensor([[0.3, -0.2]], dtype=torch.float64)
    joint = mixture.log_prob(PLANE) - 0.5 * (xt - math.sqrt(alpha_bar) * PLANE).square().sum(1) / (1 - alpha_bar)
    posterior = torch.softmax(joint, dim=0)
    mean = posterior @ PLANE
    trace = (posterior @ PLANE**2 - mean**2).sum()
    assert mixture.x0_mean(xt, log_snr)[0].tolist() == pytest.approx(mean.tolist(), abs=1e-6)
    assert mixture.x0_var(xt, log_snr).item() == pytest.approx(trace.item(), abs=1e-6)


def test_score_is_the_gradient_of_the_noised_log_density(generator):
    mixture = uneven_cloud()
    xt = randn(7, 2, generator=generator).requires_grad_()
    log_snr = 3 * randn(7, generator=generator)
    (gradient,) = torch.autograd.grad(mixture.noised_log_prob(xt, log_snr).sum(), xt)
    torch.testing.assert_close(mixture.score(xt.detach(), log_snr), gradient, rtol=1e-10, atol=1e-12)


def test_score_and_x0_mean_meet_in_tweedie(generator):
    mixture, log_snr = ring(), torch.tensor([-5.0, 0.3, 6.0], dtype=torch.float64)
    xt = randn(3, 2, generator=generator)
    alpha_bar = torch.sigmoid(log_snr)[:, None]
    left = alpha_bar.sqrt() * mixture.x0_mean(xt, log_snr)
    torch.testing.assert_close(left, xt + (1 - alpha_bar) * mixture.score(xt, log_snr), rtol=1e-9, atol=1e-9)


def test_one_level_per_point_is_the_same_as_one_by_one(generator):
    mixture = uneven_cloud()
    xt, log_snr = randn(3, 2, generator=generator), torch.tensor([-2.0, 0.5, 4.0], dtype=torch.float64)
    for method in (mixture.x0_mean, mixture.x0_var, mixture.score, mixture.noised_log_prob):
        together = method(xt, log_snr)
        apart = torch.cat([method(xt[i : i + 1], log_snr[i].item()) for i in range(3)])
        torch.testing.assert_close(together, apart)


def test_coin_denoiser_is_a_tanh_as_the_blur_vanishes():
    xt = torch.tensor([[-0.8], [0.1], [0.5]], dtype=torch.float64)
    alpha_bar = torch.sigmoid(torch.tensor(0.0))  # one half
    exact = torch.tanh(alpha_bar.sqrt() * xt / (1 - alpha_bar))
    torch.testing.assert_close(coin(1e-6).x0_mean(xt, 0.0), exact, rtol=1e-6, atol=1e-6)


def test_bad_mixtures_are_refused():
    point = torch.zeros(2, 1, dtype=torch.float64)
    with pytest.raises(ValueError, match="sum to 1"):
        Mixture(torch.tensor([0.5, 0.6], dtype=torch.float64), point, torch.ones(2, dtype=torch.float64))
    with pytest.raises(ValueError, match="positive standard deviation"):
        mixture_from_points(point, std=0.0)


def test_digits_are_split_in_file_order_on_17_levels():
    from sklearn.datasets import load_digits

    parts = [digits(split) for split in ("train", "validation", "test")]
    assert [len(images) for images, _ in parts] == [1000, 350, 447]
    images, labels = torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts])
    source = load_digits()
    torch.testing.assert_close(((images[:, 0] + 1) * 8).double(), torch.from_numpy(source.images))
    assert labels.tolist() == source.target.tolist()
    with pytest.raises(ValueError, match="train, validation, test"):
        digits("holdout")


@pytest.mark.parametrize("levels", [0.7, torch.tensor([0.7]), torch.linspace(-6, 9, 17)], ids=["one", "[1]", "each"])
@pytest.mark.parametrize("asked", ["score", "x0_mean", "x0_var", "noised_log_prob", "log_prob"])
def test_many_points_are_answered_in_parts_as_together(asked, levels, generator, monkeypatch):
    points, sizes = torch.randn(17, 2, generator=generator), []
    rest = () if asked == "log_prob" else (levels,)
    together = getattr(ring(), asked)(points, *rest)
    joint = Mixture._log_joint
    monkeypatch.setattr(Mixture, "_log_joint", lambda self, x, *rest: sizes.append(len(x)) or joint(self, x, *rest))
    monkeypatch.setattr("vdm_tutor.data.AT_ONCE", 5)
    assert torch.equal(getattr(ring(), asked)(points, *rest), together) and sizes == [5, 5, 5, 2]
