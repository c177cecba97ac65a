"""Exercises of lesson 13, guidance."""

from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.program import Program
from vdm_tutor.exercises.trials import Calls

GUIDED = """
def guided(eps_without, eps_with, scale):
    return eps_without + scale * (eps_with - eps_without)
"""
CLASSIFIER = """
def guided(eps_hat, slope, alpha_bar, scale):
    return eps_hat - scale * np.sqrt(1 - alpha_bar) * slope
"""
ROWS = ([[0.3, -0.8, 1.2], [0.5, 0.1, -1.4]], [[-0.5, 0.4, 0.9], [0.2, -1.1, 0.3]])

EXERCISES = (
    Formula(
        "13.1",
        "Guidance without a classifier, in scores: `score` of $p(x_t)$, `score_given_y` of $p(x_t\\mid y)$ and $\\gamma$ (`guidance_scale`).",
        "From the unconditional score, $\\gamma$ times the way to the conditional one.",
        ("what must come out for $\\gamma=0$, and for $\\gamma=1$?",),
        "$\\gamma=1$ gives the conditional score, $\\gamma=0$ the unconditional",
        {"M18": "score + (1+guidance_scale)*(score_given_y-score)"},
        truth="score + guidance_scale*(score_given_y-score)",
        left="guidance_scale*score_given_y + (1-guidance_scale)*score",
        arguments=("score", "score_given_y", "guidance_scale"),
        noted={
            "weights that add up to 1": (
                "(score + guidance_scale*score_given_y)/(1 + guidance_scale)",
                "guidance goes beyond the conditional score: what must come out for $\\gamma=1$?",
            )
        },
        ways=(
            "guidance_scale*score_given_y + (1-guidance_scale)*score",
            "score_given_y + (guidance_scale-1)*(score_given_y-score)",
        ),
    ),
    Program(
        "13.2",
        "From a blank cell: `guided(eps_without, eps_with, scale)`, where scale 1 is plain conditional sampling.",
        "The same line for predicted noises: they are the scores, times one number.",
        ("try scale 0 and scale 1",),
        "scale 1 gives `eps_with`, scale 0 gives `eps_without`",
        {"M18": "another paper's guidance scale (1 + w)"},
        source=GUIDED,
        trial=Calls(((*ROWS, 2.5), (*ROWS, 0.3), (0.2, 1.1, 4.0))),
        slips={
            "another paper's guidance scale (1 + w)": ("scale * (", "(1 + scale) * ("),
            "the difference the wrong way round": ("(eps_with - eps_without)", "(eps_without - eps_with)"),
            "begun at the conditional one": ("return eps_without +", "return eps_with +"),
            "only the conditional part": ("eps_without + scale * (eps_with - eps_without)", "scale * eps_with"),
            "weights that add up to 1": (
                "eps_without + scale * (eps_with - eps_without)",
                "(eps_without + scale * eps_with) / (1 + scale)",
            ),
        },
        notes={
            "begun at the conditional one": "that is the other convention: here scale 0 is unconditional",
            "weights that add up to 1": "guidance goes beyond the conditional one: what must come out for scale 1?",
            "only the conditional part": "the unconditional one has the weight 1 - scale",
        },
    ),
    Program(
        "13.3",
        "From a blank cell, guidance by a classifier for a predicted noise: `guided(eps_hat, slope, alpha_bar, scale)`, with `slope` the gradient of $\\log p(y\\mid x_t)$ in $x_t$.",
        "The slope is added to the *score*; noise is minus the score times its standard deviation.",
        ("what is the noise, written as a score?", "to which of the two is the slope added?"),
        "a slope that points up moves $\\hat x_0$ up",
        {"M19": "a sign flipped"},
        source=CLASSIFIER,
        trial=Calls(((*ROWS, 0.3, 2.5), (0.2, 1.1, 0.8, 1.0), (0.2, 1.1, 0.45, 4.0))),
        slips={
            "a sign flipped": ("eps_hat - scale", "eps_hat + scale"),
            "variance for standard deviation": ("np.sqrt(1 - alpha_bar)", "(1 - alpha_bar)"),
            "a factor dropped": ("* np.sqrt(1 - alpha_bar) ", ""),
            "a and 1 - a confused": ("np.sqrt(1 - alpha_bar)", "np.sqrt(alpha_bar)"),
            "a ratio upside down": ("* np.sqrt(1 - alpha_bar)", "/ np.sqrt(1 - alpha_bar)"),
        },
    ),
    Prediction(
        "13.4",
        "A sampler adds $\\gamma$ times the classifier's slope at every noise level, with $\\gamma=3$. Does it sample $p(x_0)\\,p(y\\mid x_0)^3$?",
        "At each level the slope is that of the noised law raised to a power; the power of a noised law is not the noised law of the power. So the levels do not fit together.",
        ("is the noised version of a power the power of the noised version?",),
        choices=("yes, exactly", "no: the levels do not belong to one law", "yes, for small steps"),
        right="no: the levels do not belong to one law",
        run="""
import numpy as np
x = np.linspace(-5, 5, 1001)  # a coin at half noise; y is seen with 0.8 from +1, with 0.2 from -1
plus, minus = np.exp(-((x - 0.5**0.5) ** 2)), np.exp(-((x + 0.5**0.5) ** 2))
wanted = 0.8**3 * plus + 0.2**3 * minus  # p(x_0) p(y | x_0)^3, noised
used = (plus + minus) * ((0.8 * plus + 0.2 * minus) / (plus + minus)) ** 3  # p(x_t) p(y | x_t)^3
abs(wanted / wanted.sum() - used / used.sum()).sum() / 2  # the share of draws that differ
""",
        beliefs=(
            ("yes, exactly", "that would need $p(y\\mid x_t)^3$ to be the noised $p(y\\mid x_0)^3$, and it is not"),
            (
                "yes, for small steps",
                "smaller steps follow the same field more exactly; the field itself is another one",
            ),
        ),
    ),
    Formula(
        "13.5",
        "Bayes for scores: $\\nabla\\log p(x_t\\mid y)$ as a sum of two slopes, with `grad(log(...), x_t)`.",
        "The log of Bayes' rule, and $p(y)$ does not depend on $x_t$.",
        ("take the log of Bayes' rule first", "which factor has no slope in $x_t$?"),
        "where y tells nothing it is the score of $p(x_t)$",
        {"M19": "grad(log(p(x_t)), x_t) - grad(log(p(y | x_t)), x_t)"},
        equation=165,
    ),
)
