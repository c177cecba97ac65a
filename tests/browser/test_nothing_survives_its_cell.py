"""After twenty runs of a cell there is on the page, and in the kernel, what there was after the first, and no more."""

import json
from base64 import b64encode

import nbformat
import numpy as np
import pytest
from playwright.sync_api import TimeoutError

from tests.browser.test_explorers_in_jupyterlab import RUN, open_and_run
from tools.notebooks import METADATA
from vdm_tutor.widgets import FrameScrubber, OwnData, images, water_level

pytestmark = pytest.mark.browser

# What a widget's own code (a blob, to the page) starts, and what it has not ended. While `held`, its frames and timers
# never come: nothing then ends by itself, and what a widget leaves behind when it goes is there to be counted.
LEDGER = """
Error.stackTraceLimit = 100;
const ours = () => /blob:/.test(new Error().stack);
const live = { listeners: new Map(), observers: new Set(), frames: new Set(), timers: new Set() };
window.held = false;

const { addEventListener, removeEventListener } = EventTarget.prototype;
const capture = (options) => Boolean(options?.capture ?? options);
const found = (target, type, listener, options) => (live.listeners.get(target) ?? []).findIndex(
  (each) => each[0] === type && each[1] === listener && each[2] === capture(options));
EventTarget.prototype.addEventListener = function (type, listener, options) {
  const target = this ?? window;
  if (ours() && listener && found(target, type, listener, options) < 0) {
    if (!live.listeners.has(target)) live.listeners.set(target, []);
    live.listeners.get(target).push([type, listener, capture(options)]);
  }
  return addEventListener.call(target, type, listener, options);
};
EventTarget.prototype.removeEventListener = function (type, listener, options) {
  const target = this ?? window, place = found(target, type, listener, options);
  if (place >= 0) live.listeners.get(target).splice(place, 1);
  return removeEventListener.call(target, type, listener, options);
};
for (const name of ["ResizeObserver", "IntersectionObserver", "MutationObserver", "PerformanceObserver"]) {
  window[name] = class extends window[name] {
    #ours = ours();
    observe(...what) {
      if (this.#ours) live.observers.add(this);
      return super.observe(...what);
    }
    disconnect() {
      live.observers.delete(this);
      return super.disconnect();
    }
  };
}
function counted(start, stop, name, repeats = false) {
  const kept = live[name];
  const [begin, end] = [window[start], window[stop]];
  window[start] = (callback, ...more) => {
    if (!ours()) return begin.call(window, callback, ...more);
    const run = (...values) => {
      if (window.held) return;
      if (!repeats) kept.delete(id);
      callback(...values);
    };
    const id = begin.call(window, run, ...more);
    kept.add(id);
    return id;
  };
  window[stop] = (id) => (kept.delete(id), end.call(window, id));
}
counted("requestAnimationFrame", "cancelAnimationFrame", "frames");
counted("setTimeout", "clearTimeout", "timers");
counted("setInterval", "clearInterval", "timers", true);

// A listener goes with its element; on the window, the document or a media query it would last.
const lasts = (target) => !(target instanceof Element);
window.counts = () => {
  const held = [...live.listeners], sum = (some) => some.reduce((total, [, each]) => total + each.length, 0);
  return JSON.stringify({
    listeners: sum(held.filter(([target]) => lasts(target) || target.isConnected)),
    lasting: sum(held.filter(([target]) => lasts(target))),
    observers: live.observers.size, frames: live.frames.size, timers: live.timers.size,
    widgets: document.querySelectorAll(".vdm-explorer, .vdm-scrubber").length,
  });
};
"""
KERNEL = """
from comm import get_comm_manager
from ipywidgets.widgets import widget

import vdm_tutor.lab.rerun as rerun

hooks = sum(map(len, get_ipython().events.callbacks.values()))
len(widget._instances), len(get_comm_manager().comms), hooks, sum(map(len, rerun._alive.values()))
"""
SET_UP = """
import numpy as np

from vdm_tutor.lab import guess
from vdm_tutor.survey import steps
from vdm_tutor.widgets import Explorer, FrameScrubber, OwnData, images, two_opinions, water_level

picture = water_level().still()
for kind in (Explorer, FrameScrubber, OwnData):
    kind.still = lambda _: picture  # which costs a second each time, and is not counted here
grey = np.zeros((41, 4, 4), np.uint8)
film = [f"frame {i}" for i in range(41)]
"""
MADE = [
    "two_opinions()",
    'FrameScrubber({"": images(grey)}, film, seconds=1.0)',
    "OwnData()",
    "steps(47, 58)",
    'guess("How many?")',
]
ALONE = [water_level(), FrameScrubber({"": images(np.zeros((5, 4, 4), np.uint8))}, list("abcde")), OwnData()]
HEARD = {"Explorer": 1, "FrameScrubber": 0, "OwnData": 2}  # of what Python says: a state; nothing; places and an answer
COME_AND_GO = """async ([source, data, bytes]) => {
  for (const [name, text] of Object.entries(bytes))
    data[name] = new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  const heard = [], place = (name, callback) => heard.findIndex((each) => each[0] === name && each[1] === callback);
  const model = {
    get: (name) => data[name],
    on: (...pair) => heard.push(pair),
    off: (...pair) => place(...pair) >= 0 && heard.splice(place(...pair), 1),
  };
  const counted = () => ({
    ...JSON.parse(window.counts()), heard: heard.length, shown: document.body.childElementCount,
  });
  window.held = true;
  const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const leave = module.default.render({ model, el: document.body });
  for (let i = 0; i < 2; i++) await new Promise((done) => requestAnimationFrame(done)); // it has seen its size
  const before = counted();
  leave();
  return [before, counted()];
}"""


def opened(browser, lab, lessons, name: str, cells: list[str]):
    """A page on a notebook of these cells, with the ledger kept from before JupyterLab begins."""
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(each.strip()) for each in cells], metadata=METADATA
    )
    nbformat.write(book, lessons / f"{name}.ipynb")
    page = browser.new_page(viewport={"width": 1000, "height": 1600})
    page.add_init_script(LEDGER)
    open_and_run(page, lab, [0], f"{name}.ipynb")
    return page


def printed(page, cell: int) -> str:
    """What this cell prints when it is run once more."""
    page.evaluate(RUN, cell)
    return page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-executeResult pre").inner_text()


def counts(page) -> dict[str, int]:
    return json.loads(page.evaluate("() => window.counts()"))


def wait_for(page, expected: dict[str, int]) -> None:
    """Until the counts are these; where that never comes the caller says in what they differ."""
    try:
        page.wait_for_function(
            "(wanted) => window.counts() === wanted", arg=json.dumps(expected, separators=(",", ":"))
        )
    except TimeoutError:
        pass


def test_twenty_runs_leave_what_the_first_one_left(browser, lab, lessons):
    """A player is playing each time that its cell is run again."""
    page = opened(browser, lab, lessons, "twenty", [SET_UP, *MADE, KERNEL])
    page.evaluate("() => (window.held = true)")

    def run() -> None:
        for cell in range(1, len(MADE) + 1):
            page.evaluate(RUN, cell)
        page.locator(".vdm-scrubber").get_by_role("button", name="Play").click()

    run()
    page.wait_for_function("() => JSON.parse(window.counts()).frames === 3")  # each has seen its size
    first, alive = counts(page), printed(page, len(MADE) + 1)
    for _ in range(19):
        run()
    wait_for(page, first)
    assert counts(page) == first
    assert first == {
        "listeners": first["listeners"],
        "lasting": 0,
        "observers": 4,
        "frames": 3,
        "timers": 1,
        "widgets": 3,
    }
    assert printed(page, len(MADE) + 1) == alive
    assert not page.problems
    page.close()


@pytest.mark.parametrize("made", ALONE, ids=lambda made: type(made).__name__)
def test_a_view_that_goes_takes_all_it_began_with_it(browser, made):
    """Alone with its module: a host that clears up after its guests, as JupyterLab does, would hide half of it."""
    state = made.get_state()
    data = {name: b64encode(value).decode() for name, value in state.items() if isinstance(value, bytes)}
    plain = {name: state[name] for name in ("view", "state", "places", "told") if name in state}
    page = browser.new_page()
    page.add_init_script(LEDGER)
    page.goto("about:blank")
    before, after = page.evaluate(COME_AND_GO, [state["_esm"], plain, data])
    assert before == before | {
        "frames": 1,
        "heard": HEARD[type(made).__name__],
        "timers": int(isinstance(made, OwnData)),
    }
    assert before["observers"] and before["listeners"] and before["shown"]
    assert set(after.values()) == {0}
    page.close()
