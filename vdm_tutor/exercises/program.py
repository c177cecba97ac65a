"""Write the function: judged by what it does, on cases of which everything is known.

The reference is a source text, and a slip is a piece of it that is written otherwise: one text for the solution, the
judge and the snippets in which a mistake is hunted.
"""

import itertools
import math
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from vdm_tutor.exercises import verdict as v
from vdm_tutor.exercises.code_slips import every_code_slip
from vdm_tutor.exercises.exercise import Exercise
from vdm_tutor.exercises.mended import Mended, belied_by, every_change, never_used, source_of
from vdm_tutor.exercises.sandbox import run
from vdm_tutor.exercises.trials import squeezed
from vdm_tutor.exercises.verdict import Verdict
from vdm_tutor.judge.ranking import DROPPED, PAIRED, rank, together

CLOSE = 1e-5  # float32 is let pass
NEVER_USED, ANOTHER = "an argument never used", "one variable for another"
NO_PART = "it has no part in it: "
VAGUE = {ANOTHER, *DROPPED}  # what other mistakes may look like
OTHER_AXIS = "summed over another axis"
UNDO_EACH_OTHER = {"a sum for a mean, or a mean for a sum"}  # of these no two are told together
ENOUGH = 6  # numbers of a trial, that two mistakes be told by them


def made(source: str) -> Callable:
    """The function of one of our own source texts: the last that it defines."""
    import numpy as np

    names: dict = {"np": np}
    exec(compile(source, "<exercise>", "exec"), names)  # a constant of the package, never a reader's text
    return next(value for value in reversed(names.values()) if callable(value) and value is not np)


@dataclass(frozen=True)
class Program(Exercise):
    """`source` is the solution, `trial` what is done with a function; `slips` give (old text, new text) by name.

    `allowed` are other choices that are no mistakes, each with what to say of it.
    """

    source: str = ""
    trial: Callable | None = None
    slips: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)
    allowed: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)
    notes: Mapping[str, str] = field(default_factory=dict, hash=False)

    kind = "write the function"

    @property
    def reference(self) -> Callable:
        return made(self.source)

    def shown(self) -> str:
        needed = "import numpy as np\n\n" * ("np." in self.source and "import numpy" not in self.source)
        return f"```python\n{needed}{self.source.strip()}\n```"

    def slipped(self, name: str) -> str:
        """The source with one mistake."""
        old, new = {**self.slips, **self.allowed}[name]
        if old not in self.source:
            raise ValueError(f"{self.id}: {old!r} does not stand in the source")
        return self.source.replace(old, new)

    @cached_property
    def expected(self) -> list:
        return self.trial(self.reference)

    @cached_property
    def known(self) -> dict[str, list | None]:
        """What each slip, and each other choice, gives on the trial."""
        return {name: self._tried(self.slipped(name)) for name in (*self.allowed, *self.slips)}

    @cached_property
    def pairs(self) -> dict[tuple[str, str], str]:
        """The source with two of the slips, where the one leaves room for the other."""
        both = {}
        for one, other in itertools.combinations(self.slips, 2):
            source, (old, new) = self.slipped(one), self.slips[other]
            if old in source:
                both[one, other] = source.replace(old, new)
        return both

    @cached_property
    def known_pairs(self) -> dict[tuple[str, str], list | None]:
        """What each two slips together give on the trial."""
        return {names: self._tried(source) for names, source in self.pairs.items()}

    @cached_property
    def further(self) -> list[tuple[str, list]]:
        """What every mistake of the table gives on the trial, where it can be made in the source."""
        tried = [(name, self._tried(source)) for name, source in every_code_slip(self.source)]
        return [
            (name, rows) for name, rows in tried if rows and sum(math.isfinite(x) for _, row in rows for x in row) > 1
        ]

    def _tried(self, source: str) -> list | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a slip of ours, which is no affair of the reader's
                return self.trial(made(source))
        except Exception:  # a slip may well raise: then no numbers tell it
            return None

    def judge(self, answer: object) -> Verdict:
        if not callable(answer):
            return Verdict(v.UNREADABLE, "a function is asked for here")
        ran = run(self.trial, answer)
        if ran.trouble:
            return Verdict(v.FAILED, ran.trouble)
        if alike(ran.value, self.expected):
            return Verdict(v.CORRECT, "it does what it should wherever it was tried")
        same = [name for name, rows in self.known.items() if rows is not None and alike(ran.value, rows)]
        if same and same[0] in self.allowed:
            return Verdict(v.CORRECT, "a choice of your own", remark=self.notes.get(same[0], same[0]))
        belied = belied_by(answer)
        found = self.by_its_numbers(ran.value, [name for name in same if name not in belied], belied)
        if not found or set(found.slip.split(", or ")) <= VAGUE:
            name = self.taken_back(answer)
            if name and (not found or ("; and " not in name and rank_of(name) < rank_of(found.slip))):
                found = Verdict(v.SLIP, slip=name)
        if (not found or found.slip == ANOTHER) and (unused := never_used(answer)):
            found = Verdict(v.SLIP, slip=ANOTHER if found else NEVER_USED, remark=NO_PART + ", ".join(unused))
        return found or self.difference(ran.value, source_of(answer))

    def by_its_numbers(self, rows: list, same: list[str], belied: set[str]) -> Verdict | None:
        """The mistake in our own source that gives these numbers, or two of them."""
        if same:
            return Verdict(v.SLIP, slip=", or ".join(same), hint="; or: ".join(self.hints_of(same)))
        two = next((names for names, known in self.known_pairs.items() if known is not None and alike(rows, known)), ())
        if two:
            return Verdict(v.SLIP, slip="; and ".join(two), hint="; and: ".join(self.hints_of(two)))
        further = [name for name, known in self.further if name not in belied and alike(rows, known)]
        return Verdict(v.SLIP, slip=together(further)) if further else None

    def taken_back(self, answer: Callable) -> str:
        """The mistake without which a reader's own text does what it should; or it and a known one, two together."""
        changes = every_change(answer)
        if not changes:
            return ""
        known = [(name, rows) for name, rows in self.known.items() if rows and name not in self.allowed]
        known = [(name, rows) for name, rows in known if sum(map(math.isfinite, of(rows))) >= ENOUGH]
        right = [self.expected, *filter(None, map(self.known.get, self.allowed))]
        goals = (*right, *(rows for _, rows in known))
        tried = run(Mended(self.trial, tuple(text for _, text in changes)), answer).value or ()
        found = [(i, j) for i, rows in enumerate(tried) if rows is not None
                 for j, goal in enumerate(goals) if alike(rows, goal)]  # fmt: skip
        nearest = min((j for _, j in found), default=0)
        if alone := [changes[i][0] for i, j in found if j == nearest < len(right)]:
            squared = "a square too many" in alone  # then no root was dropped
            return together(name for name in alone if not (squared and name == "a root dropped"))
        pairs = [(known[j - len(right)][0], changes[i][0]) for i, j in found]
        pairs = [
            (one, other) for one, other in pairs if other in PAIRED and (one != other or one not in UNDO_EACH_OTHER)
        ]
        return "; and ".join(min(pairs, key=lambda pair: rank(pair[1]), default=()))

    def hints_of(self, names: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(filter(None, map(self.asked_back, names))))

    def asked_back(self, mistake: str | None) -> str:
        return self.notes.get(mistake) or super().asked_back(mistake)

    def difference(self, rows: list, source: str = "") -> Verdict:
        """Where a function that no known slip explains differs."""
        case = next((i for i, (a, b) in enumerate(zip(rows, self.expected, strict=False)) if not alike([a], [b])), 0)
        where = {"case": f"{case + 1} of {len(self.expected)}"}
        shape, numbers = rows[case] if case < len(rows) else ((), [])
        wanted, truth = self.expected[case]
        if any(x != x or abs(x) == float("inf") for x in numbers):
            return Verdict(v.WRONG, "it gives something that is no number (nan or inf)", input=where)
        if squeezed(shape) != squeezed(wanted):
            said = f"it gives the shape {shape} where {wanted} was expected"
            added_up = len(numbers) < len(truth) and ("sum" in source or "mean" in source)
            return Verdict(*((v.SLIP, said, OTHER_AXIS) if added_up else (v.WRONG, said)), input=where)
        flat = [(a, b) for (_, one), (_, other) in zip(rows, self.expected, strict=True)
                for a, b in zip(one, other, strict=False)]  # fmt: skip
        ratios = [a / b for a, b in flat if b]
        if ratios and ratios[0] and all(abs(r - ratios[0]) < CLOSE * abs(ratios[0]) for r in ratios):
            return Verdict(v.NEARLY, f"right up to the factor {ratios[0]:.4g}", input=where)
        return Verdict(v.WRONG, "its numbers differ", input=where)


def rank_of(slip: str) -> int:
    return min(map(rank, slip.split(", or ")))


def of(rows: list) -> list[float]:
    """All numbers of a trial."""
    return [x for _, row in rows for x in row]


def alike(rows: list, others: list) -> bool:
    """Whether two lists of (shape, numbers) are the same but for rounding and for ones in a shape."""
    if len(rows) != len(others):
        return False
    for (shape, numbers), (other_shape, other) in zip(rows, others, strict=True):
        if squeezed(shape) != squeezed(other_shape) or len(numbers) != len(other):
            return False
        if not all(a == b or abs(a - b) <= CLOSE * (1 + abs(b)) or (a != a and b != b)
                   for a, b in zip(numbers, other, strict=True)):  # fmt: skip
            return False
    return True
