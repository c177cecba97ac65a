"""`ask` finds the question that was asked before, put in other words, and says so where nothing is close."""

import pytest

from tests.lab.paraphrases import CHOSEN_BY, UNSEEN
from vdm_tutor.lab import ask
from vdm_tutor.lab.asking import book


def test_a_question_in_its_own_words_is_found_first():
    for entry in book():
        assert entry["question"] in [found["question"] for found in ask(entry["question"])][:1]


def test_an_answer_says_where_it_stands():
    found = ask("why is p(x|z) easy but p(z|x) hard?")
    assert "01_elbo.ipynb" in repr(found)
    assert "](01_elbo.ipynb)" in found._repr_markdown_()


def test_a_cell_that_answers_two_questions_is_named_once():
    cells = [(entry["notebook"], entry["cell"]) for entry in book()]
    assert len(set(cells)) < len(cells)  # there are such cells
    found = [(answer["notebook"], answer["cell"]) for answer in ask("last step of the cosine schedule", len(cells))]
    assert len(set(found)) == len(found) == len(set(cells))


def test_nothing_close_is_said_so():
    assert repr(ask("qqq zzz xxx")).startswith("nothing close")


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_no_question_is_refused_in_one_sentence(text):
    with pytest.raises(ValueError, match="ask in words"):
        ask(text)


@pytest.mark.parametrize("asked", [CHOSEN_BY, UNSEEN], ids=["chosen by", "unseen"])
def test_nine_of_ten_questions_in_other_words_are_found_among_the_first_three(asked):
    found = {name: [answer["cell"] for answer in ask(text)] for name, text in asked.items()}
    missed = [name for name in asked if name not in found[name]]
    assert len(asked) >= 100 and len(missed) <= len(asked) / 10, missed
