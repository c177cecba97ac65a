"""A section runs on the sections that it is said to need."""

import json
import subprocess
import sys

import nbformat
import pytest

from tools.paths import FOLDER
from tools.reading import HEADING
from tools.slides import main_path
from tools.stands_on import stands_on, statements


def needs(*cells: str) -> dict[str, list[str]]:
    """What is found for a lesson of these cells: those that begin with # are words."""
    make = {True: nbformat.v4.new_markdown_cell, False: nbformat.v4.new_code_cell}
    made = [make[cell.startswith("#")](cell) for cell in ("# 99 · X", *cells)]
    return stands_on(nbformat.v4.new_notebook(cells=made))


def test_a_name_is_needed_from_where_it_was_last_given_and_the_opening_is_always_there():
    assert needs("a = 1", "## 1. One\nwords", "b = a", "## 2. Two", "b = 2", "## 3. Three", "c = a + b") == {
        "": [], "1. One": [], "2. Two": [], "3. Three": ["2. Two"]}  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "needed"),
    [
        ("print(b)", True),
        ("def f(x):\n    return x + b", True),
        ("b += 1", True),
        ("b = b + 1", True),
        ("for i in range(3):\n    print(b)", True),
        ("[x for x in (1, 2) if x > b]", True),
        ("def f(b):\n    return b", False),
        ("[b for b in (1, 2)]", False),
        ("for b in (1, 2):\n    print(b)", False),
        ("import math as b\nb.pi", False),
        ("x = 'b'", False),
    ],
)
def test_a_use_is_told_from_a_name_of_ones_own(cell, needed):
    assert needs("## 1. One", "b = 1", "## 2. Two", cell)["2. Two"] == (["1. One"] if needed else [])


def test_statements_give_what_they_look_up_and_what_they_bind():
    assert list(statements("a = b\nfrom m import c")) == [({"b"}, {"a"}), (set(), {"c"})]


def test_each_section_of_a_lesson_runs_on_what_is_named():
    book = nbformat.read(next(FOLDER.glob("06_*.ipynb")), as_version=4)
    found, code, title = stands_on(book), {}, ""
    for cell in main_path(book):
        if cell.cell_type == "code":
            code[title] = f"{code.get(title, '')}\n{cell.source}"
        else:
            title = next((words for marks, words in HEADING.findall(cell.source) if marks == "##"), title)
    code[""] = next(cell.source for cell in book.cells if cell.id == "set-up") + code.get("", "")

    def closed(title: str) -> set[str]:
        return {"", title}.union(*map(closed, found[title]))

    tried = [[code.get(each, "") for each in found if each in closed(title)] for title in found]
    subprocess.run([sys.executable, "-c", RUN], input=json.dumps(tried), text=True, check=True, capture_output=True)


RUN = """
import json, sys
for cells in json.load(sys.stdin):
    names = {"__name__": "lesson"}
    for cell in cells:
        exec(cell, names)
"""
