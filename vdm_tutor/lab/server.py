"""JupyterLab at the reader's copies: anywhere, and ended by one signal."""

import atexit
import errno
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from vdm_tutor.lab.copies import first_lesson, make_copies
from vdm_tutor.lab.installation import problems

ROOT = Path(__file__).parents[2]
LESSONS = ROOT / "notebooks"
COPIES = ROOT / "my_lessons"
# Widgets are saved with the lesson, or the day after, without their kernel, each would be a line "model not found".
DEFAULTS = Path(__file__).parent / "jupyter"
CLOSED = "The lab is closed. Your lessons are in my_lessons; `make lab` opens them again."
LOCKED = (errno.EROFS, errno.EACCES, errno.EPERM)
WRITABLE = " It makes your copies of the lessons in the course's folder: copy that to where you may write."
QUIT = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def open_lab(options: list[str]) -> int:
    """Make or complete my_lessons, and serve the course in JupyterLab until a signal comes; gives the exit code.

    `options` are JupyterLab's own. Ctrl-C, SIGTERM and a closed terminal end server and kernels, without a question.
    """
    try:
        for quit_signal in QUIT:
            signal.signal(quit_signal, signal.default_int_handler)
        found = problems()
        if not found and not list(LESSONS.glob("*.ipynb")):
            found = [f"There are no lessons in {LESSONS}: start from a whole clone of the course."]
        if found:
            print(*found, sep="\n", file=sys.stderr)
            return 1
        make_copies(LESSONS, COPIES, ask if sys.stdin and sys.stdin.isatty() else None)
        serve(options)
    except KeyboardInterrupt:  # before the server was there
        pass
    except OSError as error:
        print(f"The lab cannot start: {error}.{WRITABLE if error.errno in LOCKED else ''}", file=sys.stderr)
        return 1
    print(CLOSED)
    return 0


def ask(question: str) -> str:
    """The person's answer; the end of input is none."""
    try:
        return input(question)
    except EOFError:
        return ""


def serve(options: list[str]) -> None:
    """Run JupyterLab in this process until a signal ends it; `options` win over the course's settings."""
    # Waiting threads sleep: where another program wants the cores too, spinning ones cost a lesson tenfold.
    theirs = os.environ.get("JUPYTER_CONFIG_PATH")
    ours = {"JUPYTER_PLATFORM_DIRS": "1", "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, (theirs, str(DEFAULTS))))}
    os.environ.update({"OMP_WAIT_POLICY": "passive", **os.environ, **ours})
    lend_a_folder()
    from jupyterlab.labapp import LabApp

    server = LabApp.initialize_server(argv=options, config=settings())
    if not 0 <= server.port < 2**16:
        raise OSError(f"there is no port {server.port}")
    for quit_signal in QUIT:
        signal.signal(quit_signal, lambda *_: server.stop(from_signal=True))
    if not server.identity_provider.token_generated:  # otherwise JupyterLab prints the address itself
        print(server.display_url)
    server.io_loop.add_callback(print, "Ctrl-C ends the lab.", flush=True)
    server.start()


def lend_a_folder() -> None:
    """Where nothing can be written at home, as in many a container, what Jupyter notes goes where this process goes."""
    from jupyter_core.paths import jupyter_data_dir

    home = Path(jupyter_data_dir())
    try:
        home.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=home).close()
    except OSError:
        os.environ["JUPYTER_DATA_DIR"] = folder = tempfile.mkdtemp(prefix="jupyter-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


def settings():
    """JupyterLab's settings: the whole clone within reach, the first lesson in front, no questions, no news."""
    from traitlets.config import Config

    lesson = first_lesson(COPIES).relative_to(ROOT).as_posix()
    app = {"default_url": f"/lab/tree/{lesson}", "news_url": None, "log_level": "WARN"}
    app["check_for_updates_class"] = "jupyterlab.NeverCheckForUpdate"
    server = {"root_dir": str(ROOT), "open_browser": has_display(), "allow_root": True, "log_level": "WARN"}
    no_search = {"autodetect": False}  # for language servers: it runs npm, which a Ctrl-C would stop with a warning
    return Config({"LabApp": app, "ServerApp": {**server, "answer_yes": True}, "LanguageServerManager": no_search})


def has_display() -> bool:
    """Whether a browser can be opened where the person sits: not in a bare container, nor at the far end of ssh."""
    if any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")):
        return True
    return sys.platform in ("win32", "darwin") and "SSH_CONNECTION" not in os.environ
