"""Explorers as a reader meets them: by mouse, by touch and by keyboard; what they say is what Python says."""

import random

import pytest

from tests.browser.conftest import EXPLORERS
from tests.widgets.test_explorers import BY_HAND
from tools.browser import READY
from vdm_tutor.widgets.explorers import two_opinions

pytestmark = pytest.mark.browser

FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
RUN = """(cell) => {
  window.jupyterapp.shell.currentWidget.content.activeCellIndex = cell;
  return window.jupyterapp.commands.execute("notebook:run-cell");
}"""
READOUTS = """(root) => Object.fromEntries([...root.querySelectorAll('.vdm-readouts div:not([hidden])')].map(
  (box) => [box.querySelector('b').textContent, box.querySelector('span').textContent.split(" ")[0]]))"""  # no unit
INK = """(canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.reduce(
  (sum, value) => (sum * 31 + value) % 1000003, 7)"""

OUTSIDE = """(root) => [...root.querySelectorAll("*")].filter((node) => node.getBoundingClientRect().right >
  root.getBoundingClientRect().right + 1).map((node) => node.className || node.tagName)"""


def open_and_run(page, lab, cells, name: str = "explorers.ipynb") -> None:
    """The notebook with these of its cells run."""
    page.problems = []
    page.on("console", lambda message: message.type == "error" and page.problems.append(message.text))
    # A widget's module is a blob; JupyterLab has errors of its own when it changes theme.
    page.on("pageerror", lambda error: "blob:" in (error.stack or "blob:") and page.problems.append(error.stack))
    page.goto(f"{lab}/lab/tree/{name}?reset")  # and no tab of another test
    page.wait_for_function(READY, arg=name)
    page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    for cell in cells:
        page.evaluate(RUN, cell)


@pytest.fixture(scope="module")
def page(browser, lab):
    """The two opinions, not yet guessed; touch is there as well as the mouse."""
    page = browser.new_page(viewport={"width": 1200, "height": 1200}, has_touch=True)
    page.sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: page.sent.append(socket.url)))
    open_and_run(page, lab, [0, 1, *range(4, len(EXPLORERS))])
    page.locator(".vdm-explorer").nth(len(BY_HAND) - 1).wait_for()
    yield page
    page.close()


@pytest.fixture
def root(page):
    first = page.locator(".vdm-explorer").first
    first.scroll_into_view_if_needed()
    return first


@pytest.fixture
def told(page, root):
    """The explorer with its truth laid over the guess."""
    return tell(page, root)


def tell(page, root):
    if root.get_attribute("data-phase") == "asking":
        root.get_by_role("button").click()
        page.evaluate(FRAME)
    return root


def state(root) -> dict[str, float]:
    return {name: float(text) for name, text in (part.split("=") for part in root.get_attribute("data-state").split())}


def handle(root, name: str):
    return root.locator(f'.vdm-handle[data-knobs="{name}"]')


def middle(node) -> tuple[float, float]:
    box = node.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def agree(page, root, make=two_opinions) -> None:
    """What is written on the page is what Python's functions say at the state that the page is in."""
    page.evaluate(FRAME)
    expected, shown = BY_HAND[make](**state(root)), root.evaluate(READOUTS)
    assert {name.replace("_", ""): text for name, text in expected.items()}.items() <= shown.items()


def test_before_the_guess_the_truth_is_hidden_and_nothing_else_moves(page, root):
    assert root.get_attribute("data-phase") == "asking" and root.evaluate(READOUTS) == {}
    before = state(root)
    handle(root, "x0").focus()
    page.keyboard.press("ArrowRight")
    page.evaluate(FRAME)
    assert state(root) == before and root.locator("input").is_disabled()
    handle(root, "guess").focus()
    for key in ("Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    page.evaluate(FRAME)
    assert handle(root, "guess").get_attribute("aria-valuetext") == "guess -1.90"
    root.get_by_role("button", name="Lay the truth over it").click()
    page.evaluate(FRAME)
    assert root.get_attribute("data-phase") == "told"
    truth = float(BY_HAND[two_opinions](**before)["μ_q"].replace("−", "-"))
    assert abs(float(root.evaluate(READOUTS)["off by"]) - abs(-1.9 - truth)) < 0.0051
    assert page.evaluate("() => document.activeElement.type") == "range"
    page.keyboard.press("ArrowRight")  # the hand moves on: the guess was about another place
    page.evaluate(FRAME)
    assert root.get_attribute("data-phase") == "free" and "off by" not in root.evaluate(READOUTS)
    assert handle(root, "guess").is_hidden()


def drag(page, node, to: tuple[float, float]) -> None:
    page.mouse.move(*middle(node))
    page.mouse.down()
    page.mouse.move(*to, steps=5)
    page.mouse.up()
    page.evaluate(FRAME)


def stroke(page, node, way: tuple[float, float]) -> None:
    """A finger on the handle, and away with it."""
    x, y = middle(node)
    touch = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0), ("touchMove", 0.5), ("touchMove", 1), ("touchEnd", None)):
        places = [] if share is None else [{"x": x + share * way[0], "y": y + share * way[1]}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})
    page.evaluate(FRAME)


@pytest.mark.parametrize("make", BY_HAND, ids=lambda make: make.__name__)
def test_by_mouse_finger_and_key_the_numbers_are_pythons(page, make):
    """Every handle and every slider, to random places; what moved is what was moved, and the numbers follow."""
    root = tell(page, page.locator(".vdm-explorer").nth(list(BY_HAND).index(make)))
    root.scroll_into_view_if_needed()
    rng = random.Random(make.__name__)
    for _ in range(3):
        for node in root.locator('.vdm-handle:not([data-knobs="guess"])').all():
            before, names = state(root), node.get_attribute("data-knobs").split()
            box = node.locator("xpath=..").bounding_box()
            x, y = (box[axis] + box[side] * rng.uniform(0.3, 0.7) for axis, side in (("x", "width"), ("y", "height")))
            drag(page, node, (x, y))
            agree(page, root, make)
            stroke(
                page,
                node,
                (40 if x < box["x"] + box["width"] / 2 else -40, 25 if y < box["y"] + box["height"] / 2 else -25),
            )
            agree(page, root, make)
            node.focus()
            page.keyboard.press(rng.choice(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]))
            agree(page, root, make)
            after = state(root)
            assert {name for name in before if before[name] != after[name]} <= set(names)
        for slider in root.locator("input").all():
            slider.fill(str(rng.randrange(int(slider.get_attribute("max")) + 1)))
            agree(page, root, make)


def test_a_handle_stays_under_the_hand(page, told):
    for name, share in (("x0", 0.3), ("xt", 0.72)):
        canvas = told.locator("canvas").first.bounding_box()
        to = canvas["x"] + share * canvas["width"]
        drag(page, handle(told, name), (to, middle(handle(told, name))[1] - 30))
        assert abs(middle(handle(told, name))[0] - to) < 0.06 * canvas["width"] / 6  # half a step of 0.1
        before = state(told)[name]
        stroke(page, handle(told, name), (60, 4))
        assert abs(middle(handle(told, name))[0] - to - 60) < 0.06 * canvas["width"] / 3 and state(told)[name] > before


def test_keys_move_what_has_the_focus(page, told):
    slider = told.locator("input")
    slider.focus()
    page.keyboard.press("Home")
    for key, t in (("ArrowRight", 2), ("PageUp", 5), ("ArrowUp", 6), ("ArrowLeft", 5), ("PageDown", 2), ("End", 30)):
        page.keyboard.press(key)
        page.evaluate(FRAME)
        assert state(told)["t"] == t, key
    assert slider.get_attribute("aria-valuetext") == "30"
    node = handle(told, "x0")
    node.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.evaluate(FRAME)
    assert state(told)["x0"] == -1.9 and node.get_attribute("aria-valuetext") == "x₀ -1.9"
    outline = "() => getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    cells = page.locator(".jp-Cell").count()
    for key in ("a", "b", "d", "d", "Enter"):
        page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == cells
    agree(page, told)


def test_the_picture_follows_at_the_screens_density(page, told):
    canvas = told.locator("canvas").first
    before = canvas.evaluate(INK)
    told.locator("input").focus()
    page.keyboard.press("Home")
    page.evaluate(FRAME)
    assert canvas.evaluate(INK) != before
    assert canvas.evaluate("(canvas) => canvas.width - Math.round(canvas.clientWidth * devicePixelRatio)") == 0


def settled(page) -> int:
    """How many words went out, once for a while there was no new one."""
    before = -1
    while before != len(page.sent):
        before = len(page.sent)
        page.wait_for_timeout(300)
    return before


def test_while_dragging_the_kernel_hears_nothing_and_at_rest_one_word(page, told):
    x, y = middle(handle(told, "xt"))
    before = settled(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 5, y, steps=1)
    page.mouse.move(x - 80 if x > 400 else x + 80, y, steps=20)
    page.evaluate(FRAME)
    assert len(page.sent) == before
    page.mouse.up()
    for _ in range(600):
        if len(page.sent) == before:
            page.wait_for_timeout(100)
    assert settled(page) == before + 1


def test_python_sets_the_state_and_reads_it(page, told):
    page.evaluate(RUN, 2)
    page.wait_for_function("() => document.querySelector('.vdm-explorer').dataset.state.startsWith('t=3 x0=-1.5')")
    agree(page, told)
    told.locator("input").focus()
    page.keyboard.press("End")
    page.evaluate(FRAME)
    page.evaluate(RUN, 3)
    page.locator(".jp-OutputArea-output pre", has_text="t=30 x0=-1.5").wait_for()


@pytest.mark.parametrize("width", [320, 1300])
def test_it_fits_the_width_in_both_themes(page, told, width):
    page.set_viewport_size({"width": width, "height": 1000})
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        page.evaluate("(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
        page.wait_for_function("(theme) => document.body.dataset.jpThemeName === theme", arg=theme)
        page.evaluate(FRAME)
        page.evaluate(FRAME)  # a resize is drawn a frame after it is seen
        assert told.evaluate(OUTSIDE) == []
    page.set_viewport_size({"width": 1200, "height": 1200})


def test_a_rerun_leaves_one_alive_and_nothing_went_wrong(page, told):
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function("() => document.querySelector('.vdm-explorer')?.dataset.state.startsWith('t=3 x0=-1.5')")
    page.wait_for_function(f"() => document.querySelectorAll('.vdm-explorer').length === {len(BY_HAND)}")
    assert not page.problems
