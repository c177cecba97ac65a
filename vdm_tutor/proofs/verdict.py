"""What becomes of a claim: proved, and by what kind of decision, or rejected, and why."""

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
