"""One student at a hub, as JupyterLab would speak for them: logs in, opens a lesson, runs it cell by cell, saves."""

import asyncio
import json
import time
import uuid

import httpx
import nbformat
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClosedError, websocket_connect

SAVE_EVERY = 8  # cells
PATIENCE = 600  # seconds for a server to start
NOTE = "My own note: two bells, one product."


class Student:
    """`computing` is the class's: so many cells run at once, whoever's they are."""

    def __init__(self, url: str, name: str, computing: asyncio.Semaphore):
        self.url, self.name, self.computing = url, name, computing
        self.client = httpx.AsyncClient(base_url=url, follow_redirects=True, timeout=300)
        self.base = f"/user/{name}"
        self.marks: dict[str, float] = {}  # when what happened, seconds since the log-in began
        self.deaths = self.tries = 0  # kernels that died under this student's hands; answers that came at a second try
        self.starts = 0  # presses of "Start my server"

    async def log_in(self) -> None:
        """Fill in the form, and wait until the student's own server answers."""
        self.began = time.monotonic()
        await self.client.get("/hub/login")
        form = {"username": self.name, "password": "x", "_xsrf": self.xsrf("/hub/")}
        (await self.client.post("/hub/login", data=form)).raise_for_status()
        self.mark("logged in")
        await self.client.get("/hub/spawn")
        await self.server_ready()
        self.mark("server ready")

    async def server_ready(self) -> None:
        """Come back to the server, which starts again where it was ended."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = await self.client.get(f"{self.base}/lab")
            if answer.status_code == 200 and answer.url.path.startswith(self.base):
                return
            if "spawn-pending" not in answer.url.path or answer.status_code >= 500:  # it failed, or was never asked for
                self.starts += 1
                await self.client.get(f"/hub/spawn/{self.name}")
            await asyncio.sleep(1)
        raise RuntimeError(f"no server for {self.name}: {answer.status_code} at {answer.url.path}")

    def mark(self, what: str) -> None:
        self.marks.setdefault(what, time.monotonic() - self.began)

    def xsrf(self, path: str) -> str:
        found = [c.value for c in self.client.cookies.jar if c.name == "_xsrf" and c.path.startswith(path)]
        return found[-1] if found else ""

    async def ask(self, method: str, path: str, **body) -> dict:
        """Ask the student's server, again where hub or server are away for a moment."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                headers = {"X-XSRFToken": self.xsrf(self.base)}
                answer = await self.client.request(method, f"{self.base}/api/{path}", headers=headers, **body)
                answer.raise_for_status()
                return answer.json() if answer.content else {}
            except httpx.HTTPError:
                if time.monotonic() > until:
                    raise
                self.tries += 1
                await asyncio.sleep(2)
                await self.server_ready()

    async def open(self, lesson: str) -> None:
        """Open a lesson of the student's own copies with a fresh kernel."""
        self.path = f"my_lessons/{lesson}"
        found = await self.ask("GET", f"contents/{self.path}")
        self.book = nbformat.from_dict(found["content"])
        await self.begin_session()

    async def begin_session(self) -> None:
        """A kernel for the lesson, or the one that it has, and a line to it through the hub's proxy."""
        session = {"path": self.path, "name": self.path, "type": "notebook", "kernel": {"name": "python3"}}
        self.session = await self.ask("POST", "sessions", json=session)
        kernel, self.line_id = self.session["kernel"]["id"], uuid.uuid4().hex
        query = f"session_id={self.line_id}&_xsrf={self.xsrf(self.base)}"
        address = f"{self.url.replace('http', 'ws', 1)}{self.base}/api/kernels/{kernel}/channels?{query}"
        cookies = "; ".join(
            f"{c.name}={c.value}" for c in self.client.cookies.jar if self.base.startswith(c.path.rstrip("/"))
        )
        self.line = await websocket_connect(HTTPRequest(address, headers={"Cookie": cookies}, request_timeout=300))

    async def run(self, source: str) -> list:
        """Run a cell when it is this student's turn; gives its outputs. ConnectionError where the kernel died."""
        async with self.computing:
            name, outputs = await self.send(source), []
            while True:
                said = await self.heard()
                kind, content = said["msg_type"], said["content"]
                if said["parent_header"].get("msg_id") != name:
                    continue
                if kind == "error":
                    raise RuntimeError(f"{self.name}, {self.path}: {content['ename']}: {content['evalue']}")
                if kind in ("stream", "display_data", "execute_result"):
                    outputs.append(nbformat.v4.output_from_msg({**said, "header": {"msg_type": kind}}))
                if kind == "status" and content["execution_state"] == "idle":
                    return outputs

    async def send(self, source: str) -> str:
        """Hand a cell to the kernel; gives the message's name."""
        name = uuid.uuid4().hex
        header = {"msg_id": name, "msg_type": "execute_request", "session": self.line_id, "username": self.name}
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
        message = {"header": header | {"version": "5.3"}, "parent_header": {}, "metadata": {}, "content": content}
        await self.line.write_message(json.dumps({**message, "channel": "shell", "buffers": []}))
        return name

    async def heard(self) -> dict:
        """The kernel's next message; raises ConnectionError where there will be none."""
        while True:
            text = await self.line.read_message()
            if text is None:
                raise ConnectionError("the line to the kernel broke")
            if isinstance(text, str):  # bytes are a widget's data
                said = json.loads(text)
                if said["content"].get("execution_state") in ("restarting", "autorestarting", "dead"):
                    raise ConnectionError("the kernel died")
                return said

    async def save(self) -> None:
        body = {"type": "notebook", "format": "json", "content": self.book}
        await self.ask("PUT", f"contents/{self.path}", json=body)

    async def read(self, lesson: str) -> None:
        """Run a whole lesson; where the kernel dies, its successor runs it again from the top, as a student would."""
        await self.open(lesson)
        self.write_own_words()
        await self.save()
        while not await self.ran_all():
            self.deaths += 1
            self.line.close()
            await self.server_ready()
            await self.begin_session()
        await self.save()
        self.mark(f"end of {lesson[:2]}")
        self.line.close()
        await self.ask("DELETE", f"sessions/{self.session['id']}")

    def write_own_words(self) -> None:
        """What must not be lost: a note in the notebook, and an answer to the first exercise."""
        self.book.cells[0].source += f"\n\n{NOTE}"
        for cell in self.book.cells:
            if cell.cell_type == "code" and cell.source.startswith("answer = ...\nex("):
                cell.source = cell.source.replace("answer = ...", 'answer = "x_0"')
                break

    async def ran_all(self) -> bool:
        """Run every cell in order, saving now and then; whether the kernel lived to the end."""
        cells = [cell for cell in self.book.cells if cell.cell_type == "code" and cell.source.strip()]
        for number, cell in enumerate(cells):
            try:
                cell.outputs = await self.run(cell.source)
            except (ConnectionError, WebSocketClosedError):
                return False
            self.mark("first cell")
            if number % SAVE_EVERY == SAVE_EVERY - 1:
                await self.save()
        return True

    async def kept(self, lesson: str) -> bool:
        """Whether the student's words still stand in the lesson, and its answers in the progress file."""
        found = await self.ask("GET", f"contents/my_lessons/{lesson}")
        book = nbformat.from_dict(found["content"])
        answered = any('answer = "x_0"' in cell.source for cell in book.cells)
        words = NOTE in book.cells[0].source and any(cell.get("outputs") for cell in book.cells)
        if not answered:
            return words
        progress = await self.ask("GET", "contents/my_lessons/progress.json")
        return words and f'"{lesson[:2]}.1"' in progress["content"]
