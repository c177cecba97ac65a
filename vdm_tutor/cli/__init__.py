"""The command line: one module a command, each with `add_arguments(parser)` and `run(args) -> exit code`."""

import argparse
import json
import math
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

COMMANDS = {
    "doctor": "What is installed, which device, and what to do if something is missing.",
    "lab": "JupyterLab at your own copy of the course; further options, as --port 9000, go to JupyterLab.",
    "equations": "Decide the survey's equations: the whole ledger, or one line with the slips it caught.",
    "train": "Train a denoiser: leaves OUT/model.safetensors, and OUT/state.pt to resume from.",
    "evaluate": "Evaluate a model: the terms of its bound in nats, and bits per dimension for digits.",
    "sample": "Sample from a model: a picture of a cloud over its exact density, or a grid of digits.",
    "classroom": "Which mistakes a class made: a page from a folder of its readers' progress files.",
}
CHECKPOINT = "a file, a folder from train, or a shipped name"  # what two commands take


class UserError(Exception):
    """A mistake that the person at the keyboard can mend: printed as one sentence, without a traceback."""


class Stopped(KeyboardInterrupt):
    """Ctrl-C, SIGTERM or a closed terminal: told in one line, with what is left to say about the work."""

    def __init__(self, number: int, rest: str = ""):
        super().__init__(number, rest)
        self.number, self.rest = number, rest


class Parser(argparse.ArgumentParser):
    """Refuses words in one sentence, as everything else is refused."""

    def error(self, message: str):
        raise UserError(f"{message}; see {self.prog} --help")

    def _print_message(self, message: str, file=None):  # argparse's own forgives an output that is full
        (file or sys.stderr).write(message)


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """An argument's type: what is no whole number from low to high is refused before it is tried."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text[:30]!r} is not a whole number from {low} to {high}")
        return value

    return read


SEED = whole_number(0, 2**63 - 1)


def file_name(text: str) -> Path:
    """An argument's type: a path, which an empty word is not."""
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError("a name is needed")
    return Path(text)


def model_named(name: Path):
    """The checkpoint behind a file or a shipped name. Raises UserError where there is none, and for a classifier."""
    from vdm_tutor.checkpoint import CheckpointError, load
    from vdm_tutor.guidance import Classifier

    try:
        checkpoint = load(name)
    except CheckpointError as error:
        raise UserError(str(error)) from None
    if isinstance(checkpoint.model, Classifier):
        raise UserError(f"{name}: a classifier p(y|x_t) for guidance; it has no bound and draws no samples")
    return checkpoint


def answer(result: dict | list, text: str, as_json: bool) -> None:
    """Print what a command found: as JSON, in which a number that is none is null, or as text for a person."""
    print(json.dumps(_finite(result), allow_nan=False) if as_json else text)


def _finite(value):
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def module_of(command: str):
    """The command's module; the others stay unread."""
    match command:
        case "doctor":
            from vdm_tutor.cli import doctor as module
        case "lab":
            from vdm_tutor.cli import lab as module
        case "equations":
            from vdm_tutor.cli import equations as module
        case "train":
            from vdm_tutor.cli import train as module
        case "evaluate":
            from vdm_tutor.cli import evaluate as module
        case "sample":
            from vdm_tutor.cli import sample as module
        case "classroom":
            from vdm_tutor.cli import classroom as module
    return module


class Version(argparse.Action):
    """Prints the version that is installed, looked up only when asked for."""

    def __call__(self, parser, *_):
        from importlib.metadata import PackageNotFoundError, version

        python = f"Python {sys.version.split()[0]}, {sys.executable}"
        try:
            print(f"vdm-tutor {version('vdm-tutor')}, {python}")
        except PackageNotFoundError:
            print(f"vdm-tutor is not installed in {python}")
        parser.exit()


def build_parser(words: list[str]) -> argparse.ArgumentParser:
    """A parser that knows every command by name, and the arguments of the one that `words` ask for."""
    ends = (
        "Exit codes: 0 done; 1 something found is not as it should be; 2 refused, with one sentence; 128 + n signal n."
    )
    parser = Parser(prog="python -m vdm_tutor", description="VDM Tutor's commands.", epilog=ends)
    parser.add_argument("--version", action=Version, nargs=0, help="the version that is installed")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=summary, description=summary)
        if name in words[:1]:
            module = module_of(name)
            if name != "lab":
                subparser.add_argument("--json", action="store_true", help="flat machine-readable output")
            module.add_arguments(subparser)
            subparser.set_defaults(run=module.run)
    return parser


@contextmanager
def signals_to(handler: Callable) -> Iterator[None]:
    """Hand the signals that end a program to `handler`; one that is ignored, as under nohup, stays so."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {each: signal.getsignal(each) for each in (getattr(signal, name) for name in names)}
    caught = {each: old for each, old in before.items() if old is not signal.SIG_IGN}
    try:
        for each in caught:
            signal.signal(each, handler)
        yield
    finally:
        for each, old in caught.items():
            signal.signal(each, old)


def stop(number: int, frame) -> None:
    """End now."""
    raise Stopped(number)


@contextmanager
def signals_noted() -> Iterator[list[int]]:
    """Within, the first signal to end is only noted, so that work can come to a good end; the second ends it now."""
    noted = []

    def note(number: int, frame) -> None:
        if noted:
            raise Stopped(number)
        noted.append(number)

    with signals_to(note):
        yield noted


def run(words: list[str]) -> int:
    """Run one command; gives its exit code."""
    parser = build_parser(words)
    try:
        args, args.options = parser.parse_known_args(words)
    except SystemExit as done:  # --help and --version
        return done.code or 0
    if args.options and args.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(args.options)}")
    return args.run(args)


def main(argv: list[str] | None = None) -> int:
    """The door of the command line: whatever a person or a machine does wrong leaves by one sentence and a code."""
    words = sys.argv[1:] if argv is None else argv
    _open_streams()
    try:
        with signals_to(stop):
            code = run(words)
            sys.stdout.flush()
        return code
    except BrokenPipeError:  # `... | head` has read enough
        silence(sys.stdout)
        return 0
    except Stopped as stopped:
        _say(f"stopped{': ' if stopped.rest else ''}{stopped.rest}", words)
        return 128 + stopped.number  # as shells count
    except (UserError, ImportError, MemoryError, OSError) as error:
        _say(f"error: {_sentence(error)}", words)
        return 2


def _sentence(error: Exception) -> str:
    match error:
        case ImportError():
            return f"{error}. What to do: {sys.executable} -m vdm_tutor doctor"
        case MemoryError():
            return "there is not enough memory"
        case OSError():
            return f"{error.filename or 'the output'}: {error.strerror or error}"
    return str(error)


def _say(sentence: str, words: list[str]) -> None:
    """To stderr, and with --json to stdout too; a stream that takes nothing more is left alone."""
    report = json.dumps({"error": sentence.removeprefix("error: ")}) + "\n" if "--json" in words else ""
    for stream, text in ((sys.stderr, f"{sentence}\n"), (sys.stdout, report)):
        try:
            stream.write(text)
            stream.flush()
        except OSError:
            silence(stream)


def _open_streams() -> None:
    """A closed stream takes and drops all; in a locale without a sign, as that for plus or minus, its name is put."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))
        if hasattr(getattr(sys, name), "reconfigure"):
            getattr(sys, name).reconfigure(errors="namereplace")


def silence(stream) -> None:
    """Let a stream that takes nothing more take and drop all."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
