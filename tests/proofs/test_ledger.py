"""The ledger: complete, decided, each row falsifiable, nothing compared with itself."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tools import equations
from vdm_tutor.claims import BOOK
from vdm_tutor.proofs import algebra, exact
from vdm_tutor.proofs.claim import Algebra, Chain
from vdm_tutor.proofs.decide import decide, near_misses, sides
from vdm_tutor.proofs.logs import Log, log_of
from vdm_tutor.proofs.tables import any_table
from vdm_tutor.proofs.tree import parse, same, text_of
from vdm_tutor.proofs.verdict import MARKS
from vdm_tutor.survey import ledger

KEYS = list(ledger.survey_rows())
AMENDED = {22, 51, 132, 133, 135, 142, 145, 149, 150, 151, 166, 168, "TEXT-Markov"}
REFUTED = {45, "TEXT-prior"}
NEED_MARKOV = {29, 38, 45, 48, 50, "TEXT-prior", "TEXT-Markov"}  # and 46, in its part


STATUSES = {"checked", "definition", "amended", "refuted", "special case", "amended, special case"}

RED_LINES = """
import json, sys
from dataclasses import replace
from vdm_tutor.claims import BOOK
from vdm_tutor.proofs.claim import Chain
from vdm_tutor.proofs.decide import decide
chains = {k: c for k, c in BOOK.items() if getattr(c.by, "table", "") == "markov"}
by = Chain(sys.argv[1])
print(json.dumps([k for k, c in chains.items() if not decide(replace(c, by=by, parts=()), BOOK).proved]))
"""


def _python(*arguments: str):
    """What a fresh interpreter prints, as JSON: without the type checks of the tests, as a person runs it."""
    run = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def table():
    rows = [ledger.Row(**row) for row in _python("-m", "vdm_tutor", "equations", "--json")]
    return {row.key: row for row in rows}


def test_there_are_170_numbers_and_16_displays(table):
    numbers = [key for key in table if isinstance(key, int)]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= 170
    words = [key for key in table if not isinstance(key, int)]
    assert sum(not key.startswith("TEXT") for key in words) == 16 and len(words) >= 19


def test_every_row_is_decided_and_can_fail(table):
    for key, row in table.items():
        assert row.status in STATUSES and ledger.is_decided(row), key
        assert row.what_was_checked and row.slips_that_break and row.lessons, key
        assert row.method in MARKS and (row.method == "definition") == (row.status == "definition"), key
        assert (row.method in ("enumerated", "quadrature")) == ("special case" in row.status), key


def test_what_keeps_a_line_true_is_said_in_words(table):
    """Not with the engine's verdict: a reader asks why the mistake does not matter."""
    for key, row in table.items():
        for kept in row.slips_that_keep:
            assert "same expression" not in kept and "exactly equal" not in kept and "stands under" not in kept, key


def test_the_statuses_tell_the_truth(table):
    assert {k for k, r in table.items() if "amended" in r.status} == AMENDED
    assert {k for k, r in table.items() if r.status == "refuted"} == REFUTED
    assert {k for k, r in table.items() if "special case" in r.status} == {22, "TEXT-variance", "SGM-U2"}
    for key in AMENDED | REFUTED:
        printed = BOOK[key].printed
        verdict = decide(printed, BOOK)
        assert not verdict.proved and " against " in verdict.why


def test_definitions_are_used():
    """A slip in a definition turns a claim that stands on it red."""
    definitions = [key for key in KEYS if BOOK[key].relation == ":="]
    assert {3, 20, 21, 23, 24, 30, 31, 32, 33, 85, 93, 94, 111, 125, 143, 152, 156, 161, 162} <= set(definitions)
    for key in definitions:
        broken = [m for m in near_misses(BOOK[key], BOOK) if m.breaks]
        assert broken and all("fails" in m.why or "no density" in m.why for m in broken), key


@pytest.mark.parametrize(
    "key, table", [(24, "not q"), (30, "not q"), (23, "not p"), (32, "not p"), ("GUIDE-U1", "not p")]
)
def test_a_factorisation_is_what_markov_means(key, table):
    part = BOOK[key].parts[0]
    assert decide(part, BOOK).proved and not decide(replace(part, by=Chain(table)), BOOK).proved


def test_lines_that_need_the_markov_property_go_red_without_it_and_no_others():
    """The evaluator knows only the joint table: on a law of paths that is not Markov just these lines fail."""
    assert set(_python("-c", RED_LINES, "not q")) == NEED_MARKOV
    assert not decide(replace(BOOK[46].parts[0], by=Chain("not q")), BOOK).proved


def test_the_reverse_chain_needs_it_too():
    assert set(_python("-c", RED_LINES, "not p")) == {29, 38, 48, "TEXT-Markov"}


def test_marginals_of_the_chain_come_from_summing():
    law = any_table(7)
    pair = law.marginal((1, 3))
    for (a, b), weight in pair.items():
        assert weight == sum(w for path, w in law.weights.items() if path[1] == a and path[3] == b)
    assert sum(law.weights.values()) == 1 == sum(pair.values())


def test_logs_of_primes_decide_exactly():
    from fractions import Fraction

    assert log_of(Fraction(12, 7)) - log_of(Fraction(3, 7)) == log_of(Fraction(2)) * 2
    assert log_of(Fraction(1001, 1000)) != Log()


def _simplified(claim):
    """Both sides after simplification: normal forms, or, where nothing is algebra, the text itself."""
    left, right = sides(claim, BOOK)
    if not isinstance(claim.by, Algebra) or claim.relation in ("~", ":="):
        return text_of(left), text_of(right)
    forms = [exact.entries(algebra.value(side)) for side in (left, right)]
    return tuple(str([exact.normal_form(e) for e in form]) for form in forms)


def test_no_row_is_decided_by_comparing_a_side_with_itself(table):
    """Rows that collapse to x = x once simplified are decided on the stored sides, which differ as printed."""
    collapsed = []
    for key in KEYS:
        claim = BOOK[key]
        if claim.relation == ":=":
            continue
        assert not same(parse(claim.left), parse(claim.right)), f"({key}) compares a side with itself"
        left, right = _simplified(claim)
        if left == right:
            collapsed.append(key)
            # the unevaluated decision: a slip in the stored tree is seen, so the tree was worked out as printed
            assert table[key].slips_that_break, f"({key}) is x = x"
    print("collapse to x = x when simplified:", collapsed)
    assert {74, 77, 81, 105}.issubset(collapsed)


def test_the_first_sentences_carry_what_the_ledger_does(table):
    for page in ("README.md", "EQUATIONS.md"):
        text = (equations.TARGET.parent / page).read_text("utf-8")
        assert equations.summary(table.values()) in " ".join(text.split()), page


def test_a_count_in_the_readme_follows_the_ledger():
    page, said = "Of all: of its 17\nrows 9 are proved; the rest, 8.", "of its 18 rows 10 are proved"
    assert equations.recounted(page, said) == "Of all: of its 18\nrows 10 are proved; the rest, 8."
    assert equations.recounted("17 rows", said) == "17 rows"


def test_the_page_is_what_the_ledger_says(table):
    assert equations.TARGET.read_text("utf-8") == equations.render(table.values()), "run python -m tools.equations"


def test_the_command_prints_one_line_and_its_slips():
    run = subprocess.run([sys.executable, "-m", "vdm_tutor", "equations", "--number", "81"],
                         capture_output=True, text=True, check=True)  # fmt: skip
    assert "rule" in run.stdout and "verdict  ∀ symbolic" in run.stdout and "caught" in run.stdout
    assert BOOK[81].right in run.stdout and "claim    vdm_tutor/claims/posterior.py:" in run.stdout
    last = max(key for key in KEYS if isinstance(key, int))
    wrong = subprocess.run([sys.executable, "-m", "vdm_tutor", "equations", "--number", str(last + 1)],
                           capture_output=True, text=True, check=False)  # fmt: skip
    assert wrong.returncode == 2 and f"1 to {last}" in wrong.stderr and "Traceback" not in wrong.stderr


def test_each_claim_is_found_in_one_jump():
    """The place that the command names is where the claim is written: its rule stands there."""
    root = Path(ledger.__file__).parents[2]
    for key in KEYS:
        name, line = ledger.place_of(key).split(":")
        written = "\n".join((root / name).read_text("utf-8").splitlines()[int(line) - 1 :][:40])
        assert json.dumps(key) in written.splitlines()[0] and BOOK[key].rule in written, key


def test_rows_are_plain_json():
    row = ledger.decided_row(ledger.find_key("85")).as_dict()
    assert json.loads(json.dumps(row)) == row and row["numeric"] == "vdm_tutor.process.posterior"


SHOWN = """
import json
from vdm_tutor import survey
from vdm_tutor.survey.ledger import survey_rows
print(json.dumps([[key, survey.equation(key)._repr_latex_()] for key in survey_rows()]))
"""


@pytest.fixture(scope="module")
def shown_rows():
    return _python("-c", SHOWN)


def test_every_row_is_shown_in_mathematics_not_in_names(shown_rows):
    for key, shown in shown_rows:
        bare = re.sub(r"\\(hspace|text|operatorname|mathrm|mathbf|mathcal|mathbb|begin|end)\{[^}]*\}", "", shown)
        bare = re.sub(r"\\bbox\[background-color:#\w+\]", "", bare)  # the shade of a refuted line, no letter of it
        words = set(re.findall(r"(?<![\\a-zA-Z])[a-zA-Z]{2,}\w*", bare)) - {"dz", "dz_", "dx", "dx_", "pt", "tx_"}
        assert not words and shown.count("{") == shown.count("}"), key


def test_a_line_closes_its_brackets_and_two_divergences_in_one_bracket_stand_on_two_lines(shown_rows):
    for key, shown in shown_rows:
        for line in shown.split(r"\\["):
            opened, closed = (len(re.findall(rf"\\{side}(?![a-z])", line)) for side in ("left", "right"))
            assert opened == closed, (key, line)
            assert not re.search(r"\\left\[D_\{.*-D_\{", line), (key, line)
