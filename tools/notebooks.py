"""Execute lessons afresh and keep their outputs: the only way that committed outputs are made.

usage: python -m tools.notebooks [06 07 elbo ...]      (default: all, the question book included)
"""

import subprocess
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from tqdm import tqdm

from tools.paths import FOLDER, lessons, topics
from vdm_tutor.whole_file import write_text

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
OPTIONS = {"record_timing": False, "store_widget_state": False, "coalesce_streams": True}
OPTIONS |= {"timeout": 300, "kernel_name": "python3"}
KEPT = ("tags", "reason", "questions", "jupyter", "editable")  # what an author writes into a cell's metadata
LIVE = "application/vnd.jupyter.widget-view+json"


def execute(path: Path) -> float:
    """Run one lesson in a fresh kernel, in order, and write it back in one move; gives the seconds it took.

    Raises nbclient's errors; the file then stays as it was.
    """
    book = nbformat.read(path, as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code" and cell.source.strip()]
    with tqdm(total=len(code), desc=path.stem, unit="cell", leave=False) as bar:
        options = OPTIONS | {"on_cell_executed": lambda **_: bar.update()}
        client = NotebookClient(book, resources={"metadata": {"path": str(path.parent)}}, **options)
        started = time.monotonic()
        client.execute()
        seconds = time.monotonic() - started
    tidy(book)
    write_text(path, nbformat.writes(book) + "\n")
    return seconds


def tidy(book: nbformat.NotebookNode) -> None:
    """Leave nothing in the file that differs from run to run or from machine to machine."""
    book.metadata = nbformat.from_dict(METADATA)
    for cell in book.cells:
        cell.metadata = nbformat.from_dict({name: cell.metadata[name] for name in KEPT if name in cell.metadata})
        for output in cell.get("outputs", []):
            # Without a kernel the still picture beside it is shown in its place.
            output.get("data", {}).pop(LIVE, None)
            if output.output_type == "error":
                output.traceback = output.traceback[-1:]  # the frames above it hold this machine's paths


def main() -> int:
    wanted = sys.argv[1:]
    paths = [p for p in [*lessons(FOLDER), *topics(FOLDER)] if not wanted or p.name[:2] in wanted or p.stem in wanted]
    if not paths:
        print(f"no lesson matches {' '.join(wanted) or FOLDER}", file=sys.stderr)
        return 2
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", *map(str, paths)], check=True)
    for path in paths:
        try:
            print(f"{path.stem}  {execute(path):.1f} s", flush=True)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            print(f"{path.stem} stopped, its outputs are as they were:\n{error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
