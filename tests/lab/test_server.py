"""`make lab` as root and as a user, from a terminal and from a script, ended by Ctrl-C and by SIGTERM."""

import errno
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from jupyter_client import BlockingKernelClient

from vdm_tutor.lab import server

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"http://127\.0\.0\.1:(?P<port>\d+)(?P<path>/lab/tree/\S+?)\?token=(?P<token>\w+)")
ENDS, SIGNALS = "Ctrl-C ends the lab.", {"Ctrl-C": signal.SIGINT, "SIGTERM": signal.SIGTERM}
unix = pytest.mark.skipif(os.name != "posix", reason="terminals and signals of another kind")


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """The course's files, with an environment of their own in which this one's packages are found."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("vdm_tutor", "notebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "[1-9]*.ipynb"))
    for name in ("Makefile", "README.md", "EQUATIONS.md", "ERRATA.md"):
        shutil.copy(ROOT / name, folder)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder / ".venv")}))
    (packages / "course.pth").write_text(f"{folder}\n{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    for name in ("share", "etc"):
        (folder / ".venv" / name).symlink_to(Path(sys.prefix) / name)
    return folder


@pytest.fixture(autouse=True)
def own_signals():
    """The test process keeps its own handlers."""
    before = {each: signal.getsignal(each) for each in server.QUIT}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


def as_person(root: bool) -> list[str]:
    """What to put before a command so that it sees itself as root, or not as root; skips where Linux forbids it."""
    if (os.geteuid() == 0) is root:
        return []
    prefix = ["unshare", *(["--map-root-user"] if root else ["--map-user=1000", "--map-group=1000"])]
    if not shutil.which("unshare") or subprocess.run([*prefix, "true"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody change who they are")
    return prefix


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A person's home without settings, on a machine without a display."""
    for name in [name for name in os.environ if name.startswith("JUPYTER") or name in ("DISPLAY", "WAYLAND_DISPLAY")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path


class FromScript:
    """The lab as a script starts it: no terminal, and the signal goes to the process that was started."""

    def __init__(self, command: list[str], folder: Path):
        self.log = (folder / "lab.log").open("w+", encoding="utf-8")
        options = {"stdin": subprocess.DEVNULL, "stdout": self.log, "stderr": subprocess.STDOUT}
        self.process = subprocess.Popen(command, cwd=folder, start_new_session=True, **options)

    def text_until(self, words: str | None) -> str:
        """All that was printed, once `words` are there (None: once it has ended)."""
        until = time.monotonic() + 90
        while time.monotonic() < until:
            ended = self.process.poll() is not None
            text = Path(self.log.name).read_text(encoding="utf-8")
            if ended or (words is not None and words in text):
                return text
            time.sleep(0.1)
        raise AssertionError(f"not ended, or no {words!r} in: {text}")

    def send(self, name: str) -> None:
        whom = os.killpg if name == "Ctrl-C" else os.kill  # Ctrl-C reaches make and all that it started
        whom(self.process.pid, SIGNALS[name])


class FromTerminal:
    """The lab as a person starts it: Ctrl-C is a key."""

    def __init__(self, command: list[str], folder: Path):
        pexpect = pytest.importorskip("pexpect")
        self.eof, self.text = pexpect.EOF, ""
        self.process = pexpect.spawn(command[0], command[1:], cwd=str(folder), encoding="utf-8", timeout=90)

    def text_until(self, words: str | None) -> str:
        self.process.expect(self.eof if words is None else re.escape(words))
        self.text += self.process.before + (words or "")
        return self.text

    def send(self, name: str) -> None:
        if name == "Ctrl-C":
            self.process.sendintr()
        else:
            self.process.kill(SIGNALS[name])


def fetch(port: int, path: str, token: str, data: bytes | None = None) -> bytes:
    headers = {"Authorization": f"token {token}"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers)
    return urllib.request.urlopen(request, timeout=20).read()


def start_kernel(home: Path, port: int, token: str) -> None:
    """A kernel, as a reader's notebook has one; comes back once it answers."""
    kernel = json.loads(fetch(port, "/api/kernels", token, b"{}"))
    (file,) = home.rglob(f"kernel-{kernel['id']}.json")
    client = BlockingKernelClient(connection_file=str(file))
    client.load_connection_file()
    client.start_channels(hb=False)
    client.kernel_info(reply=True, timeout=60)
    client.stop_channels()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@unix
@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize("start", [FromTerminal, FromScript])
@pytest.mark.parametrize("root", [True, False], ids=["root", "user"])
def test_one_signal_ends_the_lab_and_leaves_nothing(clone, home, root, start, name):
    port = free_port()
    words = ["make", "-o", "setup", "lab", f"ARGS=--port {port} --ServerApp.port_retries=0"]
    lab = start([*as_person(root), *words], clone)
    found = ADDRESS.search(lab.text_until(ENDS))
    assert found and int(found["port"]) == port and found["path"] == "/lab/tree/my_lessons/00_start_here.ipynb"
    assert b"<title>JupyterLab</title>" in fetch(port, found["path"], found["token"])
    for path in ("my_lessons/00_start_here.ipynb", "notebooks/00_start_here.ipynb", "README.md", "ERRATA.md"):
        assert json.loads(fetch(port, f"/api/contents/{path}", found["token"]))["content"]
    start_kernel(home, port, found["token"])
    family = psutil.Process(lab.process.pid).children(recursive=True)
    assert any("ipykernel" in " ".join(each.cmdline()) for each in family)
    lab.send(name)
    text = lab.text_until(None)
    assert text.count("The lab is closed. Your lessons are in my_lessons") == 1
    assert "Traceback" not in text, text
    assert "[y/" not in text
    assert is_free(port)
    assert not psutil.wait_procs(family, timeout=20)[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@unix
@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_before_the_server_is_there_is_heard(monkeypatch, capsys, name):
    monkeypatch.setattr(server, "make_copies", lambda *rest: os.kill(os.getpid(), SIGNALS[name]))
    assert server.open_lab([]) == 0
    assert capsys.readouterr().out == f"{server.CLOSED}\n"


def test_what_cannot_be_written_is_one_sentence(monkeypatch, capsys, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setattr(server, "COPIES", tmp_path / "file" / "my_lessons")
    assert server.open_lab([]) == 1
    error = capsys.readouterr().err
    assert error.startswith("The lab cannot start: ") and error.count("\n") == 1


def test_without_lessons_there_is_no_lab(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(server, "LESSONS", tmp_path)
    assert server.open_lab([]) == 1
    assert "start from a whole clone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("platform", "settings", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"SSH_CONNECTION": "somewhere", "DISPLAY": "localhost:10.0"}, True),
        ("linux", {"SSH_CONNECTION": "somewhere"}, False),
        ("darwin", {}, True),
        ("darwin", {"SSH_CONNECTION": "somewhere"}, False),
        ("win32", {}, True),
    ],
)
def test_a_browser_is_opened_where_the_person_sits(monkeypatch, platform, settings, expected):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(os, "environ", settings)
    assert server.has_display() is expected


@unix
@pytest.mark.parametrize("locked", [False, True])
def test_where_home_cannot_be_written_the_lab_brings_a_folder(monkeypatch, tmp_path, locked):
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOME", str(tmp_path / "file" if locked else tmp_path))
    for name in ("JUPYTER_DATA_DIR", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, "here before, so that it is put back")
        monkeypatch.delenv(name)
    server.lend_a_folder()
    assert ("JUPYTER_DATA_DIR" in os.environ) is locked
    assert not locked or Path(os.environ["JUPYTER_DATA_DIR"]).is_dir()


def test_behind_a_closed_input_is_nobody_to_ask(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(server, "make_copies", lambda lessons, copies, ask: asked.append(ask))
    monkeypatch.setattr(server, "serve", lambda options: None)
    assert server.open_lab([]) == 0 and asked == [None]


@pytest.mark.parametrize(("typed", "answer"), [("y", "y"), (EOFError, "")])
def test_the_end_of_input_is_no_answer(monkeypatch, typed, answer):
    def respond(question):
        if typed is EOFError:
            raise EOFError
        return typed

    monkeypatch.setattr("builtins.input", respond)
    assert server.ask("Take it?") == answer


def test_a_checkout_that_cannot_be_written_says_so(monkeypatch, capsys):
    def refuse(*_):
        raise OSError(errno.EROFS, "Read-only file system", str(server.COPIES))

    monkeypatch.setattr(server, "make_copies", refuse)
    assert server.open_lab([]) == 1
    error = capsys.readouterr().err
    assert "Read-only" in error and "copy that to where you may write" in error and error.count("\n") == 1
