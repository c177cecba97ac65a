"""The reader's copies are stripped, made once, and never lost; doctor and the first cell name what is missing."""

import importlib.metadata
import json
import subprocess
import sys
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from vdm_tutor.cli import main
from vdm_tutor.lab import desk as lab


@pytest.fixture
def lessons(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write(folder / "06_posterior.ipynb", "guess = None")
    return folder


def write(path, source):
    output = new_output("stream", name="stdout", text="the truth")
    nbformat.write(new_notebook(cells=[new_code_cell(source, execution_count=1, outputs=[output], id="a")]), path)


def source_of(path) -> str:
    return nbformat.read(path, as_version=4).cells[0].source


def test_copies_are_stripped_and_made_once(lessons, tmp_path):
    copies = tmp_path / "my_lessons"
    assert lab.make_copies(lessons, copies) == [copies / "06_posterior.ipynb"]
    assert "the truth" not in (copies / "06_posterior.ipynb").read_text()
    write(copies / "06_posterior.ipynb", "guess = 3")
    assert lab.make_copies(lessons, copies, ask=pytest.fail) == []
    assert source_of(copies / "06_posterior.ipynb") == "guess = 3"


def test_a_new_lesson_is_added_and_a_new_edition_asks_once(lessons, tmp_path):
    copies = tmp_path / "my_lessons"
    lab.make_copies(lessons, copies)
    write(copies / "06_posterior.ipynb", "guess = 3")
    write(lessons / "06_posterior.ipynb", "guess = None  # better")
    write(lessons / "07_objective.ipynb", "guess = None")
    assert lab.make_copies(lessons, copies, ask=None) == [copies / "07_objective.ipynb"]
    assert lab.make_copies(lessons, copies, ask=lambda question: "n") == []
    assert source_of(copies / "06_posterior.ipynb") == "guess = 3"
    assert lab.make_copies(lessons, copies, ask=pytest.fail) == []
    write(lessons / "06_posterior.ipynb", "guess = None  # best")
    lab.make_copies(lessons, copies, ask=lambda question: "y")
    assert source_of(copies / "06_posterior.ipynb") == "guess = None  # best"
    assert source_of(copies / "06_posterior.mine.ipynb") == "guess = 3"
    write(copies / "06_posterior.ipynb", "guess = 4")
    write(lessons / "06_posterior.ipynb", "guess = None  # even better")
    lab.make_copies(lessons, copies, ask=lambda question: "Y ")
    assert source_of(copies / "06_posterior.mine.ipynb") == "guess = 3"
    assert source_of(copies / "06_posterior.mine2.ipynb") == "guess = 4"


def test_a_copy_that_could_not_be_written_whole_is_not_there(lessons, tmp_path, monkeypatch):
    copies = tmp_path / "my_lessons"
    monkeypatch.setattr("pathlib.Path.replace", lambda *paths: (_ for _ in ()).throw(OSError("no space left")))
    with pytest.raises(OSError, match="no space"):
        lab.make_copies(lessons, copies)
    assert not (copies / "06_posterior.ipynb").exists()


def test_the_first_lesson_is_opened_never_a_kept_copy(lessons, tmp_path):
    copies = tmp_path / "my_lessons"
    lab.make_copies(lessons, copies)
    write(copies / "00_x.mine.ipynb", "")
    assert lab.first_lesson(copies).name == "06_posterior.ipynb"
    assert lab.first_lesson(tmp_path) is None


def test_the_lab_opens_the_copy_with_this_python(lessons, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lab, "ROOT", tmp_path)
    monkeypatch.setattr(lab, "LESSONS", lessons)
    monkeypatch.setattr(lab, "COPIES", tmp_path / "my_lessons")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    monkeypatch.setattr(sys, "argv", ["lab", "--no-browser"])
    started = []
    monkeypatch.setattr(subprocess, "call", lambda command, **options: started.append((command, options["cwd"])) or 0)
    assert lab.main() == 0
    lesson = str((tmp_path / "my_lessons" / "06_posterior.ipynb").relative_to(tmp_path))
    assert started == [([sys.executable, "-m", "jupyter", "lab", lesson, "--no-browser"], tmp_path)]
    monkeypatch.setattr(lab, "COPIES", tmp_path / "empty")
    monkeypatch.setattr(lab, "LESSONS", tmp_path / "nothing")
    assert lab.main() == 1 and len(started) == 1
    assert "whole clone" in capsys.readouterr().err


def test_news_pop_up_is_off(tmp_path):
    page = json.loads(lab.quiet_settings(tmp_path).read_text())
    assert page["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"] is True


def test_all_is_well_here(capsys):
    lab.ready()
    assert capsys.readouterr().out == "All is well: the course can run here.\n"
    assert main(["doctor"]) == 0
    assert "all is well" in capsys.readouterr().out


@pytest.fixture
def without_torch(monkeypatch):
    version = importlib.metadata.version

    def missing(name):
        if name == "torch":
            raise importlib.metadata.PackageNotFoundError(name)
        return "0.1" if name == "sympy" else version(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)


def test_what_is_missing_or_too_old_is_named(without_torch, capsys):
    lab.ready()
    out = capsys.readouterr().out
    assert "Not ready" in out and "torch is missing" in out and "sympy 0.1 does not fit" in out
    assert main(["doctor", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert not report["ok"] and len(report["problems"]) == 2


def test_a_python_without_any_package_is_told_what_to_do():
    for module in (["vdm_tutor", "doctor"], ["vdm_tutor.lab"]):
        command = [sys.executable, "-S", "-m", *module]
        done = subprocess.run(command, cwd=lab.ROOT, capture_output=True, text=True)
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert "not installed in this Python" in done.stdout + done.stderr
        assert "pip install -c constraints.txt -r requirements.txt" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("program", "advice"),
    [("/opt/other/bin/python", "starts another Python, /opt/other/bin/python"), (None, "no kernel python3")],
)
def test_a_wrong_kernel_is_named(program, advice, monkeypatch, capsys):
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    def get(self, name):
        if program is None:
            raise NoSuchKernel(name)
        return SimpleNamespace(argv=[program, "-m", "ipykernel_launcher"])

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", get)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert advice in out and "-m ipykernel install --sys-prefix --name python3" in out


def test_a_damaged_checkpoint_and_a_broken_torch_are_named(tmp_path, monkeypatch, capsys):
    (tmp_path / "digits.safetensors").write_bytes(b"half of it")
    monkeypatch.setattr("vdm_tutor.checkpoint._folder", lambda: tmp_path)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "digits.safetensors" in out and "git checkout vdm_tutor/checkpoints" in out
    monkeypatch.setitem(sys.modules, "torch", None)  # what Python does for a package that is not there
    assert main(["doctor", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["device"] == "unknown: torch is missing"
