"""What can be derived line by line, each with roads that lead there."""

from vdm_tutor.exercises.derivation import Task
from vdm_tutor.proofs.claim import Chain

LEVELS = ("alpha_t", "alpha_bar_prev", "alpha_bar_t")
LATENT = Chain("one latent", "law")
SUM = "(alpha_t*(1-alpha_bar_prev) + 1-alpha_t)/((1-alpha_t)*(1-alpha_bar_prev))"
PRECISIONS = "alpha_t/(1-alpha_t) + 1/(1-alpha_bar_prev)"
WITNESSES = "alpha_t/(1-alpha_t)*(x_t/sqrt(alpha_t)) + 1/(1-alpha_bar_prev)*(sqrt(alpha_bar_prev)*x_0)"
LINEAR = "sqrt(alpha_t)*x_t/(1-alpha_t) + sqrt(alpha_bar_prev)*x_0/(1-alpha_bar_prev)"
MU_Q = "(sqrt(alpha_t)*(1-alpha_bar_prev)*x_t + sqrt(alpha_bar_prev)*(1-alpha_t)*x_0)/(1-alpha_bar_t)"
VAR_Q = "(1-alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t)"
GAIN = "sqrt(alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t)"
ELBO = "E[q(z | x)](log(p(x, z)/q(z | x)))"
ERROR = "norm2(mu_theta-mu_q)"
OVER = "((1-alpha_bar_prev)*(1-alpha_bar_t))"
F = "q(x[1:T] | x[0])"
RECON = "E[q(x[1] | x[0])](log(p(x[0] | x[1])))"
BACK = "p(x[t-1] | x[t])/q(x[t-1] | x[t], x[0])"
BAYES = "q(x[t-1] | x[t], x[0])*q(x[t] | x[0])/q(x[t-1] | x[0])"
P_STEPS = "prod(t, 2, T, p(x[t-1] | x[t]))"
START_58 = f"E[{F}](log(p(x[0:T])/{F}))"
SPLIT = f"E[{F}](log(p(x[T])*p(x[0] | x[1])*{P_STEPS}/(q(x[1] | x[0])*prod(t, 2, T, q(x[t] | x[t-1])))))"
KNOWING = f"E[{F}](log(p(x[T])*p(x[0] | x[1])*{P_STEPS}/(q(x[1] | x[0])*prod(t, 2, T, q(x[t] | x[t-1], x[0])))))"
TURNED = f"E[{F}](log(p(x[T])*p(x[0] | x[1])/q(x[1] | x[0])) + log(prod(t, 2, T, p(x[t-1] | x[t])/({BAYES}))))"
CANCELLED = f"E[{F}](log(p(x[T])*p(x[0] | x[1])/q(x[T] | x[0])) + sum(t, 2, T, log({BACK})))"
APART = (
    f"{RECON} + E[q(x[T] | x[0])](log(p(x[T])/q(x[T] | x[0]))) + sum(t, 2, T, E[q(x[t], x[t-1] | x[0])](log({BACK})))"
)
EQ_58 = (
    f"{RECON} - KL(q(x[T] | x[0]), p(x[T]))"
    " - sum(t, 2, T, E[q(x[t] | x[0])](KL(q(x[t-1] | x[t], x[0]), p(x[t-1] | x[t]))))"
)
EPS_START = (
    "(sqrt(alpha_t)*(1-alpha_bar_prev)*x_t + sqrt(alpha_bar_prev)*(1-alpha_t)"
    "*(x_t - sqrt(1-alpha_bar_t)*eps_hat)/sqrt(alpha_bar_t))/(1-alpha_bar_t)"
)
POSTERIOR = (("q(x_prev | x_t, x_0)", "q(x_t | x_prev)*q(x_prev | x_0)/q(x_t | x_0)"),)
COND, UNCOND, CLASS = "grad(log(p(x_t | y)), x_t)", "grad(log(p(x_t)), x_t)", "grad(log(p(y | x_t)), x_t)"

TASKS = (
    Task(
        "01.elbo",
        "From `log(p(x))` to the bound, an average under $q(z\\mid x)$. By Jensen, or by splitting a KL off.",
        ELBO,
        start="log(p(x))",
        by=LATENT,
        roads=(
            (("= log(E[q(z | x)](p(x, z)/q(z | x)))", "multiply by one"), (f">= {ELBO}", "Jensen")),
            (
                ("= E[q(z | x)](log(p(x)))", "the average of a constant"),
                ("= E[q(z | x)](log(p(x, z)/p(z | x)))", "chain rule"),
                (f"= {ELBO} + KL(q(z | x), p(z | x))", "log of a product"),
                (f">= {ELBO}", "KL >= 0"),
            ),
            (
                (f"= {ELBO} + E[q(z | x)](log(q(z | x)/p(z | x)))", "log of a product"),
                (f">= {ELBO}", "KL >= 0"),
            ),
        ),
    ),
    Task(
        "05.bound",
        "From the bound over whole paths to the three terms. Bayes under $x_0$ turns each step; T is free, and T = 2 shows all there is to see.",
        EQ_58,
        start=START_58,
        by=Chain(general="means"),
        without=(f"log({BACK})", F),
        size=8,
        roads=(
            (
                (f"= {SPLIT}", "Markov"),
                (f"= {KNOWING}", "Markov"),
                (f"= {TURNED}", "Bayes"),
                (f"= {CANCELLED}", "telescope"),
                (f"= {APART}", "linearity"),
                (f"= {EQ_58}", "the inner average is a KL"),
            ),
            (
                (f"= {KNOWING}", "Markov"),
                (f"= {CANCELLED}", "Bayes, telescope"),
                (f"= {EQ_58}", "averages of log ratios are KLs"),
            ),
            ((f"= {TURNED}", "Markov"), (f"= {APART}", "telescope"), (f"= {EQ_58}", "the inner average is a KL")),
        ),
    ),
    Task(
        "06.variance",
        "The variance $\\sigma_q^2$ (`posterior_var`) of $q(x_{t-1}\\mid x_t,x_0)$ as one fraction in $\\alpha_t$, $\\bar\\alpha_{t-1}$ and $\\bar\\alpha_t$. By precisions, by a joint Gaussian, by completing the square.",
        VAR_Q,
        heads=("posterior_var",),
        within=LEVELS,
        known=POSTERIOR,
        roads=(
            (
                (f"1/posterior_var = {PRECISIONS}", "precisions add"),
                (f"= {SUM}", "common denominator"),
                ("= (1-alpha_bar_t)/((1-alpha_t)*(1-alpha_bar_prev))", "ᾱ_t = α_t ᾱ_{t-1}"),
                (f"posterior_var = {VAR_Q}", "upside down"),
            ),
            (
                (
                    "posterior_var = (1-alpha_bar_prev) - (sqrt(alpha_t)*(1-alpha_bar_prev))**2/(1-alpha_bar_t)",
                    "joint Gaussian",
                ),
                ("= (1-alpha_bar_prev)*(1-alpha_bar_t - alpha_t*(1-alpha_bar_prev))/(1-alpha_bar_t)", "factor"),
                ("= (1-alpha_bar_prev)*(1-alpha_t)/(1-alpha_bar_t)", "ᾱ_t = α_t ᾱ_{t-1}"),
            ),
            (
                (f"posterior_var = 1/({PRECISIONS})", "complete the square"),
                ("= (1-alpha_t)*(1-alpha_bar_prev)/(alpha_t - alpha_t*alpha_bar_prev + 1-alpha_t)", "expand"),
                (f"= {VAR_Q}", "ᾱ_t = α_t ᾱ_{t-1}"),
            ),
        ),
    ),
    Task(
        "06.mu",
        "The mean $\\mu_q(x_t,x_0)$ (`mu_q`) as one fraction. By precisions, by a joint Gaussian, by completing the square.",
        MU_Q,
        heads=("mu_q",),
        within=("x_t", "x_0", *LEVELS),
        size=1,
        wrt="x_prev",
        known=POSTERIOR,
        roads=(
            (
                (f"mu_q = posterior_var*({LINEAR})", "precisions add"),
                (f"= {VAR_Q}*({LINEAR})", "posterior variance"),
                (f"= {MU_Q}", "multiply out"),
            ),
            (
                (f"mu_q = sqrt(alpha_bar_prev)*x_0 + {GAIN}*(x_t - sqrt(alpha_bar_t)*x_0)", "joint Gaussian"),
                (f"= {GAIN}*x_t + (sqrt(alpha_bar_prev) - sqrt(alpha_bar_t)*{GAIN})*x_0", "collect"),
                (f"= {MU_Q}", "ᾱ_t = α_t ᾱ_{t-1}"),
            ),
            (
                (
                    "q(x_t | x_prev)*q(x_prev | x_0) ∝ exp(-1/2*((x_t-sqrt(alpha_t)*x_prev)**2/(1-alpha_t) + (x_prev-sqrt(alpha_bar_prev)*x_0)**2/(1-alpha_bar_prev)))",
                    "Bayes",
                ),
                (
                    f"∝ exp(-1/2*(({PRECISIONS})*x_prev**2 - 2*({LINEAR})*x_prev))",
                    "collect",
                ),
                (f"mu_q = ({WITNESSES})/({PRECISIONS})", "complete the square"),
                (f"= {MU_Q}", "ᾱ_t = α_t ᾱ_{t-1}"),
            ),
        ),
    ),
    Task(
        "07.kl",
        "From the KL of two bells of equal variance to a squared distance.",
        f"{ERROR}/(2*posterior_var)",
        start="KL(N(mu_q, posterior_var*I), N(mu_theta, posterior_var*I))",
        within=("mu_theta", "mu_q", "posterior_var"),
        roads=(
            (
                (f"= 1/2*(log(1) - d + d + {ERROR}/posterior_var)", "the KL of two Gaussians"),
                (f"= {ERROR}/(2*posterior_var)", "cancel"),
            ),
            (
                ("= 1/2*(d - d + T(mu_theta-mu_q)@inv(posterior_var*I)@(mu_theta-mu_q))", "the KL of two Gaussians"),
                ("= 1/2*T(mu_theta-mu_q)@(mu_theta-mu_q)/posterior_var", "cancel"),
                (f"= 1/(2*posterior_var)*{ERROR}", "a squared length"),
            ),
            (
                (f"= 1/2*{ERROR}/posterior_var + d/2 - d/2", "the average of a log ratio"),
                ("= norm2(mu_q-mu_theta)/(2*posterior_var)", "cancel"),
            ),
        ),
    ),
    Task(
        "07.weight",
        "From the weight of $\\lVert x_0-\\hat x_0\\rVert^2$ to half a drop of the SNR (`snr_prev`, `snr_t`).",
        "1/2*(snr_prev-snr_t)",
        start="alpha_bar_prev*(1-alpha_t)**2/(2*posterior_var*(1-alpha_bar_t)**2)",
        within=("snr_prev", "snr_t"),
        roads=(
            (
                (f"= alpha_bar_prev*(1-alpha_t)/(2*{OVER})", "posterior variance"),
                (f"= (alpha_bar_prev-alpha_bar_t)/(2*{OVER})", "ᾱ_t = α_t ᾱ_{t-1}"),
                ("= 1/2*(alpha_bar_prev/(1-alpha_bar_prev) - alpha_bar_t/(1-alpha_bar_t))", "split"),
                ("= 1/2*(snr_prev-snr_t)", "SNR"),
            ),
            (
                (f"= (alpha_bar_prev-alpha_bar_t)/(2*{OVER})", "posterior variance"),
                ("= 1/2*(1/(1-alpha_bar_prev) - 1/(1-alpha_bar_t))", "split"),
                ("= 1/2*((1+snr_prev) - (1+snr_t))", "SNR"),
                ("= (snr_prev-snr_t)/2", "cancel"),
            ),
            (
                (
                    f"= (alpha_bar_prev*(1-alpha_bar_t) - alpha_bar_t*(1-alpha_bar_prev))/(2*{OVER})",
                    "ᾱ_t = α_t ᾱ_{t-1}",
                ),
                ("= 1/2*(snr_prev-snr_t)", "SNR"),
            ),
        ),
    ),
    Task(
        "10.mean",
        "From the mean with $\\hat x_0=(x_t-\\sqrt{1-\\bar\\alpha_t}\\hat\\epsilon)/\\sqrt{\\bar\\alpha_t}$ written in, to the mean in $\\hat\\epsilon$ (`eps_hat`).",
        "(x_t - (1-alpha_t)/sqrt(1-alpha_bar_t)*eps_hat)/sqrt(alpha_t)",
        start=EPS_START,
        within=("x_t", "eps_hat", "alpha_t", "alpha_bar_t"),
        size=4,
        roads=(
            (
                (
                    "= (sqrt(alpha_t)*(1-alpha_bar_prev)*x_t + (1-alpha_t)*(x_t - sqrt(1-alpha_bar_t)*eps_hat)/sqrt(alpha_t))/(1-alpha_bar_t)",
                    "ᾱ_t = α_t ᾱ_{t-1}",
                ),
                (
                    "= (alpha_t*(1-alpha_bar_prev) + 1-alpha_t)/((1-alpha_bar_t)*sqrt(alpha_t))*x_t - (1-alpha_t)/(sqrt(1-alpha_bar_t)*sqrt(alpha_t))*eps_hat",
                    "collect",
                ),
                ("= x_t/sqrt(alpha_t) - (1-alpha_t)/(sqrt(1-alpha_bar_t)*sqrt(alpha_t))*eps_hat", "ᾱ_t = α_t ᾱ_{t-1}"),
            ),
            (
                (
                    "= (alpha_t - alpha_bar_t + 1-alpha_t)/((1-alpha_bar_t)*sqrt(alpha_t))*x_t - (1-alpha_t)/(sqrt(1-alpha_bar_t)*sqrt(alpha_t))*eps_hat",
                    "ᾱ_t = α_t ᾱ_{t-1}",
                ),
                ("= (x_t - (1-alpha_t)*eps_hat/sqrt(1-alpha_bar_t))/sqrt(alpha_t)", "cancel"),
            ),
            (
                (
                    "= ((1-alpha_bar_t)*x_t - (1-alpha_t)*sqrt(1-alpha_bar_t)*eps_hat)/(sqrt(alpha_t)*(1-alpha_bar_t))",
                    "ᾱ_t = α_t ᾱ_{t-1}",
                ),
                ("= 1/sqrt(alpha_t)*(x_t - (1-alpha_t)/sqrt(1-alpha_bar_t)*eps_hat)", "cancel"),
            ),
        ),
    ),
    Task(
        "11.tweedie",
        "Tweedie: $E[x_0\\mid x_t]$ (`x0_mean`) from the score of $p(x_t)$, which is the mean of the scores $(\\sqrt{\\bar\\alpha_t}x_0-x_t)/(1-\\bar\\alpha_t)$.",
        "(x_t + (1-alpha_bar_t)*score)/sqrt(alpha_bar_t)",
        heads=("x0_mean",),
        within=("x_t", "score", "alpha_bar_t"),
        size=8,
        roads=(
            (
                ("score = (sqrt(alpha_bar_t)*x0_mean - x_t)/(1-alpha_bar_t)", "Tweedie"),
                ("(1-alpha_bar_t)*score = sqrt(alpha_bar_t)*x0_mean - x_t", "Tweedie, times the variance"),
                ("x0_mean = (x_t + (1-alpha_bar_t)*score)/sqrt(alpha_bar_t)", "Tweedie, solved for the mean of x_0"),
            ),
            (
                ("sqrt(alpha_bar_t)*x0_mean = x_t + (1-alpha_bar_t)*score", "Tweedie, times the variance"),
                (
                    "x0_mean = x_t/sqrt(alpha_bar_t) + (1-alpha_bar_t)*score/sqrt(alpha_bar_t)",
                    "Tweedie, solved for the mean of x_0",
                ),
            ),
            (
                ("x0_mean = (x_t - sqrt(1-alpha_bar_t)*eps_mean)/sqrt(alpha_bar_t)", "the jump, averaged"),
                ("eps_mean = -sqrt(1-alpha_bar_t)*score", "the score of a bell, averaged"),
                ("x0_mean = (x_t + sqrt(1-alpha_bar_t)*sqrt(1-alpha_bar_t)*score)/sqrt(alpha_bar_t)", "put in"),
            ),
        ),
    ),
    Task(
        "13.guidance",
        "From the score of $p(x_t)\\,p(y\\mid x_t)^\\gamma$ to a blend of two scores, without the classifier.",
        f"guidance_scale*{COND} + (1-guidance_scale)*{UNCOND}",
        start="grad(log(p(x_t)*p(y | x_t)**guidance_scale), x_t)",
        without=("p(y | x_t)",),
        size=9,
        roads=(
            (
                (f"= {UNCOND} + guidance_scale*{CLASS}", "log of a product"),
                (f"= guidance_scale*{COND} + (1-guidance_scale)*{UNCOND}", "Bayes, collect"),
            ),
            (
                (f"{CLASS} = {COND} - {UNCOND}", "Bayes"),
                (
                    f"grad(log(p(x_t)*p(y | x_t)**guidance_scale), x_t) = {UNCOND} + guidance_scale*{CLASS}",
                    "log of a product",
                ),
                (f"= {UNCOND} + guidance_scale*{COND} - guidance_scale*{UNCOND}", "Bayes"),
            ),
            (
                (f"= (1-guidance_scale)*{UNCOND} + guidance_scale*({UNCOND} + {CLASS})", "log of a product"),
                (f"= (1-guidance_scale)*{UNCOND} + guidance_scale*{COND}", "Bayes"),
            ),
        ),
    ),
)
