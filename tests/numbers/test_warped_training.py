"""The training of lesson 14 tells warped digits from real ones, and measures the network without a label."""

import math

import torch

from experiments.digits import CHEAP, SHIPPED, WARPED, Plan, places, train, versions_of
from vdm_tutor.data import digits
from vdm_tutor.levels import level_index, levels

TINY = Plan(n_steps=3, channels=8, versions=2, share=0.5)


def test_version_0_is_real_and_every_other_is_warped():
    images, real = versions_of(TINY, seed=3), digits("train")[0]
    assert images.shape == (3, 1000, 1, 8, 8) and torch.equal(images[0], real)
    assert ((images[1:] != real).flatten(2).any(2).double().mean(1) > 0.99).all()
    assert torch.equal(levels(images)[level_index(images)], images)


def test_a_batch_has_its_share_of_warped_images():
    version, chosen = places(Plan(3, 8, 5, 0.75), 97, torch.Generator().manual_seed(0))
    assert set(version.tolist()) == {0, 1, 2, 3, 4, 5} and 0.6 < (version > 0).double().mean() < 0.9
    assert 0 <= chosen.min() < 20 and 76 < chosen.max() < 97


def test_a_real_image_has_the_label_of_none_which_measuring_uses():
    model, made = train(TINY, seed=3)
    xt = torch.randn(5, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    asked, told_warped = model.denoiser(xt, 0.0), model.denoiser.given(WARPED)(xt, 0.0)
    assert torch.equal(asked, model.denoiser.given(WARPED + 1)(xt, 0.0)) and not torch.equal(asked, told_warped)
    assert not model.denoiser.training and made["step"] == 3 and math.isfinite(made["validation"])


def test_the_plans_are_the_ones_that_lesson_and_ladder_speak_of():
    assert SHIPPED.n_steps > 4 * CHEAP.n_steps and SHIPPED.versions == 64
