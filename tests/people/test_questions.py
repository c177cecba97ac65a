"""The table of learners' questions in CONTRIBUTING.md names cells that are there."""

import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (?P<question>[^|]+?) \| (?P<lesson>\d\d|cards), (?P<cell>[\w-]+) \|$")


def rows() -> list[re.Match]:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.split("## Appendix: what learners ask", 1)[1]
    lines = [line for line in table.splitlines() if line.startswith("|")]
    matches = {line: ROW.match(line) for line in lines[2:]}  # below the head and its rule
    assert all(matches.values()), f"not `question, lesson, cell`: {[line for line in matches if not matches[line]]}"
    return list(matches.values())


def cells_of(lesson: str) -> dict[str, str]:
    (path,) = (ROOT / "notebooks").glob(f"{lesson}*.ipynb")
    return {cell.id: cell.cell_type for cell in nbformat.read(path, as_version=4).cells}


def test_every_question_is_answered_by_a_cell_that_is_there():
    cells = {lesson: cells_of(lesson) for lesson in {row["lesson"] for row in rows()}}
    missing = [row[0] for row in rows() if row["cell"] not in cells[row["lesson"]]]
    assert not missing, f"no such cell: {missing}"


def test_every_question_is_asked_once():
    asked = [row["question"] for row in rows()]
    assert len(asked) > 15 and len(set(asked)) == len(asked)
