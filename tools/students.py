"""Write the students' edition into a folder: lessons without outputs or solutions, and the pages that they point to.

usage: python -m tools.students FOLDER

For a hub (deploy/), for a repository that nbgitpuller fetches from, or for a stick. Written anew each time.
"""

import shutil
import sys
from pathlib import Path

from tools.paths import FOLDER, lessons, topics
from vdm_tutor.exercises.progress import FOLDER as COPIES
from vdm_tutor.lab.copies import stripped
from vdm_tutor.whole_file import write_text

ROOT = FOLDER.parent
PAGES = ("ERRATA.md", "CHANGELOG.md", "docs/map.svg", "docs/denoising.png", "docs/questions.md", "LICENSE-TEXT")


def write(folder: Path) -> None:
    """The whole edition; files of an earlier one are replaced, others are left alone."""
    for path in [*lessons(), *topics()]:
        write_text(folder / COPIES / path.relative_to(FOLDER), stripped(path))
    for name in PAGES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    write(Path(sys.argv[1]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
