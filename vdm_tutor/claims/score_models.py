"""Section 7, Eqs. 152-161: energies, scores, Langevin steps and noise levels."""

from vdm_tutor.proofs.claim import Claim, claim, lines

CLAIMS: list[Claim] = []

WEIGHT_148 = "1/(2*posterior_var)*((1-alpha_t)**2/alpha_t)"

NO_SLOPE = {"a ratio upside down": "Z is a constant factor either way, and a constant has no slope"}
CLAIMS += claim(
    152,
    "p_theta(x)",
    "1/Z*exp(-f(x))",
    ":=",
    "an energy-based model",
    keeps=NO_SLOPE,
    checked="Eqs. 153 and 156 stand on it.",
)
CLAIMS += claim("a Gaussian energy", "f(x)", "x**2/(2*v)", ":=", "f of N(0, v)")
CLAIMS += claim("SGM-U1", "Z", "integral(x, exp(-f(x)))", ":=", "normalise",
      parts=(Claim("Z of a Gaussian energy", "Z", "sqrt(2*pi*v)", given=("SGM-U1", "a Gaussian energy"), dims=(1,)),
             Claim("it normalises", "integral(x, exp(-f(x)))/Z", "1", given=("SGM-U1", "a Gaussian energy"),
                   dims=(1,))),
      checked="A definition: whatever f, dividing by Z makes the density integrate to one. Run for the energy of a "
      "Gaussian, where the integral is sqrt(2 pi v) and the density normalises.")  # fmt: skip
CLAIMS += lines(
    "grad(log(p_theta(x)), x)",
    (153, "=", "grad(log(1/Z*exp(-f(x))), x)", "(152)", {"given": (152,), "checked": "For any energy f."}),
    (154, "=", "grad(log(1/Z), x) + grad(log(exp(-f(x))), x)", "log of a product",
     {"checked": "For any energy f.", "mistakes": (("Z taken for f", "grad(log(1/Z), x)"),)}),
    (155, "=", "-grad(f(x), x)", "Z is free of x", {"checked": "For any energy f."}),
    dims=(1,), keeps=NO_SLOPE,
)  # fmt: skip
CLAIMS += claim(156, "s_x", "-grad(f(x), x)", ":=", "a model choice",
      parts=(Claim("156, no error left", "norm2(s_x - grad(log(p_theta(x)), x))", "0", given=(156, 152), dims=(1,)),),
      checked="Read as: to be approximated by. With equality the error of Eq. 157 is zero at every x.")  # fmt: skip
AFFINE = Claim(
    "157, averaged",
    "mean_over(x, v, norm2(a*x + b - (-x/v)))",
    "mean_over(x, v, norm2(a*x + b) + 2*a + norm2(x/v))",
    rule="an affine model on N(0, v)",
    dims=(1,),
)
CLAIMS += claim(157, "p(x)*norm2(f(x) - grad(log(p(x)), x))",
      "p(x)*(norm2(f(x)) + 2*grad(f(x), x) + norm2(grad(log(p(x)), x))) - 2*grad(p(x)*f(x), x)", "=",
      "Fisher divergence", dims=(1,), parts=(AFFINE,),
      shown=r"\mathbb E_{p(x)}\lVert s_\theta(x)-\nabla\log p(x)\rVert_2^2",
      shown_right=r"\mathbb E_{p(x)}\left[\lVert s_\theta(x)\rVert_2^2+2\operatorname{tr}\nabla s_\theta(x)\right]"
      r"+\text{const}",
      checked="An objective, run against the form that needs no true score. For any density p and any differentiable "
      "model s (f in the stored line) the integrands differ by the slope of 2 p s, coordinate by coordinate, whose "
      "integral is zero if p s vanishes far away. Averaged outright for any affine model on a Gaussian.")  # fmt: skip
MOVE = "(c*score + sqrt(2*c)*noise_2)"
LANGEVIN = (
    Claim("158, a step to second order", f"mean_over(noise_2, 1, g*{MOVE} + h*{MOVE}**2/2)",
          "c*(g*score + h) + c**2*h*score**2/2", rule="g, h: slope and curvature of a test function", dims=(1,)),
    Claim("158, p is at rest", "p(x)*(grad(f(x), x)*grad(log(p(x)), x) + grad(grad(f(x), x), x))",
          "grad(p(x)*grad(f(x), x), x)", rule="any density, any test function", dims=(1,)),
)  # fmt: skip
CLAIMS += claim("where Langevin rests", "stationary", "v/(1 - c/(2*v))", ":=", "the variance that a step keeps")
CLAIMS += claim(158, "N(x, 0, stationary)", "(1 - c/v)*sqrt(stationary)*eps + sqrt(2*c)*eps_step", "law",
      "a Langevin step on N(0, v)", given=("where Langevin rests",), dims=(1,), shown=r"x_{i+1}",
      shown_right=r"x_i+c\,\nabla\log p(x_i)+\sqrt{2c}\,\epsilon", parts=LANGEVIN,
      checked="A procedure. For any p: a step changes the mean of a test function f by c E[f' (log p)' + f''] and "
      "terms of order c^2 and higher, and p (f' (log p)' + f'') is the slope of p f', whose integral is zero: p is at "
      "rest to first order in c. In closed form on N(0, v): a step of size c keeps the variance v/(1 - c/(2v)), not "
      "v.")  # fmt: skip
CLAIMS += claim("disjoint", "p_2(x)", "0", ":=", "outside the second support",
      mistakes=(("supports that overlap", "p_3(x)"),))  # fmt: skip
BLEND = "(share*p_1(x) + (1-share)*p_2(x))"
SENSITIVITY = Claim("159, how much the score knows of c_1", f"grad(grad(log({BLEND}), x), share)",
                    f"p_1(x)*p_2(x)/{BLEND}**2*(grad(log(p_1(x)), x) - grad(log(p_2(x)), x))", dims=(1,),
                    rule="any two densities")  # fmt: skip
CLAIMS += claim(159, "grad(log(share*p_1(x) + (1-share)*p_2(x)), x)", "grad(log(p_1(x)), x)", "=", "disjoint supports",
      given=("disjoint",), dims=(1,), parts=(SENSITIVITY,),
      mistakes=(("weighted by c_1", "share*grad(log(p_1(x)), x)"),),
      shown=r"\nabla\log\left(c_1p_1(x)+c_2p_2(x)\right)",
      checked="Where p_2 is zero the score does not know c_1. Where both are positive it does: without the hypothesis "
      "the line fails, and the score's slope in c_1 is p_1 p_2 (the difference of the two scores) over the mixture "
      "squared: next to nothing where one of the two is.")  # fmt: skip
CLAIMS += claim(160, "x + sqrt(u)*eps_step", "N(x_t, x, u)", "law", "add noise of variance u", dims=(1,),
      shown=r"p_{\sigma_t}(x_t)", shown_right=r"\int p(x)\,\mathcal N(x_t;x,\sigma_t^2\mathbf I)\,dx",
      parts=(Claim("160, Gaussian data", "m + sqrt(v)*eps + sqrt(u)*eps_step", "N(x_t, m, v + u)", "law"),
             Claim("160 and 70", "1/sqrt(alpha_bar_t)*(sqrt(alpha_bar_t)*x_0 + sqrt(1-alpha_bar_t)*eps)",
                   "N(x_t, x_0, (1-alpha_bar_t)/alpha_bar_t)", "law"),),
      mistakes=(("shrunk as in Eq. 70", "N(x_t, sqrt(alpha_bar_t)*x, u)"),),
      checked="For any data: given x, x plus noise has the law in the integral, and Eq. 1 sums over x. Run to the end "
      "for Gaussian data. The noise only adds, unlike Eq. 70; x_t over "
      "sqrt(alpha_bar_t) turns one into the other, with sigma_t^2 = 1/SNR(t).")  # fmt: skip
CLAIMS += claim("lambda", "lam", WEIGHT_148, ":=", "the weight of Eq. 148")
CLAIMS += claim(
    161,
    "lam*norm2(score_hat-score)",
    f"{WEIGHT_148}*norm2(score_hat-score)",
    "=",
    "(157) at every noise level",
    given=("lambda",),
    printed=Claim(
        "161 as printed",
        "lam*norm2(score_hat-score)",
        f"{WEIGHT_148}*norm2(s_x-score)",
        rule="the network at x",
        given=("lambda",),
    ),
    shown=r"\lambda(t)\,\lVert s_\theta(x_t,t)-\nabla\log p_{\sigma_t}(x_t)\rVert_2^2",
    checked="An objective. With lambda(t) the weight of Eq. 148 its summand is that of Eq. 148. Printed with "
    "s_theta(x, t), the network at the clean x: that is another quantity.",
)
CLAIMS += claim("SGM-U2", "4/5", "landed(falling)", "=", "Langevin, noise falling", room="quadrature",
      mistakes=(("one noise level, the lowest", "landed(lowest)"), ("the noise rising", "landed(rising)"),
                ("sqrt(c) for sqrt(2 c)", "landed(falling, 1)")),
      shown="c_1", shown_right=r"\Pr\left(\text{annealed walk ends right of }0\right)",
      checked="A procedure, run on two narrow bells of weights 4/5 and 1/5 with Eq. 158's exact kernel on a grid, no "
      "sampling: with the noise falling the walk ends right of 0 with chance 0.79, close to the true weight; at the "
      "lowest noise alone with chance 0.51: there the score has lost the weights (Eq. 159).")  # fmt: skip
