"""A lesson as a reader sees it in JupyterLab: PNG pages to look at before it is committed.

usage: python -m tools.screens LESSON.ipynb [--out FOLDER] [--width 1300] [--dark] [--run]
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.browser import READY, launch, run_all, serve

SETTINGS = "JUPYTER_CONFIG_DIR/lab/user-settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
PAGE, LONGEST = 1800, 30_000  # pixels: the height of a page, and of the tallest lesson
COUNT = "() => document.querySelectorAll('.jp-Notebook-cell').length"
IDLE = "() => document.querySelectorAll('.jp-InputPrompt').length && !document.body.innerText.includes('[*]:')"
END = """() => Math.max(...[...document.querySelectorAll('.jp-Notebook-cell')].map(
  (cell) => cell.getBoundingClientRect().bottom))"""


def whole_lessons(home: Path) -> Path:
    """Settings with which JupyterLab draws every cell, not only those in sight."""
    path = home / SETTINGS
    path.parent.mkdir(parents=True)
    path.write_text('{"windowingMode": "none"}', encoding="utf-8")
    return home


def photograph(lesson: Path, folder: Path, width: int, dark: bool, run: bool) -> list[Path]:
    """The pages of one lesson, as PNG files in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, serve(lesson.parent.resolve(), whole_lessons(Path(home))) as url:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            page = browser.new_page(viewport={"width": width, "height": LONGEST})
            page.set_default_timeout(300_000)
            page.goto(f"{url}/lab/tree/{lesson.name}")
            page.wait_for_function(READY, arg=lesson.name)
            page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
            if dark:
                page.evaluate(
                    "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
                )
            if run:
                run_all(page, lesson.name)
                page.wait_for_timeout(3000)
                page.wait_for_function(IDLE)
            page.wait_for_timeout(3000)  # MathJax
            bottom = min(page.evaluate(END) + 40, LONGEST)
            pages = []
            for number, top in enumerate(range(0, int(bottom), PAGE)):
                pages.append(folder / f"{lesson.stem}-{width}{'-dark' if dark else ''}-{number:02}.png")
                clip = {"x": 0, "y": top, "width": width, "height": min(PAGE, bottom - top)}
                page.screenshot(path=pages[-1], clip=clip)
            browser.close()
    return pages


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lesson", type=Path)
    parser.add_argument("--out", type=Path, default=Path("screens"))
    parser.add_argument("--width", type=int, default=1300)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--run", action="store_true", help="run every cell first")
    args = parser.parse_args()
    print(*photograph(args.lesson, args.out, args.width, args.dark, args.run), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
