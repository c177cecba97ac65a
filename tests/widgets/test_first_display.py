"""What an explorer costs before it shows: processor seconds for its tables and its still, and bytes to the page."""

import json
import subprocess
import sys

import pytest

from tools.gallery import SCREENS

LONGEST, LARGEST = 1.0, 1e6  # processor seconds, bytes
BUSY = 2.0  # how many times as long a core may take that others share
MEASURE = """
import json, time
import vdm_tutor.widgets

def cost(make):
    started = time.process_time()
    explorer = make()
    explorer._repr_mimebundle_()
    seconds = time.process_time() - started
    return seconds, len(explorer.payload) + len(json.dumps(explorer.view).encode())

print(json.dumps({name: cost(getattr(vdm_tutor.widgets, name)) for name in NAMES}))
"""


@pytest.fixture(scope="module")
def costs() -> dict[str, tuple[float, int]]:
    """Of each explorer, in a Python of its own, where no signature is checked."""
    words = [sys.executable, "-c", MEASURE.replace("NAMES", repr(list(SCREENS)))]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", SCREENS)
def test_the_first_display_takes_a_second_and_a_megabyte_at_most(costs, name):
    seconds, size = costs[name]
    assert seconds < BUSY * LONGEST and size < LARGEST
