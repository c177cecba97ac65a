"""The class at a hub: whose process is whose, what a student holds, and when a kernel's death is heard."""

import asyncio
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tools.hub.__main__ import spread
from tools.hub.engine import Hub
from tools.hub.memory import kernels_of, megabytes
from tools.hub.student import Student

linux = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from Linux's /proc")


def outcome(coroutine):
    """What a coroutine gives, in a thread of its own: the browser's tests keep a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


@pytest.fixture
def ada(tmp_path):
    words = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)", "ipykernel_launcher"]
    env = {**os.environ, "HOME": str(tmp_path / "homes" / "ada")}
    process = subprocess.Popen(words, env=env, stdout=subprocess.PIPE)
    process.stdout.readline()  # before that it may hold next to nothing
    yield process
    process.kill()
    process.wait()


@linux
def test_a_students_kernel_is_found_by_its_home_and_weighed(ada, tmp_path):
    homes = tmp_path / "homes"
    assert [process.pid for process in kernels_of(homes, "ada")] == [ada.pid] and not kernels_of(homes, "bob")
    held = megabytes(homes)
    assert set(held) == {"ada"} and 1 < held["ada"]["kernel"] < 500 and held["ada"]["server"] == 0
    assert not megabytes(tmp_path / "elsewhere")


def test_the_configuration_reads_deploys_and_leaves_no_gap(tmp_path):
    hub = Hub(tmp_path)
    hub.write_config()
    text = (tmp_path / "config.py").read_text()
    compile(text, "config.py", "exec")
    assert "deploy/jupyterhub_config.py" in text and f"127.0.0.1:{hub.port}" in text and "{username}" in text


class Line:
    """A line to a kernel that says what it was given, then breaks."""

    def __init__(self, *said):
        self.said = [each if isinstance(each, bytes) else json.dumps(each) for each in said]

    async def read_message(self):
        return self.said.pop(0) if self.said else None


def status(state: str) -> dict:
    return {"msg_type": "status", "parent_header": {}, "content": {"execution_state": state}}


@pytest.mark.parametrize(
    "said", [[status("restarting")], [b"film", status("dead")], []], ids=["restarts", "dies", "breaks"]
)
def test_a_kernel_that_dies_is_heard(said):
    student = Student("http://127.0.0.1:1", "ada", asyncio.Semaphore())
    student.line = Line(*said)
    with pytest.raises(ConnectionError):
        outcome(student.heard())


def test_a_kernel_that_lives_is_heard_too():
    student = Student("http://127.0.0.1:1", "ada", asyncio.Semaphore())
    student.line = Line(b"film", status("busy"))
    assert outcome(student.heard())["content"] == {"execution_state": "busy"}


def test_a_spread_is_median_and_most():
    assert spread([3.0, 1.0, 2.04]) == {"median": 2.0, "most": 3.0}
