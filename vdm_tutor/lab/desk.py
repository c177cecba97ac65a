"""Is everything there, and a copy of the lessons to write in.

`python -m vdm_tutor.lab` makes or completes my_lessons/ and opens JupyterLab there.
Imports only the standard library at the top: it has to run where something is missing.
"""

import importlib.metadata
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parents[2]
LESSONS = ROOT / "notebooks"
COPIES = ROOT / "my_lessons"
NUMBERED = re.compile(r"\d\d_\w+\.ipynb")
INSTALL = f"Run `make lab`, or {sys.executable} -m pip install -c constraints.txt -r requirements.txt"


def problems() -> list[str]:
    """What keeps the course from running here, each with what to do; empty when all is well."""
    try:
        from packaging.requirements import Requirement

        texts = importlib.metadata.requires("vdm-tutor") or []
    except (ImportError, importlib.metadata.PackageNotFoundError):
        return [f"the course is not installed in this Python. {INSTALL}, then {sys.executable} -m pip install -e ."]
    needed = [Requirement(text) for text in texts]
    here = [each for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    return [line for requirement in here for line in _requirement_problem(requirement)]


def _requirement_problem(requirement) -> list[str]:
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return [f"{requirement.name} is missing. {INSTALL}"]
    if not requirement.specifier.contains(version, prereleases=True):
        return [f"{requirement.name} {version} does not fit {requirement.specifier}. {INSTALL}"]
    return []


def ready() -> None:
    """Print one line when all is well; otherwise what is wrong, with which interpreter, and what to do."""
    found = problems()
    if not found:
        print("All is well: the course can run here.")
        return
    print(f"Not ready. This notebook runs {sys.executable}, Python {sys.version.split()[0]}.")
    print(*(f"- {line}" for line in found), sep="\n")
    print("If this is not the .venv that `make lab` made, choose its kernel: Kernel > Change Kernel > Python 3.")


def stripped(path: Path) -> str:
    """A lesson's notebook without its outputs: no truth stands under a question."""
    import nbformat

    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(book)


def make_copies(lessons: Path, copies: Path, ask=input) -> list[Path]:
    """Stripped copies of all lessons that have none; a lesson that changed since is only replaced where `ask` says y.

    What the reader wrote is kept beside the new copy as NAME.mine.ipynb, NAME.mine2.ipynb, ... Without anybody to
    `ask` (None) every copy stays, and the question comes next time.
    """
    copies.mkdir(exist_ok=True)
    made = []
    for lesson in sorted(lessons.glob("*.ipynb")):
        copy, seen = copies / lesson.name, copies / f".{lesson.stem}.lesson"
        text = stripped(lesson)
        if copy.exists():
            if not seen.exists() or seen.read_text(encoding="utf-8") == text or ask is None:
                continue
            kept = _free_name(copies, lesson.stem)
            answer = ask(f"{lesson.name} has a new edition. Take it, and keep yours as {kept.name}? [y/N] ")
            if answer.strip().lower() not in ("y", "yes"):
                _write(seen, text)  # ask once for each new edition
                continue
            copy.replace(kept)
        _write(copy, text)
        _write(seen, text)
        made.append(copy)
    return made


def _free_name(copies: Path, stem: str) -> Path:
    names = (copies / f"{stem}.mine{number}.ipynb" for number in ("", *range(2, 1000)))
    return next(path for path in names if not path.exists())


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def first_lesson(copies: Path) -> Path | None:
    """The lesson to open: the first of the course that is there."""
    return min((path for path in copies.glob("*.ipynb") if NUMBERED.fullmatch(path.name)), default=None)


def quiet_settings(prefix: Path) -> Path:
    """JupyterLab without its news pop-up in this environment: the settings file, written once."""
    path = prefix / "etc" / "jupyter" / "labconfig" / "page_config.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}\n')
    return path


def shipped_checkpoints() -> list[str]:
    """The names of the checkpoints that came with the package; needs no torch."""
    names = [path.name for path in (files("vdm_tutor") / "checkpoints").iterdir()]
    return sorted(name.removesuffix(".safetensors") for name in names if name.endswith(".safetensors"))


def main() -> int:
    found = problems()
    if found:
        print(*found, sep="\n", file=sys.stderr)
        return 1
    make_copies(LESSONS, COPIES, input if sys.stdin.isatty() else None)
    quiet_settings(Path(sys.prefix))
    lesson = first_lesson(COPIES)
    if lesson is None:
        print(f"There are no lessons in {LESSONS}: start from a whole clone of the course.", file=sys.stderr)
        return 1
    command = [sys.executable, "-m", "jupyter", "lab", str(lesson.relative_to(ROOT)), *sys.argv[1:]]
    # Waiting threads sleep: where another program wants the cores too, spinning ones cost a lesson tenfold.
    settings = {"OMP_WAIT_POLICY": "passive", **os.environ, "JUPYTER_PLATFORM_DIRS": "1"}
    return subprocess.call(command, cwd=ROOT, env=settings)
