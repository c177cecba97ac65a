"""What a class votes on: an exercise with its choices, and the cell of the lesson before which it is asked.

Which exercise, and where, stands in polls.toml. The lesson's deck has each poll as a slide, in its place.
"""

import random
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import nbformat

from vdm_tutor.exercises.catalogue import BY_ID
from vdm_tutor.exercises.exercise import Exercise
from vdm_tutor.exercises.formula import Formula
from vdm_tutor.proofs.tree import parse
from vdm_tutor.survey.latex import latex

PLACES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
WRONG = 3  # wrong choices of a formula
MINUTES = 4  # of a poll in class: think, vote, talk in pairs, vote again


def polls(lesson: str) -> dict[str, Exercise]:
    """The polls of a lesson, each by the cell before which it is asked."""
    return {place["before"]: BY_ID[name] for name, place in PLACES.items() if BY_ID[name].lesson == lesson}


def wrong_answers(exercise: Formula) -> list[str]:
    """Three wrong formulas to choose from: those of polls.toml, then the exercise's half-right ideas and slips."""
    noted = [text for text, _ in exercise.noted.values()]
    return [*PLACES[exercise.id].get("wrong", []), *noted, *exercise.families.values()][:WRONG]


@cache
def choices(exercise: Exercise) -> Mapping[str, str]:
    """Every choice as Markdown, with the belief behind it, or with none where it is right; the order tells nothing."""
    if not isinstance(exercise, Formula):
        return {choice: dict(exercise.beliefs).get(choice, "") for choice in exercise.choices}
    right = PLACES[exercise.id].get("right", exercise.reference)
    found = {as_maths(right): ""} | {as_maths(text): belief(exercise, text) for text in wrong_answers(exercise)}
    return {choice: found[choice] for choice in random.Random(exercise.id).sample(list(found), len(found))}


def as_maths(formula: str) -> str:
    """A formula as it is set: no spelling gives a choice away."""
    return f"$\\displaystyle {latex(parse(formula))}$"


def belief(exercise: Formula, answer: str) -> str:
    """What the judge calls a wrong formula, and the question to ask back; or what it remarks."""
    verdict = exercise.verdict_on(answer)
    return ": ".join(filter(None, [verdict.slip, exercise.asked_back(verdict.slip)])) or verdict.remark


def question(exercise: Exercise) -> str:
    """The poll as it is put to the class."""
    rows = [f"({letter}) {choice}" for letter, choice in zip("abcdefgh", choices(exercise), strict=False)]
    return "\n\n".join([f"**Vote.** {exercise.story}", *rows])


def told(exercise: Exercise) -> str:
    """Which choice is right, and what is behind the others."""
    rows = zip("abcdefgh", choices(exercise).values(), strict=False)
    return "\n\n".join(f"({letter}) " + (f"*{said}*" if said else "**right**") for letter, said in rows)


def slide(exercise: Exercise) -> nbformat.NotebookNode:
    """The poll as a cell of the deck: the question, and what is told at the next key."""
    cell = nbformat.v4.new_markdown_cell(question(exercise), id=f"poll-{exercise.id.replace('.', '-')}")
    cell.metadata["told"] = told(exercise)
    return cell
