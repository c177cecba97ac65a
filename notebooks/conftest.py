"""What a lesson may take of memory, asked of its kernel after the last cell."""

import importlib.metadata
import re
from pathlib import Path

import pytest

# MB after the last cell (700, and room for more threads) and at the peak, where torch is built
# for the CPU alone: with CUDA all is larger.
MOST = {"VmRSS": 720, "VmHWM": 800}
ASKED = "+cpu" in importlib.metadata.version("torch") and Path("/proc/self/status").exists()


def held(pid: int) -> dict[str, float]:
    """What a process holds of memory now, and has held at most, MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return {name: int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) * 1024 / 1e6 for name in MOST}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """After the last cell of a notebook that ran; the kernel ends in any case."""
    ends = ASKED and (nextitem is None or nextitem.parent is not item.parent)
    kernel = getattr(item.parent, "kernel", None) if ends else None
    found = held(kernel.km.provisioner.pid) if kernel else {}
    done = yield
    for name, size in found.items():
        assert size < MOST[name], f"{item.parent.name}: {name} is {size:.0f} MB, the budget {MOST[name]}"
    return done
