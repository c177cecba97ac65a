"""How fast the widgets follow the hand, beside ipywidgets' `interact` with an inline figure, in one JupyterLab.

The same 2000 points at 100 steps, once each, then 20,000 points, and the two opinions. A move is timed in the page:
from the event until the new picture is drawn.
"""

import tempfile
from pathlib import Path
from statistics import median

import nbformat
from playwright.sync_api import sync_playwright

from tools.bench.table import Row
from tools.browser import launch, run_all, serve

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
from vdm_tutor.widgets import Explorer, two_opinions
from vdm_tutor.widgets.parts import Panel, knob, points
from vdm_tutor.widgets.tables import over

def cloud(n):
    x, y = np.random.default_rng(0).normal(size=(2, 100, n))
    panel = Panel([points(over("step", x), over("step", y), "#0072B2")], (-3, 3), (-3, 3), height=1)
    return Explorer(f"{n} points", [knob("step", range(100), 0, form=".0f")], [panel])

cloud(2000)
""",
    "cloud(20_000)",
    "explorer = two_opinions()\nexplorer",
    "explorer.state = 't=1'  # the truth is told",
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
  const root = document.querySelector(rootSelector), knob = document.querySelector(knobSelector);
  const slider = knob.tagName === "INPUT";
  const output = slider ? root : document.querySelector(".widget-interact");
  const shown = () => (slider ? root.dataset.frame ?? root.dataset.state : output.querySelector("img")?.src);
  let at = 0, pictures = 0, before = shown(), tell = null;
  new MutationObserver(() => {
    if (!shown() || shown() === before) return;
    before = shown(), pictures += 1;
    if (tell) tell(performance.now());
  }).observe(output, { subtree: true, childList: true, attributes: true });
  const move = () => {
    at = (at + 1) % (slider ? knob.max : 99);
    if (slider) knob.value = at;
    const bubbles = true, key = at ? "ArrowRight" : "Home";
    knob.dispatchEvent(slider ? new Event("input", { bubbles }) : new KeyboardEvent("keydown", { key, bubbles }));
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
SLIDERS = {
    "frame scrubber, 2000 points": ".vdm-scrubber",
    **{name: f'.vdm-explorer[aria-label="{name}"]' for name in ("2000 points", "20000 points", "two opinions")},
}
WAYS = {name: (root, f"{root} input") for name, root in SLIDERS.items()}
WAYS["interact"] = (".widget-interact", ".noUi-handle")


def rows() -> list[Row]:
    """The latency of one move and the pictures a second while dragging, the scrubber beside `interact`."""
    measured = measure()
    theirs, their_rate = measured["interact"]
    made = []
    for name in SLIDERS:
        ours, rate = measured[name]
        what = f"one move of a slider until the picture is drawn: {name}"
        made.append(Row(what, theirs / ours, f"{ours:.1f} ms", f"`interact`, 2000 points {theirs:.1f} ms"))
        made.append(
            Row(f"pictures a second while dragging: {name}", rate / their_rate, f"{rate:.0f}", f"{their_rate:.1f}")
        )
    return made


def measure() -> dict[str, tuple[float, float]]:
    """For each way the median milliseconds of a move, and pictures a second."""
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
            found = {name: page.evaluate(MOVES, [root, knob, 3]) for name, (root, knob) in WAYS.items()}
            return {name: (median(latencies), rate) for name, (latencies, rate) in found.items()}
