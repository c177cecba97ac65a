"""Runs a reader's function where it can do no harm: in a process of its own, with a time limit.

The limit is on the processor's time: a verdict does not hang on what else the machine does. The process is started
afresh, never forked. Where the function cannot be sent there (cloudpickle is missing, or what it refers to cannot be
copied), it runs in a thread that is told to stop when its time is over.
"""

import atexit
import contextlib
import ctypes
import io
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

SECONDS, LOADING = 4.0, 60.0  # for the function itself, of the processor's; for the libraries that it brings
WAIT = 5  # times as long by the clock: where others want the cores, or the function only sleeps
ENDLESS = "it did not come to an end within {:g} seconds"


@dataclass(frozen=True)
class Ran:
    """What a trial gave; or why it gave nothing, in words."""

    value: object = None
    trouble: str = ""


def run(trial: Callable, function: Callable, seconds: float = SECONDS) -> Ran:
    """trial(function), bounded in time; prints of the function's are swallowed."""
    try:
        import cloudpickle

        task = cloudpickle.dumps((trial, function))
    except Exception:  # whatever cannot be copied is tried here
        return _in_thread(trial, function, seconds)
    return _Process.current().run(task, seconds)


class _Process:
    """One worker, kept warm from one check to the next; killed, and replaced, when it takes too long."""

    _now: "_Process | None" = None

    @classmethod
    def current(cls) -> "_Process":
        if cls._now is None or cls._now.process.poll() is not None:
            cls._now = cls()
        return cls._now

    def __init__(self):
        worker = [sys.executable, "-m", "vdm_tutor.exercises.worker"]
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(worker, **streams, env=os.environ | {"OMP_NUM_THREADS": "1"})
        atexit.register(self.process.kill)

    def run(self, task: bytes, seconds: float) -> Ran:
        reply: list = []
        try:
            pickle.dump((task, seconds), self.process.stdin)
            self.process.stdin.flush()
            for limit in (LOADING, WAIT * seconds):  # first "loaded", then the result
                reader = threading.Thread(target=lambda: reply.append(self._read()), daemon=True)
                reader.start()
                reader.join(limit)
                if reader.is_alive():
                    self.stop()
                    return Ran(trouble=ENDLESS.format(seconds))
        except OSError:
            reply = [None]
        if reply[-1] is None:
            self.stop()
            if self.process.returncode == -getattr(signal, "SIGPROF", 0):
                return Ran(trouble=ENDLESS.format(seconds))
            return Ran(trouble="it ended the process in which it ran")
        return Ran(*reply[-1])

    def stop(self) -> None:
        """End this worker; the next check starts another."""
        type(self)._now = None
        self.process.kill()
        self.process.wait()

    def _read(self):
        try:
            return pickle.load(self.process.stdout)
        except Exception:  # the other end is gone, or what came is no reply
            return None


def _in_thread(trial: Callable, function: Callable, seconds: float) -> Ran:
    found: list[Ran] = []
    thread = threading.Thread(target=lambda: found.append(attempt(trial, function)), daemon=True)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        thread.start()
        thread.join(seconds)
    if found:
        return found[0]
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit))
    return Ran(trouble=ENDLESS.format(seconds))


def attempt(trial: Callable, function: Callable) -> Ran:
    """trial(function), with whatever it raises as words."""
    try:
        return Ran(trial(function))
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: the function raised it, not the reader
        try:
            said = str(error).split("\n")[0][:200]
        except Exception:  # an error that cannot be shown
            said = ""
        return Ran(trouble=f"it raises {type(error).__name__}" + (f": {said}" if said else ""))
