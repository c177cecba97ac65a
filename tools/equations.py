"""Write EQUATIONS.md from the ledger: `python -m tools.equations`."""

import os
from collections.abc import Iterable
from pathlib import Path

from tqdm import tqdm

from vdm_tutor.proofs.decide import MARKS
from vdm_tutor.survey.ledger import Row, rows, survey_rows

TARGET = Path(__file__).parents[1] / "EQUATIONS.md"
HEAD = """# Every equation, decided

C. Luo, "Understanding Diffusion Models: A Unified Perspective", arXiv:2208.11970. Made by `python -m tools.equations`
from the ledger; do not edit. Numbers are those of the PDF, collected from public transcriptions.

Marks: ∀ by algebra; Σ by exact enumeration on several small chains with rational tables (chains are evidence, not
proof); ∀Σ both: for every T at once, by bookkeeping with symbolic ends of sums, and on the chains; ∫ by quadrature.
*checked*: holds as printed. *amended*: the printed form was run and rejected, a mended one holds. *refuted*: false as
printed. *definition*: executable, and a slip in it makes a line that stands on it fail. The last column names
mistakes that were made on purpose in the line and caught. `python -m vdm_tutor equations --number 81` shows them.
"""


def render(table: Iterable[Row]) -> str:
    """The page: one line for each row of the ledger, in the survey's order."""
    lines = [HEAD, "| # | status | | rule | what was checked | mistakes caught |", "|---|---|---|---|---|---|"]
    for row in table:
        name = str(row.key)
        status = row.status + (f" ({row.erratum})" if row.erratum else "")
        cells = [name, status, MARKS[row.method], row.rule, row.what_was_checked, ", ".join(row.slips_that_break)]
        lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Decide every row and write the page, all at once."""
    total = len(survey_rows())
    text = render(tqdm(rows(), total=total, desc="equations"))
    draft = TARGET.with_suffix(".tmp")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, TARGET)


if __name__ == "__main__":
    main()
