"""The students' edition: every lesson, no output, no solution, and no link that leads nowhere."""

import re

import nbformat
import pytest

from tools import students
from tools.paths import FOLDER
from vdm_tutor.exercises.catalogue import EXERCISES
from vdm_tutor.exercises.program import Program
from vdm_tutor.lab.copies import stripped

LINK = re.compile(r"\]\(([^)#:]+?\.(?:ipynb|md|svg|png))[^)]*\)")
FOR_TEACHERS = {"../docs/class.md"}
SOLUTIONS = [e.explained for e in EXERCISES] + [e.source.strip() for e in EXERCISES if isinstance(e, Program)]


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edition")
    students.write(folder)
    return folder


def told(folder) -> list[str]:
    """The outputs and the solutions that a folder holds, by the file where they stand."""
    found = []
    for path in folder.rglob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        found += [path.name for cell in cells if cell.get("outputs") or cell.get("execution_count")]
        words = "\n".join(cell.source for cell in cells)
        found += [f"{path.name}: {text}" for text in SOLUTIONS if text in words]
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.md")]
    return found + [text for text in SOLUTIONS for page in texts if text in page]


def test_it_holds_every_lesson_and_topic_but_no_output_and_no_solution(edition):
    found = {path.relative_to(FOLDER) for path in FOLDER.rglob("*.ipynb")}
    names = {name for name in found if not name.parts[0].startswith(".")}  # JupyterLab's checkpoints
    assert {path.relative_to(edition / "my_lessons") for path in edition.rglob("*.ipynb")} == names
    assert not told(edition) and not (edition / "docs" / "teacher").exists()


def test_an_output_or_a_solution_in_it_would_be_seen(edition, tmp_path):
    students.write(tmp_path)
    book = nbformat.read(tmp_path / "my_lessons" / "06_posterior.ipynb", as_version=4)
    book.cells[-1].source += "\n" + next(e.explained for e in EXERCISES if e.id == "06.1")
    nbformat.write(book, tmp_path / "my_lessons" / "06_posterior.ipynb")
    (tmp_path / "my_lessons" / "08_train_and_sample.ipynb").write_bytes(
        (FOLDER / "08_train_and_sample.ipynb").read_bytes()
    )
    assert {text.split(":")[0] for text in told(tmp_path)} == {"06_posterior.ipynb", "08_train_and_sample.ipynb"}


def test_its_links_lead_to_files_that_are_in_it(edition):
    for path in edition.rglob("*.ipynb"):
        words = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
        lost = {link for link in LINK.findall(words) if not (path.parent / link).exists()} - FOR_TEACHERS
        assert not lost, f"{path.name}: {lost}"


def test_a_copy_of_a_copy_is_the_same(edition):
    for path in (edition / "my_lessons").glob("*.ipynb"):
        assert stripped(path) == path.read_text(encoding="utf-8"), path.name
