"""What a lesson may take of memory, asked of its kernel after the last cell."""

import importlib.metadata
import os
import re
from pathlib import Path

import pytest

MOST = 720  # MB: 700, and room for more threads, where torch is built for the CPU alone
# glibc before 2.38 may fail to use freed arrays again (its bug 14581): by where the heap lies, one run of
# a lesson in forty held twice as much. What is asked is what the lesson holds: arrays go back at once.
os.environ["MALLOC_MMAP_THRESHOLD_"] = "65536"
ASKED = "+cpu" in importlib.metadata.version("torch") and Path("/proc/self/status").exists()


def held(pid: int) -> float:
    """What a process holds, MB. Its peak hangs on the system too, and is now and then twice as high."""
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1]) * 1024 / 1e6


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """After the last cell of a lesson (a topic of the book is none); the kernel ends in any case."""
    ends = (
        ASKED
        and item.path.parent == Path(__file__).parent
        and (nextitem is None or nextitem.parent is not item.parent)
    )
    kernel = getattr(item.parent, "kernel", None) if ends else None
    size = held(kernel.km.provisioner.pid) if kernel else 0.0
    done = yield
    assert size < MOST, f"{item.parent.name}: its kernel holds {size:.0f} MB, the budget is {MOST}"
    return done
