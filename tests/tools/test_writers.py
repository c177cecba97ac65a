"""What tends the repository writes through `vdm_tutor.whole_file`, so that no file is ever there by half."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWN_FOLDERS = {"bench", "browser", "screens", "set_up"}  # they write into a folder of their own, such as .venv
BY_ITSELF = re.compile(
    r'\.write_(text|bytes)\(|os\.(replace|rename)|nbformat\.write\(|json\.dump\(|savefig\(|open\(.*"w'
)
MODULES = [path for folder in ("tools", "experiments") for path in sorted((ROOT / folder).glob("*.py"))]


def written_directly(source: str) -> list[str]:
    """The lines that write to a path by themselves, and not to the one that `write_whole` hands them."""
    return [line for line in source.splitlines() if BY_ITSELF.search(line) and "write_whole(" not in line]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_tool_writes_whole_files(path):
    assert path.stem in OWN_FOLDERS or not written_directly(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "line",
    [
        'TARGET.write_text(text, encoding="utf-8")',
        "os.replace(draft, TARGET)",
        'nbformat.write(book, "lesson.ipynb")',
        'with FILE.open("w") as file:',
        "figure.savefig(FILE)",
    ],
)
def test_a_planted_writer_is_found(line):
    assert written_directly(line)
    assert not written_directly("write_text(FILE, text)\nwrite_whole(FILE, lambda path: figure.savefig(path))")
