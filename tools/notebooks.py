"""Execute lessons afresh and keep their outputs: the only way that committed outputs are made.

usage: python tools/notebooks.py [06 07 ...]      (default: all)
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def execute(path: Path) -> float:
    """Run one lesson in a fresh kernel, in order, and write it back in one move; gives the seconds it took."""
    book = nbformat.read(path, as_version=4)
    started = time.monotonic()
    options = {"record_timing": False, "store_widget_state": False, "timeout": 300, "kernel_name": "python3"}
    NotebookClient(book, resources={"metadata": {"path": str(path.parent)}}, **options).execute()
    seconds = time.monotonic() - started
    book.metadata = nbformat.from_dict(METADATA)
    for cell in book.cells:
        cell.metadata.pop("execution", None)
    temporary = path.with_suffix(".tmp")
    nbformat.write(book, temporary)
    os.replace(temporary, path)
    return seconds


def main() -> int:
    wanted = sys.argv[1:]
    paths = [p for p in sorted(FOLDER.glob("*.ipynb")) if not wanted or p.name[:2] in wanted or p.stem in wanted]
    if not paths:
        print(f"no lesson matches {' '.join(wanted) or FOLDER}", file=sys.stderr)
        return 2
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", *map(str, paths)], check=True)
    for path in paths:
        print(f"{path.stem} ...", end=" ", flush=True)
        print(f"{execute(path):.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
