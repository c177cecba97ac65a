"""Learners' questions stand in the cells that answer them; docs/questions.md is made from them and fresh."""

import json

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.tools.test_notebooks_lint import topic
from tools.notebooks import tidy
from tools.paths import FOLDER, topics
from tools.questions import FILE, INDEX, entries, index, lessons_and_topics, page, questions


def planted():
    asked = {"questions": ["Why?", "How?"]}
    return new_notebook(cells=[new_markdown_cell("# A title", id="a"), new_code_cell("1 + 1", id="b", metadata=asked)])


def test_the_page_is_fresh():
    assert FILE.read_text(encoding="utf-8") == page(FOLDER), "run python -m tools.questions"


def test_the_index_behind_ask_is_fresh():
    assert json.loads(INDEX.read_text(encoding="utf-8")) == index(FOLDER), "run python -m tools.questions"


def test_every_question_is_asked_once():
    asked = [question for _, _, found in lessons_and_topics(FOLDER) for question, _ in found]
    assert len(asked) > 100 and len(set(asked)) == len(asked)
    assert not [question for question in asked if "|" in question or question != question.strip()]


def test_a_question_is_listed_with_its_cell_under_its_lesson(tmp_path):
    nbformat.write(planted(), tmp_path / "07_planted.ipynb")
    text = page(tmp_path)
    assert "## [A title](../notebooks/07_planted.ipynb)" in text
    assert "| Why? | b |\n| How? | b |\n" in text


def test_an_entry_of_the_question_book_is_listed_and_indexed_with_code_that_stands_alone(tmp_path):
    (tmp_path / "questions").mkdir()
    nbformat.write(topic(), tmp_path / "questions" / "planted.ipynb")
    assert "## [Questions · a topic](../notebooks/questions/planted.ipynb)" in page(tmp_path)
    assert "| Why? | why |" in page(tmp_path)
    (entry,) = index(tmp_path)
    assert (entry["question"], entry["cell"], entry["notebook"]) == ("Why?", "why", "questions/planted.ipynb")
    assert entry["asked"] == "How so?" and "It means this." in entry["words"]
    exec(entry["code"], {})


def test_ids_of_entries_are_unique_in_the_whole_book():
    names = [head.id for path in topics() for head, *_ in entries(nbformat.read(path, as_version=4))]
    assert len(set(names)) == len(names)


def test_a_question_outlives_the_execution_of_its_lesson():
    book = planted()
    tidy(book)
    assert questions(book) == [("Why?", "b"), ("How?", "b")]
