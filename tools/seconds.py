"""How long each lesson computes, section by section: measured once, kept in seconds.json, read by the teacher's pages.

usage: python -m tools.seconds [06 07 ...]      (default: all; a quarter of an hour)

Counted are processor seconds of the kernel and what it starts, on one thread: another program that holds the cores
changes them little, and a run on a free core takes as long. A page rounds them to 1, 2, 5, 10, 20 or 50.
"""

import json
import os
import sys
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient

from tools.notebooks import OPTIONS
from tools.paths import FOLDER
from tools.reading import HEADING
from vdm_tutor.whole_file import write_text

KEPT = Path(__file__).with_suffix(".json")
STEPS = (1, 2, 5, 10, 20, 50, 100)
LEAST = 0.1  # seconds: shorter cells are not kept


def rounded(seconds: float) -> str:
    """Seconds as a page says them: the nearest of 1, 2, 5, 10, ..., nearest by ratio; below half a second nothing."""
    if seconds < 0.5:
        return ""
    return str(min(STEPS, key=lambda step: max(step / seconds, seconds / step)))


def used(kernel: psutil.Process) -> float:
    """Processor seconds that a process, its children and their dead have used."""
    return sum(sum(process.cpu_times()[:4]) for process in [kernel, *kernel.children(recursive=True)])


def measure(path: Path) -> dict[str, float]:
    """Seconds of each cell of a lesson by its id, in a fresh kernel; the lesson's file stays as it is."""
    book, found, before = nbformat.read(path, as_version=4), {}, {}

    def kernel() -> psutil.Process:
        return psutil.Process(client.km.provisioner.process.pid)

    def start(cell, **_):
        before[cell.id] = used(kernel())

    def end(cell, **_):
        found[cell.id] = round(used(kernel()) - before[cell.id], 1)

    hooks = {"on_cell_execute": start, "on_cell_executed": end}
    client = NotebookClient(book, resources={"metadata": {"path": str(path.parent)}}, **OPTIONS, **hooks)
    client.execute(env={**os.environ, "OMP_NUM_THREADS": "1"})
    return {name: seconds for name, seconds in found.items() if seconds >= LEAST}


def known() -> dict[str, dict[str, float]]:
    """For each lesson the seconds of its cells, by id, as they were measured."""
    return json.loads(KEPT.read_text(encoding="utf-8"))["seconds"]


def by_section(book: nbformat.NotebookNode, cells: dict[str, float]) -> dict[str, float]:
    """Seconds under each heading of a lesson ("" before the first), from those of its cells."""
    found, title = {}, ""
    for cell in book.cells:
        if cell.cell_type == "markdown":
            title = next((heading for _, heading in reversed(HEADING.findall(cell.source))), title)
        found[title] = found.get(title, 0) + cells.get(cell.id, 0)
    return found


def main() -> int:
    wanted, found = sys.argv[1:], known() if KEPT.exists() else {}
    for path in FOLDER.glob("[0-9]*.ipynb"):
        if not wanted or path.name[:2] in wanted:
            found[path.name[:2]] = measure(path)
            print(f"{path.stem}  {sum(found[path.name[:2]].values()):.1f} s", flush=True)
    kept = {"command": "python -m tools.seconds", "seconds": dict(sorted(found.items()))}
    write_text(KEPT, json.dumps(kept, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
