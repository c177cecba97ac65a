"""Exercises of lesson 01, the bound."""

from vdm_tutor.exercises.curve import Curve
from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.program import Program
from vdm_tutor.exercises.trials import Calls
from vdm_tutor.proofs.claim import Chain as OnChains

LATENT = OnChains("one latent", "law")
KL = """
def kl(mean_1, var_1, mean_2, var_2):
    return 0.5 * (np.log(var_2 / var_1) + (var_1 + (mean_1 - mean_2) ** 2) / var_2 - 1)
"""
BELLS = Calls(
    (
        (0.7, 0.4, -0.3, 1.7),
        (1.0, 2.0, 1.5, 0.6),
        (0.2, 0.9, 0.2, 0.9),
        (-1.1, 1.3, 0.4, 0.5),
        (0.6, 0.2, 2.3, 2.1),
        (1.4, 0.7, -0.9, 1.2),
    )
)

EXERCISES = (
    Formula(
        "01.1",
        "Write the bound below $\\log p(x)$ as one average under $q(z\\mid x)$. Averages are written `E[q(z|x)](...)`.",
        "Multiply by $q/q$ inside the integral, read it as an average under q, and let the log go inside: Jensen.",
        ("begin from $\\log\\int p(x,z)\\,dz$", "multiply and divide by $q(z\\mid x)$"),
        "for $q(z\\mid x)=p(z\\mid x)$ it is $\\log p(x)$",
        {"M20": "E[q(z | x)](log(q(z | x)/p(x, z)))"},
        equation=8,
    ),
    Formula(
        "01.2",
        "What is missing from the bound to $\\log p(x)$? Write it as one KL divergence, `KL(..., ...)`.",
        "$\\log p(x)$ minus the bound is $\\mathrm{KL}(q(z\\mid x)\\,\\|\\,p(z\\mid x))$: it is zero only where q is the posterior.",
        ("put $p(x,z)=p(z\\mid x)p(x)$ into the bound",),
        "it is 0 for $q(z\\mid x)=p(z\\mid x)$",
        {"M11": "KL(p(z | x), q(z | x))"},
        truth="KL(q(z | x), p(z | x))",
        left="log(p(x)) - E[q(z | x)](log(p(x, z)/q(z | x)))",
        by=LATENT,
    ),
    Program(
        "01.3",
        "From a blank cell: `kl(mean_1, var_1, mean_2, var_2)`, the divergence of the first bell from the second, in nats.",
        "Half of: the log of the ratio of variances, plus the mean square of a draw of the first in units of the second's variance, minus 1.",
        ("it is the first bell's average of the log ratio of densities", "it must be 0 for two equal bells"),
        "it is 0 for two equal bells, and never negative",
        {"M11": "the arguments swapped"},
        source=KL,
        trial=BELLS,
        slips={
            "the arguments swapped": (
                "    return 0.5",
                "    mean_1, var_1, mean_2, var_2 = mean_2, var_2, mean_1, var_1\n    return 0.5",
            ),
            "the 1/2 lost": ("0.5 * (", "1.0 * ("),
            "a term dropped": (" - 1)", ")"),
            "a ratio upside down": ("np.log(var_2 / var_1)", "np.log(var_1 / var_2)"),
            "a square lost": ("(mean_1 - mean_2) ** 2", "abs(mean_1 - mean_2)"),
            "standard deviation for variance": (
                "    return 0.5",
                "    var_1, var_2 = var_1**2, var_2**2\n    return 0.5",
            ),
        },
    ),
    Prediction(
        "01.4",
        "The bound has been raised as far as q can raise it. Is the gap zero now?",
        "The best q of a family need not be the posterior: what is left is the KL to it.",
        ("what is the gap, as a divergence?",),
        choices=("yes, always", "only if the posterior is among the q that were tried", "never"),
        right="only if the posterior is among the q that were tried",
        run="""
import numpy as np
z = np.linspace(-8, 8, 801)
p = np.exp(-((z - 2) ** 2) / 2) + np.exp(-((z + 2) ** 2) / 2)  # a posterior with two heaps
bells = [np.exp(-(((z - m) / s) ** 2) / 2) for m in np.linspace(-3, 3, 25) for s in np.linspace(0.5, 4, 36)]
min(q / q.sum() @ np.log(q / q.sum() * p.sum() / p) for q in bells)  # the gap of the best bell
""",
        beliefs=(
            ("yes, always", "a maximum over a family is a maximum over that family only"),
            ("never", "take q equal to the posterior: then the gap is zero"),
        ),
    ),
    Curve(
        "01.5",
        "Draw $\\mathrm{KL}(\\mathcal N(0,1)\\,\\|\\,\\mathcal N(m,1))$ against m: its height at m = -2, -1, 0, 1, 2.",
        "Half the squared distance: $m^2/2$.",
        ("how large is it at m = 0?", "does it know the sign of m?"),
        places=(-2.0, -1.0, 0.0, 1.0, 2.0),
        truth=lambda m: m * m / 2,
        wrong={
            "the 1/2 lost": (lambda m: m * m, "a Gaussian's exponent has a factor 1/2"),
            "a square lost": (lambda m: abs(m), "near m = 0 it is flat, not a corner"),
            "it has a sign": (lambda m: m, "a divergence is never negative"),
        },
    ),
)
