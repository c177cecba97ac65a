"""A real JupyterLab on localhost and a page of headless Chromium on it."""

from pathlib import Path

import nbformat
import pytest

from tests.widgets.test_explorers import BY_HAND
from tools.browser import serve

CELLS = [
    """
import numpy as np

from vdm_tutor.widgets import FrameScrubber, denoising_player, images, points

grey = np.arange(41, dtype=np.uint8)[:, None, None] * 5 + np.zeros((41, 4, 4), np.uint8)
dot = np.stack([np.linspace(-0.8, 0.8, 41), np.zeros(41)], axis=1)[:, None]
""",
    """
labels = [f"frame {i}" for i in range(41)]
FrameScrubber({"grey": images(grey), "dot": points(dot, extent=1.0)}, labels, seconds=1.0)
""",
    """
noise = np.random.default_rng(0).normal(size=(5, 500, 2))
density = np.exp(-np.square(np.mgrid[-2:2:32j, -2:2:32j]).sum(0))
denoising_player({"learned": noise, "exact": noise / 2}, ["a", "b", "c", "d", "e"], density)
""",
    """
digits = np.random.default_rng(0).integers(-1, 2, size=(5, 9, 1, 8, 8)).astype(float)  # three greys
denoising_player({"digits": digits}, ["a", "b", "c", "d", "e"])
""",
    """
from ipywidgets.widgets import widget

sum(isinstance(each, FrameScrubber) for each in widget._instances.values())
""",
]
EXPLORERS = [
    "from vdm_tutor.widgets import *",
    "explorer = two_opinions()\nexplorer",
    "explorer.state = 't=3 x0=-1.5'\nexplorer.state",
    "explorer.state",
    *(f"{make.__name__}()" for make in BY_HAND if make.__name__ != "two_opinions"),
]
OWN = ["from vdm_tutor.widgets import OwnData\n\nown = OwnData()\nown", "own.places = [[0.5, -0.5], [-1, 1]]"]
SAVED = [*CELLS[:2], "from vdm_tutor.widgets import two_opinions", "two_opinions()"]


@pytest.fixture(scope="session")
def lessons(tmp_path_factory) -> Path:
    """A folder with small notebooks that have not been run, and one that was, on another machine so to speak."""
    from tools.notebooks import execute

    folder = tmp_path_factory.mktemp("lessons")
    for name, cells in {
        "widgets": CELLS,
        "untrusted": CELLS,
        "explorers": EXPLORERS,
        "saved": SAVED,
        "own": OWN,
    }.items():
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source.strip()) for source in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
        nbformat.write(book, folder / f"{name}.ipynb")
    execute(folder / "untrusted.ipynb")
    return folder


@pytest.fixture(scope="session")
def lab(lessons, tmp_path_factory):
    with serve(lessons, tmp_path_factory.mktemp("home")) as url:
        yield url
