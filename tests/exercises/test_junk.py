"""A small draw of what `python -m tools.junk` does in full: junk gets a verdict, and is never right."""

import pytest

from tools.junk import broken, junk, things
from vdm_tutor.exercises.catalogue import EXERCISES
from vdm_tutor.exercises.exercise import Exercise
from vdm_tutor.exercises.verdict import CORRECT, Verdict


@pytest.mark.parametrize("seed", range(len(EXERCISES)), ids=[exercise.id for exercise in EXERCISES])
def test_junk_gets_a_verdict_and_is_never_right(seed):
    assert not broken(EXERCISES[seed], seed, 20)


def test_a_judge_that_lets_junk_pass_would_be_seen():
    class Kind(Exercise):
        def check(self, answer=...):
            return Verdict(CORRECT)

    class Careless(Exercise):
        def check(self, answer=...):
            return str(answer) and Verdict("wrong")

    assert len(broken(Kind("0.1", "", ""), 0, 100)) == 100 and len(junk(0, 1000)) == 1000
    assert len(broken(Careless("0.1", "", ""), 0, len(things()) * 2)) >= 2  # Evil, and a list of it
