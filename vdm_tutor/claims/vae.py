"""Section 2, Eqs. 17-22: the variational autoencoder's bound and its pieces."""

from vdm_tutor.claims.elbo import ELBO, TABLES, pointwise
from vdm_tutor.proofs.claim import Algebra, line

RECON = "E[q(z | x)](log(p(x | z)))"
SCALAR = Algebra((1,))

CLAIMS = (
    line(17, "ELBO = E[q(z | x)](log(p(x | z)*p(z)/q(z | x)))", "chain rule", given=(3,), by=TABLES),
    line(
        18,
        f"= {RECON} + E[q(z | x)](log(p(z)/q(z | x)))",
        "log of a product",
        parts=pointwise(18, "log(p(x | z)*p(z)/q(z | x)) = log(p(x | z)) + log(p(z)/q(z | x))"),
        by=TABLES,
    ),
    line(19, f"= {RECON} - KL(q(z | x), p(z))", "the KL", by=TABLES),
    line(
        20,
        "q_phi(z | x) := N(z, mu_phi, sigma_phi**2)",
        "a choice",
        by=SCALAR,
        note="Read as diag(sigma_phi^2), coordinate by coordinate; the display z = mu + sigma eps stands on it.",
    ),
    line(
        21,
        "p(z) := N(z, 0, 1)",
        "a choice",
        by=SCALAR,
        parts=(
            line(
                "21, in the closed-form KL",
                "KL(N(z, mu_phi, sigma_phi**2), p(z)) = 1/2*(sigma_phi**2 + mu_phi**2 - 1 - log(sigma_phi**2))",
                given=(21,),
                by=SCALAR,
            ),
        ),
        mistakes={"the prior not standard": "N(z, 0, 2)"},
        note="The closed-form prior term 1/2 (sigma^2 + mu^2 - 1 - log sigma^2) stands on it, by the moment rule.",
    ),
    line(
        22,
        f"{ELBO} = mean(l, 1, L, {RECON}) - KL(q(z | x), p(z))",
        "an average of draws for the first term",
        by=TABLES,
        printed=line("22 as printed", f"{ELBO} = sum(l, 1, L, {RECON}) - KL(q(z | x), p(z))", "no 1/L", by=TABLES),
        note="The expectation over the draws z^(1..L), L = 3: with the factor 1/L it is the ELBO exactly; as printed, "
        "without it, the reconstruction term counts L times and the line is rejected.",
    ),
    line(
        "VAE-U1",
        "mu + std*eps ~ N(x, mu, std**2)",
        "location and scale",
        note="An affine function of a standard normal: mean mu, variance sigma^2.",
    ),
    line("VAE-U2", "q_phi(z | x) ~ mu_phi + sigma_phi*eps", "(20), reparameterised", given=(20,)),
)
