"""Exercises of lesson 05, two decompositions."""

from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.program import Program
from vdm_tutor.exercises.trials import Calls
from vdm_tutor.proofs.claim import Chain as OnChains

BOUND = """
def bound(recon, prior_kl, denoise_kl):
    return recon - prior_kl - np.sum(denoise_kl[2:])
"""
NAN = float("nan")

EXERCISES = (
    Formula(
        "05.1",
        "Bayes' rule under a condition: write $q(x_t\\mid x_{t-1},x_0)$ with the three laws that look back to $x_0$. Steps are `x[t]`, `x[t-1]`, `x[0]`.",
        "Bayes, with $x_0$ behind every bar.",
        ("write Bayes without $x_0$ first", "then put $x_0$ behind each bar"),
        "multiplied by $q(x_{t-1}\\mid x_0)$ it is the joint law of both steps",
        equation=46,
        given="x[0]",
    ),
    Formula(
        "05.2",
        "The bound of a chain in three terms: reconstruction, prior, and a `sum(t, 2, T, ...)` of averaged KLs. Write it.",
        "Three moves: condition on $x_0$, Bayes, telescope. What is left at t = 1 is the reconstruction.",
        ("which law has no parameters?", "at which t does the sum begin, and why?"),
        "for a perfect model it is $\\log p(x_0)$",
        {
            "M24": "E[q(x[1] | x[0])](log(p(x[0] | x[1]))) - KL(q(x[T] | x[0]), p(x[T])) - sum(t, 1, T, E[q(x[t] | x[0])](KL(q(x[t-1] | x[t], x[0]), p(x[t-1] | x[t]))))",
            "M20": "E[q(x[1] | x[0])](log(p(x[0] | x[1]))) + KL(q(x[T] | x[0]), p(x[T])) - sum(t, 2, T, E[q(x[t] | x[0])](KL(q(x[t-1] | x[t], x[0]), p(x[t-1] | x[t]))))",
        },
        equation=58,
    ),
    Program(
        "05.3",
        "From a blank cell: `bound(recon, prior_kl, denoise_kl)`. `denoise_kl[t]` is the KL of step t; entries 0 and 1 are nan, for there is no such term.",
        "The sum runs from t = 2: the step to $x_0$ is the reconstruction.",
        ("which terms are gains, and which costs?",),
        "it never rises when a KL does",
        {"M24": "the range cut or stretched", "M20": "a sign flipped"},
        source=BOUND,
        trial=Calls(
            (
                (-1.3, 0.2, [NAN, NAN, 0.3, 0.11, 0.07]),
                (-0.4, 0.05, [NAN, NAN, 0.9]),
                (-0.9, 0.31, [NAN, NAN, 0.22, 0.4]),
                (2.1, 0.7, [NAN, NAN, 1.3, 0.6, 0.2, 0.45]),
                (0.3, 1.1, [NAN, NAN, 0.8, 0.15, 0.5]),
                (-2.2, 0.09, [NAN, NAN, 0.35, 0.05, 0.6]),
            )
        ),
        slips={
            "the range cut or stretched": ("denoise_kl[2:]", "denoise_kl[1:]"),
            "the last step forgotten": ("denoise_kl[2:]", "denoise_kl[2:-1]"),
            "a sign flipped": ("recon - prior_kl", "recon + prior_kl"),
            "a sum for a mean, or a mean for a sum": ("np.sum", "np.mean"),
        },
    ),
    Prediction(
        "05.4",
        "Which of the three terms can training not change?",
        "The prior term compares $q(x_T\\mid x_0)$, which is fixed, with $\\mathcal N(0,\\mathbf I)$, which is fixed too.",
        ("in which term does no network stand?",),
        families={"M24": "reconstruction"},
        choices=("reconstruction", "the prior term", "the sum over t"),
        right="the prior term",
        run="""
import inspect
from vdm_tutor.elbo import prior_kl
inspect.signature(prior_kl)  # is there a network among what it needs?
""",
        beliefs=(
            ("reconstruction", "$p(x_0\\mid x_1)$ is the model's last step: its mean may be learned"),
            ("the sum over t", "that is where the network is trained"),
        ),
    ),
    Formula(
        "05.5",
        "Derive the next line. From $\\mathbb E_{q(x_{1:T}\\mid x_0)}[\\log\\frac{p(x_T)}{q(x_T\\mid x_0)}]$: drop what the integrand does not see, and write what is left as minus one KL.",
        "Only $x_T$ is seen, so the average is over $q(x_T\\mid x_0)$; the log ratio upside down is a KL.",
        ("which of the variables stand in the integrand?", "a KL has its own law on top of the ratio"),
        "it is never positive",
        {"M11": "-KL(p(x[T]), q(x[T] | x[0]))"},
        truth="-KL(q(x[T] | x[0]), p(x[T]))",
        left="E[q(x[1:T] | x[0])](log(p(x[T])/q(x[T] | x[0])))",
        by=OnChains(general="means"),
    ),
)
