"""Write the README's tables afresh: the map as lesson 00 has it, and the ladder.

usage: python -m tools.readme
"""

import re

import nbformat

from tools.paths import FOLDER
from vdm_tutor.lab.ladder import Rung, rungs
from vdm_tutor.whole_file import write_text

README = FOLDER.parent / "README.md"


def map_rows() -> str:
    """The table of the map in lesson 00, with links from here."""
    book = nbformat.read(FOLDER / "00_start_here.ipynb", as_version=4)
    words = "\n".join(cell.source for cell in book.cells)
    table = re.search(r"^\| lesson \|.*?\n(?=\n)", f"{words}\n\n", re.M | re.S)
    return table[0].replace("](", "](notebooks/").strip()


def ladder_rows() -> str:
    """The rungs of the digits, best last."""
    digits = sorted((rung for rung in rungs() if rung.data == "digits"), key=lambda rung: -rung.score)
    head = ["| model | exact or a bound | bits per dimension | training, s |", "|---|---|--:|--:|"]
    return "\n".join([*head, *map(ladder_row, digits)])


def ladder_row(rung: Rung) -> str:
    trained = f"{rung.seconds:.0f}" if rung.seconds else ""
    return f"| {rung.model} | {rung.figure} | {rung.score:.3f} ± {rung.score_se:.3f} | {trained} |"


def page(text: str) -> str:
    """The README with its tables as they are now."""
    for name, table in {"map": map_rows(), "ladder": ladder_rows()}.items():
        text = re.sub(
            rf"(?<=<!-- {name} -->\n).*?(?=<!-- end -->)", lambda _, t=table: f"{t}\n", text, count=1, flags=re.S
        )
    return text


if __name__ == "__main__":
    write_text(README, page(README.read_text(encoding="utf-8")))
