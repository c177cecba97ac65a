"""By chance: variants that other numbers refute are refused, equal rewritings accepted, slips told apart and named."""

from collections import Counter

import pytest

from tests.survey.formulas import RIGHT, WRONG
from tools.judge import rewritings, variants
from tools.judge.compared import meant, refuted
from tools.judge.slipped import try_slips
from vdm_tutor.claims import find
from vdm_tutor.judge.naming import understood
from vdm_tutor.proofs.tree import parse, quantities
from vdm_tutor.survey.check import asked_by
from vdm_tutor.survey.ledger import survey_rows

KEYS = list(survey_rows())


def verdict(key, formula) -> bool | None:
    ask = asked_by(key)
    return refuted(meant(understood(formula, ask.room, quantities(ask.truth) | ask.names | {"ELBO"}), key), key)


def test_the_other_numbers_refute_what_is_wrong_and_nothing_that_is_right():
    reached = [key for key in (*KEYS[::4], 8, 73) if refuted(asked_by(key).truth, key) is False]
    assert len(reached) >= 45 and {find(key).relation for key in reached} == {"=", ":=", ">=", "~", "∝"}
    assert not [(key, f) for key, f in RIGHT[::4] if verdict(key, f)]
    wrong = [verdict(key, f) for key, f, _ in WRONG[::6]]
    assert wrong.count(False) == 0 and wrong.count(True) > 0.9 * len(wrong)


def test_the_other_numbers_see_three_dimensions():
    assert refuted(parse("norm2(mu_theta-mu_q)/(2*posterior_var) + (d-1)*(d-2)"), 92)


@pytest.mark.parametrize("start", range(3))
def test_false_variants_are_refused_and_equal_rewritings_accepted(start):
    tried = Counter()
    for key in KEYS[start::12]:
        n_false, accepted = variants.try_false(key, 2)
        n_equal, refused = rewritings.try_equal(key, 2)
        assert not accepted and not refused, (accepted, refused)
        tried += Counter(false=n_false, equal=n_equal)
    assert min(tried["false"], tried["equal"]) >= 24, tried


@pytest.mark.parametrize("start", range(3))
def test_single_slips_are_told_apart_and_named(start):
    total, failures = Counter(), []
    for key in KEYS[start + 3 :: 12]:
        counts, met = try_slips(key, 6)
        total, failures = total + counts, failures + met
    assert total["apart"] == total["slips"] and total["named"] >= 0.95 * total["slips"], failures
