"""Exercises whose answers are judged: a formula, a function, a test, a prediction, a curve, a line of a derivation.

from vdm_tutor.exercises import ex

ex("06.2")                       the question
ex("06.2").check(...)            the verdict on an answer; ... is none yet
ex("06.2").hint(), .solution()   what to think of, stage by stage; a right answer, explained
standing(), reset("06.2")    where you stand, in one small file of your own; begin again
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vdm_tutor.exercises.derivation import Derivation
    from vdm_tutor.exercises.exercise import Exercise, Text

__all__ = ["derive", "ex", "get", "standing", "reset"]


def get(name: str) -> "Exercise":
    """An exercise by its id; raises KeyError, in one sentence, where there is none."""
    from vdm_tutor.exercises.catalogue import BY_ID, TASKS

    if name in {task.id for task in TASKS}:
        raise KeyError(f"{name} is a derivation: derive({name!r}), then its line, undo, hint and solution")
    if name not in BY_ID:
        raise KeyError(f"no exercise is called {name!r}: they run from {min(BY_ID)} to {max(BY_ID)}")
    return BY_ID[name]


ex = get


def derive(name: str) -> "Derivation":
    """A derivation to be written line by line."""
    from vdm_tutor.exercises.derivation import begin

    return begin(name)


def standing() -> "Text":
    """The whole course, a line for each lesson."""
    from vdm_tutor.exercises.catalogue import view

    return view()


def reset(prefix: str = "") -> None:
    """Forget the answers to one exercise ("06.2"), to a lesson's ("06"), or to all; KeyError where there is none."""
    from vdm_tutor.exercises import catalogue, progress

    if not any(progress.begins(name, prefix) for name in [*catalogue.BY_ID, *(task.id for task in catalogue.TASKS)]):
        raise KeyError(f"no exercise and no lesson is called {prefix!r}: as in reset('06.2') or reset('06')")
    progress.reset(prefix)
