"""Write docs/questions.md and the index behind `ask`: what learners ask, and the cell that answers it.

usage: python -m tools.questions

A lesson's question stands in the metadata of the cell that answers it, under "questions", and moves with the cell. In
the question book a question is the heading of its entry, and "questions" holds other words for it.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import nbformat

from tools.paths import FOLDER, lessons, topics
from vdm_tutor.whole_file import write_text

ROOT = FOLDER.parent
FILE, INDEX = ROOT / "docs" / "questions.md", ROOT / "vdm_tutor" / "lab" / "questions.json"
HEAD = """# What learners ask

Each question, and the cell (its `id` in the notebook's file) in which you run or see the answer. Made by
`python -m tools.questions` from the lessons and the question book.
"""


def questions(book: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """Every question that a lesson answers, with the id of the cell that does, in the lesson's order."""
    return [(question, cell.id) for cell in book.cells for question in cell.metadata.get("questions", [])]


def entries(book: nbformat.NotebookNode) -> Iterator[tuple[nbformat.NotebookNode, ...]]:
    """Every entry of a topic of the question book: the cells NAME, NAME-guess, NAME-run and NAME-meaning.

    Raises ValueError where a cell of an entry is missing or stands elsewhere.
    """
    cells = book.cells[2:-1]  # between the title with its imports and the way on
    for start in range(0, len(cells), 4):
        entry = tuple(cells[start : start + 4])
        name = entry[0].id
        if [cell.id for cell in entry] != [name, f"{name}-guess", f"{name}-run", f"{name}-meaning"]:
            raise ValueError(f"cell {name}: an entry is the cells NAME, NAME-guess, NAME-run, NAME-meaning")
        if [cell.cell_type for cell in entry] != ["markdown", "code", "code", "markdown"]:
            raise ValueError(f"cell {name}: an entry is words, a guess, an experiment and its meaning")
        if not entry[0].source.startswith("## "):
            raise ValueError(f"cell {name}: an entry begins with its question as a heading (##)")
        yield entry


def question_of(head: nbformat.NotebookNode) -> str:
    """The question of an entry: its heading."""
    return head.source.splitlines()[0].removeprefix("## ").strip()


def lessons_and_topics(folder: Path) -> Iterator[tuple[Path, nbformat.NotebookNode, list[tuple[str, str]]]]:
    """Every notebook of a folder, with the questions that it answers and the ids of the cells that do."""
    for path in lessons(folder):
        book = nbformat.read(path, as_version=4)
        yield path, book, questions(book)
    for path in topics(folder):
        book = nbformat.read(path, as_version=4)
        yield path, book, [(question_of(head), head.id) for head, *_ in entries(book)]


def page(folder: Path) -> str:
    """The text of docs/questions.md for the notebooks of a folder."""
    parts = [HEAD]
    for path, book, found in lessons_and_topics(folder):
        if found:
            title, place = title_of(book), path.relative_to(folder).as_posix()
            rows = [f"| {question} | {name} |" for question, name in found]
            parts.append("\n".join([f"\n## [{title}](../notebooks/{place})\n", "| question | cell |", "|---|---|"]))
            parts.append("\n".join(["", *rows, ""]))
    return "".join(parts)


def index(folder: Path) -> list[dict]:
    """What `ask` searches: every question, where it stands and, in the question book, its other words and its code."""
    found = []
    for path, book, asked in lessons_and_topics(folder):
        place, title = path.relative_to(folder).as_posix(), title_of(book)
        if path.parent == folder:
            found += [{"question": text, "cell": name, "notebook": place, "title": title} for text, name in asked]
            continue
        imports = book.cells[1].source
        for head, _, run, meaning in entries(book):
            entry = {"question": question_of(head), "cell": head.id, "notebook": place, "title": title}
            asked = " ".join(head.metadata.get("questions", []))
            words = " ".join(filter(None, [*head.source.splitlines()[1:], meaning.source]))
            found.append(entry | {"asked": asked, "words": words, "code": f"{imports}\n\n{run.source}"})
    return found


def title_of(book: nbformat.NotebookNode) -> str:
    return book.cells[0].source.splitlines()[0].lstrip("# ")


if __name__ == "__main__":
    write_text(FILE, page(FOLDER))
    write_text(INDEX, json.dumps(index(FOLDER), indent=1, ensure_ascii=False) + "\n")
