"""Section 3, Eqs. 23-29: the Markovian hierarchical VAE. x is x_0 of the chain and z_t its x_t."""

from vdm_tutor.proofs.claim import claim, lines

F = "q(z[1:T] | x)"
JOINT = "p(x, z[1:T])"
P_PRODUCT = "p(z[T])*p(x | z[1])*prod(t, 2, T, p(z[t-1] | z[t]))"
Q_PRODUCT = "q(z[1] | x)*prod(t, 2, T, q(z[t] | z[t-1]))"
CHAIN = "Exactly, for each x, on a Markov chain with T = 3 and rational tables."

claim(23, JOINT, P_PRODUCT, "=", "chain rule, Markov", room="chain",
      checked="At each of the 16 paths; on a joint law that is not Markov it fails.")  # fmt: skip
claim(24, F, Q_PRODUCT, "=", "chain rule, Markov", room="chain",
      checked="At each of the 16 paths; on a joint law that is not Markov it fails.")  # fmt: skip
lines(
    "log(p(x))",
    (25, "=", f"log(integral(z[1:T], {JOINT}))", "(1)", {"checked": CHAIN}),
    (26, "=", f"log(integral(z[1:T], {JOINT}*{F}/{F}))", "multiply by one",
     {"checked": CHAIN + " The factor q/q is multiplied out as printed."}),
    (27, "=", f"log(E[{F}]({JOINT}/{F}))", "an expectation", {"checked": CHAIN}),
    (28, ">=", f"E[{F}](log({JOINT}/{F}))", "Jensen", {"gap": f"KL({F}, p(z[1:T] | x))",
     "checked": "The gap is exactly the KL between the two laws of the latents, non-negative by log u <= u - 1."}),
    (29, "=", f"E[{F}](log({P_PRODUCT}/({Q_PRODUCT})))", "(23), (24)",
     {"checked": CHAIN + " It needs both Markov properties."}),
    room="chain",
)  # fmt: skip
