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
