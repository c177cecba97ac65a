"""Exercises of lesson 08, training and sampling."""

from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.hunt import Hunt
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.program import Program
from vdm_tutor.exercises.trials import Calls
from vdm_tutor.exercises.walks import Sampling, Training

SAMPLE = """
def sample(x_T, denoiser, alpha, noise):
    alpha_bar, x = np.cumprod(alpha), x_T
    for t in range(len(alpha) - 1, 0, -1):
        x_0, left = denoiser(x, t), 1 - alpha_bar[t]
        kept = np.sqrt(alpha[t]) * (1 - alpha_bar[t - 1]) / left
        told = np.sqrt(alpha_bar[t - 1]) * (1 - alpha[t]) / left
        var = (1 - alpha[t]) * (1 - alpha_bar[t - 1]) / left
        x = kept * x + told * x_0 + np.sqrt(var) * noise()
    return x
"""
LOSSES = """
def losses(net, x_0, alpha, noise):
    alpha_bar, found = np.cumprod(alpha), []
    for t in range(1, len(alpha)):
        eps = noise()
        x_t = np.sqrt(alpha_bar[t]) * x_0 + np.sqrt(1 - alpha_bar[t]) * eps
        found.append((net(x_t, t) - eps) ** 2)
    return found
"""
TIMES = """
def times(n, n_steps, rng):
    return rng.integers(2, n_steps + 1, size=n)
"""

EXERCISES = (
    Program(
        "08.1",
        "From a blank cell, the sampler: `sample(x_T, denoiser, alpha, noise)`. `denoiser(x_t, t)` gives $\\hat x_0$, `alpha[t]` belongs to step t (`alpha[0]` is 1), `noise()` is a standard normal draw. Give back $x_0$. It is tried with the exact denoiser of a bell.",
        "Mean and variance of $q(x_{t-1}\\mid x_t,\\hat x_0)$ at each step from T to 1; at t = 1 the variance is 0.",
        (
            "which law is drawn from at each step?",
            "its variance is $\\sigma_q^2(t)$: what multiplies a draw?",
            "what happens at t = 1?",
        ),
        "for the exact denoiser the samples have the data's mean",
        {"M15": "a root dropped", "M22": "noise added at the last step", "M6": "the weights swapped"},
        source=SAMPLE,
        trial=Sampling("x0"),
        slips={
            "a root dropped": ("np.sqrt(var) *", "var *"),
            "noise added at the last step": ("np.sqrt(var)", "np.sqrt(1 - alpha[t])"),
            "the last step left out": ("len(alpha) - 1, 0, -1", "len(alpha) - 1, 1, -1"),
            "the weights swapped": ("kept * x + told * x_0", "told * x + kept * x_0"),
            "an index shifted": (
                "(1 - alpha_bar[t - 1]) / left\n        told",
                "(1 - alpha_bar[t]) / left\n        told",
            ),
            "no noise at all": ("np.sqrt(var) * noise()", "0 * noise()"),
            "a denominator lost": (
                "(1 - alpha_bar[t - 1]) / left\n        told = np.sqrt(alpha_bar[t - 1]) * (1 - alpha[t]) / left",
                "(1 - alpha_bar[t - 1])\n        told = np.sqrt(alpha_bar[t - 1]) * (1 - alpha[t])",
            ),
            "the guess for the step back": ("kept * x + told * x_0 + np.sqrt(var) * noise()", "x_0"),
            "the guess noised afresh": (
                "kept * x + told * x_0 + np.sqrt(var)",
                "np.sqrt(alpha_bar[t - 1]) * x_0 + np.sqrt(1 - alpha_bar[t - 1])",
            ),
            "alpha_bar for alpha": ("np.sqrt(alpha[t]) *", "np.sqrt(alpha_bar[t]) *"),
        },
        allowed={
            "beta as the variance": ("np.sqrt(var)", "np.sqrt((1 - alpha[t]) * (t > 1))"),
        },
        notes={
            "a root dropped": "a draw is multiplied by the standard deviation, the root of $\\sigma_q^2$",
            "noise added at the last step": "$\\beta_t$ is a fair choice of variance, but at t = 1 nothing may be added",
            "beta as the variance": "you took $\\beta_t$ for $\\sigma_q^2$: allowed in a sampler, with a little more spread",
            "the last step left out": "the walk ends at $x_0$, not at $x_1$",
            "the guess for the step back": "$\\hat x_0$ is an average: the step goes a little way towards it, and adds noise",
            "the guess noised afresh": "that forgets $x_t$: a draw of $q(x_{t-1}\\mid x_t,\\hat x_0)$ is asked for, not of $q(x_{t-1}\\mid\\hat x_0)$",
            "no noise at all": "without noise the samples have too little spread",
        },
    ),
    Program(
        "08.2",
        "From a blank cell, what a training loop compares: `losses(net, x_0, alpha, noise)` gives, for t = 1..T, the squared error of a network that is asked for the noise in place of $x_0$ (lesson 10 says why one may): `net(x_t, t)`. One `noise()` for each t.",
        "The input is the jump to $x_t$, the target is the noise of the whole jump.",
        ("what does the network see, and what is it asked for?",),
        "a network that answers the noise it cannot see has loss 0",
        {"M23": "another target", "M2": "alpha for alpha_bar", "M1": "variance for standard deviation"},
        source=LOSSES,
        trial=Training(),
        slips={
            "another target": ("(net(x_t, t) - eps)", "(net(x_t, t) - x_t)"),
            "the target scaled": ("(net(x_t, t) - eps)", "(net(x_t, t) - np.sqrt(1 - alpha_bar[t]) * eps)"),
            "alpha for alpha_bar": (
                "np.sqrt(alpha_bar[t]) * x_0 + np.sqrt(1 - alpha_bar[t])",
                "np.sqrt(alpha[t]) * x_0 + np.sqrt(1 - alpha[t])",
            ),
            "variance for standard deviation": ("np.sqrt(1 - alpha_bar[t]) * eps\n", "(1 - alpha_bar[t]) * eps\n"),
            "the network is told t - 1": ("net(x_t, t)", "net(x_t, t - 1)"),
            "the noise of one step for the whole noise": (
                "np.sqrt(alpha_bar[t]) * x_0 + np.sqrt(1 - alpha_bar[t]) * eps",
                "x_0 = np.sqrt(alpha[t]) * x_0 + np.sqrt(1 - alpha[t]) * eps",
            ),
            "the range cut or stretched": ("range(1, len(alpha))", "range(1, len(alpha) - 1)"),
        },
        notes={
            "another target": "a network that is asked for its own input learns to copy: the loss starts near 0",
            "the target scaled": "the network is asked for the noise itself, of variance 1 at every t",
            "the network is told t - 1": "the input has the noise of step t",
        },
    ),
    Hunt(
        "08.3",
        "This draws the steps t on which a network is trained. Write `test(times)`; you may call `times(10_000, 5, np.random.default_rng(0))`.",
        "The upper end of integer draws is exclusive: T was sampled from but never trained.",
        ("which steps must occur, and which must not?",),
        families={"M22": "the last step is never trained"},
        source=TIMES,
        trial=Calls(()),
        slips={
            "the last step is never trained": ("n_steps + 1", "n_steps"),
            "the first step too many": ("integers(2,", "integers(1,"),
            "shifted by one": ("integers(2, n_steps + 1", "integers(1, n_steps"),
        },
        shown_slip="the last step is never trained",
        test="""
def test(times):
    drawn = times(10_000, 5, np.random.default_rng(0))
    assert set(np.asarray(drawn).tolist()) == {2, 3, 4, 5}
""",
    ),
    Prediction(
        "08.4",
        "The training loss has not moved for an hour. What do you know?",
        "Most of the loss is noise that no network can predict. It is measured against its floor, or by the bound on new points.",
        ("what is the loss of the best network there is?",),
        choices=("training is over", "the code is wrong", "nothing yet: the floor of the loss is not zero"),
        right="nothing yet: the floor of the loss is not zero",
        run="""
import numpy as np
alpha_bar = 0.5
x_0, eps = np.random.default_rng(0).normal(size=(2, 100_000))
x_t = alpha_bar**0.5 * x_0 + (1 - alpha_bar) ** 0.5 * eps
np.mean((eps - (1 - alpha_bar) ** 0.5 * x_t) ** 2)  # the loss of E[eps | x_t]: nobody has a smaller one
""",
        beliefs=(
            (
                "training is over",
                "improvements can be small beside the scatter of the loss, and still visible in the bound",
            ),
            ("the code is wrong", "a perfect network's loss is flat too"),
        ),
    ),
    Formula(
        "08.5",
        "One step of the sampler as a formula: $x_{t-1}$ with `mu_theta`, `posterior_var` and a fresh noise `eps_step`.",
        "A draw is the mean plus the standard deviation times a standard normal number.",
        ("a draw of N(m, v) from a standard normal z?",),
        "without noise it is the mean",
        {"M15": "mu_theta + posterior_var*eps_step"},
        truth="mu_theta + sqrt(posterior_var)*eps_step",
        left="x_prev",
        arguments=("mu_theta", "posterior_var", "eps_step"),
    ),
)
