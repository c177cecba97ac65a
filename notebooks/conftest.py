"""What a lesson may take of memory, asked of its kernel after the last cell."""

import importlib.metadata
import re
from pathlib import Path

import pytest

MOST = 700  # MB at the peak, where torch is built for the CPU alone: with CUDA it is larger by itself
ASKED = "+cpu" in importlib.metadata.version("torch") and Path("/proc/self/status").exists()


def peak(pid: int) -> float:
    """The most memory that a process has held so far, MB."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1]) * 1024 / 1e6


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """After the last cell of a notebook that ran; the kernel ends in any case."""
    ends = ASKED and (nextitem is None or nextitem.parent is not item.parent)
    kernel = getattr(item.parent, "kernel", None) if ends else None
    held = peak(kernel.km.provisioner.pid) if kernel else 0.0
    done = yield
    assert held < MOST, f"{item.parent.name}: its kernel took {held:.0f} MB; the budget is {MOST}"
    return done
