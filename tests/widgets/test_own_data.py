"""Drawn data: the kernel's answer is the exact denoiser's, its error that of the best guess, and it is quick."""

import math

import pytest
import torch

from vdm_tutor.data import mixture_from_points
from vdm_tutor.widgets import OwnData
from vdm_tutor.widgets.own_data import LEVELS, SCHEDULE, START, STD, walk

PLACES = [[0.3, -1.1], [1.5, 0.4], [-0.9, 0.8], [-1.0, -0.2]]


def best_guess(xt: torch.Tensor, log_snr: float) -> tuple[torch.Tensor, torch.Tensor]:
    """E[x0|xt] and the trace of Cov(x0|xt) for four heaps, by sums over a fine grid of x_0."""
    axis = torch.linspace(-2.6, 2.6, 209, dtype=torch.float64)
    x0, places = torch.cartesian_prod(axis, axis), torch.tensor(PLACES, dtype=torch.float64)
    prior = torch.logsumexp(-torch.cdist(x0, places).square() / (2 * STD**2), 1)
    signal, noise_var = 1 / (1 + math.exp(-log_snr)), 1 / (1 + math.exp(log_snr))
    weight = (prior - torch.cdist(xt, signal**0.5 * x0).square() / (2 * noise_var)).softmax(1)
    mean = weight @ x0
    return mean, (weight * torch.cdist(mean, x0).square()).sum(1)


def test_the_answer_is_the_best_guess_and_its_error_at_every_other_level():
    (xt, x0_hat, left), drawn = walk(PLACES), mixture_from_points(torch.tensor(PLACES), STD)
    for i in range(0, 20, 4):
        mean, error = best_guess(xt[i, :40], LEVELS[i])
        torch.testing.assert_close(x0_hat[i, :40], mean, atol=1e-6, rtol=0)
        torch.testing.assert_close(drawn.x0_var(xt[i, :40], LEVELS[i]), error, atol=1e-6, rtol=0)
    assert left[-1] == 0 and left == sorted(left, reverse=True)


def test_the_walk_ends_in_heaps_at_the_points_by_their_shares():
    end = walk(PLACES)[0][-1]
    distance, nearest = torch.cdist(end, torch.tensor(PLACES, dtype=torch.float64)).min(1)
    assert distance.max() < 5 * STD and nearest.bincount(minlength=4).min() > 0.15 * len(end)


def test_the_levels_are_the_schedules_from_noise_to_data():
    assert LEVELS[0] == SCHEDULE.log_snr_min and LEVELS[-1] == math.inf and LEVELS == sorted(LEVELS)


def test_moving_a_point_changes_the_frames_and_says_of_which_places_they_are():
    widget = OwnData()
    before = widget.frames
    widget.places = PLACES
    assert widget.frames != before and widget.told["places"] == PLACES and len(widget.told["error"]) == len(LEVELS)
    assert widget.told["error"][12] == f"{walk(PLACES)[2][12]:.3f}"


@pytest.mark.parametrize("places", [[], [[0, 9]], [[0, 1, 2]], [[0, math.nan]], [[0, 0]] * 25, [3]])
def test_places_that_are_none_are_refused_and_the_old_ones_kept(places):
    widget = OwnData()
    with pytest.raises(ValueError, match="places are 1 to 24 pairs of numbers from -3 to 3"):
        widget.places = places
    assert widget.places == [list(each) for each in START]


def test_without_a_kernel_there_are_words_and_a_picture():
    data, metadata = OwnData()._repr_mimebundle_()
    assert data["text/plain"] == "OwnData(3 points)" and len(data["image/png"]) > 5000
    assert metadata["image/png"]["alt"] == "film strip of OwnData(3 points)"
