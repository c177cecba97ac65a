"""Single slips of a line's formula, checked: told apart from the truth, and named."""

import random
import re
from collections import Counter

from tools.judge.compared import readable
from vdm_tutor.claims import find
from vdm_tutor.judge.judge import UNDECIDED
from vdm_tutor.judge.line import FULL, PLAIN
from vdm_tutor.proofs.slips import Slip, every_slip, of_the_law
from vdm_tutor.proofs.tree import parse, text_of
from vdm_tutor.survey.check import asked_by, check


def slips_of(key: int | str, most: int) -> list[Slip]:
    """Some of the single slips of a line's formula that change what it says, drawn with the line as the seed."""
    ask = asked_by(key)
    found = [s for s in every_slip(ask.truth) if readable(s.tree, key)]
    found = [s for s in found if not any(ask.agree(s.tree, ask.truth, reading) for reading in (PLAIN, FULL))]
    return random.Random(f"slips {key}").sample(found, min(most, len(found)))


def try_slips(key: int | str, most: int) -> tuple[Counter, list[str]]:
    """Of one line's slips: how many were told apart, named as made, told as another line's, confused; and failures.

    Named as made is also a slip that leads to the same numbers everywhere: no input tells the two apart.
    """
    ask, counts, failures = asked_by(key), Counter(), []
    for slip in slips_of(key, most):
        answer = check(text_of(slip.tree), against=key)
        noted = [Slip(name, parse(text)) for name, text in find(key).mistakes.items()]
        turned = [other for side in ask.left for other in of_the_law(side)]
        alike = {s.name for s in (*ask.slips(), *noted, *turned) if ask.agree(s.tree, slip.tree)} | {slip.name}
        said = answer.slip or ""  # a name may itself have an "or"
        named = any(name in alike for name in (said, *re.split("; and |, or ", said)))
        kind = "named" if named else "confused" if answer.slip else "described" if answer.remark else "nameless"
        apart = not answer.proved and answer.status != UNDECIDED
        counts += Counter({"slips": 1, "apart": int(apart), kind: 1})
        if not (apart and named):
            told = f"called {answer.slip}" if answer.slip else answer.remark or answer.why
            failures.append(f"({key}) {slip.name}: {told}")
    return counts, failures
