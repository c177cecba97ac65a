"""Put the questions of the exercises, and a stub for each answer, behind a lesson's heading "Exercises".

usage: python -m tools.exercises 06 [07 ...]      then: make notebooks NAMES="06 07"
"""

import sys

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from tools.paths import FOLDER
from vdm_tutor.exercises.catalogue import EXERCISES
from vdm_tutor.exercises.lessons.derivations import TASKS
from vdm_tutor.whole_file import write_text

HEADING, NEXT, MARK = "## Exercises\n", "\n## What to read next\n", "ex-"
LINE = 'mine.line(..., because="")\n'
INTRODUCTION = (
    "Put your answer in place of `...`: a formula as text or in sympy, a function, numbers, or a letter, as asked. "
    "Add `.hint()` or `.solution()` to `ex(...)` for help; `standing()`, from the same place, shows how far you are."
)


def stubs(lesson: str) -> list:
    """The cells of a lesson's exercises and derivations: a question in words, and a place for the answer."""
    names = ["derive"] * any(task.id[:2] == lesson for task in TASKS) + ["ex"]
    opening = f"from vdm_tutor.exercises import {', '.join(names)}"
    cells = [new_markdown_cell(INTRODUCTION, id=f"{MARK}how"), new_code_cell(opening, id=f"{MARK}ready")]
    for exercise in EXERCISES:
        if exercise.lesson == lesson:
            cells += _pair(exercise.id, exercise._repr_markdown_(), f'answer = ...\nex("{exercise.id}").check(answer)')
    for task in TASKS:
        if task.id[:2] == lesson:
            story = f"**{task.id}** Derive it line by line: {task.story} Go on from the line before with `= ...`."
            story += f"\n\nIt begins with `{task.start or f'{task.heads[0]} = ...'}`."
            cells += _pair(task.id, story, f'mine = derive("{task.id}")\n' + LINE + LINE.rstrip())
    return cells


def _pair(name: str, story: str, stub: str) -> list:
    cell = f"{MARK}{name.replace('.', '-')}"
    return [new_markdown_cell(story, id=cell), new_code_cell(stub, id=f"{cell}-answer")]


def with_stubs(book: nbformat.NotebookNode, lesson: str) -> nbformat.NotebookNode:
    """The lesson with its stubs in place of those that it had; what else stands in it stays as it is."""
    cells, kept = [], {(cell.id, cell.source): cell for cell in book.cells}  # with their outputs
    for cell in book.cells:
        if cell.id.startswith(MARK):
            continue
        cells.append(cell)
        if cell.cell_type == "markdown" and HEADING in f"{cell.source}\n":
            words, _, after = cell.source.partition(NEXT)
            cell.source = words.rstrip()
            cells += [kept.get((new.id, new.source), new) for new in stubs(lesson)]
            if after:
                cells.append(new_markdown_cell(f"{NEXT.lstrip()}{after}", id="next"))
    book.cells = cells
    return book


def main() -> int:
    for lesson in sys.argv[1:]:
        for path in FOLDER.glob(f"{lesson}_*.ipynb"):
            book = with_stubs(nbformat.read(path, as_version=4), lesson)
            write_text(path, nbformat.writes(book) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
