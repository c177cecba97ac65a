"""A real JupyterHub on loopback: made in a folder of its own, started, restarted, ended."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import jupyterlab

from tools import students
from tools.hub.memory import processes_of
from tools.paths import FOLDER

ROOT = FOLDER.parent
DEPLOY = ROOT / "deploy"
PROXY = "configurable-http-proxy@5.3.0"
CONFIG = """
c = get_config()
load_subconfig({shared!r})
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.Spawner.environment |= {environment!r}
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser", "--allow-root"]
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.JupyterHub.cleanup_proxy = False
c.JupyterHub.services = [{{"name": "culler", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{"name": "culler", "services": ["culler"],
    "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"]}}]
c.JupyterHub.db_url = "sqlite:///{folder}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie_secret"
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Hub:
    """Hub and proxy as two processes, so that one can be restarted without the other; everything lies in `folder`."""

    def __init__(self, folder: Path):
        self.folder, self.homes = folder, folder / "homes"
        self.python = folder / "venv" / "bin" / "python"
        self.proxy_command = folder / "node_modules" / ".bin" / "configurable-http-proxy"
        self.port, self.hub_port, self.api_port = free_port(), free_port(), free_port()
        self.token, self.secret = secrets.token_hex(16), secrets.token_hex(16)
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen] = {}

    def make(self) -> None:
        """Install what is missing, and lay out the course as deploy/ says; homes of an earlier run go."""
        if not self.python.exists():
            subprocess.run([sys.executable, "-m", "venv", self.folder / "venv"], check=True)
            pins = DEPLOY / "requirements.txt"
            subprocess.run([self.python, "-m", "pip", "install", "-q", "-r", pins], check=True)
        if not self.proxy_command.exists():
            subprocess.run(["npm", "install", "--silent", "--prefix", self.folder, PROXY], check=True)
        (site,) = (self.folder / "venv" / "lib").glob("python*/site-packages")
        ours = [path for path in sys.path if path.endswith("site-packages")]
        (site / "course.pth").write_text("\n".join([str(ROOT), *ours]) + "\n")
        for stale in (self.homes, self.folder / "jupyterhub.sqlite"):
            shutil.rmtree(stale) if stale.is_dir() else stale.unlink(missing_ok=True)
        self.homes.mkdir()
        students.write(self.folder / "course")
        (self.folder / "etc").mkdir(exist_ok=True)
        shutil.copy(DEPLOY / "jupyter_server_config.py", self.folder / "etc")
        self.write_config()

    def write_config(self) -> None:
        """The hub's configuration: deploy/'s, and what a loopback needs besides."""
        prefix = Path(jupyterlab.__file__).parents[4]  # the course's environment, which the hub's stands on
        environment = {
            "VDM_TUTOR_COURSE": str(self.folder / "course"),
            "JUPYTER_CONFIG_PATH": f"{self.folder / 'etc'}:{prefix / 'etc' / 'jupyter'}",
            "JUPYTER_PATH": str(prefix / "share" / "jupyter"),
            "JUPYTERLAB_DIR": str(prefix / "share" / "jupyter" / "lab"),
        }
        places = {"shared": str(DEPLOY / "jupyterhub_config.py"), "homes": str(self.homes), "folder": str(self.folder)}
        ports = {"port": self.port, "hub_port": self.hub_port, "api_port": self.api_port}
        text = CONFIG.format(**places, **ports, environment=environment, python=str(self.python), token=self.token)
        (self.folder / "config.py").write_text(text)

    def start(self, name: str) -> None:
        """Start "proxy" or "hub", and wait until it answers."""
        words, where = {
            "proxy": (
                [self.proxy_command, "--ip", "127.0.0.1", "--port", self.port, "--api-ip", "127.0.0.1"]
                + ["--api-port", self.api_port, "--default-target", f"http://127.0.0.1:{self.hub_port}"]
                + ["--error-target", f"http://127.0.0.1:{self.hub_port}/hub/error"],
                f"http://127.0.0.1:{self.api_port}/api/routes",
            ),
            "hub": ([self.python, "-m", "jupyterhub", "-f", self.folder / "config.py"], f"{self.url}/hub/api/"),
        }[name]
        log = (self.folder / f"{name}.log").open("a")
        env = {
            **os.environ,
            "CONFIGPROXY_AUTH_TOKEN": self.secret,
            "PATH": f"{self.python.parent}:{os.environ['PATH']}",
        }
        self.processes[name] = subprocess.Popen(
            list(map(str, words)), cwd=self.folder, env=env, stdout=log, stderr=log, start_new_session=True
        )
        self.wait_for(where)

    def wait_for(self, address: str, patience: float = 120) -> None:
        request = urllib.request.Request(address, headers={"Authorization": f"token {self.secret}"})
        until = time.monotonic() + patience
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(request, timeout=5).read()
                return
            except OSError:
                time.sleep(0.3)
        raise RuntimeError(f"{address} does not answer; see the logs in {self.folder}")

    def stop(self, name: str) -> None:
        process = self.processes.pop(name, None)
        if process:
            process.send_signal(signal.SIGTERM)
            process.wait(60)

    def cull(self, idle: int, patience: float) -> None:
        """Run the idle culler for a while, as a hub's service does all day."""
        words = ["-m", "jupyterhub_idle_culler", f"--timeout={idle}", "--cull-every=5", f"--url={self.url}/hub/api"]
        env = {**os.environ, "JUPYTERHUB_API_TOKEN": self.token}
        with (self.folder / "culler.log").open("a") as log:
            culler = subprocess.Popen([self.python, *words], env=env, stdout=log, stderr=log)
            time.sleep(patience)
            culler.terminate()
            culler.wait(20)

    def end(self) -> None:
        """End hub, proxy and every server of a student: those processes whose home lies in our folder."""
        for name in ("hub", "proxy"):
            self.stop(name)
        for process in processes_of(self.homes):
            process.kill()
