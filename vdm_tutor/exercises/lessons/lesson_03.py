"""Exercises of lesson 03, a hierarchy."""

from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.program import Program
from vdm_tutor.exercises.walks import Chain

ENCODE = """
def encode(x, weights, variances, noise):
    z = x
    for weight, variance in zip(weights, variances):
        z = weight * z + np.sqrt(variance) * noise()
    return z
"""

EXERCISES = (
    Formula(
        "03.1",
        "The model of a hierarchy with T levels runs downwards. Write its joint law of x and $z_1..z_T$, with `z[T]`, `z[t-1]` and `prod(t, 2, T, ...)`.",
        "It begins at the top, goes down a step at a time, and ends at x.",
        ("which level has no parent?", "which law ends at x?"),
        "summed over all z it is $p(x)$",
        {"M24": "p(z[T])*p(x | z[1])*prod(t, 1, T, p(z[t-1] | z[t]))"},
        equation=23,
    ),
    Formula(
        "03.2",
        "The encoder runs upwards. Write $q(z_{1:T}\\mid x)$ as a product.",
        "It begins at x, and each level knows only the one below it.",
        ("which factor knows x?",),
        "summed over all z it is 1",
        {"M22": "q(z[1] | x)*prod(t, 2, T, q(z[t-1] | z[t]))"},
        equation=24,
    ),
    Program(
        "03.3",
        "From a blank cell: `encode(x, weights, variances, noise)`, one run upwards: $z_t=w_tz_{t-1}+$ noise of variance $v_t$, with $z_0=x$. `noise()` gives a standard normal draw. Give back $z_T$.",
        "Each level multiplies what is below and adds fresh noise of its own standard deviation.",
        ("a noise of variance v is a standard normal draw times what?",),
        "without noise, z_T is x times all the weights",
        {"M1": "variance for standard deviation"},
        source=ENCODE,
        trial=Chain(),
        slips={
            "variance for standard deviation": ("np.sqrt(variance)", "variance"),
            "each level sees x itself": ("weight * z +", "weight * x +"),
            "the lower levels' noises not faded": (
                "    return z",
                "    return np.prod(weights) * x + np.sqrt(np.sum(variances)) * noise()",
            ),
        },
        notes={
            "each level sees x itself": "Markov: level t sees level t - 1",
            "the lower levels' noises not faded": "the noise of a level passes through all levels above it",
        },
    ),
    Prediction(
        "03.4",
        "A hierarchy's encoder is frozen, and it is a good one: the top level is standard normal. Can the gap still be closed?",
        "The gap is a KL between two laws of all levels: the decoder's way back can be learned until it is the encoder's own reverse. With many small steps bells are enough for that.",
        ("whose reverse must the decoder learn?",),
        choices=(
            "no, only a learned encoder closes it",
            "yes, if each step's reverse is in reach of the decoder",
            "yes, with any number of levels",
        ),
        right="yes, if each step's reverse is in reach of the decoder",
        run="""
import numpy as np
def log_bell(x, mean, var):
    return -((x - mean) ** 2 / var + np.log(2 * np.pi * var)) / 2
rng, x = np.random.default_rng(0), 0.7
z_1 = 0.6 * x + 0.8 * rng.normal(size=5)  # the frozen encoder, of data N(0, 1)
z_2 = 0.6 * z_1 + 0.8 * rng.normal(size=5)
down = log_bell(z_2, 0, 1) + log_bell(z_1, 0.6 * z_2, 0.64) + log_bell(x, 0.6 * z_1, 0.64)
up = log_bell(z_1, 0.6 * x, 0.64) + log_bell(z_2, 0.6 * z_1, 0.64)
log_bell(x, 0, 1) - (down - up)  # the gap, draw by draw
""",
        beliefs=(
            ("no, only a learned encoder closes it", "p can come to q as well as q to p"),
            (
                "yes, with any number of levels",
                "with few levels the reverse of a step is no bell, and a bell cannot follow it",
            ),
        ),
    ),
)
