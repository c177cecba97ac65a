"""The teacher's pages are made from the lessons as they stand; students' copies hold no solution and no output."""

import nbformat
import pytest

from tools.course import lessons
from tools.questions import title_of
from tools.teacher import NOTES, PAGES, pages, poll, polls
from vdm_tutor.exercises.course import EXERCISES
from vdm_tutor.exercises.formula import Formula
from vdm_tutor.lab.copies import stripped

HERE = {path.name[:2]: nbformat.read(path, as_version=4) for path in lessons() if path.name[:2].isdigit()}


@pytest.fixture(scope="module")
def made():
    return dict(pages())


def test_every_page_is_fresh(made):
    stale = [place.name for place, text in made.items() if place.read_text(encoding="utf-8") != text]
    assert not stale, "run python -m tools.teacher"


def test_every_lesson_with_exercises_has_a_page_with_three_things_for_the_board():
    asked = {exercise.lesson for exercise in EXERCISES}
    assert set(NOTES) == asked & set(HERE)
    assert all(len(notes["board"]) == 3 for notes in NOTES.values())


def test_every_lesson_has_two_polls_with_one_right_choice_and_a_belief_behind_each_other():
    for lesson in NOTES:
        texts = ["\n".join(poll(exercise)) for exercise in polls(lesson)]
        assert len(texts) == 2, lesson
        for text in texts:
            choices = [line for line in text.splitlines() if line.startswith("- (")]
            assert len(choices) >= 2 and sum("**right**" in line for line in choices) == 1
            assert all("**right**" in line or line.rstrip().endswith("*") for line in choices)


def test_a_page_tells_goals_and_minutes_and_no_solution(made):
    for lesson in NOTES:
        text = made[PAGES / f"{lesson}.md"]
        assert title_of(HERE[lesson]) in text and "## Goals\n\n**Afterwards" in text and "| opening |" in text
    told = "Each witness is weighted by its precision"
    assert told in made[PAGES / "solutions" / "06.md"] and told not in made[PAGES / "06.md"]


def test_students_copies_hold_no_output_and_no_solution():
    for path in lessons():
        text = stripped(path)
        cells = nbformat.reads(text, 4).cells
        assert not any(cell.get("outputs") for cell in cells), path.name
        stubs = [cell.source for cell in cells if cell.id.startswith("ex-")]
        answers = [e.reference for e in EXERCISES if isinstance(e, Formula) and e.lesson == path.name[:2]]
        assert not [answer for answer in answers for stub in stubs if answer in stub], path.name


def test_there_is_a_page_for_each_of_them_and_no_other(made):
    assert set(PAGES.rglob("*.md")) == set(made)
