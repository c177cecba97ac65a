"""Mutants speak the one vocabulary of slips, and take one quantity for another as formulas do."""

import pytest

from tools.mutants import EQUIVALENT, MODULES, ONLY_IN_CODE, RIVALS, slips_of
from vdm_tutor.exercises.code_loops import STRAIGHTENED
from vdm_tutor.exercises.code_order import ORDERS
from vdm_tutor.exercises.code_rules import RULES, TAKEN_BACK
from vdm_tutor.exercises.curve import BETWEEN
from vdm_tutor.exercises.curve_shapes import other_curves, shapes
from vdm_tutor.exercises.program import NEVER_USED
from vdm_tutor.exercises.slip_hints import HINTS
from vdm_tutor.judge import ranking
from vdm_tutor.proofs.slips.mistakes import MISTAKES, TRIED


@pytest.fixture(scope="module")
def slips():
    return [slip for module in MODULES for slip in slips_of(module)]


def test_a_mutant_is_called_what_the_slip_is_called(slips):
    assert {slip.operator for slip in slips} <= {*MISTAKES, *ONLY_IN_CODE}
    assert len({slip.operator for slip in slips} & set(MISTAKES)) > 15


def test_whoever_speaks_of_a_mistake_uses_the_vocabulary():
    spoken = {*ranking.DROPPED, *ranking.FAINT, *ranking.PAIRED, *ranking.WHOLE, *ranking.IDEAS, *ranking.EXTRA}
    assert spoken <= {*MISTAKES} and {*HINTS} <= {
        *MISTAKES,
        *TRIED,
        *RULES,
        *TAKEN_BACK,
        *dict(ORDERS),
        *dict(STRAIGHTENED),
        *dict(other_curves((1.0, 2.0, 3.0), abs)),
        *shapes((1.0, 2.0), [1.0, 2.0], [1.0, 2.0]),
        BETWEEN,
        NEVER_USED,
    }
    assert set(TRIED) - set(MISTAKES) == {"the range shortened"}


def test_a_level_is_taken_for_the_one_before_it_in_code_as_in_formulas(slips):
    assert RIVALS["alpha_bar"] == ("alpha", "alpha_bar_prev")
    assert {"alpha_bar_prev", "alpha_bar"} <= {*RIVALS["alpha"]}
    posterior = {(slip.before, slip.after) for slip in slips if slip.function == "posterior"}
    assert {("s.alpha", "s.alpha_bar"), ("s.alpha_bar_prev", "s.alpha"), ("s.beta", "s.noise_var")} <= posterior


def test_every_excuse_is_for_a_mutant_that_is_made(slips):
    assert set(EQUIVALENT) <= {slip.key for slip in slips}
