"""What the survey claims in its prose, decided: what it says of its two forms of the bound, and for every T."""

from vdm_tutor.claims.two_decompositions import RECON, F
from vdm_tutor.proofs.claim import Algebra, Chain, line

PRIOR_OF_45 = "E[q(x[T-1] | x[0])](KL(q(x[T] | x[T-1]), p(x[T])))"
PRIOR_OF_58 = "KL(q(x[T] | x[0]), p(x[T]))"
INFORMATION = "E[q(x[T-1], x[T] | x[0])](log(q(x[T] | x[T-1])/q(x[T] | x[0])))"
EQ_58 = f"{RECON} - {PRIOR_OF_58} - sum(t, 2, T, E[q(x[t] | x[0])](KL(q(x[t-1] | x[t], x[0]), p(x[t-1] | x[t]))))"
DRAW_OF_58 = f"log(p(x[0] | x[1])) - {PRIOR_OF_58} - sum(t, 2, T, KL(q(x[t-1] | x[t], x[0]), p(x[t-1] | x[t])))"
ONE_PATH = f"log(p(x[0:T])/{F})"

CLAIMS = (
    line(
        "TEXT-prior",
        f"{PRIOR_OF_45} = {INFORMATION} + {PRIOR_OF_58}",
        "the prior term of the first form is not zero",
        by=Chain(every_t="means"),
        status="refuted",
        printed=line("TEXT-prior as said", f"{PRIOR_OF_45} = {PRIOR_OF_58}", "said to vanish with it", by=Chain()),
        parts=(
            line(
                "TEXT-prior, Gaussian",
                "mean_over(x, 1, KL(N(sqrt(alpha_t)*x, 1-alpha_t), N(0, 1))) = -1/2*log(1-alpha_t)",
                "unit variance before the last step",
                by=Algebra((1,)),
            ),
        ),
        note="The survey says of the first form's prior term that it vanishes for T large. It is the second form's, "
        "which does vanish, plus the information that x_{T-1} carries about x_T, which does not: "
        "-1/2 log(1 - alpha_T) nats a dimension once x_{T-1} has unit variance.",
    ),
    line(
        "TEXT-variance",
        f"{ONE_PATH} = log(p(x[0]))",
        "a perfect model's path estimate has no noise",
        by=Chain("exact"),
        mistakes={"another law": "log(q(x[1]))"},
        keeps={"p for q": "the model is perfect: p and q are one law"},
        status="refuted",
        printed=line(
            "TEXT-variance as said",
            f"{DRAW_OF_58} = log(p(x[0]))",
            "one draw of the second form",
            by=Chain("exact"),
        ),
        note="The survey says that the second form has the lower variance. Averaging a term over x_{t-1} can only "
        "lower that term's variance; but whole draws need not follow: with a perfect model one draw of the path form "
        "is log p(x_0) on every path, no noise at all, while one draw of the second form is not.",
    ),
    line(
        "TEXT-Markov",
        f"E[{F}]({ONE_PATH}) = {EQ_58}",
        "only the Markov property is used",
        by=Chain(every_t="means"),
        note="True of Eq. 58: it equals the ELBO on any Markov chain; on a law of paths that is not Markov it fails. "
        "It is not true of Eq. 45, which is no identity even there.",
    ),
    line(
        "TEXT-telescope",
        "(b_1/b_2)*(b_2/b_3) = b_1/b_3",
        "telescoping, for every T",
        by=Algebra((1,)),
        note="The induction behind Eqs. 53 and 54: if the product from 2 to T is b_1/b_T, one more factor makes it "
        "b_1/b_{T+1}, for any positive numbers b.",
    ),
    line(
        "TEXT-T1",
        f"E[{F}]({ONE_PATH}) = {RECON} - {PRIOR_OF_58}",
        "one step is a VAE",
        by=Chain("one step"),
        note="With T = 1 both sums are empty and Eq. 58 is Eq. 19, exactly.",
    ),
)
