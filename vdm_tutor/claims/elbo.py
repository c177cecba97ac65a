"""Section 1, Eqs. 1-16: the evidence lower bound, on a joint table p(x, z) and a conditional q(z | x), both free.

Sums stand for the integrals: x and z take two, three or four values each, with rational probabilities, and each line
is decided for every x. What the lines do point by point is decided once more for densities of which nothing is known:
averaged under q it holds for any z, discrete or not. Every inequality here is an equality with an explicit gap, a KL
divergence; that a KL is not negative is log u <= u - 1 (the lemma below), since
E_q[log(p/q)] <= E_q[p/q - 1] = 0.
"""

from vdm_tutor.proofs.claim import Claim, claim, lines

CLAIMS: list[Claim] = []

KL_GAP = "KL(q(z | x), p(z | x))"
RATIO = "p(x, z)/q(z | x)"
ELBO = f"E[q(z | x)](log({RATIO}))"
UPSIDE_DOWN = (("a ratio upside down", "E[q(z | x)](log(q(z | x)/p(x, z)))"),)
ANY_LAW = "log p(x) does not depend on z, so the average over any law of z is the same"
Q_FOR_ONE = {"p for q": "p(x, z)/p(z | x) is p(x) by Eq. 2, and what is left of q sums to one"}
KEEPS = {"a condition dropped": ANY_LAW, "p for q": ANY_LAW, "a factor dropped": "the factor is one"}
WORLD = {"room": "chain", "table": "one latent"}
EACH_X = "Exactly, for each x, on three pairs of rational tables p(x, z) and q(z | x)."
POINT = " Its integrand is decided for any densities."


def pointwise(number: int, left: str, right: str, given: tuple = ()) -> dict:
    """What a line says at one x and z, decided for densities of which nothing is known but `given`."""
    made = Claim(f"{number}, the integrand", left, right, rule="any densities", given=given, dims=(1,))
    return {"parts": (made,), "checked": EACH_X + POINT}


CLAIMS += claim("(2)", "p(z | x)", "p(x, z)/p(x)", ":=", "Eq. 2")
SPLIT = pointwise(8, "log(p(x))", f"log({RATIO}) + log(q(z | x)/p(z | x))", ("(2)",))

CLAIMS += claim("log u <= u - 1", "grad(u - 1 - log(u), u)", "(u-1)/u", "=", "a minimum of 0 at u = 1", dims=(1,),
      checked="u - 1 - log u is 0 at u = 1, its slope (u - 1)/u is negative below 1 and positive above.")  # fmt: skip
CLAIMS += claim(1, "p(x)", "integral(z, p(x, z))", "=", "marginalise", **WORLD, checked=EACH_X)
CLAIMS += claim(2, "p(x)", "p(x, z)/p(z | x)", "=", "chain rule", **WORLD,
      checked="Exactly, for each x and each z: not only in expectation.")  # fmt: skip
CLAIMS += claim(3, "ELBO", ELBO, ":=", "the ELBO", **WORLD, checked="A name; Eqs. 4, 15, 16 and 17 stand on it.")
CLAIMS += claim(
    4,
    "log(p(x))",
    "ELBO",
    ">=",
    "shown twice below",
    given=(3,),
    gap=KL_GAP,
    mistakes=UPSIDE_DOWN,
    **WORLD,
    checked="Equality with the gap KL(q(z|x) || p(z|x)), exactly; log u <= u - 1 makes the gap non-negative.",
)
CLAIMS += lines(
    "log(p(x))",
    (5, "=", "log(integral(z, p(x, z)))", "(1)", {"checked": EACH_X}),
    (6, "=", "log(integral(z, p(x, z)*q(z | x)/q(z | x)))", "multiply by one",
     pointwise(6, "p(x, z)", "p(x, z)*q(z | x)/q(z | x)") | {"keeps": Q_FOR_ONE}),
    (7, "=", f"log(E[q(z | x)]({RATIO}))", "an expectation", {"checked": EACH_X}),
    (8, ">=", ELBO, "Jensen", SPLIT | {"gap": KL_GAP,
     "checked": "Jensen's drop is exactly KL(q(z|x) || p(z|x)), which log u <= u - 1 makes non-negative." + POINT}),
    **WORLD,
)  # fmt: skip
CLAIMS += lines(
    "log(p(x))",
    (9, "=", "log(p(x))*integral(z, q(z | x))", "q sums to one",
     {"checked": EACH_X,
      "keeps": {"a factor dropped": "the factor is one", "a condition dropped": "q(z) sums to one too"}}),
    (10, "=", "integral(z, q(z | x)*log(p(x)))", "a constant goes inside", {"checked": EACH_X}),
    (11, "=", "E[q(z | x)](log(p(x)))", "an expectation",
     {"checked": EACH_X, "mistakes": (("p(z) for p(x)", "E[q(z | x)](log(p(z)))"),)}),
    (12, "=", "E[q(z | x)](log(p(x, z)/p(z | x)))", "(2)",
     pointwise(12, "log(p(x))", "log(p(x, z)/p(z | x))", ("(2)",))),
    (13, "=", "E[q(z | x)](log(p(x, z)*q(z | x)/(p(z | x)*q(z | x))))", "multiply by one",
     pointwise(13, "p(x, z)/p(z | x)", "p(x, z)*q(z | x)/(p(z | x)*q(z | x))")),
    (14, "=", f"{ELBO} + E[q(z | x)](log(q(z | x)/p(z | x)))", "log of a product",
     pointwise(14, "log(p(x, z)*q(z | x)/(p(z | x)*q(z | x)))", f"log({RATIO}) + log(q(z | x)/p(z | x))")),
    (15, "=", f"ELBO + {KL_GAP}", "the KL", SPLIT | {"given": (3,)}),
    (16, ">=", "ELBO", "KL >= 0", SPLIT | {"given": (3,), "gap": KL_GAP, "mistakes": UPSIDE_DOWN,
     "checked": "What is dropped is exactly KL(q(z|x) || p(z|x)), non-negative by log u <= u - 1." + POINT}),
    keeps=KEEPS,
    **WORLD,
)  # fmt: skip
