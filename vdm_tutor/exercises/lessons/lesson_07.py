"""Exercises of lesson 07, the objective."""

from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.program import Program
from vdm_tutor.exercises.trials import Calls

STEP_KL = """
def step_kl(mean, mean_hat, var):
    return 0.5 * np.sum((mean - mean_hat) ** 2, axis=-1) / var
"""
ESTIMATE = """
def estimate(kl_at, n_steps, draws):
    return (n_steps - 1) * np.mean([kl_at(t) for t in draws])
"""
ROWS = ([[0.3, -0.8, 1.2], [0.5, 0.1, -1.4]], [[-0.5, 0.4, 0.9], [0.2, -1.1, 0.3]])
SQUARE = ([[0.3, -0.8], [0.5, 0.1]], [[-0.5, 0.4], [0.2, -1.1]])


def price(t):
    return 1.0 / (t + 0.5)


EXERCISES = (
    Formula(
        "07.1",
        "The KL of a denoising step, when both bells have the variance $\\sigma_q^2$ (`posterior_var`): write it with `mu_theta` and `mu_q`; a squared length is `norm2(...)`.",
        "Logs of determinants cancel, the trace is d and cancels too: half the squared distance over the variance.",
        ("what is left of the general formula when the covariances are equal?",),
        "it is 0 where the means agree, in any dimension",
        {"M12": "norm2(mu_theta-mu_q)/(2*posterior_var) + d/2"},
        equation=92,
    ),
    Formula(
        "07.2",
        "In the loss of step t, $\\lVert x_0-\\hat x_0\\rVert^2$ has a weight. Write it with `snr_prev` and `snr_t`.",
        "Half the drop of the signal-to-noise ratio over the step.",
        ("which of the two is larger?", "where does the factor of a Gaussian's exponent go?"),
        "it is positive, and the weights of two neighbouring steps add to that of the two in one",
        {"M13": "1/2*(snr_t-snr_prev)"},
        truth="1/2*(snr_prev-snr_t)",
        left="alpha_bar_prev*(1-alpha_t)**2/(2*posterior_var*(1-alpha_bar_t)**2)",
        arguments=("snr_prev", "snr_t"),
        noted={
            "the weight of another error": (
                "1/2*(snr_prev/snr_t - 1)",
                "that weighs the error of the noise: what is the squared error of $x_0$ beside that of the noise?",
            )
        },
    ),
    Program(
        "07.3",
        "From a blank cell: `step_kl(mean, mean_hat, var)` in nats, for rows of means and one variance; one number for each row.",
        "A KL adds over coordinates.",
        ("is it a sum or a mean over coordinates?",),
        "it is 0 where the means agree, and doubles when each coordinate stands there twice",
        {"M12": "a term left over"},
        source=STEP_KL,
        trial=Calls(((*ROWS, 0.3), (*SQUARE, 1.7))),
        slips={
            "a sum for a mean, or a mean for a sum": ("np.sum", "np.mean"),
            "the 1/2 lost": ("0.5 * np", "1.0 * np"),
            "a square too many": ("/ var", "/ var**2"),
            "standard deviation for variance": ("/ var", "/ np.sqrt(var)"),
            "a term left over": ("/ var", "/ var + 0.5 * mean.shape[-1]"),
        },
        notes={"a term left over": "with equal variances the trace and d cancel"},
    ),
    Program(
        "07.4",
        "The sum over t = 2..T is too long, so a few steps are drawn. Write `estimate(kl_at, n_steps, draws)`: `kl_at(t)` is one step's KL, `draws` the steps t that were drawn, uniformly from 2..T. It must be right on average.",
        "A sum of T - 1 terms is T - 1 times their mean, and the drawn steps estimate the mean.",
        ("how many terms has the sum?",),
        "with every step drawn once it is the sum itself",
        {"M16": "the factor T - 1 lost"},
        source=ESTIMATE,
        trial=Calls(
            (
                (price, 5, [2, 3, 4, 5]),
                (price, 9, [7, 2]),
                (price, 4, [4]),
                (price, 6, [3, 3, 5]),
                (price, 7, [2, 6, 6, 4]),
                (price, 11, [9]),
            )
        ),
        slips={
            "the factor T - 1 lost": ("(n_steps - 1) * ", ""),
            "T for T - 1": ("(n_steps - 1)", "n_steps"),
            "a sum for a mean, or a mean for a sum": ("np.mean", "np.sum"),
            "the sum alone": ("(n_steps - 1) * np.mean", "np.sum"),
        },
        notes={
            "the factor T - 1 lost": "a mean over steps is not their sum: the likelihood looks too good",
            "T for T - 1": "t runs from 2: how many terms is that?",
            "the sum alone": "it is right only if every step was drawn once",
        },
    ),
    Prediction(
        "07.5",
        "Each loss term averages over $x_t\\sim q(x_t\\mid x_0)$. A friend puts the mean $\\sqrt{\\bar\\alpha_t}x_0$ in place of the draws. What does the network learn?",
        "Without noise in its input a network returns $x_0$ by one multiplication: loss 0, and nothing learned of noise.",
        ("can $x_0$ be read off that input?",),
        choices=("the same, faster", "to divide by $\\sqrt{\\bar\\alpha_t}$", "the mean of the data"),
        right="to divide by $\\sqrt{\\bar\\alpha_t}$",
        run="""
import numpy as np
alpha_bar, x_0 = 0.3, np.random.default_rng(0).normal(size=1000)
seen = alpha_bar**0.5 * x_0
np.linalg.lstsq(seen[:, None], x_0, rcond=None)[0], alpha_bar**-0.5  # the best factor, and one that you know
""",
        beliefs=(
            ("the same, faster", "the mean of a square is not the square at the mean"),
            ("the mean of the data", "that would be so if the input told nothing; this one tells all"),
        ),
    ),
)
