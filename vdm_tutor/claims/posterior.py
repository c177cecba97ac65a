"""Section 4e, Eqs. 71-85: the one denoising step that is known exactly, q(x_{t-1} | x_t, x_0).

Squares of vectors are squared norms and products inner products; each line is decided for d = 1 and d = 2, and since
every exponent is a sum over coordinates of one and the same expression, what holds for d = 1 holds for every d.
"""

from vdm_tutor.proofs.claim import Claim, claim, lines

CLAIMS: list[Claim] = []

MU_Q = "(sqrt(alpha_t)*(1-alpha_bar_prev)*x_t + sqrt(alpha_bar_prev)*(1-alpha_t)*x_0)/(1-alpha_bar_t)"
VAR_Q = "(1-alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t)"
THREE_NORMALS = (
    "N(x_t, sqrt(alpha_t)*x_prev, (1-alpha_t)*I)*N(x_prev, sqrt(alpha_bar_prev)*x_0, (1-alpha_bar_prev)*I)"
    "/N(x_t, sqrt(alpha_bar_t)*x_0, (1-alpha_bar_t)*I)"
)
LINEAR = "sqrt(alpha_t)*x_t/(1-alpha_t) + sqrt(alpha_bar_prev)*x_0/(1-alpha_bar_prev)"
BAYES = "q(x_t | x_prev, x_0)*q(x_prev | x_0)/q(x_t | x_0)"
OVER = "((1-alpha_t)*(1-alpha_bar_prev))"

CLAIMS += claim(
    "C",
    "C",
    "x_t**2/(1-alpha_t) + alpha_bar_prev*x_0**2/(1-alpha_bar_prev) - (x_t-sqrt(alpha_bar_t)*x_0)**2/(1-alpha_bar_t)",
    ":=",
    "what Eq. 75 leaves unwritten",
)
CLAIMS += claim(
    71,
    "q(x[t-1] | x[t], x[0])",
    "q(x[t] | x[t-1], x[0])*q(x[t-1] | x[0])/q(x[t] | x[0])",
    "=",
    "Bayes",
    room="chain",
    table="any",
    every_t="path",
    checked="For every t, by the chain rule; and at every value of x_0, x_{t-1} and x_t of laws with rational tables "
    "that are not Markov: it needs no property of the chain.",
)
CLAIMS += lines(
    BAYES,
    (
        72,
        "=",
        THREE_NORMALS,
        "Markov, (31), (70)",
        {
            "given": ("Markov", 31, "(70) one step down", "(70)"),
            "checked": "Factor by factor, with the normalising constants, once the Markov property, Eq. 31 and Eq. 70 "
            "(at t and t - 1) are used; without any of the four it fails.",
        },
    ),
    (
        73,
        "prop",
        "exp({-[(x_t-sqrt(alpha_t)*x_prev)**2/(2*(1-alpha_t))"
        " + (x_prev-sqrt(alpha_bar_prev)*x_0)**2/(2*(1-alpha_bar_prev))"
        " - (x_t-sqrt(alpha_bar_t)*x_0)**2/(2*(1-alpha_bar_t))]})",
        "drop the constants",
        {"wrt": "x_prev x_t x_0", "checked": "The ratio of the two sides depends on none of x_{t-1}, x_t, x_0."},
    ),
    (
        74,
        "=",
        "exp({-1/2*[(x_t-sqrt(alpha_t)*x_prev)**2/(1-alpha_t)"
        " + (x_prev-sqrt(alpha_bar_prev)*x_0)**2/(1-alpha_bar_prev)"
        " - (x_t-sqrt(alpha_bar_t)*x_0)**2/(1-alpha_bar_t)]})",
        "pull out 1/2",
        {"checked": "The exponents are one expression."},
    ),
    (
        75,
        "=",
        "exp({-1/2*[(-2*sqrt(alpha_t)*x_t*x_prev + alpha_t*x_prev**2)/(1-alpha_t)"
        " + (x_prev**2 - 2*sqrt(alpha_bar_prev)*x_prev*x_0)/(1-alpha_bar_prev) + C]})",
        "expand, collect C",
        {
            "given": ("C",),
            "parts": (
                Claim("C completes the square", "C", f"norm2({MU_Q})/({VAR_Q})", rule="C = mu_q^2 / sigma_q^2",
                      given=("C", "alpha_bar")),
            ),
            "checked": "With C(x_t, x_0), which the survey never writes, spelt out. It equals mu_q^2 / sigma_q^2: just "
            "the term that completes the square.",
        },
    ),
    (
        76,
        "prop",
        "exp({-1/2*[-2*sqrt(alpha_t)*x_t*x_prev/(1-alpha_t) + alpha_t*x_prev**2/(1-alpha_t)"
        " + x_prev**2/(1-alpha_bar_prev) - 2*sqrt(alpha_bar_prev)*x_prev*x_0/(1-alpha_bar_prev)]})",
        "C is free of x_{t-1}",
        {"wrt": "x_prev", "given": (), "checked": "The ratio of the two sides does not depend on x_{t-1}."},
    ),
    (
        77,
        "=",
        "exp({-1/2*[(alpha_t/(1-alpha_t) + 1/(1-alpha_bar_prev))*x_prev**2"
        f" - 2*({LINEAR})*x_prev]}})",
        "group powers",
        {"checked": "The exponents are one polynomial in x_{t-1}. The first bracket is the sum of two precisions."},
    ),
    (
        78,
        "=",
        f"exp({{-1/2*[(alpha_t*(1-alpha_bar_prev) + 1-alpha_t)/{OVER}*x_prev**2 - 2*({LINEAR})*x_prev]}})",
        "common denominator",
        {"checked": "The exponents are one expression."},
    ),
    (
        79,
        "=",
        f"exp({{-1/2*[(alpha_t - alpha_bar_t + 1-alpha_t)/{OVER}*x_prev**2 - 2*({LINEAR})*x_prev]}})",
        "alpha_bar",
        {"given": ("alpha_bar",), "checked": "True because alpha_bar_t = alpha_t alpha_bar_{t-1}, and false without."},
    ),
    (
        80,
        "=",
        f"exp({{-1/2*[(1-alpha_bar_t)/{OVER}*x_prev**2 - 2*({LINEAR})*x_prev]}})",
        "cancel",
        {"checked": "The exponents are one expression."},
    ),
    (
        81,
        "=",
        f"exp({{-1/2*((1-alpha_bar_t)/{OVER})*[x_prev**2 - 2*(({LINEAR})/((1-alpha_bar_t)/{OVER}))*x_prev]}})",
        "factor out",
        {"checked": "The exponents are one expression."},
    ),
    (
        82,
        "=",
        f"exp({{-1/2*((1-alpha_bar_t)/{OVER})*[x_prev**2"
        f" - 2*(({LINEAR})*(1-alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t))*x_prev]}})",
        "divide by a fraction",
        {"checked": "The exponents are one expression."},
    ),
    (
        83,
        "=",
        f"exp({{-1/2*(1/({VAR_Q}))*[x_prev**2 - 2*({MU_Q})*x_prev]}})",
        "simplify",
        {"checked": "The exponents are one expression: the bracket holds mu_q."},
    ),
    (
        84,
        "prop",
        f"N(x_prev, {MU_Q}, {VAR_Q}*I)",
        "complete the square",
        {
            "wrt": "x_prev",
            "answer": MU_Q,
            "parts": (
                Claim("84 equals 72", THREE_NORMALS, f"N(x_prev, {MU_Q}, {VAR_Q}*I)", rule="(72) itself",
                      given=("alpha_bar",)),
            ),
            "checked": "The ratio to Eq. 83 does not depend on x_{t-1}; and Eq. 72 equals this density exactly, "
            "normalising constants included: the last proportionality is an equality. Mean and variance also come out "
            "of Eq. 72 by computer algebra that has not seen this line.",
        },
    ),
    head="q(x_prev | x_t, x_0)",
)  # fmt: skip
CLAIMS += claim(
    85,
    "posterior_var",
    VAR_Q,
    ":=",
    "read off (84)",
    answer=VAR_Q,
    mistakes=(("beta, the variance of one noising step, for the posterior's variance", "1-alpha_t"),),
    parts=(
        Claim("85, precisions add", "1/(alpha_t/(1-alpha_t) + 1/(1-alpha_bar_prev))", "posterior_var",
              rule="one over the sum of the precisions", given=(85, "alpha_bar")),
    ),
    checked="A name for the variance of Eq. 84; it is one over the sum of the two precisions of Eq. 77.",
)  # fmt: skip
