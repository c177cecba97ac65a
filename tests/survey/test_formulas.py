"""What is right is accepted however it is written; what is wrong is refused, and known mistakes are named."""

import pytest

from tests.survey.formulas import RIGHT, WRONG
from tests.survey.planted import FALSE, TRUE
from vdm_tutor.survey import check


@pytest.mark.parametrize("key, formula", RIGHT + TRUE)
def test_right_formulas_are_accepted_however_they_are_written(key, formula):
    answer = check(formula, against=key)
    assert answer.proved and answer.mark in ("∀", "Σ", "∀Σ", "∫"), answer


@pytest.mark.parametrize("key, formula, name", WRONG)
def test_wrong_formulas_are_refused_and_named(key, formula, name):
    answer = check(formula, against=key)
    assert not answer.proved and (answer.at or answer.slip or " against " in answer.why)
    assert name in (answer.slip, answer.remark, answer.status), answer


@pytest.mark.parametrize("key, formula", FALSE)
def test_planted_falsehoods_are_refused(key, formula):
    answer = check(formula, against=key)
    assert not answer.proved and answer.status != "undecided", answer
