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

LESSONS = {
    "ELBO": ["01_elbo"], "VAE": ["02_vae"], "HVAE": ["03_hvae"], "VDM-M": ["04_forward_process"],
    "VDM-C": ["05_two_decompositions"], "VDM-D": ["05_two_decompositions"], "VDM-F": ["04_forward_process"],
    "VDM-P": ["06_posterior"], "VDM-K": ["07_objective"], "VDM-X": ["07_objective", "08_train_and_sample"],
    "NOISE": ["09_noise_schedule"], "EPS": ["10_predict_noise"], "SCORE": ["11_predict_score"],
    "SGM": ["12_score_models"], "GUIDE": ["13_guidance"], "TEXT": ["05_two_decompositions"],
}  # fmt: skip
NUMERIC = {
    31: "vdm_tutor.process.q_step", 59: "vdm_tutor.process.q_step", 69: "vdm_tutor.process.q_sample",
    70: "vdm_tutor.process.q_marginal", 84: "vdm_tutor.process.posterior", 85: "vdm_tutor.process.posterior",
    93: "vdm_tutor.targets.x0_to_mean", 94: "vdm_tutor.targets.x0_to_mean", 113: "vdm_tutor.noise_level.alpha_bar_of",
    114: "vdm_tutor.noise_level.noise_var_of", 115: "vdm_tutor.targets.eps_to_x0",
    124: "vdm_tutor.targets.eps_to_mean", 125: "vdm_tutor.targets.eps_to_mean", 133: "vdm_tutor.targets.score_to_x0",
    142: "vdm_tutor.targets.score_to_mean", 143: "vdm_tutor.targets.score_to_mean",
    150: "vdm_tutor.targets.score_to_eps", 151: "vdm_tutor.targets.eps_to_score",
}  # fmt: skip
ERRATA = {
    45: "E1", 51: "E2", 22: "E3", "VDM-model-U1": "E4", "VDM-fwd-U2": "E5", 132: "E6", 133: "E6", 142: "E6", 149: "E6",
    150: "E6", 151: "E6", 75: "E8", 84: "E8", 86: "E13", 87: "E14", 100: "E15", "SNR-U1": "E16", "SNR-U2": "E18",
    33: "E19", "TEXT-prior": "E19b", "TEXT-variance": "E33", "TEXT-Markov": "E34",
    161: "E20", 159: "E21", 158: "E22", 160: "E24", 166: "E25", 168: "E25", 20: "E28", 53: "E12",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One equation: what it is, what was decided, and by which slips the decision can be made to fail."""

    number: int | None
    label: str
    section: str
    kind: str
    status: str
    method: str
    rule: str
    statement: str
    what_was_checked: str
    slips_that_break: list[str]
    slips_that_keep: list[str]
    lessons: list[str]
    erratum: str | None
    numeric: str | None
    seconds: float

    def as_dict(self) -> dict:
        return asdict(self)


@cache
def survey_rows() -> list[dict]:
    """The survey's rows, in its order: number (or None), label, section, statement, rule, notes."""
    return json.loads(files("vdm_tutor.survey").joinpath("equations.json").read_text("utf-8"))["equations"]


def find_row(key: int | str) -> dict:
    """The survey's row with this number or label; raises KeyError with one sentence where there is none."""
    for row in [*survey_rows(), *text_rows()]:
        if key in (row["number"], row["label"]):
            return row
    raise KeyError(f"the survey has no equation {key}: numbers run from 1 to 170, displays have labels")


def place_of(key: int | str) -> str:
    """File and line of the claim that decides an equation, as an editor opens them."""
    written = re.compile(rf"(?<!pointwise)\(\s*{re.escape(json.dumps(key))},")
    for section in SECTIONS:
        source = inspect.getsource(section)
        if found := written.search(source):
            return f"{section.__name__.replace('.', '/')}.py:{source.count(chr(10), 0, found.end()) + 1}"
    raise KeyError(f"no claim decides equation {key} yet")


def decided_row(row: dict) -> Row:
    """The row with its claim decided, and its near misses."""
    key = row["number"] or row["label"]
    claim = BOOK.get(key)
    start = time.perf_counter()
    status, method, kept, broken = "unchecked", "", [], []
    if claim is not None:
        verdict = decide(claim, BOOK)
        if not verdict.proved:
            raise AssertionError(f"({key}) is rejected: {verdict.why}")
        method, status = verdict.kind, _status(claim)
        misses = near_misses(claim, BOOK)
        broken = [m.name for m in misses if m.breaks]
        kept = [f"{m.name}: {m.why}" for m in misses if not m.breaks]
    return Row(
        row["number"], row["label"], row["section"], _kind(row), status, method,
        row["rule"], row["statement"], claim.checked if claim else "", list(dict.fromkeys(broken)), kept,
        LESSONS.get(row["section"], []), ERRATA.get(key), NUMERIC.get(key), round(time.perf_counter() - start, 3),
    )  # fmt: skip


def _kind(row: dict) -> str:
    if row["number"]:
        return "numbered"
    return "text" if row["section"] == "TEXT" else "display"


def _status(claim: Claim) -> str:
    if claim.printed is not None:
        verdict = decide(claim.printed, BOOK)
        if verdict.proved:
            raise AssertionError(f"({claim.key}): the printed form holds after all")
        return "refuted" if claim.refuted else "amended"
    return "definition" if claim.relation == ":=" else "checked"


def text_rows() -> list[dict]:
    """The third list: claims that the survey makes in its prose."""
    texts = {key: c for key, c in BOOK.items() if str(key).startswith("TEXT")}
    return [{"number": None, "label": k, "section": "TEXT", "statement": c.rule, "rule": ""} for k, c in texts.items()]


def rows() -> Iterator[Row]:
    """Every row, decided: 170 numbered equations, 16 displays, then the claims of the text. Two at a time."""
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        yield from pool.map(decided_row, [*survey_rows(), *text_rows()], chunksize=6)
