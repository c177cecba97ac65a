"""The still picture of an explorer: a few of its states, drawn from the same tables, what is drawn named once."""

import re

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from vdm_tutor.lab.plots import DENSITY, figure, png_of
from vdm_tutor.widgets.base import WIDTH
from vdm_tutor.widgets.names import name_traces
from vdm_tutor.widgets.parts import Layer, Panel

N_STATES = 3  # below one another
SHOWN = ("always", "truth")
LONG = 110  # letters of a caption; what has more takes two lines


def film_strip(explorer) -> bytes:
    """A PNG: the opening state and others along the knob `film`, a row a state, a column a panel."""
    states = _states(explorer)
    panels = explorer.panels
    widths = [2.0 if panel.wide else 1.0 for panel in panels]
    inches = WIDTH / sum(widths)
    height = max(panel.height * width * inches for panel, width in zip(panels, widths, strict=True))
    fig, _ = figure(size=(WIDTH, (height + 0.5) * len(states)))
    fig.clear()
    rows = []
    for row, places in zip(fig.subfigures(len(states), 1, squeeze=False).flat, states, strict=True):
        rows.append(row.subplots(1, len(panels), squeeze=False, width_ratios=widths).flat)
        for ax, panel in zip(rows[-1], panels, strict=True):
            _draw_panel(ax, panel, places)
        row.suptitle(_caption(explorer, places), fontsize=9, x=0.01, ha="left")
    fig.draw_without_rendering()  # only now is known where everything lies
    for column, panel in enumerate(panels):
        _name(panel, [row[column] for row in rows], states)
    return png_of(fig, DENSITY, small=False)  # it is packed once more, in few colours


def _states(explorer) -> list[dict[str, int]]:
    """The opening state between two others, in the order of the knob `film`."""
    knob = next(each for each in explorer.knobs if each.name == explorer.film)
    last = len(knob.values) - 1
    others = np.linspace(0.1 * last, 0.9 * last, N_STATES - 1).round().astype(int)
    return [
        explorer.places | {knob.name: int(place)} for place in sorted({*others.tolist(), explorer.places[knob.name]})
    ]


def _caption(explorer, places: dict[str, int]) -> str:
    moved = [f"{knob.symbol} = {knob.texts[places[knob.name]]}" for knob in explorer.knobs if not knob.guess]
    numbers = [f"{each.symbol} {each.texts.at(places)}{each.unit}" for each in explorer.readouts if each.when in SHOWN]
    where, worth = ", ".join(moved), "   ".join(numbers)
    return set_low(f"{where}\n{worth}" if len(where + worth) > LONG else f"{where}   {worth}".rstrip())


def set_low(text: str) -> str:
    """A name with its index set low, as the page sets it."""
    return re.sub(r"_(\w)", r"$_{\1}$", text)


def _draw_panel(ax: Axes, panel: Panel, places: dict[str, int]) -> None:
    for layer in panel.layers:
        if layer.when in SHOWN:
            _draw_layer(ax, panel, layer, places)
    ax.set(xlim=panel.x, ylim=panel.y, xticks=panel.x_ticks, yticks=panel.y_ticks)
    ax.set_xlabel(panel.x_label, fontsize=9)
    ax.set_ylabel(panel.y_label, fontsize=9)
    ax.tick_params(labelsize=8)


def _name(panel: Panel, column: list[Axes], states: list[dict[str, int]]) -> None:
    """Name each layer in the first of the states in which it is seen."""
    named = set()
    for ax, places in zip(column, states, strict=True):
        traces = []
        for layer in (each for each in panel.layers if each.when in SHOWN):
            name = set_low(layer.look.get("label", ""))
            width = layer.look.get("width", 2) * 4 / 3 if layer.kind == "segments" else 0.0  # a point is 4/3 pixels
            traces.append(("" if name in named else name, layer.look["colour"], width, trace(panel, layer, places)))
        named |= name_traces(ax, traces)


def trace(panel: Panel, layer: Layer, places: dict[str, int]) -> np.ndarray:
    """Points [n, 2] along what a layer draws; none of a shade, which names are written on."""
    at = {name: each.at(places) for name, each in layer.tables.items()}
    share = np.linspace(0, 1, max(5, 150 // max(each.size for each in at.values())))[:, None]  # no name fits between
    if layer.kind == "curve":
        fine = np.linspace(0, len(at["y"]) - 1, 200)
        x, y = (np.interp(fine, np.arange(len(at["y"])), at[axis]) for axis in "xy")
        return np.stack([x + at.get("at", 0.0), y], -1)
    if layer.kind == "points":
        return np.stack([at["x"].ravel(), at["y"].ravel()], -1)
    if layer.kind == "bars":
        across = at["x"] + layer.look["width"] * (share[::6] - 0.5)
        return np.stack(np.broadcast_arrays(across[:, None], at["y"] * share[::6]), -1).reshape(-1, 2)
    if layer.kind == "upright":
        return np.hstack([0 * share + at["x"], panel.y[0] + share * (panel.y[1] - panel.y[0])])
    if layer.kind == "level":
        return np.hstack([panel.x[0] + share * (panel.x[1] - panel.x[0]), 0 * share + at["y"]])
    if layer.kind == "segments":
        ends = ((np.atleast_1d(at[axis]), np.atleast_1d(at[f"to_{axis}"])) for axis in "xy")
        return np.stack(np.broadcast_arrays(*(low + share * (high - low) for low, high in ends)), -1).reshape(-1, 2)
    if layer.kind == "words":
        letters = 0.03 * (panel.x[1] - panel.x[0]) * len(str(at["text"]))
        return np.hstack([at["x"] + letters * share, 0 * share + at["y"]])
    return np.empty((0, 2))


def _draw_layer(ax: Axes, panel: Panel, layer: Layer, places: dict[str, int]) -> None:
    at = {name: each.at(places) for name, each in layer.tables.items()}
    colour, line = layer.look["colour"], "--" if layer.look.get("dash") else "-"
    if layer.kind == "curve":
        x = at["x"] + at.get("at", 0.0)
        ax.plot(x, at["y"], line, color=colour)
        if layer.look.get("fill"):
            ax.fill_between(x, at["y"], color=colour, alpha=0.2, linewidth=0)
    elif layer.kind == "points":
        ax.plot(at["x"].ravel(), at["y"].ravel(), ".", color=colour, markersize=layer.look["size"], alpha=0.6)
    elif layer.kind == "bars":
        ax.bar(np.atleast_1d(at["x"]), np.atleast_1d(at["y"]), layer.look["width"], color=colour)
    elif layer.kind == "upright":
        ax.axvline(float(at["x"]), color=colour, linestyle=line)
    elif layer.kind == "level":
        ax.axhline(float(at["y"]), color=colour, linestyle=line)
    elif layer.kind == "segments":
        ends = (np.stack(np.broadcast_arrays(*(at[f"{to}{axis}"] for to in ("", "to_")))) for axis in "xy")
        ax.plot(*(each.reshape(2, -1) for each in ends), color=colour, linewidth=layer.look["width"])
    elif layer.kind == "shade":
        soft = LinearSegmentedColormap.from_list("soft", [f"{colour}00", f"{colour}a0"])
        ax.imshow(at["ink"], extent=(*panel.x, *panel.y), origin="lower", aspect="auto", cmap=soft, vmin=0, vmax=255)
    elif layer.kind == "words":
        ax.text(float(at["x"]), float(at["y"]), str(at["text"]), color=colour, fontsize=9)
