"""Section 6b, Eqs. 131-151: Tweedie's formula, and the same mean and loss with a score predicted.

Two scores share one symbol in print. `score` is that of the marginal p(x_t): with it, what is printed holds after
an average over x_0 given x_t. `score_given_x0` is that of q(x_t | x_0): with it, it holds for each x_0.
"""

from vdm_tutor.claims.kl import NOT_MU_Q, POSTERIOR_KL, SAME_COVARIANCE
from vdm_tutor.claims.noise import MU_EPS
from vdm_tutor.claims.posterior import MU_Q
from vdm_tutor.claims.predict_x0 import HALF
from vdm_tutor.proofs.claim import Claim, claim, lines

CLAIMS: list[Claim] = []

ONE = "One expression."
UP = "x_t + (1-alpha_bar_t)*score"
X_T_PART = "sqrt(alpha_t)*(1-alpha_bar_prev)*x_t"
OVER = "((1-alpha_bar_t)*sqrt(alpha_t))"
SCORE_PART = "(1-alpha_t)/sqrt(alpha_t)"
MU_SCORE = f"1/sqrt(alpha_t)*x_t + {SCORE_PART}*score"
MU_SCORE_HAT = f"1/sqrt(alpha_t)*x_t + {SCORE_PART}*score_hat"
NOISY = "N(x_t, sqrt(alpha_bar_t)*x_0, 1-alpha_bar_t)"
EACH_X0 = MU_SCORE.replace("score", "score_given_x0")

MIXTURE = "(share*N(x, g, v) + (1-share)*N(x, h, v))"
TWO_POINTS = Claim("Tweedie, two points", f"(share*g*N(x, g, v) + (1-share)*h*N(x, h, v))/{MIXTURE}",
                   f"x + v*grad({MIXTURE}, x)/{MIXTURE}", rule="both sides worked out", dims=(1,))  # fmt: skip

CLAIMS += claim(
    "SCORE-U1",
    "mu_z*N(z, mu_z, Sigma_z)",
    "z*N(z, mu_z, Sigma_z) + Sigma_z@grad(N(z, mu_z, Sigma_z), z)",
    "=",
    "Tweedie",
    shown=r"\mathbb E[\mu_z\mid z]",
    shown_right=r"z+\Sigma_z\nabla_z\log p(z)",
    parts=(TWO_POINTS,),
    checked="For any prior: at every mu_z, d = 1 and 2, mu N = z N + Sigma grad N. Integrate against the prior of "
    "mu_z, take the gradient outside (grad N is bounded in mu_z, so dominated convergence allows it), divide by the "
    "marginal p(z). The whole formula is also run for any prior on two points.",
)
CLAIMS += claim(
    131,
    f"sqrt(alpha_bar_t)*x_0*{NOISY}",
    f"x_t*{NOISY} + (1-alpha_bar_t)*grad({NOISY}, x_t)",
    "=",
    "Tweedie, (70)",
    shown=r"\mathbb E[\mu_{x_t}\mid x_t]",
    shown_right=r"x_t+(1-\bar\alpha_t)\nabla_{x_t}\log p(x_t)",
    checked="For any law of x_0: at every x_0, d = 1 and 2, mu N = x_t N + (1 - alpha_bar_t) grad N with the N of Eq. "
    "70. Integrated over x_0, the gradient taken outside, divided by p(x_t), it is the line. The whole formula is run "
    "for a law on two points beside the display before it.",
)
CLAIMS += claim(
    "Tweedie", "score", "(sqrt(alpha_bar_t)*x0_mean - x_t)/(1-alpha_bar_t)", ":=", "Eq. 131 solved for the score"
)
CLAIMS += claim(
    "score of q(x_t|x_0)", "score_given_x0", "(sqrt(alpha_bar_t)*x_0 - x_t)/(1-alpha_bar_t)", ":=", "Eq. 70"
)
CLAIMS += claim("the score of Eq. 70", f"grad(log({NOISY}), x_t)", "score_given_x0", "=", "gradient of a log-density",
      given=("score of q(x_t|x_0)",), mistakes=(("a sign flipped", "-score_given_x0"),))  # fmt: skip
CLAIMS += claim(
    132,
    "sqrt(alpha_bar_t)*x0_mean",
    UP,
    "=",
    "Tweedie: a mean, not x_0",
    given=("Tweedie",),
    printed=Claim("132 as printed", "sqrt(alpha_bar_t)*x_0", UP, rule="x_0 itself", given=("Tweedie",)),
    parts=(Claim("132, for each x_0", "sqrt(alpha_bar_t)*x_0", UP.replace("score", "score_given_x0"),
                 given=("score of q(x_t|x_0)",)),),
    checked="With E[x_0|x_t] on the left. Printed with x_0 it would make x_0 a function of x_t, and is rejected; with "
    "the score of q(x_t|x_0) it holds for each x_0.",
)  # fmt: skip
CLAIMS += claim(
    133,
    "x0_mean",
    f"({UP})/sqrt(alpha_bar_t)",
    "=",
    "(132) solved",
    given=("Tweedie",),
    printed=Claim("133 as printed", "x_0", f"({UP})/sqrt(alpha_bar_t)", rule="x_0 itself", given=("Tweedie",)),
    parts=(Claim("133, for each x_0", "x_0", f"({UP})/sqrt(alpha_bar_t)".replace("score", "score_given_x0"),
                 given=("score of q(x_t|x_0)",)),),
    checked="As Eq. 132.",
)  # fmt: skip
CLAIMS += claim("(133)", "x_0", f"({UP})/sqrt(alpha_bar_t)", ":=", "Eq. 133, x_0 standing for its mean")
TO_142 = "As algebra, x_0 standing for its mean given x_t. "
CLAIMS += lines(
    "mu_q",
    (134, "=", MU_Q, "(93)", {"given": (93,), "checked": "Eq. 93 again."}),
    (135, "=", f"({X_T_PART} + sqrt(alpha_bar_prev)*(1-alpha_t)*(({UP})/sqrt(alpha_bar_t)))/(1-alpha_bar_t)",
     "(133) for x_0", {"given": ("(133)",), "checked": TO_142 + "Eq. 133 written in."}),
    (136, "=", f"({X_T_PART} + (1-alpha_t)*(({UP})/sqrt(alpha_t)))/(1-alpha_bar_t)", "a ratio of roots",
     {"given": ("alpha_bar",), "checked": "True because alpha_bar_t = alpha_t alpha_bar_{t-1}."}),
    (137, "=", f"{X_T_PART}/(1-alpha_bar_t) + (1-alpha_t)*x_t/{OVER} + (1-alpha_t)*(1-alpha_bar_t)*score/{OVER}",
     "split", {"checked": ONE}),
    (138, "=", f"(sqrt(alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t) + (1-alpha_t)/{OVER})*x_t + {SCORE_PART}*score",
     "group", {"checked": ONE}),
    (139, "=", f"(alpha_t*(1-alpha_bar_prev)/{OVER} + (1-alpha_t)/{OVER})*x_t + {SCORE_PART}*score",
     "common denominator", {"checked": ONE}),
    (140, "=", f"(alpha_t - alpha_bar_t + 1-alpha_t)/{OVER}*x_t + {SCORE_PART}*score", "alpha_bar",
     {"given": ("alpha_bar",), "checked": "True because alpha_bar_t = alpha_t alpha_bar_{t-1}, and false without."}),
    (141, "=", f"(1-alpha_bar_t)/{OVER}*x_t + {SCORE_PART}*score", "cancel", {"checked": ONE}),
    (142, "=", MU_SCORE, "cancel",
     {"answer": MU_SCORE, "head": "",
      "parts": (Claim("142, for each x_0", MU_Q, EACH_X0, given=("score of q(x_t|x_0)", "alpha_bar")),
                Claim("142, averaged", MU_Q.replace("x_0", "x0_mean"), MU_SCORE, given=("Tweedie", "alpha_bar"))),
      "printed": Claim("142 as printed", MU_Q, MU_SCORE, rule="for each x_0", given=("Tweedie", "alpha_bar")),
      "checked": "The step is algebra. Read with the marginal score it is E[mu_q|x_t], not mu_q(x_t, x_0): the printed "
      "reading is rejected, the averaged one holds, and so does the one with the score of q(x_t|x_0)."}),
)  # fmt: skip
CLAIMS += claim("score_hat from eps_hat", "score_hat", "-eps_hat/sqrt(1-alpha_bar_t)", ":=", "Eq. 151, hats")
CLAIMS += claim(
    143,
    "mu_theta",
    MU_SCORE_HAT,
    ":=",
    "a choice: the score predicted",
    answer=MU_SCORE_HAT,
    parts=(
        Claim("143 agrees with 125", MU_SCORE_HAT, MU_EPS.replace("eps", "eps_hat"), given=("score_hat from eps_hat",)),
    ),
    checked="A parameterisation; Eq. 145 stands on it, and it is Eq. 125 with s = -eps/sqrt(1 - alpha_bar).",
)
CLAIMS += claim("(142)", "mu_q", MU_SCORE, ":=", "Eq. 142, as an average")
CLAIMS += claim("SCORE-U2", POSTERIOR_KL, SAME_COVARIANCE, "argmin", "where the block starts", wrt="mu_theta",
      given=("(84) as a law", "Sigma_theta"), mistakes=NOT_MU_Q, checked="As the display before Eq. 87.")  # fmt: skip
EQUAL = "The values are equal."
CLAIMS += lines(
    POSTERIOR_KL,
    (144, "argmin", SAME_COVARIANCE, "(87)", {"given": ("(84) as a law", "Sigma_theta"), "wrt": "mu_theta",
     "mistakes": NOT_MU_Q, "checked": "As Eq. 87."}),
    (145, "argmin", f"{HALF}*[norm2({MU_SCORE_HAT} - ({MU_SCORE}))]", "(92), (142), (143)",
     {"given": ("Sigma_q is isotropic", "(142)", 143), "checked": EQUAL}),
    (146, "argmin", f"{HALF}*[norm2({SCORE_PART}*score_hat - {SCORE_PART}*score)]", "x_t cancels", {"checked": EQUAL}),
    (147, "argmin", f"{HALF}*[norm2({SCORE_PART}*(score_hat - score))]", "factor", {"checked": EQUAL}),
    (148, "argmin", f"{HALF}*((1-alpha_t)**2/alpha_t)*[norm2(score_hat-score)]", "scalar out of the norm",
     {"parts": (Claim("148, the target may be a sample", "any_mean(score_given_x0, norm2(score_hat-score_given_x0))",
                      "norm2(score_hat - any_mean(score_given_x0, score_given_x0))", "argmin", wrt="score_hat"),
                Claim("148, whose mean is the score", "(sqrt(alpha_bar_t)*any_mean(x_0, x_0) - x_t)/(1-alpha_bar_t)",
                      "any_mean(x_0, (sqrt(alpha_bar_t)*x_0 - x_t)/(1-alpha_bar_t))")),
      "checked": EQUAL + " And with the score of q(x_t|x_0) as target the mean loss given x_t differs by a constant "
      "only, whatever the law of x_0 given x_t is: the target's mean is the score of p(x_t), by Eq. 131. That is what "
      "makes it trainable."}),
    wrt="score_hat",
)  # fmt: skip
CLAIMS += claim(
    "eps_mean", "x0_mean", "(x_t - sqrt(1-alpha_bar_t)*eps_mean)/sqrt(alpha_bar_t)", ":=", "Eq. 115, averaged"
)
FROM_EPS = "(x_t - sqrt(1-alpha_bar_t)*eps_mean)/sqrt(alpha_bar_t)"
BOTH = ("Tweedie", "eps_mean")
READ = "With E[eps|x_t] on the right; with eps itself, as printed, it is rejected for the marginal score, and it holds "
READ += "for the score of q(x_t|x_0)."


def _two_readings(number, left, right, rule):
    def each(text):
        return text.replace("score", "score_given_x0").replace("eps_mean", "eps")

    return claim(
        number, left, right, "=", rule, given=BOTH, checked=READ,
        printed=Claim(f"{number} as printed", left, each(right), rule="eps itself", given=BOTH),
        parts=(Claim(f"{number}, for each x_0", each(left), each(right), given=("score of q(x_t|x_0)", "(69)")),),
    )  # fmt: skip


CLAIMS += _two_readings(149, f"({UP})/sqrt(alpha_bar_t)", FROM_EPS, "(133) = (115)")
CLAIMS += _two_readings(150, "(1-alpha_bar_t)*score", "-sqrt(1-alpha_bar_t)*eps_mean", "cancel")
CLAIMS += _two_readings(151, "score", "-(1/sqrt(1-alpha_bar_t))*eps_mean", "divide")
