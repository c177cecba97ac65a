"""What an explorer sends to the page before it shows. Its seconds are in BENCHMARKS.md."""

import json

import pytest

import vdm_tutor.widgets
from tools.gallery import SCREENS

LARGEST = 1e6  # bytes


def weight(explorer: vdm_tutor.widgets.Explorer) -> int:
    return len(explorer.payload) + len(json.dumps(explorer.view).encode())


@pytest.mark.parametrize("name", SCREENS)
def test_the_first_display_takes_a_megabyte_at_most(name):
    assert weight(getattr(vdm_tutor.widgets, name)()) < LARGEST
