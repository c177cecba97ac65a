"""What the course says of an answer: one object, short to look at, whose parts a script can use."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NOT_YET, UNREADABLE, UNKNOWN = "not yet", "cannot be read", "unknown quantity"
CORRECT, SLIP, ANOTHER, NEARLY, WRONG = "correct", "slip", "another quantity", "nearly", "wrong"
UNDECIDED, FAILED = "undecided", "does not run"
FOLLOWS, OTHER_RULE, DETOUR = "follows", "follows, by another rule", "detour"
NOT_FOLLOWING, REACHED = "does not follow", "reached"
GOOD = {CORRECT, FOLLOWS, OTHER_RULE, DETOUR, REACHED}
STATUSES = (NOT_YET, UNREADABLE, UNKNOWN, CORRECT, SLIP, ANOTHER, NEARLY, WRONG, UNDECIDED, FAILED, FOLLOWS,
            OTHER_RULE, DETOUR, NOT_FOLLOWING, REACHED)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What became of an answer.

    `status` is one of STATUSES; `said` one sentence; `slip` the name of the mistake, `place` the characters of the
    answer where it stands and `piece` these; `hint` what to think of; `input` where the answer differs from what was
    asked for; `invariant` a property that a right answer has and that a reader can try.
    """

    status: str
    said: str = ""
    slip: str | None = None
    place: tuple[int, int] | None = None
    piece: str = ""
    hint: str = ""
    input: Mapping[str, str] = field(default_factory=dict)
    invariant: str = ""
    remark: str = ""

    @property
    def correct(self) -> bool:
        """Whether the answer, or the line of a derivation, is right."""
        return self.status in GOOD

    @property
    def sign(self) -> str:
        return "✓" if self.correct else "·" if self.status == NOT_YET else "?" if self.status == UNDECIDED else "✗"

    def parts(self) -> list[str]:
        """What there is to say, a line each."""
        where = f", at `{_one_line(self.piece)}`" if 0 < len(self.piece) <= 60 else ""
        found = [
            f"{self.sign} {self.status}" + (f": {self.said}" if self.said else ""),
            f"it looks like this slip: {self.slip}{where}" if self.slip else "",
            self.remark,
            f"hint: {self.hint}" if self.hint else "",
            f"it differs at {', '.join(f'{k} = {v}' for k, v in self.input.items())}" if self.input else "",
            f"a right answer has this: {self.invariant}" if self.invariant and not self.correct else "",
        ]
        return [part for part in found if part]

    def __repr__(self) -> str:
        return "\n  ".join(self.parts())

    def _repr_markdown_(self) -> str:
        first, *rest = self.parts()
        return f"**{first}**" + "".join(f"\n\n{part}" for part in rest)


def _one_line(text: str) -> str:
    return " ".join(text.replace("`", "'").split())
