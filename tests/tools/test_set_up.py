"""A set-up that was killed, moved, doubled or cut off from the network comes to a good end, or says what to do."""

import ast
import errno
import queue
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools import set_up

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone with a ready environment of two packages, whose programs are only written down: `asked`."""
    root = tmp_path / "clone"
    packages = root / ".venv/lib/python3.12/site-packages"
    for path in (packages, root / ".venv/bin"):
        path.mkdir(parents=True)
    for name in ("requirements.txt", "pyproject.toml", ".venv/bin/python"):
        (root / name).touch()
    for name in ("whole", "half"):
        (packages / f"{name}-1.dist-info").mkdir()
        (packages / f"{name}-1.dist-info/RECORD").write_text(f"{name}.py,sha256=x,3\n")
    (packages / "whole.py").touch()
    monkeypatch.setattr(set_up, "asked", [], raising=False)
    places(monkeypatch, root)
    monkeypatch.setattr(set_up, "runs", lambda *words: True)
    monkeypatch.setattr(set_up, "call", lambda words, handle: set_up.asked.append(words[-1]) or 0)
    set_up.READY.write_text(set_up.stamp())
    return root


def places(monkeypatch, root):
    names = {"ROOT": "", "VENV": ".venv", "PROGRAMS": ".venv/bin", "PYTHON": ".venv/bin/python"}
    for name, place in (names | {"READY": ".venv/ready", "UNFINISHED": ".venv/unfinished"}).items():
        monkeypatch.setattr(set_up, name, root / place)


def test_nothing_is_done_twice(clone):
    assert set_up.main() == 0 and set_up.asked == []
    (clone / "requirements.txt").write_text("tqdm==4\n")
    assert set_up.main() == 0 and set_up.asked == [str(clone / "requirements.txt"), str(clone)]
    assert set_up.main() == 0 and len(set_up.asked) == 2
    assert (clone / ".venv/lib/python3.12/site-packages/vdm_tutor_clone.pth").read_text() == "../../../..\n"


def test_a_set_up_killed_among_the_packages_forgets_what_is_there_by_half(clone):
    set_up.UNFINISHED.write_text("packages")
    set_up.READY.unlink()
    assert set_up.main() == 0 and len(set_up.asked) == 2
    left = {path.name for path in clone.rglob("*.dist-info")}
    assert left == {"whole-1.dist-info"} and not set_up.UNFINISHED.exists() and set_up.is_ready()


@pytest.mark.parametrize("left", ["killed", "without pip", "a dead link"])
def test_an_environment_that_does_not_start_is_made_afresh(left, clone, monkeypatch):
    if left == "killed":
        set_up.UNFINISHED.write_text("environment")
    else:
        monkeypatch.setattr(set_up, "runs", lambda *words: False)
    if left == "a dead link":
        set_up.PYTHON.unlink()
        set_up.PYTHON.symlink_to("/nowhere/python")
    set_up.READY.unlink()
    assert set_up.main() == 0
    assert set_up.asked == [str(clone / ".venv"), str(clone / "requirements.txt"), str(clone)]
    assert not list(clone.rglob("*.dist-info"))


def test_a_clone_that_was_moved_is_put_right(clone, tmp_path, monkeypatch, capsys):
    script = f"#!{clone}/.venv/bin/python\n# {clone}2/x\n"
    (clone / ".venv/bin/pytest").write_text(script)
    moved = shutil.move(clone, tmp_path / "elsewhere")
    places(monkeypatch, moved)
    assert set_up.main() == 0 and set_up.asked == [] and set_up.is_ready()
    assert (moved / ".venv/bin/pytest").read_text() == f"#!{moved}/.venv/bin/python\n# {clone}2/x\n"
    assert f"moved or copied from {clone}" in capsys.readouterr().out


def test_without_a_network_what_is_there_has_to_do(clone, monkeypatch, capsys):
    monkeypatch.setattr(set_up, "call", lambda words, handle: 1)
    (clone / "requirements.txt").write_text("tqdm==4\n")
    assert set_up.main() == 0 and "going on with what is there" in capsys.readouterr().err
    assert not set_up.is_ready()
    set_up.READY.unlink()
    assert set_up.main() == 1 and "could not be installed" in capsys.readouterr().err


def test_two_at_once_wait_for_each_other(clone, monkeypatch):
    pytest.importorskip("fcntl")
    (clone / "requirements.txt").write_text("tqdm==4\n")
    second, said = threading.Thread(target=set_up.main), queue.SimpleQueue()
    monkeypatch.setattr(set_up, "print", lambda text, **_: said.put(text), raising=False)
    with set_up.alone():
        second.start()
        assert "waiting for it" in said.get(timeout=60)
        second.join(0.3)
        assert second.is_alive() and set_up.asked == []
    second.join()
    assert len(set_up.asked) == 2


def test_an_old_python_can_read_what_is_wrong_with_it(clone, monkeypatch, capsys):
    ast.parse((ROOT / "tools/set_up.py").read_text(encoding="utf-8"), feature_version=(3, 6))
    monkeypatch.setattr(set_up, "runs", lambda *words: False)
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    set_up.READY.unlink()
    assert set_up.main() == 1 and "needs Python 3.11 or newer" in capsys.readouterr().err


@pytest.mark.skipif(not shutil.which("make"), reason="no make")
@pytest.mark.parametrize("python", ["no_such_python", "/bin/ls"])
def test_what_is_no_python_is_named(python, tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    done = subprocess.run(["make", f"PYTHON={python}", "lab"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode and done.stderr.startswith(f"{python} is no Python 3 that runs here. Name one: make PYTHON=")


def test_a_wheel_carries_every_file_of_the_package():
    import fnmatch
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["vdm_tutor"]
    listed = subprocess.run(["git", "ls-files", "vdm_tutor"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    left = [path for path in listed if not path.endswith((".py", "README.md"))]
    assert all(any(fnmatch.fnmatch(path, pattern) for pattern in patterns) for path in left)


def test_a_folder_that_cannot_be_written_is_named_with_the_way_out(clone, monkeypatch, capsys):
    def refuse(handle):
        raise OSError(errno.EROFS, "Read-only file system", str(set_up.UNFINISHED))

    set_up.READY.unlink()
    monkeypatch.setattr(set_up, "set_up", refuse)
    assert set_up.main() == 1
    error = capsys.readouterr().err
    assert "Read-only" in error and "copy that to where you may write" in error and error.count("\n") == 1
