"""A lesson as a deck of slides: its own cells, an idea a slide, one HTML file that needs neither network nor kernel.

usage: python -m tools.slides 06 [07 ...] [--out FOLDER]      (default: build/slides)

The lesson is run first, so that its films move in the deck. Arrows or space go on: the question and the code first,
then what came out of it; the code of a picture is folded. The lesson's polls (tools.polls) are slides in their places.
Home and End jump, and printing gives a page for each slide.
MathJax is fetched once (tools.mathjax).
"""

import argparse
import base64
import html
import json
import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert.filters import Highlight2HTML, markdown2html
from pygments.formatters import HtmlFormatter

from tools import mathjax, polls
from tools.notebooks import LIVE, OPTIONS
from tools.paths import FOLDER
from tools.questions import title_of
from tools.reading import BEYOND, HEADING, UNCOUNTED
from vdm_tutor.whole_file import write_text

HERE, OUT = Path(__file__), FOLDER.parent / "build" / "slides"
STATE = "application/vnd.jupyter.widget-state+json"
NO_GUESS = re.compile(r"^no guess yet: .*\n?", re.M)  # what `guess` says to a deck
ANCHOR = re.compile(r'<a class="anchor-link".*?</a>', re.S)
PICTURE = re.compile(r'src="(?!data:)([^":]+)"')


def executed(path: Path) -> nbformat.NotebookNode:
    """The lesson, run in a fresh kernel, with the state of its widgets; the file stays as it is."""
    book = nbformat.read(path, as_version=4)
    options = OPTIONS | {"store_widget_state": True}
    NotebookClient(book, resources={"metadata": {"path": str(path.parent)}}, **options).execute()
    return book


def slides(book: nbformat.NotebookNode) -> Iterator[list]:
    """The cells of the main path, slide by slide: words with the code below them, up to what comes out of it."""
    slide = []
    for cell in main_path(book):
        if cell.cell_type == "markdown" and slide:
            yield slide
            slide = []
        slide.append(cell)
        if cell.get("outputs") or "told" in cell.metadata:
            yield slide
            slide = []
    if slide:
        yield slide


def main_path(book: nbformat.NotebookNode) -> Iterator:
    """The cells up to the exercises, or to what is beyond the main path, cut where a heading begins; and polls."""
    votes = polls.polls(title_of(book)[:2])
    for cell in book.cells:
        for part in ideas(cell) if cell.cell_type == "markdown" else [cell]:
            if {title for _, title in HEADING.findall(part.source)} & {BEYOND, *UNCOUNTED}:
                return
            if part.id in votes:
                yield polls.slide(votes.pop(part.id))
            if part.id != "set-up":
                yield part


def ideas(cell) -> list:
    """A cell of words, cut where a heading begins."""
    parts = re.split(r"^(?=##+ )", cell.source, flags=re.M)
    return [nbformat.v4.new_markdown_cell(part, id=cell.id) for part in parts if part.strip()]


def shown(cell, folder: Path, films: dict) -> str:
    """A cell as HTML, its outputs apart so that they can come later."""
    if cell.cell_type == "markdown":
        told = markdown2html(cell.metadata.get("told", ""))
        return embedded(ANCHOR.sub("", markdown2html(cell.source)), folder) + (
            f'<div class="result">{told}</div>' if told else ""
        )
    code = Highlight2HTML()(cell.source, language="python")
    results = "".join(output(each, films) for each in cell.outputs)
    if 'class="film"' in results or "<img" in results:
        code = f"<details><summary>code</summary>{code}</details>"
    return code + (f'<div class="result">{results}</div>' if results else "")


def output(result, films: dict) -> str:
    """One output: a film, a picture, mathematics, words or plain text, the richest that there is."""
    data = result.get("data", {})
    if (name := data.get(LIVE, {}).get("model_id")) in films:
        return f'<div class="film" data-model="{name}"></div>'
    if "image/png" in data:
        alt = html.escape(result.metadata.get("image/png", {}).get("alt", data.get("text/plain", "")), quote=True)
        return f'<img alt="{alt}" src="data:image/png;base64,{data["image/png"].strip()}">'
    if "text/latex" in data:
        return f"<div>{html.escape(data['text/latex'])}</div>"
    if "text/markdown" in data:
        return markdown2html(data["text/markdown"])
    text = NO_GUESS.sub("", result.get("text", "")) or data.get("text/plain") or "\n".join(result.get("traceback", []))
    return data.get("text/html") or (f"<pre>{html.escape(text)}</pre>" if text else "")


def embedded(page: str, folder: Path) -> str:
    """The same HTML with its pictures in it."""

    def data(found: re.Match) -> str:
        path = (folder / found[1]).resolve()
        kind = mimetypes.guess_type(path.name)[0]
        return f'src="data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"'

    return PICTURE.sub(data, page)


def films_of(book: nbformat.NotebookNode) -> dict:
    """The state of every widget that brings its own page code: those need no kernel."""
    states = book.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    return {name: model for name, model in states.items() if "_esm" in model["state"]}


def deck(book: nbformat.NotebookNode, typesetter: str = "", folder: Path = FOLDER) -> str:
    """The whole page; `typesetter` are the scripts for the mathematics."""
    films = films_of(book)
    pages = "\n".join(f"<section>{''.join(shown(c, folder, films) for c in each)}</section>" for each in slides(book))
    style = HERE.with_suffix(".css").read_text(encoding="utf-8") + HtmlFormatter().get_style_defs(".highlight")
    script = f'<script type="module">{HERE.with_suffix(".js").read_text(encoding="utf-8")}</script>'
    data = json.dumps(films).replace("</", "<\\/")
    head = f'<meta charset="utf-8"><title>{html.escape(title_of(book))}</title><style>{style}</style>{typesetter}'
    body = f'{pages}<footer></footer><script type="application/json" id="films">{data}</script>{script}'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="+", metavar="NN")
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    for name in args.lessons:
        (path,) = FOLDER.glob(f"{name}_*.ipynb")
        place = args.out / f"{path.stem}.html"
        place.parent.mkdir(parents=True, exist_ok=True)
        write_text(place, deck(executed(path), mathjax.script()))
        print(place)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
