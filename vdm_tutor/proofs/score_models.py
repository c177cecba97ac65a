"""Section 7, Eqs. 152-161: energies, scores, Langevin steps and noise levels."""

from vdm_tutor.proofs.claim import Claim, claim, lines
from vdm_tutor.proofs.kl import POSTERIOR_KL  # noqa: F401

WEIGHT_148 = "1/(2*posterior_var)*((1-alpha_t)**2/alpha_t)"

claim(152, "p_theta(x)", "1/Z*exp(-f(x))", ":=", "an energy-based model", checked="Eqs. 153 and 156 stand on it.")
claim("a Gaussian energy", "f(x)", "x**2/(2*v)", ":=", "f of N(0, v)")
claim("SGM-U1", "Z", "integral(x, exp(-f(x)))", ":=", "normalise",
      parts=(Claim("Z of a Gaussian energy", "Z", "sqrt(2*pi*v)", given=("SGM-U1", "a Gaussian energy"), dims=(1,)),),
      checked="Run for the energy of a Gaussian, where the integral is sqrt(2 pi v).")  # fmt: skip
lines(
    "grad(log(p_theta(x)), x)",
    (153, "=", "grad(log(1/Z*exp(-f(x))), x)", "(152)", {"given": (152,), "checked": "For any energy f."}),
    (154, "=", "grad(log(1/Z), x) + grad(log(exp(-f(x))), x)", "log of a product",
     {"checked": "For any energy f.", "mistakes": (("Z taken for f", "grad(log(1/Z), x)"),)}),
    (155, "=", "-grad(f(x), x)", "Z is free of x", {"checked": "For any energy f."}),
    dims=(1,),
)  # fmt: skip
claim(156, "s_x", "-grad(f(x), x)", ":=", "a model choice",
      parts=(Claim("156, no error left", "norm2(s_x - grad(log(p_theta(x)), x))", "0", given=(156, 152), dims=(1,)),),
      checked="Read as: to be approximated by. With equality the error of Eq. 157 is zero at every x.")  # fmt: skip
claim(157, "mean_over(x, v, norm2(a*x + b - (-x/v)))", "mean_over(x, v, norm2(a*x + b) + 2*a + norm2(x/v))", "=",
      "Fisher divergence", dims=(1,), shown=r"\mathbb E_{p(x)}\lVert s_\theta(x)-\nabla\log p(x)\rVert_2^2",
      shown_right=r"\mathbb E_{p(x)}\left[\lVert s_\theta(x)\rVert_2^2+2\operatorname{tr}\nabla s_\theta(x)\right]"
      r"+\text{const}",
      checked="An objective. Decided for any affine model on a Gaussian: it equals the form that needs no true score, "
      "up to a constant.")  # fmt: skip
claim("where Langevin rests", "stationary", "v/(1 - c/(2*v))", ":=", "the variance that a step keeps")
claim(158, "N(x, 0, stationary)", "(1 - c/v)*sqrt(stationary)*eps + sqrt(2*c)*eps_step", "law",
      "a Langevin step on N(0, v)", given=("where Langevin rests",), dims=(1,), shown=r"x_{i+1}",
      shown_right=r"x_i+c\,\nabla\log p(x_i)+\sqrt{2c}\,\epsilon",
      checked="A procedure, run in closed form on N(0, v): a step of size c keeps the variance v/(1 - c/(2v)), which "
      "is v only as c goes to 0.")  # fmt: skip
claim("disjoint", "p_2(x)", "0", ":=", "outside the second support",
      mistakes=(("supports that overlap", "p_3(x)"),))  # fmt: skip
claim(159, "grad(log(share*p_1(x) + (1-share)*p_2(x)), x)", "grad(log(p_1(x)), x)", "=", "disjoint supports",
      given=("disjoint",), dims=(1,), mistakes=(("weighted by c_1", "share*grad(log(p_1(x)), x)"),),
      shown=r"\nabla\log\left(c_1p_1(x)+c_2p_2(x)\right)",
      checked="Where p_2 is zero the score does not know c_1. Where both are positive it does: without the hypothesis "
      "the line fails.")  # fmt: skip
claim(160, "m + sqrt(v)*eps + sqrt(u)*eps_step", "N(x_t, m, v + u)", "law", "add noise of variance u", dims=(1,),
      shown=r"p_{\sigma_t}(x_t)", shown_right=r"\int p(x)\,\mathcal N(x_t;x,\sigma_t^2\mathbf I)\,dx",
      parts=(Claim("160 and 70", "1/sqrt(alpha_bar_t)*(sqrt(alpha_bar_t)*x_0 + sqrt(1-alpha_bar_t)*eps)",
                   "N(x_t, x_0, (1-alpha_bar_t)/alpha_bar_t)", "law"),),
      checked="Run for Gaussian data of mean m and variance v. The noise only adds, unlike Eq. 70; x_t over "
      "sqrt(alpha_bar_t) turns one into the other, with sigma_t^2 = 1/SNR(t).")  # fmt: skip
claim("lambda", "lam", WEIGHT_148, ":=", "the weight of Eq. 148")
claim(161, "lam*norm2(score_hat-score)", f"{WEIGHT_148}*norm2(score_hat-score)", "=", "(157) at every noise level",
      given=("lambda",), printed=Claim("161 as printed", "lam*norm2(score_hat-score)",
                                       f"{WEIGHT_148}*norm2(s_x-score)", rule="the network at x", given=("lambda",)),
      shown=r"\lambda(t)\,\lVert s_\theta(x_t,t)-\nabla\log p_{\sigma_t}(x_t)\rVert_2^2",
      checked="An objective. With lambda(t) the weight of Eq. 148 its summand is that of Eq. 148. Printed with "
      "s_theta(x, t), the network at the clean x: that is another quantity.")  # fmt: skip
claim("Langevin at a noise level", "stationary", "(v+u)/(1 - c/(2*(v+u)))", ":=", "the variance that a step keeps")
claim("SGM-U2", "N(x, 0, stationary)", "(1 - c/(v+u))*sqrt(stationary)*eps + sqrt(2*c)*eps_step", "law",
      "Langevin, noise falling", given=("Langevin at a noise level",), dims=(1,), shown=r"x_{i+1}^{(t)}",
      checked="A procedure. On Gaussian data of variance v each level of noise u rests at (v+u)/(1 - c/(2(v+u))), "
      "so levels and steps that fall together end at the data's variance.")  # fmt: skip
