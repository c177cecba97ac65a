"""The gallery has a screen for every explorer, its states are states, and its page asks for nothing outside it."""

import re

import pytest

import vdm_tutor.widgets
from tools.gallery import SCREENS, page
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
