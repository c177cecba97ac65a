"""The number beside each line: against enumeration in numpy that shares nothing with the evaluator."""

import itertools

import numpy as np
import pytest

from vdm_tutor.proofs.tables import markov_table
from vdm_tutor.survey import values


def _by_hand(p, q, x):
    """log p(x_0 = x) and the ELBO, from the two joint tables."""
    joint_p, joint_q = (np.zeros([t.n_states] * (t.n_steps + 1)) for t in (p, q))
    for path in itertools.product(range(q.n_states), repeat=q.n_steps + 1):
        joint_p[path], joint_q[path] = p.weights[path], q.weights[path]
    law = joint_q[x] / joint_q[x].sum()
    return np.log(joint_p[x].sum()), (law * (np.log(joint_p[x]) - np.log(law))).sum()


@pytest.mark.parametrize("n_steps, n_states, x", [(3, 3, 0), (2, 2, 1), (4, 2, 0), (2, 3, 2)])
def test_each_line_has_the_number_that_enumeration_gives(n_steps, n_states, x):
    p = markov_table(22, True, n_steps, n_states)
    q = markov_table(12, False, n_steps, n_states)
    log_p, elbo = _by_hand(p, q, x)
    assert elbo < log_p - 0.01
    for row in values(34, 58, x=x, n_steps=n_steps, n_states=n_states):
        assert row.value == pytest.approx(log_p if row.number < 37 else elbo, abs=1e-12), row.number


def test_exact_reverse_kernels_are_tight_and_the_printed_45_is_lower():
    rows = {row.number: row for row in values(34, 58, exact=True)}
    log_q = np.log(float(markov_table(12, False, 3, 3).marginal((0,))[0,]))
    assert all(row.value == pytest.approx(log_q, abs=1e-12) for row in rows.values())
    assert rows[45].printed < log_q - 0.1
    assert [n for n, row in rows.items() if row.printed is not None] == [45, 51]


def test_one_latent():
    rows = {row.number: row for row in values(1, 22)}
    assert set(rows) == set(range(1, 20)) - {2} | {22}
    assert np.log(rows[1].value) == pytest.approx(rows[5].value)
    lower = {n for n, row in rows.items() if row.value < rows[5].value - 1e-9}
    assert lower == {3, 4, 8, 16, 17, 18, 19, 22}
    assert rows[22].printed < rows[22].value
