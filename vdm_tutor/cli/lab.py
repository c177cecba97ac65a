"""JupyterLab at the reader's own copy of the course."""


def add_arguments(parser) -> None:
    pass  # what is left over goes to JupyterLab


def run(args) -> int:
    from vdm_tutor.lab.server import open_lab

    return open_lab(args.options)
