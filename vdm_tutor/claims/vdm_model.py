"""Section 4a, Eqs. 30-33: three restrictions make a VDM of a Markovian hierarchical VAE. Eq. 31 is in forward.py."""

from vdm_tutor.claims.hvae import AXIOM
from vdm_tutor.proofs.claim import Chain, line

F = "q(x[1:T] | x[0])"

CLAIMS = (
    line(
        30,
        f"{F} := prod(t, 1, T, q(x[t] | x[t-1]))",
        "(24), renamed",
        parts=(line("30, on Markov tables", f"q(x[0:T])/q(x[0]) = {F}", given=(30,), by=Chain()),),
        note=AXIOM,
    ),
    line(
        "VDM-model-U1",
        "sqrt(alpha_t)*eps_star_1 + sqrt(1-alpha_t)*eps_step ~ N(x_t, 0, I)",
        "variance preserved",
        wrt="x_t",
        mistakes={"variance for standard deviation on the left": "N(x_t, 0, (alpha_t + (1-alpha_t)**2)*I)"},
        note="Mean sqrt(alpha_t) x_{t-1} and variance 1 - alpha_t take unit variance to unit variance. (The survey "
        "writes x_t for the argument x_{t-1}.)",
    ),
    line(
        32,
        "p(x[0:T]) := p(x[T])*prod(t, 1, T, p(x[t-1] | x[t]))",
        "(23), renamed",
        parts=(line("32, on Markov tables", "p(x[1:T])*p(x[0] | x[1:T]) = p(x[0:T])", given=(32,), by=Chain()),),
        note=AXIOM,
    ),
    line(
        33,
        "p(x_T) := N(x_T, 0, I)",
        "a choice",
        parts=(
            line(
                "33, in the prior term",
                "KL(N(x_T, sqrt(alpha_bar_t)*x_0, (1-alpha_bar_t)*I), p(x_T))"
                " = 1/2*(alpha_bar_t*norm2(x_0) - d*alpha_bar_t - d*log(1-alpha_bar_t))",
                given=(33,),
            ),
        ),
        mistakes={"the prior not standard": "N(x_T, 0, 2*I)"},
        note="The closed form of the prior term stands on it; that term goes to 0 only as alpha_bar_T goes to 0.",
    ),
)
