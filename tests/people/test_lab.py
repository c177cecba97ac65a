"""The reader's copies are stripped, made once, and never lost; doctor and the first cell name what is missing."""

import importlib.metadata
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from vdm_tutor import lab
from vdm_tutor.cli import main


@pytest.fixture
def lessons(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write(folder / "06_posterior.ipynb", "guess = None")
    return folder


def write(path, source):
    output = new_output("stream", name="stdout", text="the truth")
    nbformat.write(new_notebook(cells=[new_code_cell(source, execution_count=1, outputs=[output], id="a")]), path)


def source_of(path) -> str:
    return nbformat.read(path, as_version=4).cells[0].source


def test_copies_are_stripped_and_made_once(lessons, tmp_path):
    copies = tmp_path / "my_lessons"
    assert lab.make_copies(lessons, copies) == [copies / "06_posterior.ipynb"]
    assert "the truth" not in (copies / "06_posterior.ipynb").read_text()
    write(copies / "06_posterior.ipynb", "guess = 3")
    assert lab.make_copies(lessons, copies, ask=pytest.fail) == []
    assert source_of(copies / "06_posterior.ipynb") == "guess = 3"


def test_a_new_lesson_is_added_and_a_new_edition_asks_once(lessons, tmp_path):
    copies = tmp_path / "my_lessons"
    lab.make_copies(lessons, copies)
    write(copies / "06_posterior.ipynb", "guess = 3")
    write(lessons / "06_posterior.ipynb", "guess = None  # better")
    write(lessons / "07_objective.ipynb", "guess = None")
    assert lab.make_copies(lessons, copies, ask=lambda question: "n") == [copies / "07_objective.ipynb"]
    assert source_of(copies / "06_posterior.ipynb") == "guess = 3"
    assert lab.make_copies(lessons, copies, ask=pytest.fail) == []
    write(lessons / "06_posterior.ipynb", "guess = None  # best")
    lab.make_copies(lessons, copies, ask=lambda question: "y")
    assert source_of(copies / "06_posterior.ipynb") == "guess = None  # best"
    assert source_of(copies / "06_posterior.mine.ipynb") == "guess = 3"


def test_the_first_lesson_is_opened_never_a_kept_copy(lessons, tmp_path):
    copies = tmp_path / "my_lessons"
    lab.make_copies(lessons, copies)
    write(copies / "00_x.mine.ipynb", "")
    assert lab.first_lesson(copies).name == "06_posterior.ipynb"
    with pytest.raises(FileNotFoundError, match="whole clone"):
        lab.first_lesson(tmp_path)


def test_news_pop_up_is_off(tmp_path):
    page = json.loads(lab.quiet_settings(tmp_path).read_text())
    assert page["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"] is True


def test_all_is_well_here(capsys):
    lab.ready()
    assert capsys.readouterr().out == "All is well: the course can run here.\n"
    assert main(["doctor"]) == 0
    assert "all is well" in capsys.readouterr().out


@pytest.fixture
def without_torch(monkeypatch):
    version = importlib.metadata.version

    def missing(name):
        if name == "torch":
            raise importlib.metadata.PackageNotFoundError(name)
        return "0.1" if name == "sympy" else version(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)


def test_what_is_missing_or_too_old_is_named(without_torch, capsys):
    lab.ready()
    out = capsys.readouterr().out
    assert "Not ready" in out and "torch is missing" in out and "sympy 0.1 does not fit" in out
    assert main(["doctor", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert not report["ok"] and len(report["problems"]) == 2
