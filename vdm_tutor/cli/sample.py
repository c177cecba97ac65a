"""Not built yet: sample."""


def add_arguments(parser) -> None:
    pass


def run(args) -> int:
    print("not built yet")
    return 1
