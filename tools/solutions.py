"""Answer every stub of the lessons with its solution, in copies, and run them: each verdict must be right.

usage: python -m tools.solutions [--whole] [06 07 ...]

A copy holds the lesson's first code cell and its exercises, which stand for themselves; with --whole, all its cells.
"""

import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tools.exercises import MARK
from tools.notebooks import OPTIONS
from tools.paths import FOLDER, lessons
from vdm_tutor.exercises.catalogue import EXERCISES
from vdm_tutor.exercises.curve import Curve
from vdm_tutor.exercises.hunt import Hunt
from vdm_tutor.exercises.lessons.derivations import TASKS
from vdm_tutor.exercises.program import Program

ANSWERED = "-answer"
SIGNS = ("✓ correct", "✓ reached")


def answers() -> dict[str, str]:
    """A stub's cell id: what a reader types there who knows."""
    found = {exercise.id: typed(exercise) for exercise in EXERCISES} | {task.id: derived(task) for task in TASKS}
    return {f"{MARK}{name.replace('.', '-')}{ANSWERED}": source for name, source in found.items()}


def is_stub(cell) -> bool:
    return cell.id.startswith(MARK) and cell.id.endswith(ANSWERED)


def typed(exercise) -> str:
    """The solution, in a cell."""
    if isinstance(exercise, Program):
        source = exercise.test if isinstance(exercise, Hunt) else exercise.source
        return f'import numpy as np\n{source}\nex("{exercise.id}").check({exercise.reference.__name__})'
    answer = [float(y) for y in exercise.reference] if isinstance(exercise, Curve) else exercise.reference
    return f'ex("{exercise.id}").check({answer!r})'


def derived(task) -> str:
    """The first of a task's roads, line by line."""
    lines = [f"mine.line({line!r}, because={reason!r})" for line, reason in task.roads[0]]
    return "\n".join([f'mine = derive("{task.id}")', *lines])


def filled(book: nbformat.NotebookNode, whole: bool = False) -> nbformat.NotebookNode:
    """The lesson with every stub answered."""
    known, code = answers(), [cell for cell in book.cells if cell.cell_type == "code"]
    for cell in code:
        cell.source = known[cell.id] if is_stub(cell) else cell.source
    book.cells = [cell for cell in code if whole or cell is code[0] or cell.id.startswith(MARK)]
    return book


def refused(path: Path, folder: Path, whole: bool = False) -> list[str]:
    """The exercises of a lesson whose solution got another verdict than right; raises what a cell raises."""
    book = filled(nbformat.read(path, as_version=4), whole)
    NotebookClient(book, resources={"metadata": {"path": str(folder)}}, **OPTIONS).execute()
    shown = {cell.id: last(cell) for cell in book.cells if is_stub(cell)}
    return [f"{path.stem}, {name}: {said}" for name, said in shown.items() if not said.startswith(SIGNS)]


def last(cell) -> str:
    """What a cell gives back, as text."""
    return next((o.data["text/plain"] for o in cell.outputs if o.output_type == "execute_result"), "nothing")


def main() -> int:
    wanted = [name for name in sys.argv[1:] if name != "--whole"]
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for path in lessons(FOLDER):
            if not wanted or path.name[:2] in wanted:
                wrong += refused(path, Path(folder), "--whole" in sys.argv)
                print(path.stem, flush=True)
    print("\n".join(wrong), file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
