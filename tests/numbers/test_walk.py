"""Whoever follows x0 from the data to the bound climbs back at most three times in the room's reading order."""

import sys
from pathlib import Path

import torch

from tests.tools.test_imports import NUMBERS
from vdm_tutor import vdm
from vdm_tutor.checkpoint import load
from vdm_tutor.data import digits

ROOM = Path(vdm.__file__).parent


def files_entered(x0: torch.Tensor, action) -> list[str]:
    """The files of the room into whose functions x0 itself is handed, in the order in which it first comes there."""
    found = dict.fromkeys(["data"])

    def watch(frame, event, _):
        file = Path(frame.f_code.co_filename)
        if event == "call" and file.parent == ROOM and file.stem in NUMBERS:
            count = frame.f_code.co_argcount + frame.f_code.co_kwonlyargcount
            if any(frame.f_locals.get(name) is x0 for name in frame.f_code.co_varnames[:count]):
                found[file.stem] = None

    sys.setprofile(watch)
    try:
        action(x0)
    finally:
        sys.setprofile(None)
    return list(found)


def climbs(files: list[str]) -> int:
    """How often the next file stands before the last one in the room's reading order."""
    places = [NUMBERS.index(file) for file in files]
    return sum(after < before for before, after in zip(places, places[1:], strict=False))


def test_from_data_to_bound_x0_climbs_at_most_three_times(generator):
    model = load("digits").model
    files = files_entered(digits("test")[0][:3], lambda x0: model.terms(x0, generator, n_draws=1).elbo)
    assert {"vdm", "process", "elbo", "likelihood", "levels"} <= set(files), files
    assert climbs(files) <= 3, files


def test_a_detour_is_counted():
    assert climbs(["data", "vdm", "process", "elbo", "noise_level", "likelihood", "levels"]) == 3
    assert climbs(["data", "vdm", "process", "elbo", "noise_level", "likelihood", "levels", "vdm", "data"]) == 4
