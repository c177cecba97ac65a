"""Make .venv with everything pinned, or mend it: `python -m tools.set_up`, with any Python. `make` runs it first.

Where all is in place it only looks. A set-up that was killed is gone on with, two at once wait for each other, a clone
that was moved is put right, and without a network what is there has to do. The standard library alone, and nothing
that Python 3.6 cannot read: it has to tell an old Python that it is too old.
"""

import contextlib
import csv
import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
READY = VENV / "ready"  # written last: what is installed, and where
WRITABLE = "The environment is made in the course's folder: copy that to where you may write."
UNFINISHED = VENV / "unfinished"  # there while something is made: what
APT = "export DEBIAN_FRONTEND=noninteractive; apt-get -qq update && apt-get -qq -y install python%d.%d-venv >/dev/null"


class SetUpError(Exception):
    """What keeps the environment from being made, in one sentence."""


def main() -> int:
    try:
        if not is_ready():
            with alone() as handle:
                if not is_ready():  # while this one waited, another may have made it
                    set_up(handle)
        return 0
    except (SetUpError, OSError) as error:
        locked = getattr(error, "errno", None) in (errno.EROFS, errno.EACCES, errno.EPERM)
        print(error, *[WRITABLE] if locked else [], sep=". ", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped. The next run goes on from here.", file=sys.stderr)
    return 1


def stamp() -> str:
    """What is to be installed, and where."""
    digest = hashlib.sha256()
    for name in ("requirements.txt", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return f"{digest.hexdigest()}\n{ROOT}\n"


def is_ready() -> bool:
    """Whether all is in place."""
    return PYTHON.exists() and READY.exists() and READY.read_text(encoding="utf-8") == stamp()


def set_up(handle) -> None:
    """Make what is missing; `handle` is the lock, which the programs that are started hold too."""
    unfinished = UNFINISHED.read_text() if UNFINISHED.exists() else ""
    if unfinished == "environment" or not runs("-m", "pip", "--version"):
        make_environment(handle)
    elif unfinished:
        forget_half_installed()
    before = READY.read_text(encoding="utf-8").splitlines() if READY.exists() else None
    if before and before[1:] != [str(ROOT)]:
        mend_moved(before[1])
    if not before or before[0] != stamp().splitlines()[0] or unfinished:
        UNFINISHED.write_text("packages")
        if not install(handle, quick=before is not None):
            return
        UNFINISHED.unlink()
    READY.write_text(stamp(), encoding="utf-8")


def runs(*words) -> bool:
    """Whether the environment's Python does this."""
    try:
        return (
            subprocess.run([str(PYTHON), *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
        )
    except OSError:  # it is not there, or leads nowhere
        return False


def make_environment(handle) -> None:
    """An empty environment, of the Python that runs this."""
    if sys.version_info < (3, 11):  # noqa: UP036
        goals = os.environ.get("MAKECMDGOALS", "lab")
        found = f"VDM Tutor needs Python 3.11 or newer; this is {sys.version.split()[0]}."
        raise SetUpError(f"{found} Try: make PYTHON=python3.12 {goals}")
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        by_apt = hasattr(os, "getuid") and os.getuid() == 0 and shutil.which("apt-get")
        if not by_apt or subprocess.run(["sh", "-c", APT % sys.version_info[:2]], stdin=subprocess.DEVNULL).returncode:
            missing = "This Python makes no virtual environments: install its venv package, on Debian python3-venv."
            raise SetUpError(missing) from None
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    UNFINISHED.write_text("environment")
    base = getattr(sys, "_base_executable", None) or sys.executable
    if call([base, "-m", "venv", str(VENV)], handle):
        raise SetUpError(f"{base} makes no virtual environment; its own words are above.")


def install(handle, quick: bool) -> bool:
    """The pinned packages, and the course itself. `quick`: there is an older set that will do, where no network is."""
    print("Installing exact versions into .venv: a minute or more, once.", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    pip += ["--retries", "0", "--timeout", "10"] if quick else []
    packages, course = ["-r", str(ROOT / "requirements.txt")], ["--no-deps", "-e", str(ROOT)]
    if call(pip + packages, handle) or call(pip + course, handle):
        if not quick:
            raise SetUpError(
                "The packages could not be installed; pip's reason is above. The next run goes on from here."
            )
        print("What changed could not be installed (no network?): going on with what is there.", file=sys.stderr)
        return False
    for folder in packages_folders():  # so that the course is found in a clone that was moved, and can say so
        (folder / "vdm_tutor_clone.pth").write_text(os.path.relpath(str(ROOT), str(folder)) + "\n", encoding="utf-8")
    return True


def call(words, handle) -> int:
    """Run a program that holds the lock for as long as it lives, whatever becomes of this one."""
    keep = {"pass_fds": [handle]} if handle is not None and os.name != "nt" else {}
    return subprocess.run(words, cwd=str(ROOT), **keep).returncode


def packages_folders() -> list:
    """Where the environment's packages are."""
    return [*VENV.glob("lib/python*/site-packages"), *VENV.glob("Lib/site-packages")]


def forget_half_installed() -> None:
    """Of a package that was installed by half pip believes that it is there: so that its description must go."""
    for folder in packages_folders():
        for half in [*folder.glob("~*"), *filter(is_half_installed, folder.glob("*.dist-info"))]:
            shutil.rmtree(half) if half.is_dir() else half.unlink()


def is_half_installed(description: Path) -> bool:
    """Whether a file of the package is missing; the list of them is the last thing that pip writes."""
    try:
        text = (description / "RECORD").read_text(encoding="utf-8")
    except OSError:
        return True
    return not all((description.parent / row[0]).exists() for row in csv.reader(text.splitlines()) if row)


def mend_moved(before) -> None:
    """Programs and pointers that name the folder where the clone was are told where it is now."""
    print(f"This clone was moved or copied from {before}: its .venv is put right.", flush=True)
    old = re.compile(re.escape(before.encode()) + rb"(?![\w.-])")
    for folder in packages_folders():
        pointers = [*folder.glob("__editable__*"), *folder.glob("vdm_tutor*.dist-info/direct_url.json")]
        for path in [*PROGRAMS.iterdir(), *pointers]:
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                if b"\0" not in data and old.search(data):
                    path.write_bytes(old.sub(lambda found: str(ROOT).encode(), data))


@contextlib.contextmanager
def alone():
    """Only one set-up at a time; yields the handle of the lock, None where the system has no such locks."""
    try:
        import fcntl

        handle = os.open(str(ROOT), os.O_RDONLY)
    except (ImportError, OSError):
        yield None
        return
    try:
        with contextlib.suppress(OSError):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Another set-up is at work in this clone: waiting for it.", flush=True)
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


if __name__ == "__main__":
    sys.exit(main())
