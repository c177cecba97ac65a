"""Decide the survey's equations: the whole ledger, or one line with the slips it caught."""

import json
import sys


def add_arguments(parser) -> None:
    parser.add_argument("--number", metavar="N", help="one equation: its number in the PDF, or a display's label")


def run(args) -> int:
    from tqdm import tqdm

    from vdm_tutor.survey import ledger

    if args.number:
        return _one(args.number, args.json)
    total = len(ledger.survey_rows())
    table = [r.as_dict() for r in tqdm(ledger.rows(), total=total, file=sys.stderr, desc="equations", leave=False)]
    if args.json:
        print(json.dumps(table, ensure_ascii=False, indent=1))
    else:
        for row in table:
            print(f"{row['key']!s:>14}  {row['status']:<10}  {row['method']:<11}  {row['rule']}")
    return 0


def _one(text: str, as_json: bool) -> int:
    from vdm_tutor.cli import UserError
    from vdm_tutor.survey import ledger

    try:
        row = ledger.decided_row(ledger.find_key(text))
    except KeyError as error:
        raise UserError(error.args[0]) from None
    if as_json:
        print(json.dumps(row.as_dict(), ensure_ascii=False))
    else:
        _tell(row)
    return 0


def _tell(row) -> None:
    from vdm_tutor.claims import BOOK
    from vdm_tutor.proofs.decide import decide, near_misses
    from vdm_tutor.survey import ledger

    claim = BOOK[row.key]
    print(f"({row.key})  {row.printed}\nrule     {row.rule}\nstatus   {row.status}")
    print(f"claim    {ledger.place_of(claim.key)}")
    print(f"line     {claim.left}\n         {claim.relation} {claim.right}")
    print(f"verdict  {'proved' if decide(claim, BOOK).proved else 'rejected'}, {row.method}")
    print(f"checked  {row.what_was_checked}")
    if claim.printed is not None:
        print(f"printed  {claim.printed.right}\n         rejected {decide(claim.printed, BOOK).why}")
    for miss in near_misses(claim, BOOK):
        print(f"{'caught' if miss.breaks else 'kept':<8} {miss.name}: {miss.why}")
