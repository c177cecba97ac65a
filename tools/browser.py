"""The browser that the widgets' tests and the benchmark drive, and a real JupyterLab on localhost for it.

usage: python -m tools.browser      (finds one that starts, or fetches one; otherwise one sentence, exit code 1)
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from vdm_tutor.lab.server import DEFAULTS

FLAGS = ["--no-sandbox", "--disable-gpu"]  # root, as in every container, has no sandbox
ON_PATH = ("chromium", "chromium-browser", "google-chrome")
CHANNELS = ("chrome", "msedge")  # where Chrome and Edge install themselves
SHELL = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
APT = [
    "apt-get",
    "-qq",
    "-o",
    "APT::Update::Error-Mode=any",
    "-o",
    "Acquire::Retries=0",
    "-o",
    "Acquire::http::Timeout=8",
]
NONE = (
    "There is no browser for the widgets' tests, and none could be fetched: install Chromium, Chrome or Edge, "
    'then run `make test` again; the other tests run with `.venv/bin/pytest -m "not browser"`.'
)
# Cells and an idle kernel may show before JupyterLab calls the notebook its current one; a command is lost until then.
READY = """(path) => {
  const panel = window.jupyterapp?.shell.currentWidget, session = panel?.sessionContext;
  return panel?.context?.path === path && session?.isReady && session.session?.kernel?.status === "idle";
}"""


def ways() -> list[dict]:
    """How a browser may be started, the machine's own before Playwright's."""
    paths = [path for path in map(shutil.which, ON_PATH) if path]
    return [{"executable_path": path} for path in paths] + [{"channel": name} for name in CHANNELS] + [{}]


def launch(playwright: Playwright) -> Browser:
    """The first browser of this machine that starts; raises RuntimeError with one sentence where none does."""
    for way in ways():
        try:
            return playwright.chromium.launch(args=FLAGS, timeout=60_000, **way)
        except Error:
            continue
    raise RuntimeError(NONE)


def starts() -> bool:
    with sync_playwright() as playwright:
        try:
            launch(playwright).close()
        except RuntimeError:
            return False
    return True


def fetch_shell(patience: float = 5) -> bool:
    """Fetch Playwright's own headless shell; given up where not a byte has come within `patience` seconds."""
    with tempfile.TemporaryFile("w+") as log:
        fetch = subprocess.Popen(SHELL, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until = time.monotonic() + patience
        while fetch.poll() is None:
            log.seek(0)
            if "%" not in log.read() and time.monotonic() > until:
                fetch.terminate()
            time.sleep(0.1)
    return fetch.returncode == 0


def fetch_debian() -> bool:
    """Install Debian's Chromium by apt, where we are root."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    options["env"] = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return not any(subprocess.call([*APT, *words], **options) for words in (["update"], ["install", "-y", "chromium"]))


def main() -> int:
    if starts():
        return 0
    print("No browser is here: fetching one.", flush=True)
    if any(fetch() and starts() for fetch in (fetch_shell, fetch_debian)):
        return 0
    print(NONE, file=sys.stderr)
    return 1


@contextmanager
def serve(folder: Path, home: Path):
    """The address of a JupyterLab that serves the folder, with the course's settings and none of this machine."""
    log = home / "lab.log"
    settings = {name: str(home / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    settings["JUPYTER_CONFIG_PATH"] = str(DEFAULTS)
    options = ["--no-browser", "--allow-root", "--expose-app-in-browser", "--IdentityProvider.token=", "--port=0"]
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *options, f"--ServerApp.root_dir={folder}"],
            env={**os.environ, **settings, "OMP_NUM_THREADS": "1"}, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield address(log, server)
    finally:
        server.terminate()
        server.wait(90)


def address(log: Path, server: subprocess.Popen, patience: float = 90) -> str:
    """Where the server listens, once it answers."""
    until = time.monotonic() + patience
    while time.monotonic() < until and server.poll() is None:
        lines = [
            line
            for line in log.read_text(encoding="utf-8").splitlines()
            if "http://localhost" in line or "http://127" in line
        ]
        if lines:
            url = lines[-1].split()[-1].split("/lab")[0]
            try:
                urllib.request.urlopen(f"{url}/api", timeout=5)
                return url
            except OSError:
                pass
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


def run_all(page, path: str) -> None:
    """Run every cell of the notebook that the page shows, once a command is heard; do not wait for the end."""
    page.wait_for_function(READY, arg=path)
    page.evaluate("() => void window.jupyterapp.commands.execute('notebook:run-all-cells')")


if __name__ == "__main__":
    raise SystemExit(main())
