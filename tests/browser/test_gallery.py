"""The gallery from file://, in a real browser: no outside request, no error, and every number is Python's."""

import random

import pytest

from tests.browser.test_explorers_in_jupyterlab import FRAME, INK, OUTSIDE, READOUTS, middle, state, stroke
from tests.browser.test_widgets_in_jupyterlab import CONTRAST
from tests.widgets.test_explorers import BY_HAND
from tools.gallery import SCREENS, page

pytestmark = pytest.mark.browser
MAKES = {make.__name__: make for make in BY_HAND}
BESIDE = """(root) => Object.fromEntries([...root.querySelectorAll('.vdm-controls label')].map(
  (row) => [row.querySelector('input').getAttribute('aria-label'), row.querySelector('output').textContent]))"""


@pytest.fixture(scope="module")
def explorers():
    return {name: MAKES[name]() for name in SCREENS}


@pytest.fixture(scope="module")
def gallery(explorers, tmp_path_factory):
    """Where the page lies, and nothing beside it."""
    place = tmp_path_factory.mktemp("a folder") / "gallery.html"
    place.write_text(page(explorers), encoding="utf-8")
    return place.as_uri()


@pytest.fixture(scope="module")
def opened(browser, gallery):
    page = browser.new_page(viewport={"width": 900, "height": 1200}, has_touch=True)
    page.asked, page.problems = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: message.type == "error" and page.problems.append(message.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(gallery)
    yield page
    page.close()


def lay(page, root) -> None:
    button = root.get_by_role("button", name="Lay the truth over it")
    if button.is_visible():
        button.click()
        page.evaluate(FRAME)


def move_everything(page, root, rng: random.Random) -> None:
    """Every knob to a random place, by its slider or with the keys of its handle."""
    for slider in root.locator("input").all():
        slider.fill(str(rng.randint(0, int(slider.get_attribute("max")))))
    for handle in root.locator('.vdm-handle[aria-disabled="false"]').all():
        handle.focus()
        page.keyboard.press(rng.choice(["Home", "End"]))
        for _ in range(rng.randrange(8)):
            page.keyboard.press(rng.choice(["PageUp", "PageDown", "ArrowUp", "ArrowRight", "ArrowLeft", "ArrowDown"]))
    page.evaluate(FRAME)


@pytest.mark.parametrize("name", SCREENS)
def test_the_numbers_are_pythons_at_ten_random_states(opened, explorers, name):
    root, rng, seen = opened.locator(f"#{name} .vdm-explorer"), random.Random(name), set()
    lay(opened, root)
    for _ in range(10):
        move_everything(opened, root, rng)
        expected, shown = BY_HAND[MAKES[name]](**state(root)), root.evaluate(READOUTS)
        expected = {symbol.replace("_", ""): text for symbol, text in expected.items()}
        assert {symbol: shown.get(symbol) for symbol in expected} == expected, root.get_attribute("data-state")
        texts = dict(part.split("=") for part in root.get_attribute("data-state").split())
        beside = root.evaluate(BESIDE)
        moved = [knob for knob in explorers[name].knobs if knob.symbol in beside and not knob.guess]
        assert beside == beside | {knob.symbol: texts[knob.name].replace("-", "\u2212") for knob in moved}
        seen.add(root.locator("canvas").first.evaluate(INK))
    assert len(seen) > 1


@pytest.mark.parametrize("width", [320, 1300])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits(opened, width, scheme):
    opened.set_viewport_size({"width": width, "height": 1000})
    opened.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    opened.evaluate(FRAME)
    for root in opened.locator(".vdm-explorer").all():
        assert root.evaluate(OUTSIDE) == []
        assert min(each.evaluate(CONTRAST) for each in root.locator("b, p, output, figcaption").all()) > 4.5
    assert opened.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture(scope="module")
def narrow(browser, gallery):
    """The page as it opens on a small telephone."""
    page = browser.new_page(viewport={"width": 320, "height": 1000}, has_touch=True)
    page.goto(gallery)
    yield page
    page.close()


@pytest.mark.parametrize("name", SCREENS)
def test_at_320_pixels_a_finger_and_the_tab_key_reach_every_handle(narrow, name):
    root = narrow.locator(f"#{name} .vdm-explorer")
    lay(narrow, root)
    handles = root.locator('.vdm-handle[aria-disabled="false"]').all()
    for handle in handles:
        handle.scroll_into_view_if_needed()
        (x, y), frame, before = middle(handle), handle.locator("xpath=..").bounding_box(), state(root)
        for beside in (4, -4):  # nobody hits the very middle; what has the focus lies above
            narrow.touchscreen.tap(x + beside, y)
            focused = narrow.evaluate("() => document.activeElement.dataset.knobs")
            assert focused == handle.get_attribute("data-knobs")
        inwards = [
            30 if x < frame["x"] + frame["width"] / 2 else -30,
            30 if y < frame["y"] + frame["height"] / 2 else -30,
        ]
        stroke(narrow, handle, inwards)
        after = state(root)
        moved = {each for each in before if before[each] != after[each]}
        assert moved and moved <= set(handle.get_attribute("data-knobs").split())
    root.evaluate("(root) => (root.tabIndex = -1, root.focus())")
    focused = set()
    for _ in range(len(handles) + root.locator("input").count()):
        narrow.keyboard.press("Tab")
        focused.add(narrow.evaluate("() => document.activeElement.dataset.knobs"))
    assert {each.get_attribute("data-knobs") for each in handles} <= focused


def test_a_link_names_a_state(browser, gallery):
    for make, words in SCREENS.items():
        page = browser.new_page()
        page.goto(f"{gallery}#{make}:{words['look'][0]}")
        assert page.locator(f"#{make} .vdm-explorer").get_attribute("data-state") == words["look"][0]
        page.close()


def test_nothing_was_asked_of_the_world_and_nothing_went_wrong(opened, gallery):
    assert opened.asked == [gallery] and not opened.problems
