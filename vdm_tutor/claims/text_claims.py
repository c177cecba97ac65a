"""What the survey says in its prose of its two forms of the bound, decided as it says it."""

from vdm_tutor.claims.two_decompositions import PRINTED_45, RECON, F
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
        "what the first form's prior term is",
        by=Chain(general="means"),
        refuted=True,
        printed=line("TEXT-prior as said", f"{PRIOR_OF_45} = {PRIOR_OF_58}", "said to vanish as it does", by=Chain()),
        parts=(
            line(
                "TEXT-prior, Gaussian",
                "mean_over(x, 1, KL(N(sqrt(alpha_t)*x, 1-alpha_t), N(0, 1))) = -1/2*log(1-alpha_t)",
                "unit variance before the last step",
                by=Algebra((1,)),
            ),
        ),
        note="The survey says that the first form's prior term is effectively zero for T large enough. It is the "
        "second form's, which does vanish, plus the information that x_{T-1} carries about x_T, which does not: -1/2 "
        "log(1 - alpha_T) nats a dimension once x_{T-1} has unit variance.",
    ),
    line(
        "TEXT-variance",
        f"{ONE_PATH} = log(p(x[0]))",
        "a perfect model's path estimate has no noise",
        by=Chain("exact"),
        mistakes={"another law": "log(q(x[1]))", "one draw of Eq. 58": DRAW_OF_58},
        keeps={"p for q": "the model is perfect: p and q are one law"},
        note="The survey says, with care, that a term of the first form could have the higher variance. So it often "
        "is; but it need not be: with a perfect model one draw of the path form is log p(x_0) on every path, no noise "
        "at all, while one draw of Eq. 58 is not.",
    ),
    line(
        "TEXT-Markov",
        f"E[{F}]({ONE_PATH}) = {EQ_58}",
        "only the Markov property is used",
        by=Chain(general="means"),
        printed=line("TEXT-Markov, of Eq. 45", f"E[{F}]({ONE_PATH}) = {PRINTED_45}", "said of Eq. 45 too", by=Chain()),
        note="The survey says it of both forms. It is true of Eq. 58, which is the bound on any Markov chain (on a "
        "law of paths that is not Markov it fails), and not of Eq. 45, which is no identity even there.",
    ),
    line(
        "TEXT-T1",
        "E[q(x[1] | x[0])](log(p(x[0], x[1])/q(x[1] | x[0])))"
        " = E[q(x[1] | x[0])](log(p(x[0] | x[1]))) - KL(q(x[1] | x[0]), p(x[1]))",
        "one step is a VAE",
        by=Chain("one step", "law"),
        parts=(
            line("TEXT-T1, Eq. 45", f"E[{F}]({ONE_PATH}) = {PRINTED_45}", by=Chain("one step")),
            line("TEXT-T1, Eq. 58", f"E[{F}]({ONE_PATH}) = {EQ_58}", by=Chain("one step")),
        ),
        note="With T = 1 the sums of both forms are empty, and what is left is this line, for any densities; the two "
        "forms themselves are run on the tables.",
    ),
)
