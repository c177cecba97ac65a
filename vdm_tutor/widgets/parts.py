"""What an explorer is made of: knobs, layers on panels, handles, and readouts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.widgets.tables import Table, table, written

Number = int | float


@dataclass(frozen=True)
class Knob:
    """What the hand moves: a named quantity, its values in rising order, and a text for each of them.

    A `guess` knob is moved before the truth is laid over it, and not thereafter.
    """

    name: str
    values: np.ndarray
    texts: tuple[str, ...]
    start: int
    symbol: str
    colour: str
    guess: bool = False

    def nearest(self, value: float) -> int:
        """The place of the value that lies nearest."""
        return int(np.abs(self.values - value).argmin())


def knob(name: str, values, start: Number, symbol: str = "", form: str = ".2f", **more) -> Knob:
    """A knob that begins at the value nearest to `start`; `form` is how Python formats its values."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or len(array) < 2 or not (np.diff(array) > 0).all():
        raise ValueError(f"the knob {name} needs two values or more, in rising order")
    texts = tuple(format(value, form) for value in array + 0.0)
    if len(set(texts)) < len(texts):
        raise ValueError(f"the knob {name} has two values of one text: give it more digits than {form!r}")
    more = {"colour": COLOURS.get(name, INK), **more}
    return Knob(name, array, texts, int(np.abs(array - start).argmin()), symbol or name, **more)


@dataclass(frozen=True)
class Layer:
    """One thing that is drawn: its tables by name, how it looks, and when it shows.

    `when` is "always"; "truth", from when the truth is laid over the guess; "guess", until the hand moves on from
    there; or "told", between the two.
    """

    kind: str
    tables: dict[str, Table]
    look: dict
    when: str = "always"


def _layer(kind: str, tables: dict, when: str, **look) -> Layer:
    made = {name: table(values) for name, values in tables.items() if values is not None}
    return Layer(kind, made, {name: value for name, value in look.items() if value not in ("", None, False)}, when)


def curve(
    x, y, colour: str, label: str = "", at=None, fill: bool = False, dash: bool = False, when: str = "always"
) -> Layer:
    """A line through the points (x, y), x moved by the table `at`; `fill` shades what lies between it and 0."""
    return _layer("curve", {"x": x, "y": y, "at": at}, when, colour=colour, label=label, fill=fill, dash=dash)


def points(x, y, colour: str, label: str = "", size: Number = 2.0, when: str = "always") -> Layer:
    """A cloud of dots, `size` pixels wide."""
    return _layer("points", {"x": x, "y": y}, when, colour=colour, label=label, size=size)


def bars(x, y, colour: str, width: Number, label: str = "", when: str = "always") -> Layer:
    """Upright bars from 0 to y, each `width` of x wide."""
    return _layer("bars", {"x": x, "y": y}, when, colour=colour, width=width, label=label)


def upright(x, colour: str, label: str = "", dash: bool = False, when: str = "always") -> Layer:
    """A line from the bottom to the top of its panel."""
    return _layer("upright", {"x": x}, when, colour=colour, label=label, dash=dash)


def level(y, colour: str, label: str = "", dash: bool = False, when: str = "always") -> Layer:
    """A line from the left to the right of its panel."""
    return _layer("level", {"y": y}, when, colour=colour, label=label, dash=dash)


def segments(
    x, y, to_x, to_y, colour: str, label: str = "", arrow: bool = False, width: Number = 2, when: str = "always"
) -> Layer:
    """Straight pieces from (x, y) to (to_x, to_y), with a head if they are arrows."""
    ends = {"x": x, "y": y, "to_x": to_x, "to_y": to_y}
    return _layer("segments", ends, when, colour=colour, label=label, arrow=arrow, width=width)


def shade(values, colour: str = INK, when: str = "always") -> Layer:
    """A picture [height, width] over the whole panel, row 0 low: the larger the value, the more ink."""
    peak = table(values)
    array = peak.values / np.maximum(peak.values.max(axis=(-1, -2), keepdims=True), 1e-300)
    return _layer("shade", {"ink": Table(peak.over, np.round(255 * array).astype(np.uint8))}, when, colour=colour)


def words(x, y, texts, colour: str = INK, when: str = "always") -> Layer:
    """A text at a place."""
    return _layer("words", {"x": x, "y": y, "text": texts}, when, colour=colour)


@dataclass(frozen=True)
class Handle:
    """Where the hand takes hold: at the values of the knobs `x` and `y`; a number or a table holds the other still.

    `at` is added to x: a width is taken hold of at the edge of what is wide.
    """

    x: str | Number | Table
    y: str | Number | Table
    at: Number | Table = 0

    @property
    def knobs(self) -> list[str]:
        """The names of what it moves."""
        return [name for name in (self.x, self.y) if isinstance(name, str)]


@dataclass(frozen=True)
class Panel:
    """Axes from x[0] to x[1] and y[0] to y[1], what is drawn on them, and what can be taken hold of.

    `when` is that of a layer.
    """

    layers: Sequence[Layer]
    x: tuple[Number, Number]
    y: tuple[Number, Number]
    x_label: str = ""
    y_label: str = ""
    x_ticks: Sequence[Number] = ()
    y_ticks: Sequence[Number] = ()
    handles: Sequence[Handle] = ()
    height: Number = 0.5  # of its width
    wide: bool = False
    title: str = ""
    when: str = "always"


@dataclass(frozen=True)
class Readout:
    """A number, or a word, beside the name of its quantity."""

    symbol: str
    texts: Table
    colour: str = INK
    unit: str = ""
    when: str = "always"


def number(symbol: str, values, form: str, colour: str = INK, **more) -> Readout:
    """A readout of numbers, each as Python formats it."""
    return Readout(symbol, written(table(values), form), colour, **more)
