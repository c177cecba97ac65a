"""Exercises of lesson 12, score models."""

from vdm_tutor.exercises.curve import Curve
from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.program import Program
from vdm_tutor.exercises.walks import Langevin

WALK = """
def walk(x, score, c, n, noise):
    for _ in range(n):
        x = x + c * score(x) + np.sqrt(2 * c) * noise()
    return x
"""

EXERCISES = (
    Formula(
        "12.1",
        "One Langevin step from x, with the step size `c`, a fresh noise `eps_step` and `grad(log(p(x)), x)`.",
        "Uphill by c times the slope, and noise of variance 2c: together they keep the density.",
        ("how much noise keeps a walk from settling on the top?",),
        "for small c the walk keeps the variance of a bell",
        {"M17": "x + c*grad(log(p(x)), x) + sqrt(c)*eps_step"},
        equation=158,
        noted={
            "another paper's step size, twice this one": (
                "x + c/2*grad(log(p(x)), x) + sqrt(c)*eps_step",
                "here c stands before the slope without a half; what then stands under the root?",
            ),
        },
    ),
    Program(
        "12.2",
        "From a blank cell: `walk(x, score, c, n, noise)`, n Langevin steps with the function `score(x)`. `noise()` is a standard normal draw.",
        "Each step takes a fresh draw, of variance 2c.",
        ("the noise has the variance 2c: what multiplies a draw?",),
        "the mean moves towards the data's mean",
        {"M17": "a factor 2 lost", "M15": "a root dropped"},
        source=WALK,
        trial=Langevin(),
        slips={
            "a factor 2 lost": ("np.sqrt(2 * c)", "np.sqrt(c)"),
            "a root dropped": ("np.sqrt(2 * c)", "2 * c"),
            "a sign flipped": ("x + c * score", "x - c * score"),
            "no noise at all": ("np.sqrt(2 * c) * noise()", "0 * noise()"),
            "the range cut or stretched": ("range(n)", "range(n - 1)"),
            "the SDE's half": ("c * score(x)", "c / 2 * score(x)"),
        },
        notes={
            "no noise at all": "then everybody ends on the top",
            "the SDE's half": "half the slope goes with noise of variance c",
        },
    ),
    Prediction(
        "12.3",
        "Two heaps far apart, the left with a third of the data. A thousand Langevin walkers start between them and use the exact score. Which share ends on the left, after many small steps?",
        "Between the heaps the density is almost zero, and nobody crosses in any time that you would wait: the start decides. Noise at many levels mends it.",
        ("what does the score know of a heap's share, far away?",),
        choices=("a third", "what the start decides, near a half", "none"),
        right="what the start decides, near a half",
        run="""
import numpy as np
rng = np.random.default_rng(0)
x, c = rng.uniform(-1, 1, 1000), 0.01
for _ in range(2000):  # bells at -5 and 5, a third of the data in the left one
    left = 1 / (1 + 2 * np.exp(10 * x))
    x = x + c * (5 - 10 * left - x) + (2 * c) ** 0.5 * rng.normal(size=1000)
np.mean(x < 0)
""",
        beliefs=(
            ("a third", "in the limit, yes; but crossing the desert takes longer than anybody waits"),
            ("none", "who starts a little to the left goes left"),
        ),
    ),
    Curve(
        "12.4",
        "The bell has variance 1. Draw the variance at which Langevin walkers come to rest against the step size c: at c = 0, 0.5, 1, 1.5.",
        "$1/(1-c/2)$: a step that is too long overshoots, and at c = 2 nothing rests.",
        ("for which c does the walk keep the density?", "what happens when a step leaps over the top?"),
        places=(0.0, 0.5, 1.0, 1.5),
        truth=lambda c: 1 / (1 - c / 2),
        wrong={
            "it stays 1": (lambda c: 1.0, "that is so only for small steps"),
            "one step's noise": (lambda c: 2 * c, "that is what one step adds: the walk keeps what was added before"),
            "it shrinks": (lambda c: 1 - c / 2, "long steps overshoot: the walkers spread"),
        },
    ),
)
