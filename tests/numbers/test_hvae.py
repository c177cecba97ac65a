"""VAE and HVAE against models with latents whose evidence, posterior and gap are known in closed form."""

import math

import pytest
import torch
from torch.distributions import MultivariateNormal, Normal

from tests.numbers.helpers import assert_mean_is, randn
from vdm_tutor.data import coin, digits
from vdm_tutor.hvae import HVAE, digits_hvae, draw, points_hvae
from vdm_tutor.linear_gaussian import FixedStep, LinearChain, linear_vae, linear_vae_optimum
from vdm_tutor.measure import gap
from vdm_tutor.train import fit

CHAIN = LinearChain(
    torch.tensor([0.9, -0.7, 1.3], dtype=torch.float64), torch.tensor([0.4, 0.6, 0.25], dtype=torch.float64)
)


def data_of(chain: LinearChain, n: int, generator) -> torch.Tensor:
    return chain.marginal_var[0].sqrt() * randn(n, 1, generator=generator)


def log_p(chain: LinearChain, x: torch.Tensor) -> torch.Tensor:
    return Normal(0.0, chain.marginal_var[0].sqrt()).log_prob(x)[:, 0]


def test_with_the_true_posterior_every_draw_gives_the_evidence(generator):
    """p(x, z)/q(z|x) is then p(x), whatever z is: no sampling error is left, at one level or at three."""
    for chain in (LinearChain(CHAIN.weight[:1], CHAIN.noise_var[:1]), CHAIN):
        model, x = chain.hvae(*chain.exact_encoder()), data_of(chain, 7, generator)
        recon, ratios = model.log_ratios(x, *model.encode(x, generator))
        torch.testing.assert_close(recon - ratios.sum(1), log_p(chain, x), rtol=1e-6, atol=1e-6)
        torch.testing.assert_close(model.importance_log_prob(x, generator, 3), log_p(chain, x), rtol=1e-6, atol=1e-6)


def test_the_gap_of_a_broken_encoder_is_the_sum_of_its_bars(generator):
    gain, var = CHAIN.exact_encoder()
    gain, var = gain + torch.tensor([0.3, -0.2, 0.1]), var * torch.tensor([1.7, 0.6, 2.5])
    x = data_of(CHAIN, 400_000, generator)
    elbo = CHAIN.hvae(gain, var).terms(x, generator).elbo.detach()
    assert_mean_is(log_p(CHAIN, x) - elbo, CHAIN.gap_per_level(gain, var).sum().item())


def test_the_bound_stays_below_the_evidence_point_by_point(generator):
    gain, var = CHAIN.exact_encoder()
    model, x = CHAIN.hvae(gain + 0.1, 1.5 * var), data_of(CHAIN, 53, generator)
    draws = torch.stack([model.terms(x, generator).elbo.detach() for _ in range(2000)])
    assert (draws.mean(0) < log_p(CHAIN, x) + 5 * draws.std(0) / math.sqrt(2000)).all()
    assert (draws.mean(0) < log_p(CHAIN, x)).double().mean() > 0.9


@pytest.mark.parametrize("level", [0, 1, 2])
def test_breaking_one_level_lights_only_its_bar(level):
    gain, var = CHAIN.exact_encoder()
    assert CHAIN.gap_per_level(gain, var).abs().max() < 1e-12
    gain[level] += 0.3
    bars = CHAIN.gap_per_level(gain, var)
    assert bars[level] > 0.01 and bars.abs().sum() - bars[level] < 1e-12


def test_chain_posterior_is_bayes_rule_on_a_grid():
    z = torch.linspace(-9, 9, 4001, dtype=torch.float64)
    gain, var = CHAIN.exact_encoder()
    for level in range(3):
        prior = Normal(0.0, CHAIN.marginal_var[level + 1].sqrt()).log_prob(z)
        joint = prior + Normal(CHAIN.weight[level] * z, CHAIN.noise_var[level].sqrt()).log_prob(torch.tensor(0.8))
        weight = torch.softmax(joint, dim=0)
        mean = (weight * z).sum()
        torch.testing.assert_close(gain[level] * 0.8, mean)
        torch.testing.assert_close(var[level], (weight * (z - mean) ** 2).sum())


def test_importance_weighting_lies_between_the_bound_and_the_evidence(generator):
    gain, var = CHAIN.exact_encoder()
    model, x = CHAIN.hvae(gain + 0.2, var), data_of(CHAIN, 3000, generator)
    bound = torch.stack([model.terms(x, generator).elbo.detach() for _ in range(64)]).mean(0)
    tighter = model.importance_log_prob(x, generator, 64)
    above, left = gap(tighter, bound), gap(log_p(CHAIN, x), tighter)
    assert above[0] > 10 * above[1]
    assert -5 * left[1] < left[0] < 0.25 * above[0]


def test_gradients_reach_the_encoder_through_the_draw(generator):
    """The gradient of the sampled bound against autograd through the closed form of the gap."""
    gain, var = CHAIN.exact_encoder()
    gain = (gain + 0.2).requires_grad_()
    (truth,) = torch.autograd.grad(CHAIN.gap_per_level(gain, var).sum(), gain)
    x = data_of(CHAIN, 2000, generator)
    x = x * (CHAIN.marginal_var[0] / x.square().mean()).sqrt()  # the gap knows the data by their second moment alone
    draws = []
    for _ in range(400):
        loss = CHAIN.hvae(gain, var).loss(x, generator).mean()
        draws.append(torch.autograd.grad(loss, gain)[0])
    for sampled, exact in zip(torch.stack(draws).T, truth, strict=True):
        assert_mean_is(sampled, exact.item())


def test_an_encoder_speaks_once_for_each_draw(generator):
    """With dropout a second call is another law: z would be drawn from one and weighed by the other."""
    model, calls = digits_hvae((5, 3)), []
    for encoder in model.encoders:
        encoder.register_forward_hook(lambda *_: calls.append(1))
    model.train().terms(digits("train")[0][:7], generator)
    assert len(calls) == 2


def test_samples_follow_the_chain(generator):
    model = CHAIN.hvae(*CHAIN.exact_encoder())
    x = model.sample(200_000, generator)
    assert_mean_is(x.square()[:, 0].double(), CHAIN.marginal_var[0].item())
    assert_mean_is(x[:, 0].double(), 0.0)


def test_a_fixed_step_is_its_bell_in_the_dtype_of_its_input():
    for dtype in (torch.float32, torch.float64):
        law = FixedStep(0.8, 0.36, n_out=3)(torch.full((5, 3), 2.0, dtype=dtype))
        assert law.mean.dtype == law.stddev.dtype == dtype and law.mean.shape == law.stddev.shape == (5, 3)
        torch.testing.assert_close(law.mean, torch.full((5, 3), 1.6, dtype=dtype))
        torch.testing.assert_close(law.variance, torch.full((5, 3), 0.36, dtype=dtype))
    assert not list(FixedStep(0.8, 0.36).parameters())


def test_off_level_data_have_probability_zero(generator):
    assert (digits_hvae((5,)).terms(digits("train")[0][:3] + 0.01, generator).elbo == -math.inf).all()


def test_many_draws_are_the_mean_of_single_ones():
    model, x = points_hvae(3, (2, 5), 17), torch.randn(7, 3, generator=torch.Generator().manual_seed(1))
    together, apart = torch.Generator().manual_seed(2), torch.Generator().manual_seed(2)
    whole, single = model.terms(x, together, 3), [model.terms(x, apart) for _ in range(3)]
    torch.testing.assert_close(whole.recon, sum(each.recon for each in single) / 3)
    torch.testing.assert_close(whole.rate_per_level, sum(each.rate_per_level for each in single) / 3)
    assert list(whole.parts) == ["recon", "rate_1", "rate_2"]
    torch.testing.assert_close(whole.parts["rate_2"], whole.rate_per_level[:, 1])


def test_the_optimum_of_the_linear_vae_is_probabilistic_pca(generator):
    """The best mean ELBO is the mean log-density of a Gaussian whose small eigenvalues are lifted to noise_var."""
    eigenvalues = torch.tensor([0.2, 4.0, 0.5, 1.0, 0.05], dtype=torch.float64)
    best, rates = linear_vae_optimum(eigenvalues, 3, 0.3)
    model_cov = torch.diag(torch.tensor([0.3, 4.0, 0.5, 1.0, 0.3], dtype=torch.float64))
    x = eigenvalues.sqrt() * randn(400_000, 5, generator=generator)
    assert_mean_is(MultivariateNormal(torch.zeros(5, dtype=torch.float64), model_cov).log_prob(x), best)
    torch.testing.assert_close(rates, 0.5 * torch.tensor([4 / 0.3, 1 / 0.3, 0.5 / 0.3], dtype=torch.float64).log())
    assert linear_vae_optimum(eigenvalues, 3, 0.7)[1][2] == 0  # switched off: 0.5 < 0.7


def mean_elbo(model: HVAE, cov: torch.Tensor) -> float:
    """The mean ELBO of a linear VAE over N(0, cov), in closed form."""
    (encoder,), (decoder,) = model.double().encoders, model.decoders
    gain, shift, var = encoder.mean.weight, encoder.mean.bias, encoder.logvar.exp()
    weight, offset, noise_var = decoder.mean.weight, decoder.mean.bias, decoder.logvar.exp()
    missed = torch.eye(len(cov), dtype=torch.float64) - weight @ gain
    squared = torch.diag(missed @ cov @ missed.T) + (weight @ shift + offset) ** 2 + weight.square() @ var
    recon = -0.5 * ((2 * math.pi * noise_var).log() + squared / noise_var).sum()
    rate = 0.5 * (var + torch.diag(gain @ cov @ gain.T) + shift**2 - 1 - var.log()).sum()
    return (recon - rate).item()


def test_training_reaches_the_optimum_of_the_linear_vae(generator):
    eigenvalues = torch.tensor([4.0, 1.0, 0.5, 0.2])
    rotation = torch.linalg.qr(torch.randn(4, 4, generator=generator))[0]
    root = rotation * eigenvalues.sqrt()
    for noise_var in (0.3, 0.7):
        torch.manual_seed(0)
        model = linear_vae(4, 3, noise_var)
        batches = lambda g: torch.randn(512, 4, generator=g) @ root.T  # noqa: E731
        *_, record = fit(model.loss, model, batches, generator, 1500, learning_rate=2e-2, average_decay=0.99)
        reached = mean_elbo(record.average, (root @ root.T).double())
        best, _ = linear_vae_optimum(eigenvalues, 3, noise_var)
        print(reached - best)
        assert -0.01 < reached - best <= 1e-6


def assert_is_a_bound(elbo: torch.Tensor, log_prob: torch.Tensor) -> None:
    """On the same points the mean bound does not exceed the truth's mean by more than 4 standard errors."""
    mean, se = gap(log_prob, elbo)
    assert mean > -4 * se, f"this bound lies {-mean:.3g} nats above the truth"


@pytest.mark.parametrize("n_latents", [(1,), (1, 1)])
def test_a_trained_bound_stays_below_the_truth_and_cheats_are_caught(n_latents, generator):
    torch.manual_seed(0)
    mixture, model = coin(0.3), points_hvae(1, n_latents, width=16)
    batches = lambda g: mixture.sample(256, g).float()  # noqa: E731
    *_, record = fit(model.loss, model, batches, generator, 400, learning_rate=8e-3, average_decay=0.99)
    x = mixture.sample(20_000, generator)
    terms = record.average.terms(x.float(), generator)
    assert_is_a_bound(terms.elbo.double(), mixture.log_prob(x))
    with pytest.raises(AssertionError, match="above the truth"):
        assert_is_a_bound(terms.recon.double(), mixture.log_prob(x))  # the rates forgotten


def test_levels_need_an_encoder_and_a_decoder_each():
    with pytest.raises(ValueError, match="each level needs an encoder and a decoder: got 1 and 2"):
        HVAE([FixedStep(1.0, 1.0)], [FixedStep(1.0, 1.0), FixedStep(1.0, 1.0)])


def test_draw_is_mean_plus_std_times_noise():
    mean, std = torch.full((5, 3), 2.0), torch.full((5, 3), 0.5)
    eps = torch.randn(5, 3, generator=torch.Generator().manual_seed(3))
    torch.testing.assert_close(draw(Normal(mean, std), torch.Generator().manual_seed(3)), mean + std * eps)
