"""A guess is read as people write numbers, is never passed off as given, and stands on the answering plot."""

import nbformat
import pytest

from tools.paths import FOLDER, lessons
from vdm_tutor.lab import guess, show_source, twelve_lines
from vdm_tutor.lab.plots import figure, plt
from vdm_tutor.lab.program import PROGRAM
from vdm_tutor.lab.question import WAITING, Guess, number


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.8", 0.8), ("0,8", 0.8), (".8", 0.8), ("80 %", 0.8), ("80%", 0.8), ("4/5", 0.8), ("-1e-3", -0.001), ("+2", 2)]
    + [("\u22121.5", -1.5), ("  3 ", 3)],
)
def test_numbers_are_read_as_people_write_them(text, value):
    assert number(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["a half", "", "1/0", "nan", "inf", "__import__('os')", "1,000,000", "9" * 10_000])
def test_what_is_no_number_is_said_so_in_one_sentence(text):
    with pytest.raises(ValueError, match="is not a number: try"):
        number(text)


def test_a_question_waits_until_it_is_answered(capsys):
    share = Guess("How many?")
    share.against(0.8)
    assert capsys.readouterr().out == WAITING + "\n"
    share.children[1].value = "half"
    assert share.value is None and "not a number" in share.children[2].value
    share.children[1].value = "3/4"
    share.against(0.8, "nats")
    assert capsys.readouterr().out == "you guessed 0.75, off by 0.05 nats\n"
    share.children[1].value = ""
    assert share.value is None


def test_one_of_several_options_is_chosen(capsys):
    change = Guess("Up or down?", ["up", "down"])
    change.children[1].value = "up"
    change.against("down")
    assert capsys.readouterr().out == "you said up: it is down\n"
    Guess("Up or down?", ["up", "down"], "down").against("down")
    assert capsys.readouterr().out == "you said down: yes\n"
    with pytest.raises(ValueError, match="'left' is none of up, down"):
        Guess("Up or down?", ["up", "down"], "left")


@pytest.mark.parametrize(("answer", "lines"), [(None, 0), (0.3, 1)])
def test_a_guess_stands_on_the_answering_plot(answer, lines):
    fig, ax = figure()
    Guess("How many?", answer=answer).draw(ax)
    assert len(ax.lines) == lines
    plt.close(fig)


def test_without_a_kernel_the_question_is_still_there():
    bundle = Guess("How many?")._repr_mimebundle_()
    assert (bundle["text/plain"], bundle["text/markdown"]) == ("Your guess? How many?", "> **Your guess?** How many?")
    bundle = Guess("Which?", ["p(x_t | x_0)", "*none*"])._repr_mimebundle_()
    assert bundle["text/plain"] == "Your guess? Which? [p(x_t | x_0)] [*none*]"
    assert bundle["text/markdown"] == "> **Your guess?** Which?\n>\n> `p(x_t | x_0)` · `*none*`"  # as they are, in code


def test_a_question_shows_itself(capsys):
    assert guess("How many?", answer="1/2").value == 0.5
    assert capsys.readouterr().out == "Your guess? How many?\n"


WIDEST = 88  # columns, as of the code in lessons; a page of 800 pixels shows 80 at once, and the box scrolls


def test_a_source_is_shown_whole():
    assert repr(show_source(number)).startswith("def number(text: str) -> float:")
    assert "overflow-x: auto" in show_source(number)._repr_html_()


def test_what_a_lesson_shows_is_no_wider_than_its_own_code():
    shown = [
        line
        for path in lessons(FOLDER)
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
        if "show_source(" in cell.source and "text/html" in output.get("data", {})
        for line in output.data["text/plain"].splitlines()
    ]
    assert len(shown) > 50 and max(map(len, shown)) <= WIDEST


def test_a_method_is_shown_from_the_left():
    assert repr(show_source(Guess.against)).startswith("def against(self")


def test_the_twelve_lines_are_those_of_lesson_00():
    book = nbformat.read(FOLDER / "00_start_here.ipynb", as_version=4)
    assert PROGRAM in [cell.source for cell in book.cells]


@pytest.mark.parametrize("lesson", ["04", "06", "07", "08", "09", "10", "11"])
def test_a_lesson_s_own_lines_stand_out(lesson):
    shown = twelve_lines(lesson)
    assert repr(shown) and all(lesson in line for line in repr(shown).splitlines())
    assert shown._repr_html_().count("<b>") == len(repr(shown).splitlines())


def test_a_lesson_without_a_line_is_refused():
    with pytest.raises(ValueError, match="'03' explains none"):
        twelve_lines("03")
