"""Doctor and a lesson's first cell name what is missing, and what to do."""

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from vdm_tutor.cli import main
from vdm_tutor.lab import ready

ROOT = Path(__file__).parents[2]


def test_all_is_well_here(capsys):
    ready()
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
    ready()
    out = capsys.readouterr().out
    assert "Not ready" in out and "torch is missing" in out and "sympy 0.1 does not fit" in out
    assert main(["doctor", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert not report["ok"] and len(report["problems"]) == 2


def test_a_python_without_any_package_is_told_what_to_do():
    for module in (["vdm_tutor", "doctor"], ["vdm_tutor", "lab"]):
        command = [sys.executable, "-S", "-m", *module]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert "not installed in this Python" in done.stdout + done.stderr
        assert "pip install -r requirements.txt" in done.stdout + done.stderr


def test_a_clone_that_was_moved_is_noticed(monkeypatch, capsys):
    found = importlib.metadata.distributions

    def installed_from(url):
        link = json.dumps({"url": url, "dir_info": {"editable": True}})
        course = SimpleNamespace(read_text=lambda name: link, locate_file=lambda name: packages)
        # A library that is read only now may ask for all of them.
        monkeypatch.setattr(importlib.metadata, "distributions", lambda **asked: [course] if asked else found())

    packages = Path(sys.prefix) / "lib/site-packages"
    installed_from(ROOT.as_uri())
    ready()
    assert "All is well" in capsys.readouterr().out
    installed_from((ROOT.parent / "old").as_uri())
    ready()
    assert (
        f"installed from {ROOT.parent / 'old'}, but this is {ROOT}: a clone that was moved" in capsys.readouterr().out
    )
    assert main(["doctor"]) == 1 and "Run `make setup`" in capsys.readouterr().out
    assert main(["lab"]) == 1 and "Run `make setup`" in capsys.readouterr().err


def test_missing_files_are_named(monkeypatch, tmp_path, capsys):
    here, gone = SimpleNamespace(exists=lambda: True), SimpleNamespace(exists=lambda: False)

    class Listed(str):
        def locate(self):
            return gone if "ring" in self else here

    monkeypatch.setattr("vdm_tutor.lab.installation.__file__", str(tmp_path / "vdm_tutor/lab/installation.py"))
    listed = [Listed("vdm_tutor/checkpoints/ring.safetensors"), Listed("vdm_tutor/__init__.py")]
    monkeypatch.setattr(importlib.metadata, "files", lambda name: listed)
    monkeypatch.setattr(importlib.metadata, "distributions", lambda name: [])
    assert main(["doctor"]) == 1
    assert "missing: vdm_tutor/checkpoints/ring.safetensors. Fetch the course again" in capsys.readouterr().out


def test_in_a_clone_git_knows_what_is_missing(tmp_path, monkeypatch):
    import shutil

    from vdm_tutor.lab.installation import missing_files

    if not shutil.which("git"):
        pytest.skip("no git")
    (tmp_path / "vdm_tutor/lab").mkdir(parents=True)
    (tmp_path / "vdm_tutor/film.js").touch()
    for words in (["init", "-q"], ["add", "vdm_tutor"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    monkeypatch.setattr("vdm_tutor.lab.installation.__file__", str(tmp_path / "vdm_tutor/lab/installation.py"))
    assert missing_files() == []
    (tmp_path / "vdm_tutor/film.js").unlink()
    assert missing_files() == ["vdm_tutor/film.js"]


OTHER = str(Path(sys.prefix) / "other" / "python")


@pytest.mark.parametrize(
    ("program", "advice"), [(OTHER, f"starts another Python, {OTHER}"), (None, "no kernel python3")]
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
