"""Names in a still picture: each once, nearest to what it names, on nothing else."""

import matplotlib
import numpy as np
import pytest

from vdm_tutor.lab.plots import figure
from vdm_tutor.widgets import currencies, guidance_dial, noise_or_not
from vdm_tutor.widgets.names import name_traces
from vdm_tutor.widgets.parts import Layer
from vdm_tutor.widgets.still import film_strip

X = np.linspace(0, 1, 200)


def panel(traces, size=(4.0, 3.0)):
    """A panel with its names written, and for each of them its box in pixels."""
    fig, ax = figure(size=size)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    fig.draw_without_rendering()
    named = name_traces(ax, traces)
    boxes = {text.get_text(): text.get_window_extent() for text in ax.texts}
    return ax, named, boxes


def away(ax, box, points) -> float:
    pixels = ax.transData.transform(points)
    outside = np.maximum(np.maximum(box.min - pixels, pixels - box.max), 0)
    return np.hypot(*outside.T).min()


def test_each_name_is_nearest_to_its_own_and_covers_nothing():
    lines = {f"line {i}": np.stack([X, 0.2 + 0.3 * i + 0.1 * np.sin(7 * X + i)], -1) for i in range(3)}
    ax, named, boxes = panel([(name, "#000000", 0.0, points) for name, points in lines.items()])
    assert named == set(lines) == set(boxes)
    for name, box in boxes.items():
        found = {each: away(ax, box, points) for each, points in lines.items()}
        assert min(found, key=found.get) == name and found[name] > 2
        assert not any(box.overlaps(other) for each, other in boxes.items() if each != name)


def test_a_thick_line_is_kept_clear_of_and_what_is_out_of_sight_has_no_name():
    thick = np.stack([X, np.full(200, 0.5)], -1)
    ax, named, boxes = panel([("ε", "#000000", 14.0, thick), ("gone", "#000000", 0.0, thick + 3)])
    assert named == {"ε"} and away(ax, boxes["ε"], thick) > 7


@pytest.mark.parametrize("make", [currencies, guidance_dial, noise_or_not])
def test_every_layer_that_is_seen_in_a_still_is_named_once(make, monkeypatch):
    written = []
    write = matplotlib.axes.Axes.text
    monkeypatch.setattr(
        matplotlib.axes.Axes, "text", lambda *words, **more: written.append(words[3]) or write(*words, **more)
    )
    explorer = make()
    film_strip(explorer)
    layers: list[Layer] = [layer for panel in explorer.panels for layer in panel.layers if layer.when != "guess"]
    labels = [layer.look["label"] for layer in layers if layer.look.get("label")]
    assert sorted(each.replace("$_{", "_").replace("}$", "") for each in written) == sorted(labels)
