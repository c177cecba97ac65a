"""Imports go one way: numbers left to right, proofs by themselves, people on both."""

import ast
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "vdm_tutor"
NUMBERS = (
    *("noise_level", "data", "labelled", "levels", "bitmaps", "schedule", "process", "targets", "denoiser"),
    *("likelihood", "elbo", "sample", "flow", "guidance", "vdm", "hvae", "linear_gaussian"),
    *("optimizers", "captured", "train", "measure", "baselines", "checkpoint"),
)
PEOPLE = {"__init__", "__main__", "colours", "whole_file"}
FOLDERS = {"lab", "proofs", "judge", "claims", "survey", "exercises", "widgets", "cli", "checkpoints", "measured"}
PROOF_LIBRARIES = {"sympy", "numpy"}
SIDE_DOORS = re.compile(r"import_module|__import__|sys\.path|noqa: ?F401")
MOST_PARAMETERS = 6  # of a function of the numbers room; `fit` alone takes more


def imported(source: str) -> set[str]:
    """The modules that a source imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def misplaced(package: Path) -> set[str]:
    """Files and folders that stand in no room."""
    files = {path.name for path in package.glob("*.py")} - {f"{stem}.py" for stem in PEOPLE | set(NUMBERS)}
    return files | {path.name for path in package.iterdir() if path.is_dir()} - FOLDERS - {"__pycache__"}


def forbidden_in_numbers(name: str, source: str) -> set[str]:
    """What a file of the numbers room imports of ours that does not stand to its left; relative imports hide that."""
    ours = {module for module in imported(source) if module.startswith(("vdm_tutor.", "."))}
    left = {"vdm_tutor.whole_file", *(f"vdm_tutor.{other}" for other in NUMBERS[: NUMBERS.index(name)])}
    return {module for module in ours if ".".join(module.split(".")[:2]) not in left}


def forbidden_in_proofs(source: str, room: str = "proofs") -> set[str]:
    """What a proof, or a claim, imports beyond sympy, numpy, the standard library and its own room (or the proofs)."""
    allowed = PROOF_LIBRARIES | sys.stdlib_module_names
    outside = {module for module in imported(source) if module.split(".")[0] not in allowed}
    ours = ("vdm_tutor.proofs", f"vdm_tutor.{room}")
    return {module for module in outside if module != "vdm_tutor" and not module.startswith(ours)}


def side_doors(source: str, room: str = "") -> list[str]:
    """What brings a module in otherwise than by an import that is used; in claims, what stands outside the format."""
    found = SIDE_DOORS.findall(source)
    return found + re.findall(r"fmt: ?(?:skip|off)", source) if room == "claims" else found


def overloaded(source: str) -> list[str]:
    """Functions of more than six parameters, `self` not counted."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    taken = {f.name: [a.arg for a in (*f.args.posonlyargs, *f.args.args, *f.args.kwonlyargs)] for f in functions}
    return [name for name, names in taken.items() if len([n for n in names if n != "self"]) > MOST_PARAMETERS]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_comes_in_by_a_side_door(path):
    assert not side_doors(path.read_text(encoding="utf-8"), path.parent.name)


def unsaid(source: str) -> list[str]:
    """Public names without a docstring, of a log-probability or a KL without its unit, or that raise without a word.

    What `forward` gives, its class says.
    """
    top = ast.parse(source).body
    named = [*top, *(n for each in top if isinstance(each, ast.ClassDef) for n in each.body)]
    named = [n for n in named if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name[0] != "_"]
    words = {n.name: ast.get_docstring(n) or "" for n in named if n.name != "forward"}
    measured = [name for name in words if re.search(r"log_prob|_kl|likelihood|loss", name)]
    raising = [n.name for n in named if n.name in words and any(isinstance(line, ast.Raise) for line in ast.walk(n))]
    functions = [name for name in raising if name[0].islower() and "raises" not in words[name].lower()]
    return (
        [name for name, said in words.items() if not said]
        + functions
        + [name for name in measured if "nats" not in words[name]]
    )


@pytest.mark.parametrize("name", NUMBERS)
def test_every_name_of_the_numbers_says_what_it_is_and_in_which_unit(name):
    assert not unsaid((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NUMBERS)
def test_a_function_takes_what_a_head_can_hold(name):
    assert set(overloaded((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))) <= {"fit"}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_import_only_to_their_left(name):
    path = PACKAGE / f"{name}.py"
    assert not path.exists() or not forbidden_in_numbers(name, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("room", ["proofs", "judge", "claims"])
def test_proofs_judge_and_claims_never_see_the_numbers(room):
    for path in sorted((PACKAGE / room).rglob("*.py")):
        assert not forbidden_in_proofs(path.read_text(encoding="utf-8"), room), path.stem


@pytest.mark.parametrize("path", sorted((PACKAGE / "exercises").rglob("*.py")), ids=lambda path: path.stem)
def test_exercises_stand_on_the_proofs_and_on_no_numbers(path):
    shown = ("vdm_tutor.survey.check", "vdm_tutor.survey.latex")  # which stand on the proofs alone themselves
    rooms = ("vdm_tutor.exercises", "vdm_tutor.proofs", "vdm_tutor.judge", "vdm_tutor.claims", *shown)
    found = imported(path.read_text(encoding="utf-8"))
    outside = {module for module in found if not module.startswith((*rooms, "vdm_tutor.whole_file"))}
    assert {module.split(".")[0] for module in outside} <= PROOF_LIBRARIES | sys.stdlib_module_names | {"cloudpickle"}


def test_every_file_has_a_room():
    assert not misplaced(PACKAGE)


@pytest.mark.parametrize(
    "source",
    [
        "from vdm_tutor.elbo import prior_kl",
        "from vdm_tutor import elbo",
        "def f():\n    import vdm_tutor.cli",
        "from .elbo import prior_kl",
        "from . import elbo",
        "from vdm_tutor.proofs.toys import chain",
    ],
)
def test_a_planted_import_in_numbers_is_found(source):
    assert forbidden_in_numbers("process", source)
    assert not forbidden_in_numbers("process", "from vdm_tutor.schedule import Schedule\nimport torch")


@pytest.mark.parametrize(
    "source",
    [
        "import torch",
        "def f():\n    import torch.nn as nn",
        "from vdm_tutor.process import posterior",
        "from vdm_tutor import process",
        "from ..process import posterior",
        "import matplotlib.pyplot",
    ],
)
def test_a_planted_import_in_proofs_is_found(source):
    assert forbidden_in_proofs(source)
    assert not forbidden_in_proofs("import sympy as sp\nimport ast\nfrom vdm_tutor.proofs import slips")


@pytest.mark.parametrize(
    "line",
    [
        'module = importlib.import_module("vdm_tutor.claims.kl")',
        "sys.path.insert(0, here)",
        "from vdm_tutor.claims import kl  # noqa: F401",
        "CLAIMS = [line(1)]  # fmt: skip",
    ],
)
def test_a_planted_side_door_is_found(line):
    assert side_doors(line, "claims")
    assert not side_doors("from vdm_tutor.claims import kl  # noqa: E402\nprint(kl)", "claims")


def test_a_planted_parameter_is_found():
    seven = "def step(a, b, c, d, *, e, f, {}): pass"
    assert overloaded(seven.format("g")) == ["step"] and not overloaded(seven.format("self"))


@pytest.mark.parametrize(
    "words", ["pass", '"""The divergence of two bells."""', '"""KL, nats."""\n    raise ValueError']
)
def test_a_planted_silence_is_found(words):
    assert unsaid(f"def gaussian_kl(a, b):\n    {words}") and not unsaid("def _kl(a): pass")
    assert not unsaid('def gaussian_kl(a, b):\n    """KL, nats."""\n    def inner(): pass')


def test_a_planted_file_is_found(tmp_path):
    for name in ("plots.py", "process.py", "colours.py"):
        (tmp_path / name).touch()
    (tmp_path / "stuff").mkdir()
    assert misplaced(tmp_path) == {"plots.py", "stuff"}


def test_no_room_holds_more_than_a_quarter_of_the_lines():
    """A room that outgrows the others has become two."""
    lines = Counter()
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0]
        lines[room if room in FOLDERS else "numbers"] += len(path.read_text(encoding="utf-8").splitlines())
    biggest, count = lines.most_common(1)[0]
    assert count <= lines.total() / 4, f"{biggest}: {count} of {lines.total()} lines"
