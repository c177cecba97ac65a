"""The reader's desk: is everything there, and a copy of the lessons to write in.

`python -m vdm_tutor.lab` makes or completes my_lessons/ and opens JupyterLab there.
"""

import importlib.metadata
import inspect
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import nbformat
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
LESSONS = ROOT / "notebooks"
COPIES = ROOT / "my_lessons"
START = re.compile(r"\d\d_\w+\.ipynb")


def problems() -> list[str]:
    """What keeps the course from running here, each with what to do; empty when all is well."""
    found = []
    for text in importlib.metadata.requires("vdm-tutor") or []:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            found += _requirement_problem(requirement)
    return found


def _requirement_problem(requirement: Requirement) -> list[str]:
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return [f"{requirement.name} is missing. Run: {sys.executable} -m pip install -r requirements.txt"]
    if not requirement.specifier.contains(version.split("+")[0], prereleases=True):
        return [f"{requirement.name} {version} does not fit {requirement.specifier}. Install requirements.txt again."]
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


def show_source(function) -> "Code":  # noqa: F821  (IPython's, imported when called)
    """The source of a function of the package, coloured: nothing in the course is hidden."""
    from IPython.display import Code

    return Code(inspect.getsource(inspect.unwrap(function)), language="python")


def stripped(path: Path) -> str:
    """A lesson's notebook without its outputs: no truth stands under a question."""
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(book)


def make_copies(lessons: Path, copies: Path, ask=input) -> list[Path]:
    """Stripped copies of all lessons that have none; a lesson that changed since is only replaced where `ask` says y.

    What the reader wrote is kept beside the new copy as NAME.mine.ipynb.
    """
    copies.mkdir(exist_ok=True)
    made = []
    for lesson in sorted(lessons.glob("*.ipynb")):
        copy, seen = copies / lesson.name, copies / f".{lesson.stem}.lesson"
        text = stripped(lesson)
        if copy.exists() and (not seen.exists() or seen.read_text(encoding="utf-8") == text):
            continue
        if copy.exists():
            seen.write_text(text, encoding="utf-8")  # ask once for each new edition
            if (
                ask(f"{lesson.name} has a new edition. Take it, keeping yours as {lesson.stem}.mine.ipynb? [y/N] ")
                != "y"
            ):
                continue
            copy.replace(copies / f"{lesson.stem}.mine.ipynb")
        copy.write_text(text, encoding="utf-8")
        seen.write_text(text, encoding="utf-8")
        made.append(copy)
    return made


def first_lesson(copies: Path) -> Path:
    """The lesson to open: the first there is. Raises FileNotFoundError when there is none."""
    lessons = sorted(path for path in copies.glob("*.ipynb") if START.fullmatch(path.name))
    if not lessons:
        raise FileNotFoundError(f"no lessons in {copies}: is this a whole clone of the course?")
    return lessons[0]


def quiet_settings(prefix: Path) -> Path:
    """JupyterLab without its news pop-up in this environment: the settings file, written once."""
    path = prefix / "etc" / "jupyter" / "labconfig" / "page_config.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}\n')
    return path


def main() -> int:
    answer = input if sys.stdin.isatty() else lambda question: "n"
    make_copies(LESSONS, COPIES, answer)
    quiet_settings(Path(sys.prefix))
    lesson = first_lesson(COPIES)
    command = [sys.executable, "-m", "jupyter", "lab", str(lesson.relative_to(ROOT)), *sys.argv[1:]]
    return subprocess.call(command, cwd=ROOT, env={**os.environ, "JUPYTER_PLATFORM_DIRS": "1"})


def shipped_checkpoints() -> list[str]:
    """The names of the checkpoints that came with the package; needs no torch."""
    names = [path.name for path in (files("vdm_tutor") / "checkpoints").iterdir()]
    return sorted(name.removesuffix(".safetensors") for name in names if name.endswith(".safetensors"))


if __name__ == "__main__":
    raise SystemExit(main())
