"""Section 4g, Eqs. 93-100: predict x_0, and one random t for the sum over t."""

from vdm_tutor.claims.kl import NOT_MU_Q, POSTERIOR_KL, SAME_COVARIANCE
from vdm_tutor.claims.posterior import MU_Q
from vdm_tutor.proofs.claim import Claim, claim, lines

CLAIMS: list[Claim] = []

X_T_PART = "sqrt(alpha_t)*(1-alpha_bar_prev)*x_t"
MU_HAT = f"({X_T_PART} + sqrt(alpha_bar_prev)*(1-alpha_t)*x0_hat)/(1-alpha_bar_t)"
HALF = "1/(2*posterior_var)"
WEIGHTED_SQUARE = f"{HALF}*(alpha_bar_prev*(1-alpha_t)**2/(1-alpha_bar_t)**2)*[norm2(x0_hat-x_0)]"
TO_PRECISION = ("Sigma_q is isotropic",)

CLAIMS += claim(93, "mu_q", MU_Q, ":=", "(84)", answer=MU_Q,
      checked="The mean of Eq. 84 under a name; Eqs. 96 and 117 stand on it.")  # fmt: skip
CLAIMS += claim(94, "mu_theta", MU_HAT, ":=", "a choice: x_0 predicted", answer=MU_HAT,
      checked="A parameterisation; Eq. 96 stands on it.")  # fmt: skip
CLAIMS += claim("VDM-x0-U1", POSTERIOR_KL, SAME_COVARIANCE, "argmin", "where the block starts", wrt="mu_theta",
      given=("(84) as a law", "Sigma_theta"), mistakes=NOT_MU_Q, checked="As the display before Eq. 87.")  # fmt: skip
CLAIMS += lines(
    POSTERIOR_KL,
    (95, "argmin", SAME_COVARIANCE, "(87)",
     {"given": ("(84) as a law", "Sigma_theta"), "mistakes": NOT_MU_Q, "wrt": "mu_theta", "checked": "As Eq. 87."}),
    (96, "argmin", f"{HALF}*[norm2({MU_HAT} - {MU_Q})]", "(92), (93), (94)",
     {"given": ("Sigma_q is isotropic", 93, 94), "checked": "The KL of Eq. 95 with both means written in: "
      "the values are equal."}),
    (97, "argmin", f"{HALF}*[norm2(sqrt(alpha_bar_prev)*(1-alpha_t)*x0_hat/(1-alpha_bar_t)"
     " - sqrt(alpha_bar_prev)*(1-alpha_t)*x_0/(1-alpha_bar_t))]", "x_t cancels", {"checked": "The values are equal."}),
    (98, "argmin", f"{HALF}*[norm2(sqrt(alpha_bar_prev)*(1-alpha_t)/(1-alpha_bar_t)*(x0_hat-x_0))]", "factor",
     {"checked": "The values are equal."}),
    (99, "argmin", WEIGHTED_SQUARE, "scalar out of the norm",
     {"checked": "The values are equal, weight and all.", "answer": WEIGHTED_SQUARE}),
    wrt="x0_hat",
)  # fmt: skip
CLAIMS += claim(
    100,
    "sum(t, 2, T, E[q(x[t] | x[0])](KL(q(x[t-1] | x[t], x[0]), p(x[t-1] | x[t]))))",
    "(T-1)*mean(t, 2, T, E[q(x[t] | x[0])](KL(q(x[t-1] | x[t], x[0]), p(x[t-1] | x[t]))))",
    "=",
    "one random t for the sum",
    room="chain",
    every_t="means",
    printed=Claim(
        "100 as printed",
        "sum(t, 2, T, E[q(x[t] | x[0])](KL(q(x[t-1] | x[t], x[0]), p(x[t-1] | x[t]))))",
        "mean(t, 2, T, E[q(x[t] | x[0])](KL(q(x[t-1] | x[t], x[0]), p(x[t-1] | x[t]))))",
        room="chain",
    ),
    checked="As an arg min the printed line stands; as a value it lacks the factor T - 1 that makes the expectation "
    "over t the sum of Eq. 58. With the factor the two are equal: for every T, and exactly on three chains.",
)
