"""The test files for Otter-Grader: one an exercise, and each reads the verdict that the reader's own cell wrote."""

import sys
import types

import pytest

from tools.grader import files
from vdm_tutor.exercises import ex
from vdm_tutor.exercises.catalogue import EXERCISES


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Load a test file as Otter would, with its decorator alone, and run the test."""
    monkeypatch.setenv("VDM_TUTOR_PROGRESS", str(tmp_path / "progress.json"))
    fake = types.ModuleType("otter.test_files")
    fake.test_case = lambda points: lambda function: function
    monkeypatch.setitem(sys.modules, "otter", types.ModuleType("otter"))
    monkeypatch.setitem(sys.modules, "otter.test_files", fake)

    def run(text: str) -> None:
        names: dict = {}
        exec(text, names)
        next(value for name, value in names.items() if name.startswith("the_check_of"))({})

    return run


def test_there_is_a_test_for_every_exercise_of_a_lesson():
    ids = [exercise.id for exercise in EXERCISES if exercise.lesson == "06"]
    assert list(files("06")) == [f"ex_{name.replace('.', '_')}.py" for name in ids] and len(ids) == 5
    assert not files("99")


def test_a_mark_is_given_for_the_right_answer_and_for_no_other(run):
    text = files("06")["ex_06_1.py"]
    with pytest.raises(AssertionError, match="not answered"):
        run(text)
    ex("06.1").check("1 - alpha_t")
    with pytest.raises(AssertionError, match="slip, beta"):
        run(text)
    ex("06.2").check(ex("06.2").reference)
    with pytest.raises(AssertionError):
        run(text)
    ex("06.1").check(ex("06.1").reference)
    run(text)
