"""The engine's signatures say the truth: checked in an interpreter of its own, on lines and formulas of each kind."""

import subprocess
import sys

import pytest
from jaxtyping import TypeCheckError

from vdm_tutor.schedule import linear_beta

CHECKED = """
from jaxtyping import install_import_hook
install_import_hook(["vdm_tutor.proofs", "vdm_tutor.judge"], "tests.checked")
from tests.survey.formulas import RIGHT, WRONG
from vdm_tutor.claims import BOOK
from vdm_tutor.proofs.decide import decide, near_misses
from vdm_tutor.survey import check
for key in (8, 22, 58, 70, 86, 131, 158):
    assert decide(BOOK[key], BOOK).proved, key
    near_misses(BOOK[key], BOOK)
for key, formula, *_ in RIGHT[::16] + WRONG[::32]:
    check(formula, against=key)
"""


def test_the_engine_takes_and_gives_what_its_signatures_say():
    run = subprocess.run([sys.executable, "-c", CHECKED], capture_output=True, text=True, check=False)
    assert not run.returncode, run.stderr[-2000:]


def test_a_wrong_type_is_met_in_the_other_rooms():
    with pytest.raises(TypeCheckError):
        linear_beta("1000")
