"""Decide the survey's equations: the whole ledger, or one line with the slips it caught."""

import sys

from vdm_tutor.cli import UserError, answer
from vdm_tutor.cli.bar import bar


def add_arguments(parser) -> None:
    parser.add_argument("--number", metavar="N", help="one equation: its number in the PDF, or a display's label")


def run(args) -> int:
    from vdm_tutor.proofs.verdict import MARKS
    from vdm_tutor.survey import ledger

    if args.number is not None:
        return _one(args.number, args.json)
    total = len(ledger.survey_rows())
    table = list(bar(ledger.rows(), total=total, desc="equations"))
    lines = (f"{row.key!s:>14}  {MARKS.get(row.method, '×'):<2}  {row.status:<22}  {row.rule}" for row in table)
    answer([row.as_dict() for row in table], "\n".join(lines), args.json)
    return _fails(table)


def _fails(table: list) -> int:
    """0, or 1 with a sentence for each line that was not decided as it should be."""
    from vdm_tutor.survey.ledger import is_decided

    for row in table:
        if not is_decided(row):
            print(f"error: ({row.key}) is {row.status}: {row.what_was_checked}", file=sys.stderr)
    return int(not all(map(is_decided, table)))


def _one(text: str, as_json: bool) -> int:
    from vdm_tutor.survey import ledger

    try:
        row = ledger.decided_row(ledger.find_key(text))
    except KeyError as error:
        raise UserError(error.args[0]) from None
    if as_json:
        answer(row.as_dict(), "", as_json)
    else:
        _tell(row)
    return _fails([row])


def _tell(row) -> None:
    from vdm_tutor.claims import BOOK
    from vdm_tutor.proofs.decide import decide, near_misses
    from vdm_tutor.proofs.verdict import MARKS
    from vdm_tutor.survey import ledger

    claim = BOOK[row.key]
    print(f"({row.key})  {row.printed}\nrule     {row.rule}\nstatus   {row.status}")
    print(f"claim    {ledger.place_of(claim.key)}")
    print(f"line     {claim.left}\n         {claim.relation} {claim.right}")
    print(f"verdict  {MARKS[row.method] + ' ' + row.method if row.method else '× ' + row.status}")
    print(f"checked  {row.what_was_checked}")
    if not ledger.is_decided(row):
        return
    if claim.printed is not None:
        print(f"printed  {claim.printed.right}\n         rejected {decide(claim.printed, BOOK).why}")
    for miss in near_misses(claim, BOOK):
        print(f"{'caught' if miss.breaks else 'kept':<8} {miss.name}: {miss.why}")
