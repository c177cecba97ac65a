"""Section 8, Eqs. 162-170: conditioning, and the score that is only called a conditional one."""

from vdm_tutor.proofs.claim import Chain, line

COND, UNCOND, CLASS = "grad(log(p(x_t | y)), x_t)", "grad(log(p(x_t)), x_t)", "grad(log(p(y | x_t)), x_t)"
TILTED = "grad(log(p(x_t)*p(y | x_t)**guidance_scale), x_t)"
EQ_166 = f"{UNCOND} + guidance_scale*{CLASS}"
EQ_168 = f"{UNCOND} + guidance_scale*({COND} - {UNCOND})"
BAYES = ("Bayes for y",)
ANY = "For any positive, differentiable densities."
NAME = "The left side is named anew: the score of p(x_t) p(y|x_t)^gamma. Printed as that of p(x_t|y), it is rejected."
NO_SLOPE = dict.fromkeys(
    ("a sign flipped", "a term dropped", "p for q"), "the law of y is free of x_t, and its gradient is zero"
)

CLAIMS = (
    line("GUIDE-U1", "", "(32)", same_as=32),
    line(
        162,
        "p(x[0:T] | y) = p(x[T])*prod(t, 1, T, p(x[t-1] | x[t], y))",
        "every step conditioned",
        by=Chain("labelled"),
        note="For each label it is Eq. 32, which holds for every T; and exactly at each path and label of reverse "
        "chains that share the law of x_T. It needs that y says nothing about x_T, and the Markov property given y.",
    ),
    line(
        "GUIDE-U2",
        "any_mean(x_0, norm2(x0_hat-x_0)) argmin norm2(x0_hat - any_mean(x_0, x_0))",
        "regression finds the mean",
        wrt="x0_hat",
        parts=(
            line(
                "GUIDE-U2, noise",
                "any_mean(eps, norm2(eps_hat-eps)) argmin norm2(eps_hat - any_mean(eps, eps))",
                wrt="eps_hat",
            ),
            line(
                "GUIDE-U2, score",
                "any_mean(score_given_x0, norm2(score_hat-score_given_x0))"
                " argmin norm2(score_hat - any_mean(score_given_x0, score_given_x0))",
                wrt="score_hat",
            ),
        ),
        note="What the signs mean: each head, fitted by squares on pairs of one class, is best at the mean of its "
        "target given x_t and y, whatever the law of x_0 given x_t and y.",
    ),
    line("Bayes for y", "p(x_t | y) := p(x_t)*p(y | x_t)/p(y)", "Bayes"),
    line(163, f"{COND} = grad(log(p(x_t)*p(y | x_t)/p(y)), x_t)", "Bayes", given=BAYES, keeps=NO_SLOPE, note=ANY),
    line(164, f"= {UNCOND} + {CLASS} - grad(log(p(y)), x_t)", "log of a product", keeps=NO_SLOPE, note=ANY),
    line(165, f"= {UNCOND} + {CLASS}", "p(y) is free of x_t", note=ANY),
    line(
        166,
        f"{TILTED} = {EQ_166}",
        "scale one term",
        printed=line("166 as printed", f"{COND} = {EQ_166}", "one name for two", given=BAYES),
        note=NAME,
    ),
    line(167, f"{CLASS} = {COND} - {UNCOND}", "(165) rearranged", given=BAYES, note=ANY),
    line(
        168,
        f"{TILTED} = {EQ_168}",
        "(167) in (166)",
        given=BAYES,
        printed=line("168 as printed", f"{COND} = {EQ_168}", "one name for two", given=BAYES),
        note=NAME,
    ),
    line(169, f"= {UNCOND} + guidance_scale*{COND} - guidance_scale*{UNCOND}", "expand"),
    line(170, f"= guidance_scale*{COND} + (1-guidance_scale)*{UNCOND}", "collect"),
)
