"""A lesson that is run again adds no picture to the history that looks like the one before."""

import base64
import io

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from tools.notebooks import UNSEEN, execute, keep_pictures

GREY = np.full((7, 11, 3), 100, dtype=np.uint8)


def png(pixels: np.ndarray, level: int = 9) -> str:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=level)
    return base64.b64encode(buffer.getvalue()).decode()


def book(*pictures: str, cell: str = "a") -> nbformat.NotebookNode:
    outputs = [new_output("display_data", data={"image/png": each, "text/plain": "it"}) for each in pictures]
    return new_notebook(cells=[new_code_cell("show()", id=cell, outputs=outputs)])


def one_pixel_off(by: int) -> np.ndarray:
    changed = GREY.copy()
    changed[3, 5, 1] += by
    return changed


@pytest.mark.parametrize(
    ("new", "kept"),
    [
        (png(GREY, level=0), True),  # other bytes, the same pixels
        (png(one_pixel_off(UNSEEN)), True),
        (png(one_pixel_off(UNSEEN + 1)), False),
        (png(GREY[:, :-1]), False),
        (png(np.dstack([GREY, np.full((7, 11), 200, dtype=np.uint8)])), False),  # a little transparent
    ],
)
def test_a_picture_stays_where_the_new_one_looks_the_same(new, kept):
    made = book(new)
    keep_pictures(made, book(png(GREY)))
    assert made.cells[0].outputs[0].data["image/png"] == (png(GREY) if kept else new)


def test_each_picture_is_compared_with_its_own():
    first, second, light = png(GREY), png(GREY[::2]), png(GREY[::2], level=0)
    made = book(png(GREY, level=0), light)
    keep_pictures(made, book(first, second))
    assert [output.data["image/png"] for output in made.cells[0].outputs] == [first, second]
    made = book(light)
    keep_pictures(made, book(second, cell="another"))
    assert made.cells[0].outputs[0].data["image/png"] == light


def test_a_lesson_that_is_run_again_is_the_same_file(tmp_path):
    source = "from vdm_tutor.lab.plots import figure, show\n\nfig, ax = figure(size=(2, 1))\nshow(fig, 'it')"
    path = tmp_path / "06_lesson.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source, id="picture")]), path)
    execute(path)
    made = nbformat.read(path, as_version=4)
    (data,) = (output.data for output in made.cells[0].outputs)
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(data["image/png"]))))
    data["image/png"] = png(pixels, level=0)  # as another zlib writes it
    nbformat.write(made, path)
    before = nbformat.read(path, as_version=4)
    execute(path)
    assert nbformat.read(path, as_version=4) == before
