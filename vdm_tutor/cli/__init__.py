"""The command line: one module a command, each with `add_arguments(parser)` and `run(args) -> exit code`."""

import argparse
import os
import sys

COMMANDS = {
    "doctor": "What is installed, which device, and what to do if something is missing.",
    "lab": "JupyterLab at your own copy of the course; further options, as --port 9000, go to JupyterLab.",
    "equations": "Decide the survey's equations: the whole ledger, or one line with the slips it caught.",
    "train": "Train a denoiser: leaves OUT/model.safetensors, and OUT/state.pt to resume from.",
    "evaluate": "Evaluate a model: the terms of its bound in nats, and bits per dimension for digits.",
    "sample": "Sample from a model: a picture of a cloud over its exact density, or a grid of digits.",
}


class UserError(Exception):
    """A mistake that the person at the keyboard can mend: printed as one sentence, without a traceback."""


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


def main(argv: list[str] | None = None) -> int:
    words = sys.argv[1:] if argv is None else argv
    parser = build_parser(words)
    args, args.options = parser.parse_known_args(words)
    if args.options and args.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(args.options)}")
    try:
        code = args.run(args)
        sys.stdout.flush()
        return code
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `... | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
