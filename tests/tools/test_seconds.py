"""The seconds on a teacher's page: read from one measured file, so that a page holds whenever it is made."""

import nbformat
import pytest

from tools import seconds
from tools.paths import FOLDER


@pytest.mark.parametrize(
    ("measured", "shown"),
    [(0, ""), (0.49, ""), (0.5, "1"), (1.3, "1"), (3.3, "5"), (7.2, "10"), (15, "20")],
)
def test_seconds_are_rounded_by_ratio_and_nothing_below_a_half(measured, shown):
    assert seconds.rounded(measured) == shown


def test_seconds_belong_to_the_heading_above_their_cell():
    cells = [nbformat.v4.new_code_cell(id="a"), nbformat.v4.new_markdown_cell("text\n\n## One\n\n## Two", id="b")]
    cells += [nbformat.v4.new_code_cell(id="c"), nbformat.v4.new_code_cell(id="d")]
    book = nbformat.v4.new_notebook(cells=cells)
    assert seconds.by_section(book, {"a": 1.0, "c": 2.0, "d": 3.0}) == {"": 1.0, "Two": 5.0}


def test_every_lesson_was_measured_and_every_cell_that_was_is_still_there():
    books = {path.name[:2]: nbformat.read(path, as_version=4) for path in FOLDER.glob("[0-9]*.ipynb")}
    assert set(books) == set(seconds.known())
    gone = {lesson: set(cells) - {cell.id for cell in books[lesson].cells} for lesson, cells in seconds.known().items()}
    assert not any(gone.values()), f"measure again, python -m tools.seconds: {gone}"
