"""Section 6a, Eqs. 115-130: the same mean and the same loss, with the noise predicted."""

from vdm_tutor.claims.kl import NOT_MU_Q, POSTERIOR_KL, SAME_COVARIANCE
from vdm_tutor.claims.posterior import MU_Q
from vdm_tutor.claims.predict_x0 import HALF, MU_HAT
from vdm_tutor.proofs.claim import Claim, claim, lines

CLAIMS: list[Claim] = []

X0 = "(x_t - sqrt(1-alpha_bar_t)*eps)/sqrt(alpha_bar_t)"
X_T_PART = "sqrt(alpha_t)*(1-alpha_bar_prev)*x_t"
EPS_PART = "(1-alpha_t)/(sqrt(1-alpha_bar_t)*sqrt(alpha_t))"
MU_EPS = f"1/sqrt(alpha_t)*x_t - {EPS_PART}*eps"
MU_EPS_HAT = f"1/sqrt(alpha_t)*x_t - {EPS_PART}*eps_hat"
OVER = "((1-alpha_bar_t)*sqrt(alpha_t))"
LAST = f" - {EPS_PART}*eps"

CLAIMS += claim("(69)", "x_t", "sqrt(alpha_bar_t)*x_0 + sqrt(1-alpha_bar_t)*eps", ":=", "Eq. 69")
CLAIMS += claim(115, "x_0", X0, "=", "(69) solved for x_0", given=("(69)",), answer=X0,
      checked="With Eq. 69 written in for x_t the right side is x_0. The noise is that of the whole jump.")  # fmt: skip
CLAIMS += claim("(115)", "x_0", X0, ":=", "Eq. 115")
CLAIMS += lines(
    "mu_q",
    (116, "=", MU_Q, "(93)", {"given": (93,), "checked": "Eq. 93 again."}),
    (117, "=", f"({X_T_PART} + sqrt(alpha_bar_prev)*(1-alpha_t)*({X0}))/(1-alpha_bar_t)", "(115) for x_0",
     {"given": ("(115)",), "checked": "Eq. 115 written in for x_0."}),
    (118, "=", f"({X_T_PART} + (1-alpha_t)*((x_t - sqrt(1-alpha_bar_t)*eps)/sqrt(alpha_t)))/(1-alpha_bar_t)",
     "a ratio of roots", {"given": ("alpha_bar",), "checked": "True because alpha_bar_t = alpha_t alpha_bar_{t-1}."}),
    (119, "=", f"{X_T_PART}/(1-alpha_bar_t) + (1-alpha_t)*x_t/{OVER} - (1-alpha_t)*sqrt(1-alpha_bar_t)*eps/{OVER}",
     "split", {"checked": "One expression."}),
    (120, "=", f"(sqrt(alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t) + (1-alpha_t)/{OVER})*x_t"
     f" - (1-alpha_t)*sqrt(1-alpha_bar_t)/{OVER}*eps", "group", {"checked": "One expression."}),
    (121, "=", f"(alpha_t*(1-alpha_bar_prev)/{OVER} + (1-alpha_t)/{OVER})*x_t" + LAST, "common denominator",
     {"checked": "One expression."}),
    (122, "=", f"(alpha_t - alpha_bar_t + 1-alpha_t)/{OVER}*x_t" + LAST, "alpha_bar",
     {"given": ("alpha_bar",), "checked": "True because alpha_bar_t = alpha_t alpha_bar_{t-1}, and false without."}),
    (123, "=", f"(1-alpha_bar_t)/{OVER}*x_t" + LAST, "cancel", {"checked": "One expression."}),
    (124, "=", MU_EPS, "cancel", {"checked": "One expression.", "answer": MU_EPS}),
)  # fmt: skip
CLAIMS += claim(
    125,
    "mu_theta",
    MU_EPS_HAT,
    ":=",
    "a choice: the noise predicted",
    answer=MU_EPS_HAT,
    parts=(
        Claim("125 agrees with 94", MU_EPS_HAT, MU_HAT, rule="(94) with the x_0 that the noise implies",
              given=("x0_hat from eps_hat", "alpha_bar")),
    ),
    checked="A parameterisation; Eq. 127 stands on it, and it is Eq. 94 with the x_0 that the predicted noise implies.",
)  # fmt: skip
CLAIMS += claim(
    "x0_hat from eps_hat", "x0_hat", "(x_t - sqrt(1-alpha_bar_t)*eps_hat)/sqrt(alpha_bar_t)", ":=", "Eq. 115, hats"
)
CLAIMS += claim("(124)", "mu_q", MU_EPS, ":=", "Eq. 124")
CLAIMS += claim("EPS-U1", POSTERIOR_KL, SAME_COVARIANCE, "argmin", "where the block starts", wrt="mu_theta",
      given=("(84) as a law", "Sigma_theta"), mistakes=NOT_MU_Q, checked="As the display before Eq. 87.")  # fmt: skip
WEIGHTED_SQUARE = f"{HALF}*((1-alpha_t)**2/((1-alpha_bar_t)*alpha_t))*[norm2(eps-eps_hat)]"
CLAIMS += lines(
    POSTERIOR_KL,
    (126, "argmin", SAME_COVARIANCE, "(87)",
     {"given": ("(84) as a law", "Sigma_theta"), "mistakes": NOT_MU_Q, "wrt": "mu_theta", "checked": "As Eq. 87."}),
    (127, "argmin", f"{HALF}*[norm2({MU_EPS_HAT} - ({MU_EPS}))]", "(92), (124), (125)",
     {"given": ("Sigma_q is isotropic", "(124)", 125), "checked": "The values are equal."}),
    (128, "argmin", f"{HALF}*[norm2({EPS_PART}*eps - {EPS_PART}*eps_hat)]", "x_t cancels",
     {"checked": "The values are equal; the sign inside the norm turns, which a square does not see."}),
    (129, "argmin", f"{HALF}*[norm2({EPS_PART}*(eps - eps_hat))]", "factor", {"checked": "The values are equal."}),
    (130, "argmin", WEIGHTED_SQUARE, "scalar out of the norm",
     {"answer": WEIGHTED_SQUARE, "parts": (
         Claim("130 has the value of 99", WEIGHTED_SQUARE,
               f"{HALF}*(alpha_bar_prev*(1-alpha_t)**2/(1-alpha_bar_t)**2)*[norm2(x0_hat-x_0)]",
               rule="the same loss as (99)", given=("x0_hat from eps_hat", "(115)", "alpha_bar")),),
      "checked": "The values are equal; and the value is that of Eq. 99 under the conversion."}),
    wrt="eps_hat",
)  # fmt: skip
