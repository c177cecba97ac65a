"""Files that are there whole or not at all. Standard library alone."""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write(temporary)` fill a temporary file beside `path`, then put it in place in one move.

    The move comes only after the disk has the text, so that a machine that stops leaves the old file or the new one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=f".part{path.suffix}")
    os.close(handle)
    try:
        write(Path(temporary))
        with open(temporary, "rb+") as written:
            os.fsync(written.fileno())
        os.chmod(temporary, 0o644)  # mkstemp's files are for the owner alone
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text, whole or not at all; lines end as they do in `text` on every system."""
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8", newline="\n"))


def sweep(path: Path) -> None:
    """Remove the temporary files of writers of `path` that were killed; only for whoever is its one writer."""
    ours = re.compile(rf"\.{re.escape(path.stem)}\.\w{{8}}\.part{re.escape(path.suffix)}")
    for stray in path.parent.iterdir():
        if ours.fullmatch(stray.name):
            stray.unlink(missing_ok=True)
