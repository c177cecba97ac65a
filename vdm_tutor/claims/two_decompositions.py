"""Sections 4b and 4c, Eqs. 34-58: the bound split twice. Eq. 45 is false as printed, and repaired here.

Every line is decided twice: for every T, by bookkeeping with symbolic ends of sums (any_length.py), and exactly, for
each x_0, on four Markov chains with rational tables. Lines 34-37 are 5-8 with x_1..x_T for z, and hold for any law.
"""

from vdm_tutor.claims.elbo import Q_FOR_ONE
from vdm_tutor.proofs.claim import Chain, line

F = "q(x[1:T] | x[0])"
FIRST_P = "p(x[T])*p(x[0] | x[1])"
RECON = "E[q(x[1] | x[0])](log(p(x[0] | x[1])))"
GAP = f"KL({F}, p(x[1:T] | x[0]))"
BAYES = "q(x[t-1] | x[t], x[0])*q(x[t] | x[0])/q(x[t-1] | x[0])"
NEIGHBOURS = "q(x[t-1], x[t+1] | x[0])"
TILDE = "q(x[t] | x[t-1], x[t+1])"
STEP = "p(x[t] | x[t+1])/q(x[t] | x[t-1])"
BACK = "p(x[t-1] | x[t])/q(x[t-1] | x[t], x[0])"
FIRST_TWO = f"{RECON} - E[q(x[T-1] | x[0])](KL(q(x[T] | x[T-1]), p(x[T])))"
EQ_44 = (
    f"{RECON} + E[q(x[T-1], x[T] | x[0])](log(p(x[T])/q(x[T] | x[T-1])))"
    f" + sum(t, 1, T-1, E[q(x[t-1], x[t], x[t+1] | x[0])](log({STEP})))"
)
PRINTED_45 = f"{FIRST_TWO} - sum(t, 1, T-1, E[{NEIGHBOURS}](KL(q(x[t] | x[t-1]), p(x[t] | x[t+1]))))"
MENDED_45 = (
    f"{FIRST_TWO} - sum(t, 1, T-1, E[{NEIGHBOURS}](KL({TILDE}, p(x[t] | x[t+1])) - KL({TILDE}, q(x[t] | x[t-1]))))"
)
PRIOR_STEP = f"log({FIRST_P}/q(x[1] | x[0]))"
EQ_50 = f"E[{F}](log({FIRST_P}*prod(t, 2, T, p(x[t-1] | x[t]))/(q(x[1] | x[0])*prod(t, 2, T, q(x[t] | x[t-1], x[0])))))"
STEPS_51 = "log(prod(t, 2, T, p(x[t-1] | x[t])/q(x[t] | x[t-1], x[0])))"
MEANS = Chain(general="means")
PATH = Chain("markov", "law")


CLAIMS = (
    line(34, "log(p(x[0])) = log(integral(x[1:T], p(x[0:T])))", "marginalise", by=PATH),
    line(
        35,
        f"= log(integral(x[1:T], p(x[0:T])*{F}/{F}))",
        "multiply by one",
        by=PATH,
        keeps=Q_FOR_ONE,
    ),
    line(36, f"= log(E[{F}](p(x[0:T])/{F}))", "an expectation", by=PATH),
    line(37, f">= E[{F}](log(p(x[0:T])/{F}))", "Jensen", by=PATH, gap=GAP),
    line(
        38,
        f"= E[{F}](log(p(x[T])*prod(t, 1, T, p(x[t-1] | x[t]))/prod(t, 1, T, q(x[t] | x[t-1]))))",
        "(30), (32)",
        by=MEANS,
    ),
    line(
        39,
        f"= E[{F}](log({FIRST_P}*prod(t, 2, T, p(x[t-1] | x[t]))"
        "/(q(x[T] | x[T-1])*prod(t, 1, T-1, q(x[t] | x[t-1])))))",
        "split one factor off",
        by=MEANS,
    ),
    line(
        40,
        f"= E[{F}](log({FIRST_P}*prod(t, 1, T-1, p(x[t] | x[t+1]))"
        "/(q(x[T] | x[T-1])*prod(t, 1, T-1, q(x[t] | x[t-1])))))",
        "shift the index",
        by=MEANS,
    ),
    line(
        41,
        f"= E[{F}](log({FIRST_P}/q(x[T] | x[T-1]))) + E[{F}](log(prod(t, 1, T-1, {STEP})))",
        "log of a product",
        by=MEANS,
    ),
    line(
        42,
        f"= E[{F}](log(p(x[0] | x[1]))) + E[{F}](log(p(x[T])/q(x[T] | x[T-1]))) + E[{F}](sum(t, 1, T-1, log({STEP})))",
        "log of a product",
        by=MEANS,
    ),
    line(
        43,
        f"= E[{F}](log(p(x[0] | x[1]))) + E[{F}](log(p(x[T])/q(x[T] | x[T-1]))) + sum(t, 1, T-1, E[{F}](log({STEP})))",
        "linearity",
        by=MEANS,
    ),
    line(44, f"= {EQ_44}", "drop what the integrand does not see", by=MEANS),
    line(
        45,
        f"= {MENDED_45}",
        "the inner law is q(x_t | x_{t-1}, x_{t+1})",
        by=MEANS,
        refuted=True,
        printed=line("45 as printed", f"{EQ_44} = {PRINTED_45}", "an inner average that is no KL", by=Chain()),
        note="The printed form is run and is not equal to Eq. 44: it averages over q(x_t | x_{t-1}), which is not the "
        "law of x_t given both neighbours. With that law the third term is a difference of two KLs, and it holds.",
    ),
    line(
        46,
        f"q(x[t] | x[t-1], x[0]) = {BAYES}",
        "Markov, then Bayes",
        by=Chain(general="path"),
        parts=(
            line(
                "46, Markov",
                "q(x[t] | x[t-1]) = q(x[t] | x[t-1], x[0])",
                "x_0 adds nothing",
                by=Chain(general="path"),
            ),
        ),
        note="For t >= 2. Bayes for any chain; that q(x_t | x_{t-1}) is the same law needs the Markov property.",
    ),
    line(47, f"log(p(x[0])) >= E[{F}](log(p(x[0:T])/{F}))", "(37)", by=PATH, gap=GAP),
    line(48, "", "(30), (32)", same_as=38),
    line(
        49,
        f"= E[{F}](log({FIRST_P}*prod(t, 2, T, p(x[t-1] | x[t]))/(q(x[1] | x[0])*prod(t, 2, T, q(x[t] | x[t-1])))))",
        "split off t = 1",
        by=MEANS,
    ),
    line(50, f"= {EQ_50}", "add x_0", by=MEANS, note="It needs the Markov property of q."),
    line(
        51,
        f"= E[{F}]({PRIOR_STEP} + {STEPS_51})",
        "log of a product",
        by=MEANS,
        printed=line(
            "51 as printed",
            f"{EQ_50} = E[{F}](log(p_theta(x[T])*p(x[0] | x[1])/q(x[1] | x[0])) + {STEPS_51})",
            "a prior with parameters",
            by=Chain(),
        ),
        note="Printed with p_theta(x_T); run with a prior of parameters of its own it is rejected.",
    ),
    line(52, f"= E[{F}]({PRIOR_STEP} + log(prod(t, 2, T, p(x[t-1] | x[t])/({BAYES}))))", "(46)", by=MEANS),
    line(
        53,
        f"= E[{F}]({PRIOR_STEP} + log(prod(t, 2, T, q(x[t-1] | x[0])/q(x[t] | x[0]))) + log(prod(t, 2, T, {BACK})))",
        "what is struck out, apart",
        by=MEANS,
        note="The survey prints Eq. 52 again with factors struck out; here they stand in a product of their own, "
        "which telescopes across neighbouring t.",
    ),
    line(
        54,
        f"= E[{F}]({PRIOR_STEP} + log(q(x[1] | x[0])/q(x[T] | x[0])) + log(prod(t, 2, T, {BACK})))",
        "telescope",
        by=MEANS,
    ),
    line(55, f"= E[{F}](log({FIRST_P}/q(x[T] | x[0])) + sum(t, 2, T, log({BACK})))", "cancel", by=MEANS),
    line(
        56,
        f"= E[{F}](log(p(x[0] | x[1]))) + E[{F}](log(p(x[T])/q(x[T] | x[0]))) + sum(t, 2, T, E[{F}](log({BACK})))",
        "linearity",
        by=MEANS,
    ),
    line(
        57,
        f"= {RECON} + E[q(x[T] | x[0])](log(p(x[T])/q(x[T] | x[0])))"
        f" + sum(t, 2, T, E[q(x[t], x[t-1] | x[0])](log({BACK})))",
        "drop what the integrand does not see",
        by=MEANS,
    ),
    line(
        58,
        f"= {RECON} - KL(q(x[T] | x[0]), p(x[T]))"
        " - sum(t, 2, T, E[q(x[t] | x[0])](KL(q(x[t-1] | x[t], x[0]), p(x[t-1] | x[t]))))",
        "the inner average is a KL",
        by=MEANS,
        note="Here the inner law is the KL's first argument, so the step is sound.",
    ),
)
