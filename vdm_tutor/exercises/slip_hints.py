"""What to think of, by the name of the mistake: the judge's vocabulary, in the reader's terms."""

HINTS = {
    "variance for standard deviation": "a noise is multiplied by its standard deviation, the root of a variance",
    "a root dropped": "amplitudes carry roots, shares of the variance carry none",
    "standard deviation for variance": "a variance is asked for here, and a root of one stands there",
    "a root too many": "look at each root: does an amplitude stand there, or a share of the variance?",
    "a square lost": "a weight of a squared length is itself squared",
    "a square too many": "one square is enough: test it where the quantity is 1/4",
    "alpha_bar for alpha": "α_t is one step, ᾱ_t is all steps so far; which of the two acts here?",
    "alpha for alpha_bar": "α_t is one step, ᾱ_t is all steps so far; which of the two acts here?",
    "an index shifted": "is the level before the step meant, or the one after it?",
    "a and 1 - a confused": "signal or noise: which share belongs here?",
    "the difference the wrong way round": "which of the two is larger? The result has a sign that you know",
    "a sign flipped": "try the sign at one number: in which direction must the result move?",
    "the 1/2 lost": "a Gaussian's exponent has a factor 1/2; follow where it goes",
    "a factor 2 lost": "follow the factor 2 from where it comes in",
    "the arguments swapped": "a KL averages over its first argument",
    "a ratio upside down": "let one part go to zero: should the result vanish or explode?",
    "the weights swapped": "when the present is almost free of noise, which witness deserves the weight?",
    "a factor dropped": "count the factors, and try an input where the missing one is far from 1",
    "a term dropped": "count the terms, and try an input where only one of them is not zero",
    "a denominator lost": "something still has to be divided: compare the units",
    "the noise of one step for the whole noise": "the network is asked for the noise of the whole jump",
    "another paper's alpha, whose square is this one's": "here α is a share of the variance, not an amplitude",
    "another paper's guidance scale (1 + w)": "here γ = 1 is plain conditional sampling, and γ = 0 is unconditional",
    "a condition dropped": "what is known beside it still belongs behind the bar",
    "the range cut or stretched": "write the sum out for T = 2",
    "a step shifted": "write the first step out: do its indices exist?",
    "p for q": "q is what you fixed, p is what is learned",
    "an average under another law": "under which law are the draws that you have?",
    "a log and an average in the wrong order": "Jensen: the two orders differ, and only one is a bound",
    "a sum for a mean, or a mean for a sum": "a sum over t is (T - 1) times the mean over t",
    "a sample for its mean": "an average given x_t is asked for, and one sample stands there",
    "the mean for a sample": "one sample is asked for, and an average stands there",
}


def hint_for(slip: str | None) -> str:
    """The hint for a slip; where two names fit, both hints."""
    found = [hint for name, hint in HINTS.items() if slip and name in slip]
    return "; or: ".join(dict.fromkeys(found))
