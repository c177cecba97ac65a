"""The reader's own copies of the lessons, without outputs: made once, never overwritten without asking."""

import html
import re
from pathlib import Path
from urllib.parse import quote

from vdm_tutor.whole_file import write_text

NUMBERED = re.compile(r"\d\d_\w+\.ipynb")


def stripped(path: Path) -> str:
    """A lesson's notebook without its outputs: no truth stands under a question. What is to come is outlined."""
    import nbformat

    book = nbformat.read(path, as_version=4)
    outlined = NUMBERED.fullmatch(path.name) and outline(book.cells)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    if outlined:
        book.cells.insert(2, outlined)
    return nbformat.writes(book)


def outline(cells: list):
    """A Markdown cell with a lesson's sections and, small, what moves in it; None without any.

    None too for a copy, which has its outline: a hub makes its students' copies from copies.
    """
    from nbformat.v4 import new_markdown_cell

    if any(cell.id == "outline" for cell in cells):
        return None
    lines, strips = [], {}
    for cell in cells:
        if cell.cell_type == "markdown":
            titles = re.findall(r"^## (.*\S)", cell.source, re.M)
            lines += [f"- {title}" if re.search(r"[$`]", title) else f"- {_linked(title)}" for title in titles]
            continue
        for output in cell.outputs:
            said = output.get("metadata", {}).get("image/png", {}).get("alt", "")
            if named := re.match(r"film strip of Explorer\((.*?):", said):  # its strip shows what is guessed first
                lines.append(f"  <br>*to drag: {html.escape(named[1])}*")
            elif said.startswith("film strip"):
                name = f"{cell.id}.png"
                strips[name] = {"image/png": output.data["image/png"]}
                lines.append(f'  <br><img src="attachment:{name}" alt="{html.escape(said)}" width="420">')
    text = "\n".join(["**On the way**", "", *lines])
    return new_markdown_cell(text, id="outline", attachments=strips) if lines else None


def _linked(title: str) -> str:
    """A link to a heading of the same notebook, as JupyterLab names it."""
    return f"[{title}](#{quote(title.replace(' ', '-'))})"


def is_untouched(copy: Path, edition: Path) -> bool:
    """Whether the reader wrote nothing: to open, run and save changes outputs and metadata, not the cells' text."""
    import nbformat

    try:
        ours, theirs = (nbformat.read(path, as_version=4).cells for path in (copy, edition))
    except Exception:  # nbformat raises what it will for a file that is no notebook any more: the reader's affair
        return False
    return [(cell.cell_type, cell.source) for cell in ours] == [(cell.cell_type, cell.source) for cell in theirs]


def make_copies(lessons: Path, copies: Path, ask=input) -> list[Path]:
    """Stripped copies of all lessons that have none or whose copy is out of date; gives those that were made.

    A copy in which the reader wrote is only replaced where `ask` says y, and is kept beside the new one as
    NAME.mine.ipynb, NAME.mine2.ipynb, ... Otherwise, or without anybody to `ask` (None), it stays, and the question
    comes next time.
    """
    copies.mkdir(exist_ok=True)
    found = sorted([*lessons.glob("*.ipynb"), *lessons.glob("questions/*.ipynb")])
    pairs = [(lesson, copies / lesson.relative_to(lessons)) for lesson in found]
    return [copy for lesson, copy in pairs if _renew(lesson, copy, ask)]


def _renew(lesson: Path, copy: Path, ask) -> bool:
    """Make or replace one copy, where that is due; beside it stands the edition that it was made from."""
    edition, text = copy.with_name(f".{lesson.stem}.lesson"), stripped(lesson)
    if copy.exists():
        if not edition.exists() or edition.read_text(encoding="utf-8") == text:
            return False
        if not is_untouched(copy, edition):
            if ask is None:
                return False
            kept = _free_name(copy)
            news = what_is_new(lesson)
            answer = ask(f"{lesson.name} has a new edition{news}. Take it, and keep yours as {kept.name}? [y/N] ")
            if answer.strip().lower() not in ("y", "yes"):
                return False  # and it is offered again next time
            copy.replace(kept)
    write_text(copy, text)
    write_text(edition, text)
    return True


def what_is_new(lesson: Path) -> str:
    """What CHANGELOG.md, beside the lessons' folder, says first of a lesson, in brackets, or nothing."""
    changelog = lesson.parent.parent / "CHANGELOG.md"
    text = changelog.read_text(encoding="utf-8") if changelog.exists() else ""
    found = re.search(rf"^- {lesson.stem.split('_')[0]}, [^:\n]*: (.*?)\.?$", text, re.M)
    return f" ({found[1]})" if found else ""


def _free_name(copy: Path) -> Path:
    names = (copy.with_name(f"{copy.stem}.mine{number}.ipynb") for number in ("", *range(2, 1000)))
    return next(path for path in names if not path.exists())


def first_lesson(copies: Path) -> Path | None:
    """The lesson to open: the first of the course that is there."""
    return min((path for path in copies.glob("*.ipynb") if NUMBERED.fullmatch(path.name)), default=None)
