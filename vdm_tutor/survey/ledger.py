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
from vdm_tutor.proofs.decide import Verdict, decide, near_misses

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
    "E6": (132, 133, 142, 149, 150, 151),
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
    rows = json.loads(files("vdm_tutor.survey").joinpath("equations.json").read_text("utf-8"))
    return {row.pop("key"): row for row in rows}


def find_key(text: str) -> int | str:
    """The number or label that a person typed; raises KeyError with one sentence where the survey has none such."""
    key = int(text) if text.isdigit() else text
    if key not in survey_rows():
        raise KeyError(f"the survey has no equation {key}: numbers run from 1 to {_last()}, displays have labels")
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
    verdict = decide(claim, BOOK)
    if not verdict.proved:
        raise AssertionError(f"({key}) is rejected: {verdict.why}")
    misses = near_misses(claim, BOOK)
    section = section_of(key).__name__.rpartition(".")[2]
    return Row(
        key=key,
        section=section,
        status=_status(claim),
        method=verdict.kind,
        rule=claim.rule,
        printed=survey_rows()[key]["printed"],
        what_was_checked=_checked(claim, verdict),
        slips_that_break=list(dict.fromkeys(m.name for m in misses if m.breaks)),
        slips_that_keep=[f"{m.name}: {m.why}" for m in misses if not m.breaks],
        lessons=LESSONS[section],
        erratum=next((entry for entry, keys in ERRATA.items() if key in keys), None),
        numeric=next((function for function, keys in NUMERIC.items() if key in keys), None),
        seconds=round(time.perf_counter() - start, 3),
    )


def _checked(claim: Claim, verdict: Verdict) -> str:
    """What was done, in the engine's own words, and what the claim adds to them."""
    return f"{verdict.why[0].upper()}{verdict.why[1:]}. {claim.note}".strip()


def _status(claim: Claim) -> str:
    if claim.printed is not None and decide(claim.printed, BOOK).proved:
        raise AssertionError(f"({claim.key}): the printed form holds after all")
    if claim.status:
        return claim.status
    if claim.printed is not None:
        return "amended"
    return "definition" if claim.relation == ":=" else "checked"


def rows() -> Iterator[Row]:
    """Every row, decided: 170 numbered equations, 16 displays, then the claims of the text. Two at a time."""
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        yield from pool.map(decided_row, survey_rows(), chunksize=6)
