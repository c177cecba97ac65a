"""What the course may weigh: what a cold import reads, what doctor reads, what a clone brings."""

import json
import re
import subprocess
import sys
import zlib
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).parents[2]
LARGEST, WHOLE = 1.3e6, 14e6  # bytes: of a file as it is, of all files as git packs them, without their past
HEAVY = {"numpy", "scipy", "sympy", "sklearn", "matplotlib", "pandas", "anywidget"}


def modules_after(script: str) -> set[str]:
    """The top-level modules, the standard library's left out, that a fresh Python has read after a script."""
    tell = "import json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    words = [sys.executable, "-c", f"{script}\n{tell}"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    before = subprocess.run([sys.executable, "-c", tell], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1])) - set(json.loads(before.stdout)) - set(sys.stdlib_module_names)


@pytest.mark.parametrize("module", ["vdm_tutor", "vdm_tutor.lab", "vdm_tutor.cli", "vdm_tutor.exercises"])
def test_a_cold_import_reads_the_course_and_the_standard_library_alone(module):
    assert modules_after(f"import {module}") == {"vdm_tutor"}


def test_doctor_reads_nothing_heavy_where_torch_is_missing():
    script = "import sys; sys.modules['torch'] = None\nfrom vdm_tutor.cli import main; main(['doctor'])"
    assert not modules_after(script) & HEAVY


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone")
def test_a_clone_stays_small():
    words = ["git", "-C", str(ROOT), "ls-files", "-z"]
    names = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split("\0")
    files = {name: (ROOT / name).read_bytes() for name in names if name and (ROOT / name).is_file()}
    assert max((len(data), name) for name, data in files.items())[0] < LARGEST
    assert sum(len(zlib.compress(data)) for data in files.values()) < WHOLE


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell a process's peak")
def test_a_lesson_whose_kernel_takes_too_much_is_named(tmp_path):
    """The budget of notebooks/conftest.py, lowered, over two notebooks of which one keeps 200 MB."""
    rules = (ROOT / "notebooks/conftest.py").read_text(encoding="utf-8")
    lowered = rules.replace("MOST = 720", "MOST = 200").replace('"+cpu" in', '"" in')
    (tmp_path / "conftest.py").write_text(lowered, encoding="utf-8")
    for name, source in {"a_greedy": 'x = b"x" * 2 * 10**8', "b_modest": "x = 1"}.items():
        cells = [new_code_cell(source, execution_count=1), new_code_cell("y = 2", execution_count=2)]
        nbformat.write(new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    words = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", str(tmp_path)]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert "4 passed, 1 error" in done.stdout
    assert re.search(r"a_greedy.ipynb: its kernel holds \d+ MB, the budget is 200", done.stdout)
