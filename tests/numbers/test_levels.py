"""The 17 levels of a pixel, what a noisy pixel says of them, and the law of pixels on them."""

import torch

from tests.numbers.helpers import randn
from vdm_tutor.data import digits
from vdm_tutor.levels import LevelsLaw, level_index, level_logits, levels

LEVELS = levels(torch.zeros(()))


def test_the_digits_are_on_the_levels():
    images = digits("train")[0]
    assert len(LEVELS) == 17 and (LEVELS[0], LEVELS[-1]) == (-1, 1)
    assert torch.equal(LEVELS[level_index(images)], images)
    assert torch.equal(levels(images.double()), LEVELS.double())


def test_level_logits_take_one_level_per_image(generator):
    xt = torch.randn(3, 1, 2, 2, generator=generator)
    log_snr = torch.tensor([-1.0, 0.5, 3.0], dtype=torch.float64)
    together = level_logits(xt, log_snr)
    apart = torch.cat([level_logits(xt[i : i + 1], log_snr[i].item()) for i in range(3)])
    torch.testing.assert_close(together, apart)


def test_levels_law_sums_to_one_and_draws_what_it_says(generator):
    logits = randn(1, 1, 2, 3, 17, generator=generator)
    law = LevelsLaw(logits=logits)
    every = LEVELS.double().view(17, 1, 1, 1, 1).expand(17, 1, 1, 2, 3)
    probs = torch.stack([law.log_prob(x) for x in every]).exp()
    torch.testing.assert_close(probs.sum(0), torch.ones(1, 1, 2, 3, dtype=torch.float64))
    draws = torch.cat([LevelsLaw(logits=logits.expand(100, -1, -1, -1, -1)).draw(generator) for _ in range(200)])
    assert set(draws.unique().tolist()) <= set(LEVELS.tolist())
    for level in (0, 7, 16):
        share = (draws == LEVELS[level]).double()[:, 0].mean(0)
        se = (probs[level][0, 0] * (1 - probs[level][0, 0]) / len(draws)).sqrt()
        assert ((share - probs[level][0, 0]).abs() < 5 * se).all()


def test_a_draw_is_that_of_torch():
    """The draw that asks nothing takes the same numbers from the stream as torch.multinomial, and gives the same."""
    law = LevelsLaw(logits=torch.randn(97, 1, 2, 3, 17, generator=torch.Generator().manual_seed(5)))
    index = torch.multinomial(law.probs.flatten(0, -2), 1, generator=torch.Generator().manual_seed(7))
    assert torch.equal(law.draw(torch.Generator().manual_seed(7)), LEVELS[index].reshape(97, 1, 2, 3))
