"""The autoregressive network is a law: a pixel hears of those before it, of all of them, and of no other."""

import torch

from experiments.autoregressive import PixelNet
from vdm_tutor.data import digits
from vdm_tutor.levels import levels


def some_network() -> PixelNet:
    """Its blocks do something: at first they only pass on."""
    torch.manual_seed(3)
    network = PixelNet(channels=8, n_blocks=2).eval()
    for weight in network.parameters():
        torch.nn.init.normal_(weight, std=0.3)
    return network


@torch.no_grad()
def test_a_pixel_hears_of_all_pixels_before_it_and_of_no_other():
    network, image = some_network(), digits("train")[0][:1]
    one = torch.eye(64).reshape(64, 1, 8, 8) == 1  # in row j pixel j is another
    images = torch.cat([image, torch.where(one, torch.where(image == 0.375, -0.5, 0.375), image)])
    logits = network(images, torch.zeros(65, dtype=torch.bool)).flatten(1, 3)
    moved = (logits[1:] - logits[0]).abs().amax(-1)  # [pixel changed, pixel asked]
    assert (moved.tril() < 1e-5).all()
    later = torch.ones(64, 64).triu(1).bool()
    assert (moved[later] > 1e-5).all()


@torch.no_grad()
def test_the_last_pixels_chances_add_up_to_one():
    """Summed over the last pixel, what is left is the law of the others: the factors are the chain rule's."""
    network, image = some_network(), digits("train")[0][:1]
    images = image.repeat(17, 1, 1, 1)
    images[:, 0, 7, 7] = levels(images)
    others = network(image, torch.zeros(1, dtype=torch.bool)).log_softmax(-1).flatten(1, 3)[0, :63]
    index = ((image.flatten(1)[0, :63] + 1) * 8).long()
    expected = others.gather(1, index[:, None]).sum()
    torch.testing.assert_close(network.log_prob(images).logsumexp(0), expected, atol=1e-4, rtol=0)


@torch.no_grad()
def test_it_is_measured_as_on_real_images():
    network, images = some_network(), digits("train")[0][:5]
    real, warped = torch.zeros(5, dtype=torch.bool), torch.ones(5, dtype=torch.bool)
    assert torch.equal(network.log_prob(images), network.log_prob(images, real))
    assert not torch.equal(network.log_prob(images), network.log_prob(images, warped))
