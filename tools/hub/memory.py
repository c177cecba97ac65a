"""How much memory the students' servers and kernels hold, each page shared by several counted in parts (PSS)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import psutil


def processes_of(homes: Path) -> Iterator[psutil.Process]:
    """Every process that runs for a student of ours, by the home that it was given."""
    for process in psutil.process_iter():
        try:
            if process.environ().get("HOME", "").startswith(f"{homes}/"):
                yield process
        except (psutil.Error, OSError):
            continue


def owner(process: psutil.Process) -> str:
    return Path(process.environ()["HOME"]).name


def kernels_of(homes: Path, student: str) -> list[psutil.Process]:
    return [p for p in processes_of(homes) if owner(p) == student and "ipykernel_launcher" in " ".join(p.cmdline())]


def megabytes(homes: Path) -> dict[str, dict[str, float]]:
    """For each student what the server and the kernels hold, MB."""
    found: dict[str, dict[str, float]] = defaultdict(lambda: {"server": 0.0, "kernel": 0.0})
    for process in processes_of(homes):
        try:
            kind = "kernel" if "ipykernel_launcher" in " ".join(process.cmdline()) else "server"
            rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
            found[owner(process)][kind] += int(re.search(r"^Pss: +(\d+) kB", rollup, re.M)[1]) * 1024 / 1e6
        except (psutil.Error, OSError, KeyError):
            continue
    return dict(found)
