"""Is everything there that the course needs? Standard library at the top: has to run where something is missing."""

import importlib.metadata
import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

INSTALL = f"Run `make lab`, or {sys.executable} -m pip install -r requirements.txt"


def problems() -> list[str]:
    """What keeps the course from running here, each with what to do; empty when all is well."""
    try:
        from packaging.requirements import Requirement

        texts = importlib.metadata.requires("vdm-tutor") or []
    except (ImportError, importlib.metadata.PackageNotFoundError):
        return [f"the course is not installed in this Python. {INSTALL}, then {sys.executable} -m pip install -e ."]
    needed = [Requirement(text) for text in texts]
    here = [each for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    return _moved() + [line for requirement in here for line in _requirement_problem(requirement)]


def _moved() -> list[str]:
    """Whether this environment was made for a clone that stands, or stood, elsewhere."""
    course, installed = Path(__file__).parents[2], _installed_from()
    if installed is None or (installed.exists() and installed.samefile(course)):
        return []
    mend = f"Run `make setup` in {course}, or there {sys.executable} -m pip install --no-deps -e ."
    return [
        f"the course was installed from {installed}, but this is {course}: a clone that was moved or copied. {mend}"
    ]


def _installed_from() -> Path | None:
    """The clone that this environment's course was installed from; None where it came as a wheel, or from outside."""
    for found in importlib.metadata.distributions(name="vdm-tutor"):  # the clone itself may hold one more
        link = json.loads(found.read_text("direct_url.json") or "{}")
        if link.get("dir_info") and Path(sys.prefix) in Path(found.locate_file("")).parents:
            return Path(url2pathname(urlparse(link["url"]).path))
    return None


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


def missing_files() -> list[str]:
    """The files of the package that should be here and are not: by git in a clone, by the wheel's list elsewhere."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return [str(file) for file in importlib.metadata.files("vdm-tutor") or [] if not file.locate().exists()]
    try:
        words = ["git", "-C", str(root), "ls-files", "--deleted", "vdm_tutor"]
        return subprocess.run(words, capture_output=True, text=True).stdout.splitlines()
    except OSError:  # no git here to ask
        return []


def shipped_checkpoints() -> list[str]:
    """The names of the checkpoints that came with the package; needs no torch."""
    names = [path.name for path in (files("vdm_tutor") / "checkpoints").iterdir()]
    return sorted(name.removesuffix(".safetensors") for name in names if name.endswith(".safetensors"))
