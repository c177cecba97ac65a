"""Exercises of lesson 09, the noise schedule."""

import math

from vdm_tutor.exercises.curve import Curve
from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.program import Program
from vdm_tutor.exercises.trials import Calls

LOG_SNR = """
def log_snr(alpha):
    alpha_bar = np.cumprod(alpha[1:])
    return np.log(alpha_bar / (1 - alpha_bar))
"""

EXERCISES = (
    Formula(
        "09.1",
        "The signal-to-noise ratio of $x_t$ (data of unit power), in `alpha_bar_t`.",
        "Squared mean over variance of $q(x_t\\mid x_0)$: $\\bar\\alpha_t/(1-\\bar\\alpha_t)$.",
        ("signal over noise, both as variances",),
        "it falls with t, and is 1 where $\\bar\\alpha_t=1/2$",
        {"M14": "(1-alpha_bar_t)/alpha_bar_t", "M3": "alpha_bar_t**2/(1-alpha_bar_t**2)"},
        equation=109,
        arguments=("alpha_bar_t",),
        within=("alpha_bar_t", "alpha_t", "alpha_bar_prev"),
    ),
    Formula(
        "09.2",
        "Back: $\\bar\\alpha_t$ from `snr_t`.",
        "Solve $\\mathrm{SNR}(1-\\bar\\alpha)=\\bar\\alpha$.",
        ("multiply by $1-\\bar\\alpha_t$ and collect",),
        "it is 1/2 where the ratio is 1",
        {"M14": "snr_t/(1-snr_t)"},
        truth="snr_t/(1+snr_t)",
        noted={
            "a sigmoid of the ratio, not of its logarithm": (
                "sigmoid(snr_t)",
                "a sigmoid is 1/2 at 0: for which ratio is half the variance signal?",
            ),
        },
        left="alpha_bar_t",
        arguments=("snr_t",),
        within=("snr_t",),
        ways=(
            "1/(1 + 1/snr_t)",
            "1 - 1/(1+snr_t)",
        ),
    ),
    Program(
        "09.3",
        "From a blank cell: `log_snr(alpha)` gives log SNR at t = 1..T. `alpha[t]` belongs to step t; `alpha[0]` is 1 and belongs to none.",
        "The running product, and then the log of signal over noise.",
        ("what is $\\bar\\alpha_t$, as a running product?",),
        "it falls at every step",
        {"M14": "a ratio upside down", "M2": "alpha for alpha_bar"},
        source=LOG_SNR,
        trial=Calls((([1.0, 0.9, 0.7, 0.55],), ([1.0, 0.8, 0.6, 0.75, 0.5],))),
        slips={
            "a ratio upside down": ("alpha_bar / (1 - alpha_bar)", "(1 - alpha_bar) / alpha_bar"),
            "alpha for alpha_bar": ("np.cumprod(alpha[1:])", "np.array(alpha[1:])"),
            "a logarithm lost": ("np.log(alpha_bar / (1 - alpha_bar))", "alpha_bar / (1 - alpha_bar)"),
            "a denominator lost": ("alpha_bar / (1 - alpha_bar)", "alpha_bar"),
            "a root too many": ("np.log(alpha_bar / (1 - alpha_bar))", "np.log(np.sqrt(alpha_bar / (1 - alpha_bar)))"),
        },
        notes={"a logarithm lost": "the logarithm is asked for", "a denominator lost": "signal over *noise*"},
    ),
    Curve(
        "09.4",
        "Draw $\\bar\\alpha$ against log SNR: its height at log SNR = -6, -2, 0, 2, 6.",
        "A sigmoid: $\\bar\\alpha=1/(1+e^{-\\log\\mathrm{SNR}})$.",
        ("where is signal equal to noise?", "can it leave 0..1?"),
        places=(-6.0, -2.0, 0.0, 2.0, 6.0),
        truth=lambda x: 1 / (1 + math.exp(-x)),
        wrong={
            "a straight line": (lambda x: (x + 6) / 12, "it is steep in the middle and flat at both ends"),
            "the noise's share": (lambda x: 1 / (1 + math.exp(x)), "that is $1-\\bar\\alpha$"),
        },
    ),
    Prediction(
        "09.5",
        "Two schedules with infinitely many steps share their first and last noise level, and go from one to the other in different shapes. Which has the better bound, for one and the same denoiser?",
        "The sum becomes an integral over SNR, and the integral does not know at which time a level was passed.",
        ("over which variable can the integral be taken?",),
        choices=(
            "the one that lingers at clean levels",
            "the one that lingers at noisy levels",
            "neither: the bounds are the same",
        ),
        right="neither: the bounds are the same",
        run="""
import numpy as np
def loss(path):
    snr = np.exp(6 - 12 * path)  # from 6 to -6 in log SNR; the error of bell data is 1/(1 + SNR)
    return np.sum((snr[:-1] - snr[1:]) / (1 + snr[1:])) / 2
u = np.linspace(0, 1, 1_000_001)
loss(u), loss(u**3), loss(u**0.5)
""",
        beliefs=(
            ("the one that lingers at clean levels", "more steps there, and each weighs less by as much"),
            ("the one that lingers at noisy levels", "more steps there, and each weighs less by as much"),
        ),
    ),
)
