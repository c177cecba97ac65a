"""The scrubber's Python side: what goes to the page, what stands in for it, and what it refuses."""

import base64
import io
import itertools
import re

import numpy as np
import pytest
from PIL import Image

from vdm_tutor.colours import COLOURS
from vdm_tutor.lab import rerun
from vdm_tutor.widgets import FrameScrubber, OwnData, denoising_player, figures, images, points, scrubber
from vdm_tutor.widgets.explorer import HERE
from vdm_tutor.widgets.player import mosaic

RANDOM = np.random.default_rng(0)
CLOUD = RANDOM.normal(size=(5, 7, 2))


def unpack(widget: FrameScrubber, panel: int, name: str, dtype) -> np.ndarray:
    """An array as the page reads it: its place in the payload, its shape."""
    place = widget.view["panels"][panel]["arrays"][name]
    assert place["offset"] % np.dtype(dtype).itemsize == 0
    size = int(np.prod(place["shape"]))
    return np.frombuffer(widget.payload, dtype, size, place["offset"]).reshape(place["shape"])


def test_points_are_kept_to_half_a_step_of_sixteen_bits():
    widget = FrameScrubber({"a": points(CLOUD, extent=4.0)}, list("vwxyz"))
    sent = unpack(widget, 0, "points", "<u2").astype(float)
    assert np.abs(sent / 65534 * 8 - 4 - CLOUD).max() <= 0.5 * 8 / 65534 + 1e-12


def test_points_outside_are_marked_and_the_edges_are_inside():
    frames = np.array([[[-1.0, 1.0], [1.01, 0.0], [0.0, -1.01]]])
    packed = points(frames, extent=1.0).arrays["points"][0]
    assert packed[0].tolist() == [0, 65534] and packed[1, 0] == 65535 and packed[2, 1] == 65535


def test_a_cloud_at_one_place_is_shown_there():
    assert (points(np.zeros((2, 3, 2))).arrays["points"] == 32767).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: points(CLOUD, extent=np.nan), "the extent is half the width"),
        (lambda: points(CLOUD, extent=-1.0), "got -1"),
        (
            lambda: denoising_player({"a": np.full((2, 3, 1, 8, 8), np.nan)}, "ab"),
            "a: a frame holds a value that is not",
        ),
        (lambda: denoising_player({"a": np.zeros((2, 0, 1, 8, 8))}, "ab"), r"got \[2, 0, 1, 8, 8\]"),
    ],
)
def test_what_cannot_be_shown_is_refused_before_it_is_packed(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_without_an_extent_every_point_is_inside():
    assert (points(CLOUD).arrays["points"] < 65535).all()


def test_all_panels_arrive_whole_in_one_payload():
    film = RANDOM.integers(0, 256, size=(5, 3, 3), dtype=np.uint8)  # an odd number of bytes before the next array
    widget = FrameScrubber({"film": images(film), "cloud": points(CLOUD, 4.0, CLOUD[:, :, :1] ** 2)}, list("vwxyz"))
    np.testing.assert_array_equal(unpack(widget, 0, "images", np.uint8), film)
    np.testing.assert_array_equal(unpack(widget, 1, "points", "<u2"), points(CLOUD, 4.0).arrays["points"])
    background = unpack(widget, 1, "background", np.uint8)
    assert background.shape == (5, 7, 1) and (background.max(axis=(1, 2)) == 255).all()
    assert widget.view["n_frames"] == 5 and widget.view["labels"] == list("vwxyz")


def test_a_film_of_figures_shows_each_figure_without_a_background():
    def draw(figure, index):
        ax = figure.subplots()
        ax.axvspan(index / 4, (index + 1) / 4, color="black")
        ax.set(xlim=(0, 1))
        ax.axis("off")

    film = figures(draw, 4, size=(1.0, 0.5))
    assert (film.n_frames, film.view["width"], film.view["height"]) == (4, 96, 48)
    for index, (start, end) in enumerate(itertools.pairwise([0, *film.view["ends"]])):
        png = film.arrays["figures"][start:end].tobytes()
        alpha = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))[..., 3]
        assert alpha.shape == (72, 144)
        inked = alpha.mean(axis=0) > 128
        assert inked[index * 36 + 6 : index * 36 + 28].all() and inked.sum() < 54


def strip_of(widget: FrameScrubber) -> np.ndarray:
    data, _ = widget._repr_mimebundle_()
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("L")).astype(float)


def test_the_still_picture_shows_the_frames_in_their_order():
    """A white bar that falls from frame to frame: its height in the strip falls from left to right."""
    film = np.zeros((11, 44, 44), dtype=np.uint8)
    for index in range(11):
        film[index, 4 * index : 4 * index + 4] = 255
    strip = strip_of(FrameScrubber({"": images(film)}, [str(i) for i in range(11)]))
    columns = np.array_split(np.arange(strip.shape[1]), scrubber.STRIP_FRAMES)
    dark = [np.where((strip[:, part] < 60).mean(axis=1) > 0.5)[0] for part in columns]
    top, bottom = min(map(min, dark)), max(map(max, dark))
    heights = []
    for part in columns:
        inside = strip[top : bottom + 1][:, part[len(part) // 4 : -len(part) // 4]].mean(axis=1)
        heights.append(np.argmax(inside))
    assert heights == sorted(heights) and heights[-1] - heights[0] > 0.7 * (bottom - top)


def test_the_frames_of_a_wide_panel_stand_below_one_another():
    """A black bar goes from left to right: in the upper third of the strip left, then in the middle, then right."""
    film = np.full((9, 30, 90), 255, dtype=np.uint8)
    for index in range(9):
        film[index, :, 10 * index : 10 * index + 10] = 0
    strip = strip_of(FrameScrubber({"": images(film)}, [str(i) for i in range(9)]))
    bars = [np.where((third < 60).mean(axis=0) > 0.5)[0] for third in np.array_split(strip, scrubber.WIDE_FRAMES)]
    assert [round(bar.mean() / strip.shape[1], 1) for bar in bars] == [0.1, 0.5, 0.9]
    assert min(map(len, bars)) > 0.09 * strip.shape[1]  # each frame as wide as the strip, or its words are small


def test_without_a_kernel_there_are_words_and_a_picture():
    widget = FrameScrubber({"learned": points(CLOUD), "exact": points(CLOUD)}, list("vwxyz"))
    data, _ = widget._repr_mimebundle_()
    assert data["text/plain"] == repr(widget) == "FrameScrubber(5 frames: learned, exact)"
    assert data["image/png"].startswith("iVBOR")


class Shell:
    """As much of a notebook's shell as a widget asks for."""

    def __init__(self):
        self.execution_count, self.parent_header = 1, {"metadata": {"cellId": "the-cell"}}


def test_a_rerun_of_the_cell_closes_what_it_made_before(monkeypatch):
    shell, closed = Shell(), []
    monkeypatch.setattr(rerun, "get_ipython", lambda: shell)
    monkeypatch.setattr(rerun, "close", closed.append)
    first, second = (FrameScrubber({"": points(CLOUD)}, list("vwxyz")) for _ in range(2))
    assert not closed  # two in one run of a cell live side by side
    shell.execution_count = 2
    third = OwnData()  # of another kind: what the cell showed before goes all the same
    assert closed == [first, second]
    shell.parent_header = {"metadata": {"cellId": "another-cell"}}
    FrameScrubber({"": points(CLOUD)}, list("vwxyz"))
    assert third not in closed


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: FrameScrubber({}, []), "a scrubber needs at least one panel"),
        (lambda: FrameScrubber({"a": points(CLOUD)}, ["x"]), "5 frames need 5 labels; got 1"),
        (
            lambda: FrameScrubber({"a": points(CLOUD), "b": points(CLOUD[:3])}, list("vwxyz")),
            "all panels need the same number of frames; got {'a': 5, 'b': 3}",
        ),
        (lambda: points(CLOUD[0]), r"points need the shape \[frame, n, 2\]; got \[7, 2\]"),
        (lambda: points(CLOUD / 0), "points: a frame holds a value that is not a finite number"),
        (lambda: points(CLOUD, background=np.ones((3, 4, 4))), r"the background needs \[1 or 5, height, width\]"),
        (lambda: images(np.zeros((3, 4, 4))), r"images need uint8 .*; got float64 \[3, 4, 4\]"),
        (
            lambda: denoising_player({"a": CLOUD[:, :, 0]}, list("vwxyz")),
            r"a path is \[frame, n, 2\] or .*; got \[5, 7\]",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:.*encountered in divide")
def test_what_does_not_fit_is_refused_in_one_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_mosaic_puts_each_digit_in_its_place_black_on_white():
    frames = np.stack([np.full((2, 8, 8), value) for value in (-1.0, 1.0, 0.0)], axis=1)  # [frame, n, 8, 8]
    sheet = mosaic(frames, n_columns=2)
    assert sheet.shape == (2, 18, 18) and sheet.dtype == np.uint8
    assert (sheet[0, :8, :8] == 255).all() and (sheet[0, :8, 10:] == 0).all() and (sheet[0, 10:, :8] == 128).all()
    assert (sheet[:, 8:10] == 255).all() and (sheet[0, 10:, 10:] == 255).all()


def test_the_player_gives_learned_and_exact_the_colours_of_the_course():
    density = np.ones((4, 4))
    widget = denoising_player({"learned": CLOUD, "exact": CLOUD}, list("vwxyz"), density)
    assert [panel["colour"] for panel in widget.view["panels"]] == [COLOURS["learned"], COLOURS["exact"]]
    assert all("background" in panel["arrays"] for panel in widget.view["panels"])
    digits = denoising_player({"digits": RANDOM.uniform(-1, 1, (5, 9, 1, 8, 8))}, list("vwxyz"))
    assert digits.view["panels"][0]["arrays"]["images"]["shape"] == [5, 28, 28]


FOR_PIXELS = {
    "abs",
    "atan2",
    "cos",
    "floor",
    "hypot",
    "max",
    "min",
    "round",
    "sin",
}  # places on a page, heads of arrows


@pytest.mark.parametrize("path", sorted(HERE.glob("*.js")), ids=lambda path: path.name)
def test_a_page_computes_places_and_no_formula(path):
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"Math\.(\w+)", text)) <= FOR_PIXELS and not re.search(r"\*\*|\beval\b|\bFunction\b", text)
