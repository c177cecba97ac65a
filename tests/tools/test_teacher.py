"""The teacher's pages are made from the lessons as they stand; students' copies hold no solution and no output."""

import re

import nbformat
import pytest

from tools.guesses import asked, asked_in
from tools.paths import lessons
from tools.questions import title_of
from tools.slides import main_path, slides
from tools.teacher import NOTES, PAGES, pages
from vdm_tutor.exercises.catalogue import EXERCISES
from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.lessons.derivations import TASKS
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


def test_the_guesses_of_a_cell_are_found_with_their_choices():
    source = 'names = ["a", "b"]\none = guess("Which?", names)\ntwo = guess("How many?")\nthree = guess(f"{x}?")'
    assert list(asked(source.rpartition("\n")[0])) == [("one", "Which?", ("a", "b")), ("two", "How many?", ())]
    assert list(asked('one = guess("Which?", list("AB"))')) == [("one", "Which?", ("A", "B"))]
    with pytest.raises(ValueError, match="malformed"):
        list(asked(source))


@pytest.mark.parametrize("lesson", HERE)
def test_no_guess_of_the_main_path_is_left_out_and_each_is_answered(lesson):
    there = sum(cell.source.count("guess(") for cell in main_path(HERE[lesson]) if cell.cell_type == "code")
    found = list(asked_in(HERE[lesson]))
    assert len(found) == there and all(guess.answer or guess.printed for guess in found)


def test_a_guess_that_nothing_answers_is_refused():
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 99 · A guess")])
    book.cells.append(nbformat.v4.new_code_cell('one = guess("Which?")'))
    with pytest.raises(LookupError, match="nothing answers the guess one"):
        list(asked_in(book))


def test_a_page_has_each_derivation_each_noted_idea_and_the_questions_without_a_judge(made):
    for task in TASKS:
        assert f"**{task.id}**, derive line by line." in made[PAGES / f"{task.id[:2]}.md"]
        told = made[PAGES / "solutions" / f"{task.id[:2]}.md"]
        assert f"It begins with `{task.start or task.heads[0]}" in told and f"`{task.roads[0][0][0]}`" in told
    for exercise in EXERCISES:
        text = made[PAGES / f"{exercise.lesson}.md"]
        assert all(idea in text for idea in getattr(exercise, "noted", {})), exercise.id
    for lesson, book in HERE.items():
        (words,) = (cell.source for cell in book.cells if "## Exercises\n" in cell.source)
        first = re.search(r"^1\. .*", words.partition("## Exercises\n")[2], re.M)[0]
        assert first in made[PAGES / f"{lesson}.md"]


def test_a_page_lists_the_guesses_of_the_main_path_and_the_slide_of_each_section(made):
    text = made[PAGES / "06.md"]
    assert "- Slide 40: Without looking up: which one is right? (A · B · C · D · E · F) **D**\n" in text
    assert "which opinion is the more certain one? (x_t's · x_0's) `at t = 30: variance of x_t's opinion 2.00" in text
    deck = list(slides(HERE["06"]))
    number = int(re.search(r"\| 4\. Move it with the hand \|.*\| (\d+) \|", text)[1])
    assert deck[number - 1][0].source.startswith("## 4. Move it") and "How many times $" not in text
