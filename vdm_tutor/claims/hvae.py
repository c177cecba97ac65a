"""Section 3, Eqs. 23-29: the Markovian hierarchical VAE. x is x_0 of the chain and z_t its x_t."""

from vdm_tutor.claims.elbo import Q_FOR_ONE
from vdm_tutor.proofs.claim import Chain, line

F = "q(z[1:T] | x)"
JOINT = "p(x, z[1:T])"
P_PRODUCT = "p(z[T])*p(x | z[1])*prod(t, 2, T, p(z[t-1] | z[t]))"
Q_PRODUCT = "q(z[1] | x)*prod(t, 2, T, q(z[t] | z[t-1]))"
PATH = Chain("markov", "law")
AXIOM = "What a Markov chain is: an axiom of the engine. Markov tables have this joint law, others have not."

CLAIMS = (
    line(
        23,
        f"{JOINT} := {P_PRODUCT}",
        "chain rule, Markov",
        parts=(line("23, on Markov tables", f"p(z[1:T])*p(x | z[1:T]) = {JOINT}", given=(23,), by=Chain()),),
        note=AXIOM,
    ),
    line(
        24,
        f"{F} := {Q_PRODUCT}",
        "chain rule, Markov",
        parts=(line("24, on Markov tables", f"q(x, z[1:T])/q(x) = {F}", given=(24,), by=Chain()),),
        note=AXIOM,
    ),
    line(25, f"log(p(x)) = log(integral(z[1:T], {JOINT}))", "(1)", by=PATH),
    line(26, f"= log(integral(z[1:T], {JOINT}*{F}/{F}))", "multiply by one", by=PATH, keeps=Q_FOR_ONE),
    line(27, f"= log(E[{F}]({JOINT}/{F}))", "an expectation", by=PATH),
    line(28, f">= E[{F}](log({JOINT}/{F}))", "Jensen", by=PATH, gap=f"KL({F}, p(z[1:T] | x))"),
    line(
        29,
        f"= E[{F}](log({P_PRODUCT}/({Q_PRODUCT})))",
        "(23), (24)",
        by=Chain(general="means"),
        note="It needs both Markov properties.",
    ),
)
