"""How long a lesson takes to read, section by section: the one measure behind every stated minute of the course.

usage: python -m tools.reading [FILE ...]      (default: all lessons)

Words at 140 a minute, a line of code 6 seconds, a figure 30, a guess 60, a displayed line of algebra 20. Exercises and
what is beyond the main path are not counted in a lesson's minutes; each part beyond it has minutes of its own.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat

from tools.paths import lessons

WORD, LINE, FIGURE, GUESS, ALGEBRA = 60 / 140, 6, 30, 60, 20  # seconds each
BEYOND, UNCOUNTED = "If you want more", ("Exercises", "What to read next")
HEADING = re.compile(r"^(##|###) (.+)$", re.M)
STATED = re.compile(r"(?:About|\() ?(\d+) minutes?")
NOT_WORDS = re.compile(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|<[^>]+>|\]\([^)]*\)", re.S)
RELATION = re.compile(r"&\s*(?::?=|\\(?:propto|ge|sim|approx)\b)")
NUMBER = r"\phantom{(170)}"  # stands once in each line that the survey's rooms show
DISPLAY = re.compile(r"\$\$(.*?)\$\$", re.S)


def seconds_of(cell) -> float:
    """The reading time of one cell with its outputs, seconds."""
    if cell.cell_type == "markdown":
        return seconds_of_words(cell.source)
    lines = sum(bool(line.strip()) for line in cell.source.splitlines())
    guess = GUESS if re.search(r"^guess\w* = |\bguess\(", cell.source, re.M) else 0
    return lines * LINE + guess + sum(map(_of_output, cell.outputs))


def seconds_of_words(text: str) -> float:
    """The reading time of a piece of prose with its displayed mathematics, seconds."""
    return len(re.findall(r"[^\W\d_]{2,}", NOT_WORDS.sub(" ", text))) * WORD + _algebra(text) * ALGEBRA


def _of_output(output) -> float:
    data = output.get("data", {})
    if "image/png" in data:
        return FIGURE
    if "text/latex" in data:  # lines of the survey by their numbers; anything else is one line
        return ALGEBRA * max(1, data["text/latex"].count(NUMBER))
    if "text/html" in data:  # a source that is shown
        return LINE * sum(bool(line.strip()) for line in data["text/plain"].splitlines())
    return 0.0


def _algebra(text: str) -> int:
    """How many lines of displayed mathematics a text has: rows with a relation, or one for each display."""
    return sum(max(len(RELATION.findall(display)), 1) for display in DISPLAY.findall(text))


def sections(book) -> Iterator[tuple[int, str, float]]:
    """(depth, title, minutes) of the text before the first heading (depth 0) and of each heading's own text."""
    depth, title, seconds = 0, "", 0.0
    for cell in book.cells:
        texts = HEADING.split(cell.source) if cell.cell_type == "markdown" else [""]
        seconds += seconds_of(cell) if len(texts) == 1 else seconds_of_words(texts[0])
        for marks, heading, words in zip(texts[1::3], texts[2::3], texts[3::3], strict=True):
            yield depth, title, seconds / 60
            depth, title, seconds = len(marks) - 1, heading, seconds_of_words(heading + words)
    yield depth, title, seconds / 60


def minutes(book) -> int:
    """The main path of a lesson, in whole minutes, rounded up."""
    total, counted = 0.0, True
    for depth, title, length in sections(book):
        counted = counted if depth == 2 else title not in (BEYOND, *UNCOUNTED)
        total += length if counted else 0
    return -int(-total // 1)


def beyond(book) -> dict[str, int]:
    """The parts under "If you want more", each with its minutes, rounded up."""
    parts, inside = {}, False
    for depth, title, length in sections(book):
        inside = inside if depth == 2 else title == BEYOND
        if inside and depth == 2:
            parts[title] = -int(-length // 1)
    return parts


def stated(book) -> int | None:
    """The minutes that stand at the top of a lesson."""
    found = next((match for cell in book.cells[:4] if (match := STATED.search(cell.source))), None)
    return int(found[1]) if found else None


def main() -> int:
    paths = [Path(name) for name in sys.argv[1:]] or lessons()
    for path in paths:
        book = nbformat.read(path, as_version=4)
        print(f"{path.stem:24} {minutes(book):3} minutes, stated {stated(book)}")
        if sys.argv[1:]:
            print(*(f"{'  ' * depth}  {length:5.1f}  {title}" for depth, title, length in sections(book)), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
