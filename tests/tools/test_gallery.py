"""The gallery has a screen for every explorer, its states are states, and its page asks for nothing outside it."""

import re

import nbformat
import pytest

import vdm_tutor.widgets
from tools.gallery import SCREENS, page
from tools.paths import FOLDER
from vdm_tutor.widgets import Explorer, two_opinions

GENERAL = {"Explorer", "FrameScrubber", "OwnData", "denoising_player", "figures", "images", "points"}


def test_every_explorer_has_a_screen_and_every_screen_its_words():
    assert set(SCREENS) == set(vdm_tutor.widgets.__all__) - GENERAL
    for make, words in SCREENS.items():
        assert set(words) == {"lesson", "title", "ask", "expect", "look"}, make
        assert 2 <= len(words["ask"]) == len(words["expect"]) and words["look"], make
        assert all(each.rstrip().endswith((".", "?")) for each in words["ask"])


@pytest.mark.parametrize("make", SCREENS)
def test_its_states_are_states(make):
    explorer: Explorer = getattr(vdm_tutor.widgets, make)()
    for state in SCREENS[make]["look"]:
        explorer.state = state
        assert explorer.state == state


def test_the_page_holds_all_it_needs():
    text = page({"two_opinions": two_opinions()})
    assert not re.search(r"(src|href)=\"(?!#)|@import|https?://|@[A-Z]+@", text)
    assert "export default { render }" in text and text.count("<section") == 1


@pytest.mark.parametrize("lesson", [f"{number:02}" for number in range(1, 14)])
def test_each_lesson_has_an_explorer_in_a_cell_of_its_own_number(lesson):
    (path,) = FOLDER.glob(f"{lesson}_*.ipynb")
    code = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
    used = {make for make in SCREENS if re.search(rf"\b{make}\(", code)}
    assert used and used == {make for make, words in SCREENS.items() if words["lesson"] == lesson}


@pytest.mark.parametrize("make", SCREENS)
def test_its_first_state_does_not_answer_its_question(make):
    explorer: Explorer = getattr(vdm_tutor.widgets, make)()
    assert explorer.view["ask"]
    if make == "water_level":  # asks of a place where it does not open
        assert explorer.state == "noise_var=0.6 second=1.0" and "σ² to 2" in explorer.view["ask"]
        return
    assert any(knob.guess for knob in explorer.knobs)
    layers = [layer for panel in explorer.panels for layer in panel.layers]
    hidden = [each.when for each in [*explorer.readouts, *explorer.panels, *layers]]
    assert "told" in hidden and "truth" in hidden  # how far off the guess was, and what there is to explore
