"""What a formula is worth in numbers, by rules of its own: it shares the reader of formulas with the judge, no more.

A line of algebra is worked out in three dimensions (the judge uses one and two) at a place where the survey's
definitions hold among the names.
"""

import ast
from collections.abc import Callable

import numpy as np

from vdm_tutor.proofs.tree import called

NOISES = ("eps", "eps_step", "eps_star_1", "eps_merged", "noise_2")


class NoValue(Exception):
    """These rules do not reach the formula."""


def place(seed: int, d: int = 3) -> dict[str, object]:
    """A value for each name, with the survey's definitions holding among them."""
    rng = np.random.default_rng(seed)

    def vector():
        return rng.normal(size=d)

    def share():
        return rng.uniform(0.2, 0.8)

    def size():
        return rng.uniform(0.4, 2.2)

    def spread():
        root = rng.normal(size=(d, d))
        return root @ root.T + np.eye(d)

    a, a_prev, bar_prev2 = share(), share(), share()
    bar_prev = a_prev * bar_prev2
    bar = a * bar_prev
    noise, signal = np.sqrt(1 - bar), np.sqrt(bar)
    x_0, eps, eps_mean, eps_hat = vector(), vector(), vector(), vector()
    x_t = signal * x_0 + noise * eps

    def back(e):
        return (x_t - noise * e) / signal

    def mean(x0):
        return (np.sqrt(a) * (1 - bar_prev) * x_t + np.sqrt(bar_prev) * (1 - a) * x0) / (1 - bar)

    var = (1 - a) * (1 - bar_prev) / (1 - bar)
    snr, snr_prev = bar / (1 - bar), bar_prev / (1 - bar_prev)
    found = dict(alpha_t=a, alpha_prev=a_prev, alpha_bar_t=bar, alpha_bar_prev=bar_prev, alpha_s=share(),
                 alpha_1=share(), alpha_merged=share(), share=share(), x_0=x_0, eps=eps, x_t=x_t,
                 eps_mean=eps_mean, eps_hat=eps_hat,
                 x0_mean=back(eps_mean), score=-eps_mean / noise, score_given_x0=-eps / noise, x0_hat=back(eps_hat),
                 score_hat=-eps_hat / noise, mu_q=mean(x_0), mu_theta=mean(back(eps_hat)), posterior_var=var,
                 Sigma_q=var * np.eye(d), snr_t=snr, snr_prev=snr_prev, omega=-np.log(snr), signal_mean=signal,
                 noise_var=1 - bar, lam=(1 - a) ** 2 / (2 * var * a), d=float(d), I=np.eye(d), pi=np.pi,
                 A=rng.normal(size=(d, d)) + 2 * np.eye(d))  # fmt: skip
    found |= {n: vector() for n in ("x_prev", "x_prev2", "x_sprev", "x_s", "x_1", "x_T", "x", "z", "mu_x", "mu_y",
                                    "mu_z", "mu", "mu_phi", "x0_other", "step", *NOISES[1:])}  # fmt: skip
    found |= {n: size() for n in ("std", "stationary", "v", "u", "c", "Z", "b_1", "b_2", "b_3")}
    found |= {n: spread() for n in ("Sigma_x", "Sigma_y", "Sigma_z")}
    found |= {n: rng.normal() for n in ("guidance_scale", "C", "fisher", "objective", "y", "m", "g", "h", "a", "b")}
    found["sigma_phi"] = rng.uniform(0.4, 2.2, size=d)
    found["s_x"] = np.sin(found["x"].sum()) - 0.6 * found["x"]  # minus the slope of the energy below
    found |= {"at": dict(found), "slope of p(y | x_t)": vector(), "seed": seed}
    found["score_given_y"] = found["score"] + found["slope of p(y | x_t)"]
    return found


def _times(a, b):
    if np.ndim(a) and np.ndim(b):
        return a @ b
    return a * b


def _plus(a, b):
    if np.ndim(a) != np.ndim(b) and not (np.ndim(a) == 0 and a == 0) and not (np.ndim(b) == 0 and b == 0):
        raise NoValue("a number and a vector")
    return a + b


def _over(a, b):
    if np.ndim(b) or b == 0:
        raise NoValue("a division by a vector or by zero")
    return a / b


def _power(a, b):
    if np.ndim(a) == 1 and b == 2:
        return a @ a
    if np.ndim(a) == 2 and b == -1:
        return np.linalg.inv(a)
    if np.ndim(a) or np.ndim(b) or (a < 0 and b != int(b)) or (a == 0 and b < 0):
        raise NoValue("a power")
    return a**b


BINARY = {ast.Add: _plus, ast.Sub: lambda a, b: _plus(a, -b), ast.Mult: _times, ast.Div: _over, ast.Pow: _power,
          ast.MatMult: _times}  # fmt: skip


def _positive(f: Callable) -> Callable:
    def g(a):
        if np.ndim(a) or a <= 0:
            raise NoValue("a root or logarithm of what is not positive")
        return f(a)

    return g


def _number(f: Callable) -> Callable:
    def g(a):
        if np.ndim(a):
            raise NoValue("a function of a vector")
        return f(a)

    return g


def _square(a):
    if np.ndim(a) == 2:
        raise NoValue("the length of a matrix")
    return float(np.dot(a, a))


def _matrix(f: Callable) -> Callable:
    def g(a):
        if np.ndim(a) == 1:
            raise NoValue("a trace or determinant of a vector")
        return f(a) if np.ndim(a) else a

    return g


PLAIN = {"sqrt": _positive(np.sqrt), "exp": _number(np.exp), "log": _positive(np.log), "abs": _number(abs),
         "sigmoid": _number(lambda a: 1 / (1 + np.exp(-a))), "norm2": _square, "tr": _matrix(np.trace),
         "det": _matrix(np.linalg.det), "inv": lambda a: _power(a, -1), "T": lambda a: a.T if np.ndim(a) == 2 else a,
         "diag": lambda a: np.diag(a) if np.ndim(a) == 1 else a}  # fmt: skip


def value(node: ast.expr, at: dict):
    """The worth of a tree at a place: a number, a vector or a matrix; raises NoValue."""
    match node:
        case ast.Constant(value=number):
            return float(number)
        case ast.Name(id=name):
            return at[name]
        case ast.List(elts=[inner]) | ast.Set(elts=[inner]):
            return value(inner, at)
        case ast.UnaryOp(operand=inner):
            return -value(inner, at)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return BINARY[type(op)](value(left, at), value(right, at))
        case ast.Call(args=[inner]) if called(node) in PLAIN:
            return PLAIN[called(node)](value(inner, at))
        case ast.Call(args=[p, q]) if called(node) == "KL":
            return _kl(_law(p, at), _law(q, at))
        case ast.Call(args=[body, ast.Name(id=name)]) if called(node) == "grad":
            return _slope(lambda x: value(body, at | {name: x}), at[name])
        case ast.Call(args=[x, mean, var]) if called(node) == "N":
            return _bell(value(x, at), value(mean, at), value(var, at))
        case ast.Call() if called(node) == "prod" and ast.unparse(node) == "prod(i, 1, t, alpha[i])":
            return at["alpha_bar_t"]
        case ast.Call() if called(node) in ("p", "q", "f", "p_theta", "p_1"):
            return _density(ast.unparse(node), at)
    raise NoValue(ast.unparse(node))


def _slope(f: Callable, x):
    h = 1e-4
    steps = np.eye(len(x)) * h if np.ndim(x) else [h]
    found = np.array([(8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * h) for e in steps])
    return found if np.ndim(x) else found[0]


def _law(node: ast.expr, at: dict) -> tuple:
    if called(node) != "N":
        raise NoValue("a KL of a law that is no bell")
    mean, var = (value(a, at) for a in node.args[-2:])
    d = int(at["d"])
    return mean + np.zeros(d), var * np.eye(d) if np.ndim(var) == 0 else var


def _kl(p: tuple, q: tuple) -> float:
    (m, s), (n, r) = p, q
    back = np.linalg.inv(r)
    return (np.log(np.linalg.det(r) / np.linalg.det(s)) - len(m) + np.trace(back @ s) + (n - m) @ back @ (n - m)) / 2


def _bell(x, mean, var) -> float:
    x, gap = np.atleast_1d(x), np.atleast_1d(x - mean)
    cov = var * np.eye(len(x)) if np.ndim(var) == 0 else var
    worth = np.linalg.det(2 * np.pi * cov)
    if worth <= 0:
        raise NoValue("no bell")
    return np.exp(-gap @ np.linalg.inv(cov) @ gap / 2) / np.sqrt(worth)


def _density(text: str, at: dict) -> float:
    """Laws that hang together: Bayes' rule between x_t and y, the bells of Eqs. 31 and 70, p(x_t) with its score."""
    here = at["at"]
    bent = 0.1 * np.sin(_square(at["x_t"] - here["x_t"]))

    def marginal():
        return np.exp(here["score"] @ (at["x_t"] - here["x_t"]) - 1 + bent)

    def of_y():
        return np.exp(at["slope of p(y | x_t)"] @ (at["x_t"] - here["x_t"]) - 0.5 - bent**2)

    def energy():
        return 0.3 * _square(at["x"]) + np.cos(at["x"].sum())

    a, bar, prev = at["alpha_t"], at["alpha_bar_t"], at["alpha_bar_prev"]
    laws: dict[str, Callable] = {
        "p(x_t)": marginal, "p(y | x_t)": of_y, "p(y)": lambda: 0.7, "p(x_t | y)": lambda: marginal() * of_y() / 0.7,
        "p(x_t, y)": lambda: marginal() * of_y(), "p(y, x_t)": lambda: marginal() * of_y(),
        "q(x_t | x_prev)": lambda: _bell(at["x_t"], np.sqrt(a) * at["x_prev"], 1 - a),
        "q(x_t | x_prev, x_0)": lambda: _bell(at["x_t"], np.sqrt(a) * at["x_prev"], 1 - a),
        "q(x_t | x_0)": lambda: _bell(at["x_t"], np.sqrt(bar) * at["x_0"], 1 - bar),
        "q(x_prev | x_0)": lambda: _bell(at["x_prev"], np.sqrt(prev) * at["x_0"], 1 - prev),
        "f(x)": energy, "p_theta(x)": lambda: np.exp(-energy()) / at["Z"], "p(x)": lambda: np.exp(-energy() / 2),
        "p_1(x)": lambda: np.exp(-_square(at["x"]))}  # fmt: skip
    if text not in laws:
        raise NoValue(text)
    return laws[text]()


def law(node: ast.expr, at: dict) -> np.ndarray:
    """Mean and covariance of a side: of N(...), or of what is affine in independent standard noises."""
    d = int(at["d"])
    if called(node) == "N":
        mean, cov = _law(node, at)
        return np.concatenate([mean, cov.ravel()])
    still = at | {n: np.zeros(d) for n in NOISES}
    mean = value(node, still) + np.zeros(d)
    cov = np.zeros((d, d))
    for name in NOISES:
        share = np.array([value(node, still | {name: e}) - mean for e in np.eye(d)]).T
        twice = np.array([value(node, still | {name: 2 * e}) - mean for e in np.eye(d)]).T
        if not np.allclose(twice, 2 * share):
            raise NoValue("no bell")
        cov += share @ share.T
    return np.concatenate([mean, cov.ravel()])


def worth(claim, tree: ast.expr, seed: int, relation: str) -> np.ndarray:
    at = place(seed)
    if relation == "~":
        return law(tree, at)
    if relation != "∝":
        return np.asarray(value(tree, at))
    rng = np.random.default_rng(seed + 100)
    moved = [at | {n: np.asarray(at[n]) + rng.normal(size=np.shape(at[n])) for n in claim.wrt.split()} for _ in "ab"]
    here = value(tree, at)
    return np.array([np.log(value(tree, m) / here) for m in moved])
