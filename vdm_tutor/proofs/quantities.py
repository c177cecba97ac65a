"""The one table of symbols: for each name what kind of quantity it is, and how it is written in LaTeX."""

from functools import cache

import sympy as sp


def _plain(names: str) -> dict[str, str]:
    """Names that are their own LaTeX."""
    return {name: name for name in names.split()}


KINDS = {
    "a number in (0, 1)": {
        "alpha_t": r"\alpha_t",
        "alpha_prev": r"\alpha_{t-1}",
        "alpha_bar_t": r"\bar\alpha_t",
        "alpha_bar_prev": r"\bar\alpha_{t-1}",
        "alpha_bar": r"\bar\alpha",
        "alpha": r"\alpha",
        "alpha_s": r"\alpha_s",
        "alpha_merged": r"\textstyle\prod_{i=s+1}^{t}\alpha_i",
        "alpha_1": r"\alpha_1",
        "share": "c_1",
    },
    "a positive number": {
        "pi": r"\pi",
        "posterior_var": r"\sigma_q^2(t)",
        "std": r"\sigma",
        "signal_mean": r"\mu",
        "noise_var": r"\sigma^2",
        "snr_t": r"\mathrm{SNR}(t)",
        "snr_prev": r"\mathrm{SNR}(t-1)",
        "stationary": r"v_\infty",
        "lam": r"\lambda(t)",
        **_plain("v u c Z b_1 b_2 b_3"),
    },
    "a standard normal noise": {  # all independent
        "eps": r"\epsilon_0",
        "eps_step": r"\epsilon",
        "eps_star_1": r"\epsilon^*_{t-1}",
        "eps_merged": r"\epsilon_{t-2}",
        "noise_2": r"\epsilon'",
    },
    "a vector": {
        "x_prev": "x_{t-1}",
        "x_prev2": "x_{t-2}",
        "x_sprev": "x_{s-1}",
        "x0_hat": r"\hat x_\theta(x_t,t)",
        "x0_mean": r"\mathbb E[x_0\mid x_t]",
        "eps_hat": r"\hat\epsilon_\theta(x_t,t)",
        "eps_star_2": r"\epsilon^*_{t-2}",
        "eps_mean": r"\mathbb E[\epsilon_0\mid x_t]",
        "score": r"\nabla_{x_t}\log p(x_t)",
        "score_hat": r"s_\theta(x_t,t)",
        "score_given_x0": r"\nabla_{x_t}\log q(x_t\mid x_0)",
        "score_given_y": r"\nabla_{x_t}\log p(x_t\mid y)",
        "s_x": r"s_\theta(x,t)",
        "mu_q": r"\mu_q(x_t,x_0)",
        "mu_theta": r"\mu_\theta(x_t,t)",
        "mu_x": r"\mu_x",
        "mu_y": r"\mu_y",
        "mu_z": r"\mu_z",
        "mu": r"\mu",
        "mu_phi": r"\mu_\phi(x)",
        "x0_other": "x_0'",
        "step": "x_{i+1}",
        **_plain("x x_t x_0 x_1 x_s x_T z"),
    },
    "a vector of positive numbers": {"sigma_phi": r"\sigma_\phi(x)"},
    "a number": {
        "omega": r"\omega_\eta(t)",
        "guidance_scale": r"\gamma",
        "C": "C(x_t,x_0)",
        "fisher": r"\mathcal F(\theta)",
        "objective": r"\mathcal J(\theta)",
        **_plain("y m g h a b"),
    },
    "an invertible matrix": _plain("A"),
    "a covariance matrix": {
        "Sigma_x": r"\Sigma_x",
        "Sigma_y": r"\Sigma_y",
        "Sigma_z": r"\Sigma_z",
        "Sigma_q": r"\Sigma_q(t)",
    },
}
UNIT, POSITIVE, NOISE, VECTOR, SIZES, SCALAR, INVERTIBLE, MATRIX = (tuple(names) for names in KINDS.values())
VECTOR, MATRIX = (*NOISE, *VECTOR, *SIZES), (*INVERTIBLE, *MATRIX)
LAWS = {"p", "q", "p_theta", "q_phi", "p_1", "p_2", "p_3", "f"}  # functions of which nothing is known
LATEX = {name: latex for names in KINDS.values() for name, latex in names.items()} | {"I": r"\mathbf I"}


class Quantity(sp.Symbol):
    """A symbol that a page shows as the survey writes it: alpha_bar_prev with its bar and its index."""

    def _latex(self, printer) -> str:
        return LATEX.get(self.name, self.name)


@cache
def symbol(name: str, dim: int) -> sp.Expr | sp.MatrixBase:
    """The symbol that a name stands for: a number, or a vector or symmetric matrix of `dim` symbols."""
    if name in ("d", "I"):
        return sp.Integer(dim) if name == "d" else (sp.eye(dim) if dim > 1 else sp.Integer(1))
    if name in UNIT or name in POSITIVE or (name in MATRIX and dim == 1):
        return Quantity(name, positive=True)
    if name in INVERTIBLE:
        return sp.Matrix(dim, dim, lambda i, j: sp.Symbol(f"{name}_{i + 1}{j + 1}", real=True))
    if name in MATRIX:
        return _covariance(name, dim)
    sign = {"positive": True} if name in SIZES else {"real": True}
    if name in VECTOR and dim > 1:
        return sp.Matrix(dim, 1, lambda i, _: sp.Symbol(f"{name}[{i + 1}]", **sign))
    if name in VECTOR or name in SCALAR:
        return Quantity(name, **sign)
    raise ValueError(f"no quantity here is called {name!r}")


def _covariance(name: str, dim: int) -> sp.MatrixBase:
    """Every covariance matrix there is: L L' with a lower triangular L of symbols, positive on its diagonal."""

    def entry(i, j):
        below = sp.Symbol(f"{name}_{i + 1}{j + 1}", positive=True) if i == j else sp.Symbol(f"{name}_{i + 1}{j + 1}")
        return below if i >= j else sp.Integer(0)

    lower = sp.Matrix(dim, dim, entry)
    return lower * lower.T
