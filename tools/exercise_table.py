"""Write docs/exercises.md: for each exercise, which wrong answers are told apart from the truth, and which are named.

usage: python -m tools.exercise_table
"""

import os
import random
import tempfile
from collections import Counter
from pathlib import Path

from tqdm import tqdm

from vdm_tutor.exercises.catalogue import EXERCISES
from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.hunt import Hunt
from vdm_tutor.exercises.program import Program, alike, made
from vdm_tutor.judge.naming import understood
from vdm_tutor.judge.ranking import PAIRED
from vdm_tutor.proofs.slips import every_slip
from vdm_tutor.proofs.tree import quantities, text_of
from vdm_tutor.whole_file import write_text

PAGE = Path(__file__).parent.parent / "docs" / "exercises.md"
SAMPLE, PAIRS = 12, 4  # of the single slips of one formula, and of its pairs
COLUMNS = ("slips", "apart", "unread", "named", "made", "pairs", "pairs apart", "pairs named", "pairs made")
WORDS = """# The exercises, and what becomes of wrong answers

Made by `python -m tools.exercise_table`. For a formula: single slips of the reference, at most {sample} drawn with
a fixed seed, each written as text and checked. For a function: the slips that its source is tried with. "Told apart" is
never called right; "named" carries a slip's name or a sentence of its own; "as made" is named as the mistake was made.
What cannot be read as a formula (half of a law, say) is refused with its place and counts as told apart. A pair is two
slips that people make, one after the other, at most {pairs} drawn for an exercise; "as made" has the names of both, or
of one slip that alone comes to the same formula, or the same numbers.

| exercise | kind | slips | told apart | refused unread | named | as made | pairs | told apart | named | as made |
|---|---|---|---|---|---|---|---|---|---|---|
"""


def wrong_answers(exercise) -> list[tuple[str, object]]:
    """(name, answer) of each slip that an exercise is tried with."""
    if isinstance(exercise, Formula):
        slips = [s for s in exercise.ask.slips() if not right(exercise, s.tree)]
        return [(s.name, text_of(s.tree)) for s in random.Random(exercise.id).sample(slips, min(SAMPLE, len(slips)))]
    if isinstance(exercise, Program) and not isinstance(exercise, Hunt):
        return [(name, made(exercise.slipped(name))) for name in exercise.slips]
    return []


def pairs(exercise) -> list[tuple[tuple[str, str], object]]:
    """(both names, answer) of a few pairs of slips; none is right again."""
    rng, found = random.Random(exercise.id), []
    if isinstance(exercise, Formula):
        firsts = [s for s in exercise.ask.slips() if s.name in PAIRED]
        for first in rng.sample(firsts, len(firsts)):
            seconds = [s for s in every_slip(first.tree) if s.name in PAIRED]
            second = rng.choice(seconds) if seconds else first
            if second is not first and not right(exercise, second.tree):
                found.append(((first.name, second.name), text_of(second.tree)))
            if len(found) == PAIRS:
                break
    elif isinstance(exercise, Program) and not isinstance(exercise, Hunt):
        rows = exercise.known_pairs
        wrong = [names for names in rows if rows[names] is None or not alike(rows[names], exercise.expected)]
        found = [(names, made(exercise.pairs[names])) for names in rng.sample(wrong, min(PAIRS, len(wrong)))]
    return found


def right(exercise, tree) -> bool:
    """Whether a formula has the numbers of what is asked for."""
    return any(exercise.ask.agree(tree, exercise.ask.truth, reading) for reading in ("plain", "full"))


def alone(exercise, answer: object) -> set[str]:
    """The single slips that come to the same formula, or numbers: no input tells two of them from one."""
    if isinstance(exercise, Program):
        rows = exercise.trial(answer)
        return {name for name, known in exercise.known.items() if known is not None and alike(known, rows)}
    tree = understood(answer, exercise.ask.room, quantities(exercise.ask.truth) | exercise.ask.names)
    return {slip.name for slip in exercise.ask.slips() if exercise.ask.agree(slip.tree, tree)}


def row(exercise) -> tuple[str, Counter, list[str]]:
    """One exercise's line of the table, its counts, and the slips that got no name."""
    found, unnamed = Counter(), []
    answers = [("", (name,), answer) for name, answer in wrong_answers(exercise)]
    for kind, names, answer in answers + [("pairs ", *pair) for pair in pairs(exercise)]:
        verdict = exercise.check(answer)
        unread, named = verdict.status == "cannot be read", bool(verdict.slip or verdict.remark)
        known = alone(exercise, answer) if kind and not unread else ()
        made_so = all(name in str(verdict.slip) for name in names) or any(name in str(verdict.slip) for name in known)
        found += Counter({kind.strip() or "slips": 1, f"{kind}apart": not verdict.correct, f"{kind}unread": unread,
                          f"{kind}named": named, f"{kind}made": made_so})  # fmt: skip
        if verdict.correct or (not named and not unread):
            called_right = " (called right)" * verdict.correct
            unnamed.append(f"{exercise.id}: {' and '.join(names)}{called_right}")
    return f"| {exercise.id} | {exercise.kind} | {counts(found)} |", found, unnamed


def counts(found: Counter) -> str:
    return " | ".join(str(found[column]) for column in COLUMNS)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VDM_TUTOR_PROGRESS"] = os.path.join(folder, "progress.json")
        asked = [exercise for exercise in EXERCISES if isinstance(exercise, Formula | Program)]
        rows = [row(exercise) for exercise in tqdm(asked) if not isinstance(exercise, Hunt)]
    total = sum((found for _, found, _ in rows), Counter())
    unnamed = [name for _, _, names in rows for name in names]
    text = WORDS.format(sample=SAMPLE, pairs=PAIRS) + "\n".join(line for line, _, _ in rows)
    text += f"\n| all | | {counts(total)} |\n\n## Known failures\n\nTold apart, without a name:\n\n"
    write_text(PAGE, text + "\n".join(f"- {name}" for name in unnamed) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
