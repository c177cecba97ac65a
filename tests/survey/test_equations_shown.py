"""What a reader sees of an equation is all of it, on a page's width, in columns, in the colours of the plots."""

import re

import pytest

from vdm_tutor.claims import BOOK
from vdm_tutor.colours import COLOURS
from vdm_tutor.proofs.tree import parse
from vdm_tutor.survey import equation
from vdm_tutor.survey.display import HOLDS, WRONG, _coloured
from vdm_tutor.survey.latex import latex
from vdm_tutor.survey.lines import PAGE, rows, width

SIDES = {side for claim in BOOK.values() for side in (claim.left, claim.right)}
LAYOUT = re.compile(r"\\begin\{array\}\{c\}|\\end\{array\}| \\\\ |\\quad |\\Bigl|\\Bigr|\\left|\\right|\s")


@pytest.mark.parametrize("room", [PAGE, 20.0])
def test_rows_hold_the_whole_side_and_nothing_else(room):
    for side in SIDES:
        whole, broken = latex(parse(side)), "".join(rows(parse(side), room))
        assert LAYOUT.sub("", broken) == LAYOUT.sub("", whole)


def test_no_row_is_wider_than_the_page_and_each_closes_its_own_brackets():
    for side in SIDES:
        for row in rows(parse(side)):
            assert row.count(r"\left") == row.count(r"\right"), row
            assert r"\begin{array}" in row or width(row) < PAGE + 4, row


@pytest.mark.parametrize(
    ("tex", "letters"),
    [("a", 1), (r"\alpha_t", 1.7), (r"\frac{abc}{d}", 3), (r"x^{2}", 1.7), (r"\left(a+b\right)", 6)],
)
def test_a_width_counts_letters(tex, letters):
    assert width(tex) == pytest.approx(letters)


def test_numbers_and_marks_are_as_wide_for_every_line():
    tags = re.findall(
        r"\\rlap\{(.*?)\}\\phantom\{\(170\)\}\\;\\rlap\{.*?\}\\phantom\{\\forall\\Sigma\}", equation(45).tex
    )
    assert tags == ["(45)", ""]


def test_a_refuted_line_is_not_taken_for_a_proved_one():
    proved, refuted = equation(45).tex.split(r"\times")
    assert HOLDS in proved and "as printed, false" not in proved
    assert "as printed, false" in refuted and refuted.count(WRONG) == refuted.count(r"\displaystyle")
    assert WRONG not in proved and "textcolor" not in refuted  # the page's own colour reads in both themes


@pytest.mark.parametrize(
    ("tex", "name"),
    [(r"x_0", "x0"), (r"x_{0}", "x0"), (r"x_{t}", "xt"), (r"x_{t-1}", "x_prev"), (r"\epsilon_0", "eps")],
)
def test_a_quantity_has_its_colour_of_the_plots(tex, name):
    assert _coloured(f"a+{tex}+b") == rf"a+\textcolor{{{COLOURS[name]}}}{{{tex}}}+b"


@pytest.mark.parametrize("tex", [r"x_{0:T}", r"x_{t-2}", r"x_{t+1}", r"\epsilon^*_{t-1}", r"x_T"])
def test_other_quantities_have_none(tex):
    assert _coloured(tex) == tex


def test_a_number_may_be_typed_as_text_and_one_that_is_not_there_is_told():
    assert equation("84").claim is equation(84).claim
    with pytest.raises(KeyError, match="the survey has no equation 999"):
        equation("999")
