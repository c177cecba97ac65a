"""Five hundred random equal rewritings of the reference formulas: none is refused."""

import random

import pytest

from tests.exercises.rewritings import rewritten
from vdm_tutor.exercises.catalogue import EXERCISES
from vdm_tutor.exercises.formula import Formula

FORMULAS = [exercise for exercise in EXERCISES if isinstance(exercise, Formula)]
EACH = -(-500 // len(FORMULAS))


@pytest.mark.parametrize("exercise", FORMULAS, ids=[exercise.id for exercise in FORMULAS])
def test_no_equal_rewriting_is_refused(exercise):
    rng, texts = random.Random(exercise.id), set()
    for steps in range(EACH):
        text = rewritten(exercise.reference, rng, 1 + steps % 4)
        found = exercise.check(text)
        assert found.correct, (text, found)
        texts.add(text)
    assert len(texts) > EACH / 2
