"""Section 4g, Eqs. 93-100: predict x_0, and one random t for the sum over t."""

from vdm_tutor.claims.posterior import MU_Q
from vdm_tutor.proofs.claim import Chain, line

X_T_PART = "sqrt(alpha_t)*(1-alpha_bar_prev)*x_t"
MU_HAT = f"({X_T_PART} + sqrt(alpha_bar_prev)*(1-alpha_t)*x0_hat)/(1-alpha_bar_t)"
HALF = "1/(2*posterior_var)"
WEIGHT = f"{HALF}*(alpha_bar_prev*(1-alpha_t)**2/(1-alpha_bar_t)**2)"
WEIGHTED_SQUARE = f"{WEIGHT}*[norm2(x0_hat-x_0)]"
STEP_KL = "E[q(x[t] | x[0])](KL(q(x[t-1] | x[t], x[0]), p(x[t-1] | x[t])))"
SHARE = "sqrt(alpha_bar_prev)*(1-alpha_t)"

CLAIMS = (
    line(93, f"mu_q := {MU_Q}", "(84)", note="The mean of Eq. 84 under a name; Eqs. 96 and 117 stand on it."),
    line(94, f"mu_theta := {MU_HAT}", "a choice: x_0 predicted", note="A parameterisation; Eq. 96 stands on it."),
    line("VDM-x0-U1", "", "where the block starts", same_as="VDM-KL-U1"),
    line(95, "", "(87)", same_as=87),
    line(
        96,
        f"= {HALF}*[norm2({MU_HAT} - {MU_Q})]",
        "(92), (93), (94)",
        given=("Sigma_q is isotropic", 93, 94),
        note="The KL of Eq. 95 with both means written in.",
    ),
    line(
        97,
        f"= {HALF}*[norm2({SHARE}*x0_hat/(1-alpha_bar_t) - {SHARE}*x_0/(1-alpha_bar_t))]",
        "x_t cancels",
    ),
    line(98, f"= {HALF}*[norm2({SHARE}/(1-alpha_bar_t)*(x0_hat-x_0))]", "factor"),
    line(99, f"= {WEIGHTED_SQUARE}", "scalar out of the norm", note="Weight and all."),
    line(
        100,
        f"sum(t, 2, T, {STEP_KL}) = (T-1)*mean(t, 2, T, {STEP_KL})",
        "one random t for the sum",
        by=Chain(general="means"),
        mistakes={"the factor T - 1 lost": f"mean(t, 2, T, {STEP_KL})", "T for T - 1": f"T*mean(t, 2, T, {STEP_KL})"},
        note="The survey prints both sides under an arg min, where the factor does not matter; as values the sum is T "
        "- 1 times the average over t, exactly.",
    ),
)
