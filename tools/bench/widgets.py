"""How fast the widgets follow the hand, beside ipywidgets' `interact` with an inline figure, in one JupyterLab.

The same 2000 points at 100 steps, once each, then 20,000 points, and every explorer of the course. A move is timed in
the page: from the event until the new picture is drawn, and where the kernel answers, until its answer is drawn.
"""

import tempfile
import time
from itertools import pairwise
from pathlib import Path
from statistics import median

import nbformat
from playwright.sync_api import sync_playwright

import vdm_tutor.widgets
from tools.bench.table import Row
from tools.browser import launch, run_all, serve
from tools.gallery import SCREENS

CELLS = [
    """
import numpy as np

path = np.random.default_rng(0).normal(size=(100, 2000, 2))
""",
    """
from vdm_tutor.widgets import denoising_player

denoising_player({"learned": path}, [str(step) for step in range(100)])
""",
    """
from vdm_tutor.widgets import Explorer
from vdm_tutor.widgets.parts import Panel, knob, points
from vdm_tutor.widgets.tables import over

def cloud(n):
    x, y = np.random.default_rng(0).normal(size=(2, 100, n))
    panel = Panel([points(over("step", x), over("step", y), "#0072B2")], (-3, 3), (-3, 3), height=1)
    return Explorer(f"{n} points", [knob("step", range(100), 0, form=".0f")], [panel])

cloud(2000)
""",
    "cloud(20_000)",
    "from vdm_tutor.widgets import *",
    *(f"{make}()" for make in SCREENS),
    "OwnData()",
    """
import matplotlib.pyplot as plt
from ipywidgets import interact

@interact(step=(0, 99))
def draw(step=0):
    fig, ax = plt.subplots(figsize=(4, 4))
    ax.scatter(*path[step].T, s=2)
    plt.show()
""",
]
MOVES = """async ([rootSelector, knobSelector, seconds]) => {
  const root = document.querySelector(rootSelector);
  [...root.querySelectorAll(".vdm-explorer button:not([hidden])")].forEach((button) => button.click());
  const knob = document.querySelector(knobSelector), slider = knob.tagName === "INPUT";
  const ours = rootSelector.startsWith(".vdm"), output = ours ? root : document.querySelector(".widget-interact");
  const shown = () => (ours ? root.dataset.frame ?? root.dataset.state : output.querySelector("img")?.src);
  let at = 0, pictures = 0, before = shown(), tell = null, rising = true;
  new MutationObserver(() => {
    if (!shown() || shown() === before) return;
    before = shown(), pictures += 1;
    if (tell) tell(performance.now());
  }).observe(output, { subtree: true, childList: true, attributes: true });
  const press = (key) => knob.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const move = () => {
    if (slider) {
      knob.value = at = (at + 1) % knob.max;
      knob.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (ours) {
      const place = Number(knob.ariaValueNow);
      if (place === Number(knob.ariaValueMax)) rising = false;
      if (place === 0) rising = true;
      press(rising ? "ArrowRight" : "ArrowLeft");
    } else press((at = (at + 1) % 99) ? "ArrowRight" : "Home");
  };
  const latencies = [];
  for (let i = 0; i < 30; i++) {
    const start = performance.now();
    const end = new Promise((resolve) => (tell = resolve));
    move();
    latencies.push((await end) - start);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  tell = null, pictures = 0;
  const start = performance.now();
  while (performance.now() - start < 1000 * seconds) {
    await new Promise(requestAnimationFrame);
    move();
  }
  return [latencies, pictures / seconds];
}"""
ANSWERS = """async (rootSelector) => {
  const root = document.querySelector(rootSelector), point = root.querySelector(".vdm-handle"), latencies = [];
  for (let i = 0; i < 30; i++) {
    const start = performance.now();
    const end = new Promise((resolve) =>
      new MutationObserver((_, observer) => {
        if (root.dataset.fresh !== "true") return;
        observer.disconnect();
        resolve(performance.now());
      }).observe(root, { attributeFilter: ["data-fresh"] }));
    point.dispatchEvent(new KeyboardEvent("keydown", { key: i % 2 ? "ArrowLeft" : "ArrowRight", bubbles: true }));
    latencies.push((await end) - start);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return latencies;
}"""
INTERACT, OWN_DATA = "interact", "draw your own data"


def ways() -> dict[str, tuple[str, str]]:
    """What is moved: its name, and where on the page it and the knob that moves it are."""
    names = ["2000 points", "20000 points", *(getattr(vdm_tutor.widgets, make)().name for make in SCREENS)]
    roots = {name: f'.vdm-explorer[aria-label="{name}"]' for name in names}
    found = {name: (root, f'{root} :is(input, .vdm-handle[aria-disabled="false"])') for name, root in roots.items()}
    scrubber = {"frame scrubber, 2000 points": (".vdm-scrubber", ".vdm-scrubber input")}
    return scrubber | found | {INTERACT: (".widget-interact", ".noUi-handle")}


def rows() -> list[Row]:
    """For each: the latency of one move and the pictures a second while dragging, beside `interact`; first displays."""
    measured, answer = measure()
    theirs, their_rate = measured.pop(INTERACT)
    what = "one move until the picture is drawn; pictures a second while dragging"
    beside = f"`interact`, 2000 points {theirs:.1f} ms; {their_rate:.1f}"
    moves = [
        Row(f"{what}: {name}", theirs / ours, f"{ours:.1f} ms; {rate:.0f}", beside)
        for name, (ours, rate) in measured.items()
    ]
    kernel = f"a point moved until the kernel's walk and number are drawn: {OWN_DATA}"
    firsts = {make: first_display(make) for make in SCREENS}
    slowest = max(firsts, key=firsts.get)
    first = Row(
        "until an explorer can be sent to the page, tables and still: the slowest",
        None,
        f"{firsts[slowest]:.2f} s, {slowest}",
        f"{median(firsts.values()):.2f} s, the median of {len(SCREENS)}",
    )
    return [*moves, Row(kernel, theirs / answer, f"{answer:.1f} ms", beside), first]


def first_display(make: str) -> float:
    """Seconds until an explorer can be sent to the page, its still picture included, the median of three times."""
    clock = [time.perf_counter()]
    for _ in range(3):
        getattr(vdm_tutor.widgets, make)()._repr_mimebundle_()
        clock.append(time.perf_counter())
    return median(after - before for before, after in pairwise(clock))


def measure() -> tuple[dict[str, tuple[float, float]], float]:
    """For each way the median milliseconds of a move, and pictures a second; the median milliseconds of an answer."""
    with tempfile.TemporaryDirectory() as home:
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source.strip()) for source in CELLS])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
        nbformat.write(book, Path(home) / "bench.ipynb")
        with serve(Path(home), Path(home)) as url, sync_playwright() as playwright:
            page = launch(playwright).new_page()
            page.set_default_timeout(60_000)
            page.goto(f"{url}/lab/tree/bench.ipynb")
            run_all(page, "bench.ipynb")
            page.locator(".widget-interact img").wait_for()
            found = {name: page.evaluate(MOVES, [root, knob, 3]) for name, (root, knob) in ways().items()}
            answers = page.evaluate(ANSWERS, f'.vdm-explorer[aria-label="{OWN_DATA}"]')
            return {name: (median(latencies), rate) for name, (latencies, rate) in found.items()}, median(answers)
