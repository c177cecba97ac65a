"""The lessons ask what the exercises ask: stubs are those that tools.exercises writes, and unanswered ones say so."""

import nbformat
import pytest

from tools.exercises import MARK, stubs, with_stubs
from tools.paths import FOLDER
from vdm_tutor.exercises.catalogue import EXERCISES

BOOKS = {path.name[:2]: nbformat.read(path, as_version=4) for path in sorted(FOLDER.glob("[01]*.ipynb"))}
WITH_STUBS = [lesson for lesson, book in BOOKS.items() if any(cell.id.startswith(MARK) for cell in book.cells)]


@pytest.mark.parametrize("lesson", WITH_STUBS)
def test_a_lesson_holds_the_stubs_that_the_tool_writes(lesson):
    made = [(cell.id, cell.source) for cell in stubs(lesson)]
    assert [(cell.id, cell.source) for cell in BOOKS[lesson].cells if cell.id.startswith(MARK)] == made
    again = with_stubs(nbformat.from_dict(BOOKS[lesson]), lesson)
    assert [cell.id for cell in again.cells] == [cell.id for cell in BOOKS[lesson].cells]


@pytest.mark.parametrize("lesson", WITH_STUBS)
def test_each_stub_is_unanswered(lesson):
    shown = {cell.id: cell for cell in BOOKS[lesson].cells if cell.id.endswith("-answer")}
    for exercise in (e for e in EXERCISES if e.lesson == lesson):
        cell = shown[f"{MARK}{exercise.id.replace('.', '-')}-answer"]
        assert cell.outputs[0]["data"]["text/plain"] == "· not yet"
