"""The page's look-ups, in Node: against the same look-ups in numpy."""

import base64
import json
import shutil
import subprocess

import numpy as np
import pytest

from tests.widgets.test_explorer import KNOBS, RANDOM, as_the_page_reads
from vdm_tutor.widgets import explorer
from vdm_tutor.widgets.tables import over, pack

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="Node is not here: the page's look-ups go untested")


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """Evaluate an expression with the page's functions in reach."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "explorer.mjs").write_text((explorer.HERE / "explorer.js").read_text(encoding="utf-8"), encoding="utf-8")

    def evaluate(expression: str, **given):
        names = ", ".join(given)
        lines = [
            'import * as page from "./explorer.mjs";',
            f"const {{ {names} }} = {json.dumps(given)};" if given else "",
            f"console.log(JSON.stringify({expression}));",
        ]
        (folder / "ask.mjs").write_text("\n".join(lines), encoding="utf-8")
        asked = subprocess.run(["node", "ask.mjs"], cwd=folder, capture_output=True, text=True, timeout=60)
        assert not asked.returncode, asked.stderr
        return json.loads(asked.stdout)

    return evaluate


def test_the_nearest_value(node):
    values, wanted = np.sort(RANDOM.normal(size=31)).tolist(), RANDOM.normal(size=50).tolist()
    found = node("wanted.map((each) => page.nearest(values, each))", values=values, wanted=wanted)
    assert found == [int(np.abs(np.array(values) - each).argmin()) for each in wanted]


def test_entries_are_those_that_python_packed(node):
    tables = [
        over("a", RANDOM.integers(0, 256, (3, 3, 3)).astype(np.uint8)),
        over("b a", RANDOM.normal(size=(5, 3, 7))),
        over("", np.array([1.0, np.nan])),
        over("a b", RANDOM.integers(0, 9, (3, 5)).astype(str)),
    ]
    payload, described = pack(tables)
    places = {"a": 2, "b": 1}
    look = {"bytes": "bytesOf", "numbers": "numbersOf", "text": "textOf"}
    for place in described:
        call = f"page.{look[place['kind']]}(place, Uint8Array.from(Buffer.from(payload, 'base64')).buffer, places)"
        read = node(call, place=place, payload=base64.b64encode(payload).decode(), places=places)
        expected = as_the_page_reads(payload, place, places)
        if place["kind"] == "text":
            assert read == expected
        else:
            numbers = [np.nan if value is None else value for value in read.values()]
            np.testing.assert_allclose(numbers, expected.ravel(), rtol=1e-6)


def test_states_are_written_and_read_as_python_does(node):
    knobs = [{**vars(each), "values": each.values.tolist(), "texts": list(each.texts)} for each in KNOBS]
    for places in ({"a": 0, "b": 4}, {"a": 2, "b": 0}):
        state = explorer.state_of(KNOBS, places)
        assert node("page.stateOf(knobs, places)", knobs=knobs, places=places) == state
        assert node("page.placesOf(knobs, state)", knobs=knobs, state=state) == places


def test_of_two_handles_on_each_other_the_nearer_one_is_taken(node):
    handles = [
        {"node": {"at": at, "hidden": hidden}} for at, hidden in (([40, 9], False), ([52, 9], False), ([49, 9], True))
    ]
    places = [[44, 3], [47, 12], [60, 9], [0, 0]]
    found = node("places.map((place) => handles.indexOf(page.closest(handles, place)))", handles=handles, places=places)
    assert found == [0, 1, 1, 0]


def test_what_shows_when(node):
    phases = ["asking", "told", "free"]
    expected = {
        "always": [True, True, True], "truth": [False, True, True],
        "guess": [True, True, False], "told": [False, True, False],
    }  # fmt: skip
    for when, shown in expected.items():
        assert node("phases.map((phase) => page.shows(when, phase))", phases=phases, when=when) == shown


DRAWN = """(() => {
  const traces = [];
  globalThis.window = {};
  globalThis.Path2D = class {
    constructor() { traces.push((this.places = [])); }
    moveTo(...place) { this.places.push(place); }
    lineTo(...place) { this.places.push(place); }
  };
  const pen = new Proxy({}, { get: () => () => {}, set: () => true });
  const sheet = page.sheetOf({ panel, canvas: {}, size: [300, 200] }, []);
  page.DRAW.curve(pen, { kind: "curve", colour: "#000000", tables: {} }, (name) => curve[name], sheet);
  return traces[0];
})()"""


def test_a_curve_is_drawn_where_its_numbers_are(node):
    x, y = np.sort(RANDOM.uniform(-1, 3, size=17)), RANDOM.uniform(0.5, 2.5, size=17)
    x[[0, -1]], y[[0, -1]] = (-1, 3), (0.5, 2.5)  # the panel's corners, lower left and upper right
    panel = {"x": [-1, 3], "y": [0.5, 2.5], "x_ticks": [], "y_ticks": [], "x_label": "", "y_label": ""}
    drawn = np.array(node(DRAWN, panel=panel, curve={"x": x.tolist(), "y": y.tolist()}))
    left, bottom, right, top = *drawn[0], *drawn[-1]
    assert 0 <= left < right <= 300 and 0 <= top < bottom <= 200
    np.testing.assert_allclose(drawn[:, 0], left + (x + 1) / 4 * (right - left), atol=1e-9)
    np.testing.assert_allclose(drawn[:, 1], bottom + (y - 0.5) / 2 * (top - bottom), atol=1e-9)
