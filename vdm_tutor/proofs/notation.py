"""How people write the survey's quantities: Greek, accents, raised and lowered digits, TeX commands. Tables only."""

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "eps", "η": "eta", "θ": "theta", "λ": "lam",
    "μ": "mu", "ν": "nu", "π": "pi", "σ": "sigma", "τ": "tau", "φ": "phi", "ψ": "psi", "ω": "omega", "Σ": "Sigma",
}  # fmt: skip
ACCENTS = {"\u0304": "bar", "\u0305": "bar", "\u0302": "hat", "\u0303": "tilde"}  # marks that stand over a letter
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₜₛᵢₙₓₚₗₖ", "0123456789+-tsinxplk", strict=True))
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
SIGNS = {
    "−": "-", "–": "-", "‒": "-", "·": "*", "×": "*", "∗": "*", "⋅": "*", "∙": "*", "÷": "/", "∕": "/", "⁄": "/",
    "∣": "|", "‖": "||", "∥": "||", "（": "(", "）": ")", "，": ",", ";": ",", "^": "**", "√": r"\sqrt", "∑": r"\sum",
    "∏": r"\prod", "∇": r"\nabla", "½": "1/2", "¼": "1/4", "¾": "3/4",
}  # fmt: skip
TEX_NAMES = {name: name for name in GREEK.values()} | {
    "epsilon": "eps", "varepsilon": "eps", "lambda": "lam", "varphi": "phi", "varsigma": "sigma", "vartheta": "theta",
    "log": "log", "ln": "log", "exp": "exp", "det": "det", "tr": "tr",
}  # fmt: skip
TEX_ACCENTS = {"bar": "bar", "overline": "bar", "hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde"}
TEX_SIGNS = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "mid": "|", "vert": "|", "|": "||", "Vert": "||",
    "lVert": "||", "rVert": "||", "{": "{", "}": "}", "lbrace": "{", "rbrace": "}", "tfrac": r"\frac",
    "dfrac": r"\frac", "frac": r"\frac", "sqrt": r"\sqrt", "sum": r"\sum", "prod": r"\prod", "nabla": r"\nabla",
}  # fmt: skip
TEX_SPACE = set(", ; : ! quad qquad left right middle big Big bigl bigr Bigl Bigr bigg Bigg displaystyle".split())
TEX_SPACE |= {" ", "limits", "nolimits"}
TEX_FONTS = set("mathbf mathrm mathit mathcal mathbb mathsf boldsymbol bm text textbf textrm operatorname".split())
SPELT = {  # one spelling for a word that has several, before its indices are looked at
    "xt": "x_t", "x0": "x_0", "epsilon": "eps", "varepsilon": "eps", "noise": "eps", "abar": "alpha_bar", "SNR": "snr",
    "a": "alpha", "at": "alpha_t", "alphabar": "alpha_bar", "alpha_cumprod": "alpha_bar", "alphas_cumprod": "alpha_bar",
    "gamma": "guidance_scale",
    "var_q": "posterior_var", "sigma2_q": "posterior_var", "lambda": "lam", "lambda_t": "lam", "omega_eta": "omega",
    "log_SNR": "log_snr", "logsnr": "log_snr", "x0hat": "x0_hat", "xhat": "x0_hat", "epshat": "eps_hat", "D_KL": "KL",
    "score_x": "s_x", "mu_hat": "mu_theta", "sigma_q_squared": "posterior_var", "Id": "I", "s_theta": "score_hat",
}  # fmt: skip
PREDICTED = {"x": "x0_hat", "x_0": "x0_hat", "x0": "x0_hat", "eps": "eps_hat", "eps_0": "eps_hat", "eps_t": "eps_hat",
             "s": "score_hat", "score": "score_hat", "mu": "mu_theta"}  # fmt: skip
STEPS = {  # quantities of a step, at t, t - 1 and t - 2, as a formula where no name is kept for them
    "x": ("x_t", "x_prev", "x_prev2"),
    "alpha": ("alpha_t", "alpha_prev"),
    "alpha_bar": ("alpha_bar_t", "alpha_bar_prev"),
    "snr": ("snr_t", "snr_prev"),
    "beta": ("1 - alpha_t", "1 - alpha_prev"),
    "log_snr": ("log(alpha_bar_t/(1 - alpha_bar_t))", "log(alpha_bar_prev/(1 - alpha_bar_prev))"),
    "noise_std": ("sqrt(1 - alpha_bar_t)", "sqrt(1 - alpha_bar_prev)"),
    "noise_var": ("1 - alpha_bar_t", "1 - alpha_bar_prev"),
    "sigma_q": ("sqrt(posterior_var)",),
    "posterior_std": ("sqrt(posterior_var)",),
    "posterior_var": ("posterior_var",),
    "posterior_mean": ("mu_q",),
    "beta_tilde": ("posterior_var",),
    "mu_tilde": ("mu_q",),
    "Sigma_q": ("Sigma_q",),
    "mu_q": ("mu_q",),
    "mu_theta": ("mu_theta",),
    "omega": ("omega",),
    "lam": ("lam",),
    "eps": ("eps",),
    "eps_hat": ("eps_hat",),
    "x0_hat": ("x0_hat",),
    "score_hat": ("score_hat",),
}
