"""Measure, print the table, and write BENCHMARKS.md where every part was measured.

usage: python -m tools.bench [training] [speed] [widgets]      (default: all)
"""

import sys
from pathlib import Path

from tools.bench import speed, training, widgets
from tools.bench.table import cells, line, page
from vdm_tutor.whole_file import write_text

TARGET = Path(__file__).parents[2] / "BENCHMARKS.md"
PARTS = {"training": training.rows, "speed": speed.rows, "widgets": widgets.rows}


def main(names: list[str]) -> int:
    if unknown := set(names) - set(PARTS):
        print(f"no part {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    rows = []
    for row in (row for name in names or PARTS for row in PARTS[name]()):
        rows.append(row)
        print(line(cells(row)), end="", flush=True)
    if not names:
        write_text(TARGET, page(rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
