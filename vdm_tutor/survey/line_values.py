"""The number beside each line: what the survey's lines of expectations are worth on one small chain that is all known.

On rational tables every expectation is a finite sum, so the numbers are exact up to their last rounding.
"""

from typing import NamedTuple

from vdm_tutor.claims import BOOK, find
from vdm_tutor.proofs import chain
from vdm_tutor.proofs.claim import Chain, Claim
from vdm_tutor.proofs.decide import sides
from vdm_tutor.proofs.exact import Undefined
from vdm_tutor.proofs.tables import World, any_table, drawn_table, markov_table


class LineValue(NamedTuple):
    """What the right side of one line is worth; `printed` is the survey's own form's, where that one is wrong."""

    number: int
    value: float
    printed: float | None = None


def values(
    first: int, last: int, exact: bool = False, x: int = 0, n_steps: int = 3, n_states: int = 3, seed: int = 12
) -> list[LineValue]:
    """The worth of the lines first..last at one observed x, in nats (Eqs. 1 and 2: a probability).

    The law q of the noising path is a random Markov chain; the model p is another one, run backwards, or, where
    `exact`, the same law, so that its reverse kernels are the true ones and the bound is tight. Eqs. 1-22 have one
    latent z in place of the path. A line that holds point by point and has no one number (46, 71) is left out.
    """
    column = []
    for number in range(first, last + 1):
        claim = find(number)
        if not isinstance(claim.by, Chain):
            continue
        world = _world(claim.by.table, exact, n_steps, n_states, seed)
        worth = _worth(claim, world, x)
        if worth is not None:
            column.append(LineValue(number, worth, claim.printed and _worth(claim.printed, world, x)))
    return column


def _world(table: str, exact: bool, n_steps: int, n_states: int, seed: int) -> World:
    if table in ("one latent", "draws"):
        p, q = any_table(seed + 1, 1, n_states), any_table(seed + 5, 1, n_states)
        p, q = (drawn_table(pair, 3) for pair in (p, q)) if table == "draws" else (p, q)
    else:
        p = markov_table(seed + 10, True, n_steps, n_states)
        q = markov_table(seed, False, n_steps, n_states)
    return World(q, q) if exact else World(p, q)


def _worth(claim: Claim, world: World, x: int) -> float | None:
    try:
        return float(chain.evaluate(sides(claim, BOOK)[1], world, {0: x}, {"T": world.q.n_steps, "L": world.q.n_steps}))
    except (KeyError, Undefined):
        return None
