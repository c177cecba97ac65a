"""The helpers that lessons draw and show with: what a bell encloses, and that rules are TeX that a page can set."""

import re

import numpy as np
import pytest

from vdm_tutor.plots import COLOURS, draw_bell, draw_terms, figure, plt
from vdm_tutor.survey.display import _words
from vdm_tutor.survey.ledger import load_claims


@pytest.fixture
def ax():
    fig, ax = figure()
    yield ax
    plt.close(fig)


@pytest.mark.parametrize(("mean", "var"), [(0.3, 0.04), (-2.0, 9.0)])
def test_a_bell_encloses_one_and_has_its_mean_and_variance(ax, mean, var):
    draw_bell(ax, mean, var, COLOURS["xt"])
    x, density = ax.lines[0].get_data()
    assert np.trapezoid(density, x) == pytest.approx(1, abs=1e-3)
    assert np.trapezoid(density * x, x) == pytest.approx(mean, abs=1e-3)
    assert np.trapezoid(density * (x - mean) ** 2, x) == pytest.approx(var, rel=5e-3)


def test_a_certain_value_is_an_upright_line(ax):
    draw_bell(ax, 0.8, 0.0, COLOURS["x0"], filled=False)
    (line,) = ax.lines
    assert list(line.get_xdata()) == [0.8, 0.8] and not ax.collections


def test_no_rule_hands_the_page_a_bare_underscore_in_text():
    for key, claim in load_claims().items():
        texts = re.findall(r"\\text\{([^}]*)\}", _words(claim.rule))
        assert not [text for text in texts if set(text) & set("_^")], key


@pytest.mark.parametrize(
    ("rule", "tex"),
    [
        ("C is free of x_{t-1}", r"\text{C is free of }x_{t-1}\text{}"),
        ("alpha_bar", r"\text{}\bar\alpha\text{}"),
        ("Sigma_q = sigma_q^2 I", r"\text{}\Sigma_q\text{ = }\sigma_q^2\text{ I}"),
    ],
)
def test_symbols_among_words_become_maths(rule, tex):
    assert _words(rule) == tex


@pytest.mark.parametrize("recon", [6.0, -0.5], ids=["gain", "cost"])
def test_costs_stand_right_of_zero_gains_left_and_the_dot_is_minus_the_elbo(ax, recon):
    draw_terms(ax, {"a model": {"recon": recon, "prior_kl": 0.25, "denoise_kl": 7.0}})
    spans = sorted(bar.get_x() + bar.get_width() * side for bar in ax.patches for side in (0, 1))
    assert (spans[0], spans[-1]) == (min(0, -recon), 7.25 + max(0, -recon))
    covered = sum(abs(bar.get_width()) for bar in ax.patches)
    assert covered == spans[-1] - spans[0]  # none hides another
    (dot,) = ax.lines
    assert dot.get_xdata() == pytest.approx(-(recon - 0.25 - 7.0))
