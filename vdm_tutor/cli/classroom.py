"""Which mistakes a class made: a page from the progress files that its readers handed in."""

import sys

from vdm_tutor.cli import UserError, answer, file_name


def add_arguments(parser) -> None:
    holds = "holds the files, my_lessons/progress.json of each reader, by any name"
    parser.add_argument("folder", type=file_name, help=holds)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="count these lessons alone, as in 09 11")


def run(args) -> int:
    from vdm_tutor.exercises import classroom

    if not args.folder.is_dir():
        raise UserError(f"{args.folder} is no folder: put the readers' progress files into one")
    if unknown := sorted(set(args.lessons) - set(classroom.LESSONS)):
        raise UserError(f"no lesson is called {unknown[0]!r}: there are {', '.join(classroom.LESSONS)}")
    readers, silent = classroom.handed_in(args.folder)
    for file in silent:
        print(f"{file} says nothing of any exercise", file=sys.stderr)
    if not readers:
        raise UserError(
            f"no file in {args.folder} says anything of an exercise; each reader's is my_lessons/progress.json"
        )
    readers = classroom.of_lessons(readers, args.lessons or classroom.LESSONS)
    answer(classroom.rows(readers), classroom.page(readers), args.json)
    return 0
