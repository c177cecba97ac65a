"""Write the second half of requirements.txt: the installed versions of all that its first half brings along.

usage: python -m tools.pins      (in a fresh .venv)
"""

import importlib.metadata
import re
from pathlib import Path

from vdm_tutor.whole_file import write_text

FILE = Path(__file__).parent.parent / "requirements.txt"
HEADER = "# What these bring along. Made afresh, in a new .venv, by: make pins\n"
OURS = {"vdm-tutor", "pip", "setuptools"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def completed(text: str, installed: dict[str, str]) -> str:
    """The file's first half, which people write, and below it a pin for each other package that is installed."""
    chosen = text.partition(HEADER)[0]
    ours = OURS | {canonical(line.split("==")[0]) for line in chosen.splitlines()}
    return chosen + HEADER + "".join(f"{name}=={installed[name]}\n" for name in sorted(installed) if name not in ours)


def main() -> None:
    installed = {canonical(found.metadata["Name"]): found.version for found in importlib.metadata.distributions()}
    write_text(FILE, completed(FILE.read_text(encoding="utf-8"), installed))


if __name__ == "__main__":
    main()
