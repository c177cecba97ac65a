"""Exercises of lesson 02, the variational autoencoder."""

from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.hunt import Hunt
from vdm_tutor.exercises.program import Program
from vdm_tutor.exercises.trials import Calls

DRAW = """
def draw(mean, logvar, z):
    return mean + np.exp(0.5 * logvar) * z
"""
RATE = """
def rate(mean, logvar):
    return 0.5 * np.sum(np.exp(logvar) + mean**2 - 1 - logvar, axis=-1)
"""
LOSS = """
def loss(recon, rate):
    return np.mean(rate - recon)
"""
ROWS = ([[0.3, -0.8, 1.2], [0.5, 0.1, -1.4]], [[-0.5, 0.4, 0.9], [0.2, -1.1, 0.3]])
SQUARE = ([[0.3, -0.8], [0.5, 0.1]], [[-0.5, 0.4], [0.2, -1.1]])
WIDE = ([[0.3, -0.8], [0.5, 0.1]], [[0.5, 1.4], [0.2, 2.1]])

EXERCISES = (
    Formula(
        "02.1",
        "Write the VAE's bound as reconstruction and rate: an average `E[q(z|x)](...)` and a `KL(..., ...)`.",
        "$\\log p(x,z)=\\log p(x\\mid z)+\\log p(z)$; the second part and q make a KL, which is a cost.",
        ("split $p(x,z)$ by the chain rule", "which of the two parts is a gain, and which a cost?"),
        "where z says nothing and q is the prior, the KL is 0",
        {
            "M20": "E[q(z | x)](log(p(x | z))) + KL(q(z | x), p(z))",
            "M11": "E[q(z | x)](log(p(x | z))) - KL(p(z), q(z | x))",
        },
        equation=19,
    ),
    Program(
        "02.2",
        "From a blank cell: `draw(mean, logvar, z)`, a draw of $q(z\\mid x)$ made from a standard normal z.",
        "The standard deviation is the root of exp(logvar), and that is exp(logvar/2).",
        ("what multiplies z: a variance, or a standard deviation?",),
        "with z = 1 it is one standard deviation above the mean",
        {"M21": "variance for standard deviation"},
        source=DRAW,
        trial=Calls(((0.3, -0.8, 1.2), (-1.0, 0.6, 0.4), (*ROWS, ROWS[0]))),
        slips={
            "variance for standard deviation": ("np.exp(0.5 * logvar)", "np.exp(logvar)"),
            "an exponential lost": ("np.exp(0.5 * logvar)", "logvar"),
            "a sign flipped": ("0.5 * logvar", "-0.5 * logvar"),
        },
        notes={"an exponential lost": "a log-variance was handed over, not a standard deviation"},
    ),
    Program(
        "02.3",
        "From a blank cell: `rate(mean, logvar)`, the KL of $q(z\\mid x)$ from $\\mathcal N(0,\\mathbf I)$ in nats, one number for each row.",
        "A KL of independent coordinates is the *sum* over the coordinates.",
        (
            "one coordinate first: the KL of two bells with the second standard",
            "coordinates are independent: what adds up?",
        ),
        "it is 0 for mean 0 and logvar 0, whatever the number of coordinates; doubling the coordinates doubles it",
        {"M11": "a term dropped"},
        source=RATE,
        trial=Calls((ROWS, SQUARE, WIDE)),
        slips={
            "a sum for a mean, or a mean for a sum": ("np.sum", "np.mean"),
            "the 1/2 lost": ("0.5 * np", "1.0 * np"),
            "a term dropped": (" - 1 - logvar", " - logvar"),
            "a sign flipped": ("- 1 - logvar", "- 1 + logvar"),
            "a square lost": ("mean**2", "mean"),
            "the sum over the batch": ("axis=-1", "axis=0"),
            "the arguments swapped": (
                "np.exp(logvar) + mean**2 - 1 - logvar",
                "np.exp(-logvar) * (1 + mean**2) - 1 + logvar",
            ),
        },
        notes={
            "a sum for a mean, or a mean for a sum": "a KL adds over coordinates; a mean would change with their number",
            "the sum over the batch": "one number for each row: sum over the coordinates, not over the rows",
        },
    ),
    Formula(
        "02.4",
        "In the survey's Eq. 22 draws $z_1..z_L$ stand for the average. Write the estimate so that it is right on average: `E[q(z[1:L]|x)](... sum(l, 1, L, log(p(x|z[l])))) - KL(q(z|x), p(z))`.",
        "An average of L draws is their sum divided by L; as printed the first term counts L times.",
        ("what happens to a sum of L equal numbers when L doubles?",),
        "it does not depend on L",
        {"M16": "E[q(z[1:L] | x)](sum(l, 1, L, log(p(x | z[l])))) - KL(q(z | x), p(z))"},
        equation=22,
    ),
    Hunt(
        "02.5",
        "This is to be minimised. `recon` is $\\log p(x\\mid z)$ and `rate` the KL, one number for each example. Write `test(loss)` that shows what is wrong.",
        "A better reconstruction must lower the loss and a higher rate must raise it; the batch is averaged.",
        ("which way must the loss go when `rate` grows?",),
        families={"M20": "the rate subtracted"},
        source=LOSS,
        trial=Calls(()),
        slips={
            "the rate subtracted": ("rate - recon", "-recon - rate"),
            "the bound itself is minimised": ("rate - recon", "recon - rate"),
            "the rate forgotten": ("rate - recon", "-recon"),
        },
        shown_slip="the rate subtracted",
        test="""
def test(loss):
    recon, rate = np.array([-1.0, -2.0, -4.0]), np.array([0.5, 0.25, 2.0])
    assert loss(recon, rate + 1) > loss(recon, rate)
    assert loss(recon + 1, rate) < loss(recon, rate)
""",
    ),
)
