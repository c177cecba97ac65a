"""Networks keep the denoisers' contract and what their construction promises."""

import pytest
import torch

from vdm_tutor.data import digits, ring
from vdm_tutor.denoiser import MLP, ConditionalConvNet, ConditionalMLP, ConvNet, ExactDenoiser, level_features
from vdm_tutor.guidance import Classifier
from vdm_tutor.levels import levels
from vdm_tutor.process import q_sample

LEVELS = levels(torch.zeros(()))


def test_exact_denoiser_is_the_conditional_mean(generator):
    xt = torch.randn(7, 2, generator=generator)
    torch.testing.assert_close(ExactDenoiser(ring())(xt, 0.3), ring().x0_mean(xt, 0.3))


def test_mlp_turns_its_v_into_x0(generator):
    torch.manual_seed(0)
    net, xt = MLP(dim=3), torch.randn(5, 3, generator=generator)
    log_snr = torch.linspace(-6, 9, 5, dtype=torch.float64)
    alpha_bar = torch.sigmoid(log_snr).float()[:, None]
    by_hand = alpha_bar.sqrt() * xt - (1 - alpha_bar).sqrt() * net.output(xt, log_snr)
    torch.testing.assert_close(net(xt, log_snr), by_hand)


def test_the_level_scales_and_shifts_every_layer_of_the_mlp(generator):
    """Against the same network written out, with modulations that are not at their first value of zero."""
    torch.manual_seed(0)
    net, xt, level = MLP(dim=3, width=5, depth=2), torch.randn(7, 3, generator=generator), torch.linspace(-6, 9, 7)
    torch.nn.init.normal_(net.modulation.weight, generator=generator)
    first_scale, first_shift, second_scale, second_shift = net.modulation(level_features(level, 12)).split(5, dim=1)
    hidden = net.layers[0](xt) * (1 + first_scale) + first_shift
    hidden = net.layers[1](hidden * hidden.sigmoid()) * (1 + second_scale) + second_shift
    torch.testing.assert_close(net.output(xt, level), net.outlet(hidden * hidden.sigmoid()))


def test_waves_are_as_high_as_noise_leaves_them():
    """The mean of sin and cos of w (z + noise) by quadrature over the noise in x_t, beside the inlet at z."""
    torch.manual_seed(0)
    net, z, level = MLP(dim=1, n_waves=3, wave_scale=2).double(), 0.3, torch.tensor([1.2], dtype=torch.float64)
    std, grid = torch.sigmoid(-level).sqrt(), torch.linspace(-9, 9, 2001, dtype=torch.float64)
    density = torch.exp(-0.5 * grid**2) / (2 * torch.pi) ** 0.5
    angle = (z + std * grid[:, None]) * net.waves.T
    left = [torch.trapezoid(density[:, None] * wave, grid, dim=0) for wave in (angle.sin(), angle.cos())]
    inlet = net.inlet(torch.tensor([[z]], dtype=torch.float64), level)
    torch.testing.assert_close(inlet[0], torch.cat([torch.tensor([z], dtype=torch.float64), *left]))
    assert (torch.cat(left).abs() < 0.95).all()


def test_an_mlp_without_waves_hears_its_point_and_saves_nothing_more(generator):
    net, xt = MLP(dim=3), torch.randn(5, 3, generator=generator)
    assert net.inlet(xt, torch.zeros(5)) is xt and "waves" not in net.state_dict()
    assert "waves" in MLP(n_waves=7).state_dict()


def test_a_network_sees_the_level_of_each_example(generator):
    torch.manual_seed(0)
    for net, shape in ((MLP(), (2,)), (ConvNet().eval(), (1, 8, 8))):
        xt = torch.randn(3, *shape, generator=generator)
        log_snr = torch.tensor([-3.0, 0.0, 5.0], dtype=torch.float64)
        together = net(xt, log_snr)
        apart = torch.cat([net(xt[i : i + 1], log_snr[i].item()) for i in range(3)])
        torch.testing.assert_close(together, apart, rtol=1e-4, atol=1e-5)
        assert not torch.allclose(net(xt, 0.0), net(xt, 2.0))


def test_level_features_tell_levels_apart():
    features = level_features(torch.linspace(-12, 12, 241, dtype=torch.float64), 12)
    distance = torch.cdist(features, features) + 9 * torch.eye(241)
    assert distance.min() > 0.1


def test_conv_net_without_context_is_bayes_rule_for_one_pixel(generator):
    """With its last layer at zero, every level is as likely as any other before the pixel is seen."""
    net, xt, log_snr = ConvNet().eval(), torch.randn(3, 1, 8, 8, generator=generator), 1.3
    torch.nn.init.zeros_(net.outlet[-1].weight)
    torch.nn.init.zeros_(net.outlet[-1].bias)
    alpha_bar = torch.sigmoid(torch.tensor(log_snr))
    normal = torch.distributions.Normal(alpha_bar.sqrt() * LEVELS, (1 - alpha_bar).sqrt())
    by_hand = torch.softmax(normal.log_prob(xt[..., None]), dim=-1) @ LEVELS
    torch.testing.assert_close(net(xt, log_snr), by_hand, rtol=1e-4, atol=1e-5)


def test_conv_net_reads_clean_pixels_off(generator):
    images = digits("train")[0][:5]
    xt = q_sample(images, 9.0, torch.randn(images.shape, generator=generator))
    torch.manual_seed(0)
    torch.testing.assert_close(ConvNet().eval()(xt, 9.0), images, rtol=0, atol=0.02)


def conditional(kind, generator):
    """A conditional network of three labels with no weight at its first value, and a batch for it."""
    net, shape = (
        (ConditionalMLP(3, dim=2), (2,))
        if kind == "MLP"
        else (ConditionalConvNet(3, channels=8, n_blocks=1), (1, 8, 8))
    )
    for weights in net.parameters():
        torch.nn.init.normal_(weights, std=0.3, generator=generator)
    return net.eval(), torch.randn(5, *shape, generator=generator)


@pytest.mark.parametrize("kind", ["MLP", "ConvNet"])
def test_a_conditional_network_is_told_its_label(kind, generator):
    net, xt = conditional(kind, generator)
    together = net(xt, 0.3, torch.tensor([0, 2, 1, 3, 0]))
    for i, y in enumerate((0, 2, 1, None, 0)):
        torch.testing.assert_close(together[i : i + 1], net.given(y)(xt[i : i + 1], 0.3), rtol=1e-4, atol=1e-5)
    assert not torch.allclose(net(xt, 0.3, 0), net(xt, 0.3, 1), atol=1e-3)


@pytest.mark.parametrize("kind", ["MLP", "ConvNet"])
def test_with_labels_that_say_nothing_it_is_the_plain_network(kind, generator):
    net, xt = conditional(kind, generator)
    plain = {"MLP": MLP, "ConvNet": ConvNet}[kind](**{name: net.args[name] for name in net.args if name != "n_labels"})
    plain.load_state_dict({name: each for name, each in net.state_dict().items() if name != "label.weight"})
    torch.nn.init.zeros_(net.label.weight)
    torch.testing.assert_close(net(xt, 0.3, torch.tensor([0, 1, 2, 3, 1])), plain.eval()(xt, 0.3))


@pytest.mark.parametrize("kind", ["MLP", "ConvNet"])
def test_a_fresh_network_does_not_know_its_labels(kind, generator):
    net = ConditionalMLP(3) if kind == "MLP" else ConditionalConvNet(3)
    assert (net.label.weight == 0).all() and net.args["n_labels"] == 3


def test_labels_are_dropped_at_their_share_and_nothing_else_changes(generator):
    net, label = ConditionalMLP(3), torch.arange(3).repeat(4000)
    dropped = net.drop(label, 0.2, generator)
    assert ((dropped == label) | (dropped == net.none)).all()
    assert abs((dropped == net.none).double().mean() - 0.2) < 5 * (0.16 / 12_000) ** 0.5


def test_a_label_that_is_none_is_refused():
    net = ConditionalMLP(3)
    for label in (4, -1, torch.tensor([0, 7])):
        with pytest.raises(ValueError, match="labels run from 0 to 2"):
            net(torch.zeros(2, 2), 0.3, label)


@pytest.mark.parametrize("net", [MLP(), ConditionalMLP(3), Classifier(3)], ids=lambda net: type(net).__name__)
def test_many_examples_are_answered_in_parts_as_together(net, generator, monkeypatch):
    for weights in net.parameters():
        torch.nn.init.normal_(weights, std=0.3, generator=generator)
    batch = [torch.randn(17, 2, generator=generator), torch.linspace(-6, 9, 17)]
    batch += [torch.arange(17) % 4] if isinstance(net, ConditionalMLP) else []
    together, sizes = net(*batch), []
    for layer in net.modules():
        layer.register_forward_hook(lambda layer, given, out: sizes.append(len(out)) if layer is not net else None)
    monkeypatch.setattr("vdm_tutor.data.AT_ONCE", 5)
    torch.testing.assert_close(net(*batch), together)
    assert set(sizes) == {5, 2}  # no layer, and no label's embedding, has all of them before it
