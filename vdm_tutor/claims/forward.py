"""Section 4d, Eqs. 31 and 59-70: the noising chain, and the jump from x_0 to x_t in one go.

Lines that merge two noises are equalities in law, (64): the merged noise is not one of the two that it replaces.
"""

from vdm_tutor.proofs.claim import Chain, line

MERGED = "sqrt(alpha_t-alpha_t*alpha_prev)"
TWO_STEPS = "sqrt(alpha_t*alpha_prev)*x_prev2"
FROM_1 = "sqrt(prod(i,1,t,alpha[i]))*x_0 + sqrt(1-prod(i,1,t,alpha[i]))*eps"
LAW = "N(x_t, sqrt(alpha_bar_t)*x_0, (1-alpha_bar_t)*I)"

CLAIMS = (
    line(
        31,
        "q(x_t | x_prev) := N(x_t, sqrt(alpha_t)*x_prev, (1-alpha_t)*I)",
        "the encoder of a VDM: a choice",
        note="Its variance 1 - alpha_t is the one that keeps a unit variance a unit.",
    ),
    line(
        "(31) one step down",
        "q(x_prev | x_prev2) := N(x_prev, sqrt(alpha_prev)*x_prev2, (1-alpha_prev)*I)",
        "Eq. 31 with t - 1 for t",
    ),
    line(
        "VDM-fwd-U1",
        "q(x[t-1] | x[t], x[0]) = q(x[t] | x[t-1], x[0])*q(x[t-1] | x[0])/q(x[t] | x[0])",
        "Bayes",
        by=Chain("any", "path"),
        note="On laws that are not Markov: it needs no property of the chain.",
    ),
    line(
        59,
        "q(x_t | x_prev) ~ sqrt(alpha_t)*x_prev + sqrt(1-alpha_t)*eps_step",
        "a draw from (31)",
        wrt="x_t",
        given=(31,),
    ),
    line(
        60,
        "q(x_prev | x_prev2) ~ sqrt(alpha_prev)*x_prev2 + sqrt(1-alpha_prev)*eps_step",
        "(59) one step down",
        wrt="x_prev",
        given=("(31) one step down",),
        note="Its noise is another one than that of Eq. 59, although the letter is the same.",
    ),
    line(
        "(60) with its own noise",
        "x_prev := sqrt(alpha_prev)*x_prev2 + sqrt(1-alpha_prev)*eps_star_2",
        "Eq. 60, its noise named",
    ),
    line(
        "VDM-fwd-U2",
        "eps_star_2 := noise_2",
        "every noise is a draw of its own",
        mistakes={"one noise used twice": "eps_star_1"},
        note="Eq. 64 stands on it: with one noise used twice the variances do not add.",
    ),
    line(61, "q(x_t | x_prev) ~ sqrt(alpha_t)*x_prev + sqrt(1-alpha_t)*eps_star_1", "(59)", wrt="x_t", given=(31,)),
    line(
        62,
        "= sqrt(alpha_t)*(sqrt(alpha_prev)*x_prev2 + sqrt(1-alpha_prev)*eps_star_2) + sqrt(1-alpha_t)*eps_star_1",
        "(60) for x_{t-1}",
        given=("(60) with its own noise",),
        note="Path by path, x_{t-1} replaced by Eq. 60.",
    ),
    line(63, f"= {TWO_STEPS} + {MERGED}*eps_star_2 + sqrt(1-alpha_t)*eps_star_1", "expand", note="Path by path."),
    line(
        64,
        f"~ {TWO_STEPS} + sqrt({MERGED}**2 + sqrt(1-alpha_t)**2)*eps_merged",
        "variances add",
        wrt="x_t",
        given=("VDM-fwd-U2",),
        mistakes={"standard deviations added": f"{TWO_STEPS} + ({MERGED} + sqrt(1-alpha_t))*eps_merged"},
        note="The variances of independent noises add.",
    ),
    line(
        65,
        f"= {TWO_STEPS} + sqrt(alpha_t-alpha_t*alpha_prev + 1-alpha_t)*eps_merged",
        "square the roots",
        note="Path by path.",
    ),
    line(66, f"= {TWO_STEPS} + sqrt(1-alpha_t*alpha_prev)*eps_merged", "cancel", note="Path by path."),
    line("(59) at step s", "x_s := sqrt(alpha_s)*x_sprev + sqrt(1-alpha_s)*eps_star_1", "Eq. 59 with s for t"),
    line(
        67,
        "sqrt(alpha_merged)*x_s + sqrt(1-alpha_merged)*eps_merged"
        " ~ sqrt(alpha_merged*alpha_s)*x_sprev + sqrt(1-alpha_merged*alpha_s)*eps",
        "one more step, for any s",
        wrt="x_t",
        given=("(59) at step s",),
        note="The survey prints dots. Decided is the step that they stand for, for any number of steps already "
        "merged: the product of their alphas is one symbol. With Eq. 66 as the start this is the induction.",
    ),
    line("alpha_bar as a product", "alpha_bar_t := prod(i,1,t,alpha[i])", "the definition of alpha_bar"),
    line("(59) at step 1", "x_1 := sqrt(alpha[1])*x_0 + sqrt(1-alpha[1])*eps_star_1", "Eq. 59 with 1 for t"),
    line(
        68,
        f"sqrt(prod(i,2,t,alpha[i]))*x_1 + sqrt(1-prod(i,2,t,alpha[i]))*eps_merged ~ {FROM_1}",
        "the induction ends at x_0",
        wrt="x_t",
        given=("(59) at step 1",),
        note="The last step of the induction of Eq. 67, for any t: the product from 2 to t is one symbol.",
    ),
    line(
        69,
        f"{FROM_1} = sqrt(alpha_bar_t)*x_0 + sqrt(1-alpha_bar_t)*eps",
        "definition of alpha_bar",
        given=("alpha_bar as a product",),
        note="Path by path, with alpha_bar_t written out as the product of alpha_1 to alpha_t.",
    ),
    line(
        70,
        f"~ {LAW}",
        "read off mean and variance",
        wrt="x_t",
        mistakes={"the density of another variable": LAW.replace("N(x_t", "N(x_0")},
        parts=(
            line(
                "70, by one more step",
                "sqrt(alpha_t)*(sqrt(alpha_bar_prev)*x_0 + sqrt(1-alpha_bar_prev)*eps) + sqrt(1-alpha_t)*eps_step"
                f" ~ {LAW}",
                wrt="x_t",
                given=("alpha_bar",),
            ),
        ),
        note="Mean and variance read off; and again by one more step from the law at t - 1.",
    ),
    line("alpha_bar", "alpha_bar_t := alpha_t*alpha_bar_prev", "alpha_bar_t = alpha_t alpha_bar_{t-1}"),
    line("(70)", f"q(x_t | x_0) := {LAW}", "Eq. 70"),
    line(
        "(70) one step down",
        "q(x_prev | x_0) := N(x_prev, sqrt(alpha_bar_prev)*x_0, (1-alpha_bar_prev)*I)",
        "Eq. 70 with t - 1 for t",
    ),
    line("Markov", "q(x_t | x_prev, x_0) := q(x_t | x_prev)", "given x_{t-1}, x_0 says nothing more about x_t"),
)
