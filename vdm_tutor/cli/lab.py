"""JupyterLab at the reader's own copy of the course."""

from vdm_tutor.cli import whole_number


def add_arguments(parser) -> None:
    parser.add_argument("--port", type=whole_number(0, 2**16 - 1), help="where it listens; 0 is any that is free")
    # what is left over goes to JupyterLab


def run(args) -> int:
    from vdm_tutor.lab.server import open_lab

    port = [] if args.port is None else [f"--port={args.port}"]
    return open_lab([*port, *args.options])
