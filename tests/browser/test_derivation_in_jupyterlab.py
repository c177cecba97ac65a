"""A derivation as a reader writes it: in the lesson's own cell, in a real JupyterLab, wrong turns and all."""

import nbformat
import pytest

from tools.browser import READY
from tools.notebooks import METADATA
from tools.paths import lessons as paths

pytestmark = pytest.mark.browser

CELL = "ex-06-variance-answer"
OWN = 'import os\n\nos.environ["VDM_TUTOR_PROGRESS"] = "progress.json"'
NUMBERED = """([cell, before]) => {
  const now = cell.querySelector(".jp-InputPrompt").textContent.trim();
  return /[0-9]/.test(now) && now !== before.trim();
}"""
BEGUN = """mine = derive("06.variance")
mine.line("1/σ_q² = α_t/(1-α_t) + 1/(1-ᾱ_{t-1})", because="precisions add")
"""
DENOMINATOR = "1/σ_q² = (α_t(1-ᾱ_{t-1}) + 1-α_t)/((1-α_t)(1-ᾱ_{t-1}))"


def lesson() -> nbformat.NotebookNode:
    """Lesson 06, but only the cells in which the variance is derived, as they are shipped."""
    path = next(path for path in paths() if path.name.startswith("06"))
    cells = {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}
    kept = [cells[name] for name in ("ex-ready", CELL.removesuffix("-answer"), CELL)]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(OWN), *kept], metadata=METADATA)


@pytest.fixture(scope="module")
def page(browser, lab, lessons):
    nbformat.write(lesson(), lessons / "deriving.ipynb")
    page = browser.new_page(viewport={"width": 1200, "height": 1400})
    page.goto(f"{lab}/lab/workspaces/deriving/tree/deriving.ipynb")
    page.wait_for_function(READY, arg="deriving.ipynb")
    for index in (0, 1):
        run(page, page.locator(".jp-CodeCell").nth(index))
    yield page
    page.close()


def run(page, cell) -> None:
    """Run a cell by its key; over once it has another number than before."""
    before = cell.locator(".jp-InputPrompt").inner_text()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_function(NUMBERED, arg=[cell.element_handle(), before])


def said(page, source: str):
    """What stands below the derivation's cell once a reader has typed this into it."""
    cell = page.locator(".jp-CodeCell").nth(2)
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)
    run(page, cell)
    return cell.locator(".jp-OutputArea-output").last


def marks(output) -> list[str]:
    return [row.locator("td").nth(2).inner_text() for row in output.locator("table").first.locator("tbody tr").all()]


def test_the_stub_says_not_yet(page):
    cell = page.locator(".jp-CodeCell").nth(2)
    run(page, cell)
    assert cell.locator(".jp-OutputArea-output").last.inner_text().strip() == "· not yet"


def test_a_line_that_follows_is_marked_and_set_as_mathematics(page):
    output = said(page, BEGUN)
    output.locator("table mjx-container").first.wait_for()
    assert marks(output) == ["✓ follows"] and "precisions add" in output.inner_text()
    assert "One of ours" not in output.inner_text()


def test_a_wrong_line_is_shown_with_its_mistake_and_the_next_one_takes_its_place(page):
    wrong = BEGUN + 'mine.line("σ_q² = (1-α_t)/α_t + 1-ᾱ_{t-1}")'
    output = said(page, wrong)
    output.locator("table mjx-container").nth(1).wait_for()
    assert marks(output) == ["✓ follows", "✗ does not follow"]
    assert "term by term" in output.inner_text() and "it differs at" in output.inner_text()
    output = said(page, f'{wrong}\nmine.line("{DENOMINATOR}", because="common denominator")')
    output.locator("table mjx-container").nth(1).wait_for()
    assert marks(output) == ["✓ follows", "✓ follows"]


def test_undo_takes_the_last_line_back(page):
    output = said(page, f'{BEGUN}mine.line("{DENOMINATOR}")\nmine.undo()')
    output.locator("table mjx-container").first.wait_for()
    assert marks(output) == ["✓ follows"]


def test_at_the_goal_stand_yours_and_a_shorter_one(page):
    lines = f'mine.line("{DENOMINATOR}")\nmine.line("= (1-ᾱ_t)/((1-α_t)(1-ᾱ_{{t-1}}))", because="ᾱ_t = α_t ᾱ_{{t-1}}")'
    goal = 'mine.line("σ_q² = (1-α_t)(1-ᾱ_{t-1})/(1-ᾱ_t)", because="upside down")'
    output = said(page, f"{BEGUN}{lines}\n{goal}")
    output.locator("table").nth(1).wait_for()
    assert marks(output) == ["✓ follows", "✓ follows", "✓ follows", "✓ reached"]
    assert "Yours has 4 lines. One of ours has 3" in output.inner_text()
    assert output.locator("table").nth(1).locator("tbody tr").count() == 3
    assert "mjx-merror" not in output.inner_html() and "$" not in output.inner_text()
