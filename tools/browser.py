"""A real JupyterLab on localhost, for headless Chromium: what the browser tests and the benchmark stand on."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

# Cells and an idle kernel may show before JupyterLab calls the notebook its current one; a command is lost until then.
READY = """(path) => {
  const panel = window.jupyterapp?.shell.currentWidget, session = panel?.sessionContext;
  return panel?.context?.path === path && session?.isReady && session.session?.kernel?.status === "idle";
}"""


def browser_path() -> str:
    """The browser's path; the tests that need one fail, and are not skipped, where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, 'the browser tests need Chromium: install it, or leave them out with pytest -m "not browser"'
    return found


@contextmanager
def serve(folder: Path, home: Path):
    """The address of a JupyterLab that serves the folder, without settings of this machine."""
    log = home / "lab.log"
    settings = {name: str(home / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    options = ["--no-browser", "--allow-root", "--expose-app-in-browser", "--IdentityProvider.token=", "--port=0"]
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *options, f"--ServerApp.root_dir={folder}"],
            env={**os.environ, **settings, "OMP_NUM_THREADS": "1"}, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield address(log, server)
    finally:
        server.terminate()
        server.wait(20)


def address(log: Path, server: subprocess.Popen, patience: float = 90) -> str:
    """Where the server listens, once it answers."""
    until = time.monotonic() + patience
    while time.monotonic() < until and server.poll() is None:
        lines = [line for line in log.read_text().splitlines() if "http://localhost" in line or "http://127" in line]
        if lines:
            url = lines[-1].split()[-1].split("/lab")[0]
            try:
                urllib.request.urlopen(f"{url}/api", timeout=5)
                return url
            except OSError:
                pass
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def run_all(page, path: str) -> None:
    """Run every cell of the notebook that the page shows, once a command is heard; do not wait for the end."""
    page.wait_for_function(READY, arg=path)
    page.evaluate("() => void window.jupyterapp.commands.execute('notebook:run-all-cells')")
