"""A lesson that was run and saved, opened again when its kernel is gone: what moved still moves."""

import json

import pytest

from tests.browser.test_explorers_in_jupyterlab import FRAME, agree, drag, handle, middle, state, tell
from tools.browser import READY, run_all

pytestmark = pytest.mark.browser


def opened(browser, lab):
    page = browser.new_page(viewport={"width": 1200, "height": 1600})
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(error.stack or str(error)))
    page.goto(f"{lab}/lab/tree/saved.ipynb?reset")  # and no tab of another test
    page.wait_for_function(READY, arg="saved.ipynb")
    return page


def test_saved_and_reopened_without_its_kernel_everything_moves(browser, lab, lessons):
    page = opened(browser, lab)
    run_all(page, "saved.ipynb")
    explorer = page.locator(".vdm-explorer")
    explorer.wait_for()
    tell(page, explorer).locator("input").fill("19")
    page.evaluate(FRAME)
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
    page.close()
    saved = (lessons / "saved.ipynb").read_text(encoding="utf-8")
    assert "application/vnd.jupyter.widget-state+json" in json.loads(saved)["metadata"]["widgets"]
    assert len(saved) < 1_000_000

    page = opened(browser, lab)
    explorer, player = page.locator(".vdm-explorer"), page.locator(".vdm-scrubber")
    explorer.wait_for()
    player.wait_for()
    assert page.get_by_text("model not found").count() == 0
    tell(page, explorer)
    assert state(explorer) == {"t": 20, "x0": 0.8, "xt": -0.6}
    x, y = middle(handle(explorer, "xt"))
    drag(page, handle(explorer, "xt"), (x + 90, y))
    assert state(explorer)["xt"] > -0.6
    agree(page, explorer)
    player.locator("input").focus()
    page.keyboard.press("End")
    page.evaluate(FRAME)
    assert player.get_attribute("data-frame") == "40"
    assert not page.problems
    page.close()
