"""Every lesson opened in JupyterLab and run there, all its cells drawn, 800 pixels wide.

No error in an output, a widget or the page, and nothing is wider than its place.
"""

import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from tools.browser import run_all, serve
from tools.paths import FOLDER, lessons
from tools.screens import whole_lessons
from vdm_tutor.lab.copies import stripped

pytestmark = pytest.mark.browser
OUTPUTS = """[...window.jupyterapp.shell.currentWidget.content.model.cells]
  .filter((cell) => cell.type === 'code').flatMap((cell) => cell.sharedModel.getOutputs())"""
HAS_RUN = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
  .every((cell) => cell.type !== 'code' || !cell.sharedModel.source || cell.executionCount)"""
WRONG = f"""() => {OUTPUTS}.filter((output) => output.output_type === 'error' || output.name === 'stderr')
  .map((output) => output.evalue ?? [output.text].flat().join(''))"""
DRAWN = f"""() => {{
  const widgets = {OUTPUTS}.filter((output) => output.data?.['application/vnd.jupyter.widget-view+json']);
  const views = [...document.querySelectorAll('.lm-Panel.jp-OutputArea-output')];
  const high = (node) => node.offsetHeight > 30;
  return views.length === widgets.length && views.every((view) => [...view.querySelectorAll('*')].some(high)) &&
    [...document.querySelectorAll('.jp-Notebook img')].every((img) => img.complete && img.naturalWidth > 0);
}}"""
PANES = ".jp-Notebook :is(.cm-scroller, .jp-OutputArea-output, .jp-MarkdownOutput)"
CUT = f"""() => [...document.querySelectorAll('{PANES}')]
  .filter((pane) => pane.scrollWidth > pane.clientWidth + 1).map((pane) => pane.innerText)"""
BROKEN = [
    "import sys; sys.stderr.write('a warning')",
    """from anywidget import AnyWidget

class Mute(AnyWidget):
    _esm = "export default { render() { throw Error() } }"

Mute()""",
    """from IPython.display import HTML

HTML("<div style='width: 900px'>wide</div>")""",
    "1 / 0",
]


@pytest.fixture(scope="module")
def lab_of_lessons(tmp_path_factory):
    """A JupyterLab over a reader's copies that draws every cell; one lesson more has mistakes of each kind."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(FOLDER.parent / "docs", folder / "docs")
    (folder / "copies").mkdir()
    for path in lessons():
        (folder / "copies" / path.name).write_text(stripped(path), encoding="utf-8")
    broken = nbformat.read(FOLDER / "cards.ipynb", as_version=4)
    broken.cells = [new_code_cell(source) for source in BROKEN]
    nbformat.write(broken, folder / "copies" / "broken.ipynb")
    with serve(folder, whole_lessons(tmp_path_factory.mktemp("home"))) as url:
        yield url


@pytest.fixture
def run(lab_of_lessons, browser):
    """Opens a lesson, runs it to its end, and gives the page, which keeps what went wrong on it."""
    pages = []

    def hear(message):
        # JupyterLab asks for the pictures in a Markdown cell before it has put them there.
        if message.type == "error" and not message.location["url"].startswith("attachment:"):
            pages[-1].problems.append(f"{message.text} {message.location['url']}")

    def run(name: str):
        page = browser.new_page(viewport={"width": 800, "height": 3000})
        pages.append(page)
        page.problems = []
        page.on("console", hear)
        page.on("pageerror", lambda error: page.problems.append(error.stack or str(error)))
        page.goto(f"{lab_of_lessons}/lab/tree/copies/{name}")
        run_all(page, f"copies/{name}")
        page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
        page.wait_for_function(HAS_RUN)
        return page

    yield run
    for page in pages:
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        page.close()


@pytest.mark.parametrize("name", [path.name for path in lessons()])
def test_a_lesson_runs_to_its_end_without_an_error_anywhere(run, name):
    page = run(name)
    assert page.evaluate(WRONG) == []
    page.wait_for_function(DRAWN)
    assert page.problems == []
    assert page.evaluate(CUT) == []


def test_an_error_a_warning_and_an_undrawn_widget_would_be_seen(run):
    page = run("broken.ipynb")
    assert page.evaluate(WRONG) == ["a warning", "division by zero"]
    assert any(page.problems or page.wait_for_timeout(100) for _ in range(600)) and not page.evaluate(DRAWN)
    assert page.evaluate(CUT) == ["wide"]
