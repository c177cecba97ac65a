"""Section 4d, Eqs. 59-70: the noising chain, and the jump from x_0 to x_t in one go.

Lines that merge two noises are equalities in law, (64): the merged noise is not one of the two that it replaces.
"""

from vdm_tutor.proofs.claim import Claim, claim, lines

CLAIMS: list[Claim] = []

CLAIMS += claim(
    31,
    "q(x_t | x_prev)",
    "N(x_t, sqrt(alpha_t)*x_prev, (1-alpha_t)*I)",
    ":=",
    "the encoder of a VDM: a choice",
    checked="Eqs. 59 and 72 stand on it, and its variance 1 - alpha_t is the one that keeps a unit variance a unit.",
)
CLAIMS += claim(
    "(31) one step down",
    "q(x_prev | x_prev2)",
    "N(x_prev, sqrt(alpha_prev)*x_prev2, (1-alpha_prev)*I)",
    ":=",
    "Eq. 31 with t - 1 for t",
)
CLAIMS += claim(
    59,
    "q(x_t | x_prev)",
    "sqrt(alpha_t)*x_prev + sqrt(1-alpha_t)*eps_step",
    "law",
    "a draw from (31)",
    given=(31,),
    shown="x_t",
    checked="Mean and variance of the affine expression are those of Eq. 31.",
)
CLAIMS += claim(
    60,
    "q(x_prev | x_prev2)",
    "sqrt(alpha_prev)*x_prev2 + sqrt(1-alpha_prev)*eps_step",
    "law",
    "(59) one step down",
    given=("(31) one step down",),
    shown="x_prev",
    checked="As Eq. 59. Its noise is another one than that of Eq. 59, although the letter is the same.",
)
CLAIMS += claim(
    "(60) with its own noise",
    "x_prev",
    "sqrt(alpha_prev)*x_prev2 + sqrt(1-alpha_prev)*eps_star_2",
    ":=",
    "Eq. 60, its noise named",
)
CLAIMS += claim(
    "VDM-fwd-U2",
    "eps_star_2",
    "noise_2",
    ":=",
    "every noise is a draw of its own",
    checked="Eq. 64 stands on it: with one noise used twice the variances do not add.",
    mistakes=(("one noise used twice", "eps_star_1"),),
)
CLAIMS += lines(
    "q(x_t | x_prev)",
    (
        61,
        "law",
        "sqrt(alpha_t)*x_prev + sqrt(1-alpha_t)*eps_star_1",
        "(59)",
        {"given": (31,), "shown": "x_t", "checked": "The recursion starts from Eq. 31: same mean, same variance."},
    ),
    (
        62,
        "=",
        "sqrt(alpha_t)*(sqrt(alpha_prev)*x_prev2 + sqrt(1-alpha_prev)*eps_star_2) + sqrt(1-alpha_t)*eps_star_1",
        "(60) for x_{t-1}",
        {"given": ("(60) with its own noise",), "checked": "Path by path, x_{t-1} replaced by Eq. 60."},
    ),
    (
        63,
        "=",
        "sqrt(alpha_t*alpha_prev)*x_prev2 + sqrt(alpha_t-alpha_t*alpha_prev)*eps_star_2 + sqrt(1-alpha_t)*eps_star_1",
        "expand",
        {"checked": "Path by path, for all alphas in (0, 1)."},
    ),
    (
        64,
        "law",
        "sqrt(alpha_t*alpha_prev)*x_prev2 + sqrt(sqrt(alpha_t-alpha_t*alpha_prev)**2 + sqrt(1-alpha_t)**2)*eps_merged",
        "variances add",
        {
            "given": ("VDM-fwd-U2",),
            "checked": "An equality in law: same mean, and the variances of independent noises add.",
            "mistakes": (
                (
                    "standard deviations added",
                    "sqrt(alpha_t*alpha_prev)*x_prev2"
                    " + (sqrt(alpha_t-alpha_t*alpha_prev) + sqrt(1-alpha_t))*eps_merged",
                ),
            ),
        },
    ),
    (
        65,
        "=",
        "sqrt(alpha_t*alpha_prev)*x_prev2 + sqrt(alpha_t-alpha_t*alpha_prev + 1-alpha_t)*eps_merged",
        "square the roots",
        {"checked": "Path by path."},
    ),
    (
        66,
        "=",
        "sqrt(alpha_t*alpha_prev)*x_prev2 + sqrt(1-alpha_t*alpha_prev)*eps_merged",
        "cancel",
        {"checked": "Path by path."},
    ),
)
CLAIMS += claim(
    "(59) at step s",
    "x_s",
    "sqrt(alpha_s)*x_sprev + sqrt(1-alpha_s)*eps_star_1",
    ":=",
    "Eq. 59 with s for t",
)
CLAIMS += claim(
    67,
    "sqrt(alpha_merged)*x_s + sqrt(1-alpha_merged)*eps_merged",
    "sqrt(alpha_merged*alpha_s)*x_sprev + sqrt(1-alpha_merged*alpha_s)*eps",
    "law",
    "one more step, for any s",
    given=("(59) at step s",),
    continues=True,
    shown="...",
    checked="The survey prints dots. Decided is the step that they stand for, for any number of steps already merged: "
    "the product of their alphas is one symbol. With Eq. 66 as the start this is the induction.",
)
CLAIMS += claim(
    "(59) at step 1", "x_1", "sqrt(alpha[1])*x_0 + sqrt(1-alpha[1])*eps_star_1", ":=", "Eq. 59 with 1 for t"
)
CLAIMS += claim(
    68,
    "sqrt(prod(i,2,t,alpha[i]))*x_1 + sqrt(1-prod(i,2,t,alpha[i]))*eps_merged",
    "sqrt(prod(i,1,t,alpha[i]))*x_0 + sqrt(1-prod(i,1,t,alpha[i]))*eps",
    "law",
    "the induction ends at x_0",
    given=("(59) at step 1",),
    continues=True,
    checked="The last step of the induction of Eq. 67, for any t: the product from 2 to t is one symbol.",
)
CLAIMS += claim(
    "alpha_bar as a product",
    "alpha_bar_t",
    "prod(i,1,t,alpha[i])",
    ":=",
    "the definition of alpha_bar",
)
CLAIMS += claim(
    69,
    "sqrt(prod(i,1,t,alpha[i]))*x_0 + sqrt(1-prod(i,1,t,alpha[i]))*eps",
    "sqrt(alpha_bar_t)*x_0 + sqrt(1-alpha_bar_t)*eps",
    "=",
    "definition of alpha_bar",
    given=("alpha_bar as a product",),
    continues=True,
    checked="Path by path, with alpha_bar_t written out as the product of alpha_1 to alpha_t.",
)
CLAIMS += claim(
    70,
    "sqrt(alpha_bar_t)*x_0 + sqrt(1-alpha_bar_t)*eps",
    "N(x_t, sqrt(alpha_bar_t)*x_0, (1-alpha_bar_t)*I)",
    "law",
    "read off mean and variance",
    continues=True,
    parts=(
        Claim(
            "70, by one more step",
            "sqrt(alpha_t)*(sqrt(alpha_bar_prev)*x_0 + sqrt(1-alpha_bar_prev)*eps) + sqrt(1-alpha_t)*eps_step",
            "N(x_t, sqrt(alpha_bar_t)*x_0, (1-alpha_bar_t)*I)",
            "law",
            given=("alpha_bar",),
        ),
    ),
    checked="Mean and variance read off; and again by one more step from the law at t - 1.",
)
CLAIMS += claim(
    "alpha_bar",
    "alpha_bar_t",
    "alpha_t*alpha_bar_prev",
    ":=",
    "alpha_bar_t = alpha_t alpha_bar_{t-1}",
)
CLAIMS += claim(
    "(70)",
    "q(x_t | x_0)",
    "N(x_t, sqrt(alpha_bar_t)*x_0, (1-alpha_bar_t)*I)",
    ":=",
    "Eq. 70",
)
CLAIMS += claim(
    "(70) one step down",
    "q(x_prev | x_0)",
    "N(x_prev, sqrt(alpha_bar_prev)*x_0, (1-alpha_bar_prev)*I)",
    ":=",
    "Eq. 70 with t - 1 for t",
)
CLAIMS += claim(
    "Markov", "q(x_t | x_prev, x_0)", "q(x_t | x_prev)", ":=", "given x_{t-1}, x_0 says nothing more about x_t"
)
