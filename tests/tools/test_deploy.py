"""What deploy/ says: pinned, nobody is root, the same for every kind of hub, and a student's work is left alone."""

import re

import nbformat
import pytest
import yaml
from traitlets.config import Config

from tools import students
from tools.hub.engine import DEPLOY, ROOT

DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
LINES = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if line and line[0] not in "# "]


def settings(name: str, **variables) -> Config:
    """The configuration that a file makes, as traitlets would load it."""
    config = Config()
    exec((DEPLOY / name).read_text(encoding="utf-8"), {"get_config": lambda: config, **variables})
    return config


def test_the_image_stands_on_exact_versions():
    assert re.fullmatch(r"python:\d+\.\d+\.\d+-[\w-]+", dict(LINES)["FROM"])
    installs = re.findall(r"pip install ([^&]+)", DOCKERFILE)
    assert installs and all("-r " in words or "--no-deps ." in words for words in installs)
    pins = [line for line in (DEPLOY / "requirements.txt").read_text().splitlines() if line and line[0] != "#"]
    assert pins and all(re.fullmatch(r"[\w-]+==[\d.]+", pin) for pin in pins)


def test_the_image_runs_as_nobody_special_and_keeps_no_clone():
    order = [word for word, _ in LINES]
    assert order.index("USER") < order.index("CMD") and dict(LINES)["USER"] not in ("root", "0")
    assert "rm -rf /opt/clone" in DOCKERFILE and "docs/teacher" in (ROOT / ".dockerignore").read_text()
    sources = [source for word, rest in LINES if word == "COPY" for source in rest.split()[:-1]]
    assert all((ROOT / source).exists() for source in sources)


def test_kubernetes_and_tljh_are_told_the_same():
    hub, values = settings("jupyterhub_config.py").Spawner, yaml.safe_load((DEPLOY / "values.yaml").read_text())
    one = values["singleuser"]
    assert one["defaultUrl"] == hub.default_url and one["memory"]["limit"] == hub.mem_limit
    assert one["cpu"]["limit"] == hub.cpu_limit
    baked = dict(pair.split("=") for pair in dict(LINES)["ENV"].split())
    assert baked == hub.environment


@pytest.fixture
def home(tmp_path, monkeypatch):
    students.write(tmp_path / "course")
    (tmp_path / "course" / "CHANGELOG.md").chmod(0o444)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.setenv("VDM_TUTOR_COURSE", str(tmp_path / "course"))
    return tmp_path / "home"


def test_a_server_that_starts_lays_out_the_copies_and_leaves_a_students_words_alone(home):
    settings("jupyter_server_config.py")
    lesson = home / "my_lessons" / "06_posterior.ipynb"
    assert lesson.exists() and (home / "docs" / "map.svg").exists()
    book = nbformat.read(lesson, as_version=4)
    book.cells[0].source += "my own words"
    nbformat.write(book, lesson)
    (home / "my_lessons" / "progress.json").write_text("{}")
    assert (home / "CHANGELOG.md").stat().st_mode & 0o200  # or the next start could not write it
    assert settings("jupyter_server_config.py").ServerApp.root_dir == str(home)
    assert "my own words" in lesson.read_text(encoding="utf-8")
    assert (home / "my_lessons" / "progress.json").read_text() == "{}"


def test_at_a_hub_no_kernel_can_take_anothers_port(home, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", "/home/jupyter-ada/.local/share/jupyter/runtime")
    assert "transport" not in settings("jupyter_server_config.py").KernelManager  # on a PC: a home may be a network's
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    assert settings("jupyter_server_config.py").KernelManager.transport == "ipc"
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", f"/home/jupyter-{'a' * 32}/.local/share/jupyter/runtime")
    assert "transport" not in settings("jupyter_server_config.py").KernelManager  # too long a name for a socket
