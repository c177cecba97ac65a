"""The map of lesson 00: every lesson that is there, its picture, and links that lead somewhere."""

import os
import re
from pathlib import Path

import nbformat
import pytest

from tools.map_picture import LINK, PICTURE, lessons_of, map_svg
from tools.paths import FOLDER, lessons, topics
from tools.questions import entries

BOOKS = {path.relative_to(FOLDER).as_posix(): nbformat.read(path, as_version=4) for path in [*lessons(), *topics()]}
START = BOOKS["00_start_here.ipynb"]
TO = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)
ENTRY = re.compile(r"\]\(questions/([^)]*)\)")


def words_of(book) -> str:
    return "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")


def anchors(book) -> set[str]:
    """The names by which JupyterLab knows a notebook's headings and its cells."""
    headings = {heading.strip().replace(" ", "-") for heading in HEADING.findall(words_of(book))}
    return headings | {f"cell-id={cell.id}" for cell in book.cells}


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


def entries_named(book) -> tuple[list[str], list[str]]:
    """A lesson's links into the question book: all of them, and those that name no entry."""
    there = [
        f"{path.name}#cell-id={head.id}" for path in topics() for head, *_ in entries(BOOKS[f"questions/{path.name}"])
    ]
    links = ENTRY.findall(words_of(book))
    return links, [link for link in links if link not in there]


@pytest.mark.parametrize("name", [name for name in BOOKS if "01" <= name[:2] <= "13"])
def test_a_lesson_points_to_one_to_three_entries_where_their_question_comes_up(name):
    links, astray = entries_named(BOOKS[name])
    assert 1 <= len(links) <= 3 and not astray


@pytest.mark.parametrize("link", ["elbo.ipynb#cell-id=kl-negative-run", "vae.ipynb#cell-id=kl-negative", "elbo.ipynb"])
def test_a_link_that_names_no_entry_is_found(link):
    words = f"(→ [a](questions/elbo.ipynb#cell-id=kl-negative)) (→ [b](questions/{link}))"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(words)])
    assert entries_named(book)[1] == [link]


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
