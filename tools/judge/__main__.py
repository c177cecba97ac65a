"""Write docs/judge.md: what the judge of formulas was tried with, line by line, and what it answered.

usage: python -m tools.judge [--texts 10000] [--slips 12] [--forms 4]      a quarter of an hour on two idle cores
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.survey import planted
from tests.survey.formulas import RIGHT, WRONG
from tools.judge.junk import try_junk
from tools.judge.rewritings import try_equal
from tools.judge.slipped import try_slips
from tools.judge.variants import try_false
from vdm_tutor.survey import check
from vdm_tutor.survey.ledger import survey_rows
from vdm_tutor.whole_file import write_text

PAGE = Path(__file__).parents[2] / "docs" / "judge.md"
BATCHES = 20
WORDS = """# The judge of formulas, tried

Made by `python -m tools.judge --texts {texts} --slips {most} --forms {forms}` (`make judge` tries more). {texts} random
texts (letters of all kinds, pieces of formulas, code, towers of powers, deep nests, right formulas with a hole):
{texts_wrong} were left without a verdict or one sentence, took more than five seconds, or led to anything being run.
And each line of the survey, by its formula:

| tried | how many | answered as it should be |
|---|---|---|
| false variants that numbers of another reckoning refute | {false} | {refused} refused |
| equal rewritings, of which these numbers say that they are equal | {equal} | {accepted} accepted |
| right formulas, written by hand | {right} | {right_accepted} accepted |
| false formulas, written by hand | {wrong} | {wrong_refused} refused |
| single slips that change what the line says | {slips} | {apart} told apart from the truth |

Of the slips {named} are named as they were made, or as one that no input tells from it; {described} are told by another
line's number, by a factor or by a term; {confused} got the name of another slip, {nameless} got none.

The other reckoning (`tools/judge/own_numbers.py`, `own_tables.py`) works in three dimensions, where the judge uses one
and two, and on tables of its own. It does not reach every line: a line without variants and rewritings is such a one.
Variants have one to three pieces written wrongly, at random. Each line is tried with at most {most} slips, drawn with a
fixed seed. What becomes of wrong answers to exercises stands in [exercises.md](exercises.md).

## Known failures

{failures}

## Line by line

| line | slips | told apart | named | described | confused | false variants | refused | equal forms | accepted |
|---|---|---|---|---|---|---|---|---|---|
"""
ACCEPTED, REFUSED = [*RIGHT, *planted.TRUE], [*WRONG, *planted.FALSE]
COLUMNS = ("slips", "apart", "named", "described", "confused", "false", "refused", "equal", "accepted")


@dataclass(frozen=True)
class Sizes:
    """How many random texts, slips of a line, variants and rewritings of a line are tried."""

    texts: int = 10_000
    slips: int = 12
    forms: int = 4


@dataclass(frozen=True)
class Tried:
    """What one line was tried with: counts by column, and what was answered wrongly."""

    key: int | str
    counts: Counter
    failures: list[str]

    def __str__(self) -> str:
        return f"| {self.key} | " + " | ".join(str(self.counts[column]) for column in COLUMNS) + " |"


def tried(key: int | str, sizes: Sizes = Sizes()) -> Tried:
    """One line of the survey, tried."""
    counts, failures = try_slips(key, sizes.slips)
    n_false, accepted = try_false(key, sizes.forms)
    n_equal, refused = try_equal(key, sizes.forms)
    counts += Counter({"false": n_false, "equal": n_equal})
    counts["refused"], counts["accepted"] = n_false - len(accepted), n_equal - len(refused)
    failures += [f"accepted: {text}" for text in accepted] + [f"refused: {text}" for text in refused]
    return Tried(key, counts, failures)


def by_hand(formula: tuple) -> bool:
    """Whether a formula that a person wrote is accepted."""
    key, text, *_ = formula
    return check(text, against=key).proved


def page(sizes: Sizes, rows: Iterable[Tried], texts: list[str], right: list[bool], wrong: list[bool]) -> str:
    """The report as Markdown."""
    rows = list(rows)
    total = sum((row.counts for row in rows), Counter())
    failures = [*texts, *(text for row in rows for text in row.failures)]
    failures += [f"refused: {f[:2]}" for f, proved in zip(ACCEPTED, right, strict=True) if not proved]
    failures += [f"accepted: {f[:2]}" for f, proved in zip(REFUSED, wrong, strict=True) if proved]
    head = WORDS.format(
        texts=sizes.texts, texts_wrong=len(texts), most=sizes.slips,
        forms=sizes.forms, right=len(right), right_accepted=sum(right), wrong=len(wrong),
        wrong_refused=len(wrong) - sum(wrong), failures="\n".join(f"- {text}" for text in failures) or "None.",
        **{name: total[name] for name in (*COLUMNS, "nameless")},
    )  # fmt: skip
    return head + "\n".join(map(str, rows)) + "\n| all | " + " | ".join(str(total[c]) for c in COLUMNS) + " |\n"


def asked_for() -> Sizes:
    """The sizes that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tools.judge", description=__doc__.splitlines()[0])
    for name, size in vars(Sizes()).items():
        parser.add_argument(f"--{name}", type=int, default=size)
    return Sizes(**vars(parser.parse_args()))


def main() -> int:
    sizes, found = asked_for(), []
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for row in pool.map(partial(tried, sizes=sizes), survey_rows()):
            found.append(row)
            print(row, *row.failures, sep="\n  ", file=sys.stderr, flush=True)
        right, wrong = (list(pool.map(by_hand, formulas, chunksize=8)) for formulas in (ACCEPTED, REFUSED))
        batches = list(pool.map(try_junk, [sizes.texts // BATCHES] * BATCHES, range(BATCHES)))
    write_text(PAGE, page(sizes, found, [text for batch in batches for text in batch], right, wrong))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
