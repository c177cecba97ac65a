"""Execute lessons afresh and keep their outputs: the only way that committed outputs are made.

usage: python -m tools.notebooks [06 07 elbo ...]      (default: all, the question book included)
"""

import base64
import copy
import io
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from PIL import Image
from tqdm import tqdm
from traitlets.config import Config

from tools.paths import FOLDER, lessons, topics
from vdm_tutor.whole_file import write_text

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
OPTIONS = {"record_timing": False, "store_widget_state": False, "coalesce_streams": True}
OPTIONS |= {"timeout": 300, "kernel_name": "python3"}
# Without it each kernel prints a warning into the progress bar: what it says goes over this machine in the clear.
OPTIONS |= {"config": Config({"KernelManager": {"transport_encryption": "auto"}})}
KEPT = ("tags", "reason", "questions", "jupyter", "editable")  # what an author writes into a cell's metadata
LIVE, PNG = "application/vnd.jupyter.widget-view+json", "image/png"
UNSEEN = 8  # of 255: what a pixel may differ by in two pictures that look the same
LARGEST = 4.5e6  # bytes of a lesson that was run and saved with its widgets; its export adds half a megabyte of page


def execute(path: Path) -> float:
    """Run one lesson in a fresh kernel, in order, and write it back in one move; gives the seconds it took.

    Raises nbclient's errors, and ValueError for a lesson that is too large; the file then stays as it was.
    """
    book = nbformat.read(path, as_version=4)
    before = copy.deepcopy(book)
    code = [cell for cell in book.cells if cell.cell_type == "code" and cell.source.strip()]
    with tqdm(total=len(code), desc=path.stem, unit="cell", leave=False) as bar:
        options = OPTIONS | {"store_widget_state": True, "on_cell_executed": lambda **_: bar.update()}
        client = NotebookClient(book, resources={"metadata": {"path": str(path.parent)}}, **options)
        started = time.monotonic()
        client.execute()
        seconds = time.monotonic() - started
    if (size := len(nbformat.writes(book).encode())) > LARGEST:
        raise ValueError(f"run and saved it takes {size / 1e6:.1f} MB, and {LARGEST / 1e6} is the most")
    tidy(book)
    keep_pictures(book, before)
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


def keep_pictures(book: nbformat.NotebookNode, before: nbformat.NotebookNode) -> None:
    """Put back each picture of `before` that looks the same: the history keeps every version of its bytes for good."""
    old = {cell.get("id"): pictures(cell) for cell in before.cells}
    for cell in book.cells:
        for new, was in zip(pictures(cell), old.get(cell.get("id"), []), strict=False):
            if looks_same(new[PNG], was[PNG]):
                new[PNG] = was[PNG]


def pictures(cell: nbformat.NotebookNode) -> list[dict]:
    """The data of those outputs of a cell that have a picture, in order."""
    return [output.data for output in cell.get("outputs", []) if PNG in output.get("data", {})]


def looks_same(png: str, other: str) -> bool:
    """Whether two pictures, as notebooks hold them, are of one size and differ nowhere by more than an eye can see."""
    ours, theirs = pixels(png), pixels(other)
    return ours.shape == theirs.shape and abs(ours - theirs).max() <= UNSEEN


def pixels(png: str) -> np.ndarray:
    """Red, green, blue and opacity of every pixel, 0..255."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA"), dtype=int)


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
        except (CellExecutionError, CellTimeoutError, DeadKernelError, ValueError) as error:
            print(f"{path.stem} stopped, its outputs are as they were:\n{error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
