"""Judging: means with their errors, paired gaps, bits per dimension."""

import math

import pytest
import torch

from vdm_tutor.elbo import ElboTerms
from vdm_tutor.hvae import HvaeTerms
from vdm_tutor.measure import bits_per_dim, figures, gap, mean_and_se, score


def test_bits_per_dim_and_errors():
    assert bits_per_dim(-64 * math.log(2) * 1.9, 64) == pytest.approx(1.9)
    mean, se = mean_and_se(torch.tensor([1.0, 2.0, 3.0, 6.0]))
    assert mean == 3.0 and se == pytest.approx(math.sqrt(14 / 3 / 4))


def test_a_mean_is_taken_in_float64():
    """Ten million ones and a bit: float32 would lose the bit, and each processor another one."""
    values = torch.full((10_000_000,), 1.1)
    assert mean_and_se(values)[0] == pytest.approx(values[0].item(), rel=1e-12)


def test_the_gap_is_paired(generator):
    log_prob = torch.randn(97, dtype=torch.float64, generator=generator)
    mean, se = gap(log_prob, log_prob - 0.25)
    assert mean == pytest.approx(0.25) and se < 1e-12


def test_a_score_is_the_gap_where_the_truth_is_known_and_bits_elsewhere():
    x, bound = torch.zeros(3, 2), torch.tensor([-1.0, -2.0, -6.0])
    assert score(bound, x, torch.zeros(3)) == gap(torch.zeros(3), bound)
    bits, bits_se = score(bound, x)
    assert bits == pytest.approx(3 / (2 * math.log(2)))
    assert bits_se == pytest.approx(mean_and_se(bound)[1] / (2 * math.log(2)))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_bound_that_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match="17 levels"):
        score(torch.tensor([1.0, value]), torch.zeros(2, 1))


def test_every_part_of_either_bound_has_a_figure(generator):
    values = torch.randn(4, 31, generator=generator)
    for terms in (ElboTerms(*values[:3]), HvaeTerms(values[0], values[1:].T)):
        found = figures(terms)
        assert list(found) == [*terms.parts, "elbo"]
        (recon, _), *costs = (found[name] for name in terms.parts)
        assert found["elbo"][0] == pytest.approx(recon - sum(cost for cost, _ in costs), abs=1e-6)
        assert found["elbo"] == mean_and_se(terms.elbo)
