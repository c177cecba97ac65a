"""A browser is found or fetched before the first test; where none can be had, one sentence says so."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOBODY = "http://127.0.0.1:9"  # a port on which nobody listens


def settle(tmp_path, **settings) -> subprocess.CompletedProcess:
    """`python -m tools.browser` where no browser is installed, and Playwright keeps its own in an empty folder."""
    code = "from tools import browser; browser.ON_PATH = browser.CHANNELS = (); raise SystemExit(browser.main())"
    env = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "browsers"), **settings}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)


def test_without_a_browser_and_nothing_to_fetch_from_there_is_one_sentence(tmp_path):
    (tmp_path / "bin").mkdir()  # a path on which there is no apt-get
    done = settle(tmp_path, PLAYWRIGHT_DOWNLOAD_HOST=NOBODY, PATH=str(tmp_path / "bin"))
    assert done.returncode == 1
    assert done.stdout == "No browser is here: fetching one.\n"
    assert done.stderr.count("\n") == 1 and "install Chromium, Chrome or Edge" in done.stderr


def test_a_host_that_never_answers_is_given_up(monkeypatch):
    from tools import browser

    monkeypatch.setattr(browser, "SHELL", [sys.executable, "-c", "import time; time.sleep(60)"])
    assert browser.fetch_shell(patience=0.3) is False


@pytest.mark.parametrize(("code", "fetched"), [("print('10% of 100 MiB')", True), ("raise SystemExit(1)", False)])
def test_a_download_is_what_its_exit_code_says(monkeypatch, code, fetched):
    from tools import browser

    monkeypatch.setattr(browser, "SHELL", [sys.executable, "-c", code])
    assert browser.fetch_shell(patience=60) is fetched


def test_a_program_that_is_no_browser_is_passed_over(monkeypatch):
    from tools import browser

    false = Path(sys.executable)  # starts, and knows none of the options
    monkeypatch.setattr(browser, "ways", lambda: [{"executable_path": str(false)}, {"channel": "chrome-canary"}])
    with ThreadPoolExecutor(1) as own_loop:  # the widgets' tests may hold a browser open in this process
        assert not own_loop.submit(browser.starts).result()
