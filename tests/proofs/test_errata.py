"""Each entry of ERRATA.md, established again."""

import contextlib
import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vdm_tutor.claims import BOOK
from vdm_tutor.proofs.decide import decide, near_misses
from vdm_tutor.survey import values

PAGE = (Path(__file__).parents[2] / "ERRATA.md").read_text("utf-8")
REJECTED = {"E1": [45], "E2": [51], "E3": [22], "E6": [132, 133, 135, 142, 149, 150, 151], "E19b": ["TEXT-prior"],
            "E25": [166, 168], "E34": ["TEXT-Markov"]}  # fmt: skip
NEEDED = {"E5": (64, "VDM-fwd-U2"), "E14": (87, "Sigma_theta"), "E16": (109, "mean of (70)")}
HOLDS = [
    "VDM-model-U1",
    75,
    84,
    76,
    46,
    40,
    54,
    86,
    "SNR-U2",
    112,
    148,
    157,
    158,
    159,
    160,
    161,
    100,
    "TEXT-variance",
    20,
]


def _run(code: str) -> tuple[dict, str]:
    """A script of the page as a reader would run it: its names, and what it printed."""
    names, out = {}, io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, names)
    return names, out.getvalue()


SCRIPTS = re.findall(r"```python\n(.*?)```", PAGE, re.S)


@pytest.fixture(scope="module")
def script():
    """The script of E1."""
    return _run(SCRIPTS[0])


@pytest.mark.parametrize("entry", REJECTED)
def test_the_printed_form_is_rejected_and_the_mended_one_holds(entry):
    assert f"| {entry} |" in PAGE or f"### {entry}." in PAGE
    for key in REJECTED[entry]:
        assert not decide(BOOK[key].printed, BOOK).proved
        assert decide(BOOK[key], BOOK).proved


@pytest.mark.parametrize("entry", NEEDED)
def test_the_unsaid_hypothesis_is_needed(entry):
    key, name = NEEDED[entry]
    claim = BOOK[key]
    assert decide(claim, BOOK).proved
    assert not decide(replace(claim, given=tuple(g for g in claim.given if g != name)), BOOK).proved


@pytest.mark.parametrize("key", HOLDS)
def test_the_reading_that_holds_holds(key):
    assert decide(BOOK[key], BOOK).proved


def test_e1_numbers_on_the_page(script):
    _, printed = script
    assert printed == "(44) - (45): 0.11 to 2.57, mean 0.67 nats\n5 % and 95 %: 0.2 1.4\n"
    assert "0.11 to 2.57 nats, 0.67 on average" in PAGE and "between 0.20 and 1.40" in PAGE


def test_the_other_scripts_print_what_the_page_says():
    assert len(SCRIPTS) == 3
    assert _run(SCRIPTS[1])[1] == "(44) - (45): 984 nats a dimension\n" and "984 nats a dimension" in PAGE
    assert _run(SCRIPTS[2])[1] == "first form:  1.96 nats\nsecond form: 2.0e-05 nats\n"


def test_every_entry_is_on_the_page_or_dropped_with_its_reason():
    entries = {f"E{n}" for n in range(1, 36)} | {"E1b", "E19b"}
    assert all(f"| {e} |" in PAGE or f"### {e}." in PAGE or f"Dropped: {e}," in PAGE for e in entries)


def test_e21_numbers_on_the_page():
    measured = [near for near in near_misses(BOOK["SGM-U2"], BOOK) if near.name.startswith("one noise level")]
    assert "0.7920" in decide(BOOK["SGM-U2"], BOOK).why and "0.5063" in measured[0].why
    assert "chance 0.51 where its weight is 0.8; annealed, 0.79" in PAGE


def test_e1_random_kernels_exceed_the_elbo_but_never_log_p(script):
    names, _ = script
    rng, above = np.random.default_rng(1), 0
    for _ in range(2000):
        start, Q = names["chain"](rng)
        prior, P = names["chain"](rng)
        e44, e45 = names["both_sides"](start, Q, P, prior, 0)
        log_p = np.log(np.einsum("c,cb,ba,a->", prior, P[2], P[1], P[0][:, 0]))
        assert e44 <= log_p and e45 <= log_p
        above += e45 > e44
    assert above == 994 and "994 of 2000" in PAGE


@pytest.mark.parametrize("n_steps", [2, 4])
def test_e1b_holds_for_other_lengths(n_steps):
    """(45) as printed is never above log p, and is above the ELBO of some models."""
    above = 0
    for seed in range(20):
        (log_p,), (line,) = (values(n, n, n_steps=n_steps, n_states=2, seed=seed) for n in (34, 45))
        assert line.printed <= log_p.value
        above += line.printed > line.value
    assert 0 < above < 20


def _entropy(joint):
    """H(row | column) of a joint table."""
    return -(joint * np.log(joint / joint.sum(0))).sum()


def test_e1b_the_identity_behind_the_bound(script):
    """(45) = ELBO of r~ - information - excess entropies, each of the latter non-negative."""
    names, _ = script
    rng = np.random.default_rng(7)
    for _ in range(50):
        start, Q = names["chain"](rng)
        prior, P = names["chain"](rng)
        _, e45 = names["both_sides"](start, Q, P, prior, 0)
        q1 = Q[0][0]
        q2, q3 = q1 @ Q[1], q1 @ Q[1] @ Q[2]
        r1 = np.outer(q1, q2)  # x_1 and x_2, independent given the fixed x_0
        r2 = np.einsum("a,ab,ac->bc", q1, Q[1], Q[1] @ Q[2])  # x_2 and x_3, independent given x_1
        path = np.einsum("ab,bc->abc", r1 / r1.sum(0), r2)  # r~(x_1, x_2, x_3): down by r_t(x_t | x_{t+1})
        log_p = np.log(np.einsum("c,cb,ba,a->abc", prior, P[2], P[1], P[0][:, 0]))
        elbo = (path * (log_p - np.log(path))).sum()
        steps = [-(q1 * np.log(q1)).sum(), -(q1[:, None] * Q[1] * np.log(Q[1])).sum()]
        excess = [_entropy(r1) - steps[0], _entropy(r2) - steps[1]]
        information = (q2[:, None] * Q[2] * np.log(Q[2] / q3)).sum()
        assert abs(e45 - (elbo - information - sum(excess))) < 1e-10
        assert information >= 0 and min(excess) > -1e-12
        assert elbo <= np.log(np.einsum("c,cb,ba,a->", prior, P[2], P[1], P[0][:, 0]))


def test_e1_gaussian_closed_form_by_simulation_free_algebra():
    """Covariances of the Gaussian chain give both lines; their difference is the closed form, 984 for T = 1000."""
    beta = np.linspace(1e-4, 0.02, 1000)
    alpha = 1 - beta
    loss = (alpha[1:] * (1 - alpha[:-1]) / (1 - alpha[1:])).sum()
    assert round(loss) == 984
    # one t, from scratch: E[log N(x_t; m x_{t+1}, s2)] under q, and with x_t, x_{t+1} independent given x_{t-1} = 0
    a, b, slope, s2 = 0.7, 0.6, 0.4, 0.3
    cov = np.array([[1 - a, np.sqrt(b) * (1 - a)], [np.sqrt(b) * (1 - a), b * (1 - a) + 1 - b]])
    apart = np.diag(np.diag(cov))
    weights = np.array([1, -slope])
    difference = -(weights @ cov @ weights - weights @ apart @ weights) / (2 * s2)
    assert abs(difference - slope * np.sqrt(b) * (1 - a) / s2) < 1e-12


def test_e19_and_e19b_numbers():
    alpha = 1 - np.linspace(1e-4, 0.02, 1000)
    alpha_bar = alpha.prod()
    assert f"{-0.5 * np.log(1 - alpha[-1]):.2f}" == "1.96" and "1.96" in PAGE
    assert f"{0.5 * (alpha_bar - alpha_bar - np.log(1 - alpha_bar)):.1e}" == "2.0e-05" and "2.0e-5" in PAGE
