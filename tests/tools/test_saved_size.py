"""A lesson that was run and saved with its widgets, and its export, stay under five megabytes."""

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

from tools import notebooks
from tools.paths import FOLDER, lessons

MOST = 5e6  # bytes
CLOUD = """import numpy as np
from vdm_tutor.widgets import FrameScrubber, points

FrameScrubber({"": points(np.zeros((2, 50_000, 2)))}, ["a", "b"])"""  # 400 kB, in base64 a third more


def test_a_lesson_whose_widgets_are_too_large_is_refused_and_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "06_lesson.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(CLOUD, id="cloud")]), path)
    before = path.read_bytes()
    monkeypatch.setattr(notebooks, "LARGEST", 5e5)
    with pytest.raises(ValueError, match=r"run and saved it takes 0\.6 MB"):
        notebooks.execute(path)
    assert path.read_bytes() == before
    monkeypatch.setattr(notebooks, "LARGEST", 7e5)
    notebooks.execute(path)
    assert len(path.read_bytes()) < 1e5  # what is committed holds no widget's state


def test_an_export_adds_half_a_megabyte_at_most_to_the_largest_lesson():
    largest = max(lessons(FOLDER), key=lambda path: path.stat().st_size)
    exported, _ = HTMLExporter().from_filename(str(largest))
    assert len(exported.encode()) - largest.stat().st_size < MOST - notebooks.LARGEST
