"""A lesson's link to an entry of the question book opens its topic at the entry."""

import nbformat
import pytest

from tools.notebooks import METADATA

pytestmark = pytest.mark.browser


def write(path, **cells: str) -> None:
    """A notebook of Markdown cells, each by its id."""
    words = [nbformat.v4.new_markdown_cell(text, id=name) for name, text in cells.items()]
    nbformat.write(nbformat.v4.new_notebook(cells=words, metadata=METADATA), path)


def test_a_link_by_a_cells_id_opens_the_notebook_at_that_cell(browser, lab, lessons):
    above, below = ({f"{side}{i}": "words\n\nwords" for i in range(40)} for side in "ab")  # an entry's cells are short
    (lessons / "questions").mkdir()
    write(lessons / "questions" / "topic.ipynb", **above, asked="## What was asked", **below)
    write(lessons / "pointing.ipynb", pointer="(→ [mine](questions/topic.ipynb#cell-id=asked))")
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.goto(f"{lab}/lab/workspaces/links/tree/pointing.ipynb")  # other tests find their own as it was
    page.get_by_role("link", name="mine").click()
    heading = page.get_by_role("heading", name="What was asked")
    heading.wait_for()
    # JupyterLab scrolls before all cells are drawn; what is drawn later pushes the place by a few lines.
    page.wait_for_function(
        "(node) => Math.abs(node.getBoundingClientRect().top - 400) < 600", arg=heading.element_handle()
    )
    page.close()
