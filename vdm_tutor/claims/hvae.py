"""Section 3, Eqs. 23-29: the Markovian hierarchical VAE. x is x_0 of the chain and z_t its x_t."""

from vdm_tutor.claims.elbo import Q_FOR_ONE
from vdm_tutor.proofs.claim import Chain, line

F = "q(z[1:T] | x)"
JOINT = "p(x, z[1:T])"
P_PRODUCT = "p(z[T])*p(x | z[1])*prod(t, 2, T, p(z[t-1] | z[t]))"
Q_PRODUCT = "q(z[1] | x)*prod(t, 2, T, q(z[t] | z[t-1]))"
NOT_MARKOV = "On a joint law that is not Markov it fails."

CLAIMS = (
    line(23, f"{JOINT} = {P_PRODUCT}", "chain rule, Markov", by=Chain(every_t="path"), note=NOT_MARKOV),
    line(24, f"{F} = {Q_PRODUCT}", "chain rule, Markov", by=Chain(every_t="path"), note=NOT_MARKOV),
    line(
        25,
        f"log(p(x)) = log(integral(z[1:T], {JOINT}))",
        "(1)",
        by=Chain(),
        note="It is Eq. 5 with z_1..z_T for z, whatever T is.",
    ),
    line(
        26,
        f"= log(integral(z[1:T], {JOINT}*{F}/{F}))",
        "multiply by one",
        by=Chain(),
        keeps=Q_FOR_ONE,
        note="It is Eq. 6 with z_1..z_T for z, whatever T is.",
    ),
    line(
        27,
        f"= log(E[{F}]({JOINT}/{F}))",
        "an expectation",
        by=Chain(),
        note="It is Eq. 7 with z_1..z_T for z, whatever T is.",
    ),
    line(
        28,
        f">= E[{F}](log({JOINT}/{F}))",
        "Jensen",
        by=Chain(),
        gap=f"KL({F}, p(z[1:T] | x))",
        note="It is Eq. 8 with z_1..z_T for z, whatever T is.",
    ),
    line(
        29,
        f"= E[{F}](log({P_PRODUCT}/({Q_PRODUCT})))",
        "(23), (24)",
        by=Chain(every_t="means"),
        note="It needs both Markov properties.",
    ),
)
