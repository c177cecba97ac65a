"""BENCHMARKS.md has the shape that `make bench` gives it; its numbers are one machine's and are not tested."""

import re
from pathlib import Path

from tools.bench.speed import seconds_a_step
from tools.bench.table import COLUMNS, HEAD, Row, cells, not_measured, page

SHAPE = re.compile(r"\| [^|]+ \| (\*\*\S+ times\*\*)? \| [^|]+ \| [^|]+ \|")


def misshapen(text: str) -> list[str]:
    """The lines of the table that are no rows, and a table that is none."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    heads = ["| " + " | ".join(COLUMNS) + " |", "| " + " | ".join(["---"] * len(COLUMNS)) + " |"]
    return [line for line in lines[2:] if not SHAPE.fullmatch(line)] + ([] if lines[:2] == heads else ["no head"])


def test_a_page_states_machine_and_versions_and_its_rows_have_the_shape():
    text = page([Row("steps a second", 3.4567, "30", "9"), Row("one", None, "2", "3"), not_measured("x", "no GPU")])
    assert not misshapen(text)
    assert re.search(r"\d cores, .*; Python 3\.\d+\.\d+, torch \d", text)
    assert misshapen(text.replace("| 30 |", "|")) and misshapen(text.replace("| ratio |", "| times |"))


def test_the_page_in_the_repository_has_the_shape_and_every_part():
    text = (Path(__file__).parents[2] / "BENCHMARKS.md").read_text(encoding="utf-8")
    assert not misshapen(text)
    assert text.startswith(HEAD.split("{")[0]) and re.search(r"\d cores, .*; Python 3\.", text)
    for words in ("plain loop", "the ring's gap", "captured", "matrix-product peak", "the bound", "DDIM", "interact"):
        assert words in text


def test_ratios_have_two_digits_below_ten_and_are_whole_above():
    shown = [cells(Row("", ratio, "", ""))[1] for ratio in (0.123, 4.56, 45.6, 456.7, None)]
    assert shown == ["**0.12 times**", "**4.6 times**", "**46 times**", "**457 times**", ""]


def test_a_step_of_fit_is_timed():
    assert 0 < seconds_a_step("cpu", True, 10, 8) < 10
