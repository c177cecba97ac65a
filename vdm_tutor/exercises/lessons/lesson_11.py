"""Exercises of lesson 11, predicting the score."""

from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.prediction import Prediction

LEVEL = ("alpha_t", "alpha_bar_t", "alpha_bar_prev", "snr_t")

EXERCISES = (
    Formula(
        "11.1",
        "The score of $q(x_t\\mid x_0)$ at a draw of it, in the noise `eps` and `alpha_bar_t`.",
        "The slope of $-(x_t-\\sqrt{\\bar\\alpha_t}x_0)^2/(2(1-\\bar\\alpha_t))$, where the bracket is the noise times its standard deviation.",
        ("what is the slope of a bell's log-density?", "which way is uphill, seen from the draw?"),
        "a small step along it raises the density",
        {"M9": "eps/sqrt(1-alpha_bar_t)"},
        truth="-eps/sqrt(1-alpha_bar_t)",
        left="score_given_x0",
        arguments=("eps", "alpha_bar_t"),
        within=("eps", *LEVEL),
    ),
    Formula(
        "11.2",
        "The mean of the step back, averaged over $x_0$, in $x_t$ and the score of $p(x_t)$ (`score`), with `alpha_t`.",
        "Tweedie in $\\mu_q$: the weight of the score is the whole $1-\\alpha_t$, not half of it.",
        ("put $E[x_0\\mid x_t]$ by Tweedie into $\\mu_q$",),
        "it is $\\mu_q(x_t,E[x_0\\mid x_t])$",
        {"M10": "(x_t + (1-alpha_t)/2*score)/sqrt(alpha_t)"},
        equation=142,
        arguments=("x_t", "score", "alpha_t"),
        within=("x_t", "score", *LEVEL),
        ways=("(x_t + (1-alpha_t)*score)/sqrt(alpha_t)",),
    ),
    Formula(
        "11.3",
        "Tweedie: $E[x_0\\mid x_t]$ from $x_t$ and `score`, with `alpha_bar_t`.",
        "Go uphill from $x_t$ by the noise's variance times the score, and undo the fading.",
        ("by how much does one go uphill?", "then undo the fading"),
        "for pure noise it is the mean of the data",
        {
            "M8": "(x_t + sqrt(1-alpha_bar_t)*score)/sqrt(alpha_bar_t)",
            "M9": "(x_t - (1-alpha_bar_t)*score)/sqrt(alpha_bar_t)",
        },
        equation=133,
        arguments=("x_t", "score", "alpha_bar_t"),
        within=("x_t", "score", *LEVEL),
    ),
    Prediction(
        "11.4",
        "One draw: $x_t$ from $x_0$ with the noise $\\epsilon$. Is $-\\epsilon/\\sqrt{1-\\bar\\alpha_t}$ the score of $p(x_t)$ there?",
        "It is the score of $q(x_t\\mid x_0)$; many $x_0$ lead to the same $x_t$, and the score of $p(x_t)$ is the mean of theirs.",
        ("how many $x_0$ can have led to this $x_t$?",),
        choices=("yes, exactly", "only on average over the $x_0$ that lead to this $x_t$", "no, not even on average"),
        right="only on average over the $x_0$ that lead to this $x_t$",
        run="""
import numpy as np
alpha_bar, x_t = 0.5, 0.3  # data N(0, 1): the score of p(x_t) is -x_t
x_0 = np.random.default_rng(0).normal(alpha_bar**0.5 * x_t, (1 - alpha_bar) ** 0.5, 100_000)  # those that lead there
eps = (x_t - alpha_bar**0.5 * x_0) / (1 - alpha_bar) ** 0.5
each = -eps / (1 - alpha_bar) ** 0.5
each[:3], each.mean(), -x_t
""",
        beliefs=(
            ("yes, exactly", "the marginal's score is one number at $x_t$; this one depends on which $x_0$ it was"),
            ("no, not even on average", "its mean given $x_t$ is the score: that is why it can be a target"),
        ),
    ),
)
