"""Exercises of lesson 14, digits and bits."""

from vdm_tutor.exercises.hunt import Hunt
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.program import Program
from vdm_tutor.exercises.trials import Calls

BITS = """
def bits(recon, prior_kl, denoise_kl, n_pixels):
    elbo = recon - prior_kl - denoise_kl
    return -elbo / (n_pixels * np.log(2))
"""
LAST_STEP = """
def last_step(x_1, levels, alpha_bar):
    logits = -((x_1 - np.sqrt(alpha_bar) * levels) ** 2) / (2 * (1 - alpha_bar))
    chances = np.exp(logits - np.max(logits))
    return chances / np.sum(chances)
"""
REPORT = """
def report(validation, test):
    return test[np.argmin(validation)]
"""
LEVELS = [-1.0, -0.5, 0.0, 0.5, 1.0]

EXERCISES = (
    Program(
        "14.1",
        "From a blank cell: `bits(recon, prior_kl, denoise_kl, n_pixels)`, the bits per dimension of a bound whose three terms are in nats.",
        "Minus the bound, in bits: divided by $\\ln 2$, and by the number of pixels.",
        ("which of the three terms are costs?", "how many nats is one bit?"),
        "a dearer term of any kind means more bits",
        {"M20": "a sign flipped"},
        source=BITS,
        trial=Calls(
            (
                (-0.09, 0.06, 80.6, 64.0),
                (-3.2, 1.5, 7.0, 2.0),
                (6.2, 0.4, 5.1, 3.0),
                (-1.7, 2.9, 0.8, 5.0),
                (0.6, 0.3, 2.2, 7.0),
                (-11.0, 4.1, 3.3, 16.0),
            )
        ),
        slips={
            "a sign flipped": ("recon - prior_kl", "recon + prior_kl"),
            "a logarithm lost": ("n_pixels * np.log(2)", "n_pixels"),
            "a term dropped": ("recon - prior_kl - denoise_kl", "recon - denoise_kl"),
            "not for each pixel": ("(n_pixels * np.log(2))", "np.log(2)"),
            "a factor where it should divide": ("/ (n_pixels * np.log(2))", "* np.log(2) / n_pixels"),
        },
        notes={
            "a logarithm lost": "that is in nats: one bit is $\\ln 2$ nats",
            "not for each pixel": "these are the bits of a whole image",
            "a factor where it should divide": "a nat is more than a bit, so there are more bits than nats",
        },
    ),
    Program(
        "14.2",
        "From a blank cell: `last_step(x_1, levels, alpha_bar)`, the chance of each level for one pixel that has the value `x_1`. `alpha_bar` is $\\bar\\alpha_1$.",
        "Bayes' rule with equal chances before: $q(x_1\\mid v)$ for each level, divided by their sum.",
        ("what is $q(x_1\\mid v)$, with its mean and its variance?", "what must the chances add up to?"),
        "the chances add up to one, and the nearest level has the largest",
        {"M1": "standard deviation for variance"},
        source=LAST_STEP,
        trial=Calls(((0.3, LEVELS, 0.7), (-0.9, LEVELS, 0.8), (0.05, LEVELS, 0.9))),
        slips={
            "standard deviation for variance": ("(2 * (1 - alpha_bar))", "(2 * np.sqrt(1 - alpha_bar))"),
            "a root dropped": ("np.sqrt(alpha_bar) *", "alpha_bar *"),
            "the 1/2 lost": ("(2 * (1 - alpha_bar))", "(1 - alpha_bar)"),
            "a density for a probability": ("chances / np.sum(chances)", "np.exp(logits)"),
            "the fading forgotten": ("np.sqrt(alpha_bar) * levels", "levels"),
            "the height of the bell": (
                "chances / np.sum(chances)",
                "np.exp(logits) / np.sqrt(2 * np.pi * (1 - alpha_bar))",
            ),
            "divided by their number": ("chances / np.sum(chances)", "np.exp(logits) / len(levels)"),
        },
        notes={
            "a density for a probability": "do they add up to one?",
            "the height of the bell": "a density is no chance: do they add up to one?",
            "divided by their number": "do they add up to one?",
            "the fading forgotten": "where does the mean of $x_1$ lie for a level $v$?",
        },
    ),
    Prediction(
        "14.3",
        "The exact denoiser of a training set of 1000 different images, endlessly many steps, far ends. How many bits does its bound promise for one of these images?",
        "The law that it belongs to draws one of the thousand, each with the same chance: $\\log_2 1000$ bits, about ten, to say which.",
        ("which law has this denoiser as its best one?",),
        choices=("none: it knows the image", "about ten", "about as many as a good network's"),
        right="about ten",
        beliefs=(
            ("none: it knows the image", "it knows a thousand, and which of them is still to be said"),
            (
                "about as many as a good network's",
                "a network has to spell out an image that it has never seen; here it is in a list",
            ),
        ),
        run="""
import numpy as np
points, rng = np.array([-3.0, -1.0, 1.0, 3.0]), np.random.default_rng(0)  # a training set of four
snr, nats = np.exp(np.linspace(8, -8, 2001)), 0.0
for high, low in zip(snr[:-1], snr[1:]):
    x_0 = rng.choice(points, 400)
    seen = x_0 + rng.normal(size=400) / low**0.5
    chance = np.exp(-low * (seen[:, None] - points) ** 2 / 2)
    x0_hat = chance @ points / chance.sum(1)
    nats += (high - low) * np.mean((x_0 - x0_hat) ** 2) / 2
nats / np.log(2)  # log2 of four is 2
""",
    ),
    Hunt(
        "14.4",
        "Bits per dimension after each epoch, on the validation and on the test split. This gives the figure for the paper. Write `test(report)` that shows what is wrong.",
        "The validation split chooses the epoch, the test split gives its figure, once: otherwise the figure is chosen for being low.",
        ("which split may choose, and whose figure is it then?",),
        source=REPORT,
        trial=Calls(()),
        slips={
            "the test split chooses": ("np.argmin(validation)", "np.argmin(test)"),
            "the wrong split reported": ("test[np.argmin(validation)]", "validation[np.argmin(validation)]"),
            "the last epoch": ("np.argmin(validation)", "-1"),
        },
        shown_slip="the test split chooses",
        test="""
def test(report):
    validation, on_test = np.array([2.1, 1.9, 2.0]), np.array([2.0, 1.95, 1.8])
    assert report(validation, on_test) == 1.95
""",
    ),
    Prediction(
        "14.5",
        "A model draws a perfect digit one time in a hundred, and otherwise plain noise. By how many bits per pixel is it worse than the perfect model? (64 pixels)",
        "It gives a digit at least a hundredth of the perfect probability: $\\log_2 100$ bits for a whole image, a tenth of a bit per pixel. Bits are no judge of samples.",
        ("how small can the probability of a digit become?",),
        choices=("by about a tenth of a bit", "by a few bits", "a hundred times worse"),
        right="by about a tenth of a bit",
        beliefs=(
            ("by a few bits", "for the whole image it is about seven bits; how many pixels share them?"),
            ("a hundred times worse", "the probability is; what is its logarithm?"),
        ),
        run="""
import numpy as np
perfect, noise = -75.0, -64 * np.log(17)  # log-probability of a digit, nats
mixed = np.logaddexp(np.log(0.01) + perfect, np.log(0.99) + noise)
(perfect - mixed) / (64 * np.log(2))
""",
    ),
)
