"""Answers as people write them: the right ones pass, however odd; of the wrong ones none does, and each is told why."""

from pathlib import Path

import pytest

from vdm_tutor.exercises import ex

LINES = [line for line in Path(__file__).with_name("learners.txt").read_text("utf-8").splitlines() if line[0] != "#"]
RIGHT = [line.split(" ✓ ") for line in LINES if " ✓ " in line]
WRONG = [(*line.partition("  # ")[0].split(" ✗ "), line.partition("  # ")[2]) for line in LINES if " ✗ " in line]


def test_there_are_fifty_right_and_a_hundred_wrong_over_all_lessons():
    assert len(RIGHT) >= 50 and len(WRONG) >= 100 and len(RIGHT) + len(WRONG) == len(LINES)
    assert {name[:2] for name, *_ in WRONG} == {f"{lesson:02d}" for lesson in range(14)}


@pytest.mark.parametrize("name, answer", RIGHT)
def test_right_is_right_however_it_is_written(name, answer):
    assert ex(name).check(answer).correct


@pytest.mark.parametrize("name, answer, heard", WRONG)
def test_wrong_is_wrong_and_the_mistake_is_heard_by_name(name, answer, heard):
    found = ex(name).check(answer)
    said = " ".join([found.status, found.said, found.slip or "", found.remark])
    assert not found.correct and any(piece in said for piece in heard.split("|")), found
