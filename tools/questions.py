"""Write docs/questions.md: what learners ask, and the cell of a lesson where they run or see the answer.

usage: python -m tools.questions

A question stands in the metadata of the cell that answers it, under "questions", and moves with the cell.
"""

from pathlib import Path

import nbformat

from vdm_tutor.whole_file import write_text

ROOT = Path(__file__).parent.parent
FOLDER, FILE = ROOT / "notebooks", ROOT / "docs" / "questions.md"
HEAD = """# What learners ask

Each question, and the cell (its `id` in the notebook's file) in which you run or see the answer. Made by
`python -m tools.questions` from the lessons.
"""


def questions(book: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """Every question that a lesson answers, with the id of the cell that does, in the lesson's order."""
    return [(question, cell.id) for cell in book.cells for question in cell.metadata.get("questions", [])]


def page(folder: Path) -> str:
    """The text of docs/questions.md for the lessons of a folder."""
    parts = [HEAD]
    for path in sorted(folder.glob("*.ipynb")):
        book = nbformat.read(path, as_version=4)
        if found := questions(book):
            title = book.cells[0].source.splitlines()[0].lstrip("# ")
            rows = [f"| {question} | {name} |" for question, name in found]
            parts.append("\n".join([f"\n## [{title}](../notebooks/{path.name})\n", "| question | cell |", "|---|---|"]))
            parts.append("\n".join(["", *rows, ""]))
    return "".join(parts)


if __name__ == "__main__":
    write_text(FILE, page(FOLDER))
