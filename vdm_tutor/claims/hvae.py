"""Section 3, Eqs. 23-29: the Markovian hierarchical VAE. x is x_0 of the chain and z_t its x_t."""

from vdm_tutor.claims.elbo import Q_FOR_ONE
from vdm_tutor.proofs.claim import Claim, claim, lines

CLAIMS: list[Claim] = []

F = "q(z[1:T] | x)"
JOINT = "p(x, z[1:T])"
P_PRODUCT = "p(z[T])*p(x | z[1])*prod(t, 2, T, p(z[t-1] | z[t]))"
Q_PRODUCT = "q(z[1] | x)*prod(t, 2, T, q(z[t] | z[t-1]))"
TABLES = "exactly, for each x, on three Markov chains with rational tables (T = 2, 3, 4)."
PATHS = (
    "For every T, by the chain rule and the Markov property; and exactly at each path of three chains. On a joint law "
)
PATHS += "that is not Markov it fails."

CLAIMS += claim(23, JOINT, P_PRODUCT, "=", "chain rule, Markov", room="chain",
      every_t="path", checked=PATHS)  # fmt: skip
CLAIMS += claim(24, F, Q_PRODUCT, "=", "chain rule, Markov", room="chain",
      every_t="path", checked=PATHS)  # fmt: skip
CLAIMS += lines(
    "log(p(x))",
    (25, "=", f"log(integral(z[1:T], {JOINT}))", "(1)", {"checked": "Eq. 5 with z_1..z_T for z; and " + TABLES}),
    (26, "=", f"log(integral(z[1:T], {JOINT}*{F}/{F}))", "multiply by one",
     {"keeps": Q_FOR_ONE, "checked": "Eq. 6 with z_1..z_T for z; and " + TABLES}),
    (27, "=", f"log(E[{F}]({JOINT}/{F}))", "an expectation",
     {"checked": "Eq. 7 with z_1..z_T for z; and " + TABLES}),
    (28, ">=", f"E[{F}](log({JOINT}/{F}))", "Jensen", {"gap": f"KL({F}, p(z[1:T] | x))",
     "checked": "Eq. 8 with z_1..z_T for z. The gap is exactly the KL between the two laws of the "
     "latents, non-negative by log u <= u - 1."}),
    (29, "=", f"E[{F}](log({P_PRODUCT}/({Q_PRODUCT})))", "(23), (24)",
     {"every_t": "means", "checked": "For every T, by bookkeeping with symbolic ends of sums; and " + TABLES +
      " It needs both Markov properties."}),
    room="chain",
)  # fmt: skip
