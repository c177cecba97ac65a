"""The explorer: knobs to move, and on the page a picture and numbers that Python computed for every place of them."""

from collections.abc import Sequence
from pathlib import Path

import traitlets

from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.widgets.base import Widget
from vdm_tutor.widgets.parts import Handle, Knob, Panel, Readout
from vdm_tutor.widgets.still import film_strip
from vdm_tutor.widgets.tables import Table, pack, table

HERE = Path(__file__).parent
WORDS = {"lay": "Lay the truth over it", "mark": "your guess"}


class Explorer(Widget):
    """Panels and readouts that follow the hand; the page has all data and no formula.

    Every layer and every readout is a table over some of the knobs, and the page picks the entry for their present
    places. With a guess knob and a question (`ask`) the reader guesses before the truth is laid over it. `state` is
    where the knobs are, as in "t=12 x0=-0.50": it can be read, set in whole or in part, and sent to a friend. Beside
    the widget stands a still picture, `film` being the knob that differs in it.
    """

    _esm = HERE / "explorer.js"
    _css = HERE / "explorer.css"
    payload = traitlets.Bytes().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)
    state = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        name: str,
        knobs: Sequence[Knob],
        panels: Sequence[Panel],
        readouts: Sequence[Readout] = (),
        ask: str = "",
        film: str = "",
    ):
        self.name, self.knobs, self.panels, self.readouts = name, list(knobs), list(panels), list(readouts)
        self.film = film or knobs[0].name
        payload, view = page(name, knobs, panels, readouts)
        opening = state_of(self.knobs, {knob.name: knob.start for knob in knobs})
        super().__init__(payload=payload, view={**view, "ask": ask}, state=opening)

    @traitlets.validate("state")
    def _valid(self, proposal) -> str:
        now = read_state(self.knobs, self.state) if self.state else {knob.name: knob.start for knob in self.knobs}
        return state_of(self.knobs, now | read_state(self.knobs, proposal["value"]))

    @property
    def places(self) -> dict[str, int]:
        """Where each knob is, as the index of its value."""
        return {knob.name: knob.start for knob in self.knobs} | read_state(self.knobs, self.state)

    def __repr__(self) -> str:
        return f"Explorer({self.name}: {self.state})"

    def still(self) -> bytes:
        return film_strip(self)


def state_of(knobs: Sequence[Knob], places: dict[str, int]) -> str:
    """The places of the knobs as a short text; a guess is the reader's own, and stands in no state."""
    return " ".join(f"{knob.name}={knob.texts[places[knob.name]]}" for knob in knobs if not knob.guess)


def read_state(knobs: Sequence[Knob], text: str) -> dict[str, int]:
    """The places that a text like "t=12 x0=-0.50" names, each the nearest; a ValueError in one sentence otherwise."""
    known = {knob.name: knob for knob in knobs if not knob.guess}
    example = state_of(knobs, {knob.name: knob.start for knob in knobs})
    places = {}
    for part in text.replace("\u2212", "-").split():
        name, equals, value = part.partition("=")
        if not equals:
            raise ValueError(f"{part[:30]!r} sets nothing: a state looks like {example!r}")
        if name not in known:
            raise ValueError(f"there is no knob {name[:30]!r}; the knobs are {', '.join(known)}")
        places[name] = _place(known[name], value)
    return places


def _place(knob: Knob, text: str) -> int:
    low, high = knob.texts[0], knob.texts[-1]
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{knob.name} is a number from {low} to {high}; got {text[:30]!r}") from None
    if not min(float(low), knob.values[0]) <= value <= max(float(high), knob.values[-1]):
        raise ValueError(f"{knob.name} goes from {low} to {high}; got {text[:30]}")
    return knob.nearest(value)


def page(name: str, knobs: Sequence[Knob], panels: Sequence[Panel], readouts: Sequence[Readout]) -> tuple[bytes, dict]:
    """What goes to the page: the tables as bytes, and a description in which each table is a number."""
    shelf = _Shelf({knob.name: len(knob.values) for knob in knobs})
    described = [
        {
            **{key: value for key, value in vars(panel).items() if key not in ("layers", "handles")},
            "x_ticks": [[tick, f"{tick:g}".replace("-", "\u2212")] for tick in panel.x_ticks],
            "y_ticks": [[tick, f"{tick:g}".replace("-", "\u2212")] for tick in panel.y_ticks],
            "layers": [
                {"kind": each.kind, "when": each.when, **each.look, "tables": shelf.keep_all(each.tables)}
                for each in panel.layers
            ],
            "handles": [shelf.handle(each) for each in panel.handles],
        }
        for panel in panels
    ]
    shown = [{**vars(each), "texts": shelf.keep(each.texts)} for each in readouts]
    turned = [{**vars(each), "values": each.values.tolist(), "texts": list(each.texts)} for each in knobs]
    payload, places = pack(shelf.tables)
    view = {"name": name, "knobs": turned, "panels": described, "readouts": shown, "tables": places}
    return payload, {**view, "words": WORDS, "ink": INK, "guess_colour": COLOURS["guess"]}


class _Shelf:
    """The tables of one explorer, each once, whoever uses it."""

    def __init__(self, lengths: dict[str, int]):
        self.tables, self._lengths, self._number = [], lengths, {}

    def keep(self, each: Table) -> int:
        for name, length in zip(each.over, each.values.shape, strict=False):
            if name not in self._lengths:
                raise ValueError(f"there is no knob {name!r}; the knobs are {', '.join(self._lengths)}")
            if length != self._lengths[name]:
                raise ValueError(f"a table over {name} has {length} entries there; the knob has {self._lengths[name]}")
        key = (id(each.values), each.over)
        if key not in self._number:
            self._number[key] = len(self.tables)
            self.tables.append(each)
        return self._number[key]

    def keep_all(self, tables: dict[str, Table]) -> dict[str, int]:
        return {name: self.keep(each) for name, each in tables.items()}

    def handle(self, each: Handle) -> dict:
        return {axis: at if isinstance(at, str) else self.keep(table(at)) for axis, at in vars(each).items()}
