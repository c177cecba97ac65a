"""The reading time: each kind of thing counts as the course says, and nothing beyond the main path counts."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.reading import beyond, minutes, sections, stated
from vdm_tutor.survey import derivation


def shown(kind: str, text: str, plain: str = "") -> object:
    return new_output("display_data", data={kind: text, "text/plain": plain})


WORDS = " ".join(["word"] * 140)
TWO_LINES = "$$\\begin{aligned}\n a &= b \\\\\n c &\\propto d \\\\\n &\\quad + e\\end{aligned}$$"
MINUTE = {
    "140 words": new_markdown_cell(WORDS),
    "words beside maths and code": new_markdown_cell(WORDS + " $x$ `name` <br> [](somewhere.ipynb)"),
    "three lines": new_markdown_cell("$$a$$ $$b$$ $$c$$"),
    "ten lines of code": new_code_cell("\n\n".join(["a = 1"] * 10)),
    "two figures": new_code_cell("", outputs=[shown("image/png", ""), shown("image/png", "")]),
    "a source of ten lines": new_code_cell("", outputs=[shown("text/html", "", "\n".join(["a = 1"] * 10))]),
}


@pytest.mark.parametrize("cell", MINUTE.values(), ids=MINUTE)
def test_each_kind_of_thing_makes_a_minute(cell):
    assert list(sections(new_notebook(cells=[cell])))[-1] == (0, "", pytest.approx(1))


@pytest.mark.parametrize("source", ["guess_share = None  # why", 'share = guess("How many?")'])
def test_a_guess_takes_a_minute_beside_its_line(source):
    assert list(sections(new_notebook(cells=[new_code_cell(source)])))[-1][2] == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        (new_markdown_cell(TWO_LINES), 2),
        (new_code_cell("", outputs=[shown("text/latex", "$x + y$")]), 1),
        (new_code_cell("", outputs=[shown("text/latex", derivation(11, 15, show=[11, 12, 15])._repr_latex_())]), 3),
    ],
    ids=["typed", "sympy", "survey"],
)
def test_a_derivation_counts_its_lines_not_its_rows(cell, lines):
    assert list(sections(new_notebook(cells=[cell])))[-1][2] == pytest.approx(lines / 3)


def test_only_the_main_path_is_counted_and_what_is_beyond_has_its_own_minutes():
    book = new_notebook(
        cells=[
            new_markdown_cell(f"# 00 · A lesson\n\nAbout 3 minutes to read.\n\n{WORDS}\n\n## 1. A section\n\n{WORDS}"),
            new_markdown_cell(f"## Exercises\n\n{WORDS}\n\n### Harder\n\n{WORDS}"),
            new_markdown_cell(
                f"## If you want more\n\n### A part (2 minutes)\n\n{WORDS}\n\n## What to read next\n\n{WORDS}"
            ),
        ]
    )
    assert (minutes(book), stated(book)) == (3, 3)
    assert beyond(book) == {"A part (2 minutes)": 2}
