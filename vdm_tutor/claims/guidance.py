"""Section 8, Eqs. 162-170: conditioning, and the score that is only called a conditional one."""

from vdm_tutor.proofs.claim import Chain, line

JOINT = "p(x[1:T])*p(x[0] | x[1:T])"
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
    line(
        "GUIDE-U1",
        "p(x[0:T]) := p(x[T])*prod(t, 1, T, p(x[t-1] | x[t]))",
        "(32)",
        parts=(line("GUIDE-U1, on Markov tables", f"{JOINT} = p(x[0:T])", given=("GUIDE-U1",), by=Chain()),),
        note="Eq. 32 again.",
    ),
    line(
        162,
        "p(x[0:T] | y) := p(x[T])*prod(t, 1, T, p(x[t-1] | x[t], y))",
        "every step conditioned",
        parts=(line("162, labelled tables", "p(x[0:T], y)/p(y) = p(x[0:T] | y)", given=(162,), by=Chain("labelled")),),
        note="It says that y tells nothing about x_T, and that the chain is Markov given y: tables made so have this "
        "law.",
    ),
    line(
        "GUIDE-U2",
        "x0_hat := any_mean(x_0, x_0)",
        "a choice: each head is told y",
        mistakes={"one sample for the mean": "x_0"},
        parts=(
            line(
                "GUIDE-U2, x_0",
                "any_mean(x_0, norm2(x0_other-x_0)) = any_mean(x_0, norm2(x0_hat-x_0)) + norm2(x0_other-x0_hat)",
                "any other prediction costs its distance more",
                given=("GUIDE-U2",),
            ),
        ),
        note="What the signs mean: a head fitted by squares on pairs of one class is best at the mean of its target "
        "given x_t and y, whatever the law of the target. Shown for x_0; the noise and the score are other targets.",
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
