"""The book of claims: one explicit list, verdicts that depend on the claim alone, sympy and nothing heavier."""

import json
import subprocess
import sys

import pytest

from vdm_tutor.claims import BOOK, SECTIONS
from vdm_tutor.proofs.claim import Algebra, Chain, Claim, bound, line, users
from vdm_tutor.proofs.decide import decide
from vdm_tutor.proofs.verdict import Verdict
from vdm_tutor.survey.ledger import survey_rows

VERDICTS = """
import json, sys
from importlib import import_module
section = import_module("vdm_tutor.claims." + sys.argv[1])
from vdm_tutor.claims import BOOK
from vdm_tutor.proofs.decide import decide
claims = [BOOK[c.key] for c in section.CLAIMS]
few = [c for c in claims if c.relation == ":="] or claims[:3]
print(json.dumps([[str(c.key), *vars(decide(c, BOOK)).values()] for c in few]))
"""
ALONE = """
import pkgutil, sys
from importlib import import_module
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"numpy", "torch", "scipy", "matplotlib", "IPython"}:
            raise ImportError(f"{name} is not here")
sys.meta_path.insert(0, Blocked())
import vdm_tutor.claims, vdm_tutor.exercises, vdm_tutor.judge, vdm_tutor.proofs
from vdm_tutor.survey import check, equation
for room in (vdm_tutor.proofs, vdm_tutor.judge, vdm_tutor.claims, vdm_tutor.exercises):
    for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
        import_module(module.name)
print(check("(1-alpha_bar_prev)*(1-alpha_t)/(1-alpha_bar_t)", against=85).proved, equation(84))
"""


def _python(code: str, *arguments: str) -> str:
    run = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return run.stdout


@pytest.mark.parametrize("name", [section.__name__.rpartition(".")[2] for section in SECTIONS])
def test_a_section_imported_first_gets_the_same_verdicts(name):
    for key, *parts in json.loads(_python(VERDICTS, name)):
        claim = next(c for c in BOOK.values() if str(c.key) == key)
        verdict = decide(claim, BOOK)
        assert Verdict(*parts) == verdict, key


def test_the_judge_runs_with_sympy_and_the_standard_library_alone():
    assert _python(ALONE).startswith("True (84) ∀")


def test_every_section_is_in_the_book_and_nothing_else():
    assert [c.key for section in SECTIONS for c in section.CLAIMS] == list(BOOK)


def test_a_claim_with_a_number_has_its_row_and_a_row_its_claim():
    assert set(survey_rows()) <= set(BOOK)
    assert {key for key in BOOK if isinstance(key, int)} <= set(survey_rows())
    for key in set(BOOK) - set(survey_rows()):
        lemma = BOOK[key].relation != ":=" and decide(BOOK[key], BOOK).proved
        assert lemma or users(key, BOOK), f"{key} is no row, and nothing stands on it"


def test_a_book_refuses_two_claims_of_one_key_and_a_hypothesis_that_nothing_states():
    with pytest.raises(ValueError, match="two claims for 1"):
        bound([Claim(1, "x", "x"), Claim(1, "y", "y")])
    with pytest.raises(ValueError, match=r"\(1\) stands on 'alphabar'"):
        bound([Claim(1, "x", "x", given=("alphabar",))])


@pytest.mark.parametrize(
    "make, sentence",
    [
        (lambda: Chain("markow"), "'markow' is none of the chains: markov, any, "),
        (lambda: Chain(general="paths"), "'paths' is none of the general proofs: law, means, path"),
        (lambda: Algebra(()), "name at least one"),
        (lambda: line(171, "x_t == x_0"), r"\(171\) has no relation, with spaces around it: one of =, :=, >=, ~"),
        (lambda: line(171, "x_t ∝ x_0"), "one needs the other"),
        (lambda: line(171, "x_t >= x_0"), "one needs the other"),
        (lambda: bound([line(171, "", same_as=17)]), r"\(171\) repeats 17, and no claim before it"),
    ],
)
def test_a_misspelt_claim_is_an_error_in_one_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_line_without_a_left_side_goes_on_from_the_one_before_and_a_repeated_one_is_the_same():
    first, second, again = bound([line(1, "u = v", "a"), line(2, "∝ c", wrt="u"), line(3, "", "b", same_as=2)]).values()
    assert (first.left, first.relation, first.right) == ("u", "=", "v")
    assert (second.left, second.right) == ("v", "c")
    assert again == Claim(3, "v", "c", "∝", "b", wrt="u", note="Eq. 2 again.")


def test_another_book_another_verdict_and_nothing_is_remembered():
    line = Claim("line", "u", "v*c", given=("meaning",))
    for right, proved in (("v*c", True), ("v/c", False), ("v*c", True)):
        book = bound([line, Claim("meaning", "u", right, ":=")])
        assert decide(line, book).proved is proved
