"""Labels on a mixture, against sums written out and slopes by automatic differentiation."""

import math

import pytest
import torch

from tests.numbers.helpers import randn
from vdm_tutor.data import Mixture, ring
from vdm_tutor.labelled import LabelledMixture, ring_in_halves


def uneven() -> LabelledMixture:
    """Three labels of unequal weight on five unequal components in the plane."""
    weights = torch.tensor([0.3, 0.05, 0.25, 0.15, 0.25], dtype=torch.float64)
    means = torch.tensor([[-1.0, 0.2], [0.3, 1.1], [0.8, -0.7], [-0.2, -1.3], [1.4, 0.6]], dtype=torch.float64)
    var = torch.tensor([0.2, 0.05, 0.3, 0.1, 0.4], dtype=torch.float64)
    return LabelledMixture(Mixture(weights, means, var), torch.tensor([2, 0, 1, 0, 2]))


def log_bell(xt, labelled, component, log_snr):
    alpha_bar = torch.sigmoid(torch.tensor(log_snr, dtype=torch.float64))
    mean, var = alpha_bar.sqrt() * labelled.mixture.means[component], alpha_bar * labelled.mixture.var[component]
    return torch.distributions.Normal(mean, (var + 1 - alpha_bar).sqrt()).log_prob(xt).sum(1)


@pytest.mark.parametrize("log_snr", [-3.0, 0.4, 4.0, math.inf])
def test_the_chance_of_a_label_is_bayes_rule_over_the_components(log_snr, generator):
    labelled, xt = uneven(), randn(7, 2, generator=generator)
    joint = torch.stack([labelled.mixture.weights[k] * log_bell(xt, labelled, k, log_snr).exp() for k in range(5)], 1)
    by_label = torch.stack([joint[:, labelled.label == y].sum(1) for y in range(3)], dim=1)
    expected = by_label / joint.sum(1, keepdim=True)
    torch.testing.assert_close(labelled.log_label_prob(xt, log_snr).exp(), expected)
    torch.testing.assert_close(labelled.label_prob, torch.tensor([0.2, 0.25, 0.55], dtype=torch.float64))


def test_one_level_for_each_point(generator):
    labelled, xt, levels = uneven(), randn(7, 2, generator=generator), torch.linspace(-5, 6, 7, dtype=torch.float64)
    apart = torch.cat([labelled.log_label_prob(x[None], level.item()) for x, level in zip(xt, levels, strict=True)])
    torch.testing.assert_close(labelled.log_label_prob(xt, levels), apart)


@pytest.mark.parametrize("log_snr", [-3.0, 0.4, 4.0])
def test_scores_add_up(log_snr, generator):
    """Eq. 165, by autograd: grad log p(x_t|y) = grad log p(x_t) + grad log p(y|x_t)."""
    labelled, xt = uneven(), randn(7, 2, generator=generator).requires_grad_()
    for label in range(3):
        (slope,) = torch.autograd.grad(labelled.log_label_prob(xt, log_snr)[:, label].sum(), xt)
        given = labelled.given(label).score(xt, log_snr)
        torch.testing.assert_close(given, labelled.mixture.score(xt, log_snr) + slope, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("guidance_scale", [0.0, 1.0, 2.5])
def test_the_powered_density_has_the_score_of_eq_166(guidance_scale, generator):
    labelled, xt, log_snr = uneven(), randn(7, 2, generator=generator).requires_grad_(), 0.4
    (slope,) = torch.autograd.grad(labelled.powered_log_prob(xt, 1, guidance_scale, log_snr).sum(), xt)
    given, plain = labelled.given(1).score(xt, log_snr), labelled.mixture.score(xt, log_snr)
    torch.testing.assert_close(slope, guidance_scale * given + (1 - guidance_scale) * plain, rtol=1e-9, atol=1e-9)


def test_the_powered_density_of_two_bells_by_quadrature():
    """Classes at -1 and 1 with standard deviation 1/2, scale 3: mean 1.051, standard deviation 0.457."""
    bells = Mixture(*(torch.tensor(a, dtype=torch.float64) for a in ([0.5, 0.5], [[-1.0], [1.0]], [0.25, 0.25])))
    grid = torch.linspace(-5, 5, 2001, dtype=torch.float64)[:, None]
    share = LabelledMixture(bells, torch.tensor([0, 1])).powered_log_prob(grid, 1, 3.0).softmax(0)
    mean = (share @ grid).item()
    assert mean == pytest.approx(1.051, abs=5e-4)
    assert (share @ (grid - mean).square()).sqrt().item() == pytest.approx(0.457, abs=5e-4)


def test_samples_come_with_the_label_of_their_component(generator):
    n = 20_000
    x0, label = ring_in_halves().sample(n, generator)
    assert (
        torch.equal(label, torch.cdist(x0, ring().means).argmin(1) // 4)
        or (label - torch.cdist(x0, ring().means).argmin(1) // 4).abs().double().mean() < 2e-3
    )
    assert abs(label.double().mean() - 0.5) < 5 * 0.5 / math.sqrt(n)


def test_what_is_no_labelling_is_refused():
    for label, says in (
        ([0, 1], "one label for each"),
        ([0] * 4 + [2] * 4, "count from 0"),
        ([-1] * 8, "count from 0"),
    ):
        with pytest.raises(ValueError, match=says):
            LabelledMixture(ring(), torch.tensor(label))
    with pytest.raises(ValueError, match="run from 0 to 1; got 2"):
        ring_in_halves().given(2)
