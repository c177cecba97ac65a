"""What becomes of a claim: proved, and by what kind of decision, or rejected, and why."""

from collections.abc import Callable
from dataclasses import dataclass

BOTH = "symbolic and enumerated"
MARKS = {"symbolic": "∀", BOTH: "∀Σ", "enumerated": "Σ", "quadrature": "∫", "definition": "≔"}


@dataclass(frozen=True)
class Verdict:
    """Proved, and by what kind of decision; or rejected, with the point where the sides differ.

    `undefined`: rejected because a side has no value, and not because two values differ.
    """

    proved: bool
    kind: str  # one of MARKS
    why: str
    undefined: bool = False


def told_apart(a, b, written: Callable[[object, int], str]) -> tuple[str, str]:
    """Two values, each `written` with four digits, or with as many more as it takes to tell one from the other."""
    texts = [(written(a, n), written(b, n)) for n in (4, 7, 10, 15)]
    return next((two for two in texts if two[0] != two[1]), texts[0])
