"""Is everything there that the course needs? Standard library at the top: has to run where something is missing."""

import importlib.metadata
import sys
from importlib.resources import files

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


def shipped_checkpoints() -> list[str]:
    """The names of the checkpoints that came with the package; needs no torch."""
    names = [path.name for path in (files("vdm_tutor") / "checkpoints").iterdir()]
    return sorted(name.removesuffix(".safetensors") for name in names if name.endswith(".safetensors"))
