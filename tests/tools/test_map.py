"""The map of lesson 00: every lesson that is there, its picture, and links that lead somewhere."""

import os
import re
from pathlib import Path

import nbformat
import pytest

from tools.course import FOLDER, lessons, topics
from tools.map_picture import LINK, PICTURE, lessons_of, map_svg

BOOKS = {path.relative_to(FOLDER).as_posix(): nbformat.read(path, as_version=4) for path in [*lessons(), *topics()]}
START = BOOKS["00_start_here.ipynb"]
TO = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)


def words_of(book) -> str:
    return "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")


def anchors(book) -> set[str]:
    """The names by which JupyterLab knows a notebook's headings."""
    return {heading.strip().replace(" ", "-") for heading in HEADING.findall(words_of(book))}


def dead_links(book, name: str, folder: Path = FOLDER) -> list[str]:
    dead, links = [], re.sub(r"`[^`\n]*`", "", words_of(book))  # in code, E[q](f) is an average
    for file, anchor in TO.findall(links):
        place = os.path.normpath(Path(name).parent / file) if file else name
        there = not file or (folder / place).exists()
        if not there or (anchor and anchor not in anchors(BOOKS.get(place, book))):
            dead.append(f"{file}#{anchor}")
    return dead


def test_the_table_has_a_row_for_every_lesson_that_is_there():
    rows = re.findall(r"^\| \[(\d\d) [^]]+\]\((\S+)\)", words_of(START), re.M)
    lessons = [name for name in BOOKS if name[:2].isdigit()]
    assert rows == [(name[:2], name) for name in lessons]


def test_the_picture_is_drawn_from_the_table():
    assert PICTURE.read_text(encoding="utf-8") == map_svg(lessons_of(START)), "draw it: python -m tools.map_picture"


def test_the_picture_shows_a_lesson_that_is_new():
    lessons = {**lessons_of(START), "13": "guidance & more"}
    assert "guidance &amp; more" in map_svg(lessons) and LINK.findall("| [13 guidance](13_guidance.ipynb) | |")


@pytest.mark.parametrize("name", BOOKS)
def test_links_lead_to_a_file_and_to_a_heading(name):
    assert not dead_links(BOOKS[name], name)


def test_a_dead_link_is_found():
    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell(
                "# T\n[a](#T) [b](#U) [c](99_none.ipynb) [d](cards.ipynb#1.-Symbols) `[e](none)`"
            )
        ]
    )
    BOOKS["test"] = book
    try:
        assert dead_links(book, "test") == ["#U", "99_none.ipynb#"]
    finally:
        del BOOKS["test"]
