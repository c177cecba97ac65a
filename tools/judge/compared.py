"""Whether a formula says what a line says, by numbers of our own; and which lines they reach."""

import ast
from collections.abc import Iterator

import numpy as np

from tools.judge import own_numbers, own_tables
from tools.judge.own_numbers import NoValue
from vdm_tutor.judge.naming import understood
from vdm_tutor.proofs.claim import Chain
from vdm_tutor.proofs.lexing import Unreadable
from vdm_tutor.proofs.quantities import NOISE
from vdm_tutor.proofs.tree import called, parse, places, quantities, same, substitute, text_of
from vdm_tutor.survey.check import COORDINATEWISE, asked_by

TOLERANCE = 1e-6
SEEDS = (1, 2, 3, 4)


def worth(claim, tree: ast.expr, seed: int, relation: str = "=") -> np.ndarray | None:
    """What a side of a claim is worth at a place; None where these rules do not reach it."""
    try:
        with np.errstate(all="ignore"):
            found = (
                own_tables.worth(claim, tree, seed)
                if isinstance(claim.by, Chain)
                else own_numbers.worth(claim, tree, seed, relation)
            )
    except (NoValue, KeyError, ValueError, TypeError, ZeroDivisionError, OverflowError, np.linalg.LinAlgError):
        return None
    return np.asarray(found) if np.all(np.isfinite(found)) else None


def differ(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two worths are told apart by far more than rounding."""
    return a.shape != b.shape or bool(np.any(abs(a - b) > TOLERANCE * (1 + abs(a) + abs(b))))


def meant(tree: ast.expr, key: int | str) -> ast.expr:
    """A formula as `check` takes it: the line's one noise under its usual letter, squares coordinate by coordinate."""
    noises = quantities(asked_by(key).truth) & set(NOISE)
    if len(noises) == 1 and "eps" in quantities(tree):
        tree = substitute(tree, parse("eps"), parse(*noises))
    for old, new in COORDINATEWISE.get(key, ()):
        tree = substitute(tree, parse(old), parse(new))
    return tree


def refuted(tree: ast.expr, key: int | str) -> bool | None:
    """Whether numbers of our own tell a formula from the line's; None where they have nothing to say."""
    ask, said = asked_by(key), False
    for seed in SEEDS:
        ours = worth(ask.claim, ask.truth, seed, ask.relation)
        theirs = worth(ask.claim, meant(tree, key), seed, ask.relation)
        if ours is not None and theirs is not None:
            said = True
            if differ(ours, theirs):
                return True
    return False if said else None


def readable(tree: ast.expr, key: int | str) -> bool:
    ask = asked_by(key)
    try:
        return same(understood(text_of(tree), ask.room, quantities(ask.truth) | ask.names), tree)
    except Unreadable:
        return False


def rewritable(tree: ast.expr) -> Iterator[tuple]:
    """The places that may be written anew: not what only says which variable a density, a slope or a sum is about."""
    loops = {id(n.args[0]) for n in ast.walk(tree) if called(n) in ("sum", "prod", "mean") and len(n.args) == 4}
    for path, node in places(tree):
        fixed = id(node) in loops or any(name in ("func", "slice") for name, _ in path)
        if not fixed and not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)):
            yield path, node
