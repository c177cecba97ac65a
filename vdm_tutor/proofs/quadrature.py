"""Where no closed form is known: the law of a Langevin walk, carried along a grid step by step, with no sampling.

The data are two narrow bells at -2 and 2, the right one of weight `share`. A step moves the whole law by the matrix of
the step's Gaussian kernel, so the only error is the grid's (a test halves its spacing).
"""

import ast
from collections.abc import Sequence
from functools import cache

from vdm_tutor.proofs.exact import Undecided, Undefined
from vdm_tutor.proofs.tree import called
from vdm_tutor.proofs.verdict import Verdict

VARIANCE, STEPS, SPAN = 0.09, 128, 9.0
FALLING = tuple(9.0 * 0.65**k for k in range(14))  # added variances: from three times the bells' distance to nothing
LEVELS = {"falling": FALLING, "rising": FALLING[::-1], "lowest": FALLING[-1:] * 14}
CLOSE, FAR = 0.01, 0.05


@cache
def right_share(added_vars: Sequence[float], share: float = 0.8, spread: float = 2.0, n_points: int = 181) -> float:
    """Where the walk of Eq. 158 ends, as the weight right of 0: `STEPS` steps at each level, starting from N(0, 9).

    `spread` times the step size is the variance of a step's noise: 2 is Eq. 158's.
    """
    import numpy as np  # here, so that what needs no walk needs no numpy

    x = np.linspace(-SPAN, SPAN, n_points)
    law = np.exp(-(x**2) / 18)
    for added in added_vars:
        var = VARIANCE + added
        bells = np.exp(-((x - np.array([[-2.0], [2.0]])) ** 2) / (2 * var)) * [[1 - share], [share]]
        score = ((np.array([[-2.0], [2.0]]) - x) * bells).sum(0) / (var * bells.sum(0))
        step = 0.05 * var
        kernel = np.exp(-((x - (x + step * score)[:, None]) ** 2) / (2 * spread * step))
        kernel /= kernel.sum(1, keepdims=True)
        for _ in range(STEPS):
            law = law @ kernel
    return float((law[x > 0].sum() + law[x == 0].sum() / 2) / law.sum())


def value(node: ast.expr) -> float:
    """The worth of `landed(falling)`, of `landed(falling, 1)` with another spread, or of a plain number."""
    match node:
        case ast.Call(args=[ast.Name(id=levels), *spread]) if called(node) == "landed" and levels in LEVELS:
            return right_share(LEVELS[levels], spread=float(spread[0].value) if spread else 2.0)
        case ast.BinOp(left=ast.Constant(value=a), op=ast.Div(), right=ast.Constant(value=b)) if b:
            return a / b
        case ast.Constant(value=number):
            return float(number)
    raise Undefined(f"{ast.unparse(node)!r} is not measured on the grid")


def decide(left: ast.expr, right: ast.expr) -> Verdict:
    """Within CLOSE they agree, beyond FAR they differ, between the two nothing is known."""
    a, b = value(left), value(right)
    if CLOSE < abs(a - b) < FAR:
        raise Undecided(f"{a:.4f} against {b:.4f}: too close to reject, too far to accept")
    same = abs(a - b) <= CLOSE
    why = f"on a grid: {a:.4f} {'and' if same else 'against'} {b:.4f}, told apart from {FAR} on"
    return Verdict(same, "quadrature", why)
