"""Write docs/handout.pdf: two pages for the class, made of the cards, the ledger, the slips, the errata and the map.

usage: python -m tools.handout

A browser prints it (tools.browser), with MathJax (tools.mathjax). The footer names the edition, a mark of the source; a
test compares it with that of the source as it stands, for no two printers give the same bytes.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

import nbformat
from nbconvert.filters import markdown2html
from playwright.sync_api import sync_playwright

from tools import mathjax
from tools.browser import launch
from tools.paths import FOLDER
from vdm_tutor.exercises.slip_hints import HINTS
from vdm_tutor.survey import equation
from vdm_tutor.whole_file import write_whole

DOCS, MAP = FOLDER.parent / "docs", "The map"
PDF, STYLE = DOCS / "handout.pdf", Path(__file__).with_suffix(".css")
LINES = {
    "noise, step by step": (31,),
    "and in one jump": (70,),
    "a step back, if $x_0$ is known": (84,),
    "the bound": (58,),
    "what a network's guess costs": (99,),
    "what is still signal": (109,),
    "the same cost: half of what the step loses of it": (110,),
    "three things to predict": (115, 125, 133),
    "insist on a label": (170,),
}
MARKS = "The numbers are the survey's (C. Luo, arXiv:2208.11970). ∀: proved; Σ: every case counted; :=: a definition."
SLIPS = (
    *("variance for standard deviation", "alpha_bar for alpha", "an index shifted", "a ratio upside down"),
    *("the weights swapped", "the noise of one step for the whole noise", "a sample for its mean"),
    *("a condition the wrong way round", "the arguments swapped", "an average under another law"),
    *("a log and an average in the wrong order", "a sum for a mean, or a mean for a sum", "a sign flipped"),
    "another paper's guidance scale (1 + w)",
)
ERRATA = ("E3", "E6", "E25", "E5")  # beside E1; rows of ERRATA.md's tables: where, as printed, what holds
FORMULA = re.compile(r"(?:log )?\b[pq]\([^()]*\)(?:\^gamma)?|E\[[^]]*\]|[xα]̄?_(?:\{[^}]*\}|\w)|ᾱ_t|\b(?:gamma|eps)\b")
SPELT = {
    " given ": r"\mid ",
    "|": r"\mid ",
    "log ": r"\log ",
    "gamma": r"\gamma",
    "eps": r"\epsilon",
    "E[": r"\mathbb E[",
}
SPELT |= {"ᾱ": r"\bar\alpha", "α": r"\alpha"}


@cache
def cards() -> dict[str, str]:
    """The text of the cards' cells by their ids."""
    return {cell.id: cell.source for cell in nbformat.read(FOLDER / "cards.ipynb", as_version=4).cells}


def symbols() -> str:
    """The table of symbols, and what a name's ending says."""
    return cards()["symbols"].partition("\n\n")[2].partition(" For example")[0]


def lines() -> str:
    """The lines of the survey that are used most, as the ledger shows them with their marks."""
    rows = [MARKS]
    rows += [f"**{words}**\n\n" + "\n\n".join(tex(number) for number in numbers) for words, numbers in LINES.items()]
    return "\n\n".join(rows)


def tex(number: int) -> str:
    """One line, in display style, without its rule and without a printed form that is false."""
    shown = equation(number)._repr_latex_().strip("$")
    return "$$" + re.sub(r" \\\\\[10pt\].*(?= \\end)", "", shown, flags=re.S) + "$$"


def letters() -> str:
    """The letters of other papers: the warnings, and the table of names."""
    return cards()["symbols-traps"].partition("\n\n")[2].partition("\n\nWhat does not depend")[0]


def slips() -> str:
    """The mistakes that people make most, each with the question that finds it."""
    return "\n".join(f"- **{name}**: {set_in_maths(HINTS[name])}" for name in SLIPS)


def errata() -> str:
    """What in the survey a class should know, from ERRATA.md."""
    text = (FOLDER.parent / "ERRATA.md").read_text(encoding="utf-8")
    title, statement = re.search(r"### E1\. (.+?)\n.*?\*\*Statement\.\*\* (.+?)\n\n", text, re.S).groups()
    rows = [f"- **{title}.** {statement} *Holds:* Eq. 58"]
    for name in ERRATA:
        where, printed, holds = re.search(rf"^\| {name} \| (.+?) \| (.+?) \| (.+?) \|", text, re.M).groups()
        rows.append(f"- **{where}** *Printed:* {printed}. *Holds:* {holds}")
    return set_in_maths("\n".join(rows))


def set_in_maths(text: str) -> str:
    """Formulas that stand in plain text, between dollars."""

    def spelt(found: re.Match) -> str:
        formula = found[0]
        for plain, tex in SPELT.items():
            formula = formula.replace(plain, tex)
        return f"${formula}$"

    return FORMULA.sub(spelt, text)


def road() -> str:
    """Each lesson's question and equations, from the README; the map's picture goes above."""
    text = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    table = re.search(r"<!-- map -->\n(.+?)<!-- end -->", text, re.S)[1]
    table = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", table)  # no links on paper
    return "\n" + re.sub(r"[^|\n]*\|$", "", table, flags=re.M)  # nor minutes


def html(typesetter: str = "") -> str:
    """The two pages; `typesetter` are the scripts for the mathematics."""
    one = {"Symbols": symbols(), "Lines to know": lines()}
    two = {
        "Other papers, other letters": letters(),
        "Slips, and what finds them": slips(),
        "The survey, mended": errata(),
    }
    two |= {MAP: road()}
    body = "".join(f"<main>{''.join(part(*row) for row in page.items())}</main>" for page in (one, two))
    style = STYLE.read_text(encoding="utf-8")
    mark = hashlib.sha256((body + style).encode()).hexdigest()[:8]
    title = f"VDM Tutor on two pages, edition {mark}"
    style = style.replace("EDITION", title)
    head = f'<meta charset="utf-8"><title>{title}</title><style>{style}</style>{typesetter}'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def part(heading: str, text: str) -> str:
    name = heading.split(",")[0].replace(" ", "-").lower()
    picture = (DOCS / "map.svg").read_text(encoding="utf-8") if heading == MAP else ""
    return f'<section id="{name}"><h2>{heading}</h2>{picture}{markdown2html(text)}</section>'


def edition(page: str) -> str:
    """The mark of the source that a page, or a printed file, names."""
    return re.search(r"edition (\w{8})", page)[1]


def main() -> None:
    now = edition(html())
    if PDF.exists() and edition(PDF.read_bytes().decode("latin-1")) == now:
        print(f"{PDF} is of edition {now} already")  # printed again it would only have other bytes
        return
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.set_content(html(mathjax.script()))
        page.evaluate("() => MathJax.startup.promise")
        options = {"prefer_css_page_size": True, "print_background": True}
        write_whole(PDF, lambda file: page.pdf(path=file, **options))
        browser.close()
    print(PDF)


if __name__ == "__main__":
    main()
