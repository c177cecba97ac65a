"""Polls: their choices, and that no slide before them tells the answer."""

import re

import nbformat
import pytest

from tools.paths import lessons
from tools.polls import PLACES, as_maths, choices, polls, question, slide, told, wrong_answers
from tools.slides import deck, main_path, slides
from vdm_tutor.exercises.catalogue import BY_ID
from vdm_tutor.exercises.formula import Formula

HERE = {path.name[:2]: nbformat.read(path, as_version=4) for path in lessons() if path.name[:2].isdigit()}
LINE = re.compile(r"\bequation\((\d+)\)|\bderivation\((\d+), (\d+)(?:, show=\[([^]]*)\])?|\bagainst=(\d+)")
each = pytest.mark.parametrize("name", PLACES)


def shown(source: str) -> set[int]:
    """The survey's lines that a cell of code shows, or checks something against."""
    found = set()
    for one, first, last, some, against in LINE.findall(source):
        chain = map(int, some.split(",")) if some else range(int(first or 1), int(last or 0) + 1)
        found |= {int(number) for number in (one, against) if number} | set(chain)
    return found


def test_the_lines_that_a_cell_shows_are_found():
    assert shown("equation(84)") == {84} and shown("derivation(71, 73)") == {71, 72, 73}
    assert shown("derivation(71, 84, show=[73, 84])") == {73, 84} and shown("check(m, against=85)") == {85}
    assert not shown("x = 84")


@pytest.mark.parametrize("lesson", HERE)
def test_every_lesson_has_two_polls_or_three_and_each_is_a_slide_in_its_place(lesson):
    cells = list(main_path(HERE[lesson]))
    places = {cell.id: place for place, cell in reversed(list(enumerate(cells)))}
    votes = polls(lesson)
    assert 2 <= len(votes) <= 3
    for before, exercise in votes.items():
        assert places[before] == places[slide(exercise).id] + 1
    alone = [[cell.id for cell in each] for each in slides(HERE[lesson]) if any("told" in c.metadata for c in each)]
    assert all(len(each) == 1 for each in alone) and len(alone) == len(votes)


@each
def test_one_choice_is_right_and_behind_each_other_is_a_belief(name):
    said = choices(BY_ID[name])
    assert 3 <= len(said) <= 5 and sum(not belief for belief in said.values()) == 1
    assert question(BY_ID[name]).count("\n\n(") == told(BY_ID[name]).count("\n\n(") + 1 == len(said)
    assert told(BY_ID[name]).count("**right**") == 1 and "**right**" not in question(BY_ID[name])


@each
def test_a_formula_that_is_called_wrong_is_wrong(name):
    exercise = BY_ID[name]
    if isinstance(exercise, Formula):
        assert exercise.verdict_on(PLACES[name].get("right", exercise.reference)).correct
        assert not [text for text in wrong_answers(exercise) if exercise.verdict_on(text).correct]
        assert len({as_maths(text) for text in wrong_answers(exercise)}) == 3


@each
def test_no_cell_before_a_poll_shows_its_line(name):
    exercise = BY_ID[name]
    if getattr(exercise, "equation", None) is not None:
        cells = [cell for cell in main_path(HERE[exercise.lesson])]
        place = next(place for place, cell in enumerate(cells) if cell.id == slide(exercise).id)
        told = [cell.id for cell in cells[:place] if exercise.equation in shown(cell.source)]
        assert not told, f"{name}: ask it before {told[0]}"


def test_a_deck_asks_and_tells_at_the_next_key():
    page = deck(HERE["06"])
    (asked,) = [part for part in page.split("<section>") if "variances added, where precisions add" in part]
    before, _, after = asked.partition('<div class="result">')
    assert "Vote." in before and "variances added" not in before and "variances added" in after
