"""The gallery: every explorer of the course on one page, a screen each, with what to ask a class and what to expect.

usage: python -m tools.gallery [FILE]      (default: gallery.html; a few megabytes)

The page is one file. It works from a folder, a stick or a mail, without Python and without a network: it holds the
explorers' own module and, for each of them, the tables that Python filled.
"""

import argparse
import base64
import html
import json
import tomllib
from pathlib import Path

from tqdm import tqdm

import vdm_tutor.widgets
from vdm_tutor.whole_file import write_text
from vdm_tutor.widgets.explorer import HERE, Explorer

SCREENS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
FRAME = Path(__file__).with_suffix(".html")  # the page around the explorers


def screen(make: str, words: dict) -> str:
    """One explorer's screen: its place, the questions, and the answers folded."""
    asked = "".join(f"<li>{html.escape(each)}</li>" for each in words["ask"])
    expected = "".join(f"<li>{html.escape(each)}</li>" for each in words["expect"])
    return (
        f'<section id="{make}">\n<h2>{html.escape(words["title"])} <small>lesson {words["lesson"]}</small></h2>\n'
        f'<div class="here"></div>\n<h3>To ask</h3><ul>{asked}</ul>\n'
        f"<details><summary>To expect</summary><ul>{expected}</ul></details>\n</section>\n"
    )


def data_of(explorer: Explorer) -> dict:
    """What the page's model answers with: the same three things that a kernel would send."""
    payload = base64.b64encode(explorer.payload).decode()
    return {"view": explorer.view, "payload": payload, "state": explorer.state}


def page(explorers: dict[str, Explorer]) -> str:
    """The whole page as text."""
    parts = {
        "LINKS": " ".join(f'<a href="#{make}">{html.escape(SCREENS[make]["title"])}</a>' for make in explorers),
        "SCREENS": "".join(screen(make, SCREENS[make]) for make in explorers),
        "DATA": json.dumps({make: data_of(each) for make, each in explorers.items()}).replace("</", "<\\/"),
        "STYLE": (HERE / "explorer.css").read_text(encoding="utf-8"),
        "MODULE": (HERE / "explorer.js").read_text(encoding="utf-8"),
    }
    text = FRAME.read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"@{name}@", part)
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", default=Path("gallery.html"))
    target = parser.parse_args().file
    makes = tqdm(SCREENS, desc="explorers", leave=False)
    text = page({make: getattr(vdm_tutor.widgets, make)() for make in makes})
    write_text(target, text)
    print(f"{target}: {len(SCREENS)} explorers, {len(text) / 1e6:.1f} MB; open it in any browser")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
