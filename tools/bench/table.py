"""The table of BENCHMARKS.md: a row is a figure of ours beside another's, measured in the same run."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec

LIBRARIES = ("torch", "numpy", "jupyterlab", "anywidget", "diffusers")  # the last where it is installed
COLUMNS = ("what", "ratio", "ours", "beside")
HEAD = """# Benchmarks

Made by `make bench`; do not edit. Timings differ from machine to machine and from hour to hour: what counts is the
ratio, ours over what stands beside it, both measured in this one run.

{machine}

"""


@dataclass(frozen=True)
class Row:
    """One line: `ratio` is how many times ours is better, None where there is nothing to compare."""

    what: str
    ratio: float | None
    ours: str
    beside: str


def not_measured(what: str, why: str) -> Row:
    """The line of what this machine cannot measure."""
    return Row(what, None, "not measured", why)


def page(rows: Iterable[Row]) -> str:
    """BENCHMARKS.md, whole."""
    head = HEAD.format(machine=machine()) + line(COLUMNS) + line(["---"] * len(COLUMNS))
    return head + "".join(line(cells(row)) for row in rows)


def line(words: Iterable[str]) -> str:
    return f"| {' | '.join(words)} |\n"


def cells(row: Row) -> list[str]:
    digits = 2 if (row.ratio or 1) < 1 else 1 if (row.ratio or 1) < 10 else 0
    ratio = "" if row.ratio is None else f"{row.ratio:.{digits}f}"
    return [row.what, ratio and f"**{ratio} times**", row.ours, row.beside]


def machine() -> str:
    """The machine and the versions, in one sentence."""
    import torch

    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "no CUDA device"
    kind = f"{processor()}, {torch.backends.cpu.get_cpu_capability()}, {os.cpu_count()} cores, {device}"
    versions = [f"{name} {version(name)}" for name in LIBRARIES if find_spec(name)]
    return f"{kind}; Python {platform.python_version()}, {', '.join(versions)}."


def processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
