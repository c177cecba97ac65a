"""`make steady` turns red, and names the place, for each kind of number that another processor prints otherwise."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools import steady

BEGIN = "import torch\n\nx = torch.randn(200_000, generator=torch.Generator().manual_seed(0))\n"
THREADS = 'import torch\n\nprint("threads", torch.get_num_threads())'
SUM = (
    BEGIN
    + """sums = [(x * k).square().sum().item() for k in range(1, 20)]
print("sums", {})"""
)
TRAINED = (
    BEGIN
    + """z = torch.tensor(0.3)
for _ in range(40):  # steps so long that a difference between two processors grows at each
    z = 3.9 * z * (1 - z) * (x.square() * z).sum() / (len(x) * z)
print("trained", f"{z:{}}")"""
)


def test_every_planted_defect_is_named_and_what_holds_is_not(tmp_path, monkeypatch):
    from tools.notebooks import execute

    held = SUM.format('[f"{each:.3g}" for each in sums]')
    cells = [held, THREADS, SUM.format("sums"), TRAINED.replace("{}", ".3f"), "1 + 1"]
    nbformat.write(new_notebook(cells=list(map(new_code_cell, cells))), tmp_path / "planted.ipynb")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    execute(tmp_path / "planted.ipynb")  # what one thread prints is committed
    test = "import torch\n\n\ndef test_it():\n    assert torch.get_num_threads() == 1\n"
    (tmp_path / "test_planted.py").write_text(test)
    found = dict(steady.failures([str(tmp_path)], steady.settings()["2 threads"]))
    words = {"planted.ipynb, Cell 1": "threads", "planted.ipynb, Cell 2": "sums", "planted.ipynb, Cell 3": "trained"}
    for where, word in words.items():
        text = found.pop(next(name for name in found if name.endswith(where)))  # pytest names it by its own root
        assert re.search(rf"^ *committed: +{word} ", text, re.M) and re.search(rf"^ *here: +{word} ", text, re.M)
    ((where, text),) = found.items()
    assert where.endswith("test_planted, test_it") and "assert 2 == 1" in text


def test_the_tests_that_are_run_again_are_there():
    assert all((steady.ROOT / path).exists() for path in steady.PATHS)


def test_what_pytest_cannot_even_collect_is_no_success(tmp_path):
    ((where, _),) = steady.failures([str(tmp_path / "not_there")], {})
    assert where == "pytest"


def test_the_report_names_place_settings_and_texts_once(monkeypatch, capsys):
    monkeypatch.setattr(steady, "settings", lambda: {"1 thread": {"a": "1"}, "2 threads": {"a": "2"}, "old": {}})
    monkeypatch.setattr(steady, "failures", lambda paths, setting: [("07, Cell 3", "63\n64")] if setting else [])
    assert steady.main() == 1
    out = capsys.readouterr().out
    assert "07, Cell 3\nunder: 1 thread; 2 threads\n    63\n    64\n" in out and out.count("Cell 3") == 1
    monkeypatch.setattr(steady, "failures", lambda paths, setting: [])
    assert steady.main() == 0


@pytest.mark.parametrize("mkl", [True, False])
@pytest.mark.parametrize("capability", ["DEFAULT", "AVX2", "AVX512", "SVE256"])
def test_a_setting_asks_for_nothing_that_the_machine_lacks(monkeypatch, mkl, capability):
    monkeypatch.setattr("torch.backends.mkl.is_available", lambda: mkl)
    monkeypatch.setattr("torch.backends.cpu.get_cpu_capability", lambda: capability)
    found = steady.settings()
    assert len({tuple(sorted(each.items())) for each in found.values()}) == len(found) >= (6 if mkl else 4)
    assert {each["OMP_NUM_THREADS"] for each in found.values()} == {"1", "2"}
    assert any(each.get("ATEN_CPU_CAPABILITY") == "avx2" for each in found.values()) == (mkl and capability == "AVX512")
    named = {name for each in found.values() for name in each}
    assert mkl or not named & {"MKL_CBWR", "OPENBLAS_CORETYPE", "ONEDNN_MAX_CPU_ISA"}
    for each in found.values():
        assert set(each.get("NPY_DISABLE_CPU_FEATURES", "").split()) <= set(steady.numpy_features())
