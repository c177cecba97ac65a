"""Which of several names that fit one formula is told: the more telling one; and what people do two of at a time."""

from collections.abc import Iterable

DROPPED = {"a factor dropped", "a term dropped", "a condition dropped", "a denominator lost", "a numerator lost"}
HOLLOW = {"a condition added", "a log and an average in the wrong order"}
"""What can make a piece worth 0 or 1: then it is as good as dropped."""
EXTRA = {"a term too many", "a factor too many", "a divisor too many"}
FAINT = {"a square too many", "1 - ab taken as (1 - a)(1 - b)", "a sum for a product, or a product for a sum",
         "a quantity for its inverse", "a factor 2 or 1/2 too many", "a function of a sum taken term by term",
         "a root or a square over one part only", "one variable for another", "a product for a quotient",
         "a joint law for a conditional one", "a conditional law for a joint one",
         "one law's moment for the other's", "a factor on the wrong term"}  # fmt: skip
"""Of names that fit one formula those of a part lost stand back behind others, the faint ones behind these, and those
of a part too many behind all."""
CONVENTION = "another paper's alpha, whose square is this one's"  # at one place alone anything else is likelier
WHOLE = {"one law's moment for the other's": "the arguments swapped"}  # what a mistake at all places at once is
PAIRED = {"variance for standard deviation", "a root dropped", "standard deviation for variance", "a root too many",
          "a square lost", "alpha_bar for alpha", "alpha for alpha_bar", "an index shifted", "a sign flipped",
          "a and 1 - a confused", "the difference the wrong way round", "the 1/2 lost", "a factor 2 lost",
          "the arguments swapped", "a ratio upside down", "the weights swapped", "a step shifted", "p for q",
          "the range cut or stretched", "a sum for a mean, or a mean for a sum", "the truth for the prediction",
          "a product for a quotient", "a square too many", "a condition the wrong way round", CONVENTION,
          *DROPPED}  # fmt: skip
"""What people do two of at a time."""
IDEAS = {"another paper's guidance scale (1 + w)", "variances for precisions as weights",
         "a plain mean for a weighted one", "the weights swapped"}  # fmt: skip
"""Of one cast: where such a one fits, nothing else is meant."""


def together(fitting: Iterable[str], everywhere: bool = False) -> str:
    """Names that no place tells apart, as one; the less telling ones only by themselves."""
    names = dict.fromkeys(fitting)
    weak = {"a square lost"} if "a root too many" in names else set()
    weak |= {CONVENTION} if len(names) > 1 and not everywhere else set()
    weak |= HOLLOW if DROPPED & set(names) else set()
    best = min(rank(n) for n in names if n not in weak)
    return ", or ".join([n for n in names if rank(n) == best and n not in weak])


def rank(name: str) -> int:
    return 3 if name in EXTRA else 2 if name in FAINT else 1 if name in DROPPED else 0
