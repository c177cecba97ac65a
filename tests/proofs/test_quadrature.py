"""The walk on a grid: the grid is fine enough, its kernel is Eq. 158's, and it stays where a closed form says."""

import ast

import pytest

from vdm_tutor.proofs.exact import Undecided, Undefined
from vdm_tutor.proofs.quadrature import FALLING, LEVELS, decide, right_share, value


@pytest.mark.parametrize("levels", LEVELS)
def test_a_grid_twice_as_fine_says_the_same(levels):
    assert right_share(LEVELS[levels]) == pytest.approx(right_share(LEVELS[levels], n_points=361), abs=5e-4)


def test_weights_that_are_mirrored_land_mirrored():
    assert right_share(FALLING, share=0.5) == pytest.approx(0.5, abs=1e-9)
    assert right_share(FALLING, share=0.3) + right_share(FALLING, share=0.7) == pytest.approx(1, abs=1e-9)


def test_annealing_finds_other_weights_too_and_the_lowest_level_finds_none():
    for share in (0.3, 0.65, 0.9):
        assert right_share(FALLING, share=share) == pytest.approx(share, abs=0.015)
        assert right_share(LEVELS["lowest"], share=share) == pytest.approx(0.5, abs=0.01)


def test_between_close_and_far_nothing_is_known():
    def tree(text):
        return ast.parse(text, mode="eval").body

    assert decide(tree("4/5"), tree("landed(falling)")).proved
    assert not decide(tree("4/5"), tree("landed(lowest)")).proved
    with pytest.raises(Undecided):
        decide(tree("41/50"), tree("landed(falling)"))
    with pytest.raises(Undefined):
        value(tree("landed(sideways)"))
