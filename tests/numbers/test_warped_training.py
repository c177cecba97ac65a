"""The training of lesson 14 tells warped digits from real ones, and measures the network without a label."""

import math

import torch

from experiments.digits import CHEAP, SHIPPED, WARPED, Plan, batches_of, train
from vdm_tutor.data import digits

TINY = Plan(n_steps=3, channels=8, versions=2, share=0.5)


def test_what_has_the_label_is_warped_and_what_has_none_is_real():
    images, label = batches_of(TINY, seed=3)(torch.Generator().manual_seed(0))
    is_real = torch.cdist(images.flatten(1), digits("train")[0].flatten(1)).amin(1) == 0
    assert torch.equal(label == WARPED, ~is_real) and 10 < is_real.sum() < len(images) - 10


def test_a_real_image_has_the_label_of_none_which_measuring_uses():
    model, made = train(TINY, seed=3)
    xt = torch.randn(5, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    asked, told_warped = model.denoiser(xt, 0.0), model.denoiser.given(WARPED)(xt, 0.0)
    assert torch.equal(asked, model.denoiser.given(WARPED + 1)(xt, 0.0)) and not torch.equal(asked, told_warped)
    assert not model.denoiser.training and made["step"] == 3 and math.isfinite(made["validation"])


def test_the_plans_are_the_ones_that_lesson_and_ladder_speak_of():
    assert SHIPPED.n_steps > 4 * CHEAP.n_steps and SHIPPED.versions == 64
