"""Write EQUATIONS.md from the ledger, and its counts into the README: `python -m tools.equations`."""

import re
from collections.abc import Iterable
from pathlib import Path

from tqdm import tqdm

from vdm_tutor.proofs.verdict import BOTH, MARKS
from vdm_tutor.survey.ledger import Row, is_decided, rows, survey_rows
from vdm_tutor.whole_file import write_text

TARGET = Path(__file__).parents[1] / "EQUATIONS.md"
README = TARGET.with_name("README.md")
HEAD = """# Every equation, decided

C. Luo, "Understanding Diffusion Models: A Unified Perspective", arXiv:2208.11970:
{summary}.
Made by `python -m tools.equations` from the ledger; do not edit. Numbers are those of the PDF, collected from public
transcriptions; sixteen displays without a number and some claims of the text follow their place or stand at the end.

The marks say what was done, and no more:

- **∀**, proved by algebra with every symbol free, for vectors and matrices of one and of two entries a side. Beyond
  two nothing new comes in: the lines are sums over coordinates, or become such by whitening, as the rows of Eq. 86 and
  of Tweedie's formula say, so none is of more than the first degree in d (a line that is gets more dimensions than its
  degree).
- **∀Σ**, proved for any densities or for every length T, as the row says; and enumerated on small tables besides.
- **Σ**, enumerated exactly on small tables of rational numbers: examples, which are evidence and no proof.
- **∫**, one example by quadrature.
- **≔**, a definition, a choice or a procedure: nothing to prove, but a slip in it makes a line fail that stands on it.

*checked*: holds as printed. *amended*: the printed form was run and rejected, a mended one holds. *refuted*: false as
printed. *special case*: the line shown is more general than the examples. The last column names mistakes that were made
on purpose in the line and caught. `python -m vdm_tutor equations --number 81` shows them.
"""


def summary(table: Iterable[Row]) -> str:
    """What the ledger carries, in one sentence with its counts."""
    rows = [row for row in table if isinstance(row.key, int)]
    proved = [row for row in rows if row.method in ("symbolic", BOTH)]
    mended = sum(row.status != "checked" for row in proved)
    defined = sum(row.method == "definition" for row in rows)
    return (
        f"of its {len(rows)} numbered equations {len(proved)} are proved by machine, {mended} of these in a mended "
        f"form; {defined} are definitions that a proved line stands on, and {len(rows) - len(proved) - defined} is run "
        "on examples"
    )


def render(table: Iterable[Row]) -> str:
    """The page: one line for each row of the ledger, in the survey's order; raises ValueError for one not decided."""
    table = list(table)
    for row in table:
        if not is_decided(row):
            raise ValueError(f"({row.key}) is {row.status}: {row.what_was_checked}")
    lines = [HEAD.format(summary=summary(table))]
    lines += ["| # | status | | rule | what was checked | mistakes caught |", "|---|---|---|---|---|---|"]
    for row in table:
        status = row.status + (f" ({row.erratum})" if row.erratum else "")
        caught = ", ".join(row.slips_that_break)
        cells = [str(row.key), status, MARKS[row.method], row.rule, row.what_was_checked, caught]
        lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def recounted(page: str, sentence: str) -> str:
    """A page that quotes the sentence, with its counts brought up to date and its lines broken as they were."""
    quoted = re.sub(r"\d+", r"\\d+", r"\s+".join(map(re.escape, sentence.split())))
    counts = iter(re.findall(r"\d+", sentence))
    return re.sub(quoted, lambda found: re.sub(r"\d+", lambda _: next(counts), found[0]), page, count=1)


def main() -> None:
    """Decide every row and write the page, all at once."""
    table = list(tqdm(rows(), total=len(survey_rows()), desc="equations"))
    write_text(TARGET, render(table))
    write_text(README, recounted(README.read_text(encoding="utf-8"), summary(table)))


if __name__ == "__main__":
    main()
