"""Imports go one way: numbers left to right, proofs by themselves, people on both."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "vdm_tutor"
NUMBERS = (
    *("noise_level", "data", "schedule", "process", "targets", "denoiser", "likelihood", "elbo"),
    *("latent", "train", "sample", "baselines", "checkpoint"),
)
PROOF_LIBRARIES = {"sympy", "numpy", "scipy"}


def imported(source: str) -> set[str]:
    """The modules that a source imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def forbidden_in_numbers(name: str, source: str) -> set[str]:
    """What a file of the numbers room imports of ours that does not stand to its left."""
    left = NUMBERS[: NUMBERS.index(name)]
    ours = {module.split(".")[1] for module in imported(source) if module.startswith("vdm_tutor.")}
    return ours - set(left)


def forbidden_in_proofs(source: str, standard: set[str]) -> set[str]:
    """What a proof imports beyond sympy, numpy, scipy, the standard library and its own room."""
    outside = {m for m in imported(source) if not m.startswith("vdm_tutor.proofs") and m.split(".")[0] not in standard}
    return {m for m in outside if m.split(".")[0] not in PROOF_LIBRARIES and m != "vdm_tutor"}


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.stem)
def test_numbers_import_only_to_their_left(path):
    if path.stem in NUMBERS:
        assert not forbidden_in_numbers(path.stem, path.read_text())


@pytest.mark.parametrize("path", sorted((PACKAGE / "proofs").glob("*.py")), ids=lambda path: path.stem)
def test_proofs_never_see_the_numbers(path):
    import sys

    assert not forbidden_in_proofs(path.read_text(), set(sys.stdlib_module_names))


def test_a_planted_import_is_found():
    import sys

    standard = set(sys.stdlib_module_names)
    assert forbidden_in_numbers("process", "from vdm_tutor.elbo import prior_kl") == {"elbo"}
    assert forbidden_in_numbers("process", "def f():\n    import vdm_tutor.cli") == {"cli"}
    assert not forbidden_in_numbers("process", "from vdm_tutor.schedule import Schedule\nimport torch")
    assert forbidden_in_proofs("import torch", standard) == {"torch"}
    assert forbidden_in_proofs("from vdm_tutor.process import posterior", standard)
    assert not forbidden_in_proofs("import sympy as sp\nimport ast\nfrom vdm_tutor.proofs import slips", standard)
