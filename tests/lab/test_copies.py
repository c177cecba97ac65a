"""The reader's copies are stripped, made once, and never lost."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from vdm_tutor.lab import copies as lab


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
    assert "the truth" not in (copies / "06_posterior.ipynb").read_text(encoding="utf-8")
    write(copies / "06_posterior.ipynb", "guess = 3")
    assert lab.make_copies(lessons, copies, ask=pytest.fail) == []
    assert source_of(copies / "06_posterior.ipynb") == "guess = 3"


def test_a_new_lesson_is_added_and_a_new_edition_is_offered_until_it_is_taken(lessons, tmp_path):
    copies = tmp_path / "my_lessons"
    lab.make_copies(lessons, copies)
    write(copies / "06_posterior.ipynb", "guess = 3")
    write(lessons / "06_posterior.ipynb", "guess = None  # better")
    write(lessons / "07_objective.ipynb", "guess = None")
    assert lab.make_copies(lessons, copies, ask=None) == [copies / "07_objective.ipynb"]
    assert lab.make_copies(lessons, copies, ask=lambda question: "n") == []
    assert source_of(copies / "06_posterior.ipynb") == "guess = 3"
    write(lessons / "06_posterior.ipynb", "guess = None  # best")
    lab.make_copies(lessons, copies, ask=lambda question: "y")
    assert source_of(copies / "06_posterior.ipynb") == "guess = None  # best"
    assert source_of(copies / "06_posterior.mine.ipynb") == "guess = 3"
    write(copies / "06_posterior.ipynb", "guess = 4")
    write(lessons / "06_posterior.ipynb", "guess = None  # even better")
    lab.make_copies(lessons, copies, ask=lambda question: "Y ")
    assert source_of(copies / "06_posterior.mine.ipynb") == "guess = 3"
    assert source_of(copies / "06_posterior.mine2.ipynb") == "guess = 4"


def test_a_copy_that_was_only_opened_and_run_is_replaced_unasked(lessons, tmp_path):
    copies = tmp_path / "my_lessons"
    lab.make_copies(lessons, copies)
    opened = nbformat.read(copies / "06_posterior.ipynb", as_version=4)
    opened.metadata["language_info"] = {"name": "python", "version": "3.99"}
    opened.cells[0].metadata["trusted"] = True
    opened.cells[0].outputs = [new_output("stream", name="stdout", text="what it printed")]
    nbformat.write(opened, copies / "06_posterior.ipynb")
    assert lab.make_copies(lessons, copies, ask=pytest.fail) == []
    write(lessons / "06_posterior.ipynb", "guess = None  # better")
    assert lab.make_copies(lessons, copies, ask=pytest.fail) == [copies / "06_posterior.ipynb"]
    assert source_of(copies / "06_posterior.ipynb") == "guess = None  # better"
    assert not list(copies.glob("*.mine*"))


def test_the_question_says_what_is_new(lessons, tmp_path):
    copies, asked = tmp_path / "my_lessons", []
    lab.make_copies(lessons, copies)
    write(copies / "06_posterior.ipynb", "guess = 3")
    write(lessons / "06_posterior.ipynb", "guess = None  # better")
    lines = "- 07, second edition: no.\n- 06, second edition: a better guess.\n- 06, first edition: old.\n"
    (tmp_path / "CHANGELOG.md").write_text(lines, encoding="utf-8")
    lab.make_copies(lessons, copies, ask=lambda question: asked.append(question) or "n")
    assert asked[0].startswith("06_posterior.ipynb has a new edition (a better guess). Take it")


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"cells": 3}', "not a notebook"])
def test_a_copy_that_is_no_notebook_any_more_is_the_readers(lessons, tmp_path, broken):
    copies, asked = tmp_path / "my_lessons", []
    lab.make_copies(lessons, copies)
    (copies / "06_posterior.ipynb").write_text(broken)
    write(lessons / "06_posterior.ipynb", "guess = None  # better")
    assert lab.make_copies(lessons, copies, ask=lambda question: asked.append(question) or "") == []
    assert len(asked) == 1 and (copies / "06_posterior.ipynb").read_text(encoding="utf-8") == broken


def test_a_copy_that_could_not_be_written_whole_is_not_there(lessons, tmp_path, monkeypatch):
    copies = tmp_path / "my_lessons"
    monkeypatch.setattr("os.replace", lambda *paths: (_ for _ in ()).throw(OSError("no space left")))
    with pytest.raises(OSError, match="no space"):
        lab.make_copies(lessons, copies)
    assert not (copies / "06_posterior.ipynb").exists()


def test_the_first_lesson_is_opened_never_a_kept_copy(lessons, tmp_path):
    copies = tmp_path / "my_lessons"
    lab.make_copies(lessons, copies)
    write(copies / "00_x.mine.ipynb", "")
    assert lab.first_lesson(copies).name == "06_posterior.ipynb"
    assert lab.first_lesson(tmp_path) is None


def test_a_copy_outlines_the_lesson_and_shows_the_strips_of_what_moves(tmp_path):
    lesson = tmp_path / "06_posterior.ipynb"
    strip, figure = "aaaa", "bbbb"
    outputs = [
        new_output("display_data", {"image/png": png}, metadata={"image/png": {"alt": alt}})
        for png, alt in (
            (strip, "film strip of <Bells>"),
            (figure, "the answer"),
            (figure, "film strip of Explorer(two opinions: t=10)"),
        )
    ]
    titles = [
        new_markdown_cell(text, id=f"m{i}")
        for i, text in enumerate(("# 06", "goals", "## 1. Two bells\n\n## Of $x_0$"))
    ]
    nbformat.write(new_notebook(cells=[*titles, new_code_cell("bells()", outputs=outputs, id="bells")]), lesson)
    cells = nbformat.reads(lab.stripped(lesson), as_version=4).cells
    assert [cell.get("outputs", []) for cell in cells] == [[]] * 5
    assert cells[2].attachments == {"bells.png": {"image/png": strip}}
    assert cells[2].source.splitlines() == [
        "**On the way**",
        "",
        "- [1. Two bells](#1.-Two-bells)",
        "- Of $x_0$",
        '  <br><img src="attachment:bells.png" alt="film strip of &lt;Bells&gt;" width="420">',
        "  <br>*to drag: two opinions*",
    ]
