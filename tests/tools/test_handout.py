"""The handout is printed from the course as it stands, on two pages, with nothing unset and nothing lost."""

import re

import pytest

from tools import handout
from tools.handout import ERRATA, LINES, PDF, SLIPS, edition, html, set_in_maths


@pytest.fixture(scope="module")
def page():
    return html()


def test_the_printed_handout_is_that_of_the_course_as_it_stands(page):
    assert edition(PDF.read_bytes().decode("latin-1")) == edition(page), "run python -m tools.handout"


def test_it_has_two_pages():
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", PDF.read_bytes())) == 2


def test_a_change_of_any_source_makes_another_edition(page, monkeypatch):
    name = SLIPS[0]
    monkeypatch.setitem(handout.HINTS, name, "something else")
    assert edition(html()) != edition(page)


def test_every_line_slip_and_correction_that_was_chosen_is_there(page):
    assert all(f"({number})" in page for numbers in LINES.values() for number in numbers)
    assert all(f"<strong>{name}</strong>" in page for name in SLIPS)
    assert page.count("<em>Holds:</em>") == 1 + len(ERRATA)
    assert "as printed, false" not in page and page.count("<svg") == 1 and "13 guidance" in page


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("the score of q(x_t given x_0)", r"the score of $q(x_t\mid x_0)$"),
        ("log p(x_t|x_{t+1})", r"$\log p(x_t\mid x_{t+1})$"),
        ("p(y given x_t)^gamma for gamma", r"$p(y\mid x_t)^\gamma$ for $\gamma$"),
        ("E[eps given x_t], ᾱ_t", r"$\mathbb E[\epsilon\mid x_t]$, $\bar\alpha_t$"),
        ("a step of a proof", "a step of a proof"),
    ],
)
def test_formulas_in_plain_text_are_set(plain, shown):
    assert set_in_maths(plain) == shown


def test_an_edition_is_printed_once(monkeypatch):
    """Each printing has other bytes, its date among them, and the history keeps them all."""
    monkeypatch.setattr(handout, "sync_playwright", lambda: pytest.fail("printed again"))
    before = PDF.read_bytes()
    handout.main()
    assert PDF.read_bytes() == before
    monkeypatch.setitem(handout.HINTS, SLIPS[0], "something else")
    with pytest.raises(pytest.fail.Exception, match="printed again"):
        handout.main()
