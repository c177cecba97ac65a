"""Section 6b, Eqs. 131-151: Tweedie's formula, and the same mean and loss with a score predicted.

Two scores share one symbol in print. `score` is that of the marginal p(x_t): with it, what is printed holds after
an average over x_0 given x_t. `score_given_x0` is that of q(x_t | x_0): with it, it holds for each x_0.
"""

from vdm_tutor.claims.noise import BY_ALPHA_BAR, MU_EPS
from vdm_tutor.claims.posterior import MU_Q
from vdm_tutor.claims.predict_x0 import HALF, X_T_PART
from vdm_tutor.proofs.claim import Claim, line

UP = "x_t + (1-alpha_bar_t)*score"
X0 = f"({UP})/sqrt(alpha_bar_t)"
FROM_EPS = "(x_t - sqrt(1-alpha_bar_t)*eps_mean)/sqrt(alpha_bar_t)"
OVER = "((1-alpha_bar_t)*sqrt(alpha_t))"
SCORE_PART = "(1-alpha_t)/sqrt(alpha_t)"
MU_SCORE = f"1/sqrt(alpha_t)*x_t + {SCORE_PART}*score"
MU_SCORE_HAT = f"1/sqrt(alpha_t)*x_t + {SCORE_PART}*score_hat"
NOISY = "N(x_t, sqrt(alpha_bar_t)*x_0, (1-alpha_bar_t)*I)"
OF_70 = "(sqrt(alpha_bar_t)*x_0 - x_t)/(1-alpha_bar_t)"
WEIGHT_148 = f"{HALF}*((1-alpha_t)**2/alpha_t)"
OF_Z = "N(z, mu_z, Sigma_z)"
MU_Q_MEAN = MU_Q.replace("x_0", "x0_mean")
MEAN_OF_70 = OF_70.replace("x_0", "any_mean(x_0, x_0)")
MEAN_OF_MU_Q = MU_Q.replace("x_0", "any_mean(x_0, x_0)")


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
    line("the law of z", f"p(z) := any_mean(mu_z, {OF_Z})", "the mean over any law of mu_z"),
    line(
        "SCORE-U1",
        f"any_mean(mu_z, mu_z*{OF_Z})/p(z) = z + Sigma_z@grad(log(p(z)), z)",
        "Tweedie",
        given=("the law of z",),
        parts=(
            line(
                "SCORE-U1, an invertible map",
                "A@z + A@Sigma_z@T(A)@(inv(T(A))@s_x) = A@(z + Sigma_z@s_x)",
                "both sides are mapped alike",
            ),
        ),
        note="For any law of mu_z, by differentiating under its mean; E[mu_z|z] is written out by Bayes. With a full "
        "covariance, d = 1 and d = 2; any d follows by whitening (a map A takes a slope by the inverse of A'), where "
        "each entry stands alone.",
    ),
    line("the law of x_t", f"p(x_t) := any_mean(x_0, {NOISY})", "(70), averaged over any law of x_0"),
    line(
        131,
        f"any_mean(x_0, sqrt(alpha_bar_t)*x_0*{NOISY})/p(x_t) = x_t + (1-alpha_bar_t)*grad(log(p(x_t)), x_t)",
        "Tweedie, (70)",
        given=("the law of x_t",),
        note="For any law of x_0, by differentiating under its mean; E[mu|x_t] is written out by Bayes.",
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
        note="With E[x_0|x_t] on the left. Printed with x_0 it would make x_0 a function of x_t, and is rejected; "
        "with the score of q(x_t|x_0) it holds for each x_0.",
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
    line("(133)", f"x0_mean := {X0}", "Eq. 133, for the mean"),
    line(134, "", "(93)", same_as=116),
    line(
        135,
        f"{MU_Q_MEAN} = ({X_T_PART} + sqrt(alpha_bar_prev)*(1-alpha_t)*({X0}))/(1-alpha_bar_t)",
        "(133) for the mean of x_0",
        given=("(133)",),
        printed=line(
            "135 as printed",
            f"{MU_Q} = ({X_T_PART} + sqrt(alpha_bar_prev)*(1-alpha_t)*({X0}))/(1-alpha_bar_t)",
            "for each x_0",
            given=("Tweedie",),
        ),
        parts=(
            line(
                "135, the mean of mu_q",
                f"any_mean(x_0, {MU_Q}) = {MEAN_OF_MU_Q}",
                "mu_q is linear in x_0",
            ),
        ),
        note="From here to Eq. 142 the lines are about the mean of mu_q given x_t. Printed for mu_q itself they would "
        "make it free of x_0.",
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
            line("142, averaged", f"{MU_Q_MEAN} = {MU_SCORE}", given=("Tweedie", "alpha_bar")),
        ),
        note="With the marginal score it is E[mu_q|x_t], not mu_q(x_t, x_0): the printed reading is rejected, the "
        "averaged one holds, and so does the one with the score of q(x_t|x_0).",
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
        f"= {HALF}*[norm2({MU_SCORE_HAT} - ({MU_SCORE}))]",
        "(92), (142), (143)",
        given=("Sigma_q is isotropic", "(142)", 143),
        printed=line(
            "145 as printed",
            f"{HALF}*[norm2({MU_SCORE_HAT} - {MU_Q})] = {HALF}*[norm2({MU_SCORE_HAT} - ({MU_SCORE}))]",
            "for each x_0",
            given=("Tweedie", "alpha_bar"),
        ),
        parts=(
            line(
                "145, averaged",
                f"any_mean(x_0, {HALF}*norm2({MU_SCORE_HAT} - {MU_Q})) = {HALF}*norm2({MU_SCORE_HAT} - {MEAN_OF_MU_Q})"
                f" + {HALF}*any_mean(x_0, norm2({MU_Q} - {MEAN_OF_MU_Q}))",
                "the mean of a square",
            ),
        ),
        note="With the mean of mu_q given x_t, Eq. 142, in its place. Printed for mu_q(x_t, x_0) itself, with the "
        "marginal score, it is rejected; averaged over x_0 given x_t the loss to mu_q itself is this one plus a "
        "constant free of the prediction.",
    ),
    line(146, f"= {HALF}*[norm2({SCORE_PART}*score_hat - {SCORE_PART}*score)]", "x_t cancels"),
    line(147, f"= {HALF}*[norm2({SCORE_PART}*(score_hat - score))]", "factor"),
    line(
        148,
        f"= {WEIGHT_148}*[norm2(score_hat-score)]",
        "scalar out of the norm",
        parts=(
            line(
                "148, the target may be a sample",
                f"any_mean(x_0, norm2(score_hat - {OF_70})) = norm2(score_hat - {MEAN_OF_70})"
                f" + any_mean(x_0, norm2({OF_70} - {MEAN_OF_70}))",
                "the mean of a square",
            ),
        ),
        note="With the score of q(x_t|x_0) as target the mean loss given x_t differs by a constant only, whatever the "
        "law of x_0 given x_t is: the target's mean is the score of p(x_t), by Eq. 131. That makes it trainable.",
    ),
    line("eps_mean", f"x0_mean := {FROM_EPS}", "Eq. 115, averaged"),
    two_readings(149, X0, FROM_EPS, "(133) = (115)"),
    two_readings(150, "(1-alpha_bar_t)*score", "-sqrt(1-alpha_bar_t)*eps_mean", "cancel"),
    two_readings(151, "score", "-(1/sqrt(1-alpha_bar_t))*eps_mean", "divide"),
)
