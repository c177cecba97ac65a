"""What a class handed in becomes one page: counts that add up, slips with a sentence, and broken files named."""

import json

import pytest

from vdm_tutor.cli import main
from vdm_tutor.exercises import ex
from vdm_tutor.exercises.classroom import page, rows
from vdm_tutor.exercises.progress import State, read

SLIP = "sqrt(alpha_bar_t)*x_0 + (1-alpha_bar_t)*eps"  # the variance for its root
NAME = "variance for standard deviation"


@pytest.fixture
def handed_in(tmp_path, monkeypatch):
    """Three readers of 04.1: right at once, right at the third try after one slip, never right; and a broken file."""
    right = ex("04.1").reference
    for reader, answers in {"a": [right], "b": [SLIP, SLIP, right, right], "c": ["x_0"]}.items():
        (tmp_path / reader).mkdir()
        monkeypatch.setenv("VDM_TUTOR_PROGRESS", str(tmp_path / reader / "progress.json"))
        for answer in answers:
            ex("04.1").check(answer)
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    return tmp_path


def test_what_a_file_says_is_what_the_reader_did(handed_in):
    state = read(handed_in / "b" / "progress.json")["04.1"]
    assert (state.tries, state.solved, state.solved_at, state.met) == (4, True, 3, (NAME,))


def test_the_page_counts_readers_tries_and_slips(handed_in, capsys):
    assert main(["classroom", str(handed_in)]) == 0
    out, err = capsys.readouterr()
    assert "# 3 handed in" in out and f"| 04.1 | 3 | 0 | 2 | 2 | {NAME} (1) |" in out
    assert f"- **{NAME}** (1 times, in 04.1): a noise is multiplied by its standard deviation" in out
    assert "broken.json says nothing" in err


def test_the_same_as_json(handed_in, capsys):
    assert main(["classroom", str(handed_in), "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row == {"exercise": "04.1", "began": 3, "looked": 0, "solved": 2, "at_try": 2, "slips": {NAME: 1}}


def test_lessons_are_counted_alone_where_they_are_named(handed_in, capsys, monkeypatch):
    monkeypatch.setenv("VDM_TUTOR_PROGRESS", str(handed_in / "a" / "progress.json"))
    ex("09.1").check("1/snr_t")
    assert main(["classroom", str(handed_in), "09", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["exercise"], row["began"]) == ("09.1", 1)
    assert main(["classroom", str(handed_in), "9"]) == 2
    assert "no lesson is called '9': there are 00, 01," in capsys.readouterr().err


def test_what_a_class_believed_is_counted_choice_by_choice(tmp_path, monkeypatch):
    for reader, answers in {"a": ["a", "b"], "b": ["1"], "c": ["b"], "d": ["z"]}.items():
        monkeypatch.setenv("VDM_TUTOR_PROGRESS", str(tmp_path / f"{reader}.json"))
        for answer in answers:
            ex("07.5").check(answer)
    readers = [read(file) for file in sorted(tmp_path.glob("*.json"))]
    (row,) = rows(readers)
    assert row["slips"] == {"the same, faster": 2} and (row["began"], row["solved"]) == (4, 2)
    said = "- **the same, faster** (2 times, in 07.5): the mean of a square is not the square at the mean"
    assert said in page(readers)


def test_who_looked_at_the_solution_first_is_counted_apart(tmp_path, monkeypatch):
    for reader, acts in {"a": "look solve", "b": "solve look", "c": "solve"}.items():
        monkeypatch.setenv("VDM_TUTOR_PROGRESS", str(tmp_path / f"{reader}.json"))
        for act in acts.split():
            ex("04.1").solution() if act == "look" else ex("04.1").check(ex("04.1").reference)
    (row,) = rows([read(file) for file in sorted(tmp_path.glob("*.json"))])
    assert (row["looked"], row["solved"]) == (1, 3)


def test_a_hint_alone_is_no_try():
    assert rows([{"04.1": State(hints=2)}]) == [] and "to say" not in page([{"04.1": State(hints=2)}]).lower()


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_folder_without_progress_is_refused_in_one_sentence(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["classroom", folder]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_count_that_is_none_counts_as_not_begun(tmp_path):
    row = {"tries": -5, "solved_at": -2, "hints": True, "solved": 1, "seen": True}
    (tmp_path / "progress.json").write_text(json.dumps({"exercises": {"04.1": row}}), encoding="utf-8")
    assert read(tmp_path / "progress.json")["04.1"] == State(seen=True)
