"""Write docs/exercises.md: for each exercise, which wrong answers are told apart from the truth, and which are named.

usage: python -m tools.exercise_table
"""

import os
import random
import tempfile
from collections import Counter
from pathlib import Path

from vdm_tutor.exercises.course import EXERCISES
from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.hunt import Hunt
from vdm_tutor.exercises.program import Program, made
from vdm_tutor.proofs.tree import text_of
from vdm_tutor.whole_file import write_text

PAGE = Path(__file__).parent.parent / "docs" / "exercises.md"
SAMPLE = 12  # of the single slips of one formula
WORDS = """# The exercises, and what becomes of wrong answers

Made by `python -m tools.exercise_table`. For a formula: single slips of the reference, at most {sample} drawn with
a fixed seed, each written as text and checked. For a function: the slips that its source is tried with. "Told apart" is
never called right; "named" carries a slip's name or a sentence of its own; "as made" is named as the mistake was made.
What cannot be read as a formula (half of a law, say) is refused with its place and counts as told apart.

| exercise | kind | slips | told apart | refused unread | named | as made |
|---|---|---|---|---|---|---|
"""


def wrong_answers(exercise) -> list[tuple[str, object]]:
    """(name, answer) of each slip that an exercise is tried with."""
    if isinstance(exercise, Formula):
        ask = exercise.ask
        slips = [s for s in ask.slips() if not any(ask.agree(s.tree, ask.truth, r) for r in ("plain", "full"))]
        return [(s.name, text_of(s.tree)) for s in random.Random(exercise.id).sample(slips, min(SAMPLE, len(slips)))]
    if isinstance(exercise, Program) and not isinstance(exercise, Hunt):
        return [(name, made(exercise.slipped(name))) for name in exercise.slips]
    return []


def row(exercise) -> tuple[str, Counter, list[str]]:
    """One exercise's line of the table, its counts, and the slips that got no name."""
    found, unnamed = Counter(), []
    for name, answer in wrong_answers(exercise):
        verdict = exercise.check(answer)
        unread, named = verdict.status == "cannot be read", bool(verdict.slip or verdict.remark)
        found += Counter(slips=1, apart=not verdict.correct, unread=unread, named=named, made=name in str(verdict.slip))
        if not named and not unread:
            unnamed.append(f"{exercise.id}: {name}")
    counts = " | ".join(str(found[k]) for k in ("slips", "apart", "unread", "named", "made"))
    return f"| {exercise.id} | {exercise.kind} | {counts} |", found, unnamed


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VDM_TUTOR_PROGRESS"] = os.path.join(folder, "progress.json")
        rows = [row(exercise) for exercise in EXERCISES if wrong_answers(exercise)]
    total = sum((counts for _, counts, _ in rows), Counter())
    everything = " | ".join(str(total[k]) for k in ("slips", "apart", "unread", "named", "made"))
    unnamed = [name for _, _, names in rows for name in names]
    text = WORDS.format(sample=SAMPLE) + "\n".join(line for line, _, _ in rows) + f"\n| all | | {everything} |\n"
    text += "\n## Known failures\n\nTold apart, without a name:\n\n" + "\n".join(f"- {name}" for name in unnamed) + "\n"
    write_text(PAGE, text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
