"""Section 2, Eqs. 17-22: the variational autoencoder's bound and its pieces."""

from vdm_tutor.claims.elbo import ELBO, LATENT
from vdm_tutor.proofs.claim import Chain, line

RECON = "E[q(z | x)](log(p(x | z)))"
DRAWS = "E[q(z[1:L] | x)]({}sum(l, 1, L, log(p(x | z[l])))) - KL(q(z | x), p(z))"
VAR = "diag(sigma_phi)@diag(sigma_phi)"

CLAIMS = (
    line(17, "ELBO = E[q(z | x)](log(p(x | z)*p(z)/q(z | x)))", "chain rule", given=(3,), by=LATENT),
    line(18, f"= {RECON} + E[q(z | x)](log(p(z)/q(z | x)))", "log of a product", by=LATENT),
    line(19, f"= {RECON} - KL(q(z | x), p(z))", "the KL", by=LATENT),
    line(
        20,
        f"q_phi(z | x) := N(z, mu_phi, {VAR})",
        "a choice",
        mistakes={"standard deviation for variance": "N(z, mu_phi, diag(sigma_phi))"},
        note="Read as diag(sigma_phi^2).",
    ),
    line(
        21,
        "p(z) := N(z, 0, I)",
        "a choice",
        parts=(
            line(
                "21, in the closed-form KL",
                f"KL(N(z, mu_phi, {VAR}), p(z)) = 1/2*(tr({VAR}) + norm2(mu_phi) - d - log(det({VAR})))",
                given=(21,),
            ),
        ),
        mistakes={"the prior not standard": "N(z, 0, 2*I)"},
        note="The closed form of the prior term, 1/2 (sigma^2 + mu^2 - 1 - log sigma^2) a coordinate, stands on it.",
    ),
    line(
        22,
        f"{ELBO} = {DRAWS.format('1/L*')}",
        "draws for the first term, on average",
        by=Chain("draws"),
        printed=line("22 as printed", f"{ELBO} = {DRAWS.format('')}", "the same average, no 1/L", by=Chain("draws")),
        note="The survey puts draws for the average, and the sign is about equal. Decided is what the estimate is on "
        "average over L independent draws (L = 2, 3): with the factor 1/L the ELBO exactly; as printed, without it, "
        "the first term counts L times.",
    ),
    line("VAE-U1", "mu + std*eps ~ N(x, mu, std**2*I)", "location and scale", wrt="x"),
    line(
        "VAE-U2",
        "q_phi(z | x) ~ mu_phi + diag(sigma_phi)@eps",
        "(20), reparameterised",
        wrt="z",
        given=(20,),
    ),
)
