"""Which mistakes a class made: a page from the progress files that its readers handed in."""

import json
import sys
from pathlib import Path


def add_arguments(parser) -> None:
    parser.add_argument(
        "folder", type=Path, help="holds the files, my_lessons/progress.json of each reader, by any name"
    )


def run(args) -> int:
    from vdm_tutor.cli import UserError
    from vdm_tutor.exercises import classroom

    if not args.folder.is_dir():
        raise UserError(f"{args.folder} is no folder: put the readers' progress files into one")
    readers, silent = classroom.handed_in(args.folder)
    for file in silent:
        print(f"{file} says nothing of any exercise", file=sys.stderr)
    if not readers:
        raise UserError(
            f"no file in {args.folder} says anything of an exercise; each reader's is my_lessons/progress.json"
        )
    print(json.dumps(classroom.rows(readers), ensure_ascii=False) if args.json else classroom.page(readers))
    return 0
