"""What an explorer costs before it shows: the processor's time for its tables and its still, and bytes to the page.

Time is counted in plain figures of matplotlib, so that it is no matter how fast a machine is.
"""

import json
import subprocess
import sys

import pytest

from tools.gallery import SCREENS

LONGEST, LARGEST = (
    13,
    1e6,
)  # figures, bytes: 6.5 figures take a second on two cores of ours, and twice that may be noise
MEASURE = """
import io, json, time
import matplotlib.pyplot as plt
import vdm_tutor.widgets

def plain_figure():
    started = time.process_time()
    figure, axes = plt.subplots(3, 3, figsize=(9, 7))
    for each in axes.flat:
        each.plot(range(500))
    figure.savefig(io.BytesIO(), dpi=100)
    plt.close(figure)
    return time.process_time() - started

def cost(make):
    started = time.process_time()
    explorer = make()
    explorer._repr_mimebundle_()
    seconds = time.process_time() - started
    return seconds / unit, len(explorer.payload) + len(json.dumps(explorer.view).encode())

unit = sorted(plain_figure() for _ in range(5))[2]
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
    figures, size = costs[name]
    assert figures < LONGEST and size < LARGEST
