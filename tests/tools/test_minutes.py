"""The minutes that a lesson states are the ones that the tool measures, at its top and in 00's map."""

import re

import nbformat
import pytest

from tools.paths import FOLDER
from tools.reading import beyond, minutes, stated

LESSONS = {path.stem: nbformat.read(path, as_version=4) for path in sorted(FOLDER.glob("[0-9]*.ipynb"))}


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_says_how_long_it_takes(name):
    assert stated(LESSONS[name]) == minutes(LESSONS[name])
    for title, length in beyond(LESSONS[name]).items():
        assert title.endswith(f"({length} minute{'' if length == 1 else 's'})")


def test_the_cards_say_so_too():
    cards = nbformat.read(FOLDER / "cards.ipynb", as_version=4)
    assert stated(cards) == minutes(cards)


@pytest.mark.parametrize("name", LESSONS)
def test_the_map_says_the_same(name):
    words = "\n".join(cell.source for cell in LESSONS["00_start_here"].cells)
    (row,) = re.findall(rf"^\| \[.*\]\({name}\.ipynb\) .*\| (\d+) \|$", words, re.M)
    assert int(row) == minutes(LESSONS[name])
