"""Where the reader stands: one small file of the reader's own, in the folder of the reader's copies of the lessons.

VDM_TUTOR_PROGRESS names another file. A broken file, or one of another edition, is read for what can be read.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from vdm_tutor.whole_file import write_text

FOLDER, NAME = "my_lessons", "progress.json"


@dataclass(frozen=True)
class State:
    """How far one exercise is: the best and the last verdict, the slips that were made, how many hints were shown."""

    solved: bool = False
    solved_at: int = 0  # the try that was right first
    tries: int = 0
    last: str = ""
    slip: str = ""  # the last try's; of a prediction the wrong choice
    met: tuple[str, ...] = ()  # every slip, or wrong choice, so far, each once
    hints: int = 0
    seen: bool = False  # whether the solution was looked at before it was solved


def path() -> Path:
    """The file: in my_lessons/ of the folder above the notebook's, or below here where there is none."""
    if named := os.environ.get("VDM_TUTOR_PROGRESS"):
        return Path(named)
    here = Path.cwd()
    home = next((p for p in (here, *here.parents) if p.name == FOLDER or (p / FOLDER).is_dir()), here)
    return (home if home.name == FOLDER else home / FOLDER) / NAME


def load() -> dict[str, State]:
    """Every exercise's state in the reader's own file."""
    return read(path())


def read(file: Path) -> dict[str, State]:
    """Every exercise's state in a file; what cannot be understood counts as not begun."""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))["exercises"]
        return {str(name): _state(row) for name, row in stored.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _state(row: object) -> State:
    kinds = {field.name: type(field.default) for field in fields(State)}
    known = dict(row) if isinstance(row, Mapping) else {}
    if isinstance(known.get("met"), list) and all(isinstance(slip, str) for slip in known["met"]):
        known["met"] = tuple(known["met"])
    fits = {k: v for k, v in known.items() if k in kinds and type(v) is kinds[k]}
    return State(**{k: v for k, v in fits.items() if type(v) is not int or v >= 0})  # a count


def save(name: str, state: State) -> None:
    """Put one exercise's state into the file; where nothing can be written the answer still gets its verdict."""
    states = load() | {name: state}
    rows = {key: asdict(value) for key, value in sorted(states.items())}
    try:
        write_text(path(), json.dumps({"exercises": rows}, indent=1, ensure_ascii=False) + "\n")
    except OSError:
        pass


def record(name: str, status: str, correct: bool, slip: str | None = None) -> None:
    """One more try at an exercise, with its verdict."""
    old = load().get(name, State())
    tries, met = old.tries + 1, tuple(dict.fromkeys([*old.met, slip] if slip else old.met))
    solved_at = old.solved_at or (tries if correct and not old.solved else 0)
    new = replace(old, solved=old.solved or correct, solved_at=solved_at, tries=tries)
    save(name, replace(new, last=status, slip=slip or "", met=met))


def saw(name: str) -> None:
    """The solution of an exercise was looked at; afterwards it tells nobody anything."""
    state = load().get(name, State())
    save(name, replace(state, seen=state.seen or not state.solved))


def begins(name: str, prefix: str) -> bool:
    """Whether an exercise is meant: "06.1" is no part of 06.10, and "" is all."""
    return prefix == "" or f"{name}.".startswith(f"{prefix}.")


def reset(prefix: str = "") -> None:
    """Forget every exercise whose id begins so: "06.2", "06", or all."""
    kept = {name: asdict(state) for name, state in load().items() if not begins(name, prefix)}
    if path().exists():
        write_text(path(), json.dumps({"exercises": kept}, indent=1, ensure_ascii=False) + "\n")
