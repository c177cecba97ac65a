"""Measure, print the table, and write BENCHMARKS.md where every part was measured.

usage: python -m tools.bench [widgets]      (default: all)
"""

import sys
from pathlib import Path

from tools.bench import widgets
from tools.bench.table import page
from vdm_tutor.whole_file import write_text

TARGET = Path(__file__).parents[2] / "BENCHMARKS.md"
PARTS = {"widgets": widgets.rows}


def main(names: list[str]) -> int:
    if unknown := set(names) - set(PARTS):
        print(f"no part {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    text = page(row for name in names or PARTS for row in PARTS[name]())
    print(text)
    if not names:
        write_text(TARGET, text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
