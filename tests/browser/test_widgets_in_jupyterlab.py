"""Scrubber and player as a reader meets them: in JupyterLab, by mouse and by keyboard."""

from urllib.parse import urlparse

import pytest

from tests.browser.test_explorers_in_jupyterlab import FRAME
from tools.browser import run_all

pytestmark = pytest.mark.browser

CENTRE = """(canvas) => {
  const context = canvas.getContext("2d");
  return [...context.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data].slice(0, 3);
}"""
INK = """(canvas) => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let dots = 0, x = 0;
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3] > 100 && data[i + 2] > 120) { dots += 1; x += (i / 4) % canvas.width; }
  return [dots, x / Math.max(1, dots) / canvas.width];
}"""
COLOURS_USED = """(canvas) => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return new Set(Array.from({ length: data.length / 4 }, (_, i) => data.slice(4 * i, 4 * i + 4).join())).size;
}"""
STOPPED = """(seconds) => {
  window.clock = 1000 * seconds;
  performance.now = () => window.clock;
}"""
CONTRAST = """(node) => {
  const channel = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const luminance = (...colours) => { // one painted over the other
    for (const each of colours) (pen.fillStyle = each), pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map(channel);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let ground = node;
  while (ground && /rgba\\(0, 0, 0, 0\\)/.test(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
  const below = getComputedStyle(ground).backgroundColor;
  const pair = [luminance(below), luminance(below, getComputedStyle(node).color)];
  return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}"""


@pytest.fixture(scope="module")
def page(browser, lab):
    """The notebook, opened and run; page.requests and page.sent record what leaves it."""
    page = browser.new_page(viewport={"width": 1200, "height": 1600})
    page.requests, page.sent = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: page.sent.append(socket.url)))
    page.goto(f"{lab}/lab/tree/widgets.ipynb")
    page.locator(".jp-CodeCell").nth(4).wait_for()
    run_all(page, "widgets.ipynb")
    page.locator(".vdm-scrubber").nth(2).wait_for()
    page.get_by_text("3", exact=True).last.wait_for()  # the last cell has been run
    yield page
    page.close()


def scrubber(page, index: int = 0):
    return page.locator(".vdm-scrubber").nth(index)


def frame_of(root) -> int:
    return int(root.get_attribute("data-frame"))


def wait_for_frame(page, root, frame: int) -> None:
    page.wait_for_function("([root, frame]) => root.dataset.frame == frame", arg=[root.element_handle(), frame])


@pytest.fixture
def first(page):
    """The scrubber, at frame 0, with its slider in focus."""
    root = scrubber(page)
    root.locator("input").focus()
    page.keyboard.press("Home")
    wait_for_frame(page, root, 0)
    return root


def test_what_is_drawn_is_what_python_sent(page, first):
    grey, dot = first.locator("canvas").all()
    for key, frame in (("Home", 0), ("End", 40), ("ArrowLeft", 39)):
        page.keyboard.press(key)
        wait_for_frame(page, first, frame)
        assert grey.evaluate(CENTRE) == [5 * frame] * 3
        n_dots, place = dot.evaluate(INK)
        assert n_dots > 0 and abs(place - (0.1 + 0.8 * frame / 40)) < 0.02
        assert first.locator("output").inner_text() == f"frame {frame}"
        assert first.locator("input").get_attribute("aria-valuetext") == f"frame {frame}"


def test_every_key_does_what_it_says(page, first):
    frame = 0
    steps = {"ArrowRight": 1, "ArrowUp": 1, "PageUp": 4, "ArrowLeft": -1, "ArrowDown": -1, "PageDown": -4}
    for key, step in steps.items():
        page.keyboard.press(key)
        frame += step
        wait_for_frame(page, first, frame)
    page.keyboard.press("ArrowLeft")  # before the first frame there is none
    page.keyboard.press("ArrowRight")
    wait_for_frame(page, first, 1)


def test_the_mouse_drags_the_slider(page, first):
    box = first.locator("input").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, y, steps=12)
    wait_for_frame(page, first, 20)
    page.mouse.move(box["x"] + box["width"] - 2, y, steps=12)
    page.mouse.up()
    wait_for_frame(page, first, 40)
    assert first.locator("canvas").first.evaluate(CENTRE) == [200] * 3


def test_play_runs_to_the_end_in_its_time_and_pauses(page, first):
    button = first.get_by_role("button", name="Play")
    button.click()
    first.get_by_role("button", name="Pause").wait_for()
    wait_for_frame(page, first, 40)
    button.wait_for()
    page.evaluate(STOPPED, 0)  # on a busy machine a second goes by before a key is pressed
    button.click()  # again, from the start
    page.evaluate(STOPPED, 0.5)
    wait_for_frame(page, first, 20)
    page.keyboard.press(" ")
    button.wait_for()
    page.evaluate(STOPPED, 0.9)
    page.evaluate(FRAME)
    assert frame_of(first) == 20
    page.evaluate("() => delete performance.now")


def test_tab_reaches_the_controls_and_shows_where_it_is(page, first):
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Play"
    page.keyboard.press("Tab")
    focused = page.evaluate(
        "() => [document.activeElement.type, getComputedStyle(document.activeElement).outlineStyle]"
    )
    assert focused == ["range", "solid"]


def test_nothing_moves_before_it_is_asked_to(page, first):
    assert first.get_by_role("button", name="Play").is_visible()
    page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    assert frame_of(first) == 0


def test_letters_do_not_reach_jupyterlab(page, first):
    before = page.locator(".jp-Cell").count()
    for key in ("a", "b", "d", "d", "x", "Enter"):
        page.keyboard.press(key)
    page.keyboard.press("ArrowRight")
    wait_for_frame(page, first, 1)
    assert page.locator(".jp-Cell").count() == before


def test_scrubbing_and_playing_say_nothing_to_the_kernel(page, first):
    before = len(page.sent)
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    wait_for_frame(page, first, 20)
    page.keyboard.press(" ")
    wait_for_frame(page, first, 40)
    assert len(page.sent) == before


@pytest.mark.parametrize("index, n_panels, crisp", [(1, 2, False), (2, 1, True)])
def test_the_players_draw_clouds_and_digits(page, index, n_panels, crisp):
    """A digit's pixels are enlarged as they are: no grey on the page that is none of its own."""
    root = scrubber(page, index)
    root.scroll_into_view_if_needed()
    canvases = root.locator("canvas").all()
    assert len(canvases) == n_panels
    used = [canvas.evaluate(COLOURS_USED) for canvas in canvases]
    assert used == [3] if crisp else min(used) > 20
    root.locator("input").focus()
    page.keyboard.press("End")
    wait_for_frame(page, root, 4)


def test_in_the_dark_theme_the_words_are_legible(page, first):
    change = "(theme) => void window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        page.evaluate(change, theme)
        page.wait_for_function("(theme) => document.body.dataset.jpThemeName === theme", arg=theme)
        for part in ("output", "button", "figcaption"):
            assert first.locator(part).first.evaluate(CONTRAST) > 4.5, f"{part} in {theme}"


def test_a_second_run_closes_the_first_widgets(page):
    run_all(page, "widgets.ipynb")
    page.locator(".jp-InputPrompt", has_text="[10]:").wait_for()
    page.locator(".vdm-scrubber").nth(2).wait_for()
    assert page.locator(".vdm-scrubber").count() == 3
    assert page.locator(".jp-OutputArea-output pre").last.inner_text() == "3"  # three live in the kernel, not six


def test_no_other_host_is_asked(page, lab):
    hosts = {urlparse(url).netloc for url in page.requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlparse(lab).netloc}


def test_without_trust_the_film_strips_stand_in(browser, lab):
    page = browser.new_page(viewport={"width": 1200, "height": 1600})
    page.goto(f"{lab}/lab/tree/untrusted.ipynb")
    strips = page.locator(".jp-OutputArea-output img")
    strips.nth(2).wait_for()
    assert strips.count() == 3 and page.locator(".vdm-scrubber").count() == 0
    assert all(strip.evaluate("(image) => image.naturalWidth") > 300 for strip in strips.all())
    page.close()
