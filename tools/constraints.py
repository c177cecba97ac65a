"""Write constraints.txt: the installed versions of all that requirements.txt brings along."""

import importlib.metadata
import re
from pathlib import Path

HEADER = "# Transitive pins, beside requirements.txt. Remake in a fresh .venv: make constraints\n"
OURS = {"vdm-tutor", "pip", "setuptools"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    root = Path(__file__).parent.parent
    lines = root.joinpath("requirements.txt").read_text().splitlines()
    direct = {canonical(line.split("==")[0]) for line in lines if "==" in line}
    found = {canonical(d.metadata["Name"]): d.version for d in importlib.metadata.distributions()}
    rows = [f"{name}=={found[name]}\n" for name in sorted(found) if name not in direct | OURS]
    root.joinpath("constraints.txt").write_text(HEADER + "".join(rows))


if __name__ == "__main__":
    main()
