"""Section 6b, Eqs. 131-151: Tweedie's formula, and the same mean and loss with a score predicted.

Two scores share one symbol in print. `score` is that of the marginal p(x_t): with it, what is printed holds after
an average over x_0 given x_t. `score_given_x0` is that of q(x_t | x_0): with it, it holds for each x_0.
"""

from vdm_tutor.claims.noise import BY_ALPHA_BAR, MU_EPS
from vdm_tutor.claims.posterior import MU_Q
from vdm_tutor.claims.predict_x0 import HALF, X_T_PART
from vdm_tutor.proofs.claim import Algebra, Claim, line

UP = "x_t + (1-alpha_bar_t)*score"
X0 = f"({UP})/sqrt(alpha_bar_t)"
FROM_EPS = "(x_t - sqrt(1-alpha_bar_t)*eps_mean)/sqrt(alpha_bar_t)"
OVER = "((1-alpha_bar_t)*sqrt(alpha_t))"
SCORE_PART = "(1-alpha_t)/sqrt(alpha_t)"
MU_SCORE = f"1/sqrt(alpha_t)*x_t + {SCORE_PART}*score"
MU_SCORE_HAT = f"1/sqrt(alpha_t)*x_t + {SCORE_PART}*score_hat"
NOISY = "N(x_t, sqrt(alpha_bar_t)*x_0, 1-alpha_bar_t)"
OF_70 = "(sqrt(alpha_bar_t)*x_0 - x_t)/(1-alpha_bar_t)"
WEIGHT_148 = f"{HALF}*((1-alpha_t)**2/alpha_t)"
MIXTURE = "(share*N(x, g, v) + (1-share)*N(x, h, v))"
SAMPLE = "any_mean(score_given_x0, norm2(score_hat-score_given_x0))"
MEAN = "norm2(score_hat - any_mean(score_given_x0, score_given_x0))"


def each(text: str) -> str:
    """A line about means given x_t, read for each x_0: the score of q(x_t | x_0), and the noise itself."""
    return text.replace("score", "score_given_x0").replace("eps_mean", "eps").replace("x0_mean", "x_0")


def two_readings(number: int, left: str, right: str, rule: str) -> Claim:
    """A line that holds for means, with the reading that holds for each x_0; printed, it mixes the two."""
    both = ("Tweedie", "eps_mean")
    return line(
        number,
        f"{left} = {right}",
        rule,
        given=both,
        printed=line(f"{number} as printed", f"{left} = {each(right)}", "eps itself", given=both),
        parts=(line(f"{number}, for each x_0", each(f"{left} = {right}"), given=("score of q(x_t|x_0)", "(69)")),),
        note="With E[eps|x_t] on the right; with eps itself, as printed, it is rejected for the marginal score, and "
        "it holds for the score of q(x_t|x_0).",
    )


CLAIMS = (
    line(
        "SCORE-U1",
        "mu_z*N(z, mu_z, Sigma_z) = z*N(z, mu_z, Sigma_z) + Sigma_z@grad(N(z, mu_z, Sigma_z), z)",
        "Tweedie",
        parts=(
            line(
                "Tweedie, two points",
                f"(share*g*N(x, g, v) + (1-share)*h*N(x, h, v))/{MIXTURE} = x + v*grad({MIXTURE}, x)/{MIXTURE}",
                by=Algebra((1,)),
            ),
        ),
        note="For any prior: at every mu_z, d = 1 and 2, mu N = z N + Sigma grad N. Integrate against the prior of "
        "mu_z, take the gradient outside (grad N is bounded in mu_z, so dominated convergence allows it), divide by "
        "the marginal p(z). The whole formula is also run for any prior on two points.",
    ),
    line(
        131,
        f"sqrt(alpha_bar_t)*x_0*{NOISY} = x_t*{NOISY} + (1-alpha_bar_t)*grad({NOISY}, x_t)",
        "Tweedie, (70)",
        note="For any law of x_0: at every x_0, d = 1 and 2, mu N = x_t N + (1 - alpha_bar_t) grad N with the N of Eq. "
        "70. Integrated over x_0, the gradient taken outside, divided by p(x_t), it is the line. The whole formula is "
        "run for a law on two points beside the display before it.",
    ),
    line("Tweedie", f"score := {OF_70.replace('x_0', 'x0_mean')}", "Eq. 131 solved for the score"),
    line("score of q(x_t|x_0)", f"score_given_x0 := {OF_70}", "Eq. 70"),
    line(
        "the score of Eq. 70",
        f"grad(log({NOISY}), x_t) = score_given_x0",
        "gradient of a log-density",
        given=("score of q(x_t|x_0)",),
        mistakes={"a sign flipped": "-score_given_x0"},
    ),
    line(
        132,
        f"sqrt(alpha_bar_t)*x0_mean = {UP}",
        "Tweedie: a mean, not x_0",
        given=("Tweedie",),
        printed=line("132 as printed", f"sqrt(alpha_bar_t)*x_0 = {UP}", "x_0 itself", given=("Tweedie",)),
        parts=(line("132, for each x_0", each(f"sqrt(alpha_bar_t)*x_0 = {UP}"), given=("score of q(x_t|x_0)",)),),
        note="With E[x_0|x_t] on the left. Printed with x_0 it would make x_0 a function of x_t, and is rejected; with "
        "the score of q(x_t|x_0) it holds for each x_0.",
    ),
    line(
        133,
        f"x0_mean = {X0}",
        "(132) solved",
        given=("Tweedie",),
        printed=line("133 as printed", f"x_0 = {X0}", "x_0 itself", given=("Tweedie",)),
        parts=(line("133, for each x_0", each(f"x_0 = {X0}"), given=("score of q(x_t|x_0)",)),),
        note="As Eq. 132.",
    ),
    line("(133)", f"x_0 := {X0}", "Eq. 133, x_0 standing for its mean"),
    line(134, "", "(93)", same_as=116),
    line(
        135,
        f"= ({X_T_PART} + sqrt(alpha_bar_prev)*(1-alpha_t)*({X0}))/(1-alpha_bar_t)",
        "(133) for x_0",
        given=("(133)",),
        note="As algebra, x_0 standing for its mean given x_t.",
    ),
    line(
        136,
        f"= ({X_T_PART} + (1-alpha_t)*(({UP})/sqrt(alpha_t)))/(1-alpha_bar_t)",
        "a ratio of roots",
        given=("alpha_bar",),
        note=BY_ALPHA_BAR,
    ),
    line(
        137,
        f"= {X_T_PART}/(1-alpha_bar_t) + (1-alpha_t)*x_t/{OVER} + (1-alpha_t)*(1-alpha_bar_t)*score/{OVER}",
        "split",
    ),
    line(
        138,
        f"= (sqrt(alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t) + (1-alpha_t)/{OVER})*x_t + {SCORE_PART}*score",
        "group",
    ),
    line(
        139,
        f"= (alpha_t*(1-alpha_bar_prev)/{OVER} + (1-alpha_t)/{OVER})*x_t + {SCORE_PART}*score",
        "common denominator",
    ),
    line(
        140,
        f"= (alpha_t - alpha_bar_t + 1-alpha_t)/{OVER}*x_t + {SCORE_PART}*score",
        "alpha_bar",
        given=("alpha_bar",),
        note=BY_ALPHA_BAR,
    ),
    line(141, f"= (1-alpha_bar_t)/{OVER}*x_t + {SCORE_PART}*score", "cancel"),
    line(
        142,
        f"= {MU_SCORE}",
        "cancel",
        printed=line("142 as printed", f"{MU_Q} = {MU_SCORE}", "for each x_0", given=("Tweedie", "alpha_bar")),
        parts=(
            line("142, for each x_0", f"{MU_Q} = {each(MU_SCORE)}", given=("score of q(x_t|x_0)", "alpha_bar")),
            line("142, averaged", f"{MU_Q.replace('x_0', 'x0_mean')} = {MU_SCORE}", given=("Tweedie", "alpha_bar")),
        ),
        note="The step is algebra. Read with the marginal score it is E[mu_q|x_t], not mu_q(x_t, x_0): the printed "
        "reading is rejected, the averaged one holds, and so does the one with the score of q(x_t|x_0).",
    ),
    line("score_hat from eps_hat", "score_hat := -eps_hat/sqrt(1-alpha_bar_t)", "Eq. 151, hats"),
    line(
        143,
        f"mu_theta := {MU_SCORE_HAT}",
        "a choice: the score predicted",
        parts=(
            line(
                "143 agrees with 125",
                f"{MU_SCORE_HAT} = {MU_EPS.replace('eps', 'eps_hat')}",
                given=("score_hat from eps_hat",),
            ),
        ),
        note="A parameterisation; Eq. 145 stands on it, and it is Eq. 125 with s = -eps/sqrt(1 - alpha_bar).",
    ),
    line("(142)", f"mu_q := {MU_SCORE}", "Eq. 142, as an average"),
    line("SCORE-U2", "", "where the block starts", same_as="VDM-KL-U1"),
    line(144, "", "(87)", same_as=87),
    line(
        145,
        f"argmin {HALF}*[norm2({MU_SCORE_HAT} - ({MU_SCORE}))]",
        "(92), (142), (143)",
        wrt="score_hat",
        given=("Sigma_q is isotropic", "(142)", 143),
    ),
    line(
        146,
        f"argmin {HALF}*[norm2({SCORE_PART}*score_hat - {SCORE_PART}*score)]",
        "x_t cancels",
        wrt="score_hat",
    ),
    line(147, f"argmin {HALF}*[norm2({SCORE_PART}*(score_hat - score))]", "factor", wrt="score_hat"),
    line(
        148,
        f"argmin {WEIGHT_148}*[norm2(score_hat-score)]",
        "scalar out of the norm",
        wrt="score_hat",
        parts=(
            line("148, the target may be a sample", f"{SAMPLE} argmin {MEAN}", wrt="score_hat"),
            line(
                "148, whose mean is the score",
                f"{OF_70.replace('x_0', 'any_mean(x_0, x_0)')} = any_mean(x_0, {OF_70})",
            ),
        ),
        note="And with the score of q(x_t|x_0) as target the mean loss given x_t differs by a constant only, whatever "
        "the law of x_0 given x_t is: the target's mean is the score of p(x_t), by Eq. 131. That is what makes it "
        "trainable.",
    ),
    line("eps_mean", f"x0_mean := {FROM_EPS}", "Eq. 115, averaged"),
    two_readings(149, X0, FROM_EPS, "(133) = (115)"),
    two_readings(150, "(1-alpha_bar_t)*score", "-sqrt(1-alpha_bar_t)*eps_mean", "cancel"),
    two_readings(151, "score", "-(1/sqrt(1-alpha_bar_t))*eps_mean", "divide"),
)
