"""Learners' questions stand in the cells that answer them; docs/questions.md is made from them and fresh."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools.notebooks import tidy
from tools.questions import FILE, FOLDER, page, questions


def planted():
    asked = {"questions": ["Why?", "How?"]}
    return new_notebook(cells=[new_markdown_cell("# A title", id="a"), new_code_cell("1 + 1", id="b", metadata=asked)])


def test_the_page_is_fresh():
    assert FILE.read_text(encoding="utf-8") == page(FOLDER), "run python -m tools.questions"


def test_every_question_is_asked_once():
    books = [nbformat.read(path, as_version=4) for path in FOLDER.glob("*.ipynb")]
    asked = [question for book in books for question, _ in questions(book)]
    assert len(asked) > 100 and len(set(asked)) == len(asked)
    assert not [question for question in asked if "|" in question or question != question.strip()]


def test_a_question_is_listed_with_its_cell_under_its_lesson(tmp_path):
    nbformat.write(planted(), tmp_path / "07_planted.ipynb")
    text = page(tmp_path)
    assert "## [A title](../notebooks/07_planted.ipynb)" in text
    assert "| Why? | b |\n| How? | b |\n" in text


def test_a_question_outlives_the_execution_of_its_lesson():
    book = planted()
    tidy(book)
    assert questions(book) == [("Why?", "b"), ("How?", "b")]
