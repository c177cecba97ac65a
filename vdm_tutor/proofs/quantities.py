"""What each name stands for: a number between 0 and 1, a positive one, a vector, a noise, a covariance."""

from functools import cache

import sympy as sp

UNIT = (
    "alpha_t alpha_prev alpha_bar_t alpha_bar_prev alpha_bar alpha alpha_s alpha_merged alpha_1 share".split()
)  # in (0, 1)
POSITIVE = (
    "pi v v_x v_y v_0 u r s c snr_t snr_prev Z p_y"
    " n v_theta posterior_var sigma_phi std signal_mean noise_var stationary lam m_2 b_1 b_2 b_3"
).split()
NOISE = "eps eps_step eps_star_1 eps_merged noise_2".split()  # independent, standard normal
VECTOR = (
    NOISE
    + (
        "x_t x_0 x_prev x_prev2 x0_hat eps_hat score score_hat score_given_x0 score_given_y classifier_score"
        " score_guided eps_star_2 z mu_z score_z s_x x_1 x_s x_sprev mu_x mu_y mu_q mu_theta x0_mean eps_mean x0_other"
    ).split()
)
SCALAR = "mu_phi x_T mu C omega guidance_scale x y m w g h x_i a b k".split()
MATRIX = "Sigma_x Sigma_y Sigma_q Sigma_z".split()


@cache
def symbol(name: str, dim: int) -> sp.Expr | sp.MatrixBase:
    """The symbol that a name stands for: a number, or a vector or symmetric matrix of `dim` symbols."""
    if name in ("d", "I"):
        return sp.Integer(dim) if name == "d" else (sp.eye(dim) if dim > 1 else sp.Integer(1))
    if name in UNIT or name in POSITIVE:
        return sp.Symbol(name, positive=True)
    if name in MATRIX and dim == 1:
        return sp.Symbol(name, positive=True)
    if name in MATRIX:
        return _covariance(name, dim)
    if name in VECTOR and dim > 1:
        return sp.Matrix(dim, 1, lambda i, _: sp.Symbol(f"{name}[{i + 1}]", real=True))
    if name in VECTOR or name in SCALAR:
        return sp.Symbol(name, real=True)
    raise ValueError(f"no quantity here is called {name!r}")


def _covariance(name: str, dim: int) -> sp.MatrixBase:
    """Every covariance matrix there is: L L' with a lower triangular L of symbols, positive on its diagonal."""

    def entry(i, j):
        below = sp.Symbol(f"{name}_{i + 1}{j + 1}", positive=True) if i == j else sp.Symbol(f"{name}_{i + 1}{j + 1}")
        return below if i >= j else sp.Integer(0)

    lower = sp.Matrix(dim, dim, entry)
    return lower * lower.T
