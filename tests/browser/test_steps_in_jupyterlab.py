"""A derivation opened line by line in a real JupyterLab: by keys, as mathematics, run or only reopened."""

import nbformat
import pytest

from tools.browser import READY, run_all
from tools.notebooks import METADATA, execute
from vdm_tutor.survey import values

pytestmark = pytest.mark.browser
SOURCE = "from vdm_tutor.survey import steps\n\nsteps(47, 58)"


@pytest.fixture(scope="module", params=["run", "reopened"])
def output(request, browser, lab, lessons):
    name = f"steps_{request.param}.ipynb"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE)], metadata=METADATA)
    nbformat.write(book, lessons / name)
    if request.param == "reopened":
        execute(lessons / name)
    page = browser.new_page(viewport={"width": 1000, "height": 1400})
    page.problems = []
    page.on("console", lambda message: message.type == "error" and page.problems.append(message.text))
    page.goto(f"{lab}/lab/workspaces/{request.param}/tree/{name}")
    page.wait_for_function(READY, arg=name)
    if request.param == "run":
        run_all(page, name)
    shown = page.locator(".jp-OutputArea-output").first
    shown.locator("mjx-container").nth(22).wait_for(state="attached")
    yield shown
    page.close()


def test_keys_open_a_line_after_the_other_and_each_is_mathematics(output):
    page, worth = output.page, values(47, 58)
    formulas = output.locator("div > mjx-container")
    assert formulas.count() == 12 and [each.is_visible() for each in formulas.all()].count(True) == 1
    for i, summary in enumerate(output.locator("summary").all(), start=1):
        summary.focus()
        page.keyboard.press("Enter" if i % 2 else "Space")
        formulas.nth(i).wait_for(state="visible")
        number = formulas.nth(i).locator("xpath=../preceding-sibling::span").inner_text()
        assert number == f"{worth[i].value:.4f}".replace("-", "−")
    assert output.locator("mjx-merror").count() == 0 and "$" not in output.inner_text()
    assert output.locator("summary").count() == 11 and not page.problems
