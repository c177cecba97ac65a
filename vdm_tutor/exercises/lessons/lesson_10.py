"""Exercises of lesson 10, predicting the noise."""

from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.hunt import Hunt
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.program import Program
from vdm_tutor.exercises.trials import Calls
from vdm_tutor.exercises.walks import Sampling

SAMPLE = """
def sample(x_T, denoiser, alpha, noise):
    alpha_bar, x = np.cumprod(alpha), x_T
    for t in range(len(alpha) - 1, 0, -1):
        beta, left = 1 - alpha[t], 1 - alpha_bar[t]
        mean = (x - beta / np.sqrt(left) * denoiser(x, t)) / np.sqrt(alpha[t])
        var = beta * (1 - alpha_bar[t - 1]) / left
        x = mean + np.sqrt(var) * noise()
    return x
"""
MEAN = """
def step_mean(x_t, eps, alpha, alpha_bar):
    noise = (1 - alpha) / np.sqrt(1 - alpha_bar) * eps
    return (x_t - noise) / np.sqrt(alpha)
"""
LEVEL = ("alpha_t", "alpha_bar_t", "alpha_bar_prev", "snr_t")

EXERCISES = (
    Formula(
        "10.1",
        "$x_0$ from $x_t$ and the noise `eps`, in `alpha_bar_t`.",
        "The jump, solved for $x_0$.",
        ("solve $x_t=\\sqrt{\\bar\\alpha_t}x_0+\\sqrt{1-\\bar\\alpha_t}\\epsilon$ for $x_0$",),
        "jump, then go back: you are where you began",
        {"M8": "(x_t - (1-alpha_bar_t)*eps)/sqrt(alpha_bar_t)"},
        equation=115,
        arguments=("x_t", "eps", "alpha_bar_t"),
        within=("x_t", "eps", *LEVEL),
    ),
    Formula(
        "10.2",
        "The mean of the step back, $\\mu_q$, in $x_t$ and the noise `eps`, with `alpha_t` and `alpha_bar_t`.",
        "Put $x_0$ from 10.1 into $\\mu_q$; with $\\bar\\alpha_t=\\alpha_t\\bar\\alpha_{t-1}$ the weight of $x_t$ becomes $1/\\sqrt{\\alpha_t}$.",
        ("put 10.1 into $\\mu_q(x_t,x_0)$", "the weight of $x_t$ is one fraction: what is its numerator?"),
        "with the true noise it is $\\mu_q(x_t,x_0)$",
        {"M7": "(x_t - (1-alpha_t)/(1-alpha_bar_t)*eps)/sqrt(alpha_t)"},
        equation=124,
        arguments=("x_t", "eps", "alpha_t", "alpha_bar_t"),
        within=("x_t", "eps", *LEVEL),
        ways=("(x_t - (1-alpha_t)/sqrt(1-alpha_bar_t)*eps)/sqrt(alpha_t)",),
    ),
    Formula(
        "10.3",
        "Derive the next line. $\\tfrac12(\\mathrm{SNR}(t-1)-\\mathrm{SNR}(t))$ weighs the error of $x_0$. Which weight has $\\lVert\\epsilon-\\hat\\epsilon\\rVert^2$? Write it in `snr_prev` and `snr_t`.",
        "$\\lVert x_0-\\hat x_0\\rVert^2=\\lVert\\epsilon-\\hat\\epsilon\\rVert^2/\\mathrm{SNR}(t)$.",
        ("how far does $\\hat x_0$ move when $\\hat\\epsilon$ moves by one?",),
        "it is positive, and the KL is the same as with $x_0$",
        {"M13": "1/2*(snr_prev-snr_t)"},
        truth="1/2*(snr_prev/snr_t - 1)",
        left="1/2*(snr_prev-snr_t)/snr_t",
        arguments=("snr_prev", "snr_t"),
        within=("snr_prev", "snr_t"),
        ways=("(snr_prev - snr_t)/(2*snr_t)",),
        noted={
            "the weight of another error": (
                "1/2*(snr_prev - snr_t)",
                "that weighs the error of $x_0$: what is the squared error of the noise beside it?",
            )
        },
    ),
    Prediction(
        "10.4",
        "At which end is the *noise* hardest to predict, measured by its squared error?",
        "At large t the input is nearly all noise, and it can be read off; at small t it hides behind the data.",
        ("at t = T, what is $x_t$?",),
        choices=("t near T: there is so much of it", "t near 1: it hides behind the data", "everywhere alike"),
        right="t near 1: it hides behind the data",
        run="""
import numpy as np
alpha_bar = np.array([[0.99], [0.5], [0.01]])
x_0, eps = np.random.default_rng(0).normal(size=(2, 1, 100_000))
x_t = alpha_bar**0.5 * x_0 + (1 - alpha_bar) ** 0.5 * eps
np.mean((eps - (1 - alpha_bar) ** 0.5 * x_t) ** 2, axis=1)  # the least error, from small t to large t
""",
        beliefs=(
            ("t near T: there is so much of it", "there $x_t$ is the noise: answer with the input"),
            ("everywhere alike", "the noise has variance 1 everywhere, but it is not everywhere visible"),
        ),
    ),
    Program(
        "10.5",
        "From a blank cell, a sampler whose network predicts the noise: `sample(x_T, denoiser, alpha, noise)`, as in 08.1, but `denoiser(x_t, t)` gives $\\hat\\epsilon$.",
        "The mean of 10.2 at each step, and noise of standard deviation $\\sigma_q(t)$.",
        ("the mean of a step is 10.2, with the guess for the noise",),
        "for the exact denoiser the samples have the data's mean",
        {
            "M7": "a root dropped",
            "M15": "variance for standard deviation",
            "M22": "noise added at the last step",
            "M4": "noise added at the last step",
        },
        source=SAMPLE,
        trial=Sampling("eps"),
        slips={
            "a root dropped": ("beta / np.sqrt(left)", "beta / left"),
            "variance for standard deviation": ("np.sqrt(var) *", "var *"),
            "noise added at the last step": ("np.sqrt(var)", "np.sqrt(beta)"),
            "alpha_bar for alpha": ("/ np.sqrt(alpha[t])", "/ np.sqrt(alpha_bar[t])"),
            "a sign flipped": ("(x - beta", "(x + beta"),
            "the noise of one step for the whole noise": ("beta / np.sqrt(left)", "np.sqrt(beta)"),
            "the guess noised afresh": (
                "x = mean + np.sqrt(var)",
                "x_0 = (x - np.sqrt(left) * denoiser(x, t)) / np.sqrt(alpha_bar[t])\n"
                "        x = np.sqrt(alpha_bar[t - 1]) * x_0 + np.sqrt(1 - alpha_bar[t - 1])",
            ),
            "alpha and alpha_bar exchanged": ("beta / np.sqrt(left)", "left / np.sqrt(beta)"),
            "no noise at all": ("np.sqrt(var) * noise()", "0 * noise()"),
            "the last step left out": ("len(alpha) - 1, 0, -1", "len(alpha) - 1, 1, -1"),
        },
        allowed={"beta as the variance": ("np.sqrt(var)", "np.sqrt(beta * (t > 1))")},
        notes={
            "a root dropped": "the noise is divided by its standard deviation, a root",
            "noise added at the last step": "at t = 1 nothing may be added",
            "beta as the variance": "you took $\\beta_t$ for $\\sigma_q^2$: allowed in a sampler",
            "the guess noised afresh": "that forgets $x_t$: what is drawn from is $q(x_{t-1}\\mid x_t,\\hat x_0)$",
            "no noise at all": "without noise the samples have too little spread",
            "the last step left out": "the walk ends at $x_0$, not at $x_1$",
        },
    ),
    Hunt(
        "10.6",
        "A step's mean from the noise, as printed in more than one course. Write `test(step_mean)`.",
        "With the jump's own noise the mean must be $\\mu_q(x_t,x_0)$, which has no root of $\\bar\\alpha_t$ below it.",
        ("make $x_t$ by the jump, and compare with $\\mu_q(x_t,x_0)$",),
        families={"M7": "alpha_bar for alpha"},
        source=MEAN,
        trial=Calls(()),
        slips={
            "alpha_bar for alpha": ("/ np.sqrt(alpha)", "/ np.sqrt(alpha_bar)"),
            "a root dropped": ("np.sqrt(1 - alpha_bar)", "(1 - alpha_bar)"),
            "a sign flipped": ("(x_t - ", "(x_t + "),
            "a root too many": ("(1 - alpha) / np", "np.sqrt(1 - alpha) / np"),
        },
        shown_slip="alpha_bar for alpha",
        test="""
def test(step_mean):
    for alpha, prev, x_0, eps in ((0.8, 0.6, 1.7, 0.4), (0.55, 0.3, -0.6, 1.2)):
        bar = alpha * prev
        x_t = bar**0.5 * x_0 + (1 - bar) ** 0.5 * eps
        mean = (alpha**0.5 * (1 - prev) * x_t + prev**0.5 * (1 - alpha) * x_0) / (1 - bar)
        assert abs(step_mean(x_t, eps, alpha, bar) - mean) < 1e-9
""",
    ),
)
