"""The lessons a second time, with every stub answered: no cell fails, and every verdict is right."""

import nbformat
import pytest

from tools import solutions
from tools.paths import FOLDER, lessons


def has_stubs(path):
    return any(solutions.is_stub(cell) for cell in nbformat.read(path, as_version=4).cells)


ANSWERED = [pytest.param(path, id=path.stem) for path in lessons(FOLDER) if has_stubs(path)]


@pytest.mark.parametrize("path", ANSWERED)
def test_every_solution_is_right_where_it_is_typed(path, tmp_path, monkeypatch):
    monkeypatch.setenv("VDM_TUTOR_PROGRESS", str(tmp_path / "progress.json"))
    assert not solutions.refused(path, tmp_path)


def test_a_wrong_answer_would_be_seen(tmp_path, monkeypatch):
    monkeypatch.setenv("VDM_TUTOR_PROGRESS", str(tmp_path / "progress.json"))
    wrong = solutions.answers() | {"ex-00-4-answer": 'ex("00.4").check("q")'}
    monkeypatch.setattr(solutions, "answers", lambda: wrong)
    (said,) = solutions.refused(lessons(FOLDER)[0], tmp_path)
    assert said.startswith("00_start_here, ex-00-4-answer: ✗ wrong")
