"""Section 1, Eqs. 1-16: the evidence lower bound, on a joint law p(x, z) and a conditional one q(z | x), both free.

Each line is decided for any densities (any_law.py), and exactly, for each x, on tables where x and z take two, three or
four values. Every inequality here is an equality with an explicit gap, a KL divergence; that a KL is not negative is
log u <= u - 1 (the lemma below), since E_q[log(p/q)] <= E_q[p/q - 1] = 0.
"""

from vdm_tutor.proofs.claim import Algebra, Chain, line

LATENT = Chain("one latent", "law")
KL_GAP = "KL(q(z | x), p(z | x))"
RATIO = "p(x, z)/q(z | x)"
ELBO = f"E[q(z | x)](log({RATIO}))"
UPSIDE_DOWN = {"a ratio upside down": "E[q(z | x)](log(q(z | x)/p(x, z)))"}
ANY_LAW = "log p(x) does not depend on z, so the average over any law of z is the same"
Q_FOR_ONE = {"p for q": "p(x, z)/p(z | x) is p(x) by Eq. 2, and what is left of q sums to one"}
KEEPS = {"a condition dropped": ANY_LAW, "p for q": ANY_LAW, "a factor dropped": "the factor is one"}
ONE = {"a factor dropped": "the factor is one", "a condition dropped": "q(z) sums to one too"}

CLAIMS = (
    line(
        "log u <= u - 1",
        "grad(u - 1 - log(u), u) = (u-1)/u",
        "a minimum of 0 at u = 1",
        by=Algebra((1,)),
        note="u - 1 - log u is 0 at u = 1, its slope (u - 1)/u is negative below 1 and positive above.",
    ),
    line(1, "p(x) = integral(z, p(x, z))", "marginalise", by=LATENT),
    line(2, "p(x) = p(x, z)/p(z | x)", "chain rule", by=LATENT, note="For each z too, not only on average."),
    line(3, f"ELBO := {ELBO}", "the ELBO", by=LATENT),
    line(4, "log(p(x)) >= ELBO", "shown twice below", given=(3,), gap=KL_GAP, mistakes=UPSIDE_DOWN, by=LATENT),
    line(5, "log(p(x)) = log(integral(z, p(x, z)))", "(1)", by=LATENT),
    line(6, "= log(integral(z, p(x, z)*q(z | x)/q(z | x)))", "multiply by one", keeps=Q_FOR_ONE, by=LATENT),
    line(7, f"= log(E[q(z | x)]({RATIO}))", "an expectation", by=LATENT),
    line(8, f">= {ELBO}", "Jensen", gap=KL_GAP, by=LATENT),
    line(9, "log(p(x)) = log(p(x))*integral(z, q(z | x))", "q sums to one", keeps=KEEPS | ONE, by=LATENT),
    line(10, "= integral(z, q(z | x)*log(p(x)))", "a constant goes inside", keeps=KEEPS, by=LATENT),
    line(
        11,
        "= E[q(z | x)](log(p(x)))",
        "an expectation",
        keeps=KEEPS,
        mistakes={"p(z) for p(x)": "E[q(z | x)](log(p(z)))"},
        by=LATENT,
    ),
    line(12, "= E[q(z | x)](log(p(x, z)/p(z | x)))", "(2)", keeps=KEEPS, by=LATENT),
    line(
        13,
        "= E[q(z | x)](log(p(x, z)*q(z | x)/(p(z | x)*q(z | x))))",
        "multiply by one",
        keeps=KEEPS,
        by=LATENT,
    ),
    line(14, f"= {ELBO} + E[q(z | x)](log(q(z | x)/p(z | x)))", "log of a product", keeps=KEEPS, by=LATENT),
    line(15, f"= ELBO + {KL_GAP}", "the KL", given=(3,), keeps=KEEPS, by=LATENT),
    line(16, ">= ELBO", "KL >= 0", given=(3,), gap=KL_GAP, mistakes=UPSIDE_DOWN, keeps=KEEPS, by=LATENT),
)
