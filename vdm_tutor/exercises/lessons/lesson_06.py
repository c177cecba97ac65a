"""Exercises of lesson 06, the step back that is known."""

from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.hunt import Hunt
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.trials import Calls

POSTERIOR = """
def posterior_mean(x_t, x_0, alpha, alpha_bar_prev):
    alpha_bar = alpha * alpha_bar_prev
    kept = np.sqrt(alpha) * (1 - alpha_bar_prev) * x_t
    told = np.sqrt(alpha_bar_prev) * (1 - alpha) * x_0
    return (kept + told) / (1 - alpha_bar)
"""
CALLS = Calls(((0.7, 1.1, 0.8, 0.6), (-1.9, 0.4, 0.55, 0.3), (1.3, -0.2, 0.9, 1.0)))
ONE_LEVEL = ("alpha_t", "alpha_bar_prev", "alpha_bar_t", "snr_t", "snr_prev")

EXERCISES = (
    Formula(
        "06.1",
        "The variance $\\sigma_q^2(t)$ of $q(x_{t-1}\\mid x_t,x_0)$, in $\\alpha_t$, $\\bar\\alpha_{t-1}$ "
        "(`alpha_bar_prev`) and $\\bar\\alpha_t$ (`alpha_bar_t`).",
        "Precisions add: $1/\\sigma_q^2=\\alpha_t/(1-\\alpha_t)+1/(1-\\bar\\alpha_{t-1})$, and the numerators give "
        "$1-\\bar\\alpha_t$ because $\\bar\\alpha_t=\\alpha_t\\bar\\alpha_{t-1}$.",
        (
            "two witnesses speak of $x_{t-1}$: which precision has each?",
            "precisions of independent witnesses add",
        ),
        "it is 0 at t = 1, and below $1-\\alpha_t$ everywhere",
        {
            "M4": "1-alpha_t",
            "M5": "(1-alpha_t)*(1-alpha_bar_t)/(1-alpha_bar_prev)",
        },
        equation=85,
        noted={
            "variances added, where precisions add": (
                "(1-alpha_t) + (1-alpha_bar_prev)",
                "two witnesses of one number know more together than each alone: should their variance grow?",
            ),
            "the step's noise not scaled to x_{t-1}": (
                "1/(1/(1-alpha_t) + 1/(1-alpha_bar_prev))",
                "$x_t$ speaks of $\\sqrt{\\alpha_t}x_{t-1}$: which precision is that for $x_{t-1}$ itself?",
            ),
        },
        arguments=("alpha_t", "alpha_bar_prev", "alpha_bar_t"),
        within=ONE_LEVEL,
        ways=(
            "1/(alpha_t/(1-alpha_t) + 1/(1-alpha_bar_prev))",
            "1-alpha_bar_prev - (sqrt(alpha_t)*(1-alpha_bar_prev))**2/(1-alpha_bar_t)",
        ),
    ),
    Formula(
        "06.2",
        "The mean $\\mu_q(x_t,x_0)$ of $q(x_{t-1}\\mid x_t,x_0)$, in $x_t$, $x_0$, $\\alpha_t$, $\\bar\\alpha_{t-1}$ and "
        "$\\bar\\alpha_t$.",
        "Each witness is weighted by its precision and divided by the sum of both. With noise-free $x_t$ at hand, "
        "$x_t$ is right; with a $x_{t-1}$ that is nearly $x_0$, $x_0$ is.",
        (
            "the mean is the sum of each witness's value times its precision, times $\\sigma_q^2$",
            "the witness of the step says $x_t/\\sqrt{\\alpha_t}$, the witness of the start $\\sqrt{\\bar\\alpha_{t-1}}x_0$",
        ),
        "$\\mu_q(\\sqrt{\\bar\\alpha_t}x_0,x_0)=\\sqrt{\\bar\\alpha_{t-1}}x_0$",
        {"M6": "(sqrt(alpha_t)*(1-alpha_bar_t)*x_t + sqrt(alpha_bar_prev)*(1-alpha_t)*x_0)/(1-alpha_bar_t)"},
        equation=84,
        noted={
            "both are added, each as if it were alone": (
                "sqrt(alpha_t)*x_t + sqrt(alpha_bar_prev)*x_0",
                "two witnesses of one number: which weights have they, and what do the weights add up to?",
            ),
            "a plain mean for a weighted one": (
                "(x_t + x_0)/2",
                "which of the two is surer of $x_{t-1}$? It counts for more",
            ),
            "only the start is heard": (
                "sqrt(alpha_bar_prev)*x_0",
                "$x_t$ knows something of $x_{t-1}$ too: what weight has it when the step is almost free of noise?",
            ),
            "only the step is heard": (
                "x_t/sqrt(alpha_t)",
                "$x_0$ knows something of $x_{t-1}$ too: what weight has it when the start is near?",
            ),
        },
        arguments=("x_t", "x_0", "alpha_t", "alpha_bar_prev", "alpha_bar_t"),
        within=("x_t", "x_0", "eps", "posterior_var", "score_given_x0", *ONE_LEVEL),
        ways=(
            "(alpha_t/(1-alpha_t)*(x_t/sqrt(alpha_t)) + 1/(1-alpha_bar_prev)*(sqrt(alpha_bar_prev)*x_0))/(alpha_t/(1-alpha_t) + 1/(1-alpha_bar_prev))",
            "sqrt(alpha_bar_prev)*x_0 + sqrt(alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t)*(x_t - sqrt(alpha_bar_t)*x_0)",
        ),
    ),
    Formula(
        "06.3",
        "Derive the next line. In the exponent stands $\\frac{\\alpha_t}{1-\\alpha_t}+\\frac1{1-\\bar\\alpha_{t-1}}$ "
        "before $x_{t-1}^2$. Bring it to one fraction, in $\\alpha_t$, $\\bar\\alpha_{t-1}$ and $\\bar\\alpha_t$.",
        "$\\alpha_t(1-\\bar\\alpha_{t-1})+1-\\alpha_t=1-\\bar\\alpha_t$ over the common denominator.",
        ("what is the common denominator?", "what is $\\alpha_t\\bar\\alpha_{t-1}$?"),
        "it is larger than each of the two",
        {"M5": "(1-alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t)"},
        truth="(1-alpha_bar_t)/((1-alpha_t)*(1-alpha_bar_prev))",
        left="1/posterior_var",
        arguments=("alpha_t", "alpha_bar_prev", "alpha_bar_t"),
        within=("alpha_t", "alpha_bar_prev", "alpha_bar_t"),
        ways=(
            "alpha_t/(1-alpha_t) + 1/(1-alpha_bar_prev)",
            "(alpha_t*(1-alpha_bar_prev) + 1-alpha_t)/((1-alpha_t)*(1-alpha_bar_prev))",
        ),
    ),
    Hunt(
        "06.4",
        "This mean was copied from a blackboard, with one root wrong. Write `test(posterior_mean)` that catches it, and "
        "the other ways to copy it wrongly.",
        "The first property of the lesson, and a second one: the weight of $x_t$ alone, squared, times the noise of "
        "$x_t$, plus $\\sigma_q^2$, is the noise of $x_{t-1}$.",
        (
            "which properties has the mean?",
            "one property is not enough: find two",
        ),
        families={"M6": "alpha_bar for alpha"},
        source=POSTERIOR,
        trial=CALLS,
        slips={
            "alpha_bar for alpha": (
                "np.sqrt(alpha) * (1 - alpha_bar_prev)",
                "np.sqrt(alpha_bar) * (1 - alpha_bar_prev)",
            ),
            "an index shifted": ("(1 - alpha_bar_prev) * x_t", "(1 - alpha_bar) * x_t"),
            "the weights swapped": ("* x_t\n", "* x_0\n    x_0 = x_t\n"),
            "a root dropped": ("np.sqrt(alpha_bar_prev)", "alpha_bar_prev"),
            "a denominator lost": (" / (1 - alpha_bar)", ""),
            "a sign flipped": ("kept + told", "kept - told"),
        },
        shown_slip="alpha_bar for alpha",
        test="""
def test(posterior_mean):
    for a, prev in ((0.8, 0.6), (0.55, 0.3)):
        bar, x_0 = a * prev, 1.7
        assert abs(posterior_mean(bar**0.5 * x_0, x_0, a, prev) - prev**0.5 * x_0) < 1e-9
        weight, variance = posterior_mean(1.0, 0.0, a, prev), (1 - a) * (1 - prev) / (1 - bar)
        assert abs(weight**2 * (1 - bar) + variance - (1 - prev)) < 1e-9
""",
    ),
    Prediction(
        "06.5",
        "The data are a coin, ±1. You see $x_t$ but not $x_0$. One large step back, $q(x_{t-1}\\mid x_t)$: which shape?",
        "Given $x_0$ the step back is a bell, for steps of any size. Without $x_0$ it is a blend of two bells; only for "
        "small steps is that blend nearly one bell.",
        ("what is $q(x_{t-1}\\mid x_t)$ as a sum over $x_0$?",),
        choices=(
            "one bell, for every step size",
            "two bells blended",
            "uniform",
            "one bell, wider than with x_0 known",
        ),
        right="two bells blended",
        run="""
import numpy as np
x_t, alpha, alpha_bar_prev, x = 0.0, 0.3, 0.9, np.linspace(-3, 3, 601)
starts = [np.exp(-((x - s * alpha_bar_prev**0.5) ** 2) / (2 * (1 - alpha_bar_prev))) for s in (-1, 1)]
density = np.exp(-((x_t - alpha**0.5 * x) ** 2) / (2 * (1 - alpha))) * sum(starts)
inner = density[1:-1]
x[1:-1][(inner > density[:-2]) & (inner > density[2:])]  # where it has its peaks
""",
        beliefs=(
            ("one bell, for every step size", "that is $q(x_{t-1}\\mid x_t,x_0)$: it knows $x_0$"),
            ("uniform", "each of the two starts contributes a bell"),
            (
                "one bell, wider than with x_0 known",
                "wider it is, but each of the two starts has a bell of its own, and a large step leaves both standing",
            ),
        ),
    ),
)
