"""The ledger: one row for each of the survey's 170 numbered equations, 16 displays and some claims of its text.

The one place where number, claim, numeric function and lessons meet.
"""

import inspect
import json
import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

from vdm_tutor.claims import BOOK, SECTIONS
from vdm_tutor.proofs.claim import Claim
from vdm_tutor.proofs.decide import decide, near_misses
from vdm_tutor.proofs.exact import Undecided
from vdm_tutor.proofs.verdict import Verdict

LESSONS = {
    "elbo": ["01_elbo"],
    "vae": ["02_vae"],
    "hvae": ["03_hvae"],
    "vdm_model": ["04_forward_process"],
    "two_decompositions": ["05_two_decompositions"],
    "forward": ["04_forward_process"],
    "posterior": ["06_posterior"],
    "kl": ["07_objective"],
    "predict_x0": ["07_objective", "08_train_and_sample"],
    "snr": ["09_noise_schedule"],
    "noise": ["10_predict_noise"],
    "score": ["11_predict_score"],
    "score_models": ["12_score_models"],
    "guidance": ["13_guidance"],
    "text_claims": ["05_two_decompositions"],
}
NUMERIC = {
    "vdm_tutor.process.q_step": (31, 59),
    "vdm_tutor.process.q_sample": (69,),
    "vdm_tutor.process.q_marginal": (70,),
    "vdm_tutor.process.posterior": (84, 85),
    "vdm_tutor.targets.x0_to_mean": (93, 94),
    "vdm_tutor.noise_level.alpha_bar_of": (113,),
    "vdm_tutor.noise_level.noise_var_of": (114,),
    "vdm_tutor.targets.eps_to_x0": (115,),
    "vdm_tutor.targets.eps_to_mean": (124, 125),
    "vdm_tutor.targets.score_to_x0": (133,),
    "vdm_tutor.targets.score_to_mean": (142, 143),
    "vdm_tutor.targets.score_to_eps": (150,),
    "vdm_tutor.targets.eps_to_score": (151,),
}
ERRATA = {
    "E1": (45,),
    "E2": (51,),
    "E3": (22,),
    "E4": ("VDM-model-U1",),
    "E5": ("VDM-fwd-U2",),
    "E6": (132, 133, 135, 142, 145, 149, 150, 151),
    "E8": (75, 84),
    "E12": (53,),
    "E13": (86,),
    "E14": (87,),
    "E15": (100,),
    "E16": ("SNR-U1",),
    "E18": ("SNR-U2",),
    "E19": (33,),
    "E19b": ("TEXT-prior",),
    "E20": (161,),
    "E21": (159,),
    "E22": (158,),
    "E24": (160,),
    "E25": (166, 168),
    "E28": (20,),
    "E33": ("TEXT-variance",),
    "E34": ("TEXT-Markov",),
}


@dataclass(frozen=True)
class Row:
    """One equation: what it is, what was decided, and by which slips the decision can be made to fail."""

    key: int | str
    section: str
    status: str
    method: str
    rule: str
    printed: str
    what_was_checked: str
    slips_that_break: list[str]
    slips_that_keep: list[str]
    lessons: list[str]
    erratum: str | None
    numeric: str | None
    seconds: float

    def as_dict(self) -> dict:
        return asdict(self)


@cache  # of a file that is shipped
def survey_rows() -> dict[int | str, dict[str, str]]:
    """What the survey prints at each number or label, in its order, and how its sides are shown where that differs."""
    found = json.loads(files("vdm_tutor.survey").joinpath("printed.json").read_text("utf-8"))
    rows = {row.pop("key"): row for row in found}
    for key in BOOK:
        if isinstance(key, int) and key not in rows:
            raise ValueError(f"claim {key} has no row in survey/printed.json")
    return rows


def find_key(text: str) -> int | str:
    """The number or label that a person typed; raises KeyError with one sentence where the survey has none such."""
    key = int(text) if text.isdecimal() and len(text) < 9 else text
    if key not in survey_rows():
        named = repr(text[:30])
        raise KeyError(f"the survey has no equation {named}: numbers run from 1 to {_last()}, displays have labels")
    return key


def _last() -> int:
    return max(key for key in survey_rows() if isinstance(key, int))


def section_of(key: int | str):
    """The module in which the claim of an equation is written."""
    return next(section for section in SECTIONS if any(c.key == key for c in section.CLAIMS))


def place_of(key: int | str) -> str:
    """File and line of the claim that decides an equation, as an editor opens them."""
    section = section_of(key)
    source = inspect.getsource(section)
    found = re.search(rf"\b(?:line|two_readings)\(\s*{re.escape(json.dumps(key))},", source)
    return f"{section.__name__.replace('.', '/')}.py:{source.count(chr(10), 0, found.end()) + 1}"


def decided_row(key: int | str) -> Row:
    """The row of an equation with its claim decided, and its near misses."""
    claim, start = BOOK[key], time.perf_counter()
    verdict, status = _verdict(claim)
    misses = near_misses(claim, BOOK) if verdict.proved else []
    section = section_of(key).__name__.rpartition(".")[2]
    return Row(
        key=key,
        section=section,
        status=status,
        method=verdict.kind if verdict.proved else "",
        rule=claim.rule,
        printed=survey_rows()[key]["printed"],
        what_was_checked=f"{verdict.why[0].upper()}{verdict.why[1:]}. {claim.note}".strip(),
        slips_that_break=list(dict.fromkeys(m.name for m in misses if m.breaks)),
        slips_that_keep=[f"{m.name}: {m.why}" for m in misses if not m.breaks],
        lessons=LESSONS[section],
        erratum=next((entry for entry, keys in ERRATA.items() if key in keys), None),
        numeric=next((function for function, keys in NUMERIC.items() if key in keys), None),
        seconds=round(time.perf_counter() - start, 3),
    )


def _verdict(claim: Claim) -> tuple[Verdict, str]:
    """The verdict and the status: what was decided on examples alone is a special case of what is shown."""
    try:
        verdict = decide(claim, BOOK)
        printed = claim.printed and decide(claim.printed, BOOK)
    except Undecided as reason:
        return Verdict(False, "", str(reason)), "undecided"
    if printed and printed.proved:
        return Verdict(False, "", "the printed form holds after all"), "rejected"
    if not verdict.proved:
        return verdict, "rejected"
    if claim.relation == ":=":
        return verdict, "definition"
    special = "special case" if verdict.kind in ("enumerated", "quadrature") else ""
    words = ["refuted" if claim.refuted else "amended" if printed else "", special]
    return verdict, ", ".join(filter(None, words)) or "checked"


def is_decided(row: Row) -> bool:
    """Whether a row says what it should: neither rejected nor undecided."""
    return row.status not in ("rejected", "undecided")


def rows() -> Iterator[Row]:
    """Every row, decided: 170 numbered equations, 16 displays, then the claims of the text. Two at a time."""
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        yield from pool.map(decided_row, survey_rows(), chunksize=6)
