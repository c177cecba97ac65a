"""Section 1, Eqs. 1-16: the evidence lower bound, on a joint table p(x, z) and a conditional q(z | x), both free.

Sums stand for the integrals: x and z take two, three or four values each, with rational probabilities, and each line
is decided for every x. What the lines do point by point is decided once more for densities of which nothing is known:
averaged under q it holds for any z, discrete or not. Every inequality here is an equality with an explicit gap, a KL
divergence; that a KL is not negative is log u <= u - 1 (the lemma below), since
E_q[log(p/q)] <= E_q[p/q - 1] = 0.
"""

from vdm_tutor.proofs.claim import Algebra, Chain, Claim, line

TABLES = Chain("one latent")
KL_GAP = "KL(q(z | x), p(z | x))"
RATIO = "p(x, z)/q(z | x)"
ELBO = f"E[q(z | x)](log({RATIO}))"
UPSIDE_DOWN = {"a ratio upside down": "E[q(z | x)](log(q(z | x)/p(x, z)))"}
ANY_LAW = "log p(x) does not depend on z, so the average over any law of z is the same"
Q_FOR_ONE = {"p for q": "p(x, z)/p(z | x) is p(x) by Eq. 2, and what is left of q sums to one"}
KEEPS = {"a condition dropped": ANY_LAW, "p for q": ANY_LAW, "a factor dropped": "the factor is one"}
ONE = {"a factor dropped": "the factor is one", "a condition dropped": "q(z) sums to one too"}


def pointwise(number: int, text: str, given: tuple[str, ...] = ()) -> tuple[Claim]:
    """What a line says at one x and z, decided for densities of which nothing is known but `given`."""
    return (line(f"{number}, the integrand", text, "any densities", given=given, by=Algebra((1,))),)


SPLIT = pointwise(8, f"log(p(x)) = log({RATIO}) + log(q(z | x)/p(z | x))", ("(2)",))

CLAIMS = (
    line("(2)", "p(z | x) := p(x, z)/p(x)", "Eq. 2"),
    line(
        "log u <= u - 1",
        "grad(u - 1 - log(u), u) = (u-1)/u",
        "a minimum of 0 at u = 1",
        by=Algebra((1,)),
        note="u - 1 - log u is 0 at u = 1, its slope (u - 1)/u is negative below 1 and positive above.",
    ),
    line(1, "p(x) = integral(z, p(x, z))", "marginalise", by=TABLES),
    line(2, "p(x) = p(x, z)/p(z | x)", "chain rule", by=TABLES, note="For each z too, not only on average."),
    line(3, f"ELBO := {ELBO}", "the ELBO", by=TABLES),
    line(4, "log(p(x)) >= ELBO", "shown twice below", given=(3,), gap=KL_GAP, mistakes=UPSIDE_DOWN, by=TABLES),
    line(5, "log(p(x)) = log(integral(z, p(x, z)))", "(1)", by=TABLES),
    line(
        6,
        "= log(integral(z, p(x, z)*q(z | x)/q(z | x)))",
        "multiply by one",
        parts=pointwise(6, "p(x, z) = p(x, z)*q(z | x)/q(z | x)"),
        keeps=Q_FOR_ONE,
        by=TABLES,
    ),
    line(7, f"= log(E[q(z | x)]({RATIO}))", "an expectation", by=TABLES),
    line(8, f">= {ELBO}", "Jensen", gap=KL_GAP, parts=SPLIT, by=TABLES),
    line(9, "log(p(x)) = log(p(x))*integral(z, q(z | x))", "q sums to one", keeps=KEEPS | ONE, by=TABLES),
    line(10, "= integral(z, q(z | x)*log(p(x)))", "a constant goes inside", keeps=KEEPS, by=TABLES),
    line(
        11,
        "= E[q(z | x)](log(p(x)))",
        "an expectation",
        keeps=KEEPS,
        mistakes={"p(z) for p(x)": "E[q(z | x)](log(p(z)))"},
        by=TABLES,
    ),
    line(
        12,
        "= E[q(z | x)](log(p(x, z)/p(z | x)))",
        "(2)",
        parts=pointwise(12, "log(p(x)) = log(p(x, z)/p(z | x))", ("(2)",)),
        keeps=KEEPS,
        by=TABLES,
    ),
    line(
        13,
        "= E[q(z | x)](log(p(x, z)*q(z | x)/(p(z | x)*q(z | x))))",
        "multiply by one",
        parts=pointwise(13, "p(x, z)/p(z | x) = p(x, z)*q(z | x)/(p(z | x)*q(z | x))"),
        keeps=KEEPS,
        by=TABLES,
    ),
    line(
        14,
        f"= {ELBO} + E[q(z | x)](log(q(z | x)/p(z | x)))",
        "log of a product",
        parts=pointwise(14, f"log(p(x, z)*q(z | x)/(p(z | x)*q(z | x))) = log({RATIO}) + log(q(z | x)/p(z | x))"),
        keeps=KEEPS,
        by=TABLES,
    ),
    line(15, f"= ELBO + {KL_GAP}", "the KL", given=(3,), parts=SPLIT, keeps=KEEPS, by=TABLES),
    line(
        16,
        ">= ELBO",
        "KL >= 0",
        given=(3,),
        gap=KL_GAP,
        parts=SPLIT,
        mistakes=UPSIDE_DOWN,
        keeps=KEEPS,
        by=TABLES,
    ),
)
