"""Section 2, Eqs. 17-22: the variational autoencoder's bound and its pieces."""

from vdm_tutor.claims.elbo import EACH_X, ELBO, WORLD, pointwise
from vdm_tutor.proofs.claim import Claim, claim, lines

CLAIMS: list[Claim] = []

RECON = "E[q(z | x)](log(p(x | z)))"
TWO_TERMS = f"{RECON} - KL(q(z | x), p(z))"

CLAIMS += lines(
    "ELBO",
    (17, "=", "E[q(z | x)](log(p(x | z)*p(z)/q(z | x)))", "chain rule", {"given": (3,), "checked": EACH_X}),
    (
        18,
        "=",
        f"{RECON} + E[q(z | x)](log(p(z)/q(z | x)))",
        "log of a product",
        pointwise(18, "log(p(x | z)*p(z)/q(z | x))", "log(p(x | z)) + log(p(z)/q(z | x))"),
    ),
    (19, "=", TWO_TERMS, "the KL", {"checked": EACH_X}),
    **WORLD,
)
CLAIMS += claim(
    20,
    "q_phi(z | x)",
    "N(z, mu_phi, sigma_phi**2)",
    ":=",
    "a choice",
    dims=(1,),
    checked="Read as diag(sigma_phi^2), coordinate by coordinate; the display z = mu + sigma eps stands on it.",
)
CLAIMS += claim(
    21,
    "p(z)",
    "N(z, 0, 1)",
    ":=",
    "a choice",
    dims=(1,),
    parts=(
        Claim("21, in the closed-form KL", "KL(N(z, mu_phi, sigma_phi**2), p(z))",
              "1/2*(sigma_phi**2 + mu_phi**2 - 1 - log(sigma_phi**2))", given=(21,), dims=(1,)),
    ),
    mistakes=(("the prior not standard", "N(z, 0, 2)"),),
    checked="The closed-form prior term 1/2 (sigma^2 + mu^2 - 1 - log sigma^2) stands on it, by the moment rule.",
)  # fmt: skip
CLAIMS += claim(
    22,
    ELBO,
    f"mean(l, 1, L, {RECON}) - KL(q(z | x), p(z))",
    "=",
    "an average of draws for the first term",
    **WORLD,
    printed=Claim("22 as printed", ELBO, f"sum(l, 1, L, {RECON}) - KL(q(z | x), p(z))", rule="no 1/L", **WORLD),
    checked="The expectation over the draws z^(1..L), L = 3: with the factor 1/L it is the ELBO exactly; as printed, "
    "without it, the reconstruction term counts L times and the line is rejected.",
)
CLAIMS += claim("VAE-U1", "mu + std*eps", "N(x, mu, std**2)", "law", "location and scale", shown="x",
      checked="An affine function of a standard normal: mean mu, variance sigma^2.")  # fmt: skip
CLAIMS += claim(
    "VAE-U2",
    "q_phi(z | x)",
    "mu_phi + sigma_phi*eps",
    "law",
    "(20), reparameterised",
    given=(20,),
    shown="z",
    checked="Mean and variance are those of Eq. 20.",
)
