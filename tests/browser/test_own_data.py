"""Drawing one's own data in JupyterLab: points move at once, and the number that follows is Python's."""

import json
import random

import pytest

from tests.browser.test_accessibility import SPOKEN, inside, of_role, said, told_of, tree
from tests.browser.test_explorers_in_jupyterlab import FRAME, INK, OUTSIDE, RUN
from tools.browser import READY
from vdm_tutor.widgets.own_data import walk

pytestmark = pytest.mark.browser
FRESH = "() => document.querySelector('.vdm-explorer').dataset.fresh === 'true'"


@pytest.fixture(scope="module")
def page(browser, lab):
    page = browser.new_page(viewport={"width": 1000, "height": 1100})
    page.problems = []
    page.on("console", lambda message: message.type == "error" and page.problems.append(message.text))
    page.on("pageerror", lambda error: "blob:" in (error.stack or "blob:") and page.problems.append(error.stack))
    page.goto(f"{lab}/lab/tree/own.ipynb")
    page.wait_for_function(READY, arg="own.ipynb")
    page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    page.evaluate(RUN, 0)
    page.locator(".vdm-explorer").wait_for()
    yield page
    page.close()


@pytest.fixture
def root(page):
    return page.locator(".vdm-explorer")


def places(root) -> list:
    return json.loads(root.get_attribute("data-places"))


def agree(page, root) -> None:
    """The error on the page is that of the points on the page."""
    page.wait_for_function(FRESH)
    page.evaluate(FRAME)
    level = int(root.get_attribute("data-level"))
    assert root.locator(".vdm-readouts span").text_content() == f"{walk(places(root))[2][level]:.3f}"


def test_points_are_clicked_dragged_and_deleted_and_the_number_follows(page, root):
    canvas, rng = root.locator("canvas"), random.Random(0)
    for i in range(5):
        box = canvas.bounding_box()
        x, y = (rng.uniform(0.1, 0.9) for _ in range(2))
        before = canvas.evaluate(INK)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + x * box["width"] + 15, box["y"] + y * box["height"] + 10, steps=3)
        page.mouse.up()
        root.locator("input").fill(str(rng.randrange(4, 22)))
        agree(page, root)
        assert len(places(root)) == 4 + i and canvas.evaluate(INK) != before
        drawn = places(root)[-1]
        assert abs(drawn[0] - (x * 6 - 3 + 15 * 6 / box["width"])) < 0.05
    assert root.locator(".vdm-handle").count() == 8
    root.locator(".vdm-handle").nth(2).focus()
    page.keyboard.press("Delete")
    page.keyboard.press("ArrowRight")
    agree(page, root)
    assert len(places(root)) == 7


def test_it_moves_before_the_kernel_answers_and_catches_up(page, root):
    handle = root.locator(".vdm-handle").first
    handle.focus()
    start = places(root)[0][0]
    for _ in range(12):
        page.keyboard.press("ArrowLeft" if start > 0 else "ArrowRight")
    page.evaluate(FRAME)
    assert abs(abs(places(root)[0][0] - start) - 1.2) < 1e-6
    agree(page, root)


def test_python_sets_the_places_and_a_rerun_leaves_one(page, root):
    page.evaluate(RUN, 1)
    page.wait_for_function("() => document.querySelector('.vdm-explorer').dataset.places === '[[0.5,-0.5],[-1,1]]'")
    agree(page, root)
    page.set_viewport_size({"width": 320, "height": 900})
    page.evaluate(FRAME)
    page.evaluate(FRAME)
    assert root.evaluate(OUTSIDE) == []
    page.set_viewport_size({"width": 1000, "height": 1100})
    page.evaluate(RUN, 0)
    page.wait_for_function("() => document.querySelectorAll('.vdm-handle').length === 3")
    assert root.count() == 1 and not page.problems


def test_a_screen_reader_is_told_what_there_is_and_the_numbers_when_the_hand_rests(page, root):
    page.wait_for_function(FRESH)
    nodes = inside(tree(page), "draw your own data")
    (slider,), (picture,), (status,) = (of_role(nodes, role) for role in ("slider", "image", "status"))
    error = root.locator(".vdm-readouts span").text_content()
    assert said(slider)[1] == "log SNR" and said(picture)[1] == f"{len(places(root))} points, error left {error}"
    level = root.locator("input").get_attribute("aria-valuetext")
    assert level == root.locator("output").text_content() and told_of(status, "live") == "polite"
    names = [said(each)[1] for each in of_role(nodes, "button")]
    points = [f"point at {x:g}, {y:g}; arrow keys move it, Delete takes it away" for x, y in places(root)]
    assert sorted(names) == sorted(["Add a point", *points])
    root.evaluate(SPOKEN)
    root.locator(".vdm-handle").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowUp")
        page.evaluate(FRAME)
    assert page.evaluate("() => window.heard") == []
    page.wait_for_function(
        "() => window.heard.length && document.querySelector('.vdm-explorer').dataset.fresh === 'true'"
    )
    agree(page, root)
    heard = page.evaluate("() => window.heard.at(-1)")
    assert heard == f"{len(places(root))} points, error left {root.locator('.vdm-readouts span').text_content()}"
