"""A lesson's deck: an idea a slide, the question before the answer, films that move, and nothing from outside."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.paths import FOLDER
from tools.slides import deck, executed, slides

FILM = """
import numpy as np
from vdm_tutor.widgets import FrameScrubber
from vdm_tutor.widgets.frames import images
FrameScrubber({"": images(np.arange(3, dtype=np.uint8).repeat(16).reshape(3, 4, 4) * 100)}, ["one", "two", "three"])
"""
SIZE = """() => {
  const page = document.querySelector("section.now");
  return [page.querySelector(".film").clientWidth, Number(page.firstElementChild.style.zoom)];
}"""


def printed(text: str):
    return [new_output("stream", text=text)]


def test_a_slide_ends_at_an_output_at_new_words_and_at_a_heading():
    cells = [new_markdown_cell("# 99 · Title\n\nwords\n\n## 1. First"), new_code_cell("ready()", id="set-up")]
    cells += [new_markdown_cell("Why?"), new_code_cell("a = 1"), new_code_cell("a", outputs=printed("1"))]
    cells += [new_code_cell("b = 2"), new_markdown_cell("## If you want more"), new_code_cell("never")]
    found = [[cell.source for cell in each] for each in slides(new_notebook(cells=cells))]
    assert found == [["# 99 · Title\n\nwords\n\n"], ["## 1. First"], ["Why?", "a = 1", "a"], ["b = 2"]]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("[0-9]*.ipynb")), ids=lambda path: path.name[:2])
def test_every_lesson_makes_a_deck_of_its_main_path_without_exercises(path):
    book = nbformat.read(path, as_version=4)
    page = deck(book)
    assert page.count("<section>") > 30 and "ex(&quot;" not in page and "no guess yet" not in page


@pytest.mark.browser
def test_a_deck_opens_from_a_file_tells_the_answer_second_and_its_film_moves(tmp_path, browser):
    cells = [new_markdown_cell("# 99 · A film"), new_markdown_cell("What is $1+1$?"), new_code_cell("print(1 + 1)")]
    nbformat.write(
        new_notebook(cells=[*cells, new_markdown_cell("Look:"), new_code_cell(FILM)]), tmp_path / "99_a.ipynb"
    )
    (tmp_path / "deck.html").write_text(deck(executed(tmp_path / "99_a.ipynb")), encoding="utf-8")
    page, asked, errors = browser.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(error))
    page.goto((tmp_path / "deck.html").as_uri())
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("ArrowRight")
    assert page.locator("section.now").inner_text().startswith("What is") and page.url.endswith("#2")
    assert not page.locator("section.now .result").is_visible()
    page.keyboard.press("ArrowRight")
    assert page.locator("section.now .result").inner_text().strip() == "2"
    page.keyboard.press("End")
    page.keyboard.press(" ")
    slider = page.locator("section.now input[type=range]")
    before = page.locator("section.now canvas").first.screenshot()
    box = page.locator("section.now .film").bounding_box()
    width, zoom = page.evaluate(SIZE)
    assert width == pytest.approx(box["width"], abs=1) and zoom != 1  # a hand drags in plain pixels
    slider.press("End")
    page.wait_for_function("() => document.querySelector('section.now').innerText.includes('three')")
    page.wait_for_timeout(200)
    assert page.locator("section.now canvas").first.screenshot() != before and page.url.endswith("#3")
    page.close()
    assert not errors and all(url.split(":")[0] in ("file", "blob", "data") for url in asked)
