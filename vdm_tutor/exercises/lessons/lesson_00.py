"""Exercises of lesson 00, the start."""

from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.hunt import Hunt
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.trials import Calls

SAME = """
def same(a, b):
    return bool(np.max(np.abs(a - b)) < 1e-6)
"""

EXERCISES = (
    Prediction(
        "00.1",
        "A network predicts $x_0$ from pure noise $x_T$, as well as anyone can. Why not stop after that one step: what do a thousand such guesses for the ring look like?",
        "The best guess of $x_0$ from pure noise is the mean of the data, the same for all: the middle of the ring.",
        ("what is the best guess when nothing is known?",),
        choices=("the ring", "a blur around the ring", "one point in the middle"),
        right="one point in the middle",
        run="""
import torch
from vdm_tutor.data import ring
from vdm_tutor.denoiser import ExactDenoiser
pure_noise = torch.randn(1000, 2, generator=torch.Generator().manual_seed(0))
ExactDenoiser(ring())(pure_noise, torch.full((1000,), -20.0)).abs().max()  # the guess that is farthest from the middle
""",
        beliefs=(
            ("the ring", "it is the walk that makes the ring: one guess gives a mean"),
            ("a blur around the ring", "a guess is no draw: nothing spreads the thousand answers"),
        ),
    ),
    Formula(
        "00.2",
        "In the jump $x_t=\\sqrt{\\bar\\alpha_t}x_0+\\ldots$ the noise has a standard deviation. Write the *variance* of the noise's part, in `alpha_bar_t`.",
        "The shares of signal and noise add to one: $1-\\bar\\alpha_t$.",
        ("with data of variance 1, the whole has variance 1",),
        "it is 0 for $\\bar\\alpha_t=1$, and with the signal's share it makes 1",
        {"M1": "sqrt(1-alpha_bar_t)", "M2": "1-alpha_t"},
        truth="1-alpha_bar_t",
        left="noise_var",
        arguments=("alpha_bar_t",),
        within=("alpha_bar_t", "alpha_t", "alpha_bar_prev", "snr_t"),
    ),
    Hunt(
        "00.3",
        "A helper that says whether two arrays are equal, as it stood in a course's tests. Write `test(same)` that shows what is wrong with it.",
        "Differences of both signs cancel in a sum. A check that cannot fail checks nothing.",
        ("find two arrays that differ and that it calls the same",),
        source=SAME,
        trial=Calls(()),
        slips={
            "differences cancel": ("np.max(np.abs(a - b))", "abs(np.sum(a - b))"),
            "only the first entry is looked at": ("np.max(np.abs(a - b))", "np.abs(a - b).ravel()[0]"),
            "the sign of the difference is kept": ("np.max(np.abs(a - b))", "np.max(a - b)"),
        },
        shown_slip="differences cancel",
        test="""
def test(same):
    a = np.array([1.0, 2.0, 3.0])
    assert same(a, a + 1e-9)
    for off in ([1.0, -1.0, 0.0], [0.0, 0.5, -0.5], [0.0, 0.0, -1.0]):
        assert not same(a, a + np.array(off)) and not same(a + np.array(off), a)
""",
    ),
    Prediction(
        "00.4",
        "Which of the two is learned in a diffusion model?",
        "q, the noising, is chosen once and has nothing to learn; p, the way back, is learned. That is what sets it apart from a VAE.",
        ("which of the two can you run before any training?",),
        choices=("q", "p", "both"),
        right="p",
        run="""
from vdm_tutor import checkpoint
model = checkpoint.load("ring").model
sum(p.numel() for p in model.denoiser.parameters()), isinstance(model.schedule, type(model.denoiser))
""",
        beliefs=(
            ("q", "q only adds noise: it can be run before anything is trained"),
            ("both", "in a VAE, yes; here q is fixed, and only the way back has parameters"),
        ),
    ),
)
