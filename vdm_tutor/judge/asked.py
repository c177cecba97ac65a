"""What a line asks for, by the room that decides it: algebra, chains, or a walk on a grid."""

import ast

from vdm_tutor.judge.in_algebra import InAlgebra
from vdm_tutor.judge.line import PLAIN, Asked, Difference, Notation, Numbers
from vdm_tutor.judge.on_chains import OnChains
from vdm_tutor.proofs import quadrature
from vdm_tutor.proofs.claim import Algebra, Chain, Claim, Grid
from vdm_tutor.proofs.polynomials import Undefined
from vdm_tutor.proofs.verdict import Verdict


class OnGrid(Asked):
    """A number that a walk on a grid has."""

    room, probes = "grid", 1

    def _numbers(self, tree: ast.expr, probe: int, reading: str) -> Numbers | None:
        try:
            return (quadrature.value(tree),)
        except Undefined:
            return None

    def agree(self, a: ast.expr, b: ast.expr, reading: str = PLAIN) -> bool:
        x, y = self.numbers(a, 0), self.numbers(b, 0)
        return x is not None and y is not None and abs(x[0] - y[0]) < quadrature.FAR

    def proves(self, tree: ast.expr, reading: str = PLAIN) -> Verdict:
        return quadrature.decide(self.truth, tree)

    def difference(self, tree: ast.expr) -> Difference:
        try:
            return Difference(self.proves(tree).why)
        except Undefined as reason:
            return Difference(str(reason), undefined=True)


def asked(claim: Claim, notation: Notation, left: tuple[str, ...] = ()) -> Asked:
    """What a claim asks for, by the way in which it is decided; `left` are further spellings of its left side."""
    return {Chain: OnChains, Grid: OnGrid, Algebra: InAlgebra}[type(claim.by)](claim, notation, left)
