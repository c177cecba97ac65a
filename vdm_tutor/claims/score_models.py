"""Section 7, Eqs. 152-161: energies, scores, Langevin steps and noise levels."""

from vdm_tutor.claims.score import WEIGHT_148
from vdm_tutor.proofs.claim import Algebra, Grid, line

NO_SLOPE = {"a ratio upside down": "Z is a constant factor either way, and a constant has no slope"}
ANY_ENERGY = "For any energy f."
SCALAR = Algebra((1,))
MOVED = "(step - x)"
REST = "v/(1 - c/(2*v))"

CLAIMS = (
    line(
        152,
        "p_theta(x) := 1/Z*exp(-f(x))",
        "an energy-based model",
        parts=(line("152, normalised", "integral(x, p_theta(x)) = 1", given=(152, "SGM-U1")),),
        note="It integrates to one, for any energy f.",
    ),
    line("a Gaussian energy", "f(x) := x**2/(2*v)", "f of N(0, v)"),
    line(
        "SGM-U1",
        "Z := integral(x, exp(-f(x)))",
        "normalise",
        parts=(line("Z of a Gaussian energy", "Z = sqrt(2*pi*v)", given=("SGM-U1", "a Gaussian energy"), by=SCALAR),),
        note="Run out for the energy of a Gaussian.",
    ),
    line(
        153,
        "grad(log(p_theta(x)), x) = grad(log(1/Z*exp(-f(x))), x)",
        "(152)",
        given=(152,),
        keeps=NO_SLOPE,
        note=ANY_ENERGY,
    ),
    line(
        154,
        "= grad(log(1/Z), x) + grad(log(exp(-f(x))), x)",
        "log of a product",
        keeps=NO_SLOPE,
        mistakes={"Z taken for f": "grad(log(1/Z), x)"},
        note=ANY_ENERGY,
    ),
    line(155, "= -grad(f(x), x)", "Z is free of x", keeps=NO_SLOPE, note=ANY_ENERGY),
    line(
        156,
        "s_x := -grad(f(x), x)",
        "a model choice",
        parts=(line("156, no error left", "norm2(s_x - grad(log(p_theta(x)), x)) = 0", given=(156, 152)),),
        note="Read as: to be approximated by. With equality the error of Eq. 157 is zero at every x.",
    ),
    line("a perfect model", "s_x := grad(log(p(x)), x)", "the score itself"),
    line(
        157,
        "fisher := integral(x, p(x)*norm2(s_x - grad(log(p(x)), x)))",
        "Fisher divergence: an objective",
        parts=(
            line("157, zero at the score", "0 = fisher", given=(157, "a perfect model")),
            line(
                "157, the square written out",
                "fisher = integral(x, p(x)*norm2(s_x)) - 2*integral(x, p(x)*(s_x*grad(log(p(x)), x)))"
                " + integral(x, p(x)*norm2(grad(log(p(x)), x)))",
                "linearity",
                given=(157,),
            ),
            line(
                "157, without the true score",
                "p(x)*norm2(f(x) - grad(log(p(x)), x))"
                " = p(x)*(norm2(f(x)) + 2*grad(f(x), x) + norm2(grad(log(p(x)), x))) - 2*grad(p(x)*f(x), x)",
                "an entry f of the model, and its coordinate",
                by=SCALAR,
            ),
        ),
        note="Coordinate by coordinate the integrand differs from one that needs no true score by the slope of 2 p s, "
        "whose integral is zero if p s vanishes far away.",
    ),
    line(
        158,
        "step := x + c*score + sqrt(2*c)*noise_2",
        "a Langevin step: a procedure",
        keeps={"a sign flipped": "a noise is as likely as its negative"},
        parts=(
            line(
                "158, to second order",
                f"mean_over(noise_2, 1, g*{MOVED} + h*{MOVED}**2/2) = c*(g*score + h) + c**2*h*score**2/2",
                "g, h: slope and curvature of a test function",
                given=(158,),
                by=SCALAR,
            ),
            line(
                "158, p is at rest",
                "p(x)*(grad(f(x), x)*grad(log(p(x)), x) + grad(grad(f(x), x), x)) = grad(p(x)*grad(f(x), x), x)",
                "any density, any test function f",
                by=SCALAR,
            ),
            line(
                "158, on N(0, v)",
                f"(1 - c/v)*sqrt({REST})*eps + sqrt(2*c)*noise_2 ~ N(x, 0, {REST}*I)",
                "the variance that a step keeps",
                wrt="x",
            ),
        ),
        note="For any p, coordinate by coordinate: a step changes the mean of a test function f by c E[f' (log p)' + "
        "f''] and terms of order c^2 and higher, and p (f' (log p)' + f'') is the slope of p f', whose integral is "
        "zero: p is at rest to first order in c. On N(0, v) a step of size c keeps the variance v/(1 - c/(2v)), not v.",
    ),
    line("disjoint", "p_2(x) := 0", "outside the second support", mistakes={"supports that overlap": "p_3(x)"}),
    line(
        159,
        "p(x) := share*p_1(x) + (1-share)*p_2(x)",
        "a mixture",
        parts=(
            line("159, disjoint supports", "grad(log(p(x)), x) = grad(log(p_1(x)), x)", given=(159, "disjoint")),
            line(
                "159, how much the score knows of c_1",
                "grad(grad(log(p(x)), x), share) = p_1(x)*p_2(x)/p(x)**2*(grad(log(p_1(x)), x) - grad(log(p_2(x)), x))",
                "any two densities",
                given=(159,),
            ),
        ),
        note="Where p_2 is zero the score does not know c_1. Where both are positive it does: its slope in c_1 is p_1 "
        "p_2 (the difference of the two scores) over the mixture squared, next to nothing where one of the two is.",
    ),
    line(
        160,
        "p(x_t) := any_mean(x, N(x_t, x, u*I))",
        "add noise of variance sigma_t^2",
        parts=(
            line(
                "160, Tweedie",
                "any_mean(x, x*N(x_t, x, u*I))/p(x_t) = x_t + u*grad(log(p(x_t)), x_t)",
                "any law of x",
                given=(160,),
            ),
            line("160, Gaussian data", "m + sqrt(v)*eps + sqrt(u)*eps_step ~ N(x_t, m, v + u)", wrt="x_t", by=SCALAR),
            line(
                "160 and 70",
                "1/sqrt(alpha_bar_t)*(sqrt(alpha_bar_t)*x_0 + sqrt(1-alpha_bar_t)*eps)"
                " ~ N(x_t, x_0, (1-alpha_bar_t)/alpha_bar_t*I)",
                wrt="x_t",
            ),
        ),
        mistakes={"shrunk as in Eq. 70": "any_mean(x, N(x_t, sqrt(alpha_bar_t)*x, u*I))"},
        note="The noise only adds, unlike Eq. 70; x_t over sqrt(alpha_bar_t) turns one into the other, with sigma_t^2 "
        "= 1/SNR(t).",
    ),
    line("lambda", f"lam := {WEIGHT_148}", "the weight of Eq. 148"),
    line(
        161,
        "objective := lam*norm2(score_hat-score)",
        "(157) at every noise level: an objective",
        parts=(line("161 and 148", f"objective = {WEIGHT_148}*norm2(score_hat-score)", given=(161, "lambda")),),
        mistakes={"the network at the clean x": "lam*norm2(s_x-score)"},
        note="With lambda(t) the weight of Eq. 148 its summand is that of Eq. 148. Printed with s_theta(x, t), a slip "
        "of notation for s_theta(x_t, t).",
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
