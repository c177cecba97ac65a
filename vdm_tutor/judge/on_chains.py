"""A line of expectations: what it asks for, on small chains that are walked in full."""

import ast
from dataclasses import replace
from functools import cache, cached_property

from vdm_tutor.judge.line import PLAIN, Asked, Difference, Notation, Numbers
from vdm_tutor.proofs import any_length, chain
from vdm_tutor.proofs.claim import Claim
from vdm_tutor.proofs.decide import in_general
from vdm_tutor.proofs.polynomials import TooLong, Undecided, Undefined, unpaid
from vdm_tutor.proofs.tables import LONGER, WORLDS, World
from vdm_tutor.proofs.tree import substitute
from vdm_tutor.proofs.verdict import BOTH, Verdict


@cache
def _rounded(table: str) -> list[World]:
    """The worlds of a table in floating point, the smallest first, and one that is longer than all of these."""
    worlds = [*WORLDS[table](), *LONGER.get(table, list)()]
    return sorted((world.rounded() for world in worlds), key=lambda w: w.q.n_states**w.q.n_steps)


class OnChains(Asked):
    """A line of expectations: its worth at every place of small chains, in floating point and then exactly."""

    room = "chain"

    def __init__(self, claim: Claim, notation: Notation, left: tuple[str, ...] = ()):
        super().__init__(claim, notation, left)
        self._places: dict[int, list] = {}

    @cached_property
    def worlds(self) -> list[World]:
        """The chains that are long enough for the line."""
        least = any_length.least_length(self.written(self.truth))
        return [world for world in _rounded(self.claim.by.table) if world.q.n_steps >= least]

    @property
    def probes(self) -> int:
        return len(self.worlds)

    def _numbers(self, tree: ast.expr, probe: int, reading: str) -> Numbers | None:
        world = self.worlds[probe]
        if probe not in self._places:
            with unpaid():
                self._places[probe] = chain.places([self.written(self.truth)], world)
        places = self._places[probe]
        try:
            worth = chain.compiled(self.written(tree), world)
            try:
                return _column(worth, places)
            except KeyError:  # it has a variable that the line averages over
                indices = [index for at, index in places if at == places[0][0]]
                return _column(worth, [(dict(at), i) for i in indices for at in chain.every_path(world)])
        except (Undefined, KeyError, OverflowError):
            return None

    def written(self, tree: ast.expr) -> ast.expr:
        for old, new in self.notation.folded:
            tree = substitute(tree, old, new)
        return tree

    def proves(self, tree: ast.expr, reading: str = PLAIN) -> Verdict:
        truth, theirs = self.written(self.truth), self.written(tree)
        claim = replace(self.claim, relation="=", gap="")
        counted = chain.decide(claim, truth, theirs)
        if not counted.proved or not claim.by.general:
            return counted
        try:
            if in_general(claim, truth, theirs)[0]:
                return replace(counted, kind=BOTH)
        except Undefined:
            pass  # the general argument does not reach this form; enumeration has decided it
        return counted

    def difference(self, tree: ast.expr) -> Difference:
        try:
            verdict = self.proves(tree)
        except TooLong:
            raise
        except Undecided:  # no chain of this line's kind is long enough for it
            return Difference("it speaks of steps that the chain of this line has not", undefined=True)
        if verdict.proved:
            return Difference("on a longer chain than the line was decided on", undefined=True)
        return Difference(verdict.why, undefined=verdict.undefined)


def _column(worth, places: list) -> Numbers:
    """What a compiled formula is worth at each place; what depends on the index alone is worked out once for each."""
    at_index = {tuple(index.items()): worth(index) for _, index in places}
    return tuple(float(at_index[tuple(index.items())](at)) for at, index in places)
