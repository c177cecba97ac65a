"""Section 6a, Eqs. 115-130: the same mean and the same loss, with the noise predicted."""

from vdm_tutor.claims.posterior import MU_Q
from vdm_tutor.claims.predict_x0 import HALF, MU_HAT, WEIGHTED_SQUARE, X_T_PART
from vdm_tutor.proofs.claim import line

X0 = "(x_t - sqrt(1-alpha_bar_t)*eps)/sqrt(alpha_bar_t)"
X0_HAT = X0.replace("eps", "eps_hat")
EPS_PART = "(1-alpha_t)/(sqrt(1-alpha_bar_t)*sqrt(alpha_t))"
MU_EPS = f"1/sqrt(alpha_t)*x_t - {EPS_PART}*eps"
MU_EPS_HAT = f"1/sqrt(alpha_t)*x_t - {EPS_PART}*eps_hat"
OVER = "((1-alpha_bar_t)*sqrt(alpha_t))"
SQUARE_OF_EPS = f"{HALF}*((1-alpha_t)**2/((1-alpha_bar_t)*alpha_t))*[norm2(eps-eps_hat)]"
BY_ALPHA_BAR = "True because alpha_bar_t = alpha_t alpha_bar_{t-1}, and false without."

CLAIMS = (
    line("(69)", "x_t := sqrt(alpha_bar_t)*x_0 + sqrt(1-alpha_bar_t)*eps", "Eq. 69"),
    line(
        115,
        f"x_0 = {X0}",
        "(69) solved for x_0",
        given=("(69)",),
        note="With Eq. 69 written in for x_t the right side is x_0. The noise is that of the whole jump.",
    ),
    line("(115)", f"x_0 := {X0}", "Eq. 115"),
    line(116, f"mu_q = {MU_Q}", "(93)", given=(93,)),
    line(
        117,
        f"= ({X_T_PART} + sqrt(alpha_bar_prev)*(1-alpha_t)*({X0}))/(1-alpha_bar_t)",
        "(115) for x_0",
        given=("(115)",),
    ),
    line(
        118,
        f"= ({X_T_PART} + (1-alpha_t)*((x_t - sqrt(1-alpha_bar_t)*eps)/sqrt(alpha_t)))/(1-alpha_bar_t)",
        "a ratio of roots",
        given=("alpha_bar",),
        note=BY_ALPHA_BAR,
    ),
    line(
        119,
        f"= {X_T_PART}/(1-alpha_bar_t) + (1-alpha_t)*x_t/{OVER} - (1-alpha_t)*sqrt(1-alpha_bar_t)*eps/{OVER}",
        "split",
    ),
    line(
        120,
        f"= (sqrt(alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t) + (1-alpha_t)/{OVER})*x_t"
        f" - (1-alpha_t)*sqrt(1-alpha_bar_t)/{OVER}*eps",
        "group",
    ),
    line(
        121,
        f"= (alpha_t*(1-alpha_bar_prev)/{OVER} + (1-alpha_t)/{OVER})*x_t - {EPS_PART}*eps",
        "common denominator",
    ),
    line(
        122,
        f"= (alpha_t - alpha_bar_t + 1-alpha_t)/{OVER}*x_t - {EPS_PART}*eps",
        "alpha_bar",
        given=("alpha_bar",),
        note=BY_ALPHA_BAR,
    ),
    line(123, f"= (1-alpha_bar_t)/{OVER}*x_t - {EPS_PART}*eps", "cancel"),
    line(124, f"= {MU_EPS}", "cancel"),
    line(
        125,
        f"mu_theta := {MU_EPS_HAT}",
        "a choice: the noise predicted",
        parts=(
            line(
                "125 agrees with 94",
                f"{MU_EPS_HAT} = {MU_HAT}",
                "(94) with the x_0 that the noise implies",
                given=("x0_hat from eps_hat", "alpha_bar"),
            ),
        ),
        note="A parameterisation; Eq. 127 stands on it, and it is Eq. 94 with the x_0 that the predicted noise "
        "implies.",
    ),
    line("x0_hat from eps_hat", f"x0_hat := {X0_HAT}", "Eq. 115, hats"),
    line("(124)", f"mu_q := {MU_EPS}", "Eq. 124"),
    line("EPS-U1", "", "where the block starts", same_as="VDM-KL-U1"),
    line(126, "", "(87)", same_as=87),
    line(
        127,
        f"= {HALF}*[norm2({MU_EPS_HAT} - ({MU_EPS}))]",
        "(92), (124), (125)",
        given=("Sigma_q is isotropic", "(124)", 125),
    ),
    line(
        128,
        f"= {HALF}*[norm2({EPS_PART}*eps - {EPS_PART}*eps_hat)]",
        "x_t cancels",
        note="The sign inside the norm turns, which a square does not see.",
    ),
    line(129, f"= {HALF}*[norm2({EPS_PART}*(eps - eps_hat))]", "factor"),
    line(
        130,
        f"= {SQUARE_OF_EPS}",
        "scalar out of the norm",
        parts=(
            line(
                "130 has the value of 99",
                f"{SQUARE_OF_EPS} = {WEIGHTED_SQUARE}",
                "the same loss as (99)",
                given=("x0_hat from eps_hat", "(115)", "alpha_bar"),
            ),
        ),
        note="And the value is that of Eq. 99 under the conversion.",
    ),
)
