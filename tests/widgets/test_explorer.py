"""The explorer's Python side: what goes to the page, how a state is read, what stands in for it, what it refuses."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.parts import Handle, Panel, bars, curve, knob, level, number, points, segments, shade, words
from vdm_tutor.widgets.tables import over, pack, table, written

RANDOM = np.random.default_rng(0)
KNOBS = [knob("a", range(3), 1, form=".0f"), knob("b", np.linspace(-1, 1, 5), 0, "β", form=".1f")]


def small(**more) -> Explorer:
    """One layer of each kind, over none, one or both of two knobs."""
    x = np.linspace(0, 1, 7)
    layers = [
        curve(x, over("a b", RANDOM.normal(size=(3, 5, 7))), "#0072B2", "line", at=over("b", RANDOM.normal(size=5))),
        points(over("a", RANDOM.normal(size=(3, 11))), over("a", RANDOM.normal(size=(3, 11))), "#C24E00"),
        bars([0.2, 0.6], over("b", RANDOM.uniform(size=(5, 2))), "#009E73", 0.2),
        segments(0.0, 0.0, over("a", np.arange(3.0)), 1.0, "#8A63C9", arrow=True),
        shade(over("a", RANDOM.uniform(size=(3, 4, 6)))),
        words(0.5, 0.5, over("a", np.array(["one", "two", "three"]))),
        level(0.0, "#767676"),
    ]
    panel = Panel(layers, (0, 1), (-2, 2), "x", handles=[Handle("b", 0.0)])
    readouts = [number("sum", over("a b", np.add.outer(np.arange(3), KNOBS[1].values)), ".2f")]
    return Explorer("small", KNOBS, [panel], readouts, **more)


def as_the_page_reads(payload: bytes, place: dict, places: dict[str, int]):
    """An entry, from the bytes and the description alone."""
    dtype = np.uint8 if place["kind"] == "bytes" else np.dtype("<u2")
    assert place["offset"] % np.dtype(dtype).itemsize == 0
    whole = np.frombuffer(payload, dtype, int(np.prod(place["shape"])), place["offset"]).reshape(place["shape"])
    entry = whole[tuple(places[name] for name in place["over"])]
    if place["kind"] == "text":
        return place["texts"][int(entry)]
    return entry if place["kind"] == "bytes" else np.where(entry == 65535, np.nan, place["low"] + place["step"] * entry)


def test_every_entry_arrives_at_its_place():
    numbers, texts = over("a b", RANDOM.normal(size=(3, 5, 7))), over("b a", RANDOM.integers(0, 99, (5, 3)).astype(str))
    ink = over("a", RANDOM.integers(0, 256, (3, 3, 3)).astype(np.uint8))  # an odd number of bytes before the next
    payload, described = pack([ink, numbers, texts])
    for a in range(3):
        for b in range(5):
            read = [as_the_page_reads(payload, place, {"a": a, "b": b}) for place in described]
            np.testing.assert_array_equal(read[0], ink.values[a])
            assert np.abs(read[1] - numbers.values[a, b]).max() <= np.ptp(numbers.values) / 65534 * 0.5001
            assert read[2] == texts.values[b, a]


def test_nothing_stays_nothing_and_the_ends_are_exact():
    payload, (place,) = pack([table([2.0, np.nan, -3.0])])
    np.testing.assert_allclose(as_the_page_reads(payload, place, {}), [2.0, np.nan, -3.0], rtol=1e-12)


def test_a_table_that_is_used_twice_is_sent_once():
    twice = over("a", np.zeros((3, 1000)))
    panel = Panel([curve(twice, twice, "#000000"), curve(twice, twice, "#000000")], (0, 1), (0, 1))
    assert len(Explorer("twice", KNOBS, [panel]).payload) == 6000


@pytest.mark.parametrize(
    "value, form, text",
    [(0.125, ".2f", "0.12"), (-0.0004, ".3f", "0.000"), (-1.5, ".1f", "−1.5"), (6.4e-5, ".1e", "6.4e−05")],
)
def test_numbers_are_written_as_python_writes_them(value, form, text):
    assert written(table(value), form).values.item() == text


def test_a_state_can_be_read_and_set_in_part():
    widget = small()
    assert widget.state == "a=1 b=0.0"
    widget.state = "b=-0.5"
    assert widget.state == "a=1 b=-0.5" and widget.places == {"a": 1, "b": 1}
    widget.state = "a=2 b=0.8"  # the nearest value
    assert widget.state == "a=2 b=1.0"
    assert repr(widget) == "Explorer(small: a=2 b=1.0)"


@pytest.mark.parametrize(
    "state, message",
    [
        ("c=1", "there is no knob 'c'; the knobs are a, b"),
        ("a=9", "a goes from 0 to 2; got 9"),
        ("a=nan", "a goes from 0 to 2; got nan"),
        ("b=left", "b is a number from -1.0 to 1.0; got 'left'"),
        ("hello", "'hello' sets nothing: a state looks like 'a=1 b=0.0'"),
    ],
)
def test_a_state_that_is_none_is_refused_and_the_old_one_kept(state, message):
    widget = small()
    with pytest.raises(ValueError, match=message):
        widget.state = state
    assert widget.state == "a=1 b=0.0"


def test_a_guess_stands_in_no_state():
    knobs = [*KNOBS, knob("guess", [0, 1], 0, guess=True)]
    widget = Explorer("asked", knobs, [Panel([curve([0, 1], [0, 1], "#000000")], (0, 1), (0, 1))])
    assert "guess" not in widget.state
    with pytest.raises(ValueError, match="there is no knob 'guess'"):
        widget.state = "guess=1"


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: knob("a", [0, 0], 0), "the knob a needs two values or more, in rising order"),
        (lambda: knob("a", [0, 0.001], 0), "two values of one text: give it more digits than '.2f'"),
        (lambda: over("a b", np.zeros(3)), r"a table over a b needs 2 axes or more; got the shape \[3\]"),
        (
            lambda: Explorer("x", KNOBS, [Panel([curve([0], over("a", np.zeros((4, 1))), "#0")], (0, 1), (0, 1))]),
            "a table over a has 4 entries there; the knob has 3",
        ),
        (
            lambda: Explorer("x", KNOBS, [Panel([curve([0], over("c", np.zeros((4, 1))), "#0")], (0, 1), (0, 1))]),
            "there is no knob 'c'; the knobs are a, b",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_without_a_kernel_there_are_words_and_a_picture():
    data, metadata = small()._repr_mimebundle_()
    assert data["text/plain"] == "Explorer(small: a=1 b=0.0)"
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGBA"))
    assert picture.shape[1] > 1000 and (picture[..., 3] > 0).mean() > 0.02
    assert metadata["image/png"]["alt"] == "film strip of Explorer(small: a=1 b=0.0)"
