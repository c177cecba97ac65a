"""Which mistakes did a class make? A page from a folder of progress files; there are no names in them."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from vdm_tutor.exercises.catalogue import BY_ID, EXERCISES
from vdm_tutor.exercises.lessons.derivations import TASKS
from vdm_tutor.exercises.progress import State, read
from vdm_tutor.exercises.slip_hints import hint_for

OFTEN = 5  # slips to speak about in the next lesson
LESSONS = sorted({exercise.lesson for exercise in EXERCISES})


def handed_in(folder: Path) -> tuple[list[dict[str, State]], list[Path]]:
    """The progress files anywhere in a folder: those that say something, and the paths of those that do not."""
    files = sorted(file for file in folder.rglob("*.json") if file.is_file())  # not a pipe, which would never end
    readers = {file: read(file) for file in files}
    return [states for states in readers.values() if states], [file for file in files if not readers[file]]


def of_lessons(readers: Sequence[dict[str, State]], lessons: Sequence[str]) -> list[dict[str, State]]:
    """What the readers did in some lessons."""
    return [{name: state for name, state in states.items() if name[:2] in lessons} for states in readers]


def rows(readers: Sequence[dict[str, State]]) -> list[dict]:
    """For each exercise that anybody began: how many did, looked at the solution first, solved it, at which try (the
    median), with which mistakes."""
    found = []
    for exercise in (*EXERCISES, *TASKS):
        states = [states[exercise.id] for states in readers if exercise.id in states and states[exercise.id].tries]
        slips = Counter(slip for state in states for slip in state.met)
        at = [state.solved_at for state in states if state.solved_at]
        counts = {"began": len(states), "looked": sum(state.seen for state in states)}
        counts |= {"solved": sum(state.solved for state in states), "at_try": median(at or [0])}
        if states:
            found.append({"exercise": exercise.id} | counts | {"slips": dict(slips.most_common())})
    return found


def page(readers: Sequence[dict[str, State]]) -> str:
    """The same as Markdown, with the mistakes of most readers and a sentence for each to say in the next lesson."""
    lines = [
        f"# {len(readers)} handed in",
        "",
        "| exercise | began | looked first | solved | at try | mistakes |",
        "|---|---|---|---|---|---|",
    ]
    everything, where = Counter(), {}
    for row in rows(readers):
        slips = "; ".join(f"{slip} ({count})" for slip, count in row["slips"].items())
        at = f"{row['at_try']:g}" if row["solved"] else ""
        lines.append(f"| {row['exercise']} | {row['began']} | {row['looked']} | {row['solved']} | {at} | {slips} |")
        everything.update(row["slips"])
        for slip in row["slips"]:
            where.setdefault(slip, []).append(row["exercise"])
    if everything:
        lines += ["", "## To say next time", ""]
        for slip, count in everything.most_common(OFTEN):
            lines.append(f"- **{slip}** ({count} times, in {', '.join(where[slip])}): {to_say(slip, where[slip])}")
    return "\n".join(lines)


def to_say(mistake: str, names: Sequence[str]) -> str:
    """What to say of a mistake: what its exercise says, or what is said of it everywhere."""
    said = (BY_ID[name].asked_back(mistake) for name in names if name in BY_ID)
    return next(filter(None, said), hint_for(mistake))
