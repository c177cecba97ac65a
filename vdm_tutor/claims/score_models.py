"""Section 7, Eqs. 152-161: energies, scores, Langevin steps and noise levels."""

from vdm_tutor.claims.score import WEIGHT_148
from vdm_tutor.proofs.claim import Algebra, Grid, line

NO_SLOPE = {"a ratio upside down": "Z is a constant factor either way, and a constant has no slope"}
SCALAR = Algebra((1,))
GAUSSIAN = ("SGM-U1", "a Gaussian energy")
MOVE = "(c*score + sqrt(2*c)*noise_2)"
BLEND = "(share*p_1(x) + (1-share)*p_2(x))"

CLAIMS = (
    line(152, "p_theta(x) := 1/Z*exp(-f(x))", "an energy-based model", keeps=NO_SLOPE),
    line("a Gaussian energy", "f(x) := x**2/(2*v)", "f of N(0, v)"),
    line(
        "SGM-U1",
        "Z := integral(x, exp(-f(x)))",
        "normalise",
        parts=(
            line("Z of a Gaussian energy", "Z = sqrt(2*pi*v)", given=GAUSSIAN, by=SCALAR),
            line("it normalises", "integral(x, exp(-f(x)))/Z = 1", given=GAUSSIAN, by=SCALAR),
        ),
        note="A definition: whatever f, dividing by Z makes the density integrate to one. Run for the energy of a "
        "Gaussian, where the integral is sqrt(2 pi v) and the density normalises.",
    ),
    line(
        153,
        "grad(log(p_theta(x)), x) = grad(log(1/Z*exp(-f(x))), x)",
        "(152)",
        given=(152,),
        by=SCALAR,
        keeps=NO_SLOPE,
        note="For any energy f.",
    ),
    line(
        154,
        "= grad(log(1/Z), x) + grad(log(exp(-f(x))), x)",
        "log of a product",
        by=SCALAR,
        keeps=NO_SLOPE,
        mistakes={"Z taken for f": "grad(log(1/Z), x)"},
        note="For any energy f.",
    ),
    line(155, "= -grad(f(x), x)", "Z is free of x", by=SCALAR, keeps=NO_SLOPE, note="For any energy f."),
    line(
        156,
        "s_x := -grad(f(x), x)",
        "a model choice",
        parts=(line("156, no error left", "norm2(s_x - grad(log(p_theta(x)), x)) = 0", given=(156, 152), by=SCALAR),),
        note="Read as: to be approximated by. With equality the error of Eq. 157 is zero at every x.",
    ),
    line(
        157,
        "p(x)*norm2(f(x) - grad(log(p(x)), x))"
        " = p(x)*(norm2(f(x)) + 2*grad(f(x), x) + norm2(grad(log(p(x)), x))) - 2*grad(p(x)*f(x), x)",
        "Fisher divergence",
        by=SCALAR,
        parts=(
            line(
                "157, averaged",
                "mean_over(x, v, norm2(a*x + b - (-x/v))) = mean_over(x, v, norm2(a*x + b) + 2*a + norm2(x/v))",
                "an affine model on N(0, v)",
                by=SCALAR,
            ),
        ),
        note="An objective, run against the form that needs no true score. For any density p and any differentiable "
        "model s (f in the stored line) the integrands differ by the slope of 2 p s, coordinate by coordinate, whose "
        "integral is zero if p s vanishes far away. Averaged outright for any affine model on a Gaussian.",
    ),
    line("where Langevin rests", "stationary := v/(1 - c/(2*v))", "the variance that a step keeps"),
    line(
        158,
        "N(x, 0, stationary) ~ (1 - c/v)*sqrt(stationary)*eps + sqrt(2*c)*eps_step",
        "a Langevin step on N(0, v)",
        given=("where Langevin rests",),
        by=SCALAR,
        parts=(
            line(
                "158, a step to second order",
                f"mean_over(noise_2, 1, g*{MOVE} + h*{MOVE}**2/2) = c*(g*score + h) + c**2*h*score**2/2",
                "g, h: slope and curvature of a test function",
                by=SCALAR,
            ),
            line(
                "158, p is at rest",
                "p(x)*(grad(f(x), x)*grad(log(p(x)), x) + grad(grad(f(x), x), x)) = grad(p(x)*grad(f(x), x), x)",
                "any density, any test function",
                by=SCALAR,
            ),
        ),
        note="A procedure. For any p: a step changes the mean of a test function f by c E[f' (log p)' + f''] and terms "
        "of order c^2 and higher, and p (f' (log p)' + f'') is the slope of p f', whose integral is zero: p is at rest "
        "to first order in c. In closed form on N(0, v): a step of size c keeps the variance v/(1 - c/(2v)), not v.",
    ),
    line("disjoint", "p_2(x) := 0", "outside the second support", mistakes={"supports that overlap": "p_3(x)"}),
    line(
        159,
        "grad(log(share*p_1(x) + (1-share)*p_2(x)), x) = grad(log(p_1(x)), x)",
        "disjoint supports",
        given=("disjoint",),
        by=SCALAR,
        parts=(
            line(
                "159, how much the score knows of c_1",
                f"grad(grad(log({BLEND}), x), share)"
                f" = p_1(x)*p_2(x)/{BLEND}**2*(grad(log(p_1(x)), x) - grad(log(p_2(x)), x))",
                "any two densities",
                by=SCALAR,
            ),
        ),
        mistakes={"weighted by c_1": "share*grad(log(p_1(x)), x)"},
        note="Where p_2 is zero the score does not know c_1. Where both are positive it does: without the hypothesis "
        "the line fails, and the score's slope in c_1 is p_1 p_2 (the difference of the two scores) over the mixture "
        "squared: next to nothing where one of the two is.",
    ),
    line(
        160,
        "x + sqrt(u)*eps_step ~ N(x_t, x, u)",
        "add noise of variance u",
        by=SCALAR,
        parts=(
            line("160, Gaussian data", "m + sqrt(v)*eps + sqrt(u)*eps_step ~ N(x_t, m, v + u)"),
            line(
                "160 and 70",
                "1/sqrt(alpha_bar_t)*(sqrt(alpha_bar_t)*x_0 + sqrt(1-alpha_bar_t)*eps)"
                " ~ N(x_t, x_0, (1-alpha_bar_t)/alpha_bar_t)",
            ),
        ),
        mistakes={"shrunk as in Eq. 70": "N(x_t, sqrt(alpha_bar_t)*x, u)"},
        note="For any data: given x, x plus noise has the law in the integral, and Eq. 1 sums over x. Run to the end "
        "for Gaussian data. The noise only adds, unlike Eq. 70; x_t over sqrt(alpha_bar_t) turns one into the other, "
        "with sigma_t^2 = 1/SNR(t).",
    ),
    line("lambda", f"lam := {WEIGHT_148}", "the weight of Eq. 148"),
    line(
        161,
        f"lam*norm2(score_hat-score) = {WEIGHT_148}*norm2(score_hat-score)",
        "(157) at every noise level",
        given=("lambda",),
        printed=line(
            "161 as printed",
            f"lam*norm2(score_hat-score) = {WEIGHT_148}*norm2(s_x-score)",
            "the network at x",
            given=("lambda",),
        ),
        note="An objective. With lambda(t) the weight of Eq. 148 its summand is that of Eq. 148. Printed with "
        "s_theta(x, t), the network at the clean x: that is another quantity.",
    ),
    line(
        "SGM-U2",
        "4/5 = landed(falling)",
        "Langevin, noise falling",
        by=Grid(),
        mistakes={
            "one noise level, the lowest": "landed(lowest)",
            "the noise rising": "landed(rising)",
            "sqrt(c) for sqrt(2 c)": "landed(falling, 1)",
        },
        note="A procedure, run on two narrow bells of weights 4/5 and 1/5 with Eq. 158's exact kernel on a grid, no "
        "sampling: with the noise falling the walk ends right of 0 with chance 0.79, close to the true weight; at the "
        "lowest noise alone with chance 0.51: there the score has lost the weights (Eq. 159).",
    ),
)
