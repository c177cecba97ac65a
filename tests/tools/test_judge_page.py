"""docs/judge.md is what `make judge` writes: some of its lines worked out again, its totals added up."""

import re
from collections import Counter

import pytest

from tools.judge.__main__ import ACCEPTED, COLUMNS, PAGE, REFUSED, Sizes, Tried, page, tried
from vdm_tutor.survey.ledger import survey_rows

TEXT = PAGE.read_text("utf-8")
ROWS = [re.split(r" \| ", line.strip("| ")) for line in TEXT.splitlines() if re.match(r"\| \S+ (\| \d+ ){9}\|$", line)]
SIZES = Sizes(*map(int, re.search(r"--texts (\d+) --slips (\d+) --forms (\d+)", TEXT).groups()))
AGAIN = "run python -m tools.judge"


@pytest.mark.parametrize("key", [19, 59, 70, 84, 92, 110, 170, "VAE-U1"])
def test_a_line_worked_out_again_is_the_line_on_the_page(key):
    assert str(tried(key, SIZES)) in TEXT.splitlines(), AGAIN


def test_every_line_stands_there_and_the_totals_are_their_sums():
    *rows, total = ROWS
    assert [row[0] for row in rows] == list(map(str, survey_rows())) and total[0] == "all", AGAIN
    sums = [sum(int(row[i + 1]) for row in rows) for i in range(len(COLUMNS))]
    assert total[1:] == list(map(str, sums)), AGAIN
    for n in (SIZES.texts, len(ACCEPTED), len(REFUSED)):
        assert str(n) in TEXT.split("## Known failures")[0], AGAIN


def test_it_holds_what_was_asked_of_the_judge():
    total = dict(zip(COLUMNS, map(int, ROWS[-1][1:]), strict=True))
    assert total["false"] >= 500 and total["refused"] == total["false"]
    assert total["equal"] >= 500 and total["accepted"] == total["equal"]
    assert total["apart"] == total["slips"] >= 500 and total["named"] >= 0.95 * total["slips"]
    assert "right formulas with a hole): 0 were" in " ".join(TEXT.split())


def test_a_failure_is_listed():
    row = Tried(1, Counter(slips=2, apart=1), ["(1) a sign flipped: no name"])
    told = page(SIZES, [row], ["(2) x: 9 s"], [True] * len(ACCEPTED), [False] * (len(REFUSED) - 1) + [True])
    known = told.split("## Known failures")[1].split("##")[0]
    assert known.count("\n- ") == 3 and "(1) a sign flipped" in known and "accepted: " in known
