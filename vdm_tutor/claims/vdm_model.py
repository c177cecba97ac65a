"""Section 4a, Eqs. 30-33: three restrictions make a VDM of a Markovian hierarchical VAE. Eq. 31 is in forward.py."""

from vdm_tutor.claims.hvae import PATHS
from vdm_tutor.proofs.claim import Claim, claim

CLAIMS: list[Claim] = []

CLAIMS += claim(30, "q(x[1:T] | x[0])", "prod(t, 1, T, q(x[t] | x[t-1]))", "=", "(24), renamed", room="chain",
      every_t="path", checked=PATHS)  # fmt: skip
CLAIMS += claim("VDM-model-U1", "sqrt(alpha_t)*eps_star_1 + sqrt(1-alpha_t)*eps_step", "N(x_t, 0, 1)", "law",
      "variance preserved", dims=(1,),
      checked="Mean sqrt(alpha_t) x_{t-1} and variance 1 - alpha_t take unit variance to unit variance. (The survey "
      "writes x_t for the argument x_{t-1}.)",
      mistakes=(("variance for standard deviation on the left", "N(x_t, 0, alpha_t + (1-alpha_t)**2)"),))  # fmt: skip
CLAIMS += claim(
    32,
    "p(x[0:T])",
    "p(x[T])*prod(t, 1, T, p(x[t-1] | x[t]))",
    "=",
    "(23), renamed",
    room="chain",
    every_t="path",
    checked=PATHS,
)
CLAIMS += claim(
    33,
    "p(x_T)",
    "N(x_T, 0, 1)",
    ":=",
    "a choice",
    dims=(1,),
    parts=(
        Claim("33, in the prior term", "KL(N(x_T, sqrt(alpha_bar_t)*x_0, 1-alpha_bar_t), p(x_T))",
              "1/2*(alpha_bar_t*x_0**2 - alpha_bar_t - log(1-alpha_bar_t))", given=(33,), dims=(1,)),
    ),
    mistakes=(("the prior not standard", "N(x_T, 0, 2)"),),
    checked="The closed form of the prior term stands on it; that term goes to 0 only as alpha_bar_T goes to 0.",
)  # fmt: skip
