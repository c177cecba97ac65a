"""The helpers that lessons draw and show with: what a bell encloses, and that rules are TeX that a page can set."""

import io
import itertools
import re

import numpy as np
import pytest
from PIL import Image

from vdm_tutor.claims import BOOK
from vdm_tutor.lab.plots import COLOURS, INK, draw_bell, draw_terms, figure, plt, png_of, show
from vdm_tutor.survey.display import words_of


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
    for key, claim in BOOK.items():
        texts = re.findall(r"\\text\{([^}]*)\}", words_of(claim.rule))
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
    assert words_of(rule) == tex


@pytest.mark.parametrize("recon", [6.0, -0.5], ids=["gain", "cost"])
def test_costs_stand_right_of_zero_gains_left_and_the_dot_is_minus_the_elbo(ax, recon):
    draw_terms(ax, {"a model": {"recon": recon, "prior_kl": 0.25, "denoise_kl": 7.0}})
    spans = sorted(bar.get_x() + bar.get_width() * side for bar in ax.patches for side in (0, 1))
    assert (spans[0], spans[-1]) == (min(0, -recon), 7.25 + max(0, -recon))
    covered = sum(abs(bar.get_width()) for bar in ax.patches)
    assert covered == spans[-1] - spans[0]  # none hides another
    (dot,) = ax.lines
    assert dot.get_xdata() == pytest.approx(-(recon - 0.25 - 7.0))


LIGHT, DARK = "#ffffff", "#111111"  # the pages of JupyterLab's two themes
MEET = ["x0 xt x_prev exact learned", "recon prior_kl denoise_kl gap", "x0 eps v", "exact learned gap guess"]
SEEN = {  # linear RGB as most people see it, without green and without red receptors (Machado et al. 2009)
    "all": np.eye(3),
    "no green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "no red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
}


def linear(colour: str) -> np.ndarray:
    share = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2: 1 for equal colours, 21 for black on white."""
    low, high = sorted(linear(each) @ [0.2126, 0.7152, 0.0722] + 0.05 for each in (one, other))
    return high / low


def lab(colour: str, seen) -> np.ndarray:
    """CIELAB: a distance of 2 can just be told apart side by side."""
    xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(xyz @ np.clip(seen @ linear(colour), 0, 1) / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("page", [LIGHT, DARK])
def test_every_colour_stands_out_from_either_page(page):
    assert {name: contrast(c, page) for name, c in COLOURS.items() if contrast(c, page) < 3} == {}
    assert contrast(INK, page) > 4


@pytest.mark.parametrize("seen", SEEN.values(), ids=SEEN)
def test_quantities_that_meet_are_told_apart_by_everyone(seen):
    pairs = [pair for names in MEET for pair in itertools.combinations(names.split(), 2)]
    near = [(a, b) for a, b in pairs if np.linalg.norm(lab(COLOURS[a], seen) - lab(COLOURS[b], seen)) < 8]
    assert near == []


def test_a_figure_has_no_background_and_the_style_outlives_its_making():
    fig, ax = figure()
    ax.plot([0, 1], label="a line")
    assert ax.lines[0].get_linewidth() == 2 and not ax.legend().get_frame_on()
    pixels = np.asarray(Image.open(io.BytesIO(png_of(fig))))
    assert pixels[0, 0, 3] == 0 and pixels[..., 3].max() == 255
    assert not plt.fignum_exists(fig.number)


def test_a_shown_figure_says_in_words_what_is_to_be_seen(monkeypatch):
    shown = {}
    monkeypatch.setattr(
        "vdm_tutor.lab.plots.display", lambda data, metadata, raw: shown.update(data=data, metadata=metadata)
    )
    show(figure(size=(3, 2))[0], "an empty frame")
    assert shown["data"]["text/plain"] == "[an empty frame]"
    assert shown["metadata"]["image/png"] == {"alt": "an empty frame", "width": 288, "height": 192}
