"""Warped digits lie on the levels, stand at full height, and come from bitmaps that count to the real ones."""

import torch

from vdm_tutor.bitmaps import bitmaps_of, blur, images_of, warped
from vdm_tutor.data import digits
from vdm_tutor.levels import level_index, levels

IMAGES = digits("train")[0][:53]
BITMAPS = bitmaps_of(IMAGES)


def test_the_bitmaps_count_to_the_images():
    assert set(BITMAPS.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(images_of(BITMAPS), IMAGES)


def test_any_image_on_the_levels_has_such_a_bitmap(generator):
    """Even pure noise: no count is lost to the smoothing."""
    noise = levels(torch.zeros(()))[torch.randint(17, (7, 1, 8, 8), generator=generator)]
    assert torch.equal(images_of(bitmaps_of(noise)), noise)


def edges(bitmaps):
    """How often neighbouring cells differ, over all bitmaps."""
    return (bitmaps.diff(dim=2).abs().sum() + bitmaps.diff(dim=3).abs().sum()).item()


def test_their_strokes_are_smooth(generator):
    """The same counts with their ones thrown anywhere in each block have more than twice the edges."""
    counts = ((IMAGES + 1) * 8).round().reshape(-1, 1, 64)
    anywhere = torch.rand(len(IMAGES), 16, 64, generator=generator).argsort(dim=1).argsort(dim=1)
    thrown = torch.nn.functional.fold((anywhere < counts).float(), (32, 32), 4, stride=4)
    assert torch.equal(images_of(thrown), IMAGES)
    assert edges(BITMAPS) < edges(thrown) / 2


def test_warped_images_lie_on_the_levels_and_fill_their_height(generator):
    images = warped(BITMAPS, generator)
    assert images.shape == IMAGES.shape
    assert torch.equal(levels(images)[level_index(images)], images)
    filled = (images.amax(3) > -1).all(2).double().mean()
    assert filled > 0.95


def test_they_are_others_but_of_the_same_kind(generator):
    """Nearer to their original than to most other digits, not equal to it, and with as much ink."""
    images = warped(BITMAPS, generator)
    distance = torch.cdist(images.flatten(1), IMAGES.flatten(1))
    own = distance.diagonal()
    assert (own > 0).all() and own.median() < 0.75 * distance.median()
    assert abs(images.mean() - IMAGES.mean()) < 0.05
    middle = lambda x: ((x + 1).sum((1, 2)) * torch.arange(8)).sum(1) / (x + 1).sum((1, 2, 3))  # noqa: E731
    assert (middle(images) - middle(IMAGES)).mean().abs() < 0.2  # columns: not moved to a side


def test_the_same_generator_gives_the_same_images_and_another_gives_others():
    first, again, other = (warped(BITMAPS[:5], torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_a_blur_keeps_the_ink_and_spreads_it_as_far_as_it_says():
    point = torch.zeros(1, 1, 21, 21)
    point[0, 0, 10, 10] = 1
    soft = blur(point, 1.3)[0, 0]
    place = torch.arange(21.0) - 10
    torch.testing.assert_close(soft.sum(), torch.ones(()))
    assert abs((soft.sum(0) * place**2).sum().sqrt() - 1.3) < 0.02
