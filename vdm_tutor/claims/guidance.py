"""Section 8, Eqs. 162-170: conditioning, and the score that is only called a conditional one."""

from vdm_tutor.proofs.claim import Claim, claim, lines

CLAIMS: list[Claim] = []

COND, UNCOND, CLASS = "grad(log(p(x_t | y)), x_t)", "grad(log(p(x_t)), x_t)", "grad(log(p(y | x_t)), x_t)"
TILTED = "grad(log(p(x_t)*p(y | x_t)**guidance_scale), x_t)"
BAYES = ("Bayes for y",)
NO_SLOPE = dict.fromkeys(("a sign flipped", "a term dropped", "p for q"),
                         "the law of y is free of x_t, and its gradient is zero")  # fmt: skip
SHOWN = {"shown": r"\tilde s_\gamma(x_t)"}
NAME = "The left side is named anew: the score of p(x_t) p(y|x_t)^gamma. Printed as that of p(x_t|y), it is rejected."

CLAIMS += claim("GUIDE-U1", "p(x[0:T])", "p(x[T])*prod(t, 1, T, p(x[t-1] | x[t]))", "=", "(32)", room="chain",
      every_t="path", checked="Eq. 32 again.")  # fmt: skip
CLAIMS += claim(
    162,
    "p(x[0:T] | y)",
    "p(x[T])*prod(t, 1, T, p(x[t-1] | x[t], y))",
    "=",
    "every step conditioned",
    room="chain",
    table="labelled",
    checked="For each label it is Eq. 32, which holds for every T; and exactly at each path and "
    "label of reverse chains that share the law of x_T. It needs that y says nothing about x_T, and the Markov "
    "property given y.",
)
MEANS = [Claim(f"GUIDE-U2, {name}", f"any_mean({target}, norm2({hat}-{target}))",
               f"norm2({hat} - any_mean({target}, {target}))", "argmin", wrt=hat)
         for name, hat, target in (("noise", "eps_hat", "eps"), ("score", "score_hat", "score_given_x0"))]  # fmt: skip
CLAIMS += claim("GUIDE-U2", "any_mean(x_0, norm2(x0_hat-x_0))", "norm2(x0_hat - any_mean(x_0, x_0))", "argmin",
      "regression finds the mean", wrt="x0_hat", parts=tuple(MEANS),
      shown=r"\hat x_\theta(x_t,t,y)\approx x_0,\ \hat\epsilon_\theta(x_t,t,y)\approx\epsilon_0,\ s_\theta(x_t,t,y)",
      shown_right=r"\nabla_{x_t}\log p(x_t\mid y)",
      checked="What the signs mean: each head, fitted by squares on pairs of one class, is best at the mean of "
      "its target given x_t and y, whatever the law of x_0 given x_t and y.")  # fmt: skip
CLAIMS += claim("Bayes for y", "p(x_t | y)", "p(x_t)*p(y | x_t)/p(y)", ":=", "Bayes")
CLAIMS += lines(
    COND,
    (163, "=", "grad(log(p(x_t)*p(y | x_t)/p(y)), x_t)", "Bayes", {"given": BAYES, "keeps": NO_SLOPE,
     "checked": "For any positive, differentiable densities."}),
    (164, "=", f"{UNCOND} + {CLASS} - grad(log(p(y)), x_t)", "log of a product",
     {"checked": "For any densities.", "keeps": NO_SLOPE}),
    (165, "=", f"{UNCOND} + {CLASS}", "p(y) is free of x_t", {"checked": "For any densities."}),
)  # fmt: skip
CLAIMS += claim(166, TILTED, f"{UNCOND} + guidance_scale*{CLASS}", "=", "scale one term", **SHOWN, checked=NAME,
      printed=Claim("166 as printed", COND, f"{UNCOND} + guidance_scale*{CLASS}", rule="one name for two",
                    given=BAYES))  # fmt: skip
CLAIMS += claim(167, CLASS, f"{COND} - {UNCOND}", "=", "(165) rearranged", given=BAYES, checked="For any densities.")
RIGHT_168 = f"{UNCOND} + guidance_scale*({COND} - {UNCOND})"
CLAIMS += lines(
    TILTED,
    (168, "=", RIGHT_168, "(167) in (166)", {"given": BAYES, "checked": NAME,
     "printed": Claim("168 as printed", COND, RIGHT_168, rule="one name for two", given=BAYES)}),
    (169, "=", f"{UNCOND} + guidance_scale*{COND} - guidance_scale*{UNCOND}", "expand", {"checked": "One expression."}),
    (170, "=", f"guidance_scale*{COND} + (1-guidance_scale)*{UNCOND}", "collect", {"checked": "One expression."}),
    **SHOWN,
)  # fmt: skip
