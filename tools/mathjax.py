"""MathJax in one file, for pages that show mathematics without a network: fetched once by npm, kept in build/."""

import subprocess
import tarfile
import tempfile
from pathlib import Path

from tools.paths import FOLDER
from vdm_tutor.whole_file import write_text

VERSION = "3.2.2"
KEPT = FOLDER.parent / "build" / f"mathjax-{VERSION}.js"
FILE = "package/es5/tex-svg-full.js"  # draws outlines: needs no fonts, and fetches nothing
SETTINGS = (
    "window.MathJax = {tex: {inlineMath: [['$', '$']]}, svg: {fontCache: 'local'}, options: {enableMenu: false}};"
)


def script() -> str:
    """The <script> elements that typeset a page; raises RuntimeError with one sentence where MathJax cannot be had."""
    if not KEPT.exists():
        KEPT.parent.mkdir(exist_ok=True)
        write_text(KEPT, fetched())
    code = KEPT.read_text(encoding="utf-8").replace("</script", "<\\/script")
    return f"<script>{SETTINGS}</script>\n<script>{code}</script>"


def fetched() -> str:
    """The file from npm's registry."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            words = ["npm", "pack", "--silent", f"mathjax@{VERSION}"]
            name = subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]
        except (OSError, subprocess.CalledProcessError) as error:
            raise RuntimeError(f"MathJax {VERSION} is fetched once, by npm, which failed: {error}") from error
        with tarfile.open(Path(folder) / name) as archive:
            return archive.extractfile(FILE).read().decode("utf-8")
