"""Exercises of lesson 04, the forward process."""

from vdm_tutor.exercises.curve import Curve
from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.hunt import Hunt
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.program import Program
from vdm_tutor.exercises.trials import Calls
from vdm_tutor.exercises.walks import Noising

JUMP = """
def jump(x_0, alpha_bar, eps):
    return np.sqrt(alpha_bar) * x_0 + np.sqrt(1 - alpha_bar) * eps
"""
JUMPS = Calls(((0.7, 0.3, 1.1), (-1.9, 0.81, 0.4), ([[0.5, -1.0, 2.0], [1.5, 0.2, -0.7]], [[0.3], [0.8]],
                                                    [[1.0, 0.4, -0.3], [0.1, -2.0, 0.6]])))  # fmt: skip
NOISED = """
def noised(x_0, alpha, noise):
    x = x_0
    for t in range(1, len(alpha)):
        x = np.sqrt(alpha[t]) * x + np.sqrt(1 - alpha[t]) * noise()
    return x
"""

EXERCISES = (
    Formula(
        "04.1",
        "Jump from $x_0$ to $x_t$ in one go. Write $x_t$ with the noise `eps` and $\\bar\\alpha_t$, which is called "
        "`alpha_bar_t` (or `ᾱ_t`).",
        "The mean fades by $\\sqrt{\\bar\\alpha_t}$, and what it loses in variance the noise brings: a standard "
        "deviation $\\sqrt{1-\\bar\\alpha_t}$.",
        ("how large is the mean of $x_t$, for one $x_0$?", "which number multiplies a noise: variance or its root?"),
        "for $x_0$ of variance 1, Var $x_t$ is 1 at every t",
        {
            "M1": "sqrt(alpha_bar_t)*x_0 + (1-alpha_bar_t)*eps",
            "M2": "sqrt(alpha_t)*x_0 + sqrt(1-alpha_t)*eps",
            "M3": "alpha_bar_t*x_0 + sqrt(1-alpha_bar_t**2)*eps",
        },
        equation=69,
        arguments=("x_0", "alpha_bar_t", "eps"),
        within=("x_0", "eps", "alpha_bar_t", "alpha_t", "alpha_bar_prev", "snr_t"),
    ),
    Program(
        "04.2",
        "From a blank cell: the noising chain as a loop, `noised(x_0, alpha, noise)`. `alpha[t]` belongs to step t, "
        "`alpha[0]` to no step; `noise()` gives a fresh standard normal draw. Give back $x_T$.",
        "One step keeps the share $\\alpha_t$ of the variance and adds $1-\\alpha_t$; the loop runs over t = 1..T.",
        ("which t is the first step, and which the last?", "one step: how much is kept, how much is added?"),
        "with all draws zero, $x_T=\\sqrt{\\bar\\alpha_T}\\,x_0$",
        {"M22": "an index shifted"},
        source=NOISED,
        trial=Noising(),
        slips={
            "variance for standard deviation": ("np.sqrt(1 - alpha[t]) * noise", "(1 - alpha[t]) * noise"),
            "a root dropped": ("np.sqrt(alpha[t]) * x", "alpha[t] * x"),
            "an index shifted": ("range(1, len(alpha))", "range(0, len(alpha) - 1)"),
            "the range cut or stretched": ("range(1, len(alpha))", "range(1, len(alpha) - 1)"),
            "a and 1 - a confused": ("np.sqrt(1 - alpha[t])", "np.sqrt(alpha[t])"),
            "one noise used at every step": ("    x = x_0\n", "    x, z = x_0, noise()\n    noise = lambda: z\n"),
            "the earlier noises not faded": (
                "    return x",
                "    return np.sqrt(np.prod(alpha)) * x_0 + np.sqrt(np.sum(1 - alpha)) * noise()",
            ),
        },
        notes={
            "one noise used at every step": "independent draws add by their variances; one draw adds by itself",
            "the earlier noises not faded": "the noise of a step is faded by all the steps behind it",
        },
    ),
    Hunt(
        "04.3",
        "This snippet has a mistake that was printed in courses. Write `test(jump)`: it must raise (or give "
        "back False) for a wrong jump, this one and its relatives, and pass the right one.",
        "Two properties decide: without noise only the mean is left, without $x_0$ only the standard deviation.",
        ("what must come out where eps is 0? And where x_0 is 0?",),
        families={"M1": "variance for standard deviation"},
        source=JUMP,
        trial=JUMPS,
        slips={
            "variance for standard deviation": ("np.sqrt(1 - alpha_bar) *", "(1 - alpha_bar) *"),
            "a root dropped": ("np.sqrt(alpha_bar) *", "alpha_bar *"),
            "a and 1 - a confused": ("np.sqrt(1 - alpha_bar)", "np.sqrt(alpha_bar)"),
            "the weights swapped": ("* x_0 + np.sqrt(1 - alpha_bar) * eps", "* eps + np.sqrt(1 - alpha_bar) * x_0"),
        },
        shown_slip="variance for standard deviation",
        test="""
def test(jump):
    for alpha_bar in (0.3, 0.8):
        assert abs(jump(2.0, alpha_bar, 0.0) - 2.0 * alpha_bar**0.5) < 1e-9
        assert abs(jump(0.0, alpha_bar, 2.0) - 2.0 * (1 - alpha_bar)**0.5) < 1e-9
""",
    ),
    Prediction(
        "04.4",
        "A chain keeps the betas of T = 1000 (from 0.0001 to 0.02) and has only 100 steps. How much of the variance at "
        "$x_T$ is still signal, when $x_0$ has variance 1?",
        "$\\bar\\alpha_{100}$ is about a third: the product of 100 numbers near 0.99. A sampler that begins at "
        "$\\mathcal N(0,\\mathbf I)$ begins in the wrong place, and the prior term of the bound says so.",
        ("the logarithm of a product is a sum: what do 100 numbers near -0.01 add up to?",),
        families={"M25": "almost nothing"},
        choices=("almost nothing", "about a hundredth", "about a third", "nearly all"),
        right="about a third",
        beliefs=(
            ("almost nothing", "that is T = 1000: there ten times as many steps fade it"),
            ("about a hundredth", "that is one step's mean share, not what 100 steps leave"),
            ("nearly all", "each step takes about a hundredth, and there are 100"),
        ),
        run="from vdm_tutor.schedule import linear_beta_unscaled\nlinear_beta_unscaled(100).alpha_bar[-1]",
    ),
    Formula(
        "04.5",
        "Two steps in one. Write $x_t$ with $x_{t-2}$ (`x_prev2`), $\\alpha_t$, $\\alpha_{t-1}$ (`alpha_prev`) and one "
        "merged noise (`eps_merged`).",
        "The shares of the signal multiply, the variances of the two noises add: "
        "$\\alpha_t(1-\\alpha_{t-1})+1-\\alpha_t=1-\\alpha_t\\alpha_{t-1}$.",
        ("put one step into the other", "two independent noises: what adds up?"),
        "for unit variance of x_{t-2} the result has unit variance",
        {"M1": "sqrt(alpha_t*alpha_prev)*x_prev2 + (1-alpha_t*alpha_prev)*eps_merged"},
        equation=66,
        noted={
            "all steps for these two": (
                "sqrt(alpha_bar_t)*x_prev2 + sqrt(1-alpha_bar_t)*eps_merged",
                "$\\bar\\alpha_t$ is the product of all steps up to t: which of them lie between $x_{t-2}$ and $x_t$?",
            ),
            "standard deviations added, where variances add": (
                "sqrt(alpha_t*alpha_prev)*x_prev2 + (sqrt(1-alpha_t) + sqrt(alpha_t*(1-alpha_prev)))*eps_merged",
                "two independent noises, each of variance 1: which variance has their sum?",
            ),
            "standard deviations added, and the older noise not faded": (
                "sqrt(alpha_t*alpha_prev)*x_prev2 + (sqrt(1-alpha_t) + sqrt(1-alpha_prev))*eps_merged",
                "the older noise passes through the second step too; and what adds up, variances or their roots?",
            ),
        },
        ways=("sqrt(alpha_t*alpha_prev)*x_prev2 + sqrt(1-alpha_t + alpha_t*(1-alpha_prev))*eps_merged",),
    ),
    Curve(
        "04.6",
        "The data have variance 4. Draw Var $x_t$ against $\\bar\\alpha_t$: its height at "
        "$\\bar\\alpha_t$ = 1, 0.75, 0.5, 0.25, 0.",
        "$4\\bar\\alpha_t+1-\\bar\\alpha_t$: a straight line from 4 down to 1. It is flat only for data of variance 1.",
        ("how large is it at the two ends?",),
        places=(1.0, 0.75, 0.5, 0.25, 0.0),
        truth=lambda a: 4 * a + 1 - a,
        wrong={
            "the variance stays 1": (lambda a: 1.0, "that is so for data of variance 1; these have 4"),
            "all of the noise at once": (lambda a: 4 * a + 1, "the noise has the share $1-\\bar\\alpha_t$"),
            "the noise is forgotten": (lambda a: 4 * a, "at the end there is noise, not nothing"),
            "standard deviations added": (lambda a: (2 * a**0.5 + (1 - a) ** 0.5) ** 2, "independent: variances add"),
        },
    ),
)
