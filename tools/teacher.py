"""Write docs/teacher/: a page for the teacher of each lesson, and worked solutions apart.

usage: python -m tools.teacher

They come from the lessons and their exercises. Three things for the board, which neither says, stand in teacher.toml.
"""

import ast
import random
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import nbformat

from tools import reading, seconds
from tools.course import FOLDER
from tools.exercise_table import wrong_answers
from tools.questions import title_of
from tools.reading import HEADING
from tools.slides import main_path, slides
from vdm_tutor.exercises.course import EXERCISES
from vdm_tutor.exercises.exercise import Exercise
from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.lessons.derivations import TASKS
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.slip_hints import hint_for
from vdm_tutor.whole_file import write_text

PAGES = FOLDER.parent / "docs" / "teacher"
NOTES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
MEASURED = seconds.known()
SLOT, TALK = 50, 1.6  # minutes of a short slot; what a class needs for a minute of reading
POLLS, WRONG, LONGEST = 2, 3, 100  # of a lesson; wrong choices of a poll, and their length in characters
SAME_LAW = "a sign flipped"  # before a noise it changes nothing: no choice for a poll
MADE = "Made by `python -m tools.teacher` from the lesson and its exercises."


def page(book: nbformat.NotebookNode, lesson: str) -> str:
    """The teacher's page of a lesson: goals, minutes, guesses, the board, polls, exercises with the slips to expect."""
    words = "\n\n".join(cell.source for cell in book.cells[:3] if cell.cell_type == "markdown")
    goals, _, needs = words[words.index("**Afterwards") :].partition("\n\nAbout ")
    parts = [f"# {title_of(book)}: for the teacher", "", MADE, "", "## Goals", "", goals, ""]
    parts += ["About " + " ".join(needs.split()), "", "## Minutes"]
    parts += minutes(book, lesson)
    parts += ["## What the lesson asks before it tells", "", *guesses(book), ""]
    parts += ["## For the board", "", *(f"- {line}" for line in NOTES[lesson]["board"]), "", "## Polls", ""]
    parts += [text for exercise in polls(lesson) for text in poll(exercise)]
    parts += [
        "## Exercises, and the slips to expect",
        "",
        f"Solutions: [solutions/{lesson}.md](solutions/{lesson}.md).",
        "",
    ]
    parts += [text for exercise in of(lesson) for text in expected(exercise)]
    return "\n".join(parts).rstrip() + "\n"


def of(lesson: str) -> list[Exercise]:
    return [exercise for exercise in EXERCISES if exercise.lesson == lesson]


def minutes(book: nbformat.NotebookNode, lesson: str) -> Iterator[str]:
    """A table of the sections: minutes to read and in class, seconds to run, first slide; where a short slot ends."""
    yield "\n| section | to read | in class | to run | slide |\n|---|---|---|---|---|"
    total, stop, run, places = 0.0, "", seconds.by_section(book, MEASURED[lesson]), first_slides(book)
    for depth, title, length in reading.sections(book):
        if title in (reading.BEYOND, *reading.UNCOUNTED):
            break
        total += TALK * length
        stop = stop or (title if total > SLOT else "")
        if depth < 2:
            wait = seconds.rounded(run.get(title, 0))
            row = [
                title or "opening",
                f"{length:.0f}",
                f"{TALK * length:.0f}",
                wait and f"{wait} s",
                f"{places[title]}",
            ]
            yield f"| {' | '.join(row)} |"
    end = f'before "{stop}"; the rest is for home' if stop else "at its end"
    yield f"\nReckoned with {TALK:g} minutes in class for a minute of reading. A slot of {SLOT} minutes ends {end}."
    whole = seconds.rounded(sum(MEASURED[lesson].values()))
    yield f"To run all of it takes about {whole} s on a free core; start its kernel before the class comes in."
    yield f"Slides are those of `python -m tools.slides {lesson}`.\n"


def first_slides(book: nbformat.NotebookNode) -> dict[str, int]:
    """The slide of the lesson's deck on which each section begins."""
    found = {"": 1}
    for number, cells in enumerate(slides(book), 1):
        for _, title in HEADING.findall(cells[0].source):
            found.setdefault(title, number)
    return found


def guesses(book: nbformat.NotebookNode) -> Iterator[str]:
    """What the lesson asks before it tells, section by section: for a show of hands."""
    title = "opening"
    for cell in main_path(book):
        if cell.cell_type == "markdown":
            title = next((heading for _, heading in HEADING.findall(cell.source)), title)
            continue
        for question, options in asked(cell.source):
            yield f"- *{title}:* {question}{' (' + ' · '.join(options) + ')' if options else ''}"


def asked(source: str) -> Iterator[tuple[str, list[str]]]:
    """The guesses of a code cell, each with its choices, as far as they stand in it as they are."""
    words = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            words[node.targets[0].id] = node.value
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "guess":
            question, *options = [words.get(getattr(each, "id", None), each) for each in node.args]
            with suppress(ValueError):  # made by code: nothing to print
                yield ast.literal_eval(question), [*(ast.literal_eval(options[0]) if options else [])]


def polls(lesson: str) -> list[Exercise]:
    """Two exercises to vote on: predictions first, then formulas with wrong answers that people give."""
    can = [e for e in of(lesson) if isinstance(e, Prediction)]
    can += [e for e in of(lesson) if isinstance(e, Formula) and len(can) < POLLS and len(written(e)) > 1]
    return can[:POLLS]


@cache
def written(exercise: Formula) -> dict[str, str]:
    """Three wrong answers to a formula, each with what is behind it: those that people give, then other slips of it."""
    found, given = {}, [answer for answer in exercise.families.values() if isinstance(answer, str)]
    given += [text for name, text in wrong_answers(exercise) if len(text) < LONGEST and name != SAME_LAW]
    for answer in given:
        slip = exercise.verdict_on(answer).slip if len(found) < WRONG else None
        if slip and slip not in " ".join(found.values()):
            found[answer] = ": ".join(filter(None, [slip, hint_for(slip)]))
    return found


def poll(exercise: Exercise) -> Iterator[str]:
    """A poll: the question, the choices in an order that tells nothing, and the belief behind each wrong one."""
    if isinstance(exercise, Prediction):
        choices, beliefs = list(exercise.choices), dict(exercise.beliefs)
    else:
        beliefs = {f"`{answer}`": belief for answer, belief in written(exercise).items()}
        choices = random.Random(exercise.id).sample([*beliefs, exercise.shown()], len(beliefs) + 1)
    yield f"**{exercise.id}** {exercise.story}\n"
    for letter, choice in zip("abcdefgh", choices, strict=False):
        yield f"- ({letter}) {choice}: {f'*{beliefs[choice]}*' if choice in beliefs else '**right**'}"
    yield ""


def expected(exercise: Exercise) -> Iterator[str]:
    """An exercise in the teacher's table: what is asked, the slips by name, the hints in their order."""
    slips = list(getattr(exercise, "slips", {})) or list(getattr(exercise, "wrong", {}))
    if isinstance(exercise, Formula):
        slips = list(dict.fromkeys(text.split(":")[0] for text in written(exercise).values()))
    yield f"**{exercise.id}**, {exercise.kind}. {exercise.story}\n"
    if slips:
        yield f"- slips: {'; '.join(slips)}"
    for hint in exercise.hints:
        yield f"- hint: {hint}"
    if exercise.invariant:
        yield f"- to test an answer by: {exercise.invariant}"
    yield ""


def solutions(book: nbformat.NotebookNode, lesson: str) -> str:
    """Worked solutions of a lesson's exercises and derivations."""
    parts = [f"# {title_of(book)}: solutions", "", f"{MADE} Not for students' copies.", ""]
    for exercise in of(lesson):
        parts += [f"**{exercise.id}** {exercise.story}", "", exercise.shown(), "", exercise.explained, ""]
    for task in (task for task in TASKS if task.id.startswith(lesson)):
        road = min(task.roads, key=len)
        parts += [f"**{task.id}** {task.story}", "", *(f"1. `{line}` ({reason})" for line, reason in road), ""]
    return "\n".join(parts).rstrip() + "\n"


def pages() -> Iterator[tuple[Path, str]]:
    """Every page with its place."""
    for lesson in NOTES:
        (path,) = FOLDER.glob(f"{lesson}_*.ipynb")
        book = nbformat.read(path, as_version=4)
        yield PAGES / f"{lesson}.md", page(book, lesson)
        yield PAGES / "solutions" / f"{lesson}.md", solutions(book, lesson)


if __name__ == "__main__":
    for place, text in pages():
        write_text(place, text)
