"""What a person hands to the package and cannot be used is refused in a sentence, with ValueError."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from vdm_tutor.denoiser import MLP
from vdm_tutor.elbo import random_steps
from vdm_tutor.schedule import from_log_snr, uniform_log_snr
from vdm_tutor.vdm import vdm_for

ROOT = Path(__file__).parents[2]
# In a Python of its own: under pytest the types of the signatures are checked first, which no reader has.
SET_UP = """
import json, sys, torch
from torch import nan, tensor, zeros
from vdm_tutor.data import Mixture, mixture_from_points, ring
from vdm_tutor.denoiser import MLP, ConditionalMLP, ConvNet, ExactDenoiser
from vdm_tutor.elbo import denoise_kl_at
from vdm_tutor.flow import flow_log_prob, random_signs
from vdm_tutor.guidance import Classifier, classifier_free, label_slope
from vdm_tutor.hvae import points_hvae
from vdm_tutor.lab import ask
from vdm_tutor.labelled import LabelledMixture, ring_in_halves
from vdm_tutor.measure import bits_per_dim, gap, mean_and_se, score
from vdm_tutor.process import forward_path, posterior, q_sample
from vdm_tutor.sample import ancestral, frames, last, reverse_sde
from vdm_tutor.schedule import (
    LearnedSchedule, cosine, from_alpha, from_log_snr, linear_beta, linear_beta_unscaled, uniform_log_snr,
)
from vdm_tutor.train import fit
from vdm_tutor.vdm import VDM, vdm_for

g, schedule, net = torch.Generator(), uniform_log_snr(3), MLP(width=3, depth=1)
model, vae = vdm_for("ring", net, schedule), points_hvae(2, (2,), 4)
one_step = vdm_for("ring", net, from_log_snr(tensor([1.0])))
wide = vdm_for("ring", lambda xt, log_snr: zeros(len(xt), 1), schedule)
def of(batch):
    return lambda: next(fit(model.continuous_loss, net, lambda g: batch, g, 2))
def said(attempt):
    try:
        attempt()
    except (ValueError, ArithmeticError) as error:
        return f"{type(error).__name__}: {error}"
"""
CASES = {
    "model.terms(zeros(0, 2), g)": "a tensor [n, 2] of floats, n at least 1; got [0, 2] of torch.float32",
    "model.terms(zeros(5, 3), g)": "got [5, 3] of torch.float32",
    "model.loss(zeros(2), g)": "got [2] of torch.float32",
    "model.continuous_loss(zeros(5, 2).long(), g)": "got [5, 2] of torch.int64",
    "model.loss([[0.0, 1.0]], g)": "got a list",
    "model.terms(tensor([[0.0, nan]]), g)": "some of the examples are NaN or infinite",
    "model.walk(0, g)": "at least one example can be drawn; got n = 0",
    "score(model.terms(zeros(1, 2), g).elbo, zeros(1, 2))": "at least two examples; got 1",
    "wide.loss(zeros(5, 2), g)": "this one was handed x_t [5, 2] of torch.float32 and gave [5, 1]",
    "wide.continuous_loss(zeros(5, 2), g)": "gave [5, 1]",
    "wide.recon(zeros(5, 2), g)": "gave [5, 1]",
    "wide.denoise_kl_per_step(zeros(5, 2), g)": "gave [5, 1]",
    "wide.sample(5, g)": "gave [5, 1]",
    "one_step.loss(zeros(5, 2), g)": "a schedule of one step has no denoising term: those are of t = 2..T",
    "model.terms(zeros(5, 2), g, 0)": "a mean takes at least one draw; got n_draws = 0",
    "vdm_for('ring', lambda xt, log_snr: None, schedule).sample(2, g)": "and gave a NoneType",
    "vdm_for('rings', net, schedule)": "no data set 'rings'; there are: ring, moons",
    "gap(zeros(5), zeros(1))": "a gap is taken point by point; got [5] of torch.float32 and [1] of torch.float32",
    "gap(zeros(5), zeros(5, 1))": "got [5] of torch.float32 and [5, 1]",
    "vae.terms(zeros(0, 2), g)": "a tensor [n, ...] of floats, n at least 1; got [0, 2] of torch.float32",
    "vae.terms(zeros(2), g)": "got [2] of torch.float32",
    "vae.terms(zeros(5, 2).long(), g)": "got [5, 2] of torch.int64",
    "vae.terms([[0.0, 1.0]], g)": "got a list",
    "vae.terms(zeros(5, 2), g, 0)": "a mean takes at least one draw; got n_draws = 0",
    "vae.importance_log_prob(zeros(5, 2), g, 0)": "at least one draw",
    "ring().sample(0, g)": "at least one point can be drawn; got n = 0",
    "ring().log_prob(zeros(3, 3))": "points come as a tensor [n, 2] of floats; got [3, 3] of torch.float32",
    "ring().x0_mean(zeros(3), 0.0)": "points come as a tensor [n, 2] of floats; got [3]",
    "ring().log_prob(zeros(3, 2).long())": "of floats; got [3, 2] of torch.int64",
    "mixture_from_points([[0.0, 1.0]], 1e200)": "needs a positive variance",
    "Mixture([1.0], zeros(1, 2), tensor([1.0]))": "a mixture is three tensors",
    "from_log_snr([1.0, 2.0])": "log SNR must be finite, of at least one step, and must fall at every step",
    "from_log_snr(zeros(3, 2))": "log SNR must be finite",
    "from_alpha([])": "at least one step, and every alpha_t strictly between 0 and 1",
    "from_alpha([0.5, nan])": "strictly between 0 and 1",
    "from_alpha(zeros(3, 2) + 0.5)": "strictly between 0 and 1",
    "from_alpha([1e-200, 1e-200])": "some SNR(t) is infinite or 0 in float64",
    "from_alpha([1 - 1e-17, 0.5])": "strictly between 0 and 1",
    "cosine(0)": "at least one step",
    "uniform_log_snr(3, nan)": "log SNR must be finite",
    "mixture_from_points(zeros(0, 2), 0.1)": "weights [k], means [k, dim] and var [k], k and dim at least 1; got",
    "mixture_from_points(zeros(3), 0.1)": "means [k, dim]",
    "mixture_from_points([[nan, 1.0]], 0.1)": "means of a mixture must be finite",
    "mixture_from_points([[0.0, 1.0]], 0.0)": "needs a positive standard deviation; got 0.0",
    "Mixture(tensor([1.0]), zeros(1, 2), tensor([nan]))": "needs a positive variance",
    "Mixture(tensor([nan]), zeros(1, 2), tensor([1.0]))": "must be positive and sum to 1",
    "Mixture(tensor([1.0]), zeros(1, 0), tensor([1.0]))": "k and dim at least 1",
    "Mixture(tensor([1.0]), zeros(2, 2), tensor([1.0]))": "got [(1,), (2, 2), (1,)]",
    "next(fit(model.loss, net, None, g, 0))": "training takes at least one step; got n_steps = 0",
    "model.sample(2.5, g)": "at least one example can be drawn; got n = 2.5",
    "model.sample('3', g)": "got n = '3'",
    "vae.sample(0, g)": "at least one example can be drawn; got n = 0",
    "ring().sample(2.5, g)": "at least one point can be drawn; got n = 2.5",
    "model.terms(zeros(5, 2), g, 1.5)": "got n_draws = 1.5",
    "model.loss(zeros(5, 2), None)": "hand over a generator, as torch.Generator().manual_seed(0); got a NoneType",
    "model.sample(3, 0)": "hand over a generator",
    "vae.terms(zeros(5, 2), None)": "hand over a generator",
    "ring().sample(3, None)": "hand over a generator",
    "net(zeros(3, 5), 0.0)": "this network takes x_t as a tensor [n, 2] of torch.float32; got [3, 5] of torch.float32",
    "net(zeros(3, 2).double(), 0.0)": "got [3, 2] of torch.float64",
    "ConvNet(channels=8, n_blocks=1)(zeros(3, 8, 8), 0.0)": "[n, 1, 8, 8] of torch.float32; got [3, 8, 8]",
    "vdm_for('digits', net, schedule).sample(2, g)": "got [2, 1, 8, 8]",
    "vae.loss(zeros(5, 3), g)": "not what the first encoder takes: got [5, 3] of torch.float32",
    "vae.loss(zeros(5, 2).double(), g)": "got [5, 2] of torch.float64",
    "points_hvae(2, ())": "an HVAE has at least one level",
    "points_hvae(2, (0,))": "a level has at least one latent; got n_latents with 0",
    "q_sample(zeros(3, 2), zeros(2), zeros(3, 2))": "log SNR is one number, or one for each of 3 examples; got [2]",
    "ring().score(zeros(3, 2), zeros(2))": "one for each of 3 examples; got [2]",
    "ring().x0_mean([[0.0, 0.0]], 0.0)": "of floats; got a list",
    "ring().x0_mean(zeros(3, 2).long(), 0.0)": "of floats; got [3, 2] of torch.int64",
    "last(ancestral(lambda xt, log_snr: zeros(1, 2), schedule, zeros(3, 2), g))": "and gave [1, 2]",
    "last(ancestral(ExactDenoiser(ring()), schedule, zeros(3), g))": "a tensor [n, 2] of floats; got [3]",
    "last([])": "a walk has at least its end",
    "frames(ancestral(ExactDenoiser(ring()), schedule, zeros(3, 2), g), [99])": "the walk has none of the steps [99]",
    "from_log_snr([50.0, 40.0])": "some alpha_bar is 0 or 1 in float64",
    "from_log_snr([-800.0, -900.0])": "some alpha_bar is 0 or 1 in float64",
    "uniform_log_snr(2.5)": "at least 2 steps",
    "Mixture(tensor([1]), zeros(1, 2), tensor([1.0]))": "are floats, all of one type",
    "Mixture(tensor([1.0]), zeros(1, 2).long(), tensor([1.0]))": "are floats, all of one type",
    "mean_and_se([1.0, 2.0])": "one for each example; got a list",
    "mean_and_se(zeros(3, 2))": "one for each example; got [3, 2] of torch.float32",
    "score(zeros(3), zeros(5, 2))": "a bound has a number for each example; got 3 for 5",
    "bits_per_dim(1.0, 0)": "at least one dimension; got dim = 0",
    "label_slope(Classifier(2), zeros(3, 2), 0.0, 5)": "labels run from 0 to 1; got 5..5",
    "mixture_from_points([[0.0, 1.0]], -0.1)": "needs a positive standard deviation; got -0.1",
    "ring().sample(True, g)": "got n = True",
    "q_sample(zeros(3, 2).long(), 0.0, zeros(3, 2))": "is a tensor [n, ...] of floats; got [3, 2] of torch.int64",
    "q_sample([[0.0, 1.0]], 0.0, zeros(1, 2))": "got a list",
    "q_sample(tensor(1.0), 0.0, tensor(1.0))": "got [] of torch.float32",
    "posterior(zeros(3, 2).long(), zeros(3, 2), tensor([2] * 3), schedule)": "got [3, 2] of torch.int64",
    "posterior(zeros(3, 2), zeros(3, 2), 2, schedule)": "steps are a tensor [n] of whole numbers, one for each example",
    "schedule.log_snr_at(tensor([2.5]))": "got [1] of torch.float32",
    "schedule.log_snr_at([2])": "got a list",
    "forward_path(zeros(3, 2).long(), schedule, g)": "of floats, n at least 1; got [3, 2] of torch.int64",
    "linear_beta(100.0)": "a schedule has at least one step; got n_steps = 100.0",
    "linear_beta_unscaled(-1)": "got n_steps = -1",
    "cosine(2.5)": "got n_steps = 2.5",
    "LearnedSchedule().to_schedule(2.5)": "got n_steps = 2.5",
    "denoise_kl_at(lambda xt, log_snr: None, zeros(1, 2), tensor([2]), schedule, zeros(1, 2))": "and gave a NoneType",
    "flow_log_prob(lambda xt, log_snr: xt[:, :1], zeros(3, 2), schedule)": "gave [3, 1]",
    "classifier_free(net, lambda xt, log_snr: zeros(3, 1), 2.0)(zeros(3, 2), 0.0)": "gave [3, 1]",
    "vdm_for('ring', lambda xt, log_snr: xt.long(), schedule).sample(3, g)": "gave [3, 2] of torch.int64",
    "reverse_sde(net, schedule, zeros(3, 2), None)": "hand over a generator",
    "random_signs(zeros(3, 2), None)": "hand over a generator",
    "ConditionalMLP(2).drop(tensor([0, 1]), 0.5, None)": "hand over a generator",
    "LabelledMixture(ring(), [0] * 8)": "one label for each component, a whole number; got a list",
    "LabelledMixture(ring(), zeros(8))": "one label for each component, a whole number; got [8] of torch.float32",
    "ring_in_halves().powered_log_prob(zeros(3, 2), -1, 1.0)": "labels run from 0 to 1; got -1",
    "ring_in_halves().given('a')": "labels run from 0 to 1; got 'a'",
    "gap([1.0], [1.0])": "point by point; got a list and a list",
    "MLP(0)": "a network's sizes are whole numbers from 1; got dim = 0",
    "MLP(width=-3)": "got width = -3",
    "MLP(depth=2.0)": "got depth = 2.0",
    "MLP(n_features='12')": "got n_features = '12'",
    "MLP(n_features=11)": "each wave of the level is a sine and a cosine, so n_features is even; got 11",
    "ConditionalMLP(2, width=None)": "got width = None",
    "ConvNet(channels=0)": "got channels = 0",
    "ask(None)": "ask in words",
    "next(fit(model.loss, net, None, g, 2.5))": "got n_steps = 2.5",
    "next(fit(model.loss, net, None, g, 2, average_decay=-1))": "a share from 0 to 1 of itself; got average_decay = -1",
    "of(tensor([[nan, 0.0]]))()": "gradient is nan at step 1: its batch is empty or has values that are not finite",
}


def test_each_refusal_is_a_sentence_that_helps():
    script = SET_UP + "print(json.dumps({" + ",".join(f"{case!r}: said(lambda: {case})" for case in CASES) + "}))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    for case, said in json.loads(done.stdout).items():
        assert said and CASES[case] in said, (case, said)


def test_a_single_step_has_a_bound_without_a_sum(generator):
    model = vdm_for("ring", MLP(width=3, depth=1), from_log_snr(torch.tensor([1.0])))
    terms = model.terms(torch.zeros(5, 2), generator)
    assert model.denoise_kl_per_step(torch.zeros(5, 2), generator).shape == (5, 0) and not terms.denoise_kl.any()
    assert torch.equal(terms.elbo, terms.recon - terms.prior_kl)
    assert model.sample(1, generator).shape == (1, 2)
    for refused in (lambda: model.loss(torch.zeros(5, 2), generator), lambda: model.walk(0, generator)):
        with pytest.raises(ValueError, match="a schedule of one step|at least one example"):
            refused()
    assert random_steps(5, uniform_log_snr(2), generator).tolist() == [2] * 5  # two steps are enough


def test_one_point_is_a_density(generator):
    from vdm_tutor.data import mixture_from_points

    mixture = mixture_from_points(torch.tensor([[3.0, -1.0]]), 0.5)
    assert mixture.sample(7, generator).shape == (7, 2)
    assert mixture.x0_mean(torch.zeros(1, 2), -60.0)[0].tolist() == pytest.approx([3.0, -1.0])
