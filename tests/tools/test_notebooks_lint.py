"""Every lesson keeps the rules, and every rule can be seen to fail."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import notebooks
from tools.lint_notebooks import lint, lint_entries, main
from tools.notebooks import METADATA, tidy
from tools.paths import lessons, topics

WORDS = "twenty eight words " * 9 + "and one more"


def lesson(**change) -> nbformat.NotebookNode:
    """A notebook that keeps every rule, with one cell changed by the caller."""
    cells = []
    for index in range(3):
        cells.append(new_markdown_cell(WORDS, id=f"words-{index}"))
        cells.append(new_code_cell("a = 1\nb = 2\nready()", id=f"code-{index}", execution_count=index + 1))
    cells[0].source = "# " + WORDS
    book = new_notebook(cells=[*cells, new_markdown_cell("The end.", id="end")], metadata=METADATA)
    for name, value in change.items():
        setattr(book.cells[3], name, value)
    return book


def test_the_good_lesson_passes():
    assert lint(lesson()) == []


@pytest.mark.parametrize("path", [*lessons(), *topics()], ids=lambda path: path.stem)
def test_lessons_keep_the_rules(path):
    assert lint(nbformat.read(path, as_version=4)) == []


def tags(*names: str, **more) -> dict:
    return {"metadata": nbformat.from_dict({"tags": list(names), **more})}


def output(kind: str, **fields) -> dict:
    return {"outputs": [new_output(kind, **fields)]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"execution_count": None}, "execution counts"),
        ({"execution_count": 7}, "execution counts"),
        (tags("NBVAL_IGNORE_OUTPUT"), "would not understand"),
        (tags("nbval-ignore-outputs"), "would not understand"),
        (tags("nbval-raises-exception"), "would not understand"),
        (tags("raises_exception"), "would not understand"),
        ({"source": "a = 1  # NBVAL_IGNORE_OUTPUT\nb = 1\nc = 1"}, "would not understand"),
        (tags("nbval-ignore-output"), "reason"),
        ({"metadata": nbformat.from_dict({"execution": {}})}, "timestamps"),
        ({"source": "\n".join(["a = 1"] * 13)}, "13 lines"),
        (output("error", ename="ValueError", evalue="", traceback=[]), "ValueError"),
        (output("stream", name="stderr", text="careful"), "stderr"),
        (output("stream", name="stdout", text="<object at 0x7f00aa12>"), "address"),
        (output("execute_result", data={"text/plain": "'/tmp/here'"}), "path"),
        (output("display_data", data={"text/html": "<a href=/home/me/x>"}), "path"),
        (output("stream", name="stdout", text="first\nC:\\Users\\me"), "path"),
        (output("stream", name="stdout", text="lib/site-packages/torch"), "path"),
        ({"id": "code-2"}, "same id"),
        ({"source": 'Math(r"a \\tag{84}")\nb = 1\nc = 1'}, "by hand"),
        ({"source": "a = 1  # PYTEST_VALIDATE_IGNORE_OUTPUT\nb = 1\nc = 1"}, "would not understand"),
        (output("error", ename="ValueError", evalue="", traceback=["File /home/me/a.py"]), "path"),
    ],
)
def test_each_rule_about_a_cell_can_fail(change, message):
    assert any(message in text for text in lint(lesson(**change)))


def test_an_expected_error_and_a_reasoned_exemption_pass():
    error = output("error", ename="ValueError", evalue="", traceback=[])
    assert lint(lesson(**error, **tags("raises-exception"))) == []
    assert lint(lesson(**tags("nbval-ignore-output", reason="timings differ"))) == []


@pytest.mark.parametrize(
    "maths",
    [
        "$$a = b \\tag{84}$$",
        "$$a = b \\qquad (84)$$",
        "$$\na = b \\qquad (84).\n$$",
        "\\[a = b \\quad \\text{(100)}\\]",
        "\\begin{align*}a = b \\quad (84)\\end{align*}",
    ],
)
def test_numbered_maths_by_hand_is_found(maths):
    book = lesson()
    book.cells[2].source += maths
    assert any("by hand" in text for text in lint(book))
    book.cells[2].source = WORDS + "$$f(x) = f(1)$$ as (84) says"
    assert lint(book) == []


def test_rules_about_the_whole_can_fail():
    book = lesson()
    book.metadata["widgets"] = {}
    assert any("widget state" in text for text in lint(book))
    book = lesson()
    for index in (1, 3, 5):
        book.cells[index].metadata = nbformat.from_dict({"tags": ["nbval-skip"], "reason": "slow"})
    assert any("3 cells are not compared" in text for text in lint(book))
    book = lesson()
    book.cells = [book.cells[0], *book.cells[1::2], book.cells[-1]]
    broken = lint(book)
    assert any("in a row" in text for text in broken) and any("words of prose" in text for text in broken)
    book = lesson()
    for cell in book.cells[1::2]:
        cell.source = "a = 1"
    assert any("median code cell" in text for text in lint(book))
    book = lesson()
    book.metadata["kernelspec"] = {"name": "my-env", "display_name": "Mine"}
    assert any("plain python3" in text for text in lint(book))
    book = lesson()
    book.cells.pop(-1)
    assert any("begins with its title" in text for text in lint(book))
    book = lesson()
    book.cells[1].source = "a = 1\nb = 2\nc = 3"
    assert any("ready()" in text for text in lint(book))


def test_too_much_is_as_wrong_as_too_little():
    book = lesson()
    for cell in book.cells[1::2]:
        cell.source = "ready()\n" + "a = 1\n" * 6
    assert any("the median code cell has 7 lines" in text for text in lint(book))
    book = lesson()
    book.cells[2].source = WORDS * 3
    assert any("words of prose per line of code" in text for text in lint(book))
    book = lesson()
    book.cells[0].source = WORDS
    assert lint(book) == ["a lesson begins with its title and ends in words"]
    book = lesson()
    del book.cells[2]["id"]
    assert lint(book) == ["two cells have the same id, or a cell has none"]


def test_the_command_names_file_and_rule(tmp_path, monkeypatch, capsys):
    nbformat.write(lesson(execution_count=None), tmp_path / "06_posterior.ipynb")
    monkeypatch.setattr("sys.argv", ["lint", str(tmp_path / "06_posterior.ipynb")])
    assert main() == 1
    assert "06_posterior.ipynb: execution counts" in capsys.readouterr().out


def test_the_command_holds_topics_to_the_rules_of_the_question_book_too(tmp_path, monkeypatch, capsys):
    path = tmp_path / "elbo.ipynb"
    nbformat.write(topic(meaning="It means this."), path)
    monkeypatch.setattr("sys.argv", ["lint", str(path)])
    monkeypatch.setattr("tools.lint_notebooks.topics", lambda: [path])
    assert main() == 1
    assert "elbo.ipynb: cell why-meaning: names no lesson" in capsys.readouterr().out


def test_tidy_leaves_nothing_that_differs_from_run_to_run():
    timing = {"iopub.execute_input": "2026-01-01T00:00:00"}
    metadata = {"execution": timing, "tags": ["raises-exception"], "scrolled": True, "reason": "because"}
    book = lesson(metadata=nbformat.from_dict(metadata))
    book.metadata["widgets"] = {"state": {}}
    live = {"application/vnd.jupyter.widget-view+json": {"model_id": "1b"}, "image/png": "still"}
    error = {"ename": "ValueError", "evalue": "no", "traceback": ["File /home/me/a.py", "ValueError: no"]}
    book.cells[3].outputs = [new_output("display_data", data=live), new_output("error", **error)]
    tidy(book)
    assert book.metadata == METADATA
    assert book.cells[3].metadata == {"tags": ["raises-exception"], "reason": "because"}
    assert book.cells[3].outputs[0].data == {"image/png": "still"}
    assert book.cells[3].outputs[1].traceback == ["ValueError: no"]
    assert lint(book) == []


def test_outputs_are_made_in_a_fresh_kernel_and_an_error_leaves_the_file(tmp_path, monkeypatch, capsys):
    good = new_notebook(cells=[new_code_cell('print("seen" in globals())\nseen = 1', id="a")])
    for name in ("06_good.ipynb", "07_bad.ipynb"):
        nbformat.write(good, tmp_path / name)
    bad = nbformat.read(tmp_path / "07_bad.ipynb", as_version=4)
    bad.cells.append(new_code_cell("1 / 0", id="b"))
    nbformat.write(bad, tmp_path / "07_bad.ipynb")
    before = (tmp_path / "07_bad.ipynb").read_bytes()
    monkeypatch.setattr(notebooks, "FOLDER", tmp_path)
    monkeypatch.setattr("sys.argv", ["notebooks", "06_good", "07"])
    assert notebooks.main() == 1
    captured = capsys.readouterr()
    assert "06_good" in captured.out and "07_bad stopped" in captured.err
    assert "1 / 0" in captured.err and "ZeroDivisionError" in captured.err
    assert (tmp_path / "07_bad.ipynb").read_bytes() == before
    made = (tmp_path / "06_good.ipynb").read_bytes()
    assert nbformat.read(tmp_path / "06_good.ipynb", as_version=4).cells[0].outputs[0].text == "False\n"
    monkeypatch.setattr("sys.argv", ["notebooks", "06"])
    assert notebooks.main() == 0
    assert (tmp_path / "06_good.ipynb").read_bytes() == made
    monkeypatch.setattr("sys.argv", ["notebooks", "99"])
    assert notebooks.main() == 2 and "no lesson matches 99" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["06_good.ipynb", "07_bad.ipynb"]


def topic(**change) -> nbformat.NotebookNode:
    """A topic of the question book with one entry, with one cell changed by the caller: `run="..."`."""
    cells = [
        new_markdown_cell("# Questions · a topic", id="title"),
        new_code_cell("import torch\n\nfrom vdm_tutor.lab import guess, ready\n\nready()", id="imports"),
        new_markdown_cell("## Why?\n\nWords.", id="why", metadata={"questions": ["How so?"]}),
        new_code_cell('guess("how many?")', id="why-guess"),
        new_code_cell("draws = [torch.zeros(n) for n in range(3)]\nprint(len(draws))", id="why-run"),
        new_markdown_cell("It means this. → [lesson 01](../01_elbo.ipynb), The lid.", id="why-meaning"),
        new_markdown_cell("Go on.", id="next"),
    ]
    for cell in cells:
        cell.source = change.get(cell.id.split("-")[-1], cell.source)
    return new_notebook(cells=cells)


@pytest.mark.parametrize("path", topics(), ids=lambda path: path.stem)
def test_topics_of_the_question_book_keep_their_rules(path):
    assert lint_entries(nbformat.read(path, as_version=4)) == []


def test_a_good_topic_passes():
    assert lint_entries(topic()) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"run": "print(steps)"}, "does not run by itself: steps"),
        ({"imports": "import torch\nsteps = torch.arange(3)"}, "more than import"),
        ({"meaning": "It means this."}, "names no lesson"),
        ({"why": "Why?"}, "begins with its question"),
    ],
)
def test_each_rule_of_the_question_book_can_fail(change, message):
    assert message in " ".join(lint_entries(topic(**change)))


def test_an_entry_that_lost_a_cell_or_its_other_words_is_found():
    short, silent = topic(), topic()
    del short.cells[3]
    silent.cells[2].metadata = {}
    assert "NAME-guess" in lint_entries(short)[0]
    assert "no other words" in lint_entries(silent)[0]
