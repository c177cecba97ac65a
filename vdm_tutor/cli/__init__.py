"""The command line: one module a command, each with `add_arguments(parser)` and `run(args) -> exit code`."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

COMMANDS = {
    "doctor": "What is installed, which device, and what to do if something is missing.",
    "lab": "JupyterLab at your own copy of the course; further options, as --port 9000, go to JupyterLab.",
    "equations": "Decide the survey's equations: the whole ledger, or one line with the slips it caught.",
    "train": "Train a denoiser: leaves OUT/model.safetensors, and OUT/state.pt to resume from.",
    "evaluate": "Evaluate a model: the terms of its bound in nats, and bits per dimension for digits.",
    "sample": "Sample from a model: a picture of a cloud over its exact density, or a grid of digits.",
    "classroom": "Which mistakes a class made: a page from a folder of its readers' progress files.",
}


class UserError(Exception):
    """A mistake that the person at the keyboard can mend: printed as one sentence, without a traceback."""


class Stopped(KeyboardInterrupt):
    """Ctrl-C, SIGTERM or a closed terminal: told in one line, with what is left to say about the work."""

    def __init__(self, number: int, rest: str = ""):
        super().__init__(number, rest)
        self.number, self.rest = number, rest


def model_named(name: str):
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


def build_parser(words: list[str]) -> argparse.ArgumentParser:
    """A parser that knows every command by name, and the arguments of the one that `words` ask for."""
    parser = argparse.ArgumentParser(prog="python -m vdm_tutor", description="VDM Tutor's commands.")
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


def main(argv: list[str] | None = None) -> int:
    words = sys.argv[1:] if argv is None else argv
    parser = build_parser(words)
    args, args.options = parser.parse_known_args(words)
    if args.options and args.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(args.options)}")
    try:
        with signals_to(stop):
            code = args.run(args)
            sys.stdout.flush()
        return code
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except Stopped as stopped:
        print(f"stopped{': ' if stopped.rest else ''}{stopped.rest}", file=sys.stderr)
        return 128 + stopped.number  # as shells count
    except BrokenPipeError:  # `... | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
