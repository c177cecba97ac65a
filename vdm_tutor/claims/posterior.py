"""Section 4e, Eqs. 71-85: the one denoising step that is known exactly, q(x_{t-1} | x_t, x_0).

Squares of vectors are squared norms and products inner products; each line is decided for d = 1 and d = 2, and since
every exponent is a sum over coordinates of one and the same expression, what holds for d = 1 holds for every d.
"""

from vdm_tutor.proofs.claim import line

MU_Q = "(sqrt(alpha_t)*(1-alpha_bar_prev)*x_t + sqrt(alpha_bar_prev)*(1-alpha_t)*x_0)/(1-alpha_bar_t)"
VAR_Q = "(1-alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t)"
DENSITY = f"N(x_prev, {MU_Q}, {VAR_Q}*I)"
THREE_NORMALS = (
    "N(x_t, sqrt(alpha_t)*x_prev, (1-alpha_t)*I)*N(x_prev, sqrt(alpha_bar_prev)*x_0, (1-alpha_bar_prev)*I)"
    "/N(x_t, sqrt(alpha_bar_t)*x_0, (1-alpha_bar_t)*I)"
)
LINEAR = "sqrt(alpha_t)*x_t/(1-alpha_t) + sqrt(alpha_bar_prev)*x_0/(1-alpha_bar_prev)"
OVER = "((1-alpha_t)*(1-alpha_bar_prev))"
PRECISION = f"((1-alpha_bar_t)/{OVER})"

CLAIMS = (
    line(
        "C",
        "C := x_t**2/(1-alpha_t) + alpha_bar_prev*x_0**2/(1-alpha_bar_prev)"
        " - (x_t-sqrt(alpha_bar_t)*x_0)**2/(1-alpha_bar_t)",
        "what Eq. 75 leaves unwritten",
    ),
    line(71, "", "Bayes", same_as="VDM-fwd-U1"),
    line(
        72,
        f"q(x_t | x_prev, x_0)*q(x_prev | x_0)/q(x_t | x_0) = {THREE_NORMALS}",
        "Markov, (31), (70)",
        given=("Markov", 31, "(70) one step down", "(70)"),
        note="Factor by factor, with the normalising constants, once the Markov property, Eq. 31 and Eq. 70 (at t and "
        "t - 1) are used; without any of the four it fails.",
    ),
    line(
        73,
        "∝ exp({-[(x_t-sqrt(alpha_t)*x_prev)**2/(2*(1-alpha_t))"
        " + (x_prev-sqrt(alpha_bar_prev)*x_0)**2/(2*(1-alpha_bar_prev))"
        " - (x_t-sqrt(alpha_bar_t)*x_0)**2/(2*(1-alpha_bar_t))]})",
        "drop the constants",
        wrt="x_prev x_t x_0",
    ),
    line(
        74,
        "= exp({-1/2*[(x_t-sqrt(alpha_t)*x_prev)**2/(1-alpha_t)"
        " + (x_prev-sqrt(alpha_bar_prev)*x_0)**2/(1-alpha_bar_prev)"
        " - (x_t-sqrt(alpha_bar_t)*x_0)**2/(1-alpha_bar_t)]})",
        "pull out 1/2",
    ),
    line(
        75,
        "= exp({-1/2*[(-2*sqrt(alpha_t)*x_t*x_prev + alpha_t*x_prev**2)/(1-alpha_t)"
        " + (x_prev**2 - 2*sqrt(alpha_bar_prev)*x_prev*x_0)/(1-alpha_bar_prev) + C]})",
        "expand, collect C",
        given=("C",),
        parts=(
            line(
                "C completes the square",
                f"C = norm2({MU_Q})/({VAR_Q})",
                "C = mu_q^2 / sigma_q^2",
                given=("C", "alpha_bar"),
            ),
        ),
        note="With C(x_t, x_0), which the survey never writes, spelt out. It equals mu_q^2 / sigma_q^2: just the term "
        "that completes the square.",
    ),
    line(
        76,
        "∝ exp({-1/2*[-2*sqrt(alpha_t)*x_t*x_prev/(1-alpha_t) + alpha_t*x_prev**2/(1-alpha_t)"
        " + x_prev**2/(1-alpha_bar_prev) - 2*sqrt(alpha_bar_prev)*x_prev*x_0/(1-alpha_bar_prev)]})",
        "C is free of x_{t-1}",
        wrt="x_prev",
    ),
    line(
        77,
        f"= exp({{-1/2*[(alpha_t/(1-alpha_t) + 1/(1-alpha_bar_prev))*x_prev**2 - 2*({LINEAR})*x_prev]}})",
        "group powers",
        note="The first bracket is the sum of two precisions.",
    ),
    line(
        78,
        f"= exp({{-1/2*[(alpha_t*(1-alpha_bar_prev) + 1-alpha_t)/{OVER}*x_prev**2 - 2*({LINEAR})*x_prev]}})",
        "common denominator",
    ),
    line(
        79,
        f"= exp({{-1/2*[(alpha_t - alpha_bar_t + 1-alpha_t)/{OVER}*x_prev**2 - 2*({LINEAR})*x_prev]}})",
        "alpha_bar",
        given=("alpha_bar",),
        note="True because alpha_bar_t = alpha_t alpha_bar_{t-1}, and false without.",
    ),
    line(80, f"= exp({{-1/2*[(1-alpha_bar_t)/{OVER}*x_prev**2 - 2*({LINEAR})*x_prev]}})", "cancel"),
    line(81, f"= exp({{-1/2*{PRECISION}*[x_prev**2 - 2*(({LINEAR})/{PRECISION})*x_prev]}})", "factor out"),
    line(
        82,
        f"= exp({{-1/2*{PRECISION}*[x_prev**2"
        f" - 2*(({LINEAR})*(1-alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t))*x_prev]}})",
        "divide by a fraction",
    ),
    line(
        83,
        f"= exp({{-1/2*(1/({VAR_Q}))*[x_prev**2 - 2*({MU_Q})*x_prev]}})",
        "simplify",
        note="The bracket holds mu_q.",
    ),
    line(
        84,
        f"∝ {DENSITY}",
        "complete the square",
        wrt="x_prev",
        parts=(line("84 equals 72", f"{THREE_NORMALS} = {DENSITY}", "(72) itself", given=("alpha_bar",)),),
        note="Eq. 72 equals this density exactly, normalising constants included: the last proportionality is an "
        "equality. Mean and variance also come out of Eq. 72 by computer algebra that has not seen this line.",
    ),
    line(
        85,
        f"posterior_var := {VAR_Q}",
        "read off (84)",
        mistakes={"beta, the variance of one noising step, for the posterior's variance": "1-alpha_t"},
        parts=(
            line(
                "85, precisions add",
                "1/(alpha_t/(1-alpha_t) + 1/(1-alpha_bar_prev)) = posterior_var",
                "one over the sum of the precisions",
                given=(85, "alpha_bar"),
            ),
        ),
        note="A name for the variance of Eq. 84; it is one over the sum of the two precisions of Eq. 77.",
    ),
)
