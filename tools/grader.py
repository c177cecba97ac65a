"""Put a lesson's exercises under Otter-Grader: a test file for each exercise, worth one point.

usage: python -m tools.grader 06 FOLDER      (docs/marks.md says what to do with it)

The student's notebook is run from top to bottom with an empty progress file; its own `check` cells write the verdicts
into it, and the tests read them. So nothing is hidden, and the mark says what the student has read.
"""

import sys
from pathlib import Path

from vdm_tutor.exercises.catalogue import EXERCISES
from vdm_tutor.whole_file import write_text

TEST = '''"""Made by python -m tools.grader: exercise {id}."""

from otter.test_files import test_case

OK_FORMAT = False
name = "{id}"


@test_case(points=1)  # its weight: change it here
def the_check_of_{word}_said_correct(env):
    from vdm_tutor.exercises import progress

    state = progress.load().get("{id}", progress.State())
    assert state.solved, ", ".join(filter(None, [state.last or "not answered", state.slip]))
'''


def files(lesson: str) -> dict[str, str]:
    """The test files of a lesson by name."""
    words = {exercise.id: "ex_" + exercise.id.replace(".", "_") for exercise in EXERCISES if exercise.lesson == lesson}
    return {f"{word}.py": TEST.format(id=name, word=word) for name, word in words.items()}


def main() -> int:
    if len(sys.argv) != 3 or not files(sys.argv[1]):
        print(__doc__, file=sys.stderr)
        return 2
    for name, text in files(sys.argv[1]).items():
        write_text(Path(sys.argv[2]) / name, text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
