"""Every exercise of the course, in order, and the view of where the reader stands."""

from vdm_tutor.exercises import progress
from vdm_tutor.exercises.exercise import Exercise, Text
from vdm_tutor.exercises.lessons import (
    lesson_00,
    lesson_01,
    lesson_02,
    lesson_03,
    lesson_04,
    lesson_05,
    lesson_06,
    lesson_07,
    lesson_08,
    lesson_09,
    lesson_10,
    lesson_11,
    lesson_12,
    lesson_13,
    lesson_14,
)
from vdm_tutor.exercises.lessons.derivations import TASKS

LESSONS = (
    lesson_00,
    lesson_01,
    lesson_02,
    lesson_03,
    lesson_04,
    lesson_05,
    lesson_06,
    lesson_07,
    lesson_08,
    lesson_09,
    lesson_10,
    lesson_11,
    lesson_12,
    lesson_13,
    lesson_14,
)
EXERCISES: tuple[Exercise, ...] = tuple(exercise for lesson in LESSONS for exercise in lesson.EXERCISES)
BY_ID = {exercise.id: exercise for exercise in EXERCISES}


def view() -> Text:
    """A line for each lesson: ✓ solved, ~ tried, · not yet; its derivations stand behind its exercises."""
    states = progress.load()
    lines = ["| lesson | exercises | solved |", "|---|---|---|"]
    for lesson in dict.fromkeys(exercise.lesson for exercise in EXERCISES):
        names = [each.id for each in (*EXERCISES, *TASKS) if each.id.startswith(lesson)]
        found = [states.get(name, progress.State()) for name in names]
        marks = "".join("✓" if s.solved else "~" if s.tries else "·" for s in found)
        lines.append(f"| {lesson} | {marks} | {sum(s.solved for s in found)} of {len(found)} |")
    return Text("\n".join(lines))
