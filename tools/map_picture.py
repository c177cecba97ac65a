"""Draw the map of the course, docs/map.svg, from the table of lesson 00: the lessons that are there, and two roads.

usage: python -m tools.map_picture
"""

import re
import textwrap
from html import escape

import nbformat

from tools.paths import FOLDER
from vdm_tutor.colours import COLOURS, INK
from vdm_tutor.whole_file import write_text

PICTURE = FOLDER.parent / "docs" / "map.svg"
LINK = re.compile(r"^\| \[(\d\d) ([^]]+)\]", re.M)  # a row of the map's table
ROWS = ("00 01 02 03", "04 05 06 07 08", "09 10 11 12 13", "14")
SHORT_ROAD = ("04", "06", "07", "08")  # from noise to a model of one's own
STEP, HEIGHT, RADIUS = 170, 116, 15  # pixels
PLACES = {
    lesson: (STEP * column + STEP // 2, HEIGHT * row + 28)
    for row, lessons in enumerate(ROWS)
    for column, lesson in enumerate(lessons.split())
}
LEGEND = {"in order": INK, "the short road": COLOURS["xt"]}


def lessons_of(book) -> dict[str, str]:
    """Number and name of every lesson in the table of the map."""
    return {number: name for cell in book.cells for number, name in LINK.findall(cell.source)}


def road(lessons: list[str], colour: str, width: int) -> str:
    """A line through the lessons; it bows over a lesson that it leaves out."""
    (x, y), *others = (PLACES[lesson] for lesson in lessons)
    path = f"M {x} {y}"
    for to_x, to_y in others:
        if to_y > y:
            path += f" h 68 V {to_y - 40} H {to_x} V {to_y}"
        elif to_x > x + STEP:
            path += f" C {x + STEP / 2:g} {y - 38} {to_x - STEP / 2:g} {y - 38} {to_x} {to_y}"
        else:
            path += f" H {to_x}"
        x, y = to_x, to_y
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def station(lesson: str, name: str) -> str:
    """A lesson's number in a disc, and its name below."""
    x, y = PLACES[lesson]
    colour = LEGEND["the short road"] if lesson in SHORT_ROAD else INK
    lines = [f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="{colour}"/>']
    lines += [text(x, y + 5, lesson, "white", "middle", "bold")]
    return "\n".join(lines + [text(x, y + 36 + 19 * i, line) for i, line in enumerate(textwrap.wrap(name, 20))])


def text(x: int, y: int, words: str, colour: str = INK, anchor: str = "middle", weight: str = "normal") -> str:
    style = f'text-anchor="{anchor}" font-weight="{weight}" fill="{colour}"'
    return f'<text x="{x}" y="{y}" {style}>{escape(words)}</text>'


def legend() -> str:
    """What the two colours mean, in the corner that no lesson takes."""
    lines, left = [], 4 * STEP + 10
    for row, (words, colour) in enumerate(LEGEND.items()):
        y = 20 + 24 * row
        lines.append(f'<path d="M {left} {y} h 30" stroke="{colour}" stroke-width="{3 + 2 * row}"/>')
        lines.append(text(left + 38, y + 5, words, anchor="start"))
    return "\n".join(lines)


def map_svg(lessons: dict[str, str]) -> str:
    """The whole picture, without a background, in colours that stand out from white and from black."""
    width, height = 5 * STEP, HEIGHT * len(ROWS) - 30
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    roads = road(list(lessons), INK, 3), road(SHORT_ROAD, LEGEND["the short road"], 5)
    stations = (station(number, name) for number, name in lessons.items())
    return "\n".join([f'{head} font-family="sans-serif" font-size="17">', *roads, *stations, legend(), "</svg>\n"])


def main() -> None:
    book = nbformat.read(FOLDER / "00_start_here.ipynb", as_version=4)
    write_text(PICTURE, map_svg(lessons_of(book)))
    print(PICTURE)


if __name__ == "__main__":
    main()
