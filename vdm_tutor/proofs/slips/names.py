"""Which quantity is taken for which, and the mistakes that only one kind of quantity invites."""

import ast

from vdm_tutor.proofs.slips.terms import Rule, either, is_number, is_op, joined, lost, square
from vdm_tutor.proofs.tree import call, called, rebuilt, same

Rivals = dict[str, tuple[str, ...]]  # name to names, as they are taken for each other

BAR: Rivals = {"alpha_t": ("alpha_bar_t", "alpha_bar_prev"), "alpha_prev": ("alpha_bar_prev",)}
NO_BAR: Rivals = {"alpha_bar_t": ("alpha_t",), "alpha_bar_prev": ("alpha_prev", "alpha_t")}
EARLIER: Rivals = {
    "alpha_bar_t": ("alpha_bar_prev",),
    "alpha_t": ("alpha_prev",),
    "x_t": ("x_prev",),
    "snr_t": ("snr_prev",),
}
LATER: Rivals = {
    "alpha_bar_prev": ("alpha_bar_t",),
    "alpha_prev": ("alpha_t",),
    "x_prev": ("x_t",),
    "snr_prev": ("snr_t",),
    "x_prev2": ("x_prev",),
}
TRUTHS: Rivals = {"x0_hat": ("x_0",), "eps_hat": ("eps",), "score_hat": ("score",), "mu_theta": ("mu_q",)}
GUESSES: Rivals = {"x_0": ("x0_hat",), "eps": ("eps_hat",), "score": ("score_hat",), "mu_q": ("mu_theta",)}
SAMPLES: Rivals = {"x0_mean": ("x_0",), "eps_mean": ("eps",), "score": ("score_given_x0",)}
AVERAGES: Rivals = {"x_0": ("x0_mean",), "eps": ("eps_mean",), "score_given_x0": ("score",)}
OTHERS: Rivals = {
    "x_0": ("x_t", "x_prev", "eps"),
    "x_t": ("x_0", "eps"),
    "x_prev": ("x_0",),
    "eps": ("x_0", "x_t", "score"),
    "score": ("eps", "score_given_y"),
    "score_given_y": ("score",),
    "eps_hat": ("score_hat", "x0_hat"),
    "x0_hat": ("eps_hat", "x_t"),
    "score_hat": ("eps_hat",),
    "mu_theta": ("x_t",),
    "mu_q": ("x_t",),
}
LAST_NOISE: Rivals = {"eps": ("eps_step",), "eps_merged": ("eps_step",)}
SHARE_OF_RATIO: Rivals = {"snr_t": ("alpha_bar_t",), "snr_prev": ("alpha_bar_prev",)}
RATIO_OF_SHARE: Rivals = {"alpha_bar_t": ("snr_t",), "alpha_bar_prev": ("snr_prev",)}
SIDES: Rivals = {"mu_x": ("mu_y",), "mu_y": ("mu_x",), "Sigma_x": ("Sigma_y",), "Sigma_y": ("Sigma_x",)}
ERRORS = {"x0_hat": "x_0", "eps_hat": "eps", "score_hat": "score"}  # what is predicted, and what it is held against
VARIANCES = set("posterior_var noise_var v u v_x v_y stationary".split())
RATIOS = ("snr_t", "snr_prev")
SHARES = set("alpha_t alpha_prev alpha_bar_t alpha_bar_prev alpha_s alpha_merged alpha_1 share".split())
CARRIERS = "x_t x_0 x_prev eps eps_hat x0_hat score score_hat x0_mean eps_mean x_prev2 score_given_x0 eps_step".split()
CARRIERS += ["eps_star_1", "eps_star_2", "eps_merged"]


def named(*tables: Rivals) -> Rule:
    """A name written for another."""
    return lambda node: [ast.Name(n, ast.Load()) for table in tables for n in table.get(getattr(node, "id", ""), ())]


def index_shifted(node):
    """As the ledger tries it: t - 1 as t, and back where only the level changes."""
    kept = getattr(node, "id", "") in ("alpha_t", "x_t", "x_prev2")
    return [] if kept else named(EARLIER, LATER)(node)


def renamed(node: ast.expr, table: dict[str, str]) -> ast.expr:
    """The tree with names replaced, all at once, each at its place."""

    def change(n: ast.expr) -> ast.expr | None:
        return ast.copy_location(ast.Name(table[n.id], ast.Load()), n) if getattr(n, "id", "") in table else None

    return rebuilt(node, change)


def found_in(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def is_noise_share(node: ast.AST) -> bool:
    """1 - a, a share of the variance."""
    return is_op(node, ast.Sub) and isinstance(node.left, ast.Constant)


def is_variance(node: ast.AST) -> bool:
    return is_noise_share(node) or getattr(node, "id", "") in VARIANCES


def is_share(node: ast.AST) -> bool:
    return getattr(node, "id", "") in SHARES


def variance_for_std(node):
    return lost("sqrt")(node) if called(node) == "sqrt" and is_noise_share(node.args[0]) else []


def root_dropped(node):
    return lost("sqrt")(node) if called(node) == "sqrt" and not is_noise_share(node.args[0]) else []


def std_in_a_law(node):
    """N(m, v I) as N(m, sqrt(v) I)."""
    if called(node) != "N" or isinstance(node.args[-1], ast.Constant) or getattr(node.args[-1], "id", "") == "I":
        return []
    var = node.args[-1]
    scaled = isinstance(var, ast.BinOp) and getattr(var.right, "id", "") == "I"
    std = ast.BinOp(call("sqrt", var.left), var.op, var.right) if scaled else call("sqrt", var)
    return [call("N", *node.args[:-1], std)]


def std_for_variance(node):
    return [call("sqrt", node)] if is_variance(node) else std_in_a_law(node)


def variance_of_std(node):
    """And back."""
    return lost("sqrt")(node) if called(node) == "sqrt" and is_variance(node.args[0]) else []


def share_rooted(node):
    return [call("sqrt", node)] if is_share(node) and not is_variance(node) else []


def share_squared(node):
    return [square(node)] if is_share(node) else []


def variance_squared(node):
    return [square(node)] if is_variance(node) or is_share(node) else []


def complement(node):
    """a as 1 - a, and back; a/(a + b) as b/(a + b)."""
    if is_noise_share(node) and is_number(node.left, 1):
        return [node.right]
    if is_op(node, ast.Div) and is_op(node.right, ast.Add):
        parts = [node.right.left, node.right.right]
        rest = [b for a, b in (parts, parts[::-1]) if same(a, node.left)]
        return [joined(part, ast.Div, node.right) for part in rest[:1]]
    return [joined(ast.Constant(1), ast.Sub, node)] if is_share(node) else []


def product_of_complements(node):
    """1 - a b as (1 - a)(1 - b); alpha_bar_t is such a product."""
    if not is_noise_share(node):
        return []
    pair = (node.right.left, node.right.right) if is_op(node.right, ast.Mult) else ()
    if getattr(node.right, "id", "") == "alpha_bar_t":
        pair = (ast.Name("alpha_t", ast.Load()), ast.Name("alpha_bar_prev", ast.Load()))
    shares = [joined(ast.Constant(1), ast.Sub, part) for part in pair]
    return [joined(shares[0], ast.Mult, shares[1])] if pair else []


def scale_shifted(node):
    is_scale = getattr(node, "id", "") == "guidance_scale"
    return [joined(node, kind, 1) for kind in (ast.Add, ast.Sub)] if is_scale else []


def is_weighted_mean(node: ast.AST) -> bool:
    """(v a + w b)/(v + w)."""
    if not (is_op(node, ast.Div) and is_op(node.left, ast.Add) and is_op(node.right, ast.Add)):
        return False
    one, other, total = node.left.left, node.left.right, node.right
    weighted = is_op(one, ast.Mult) and is_op(other, ast.Mult)
    return weighted and same(one.left, total.left) and same(other.left, total.right)


def variances_as_weights(node):
    """(v a + w b)/(v + w), whose weights are precisions, as (a/v + b/w)/(1/v + 1/w), which is (w a + v b)/(v + w)."""
    if not is_weighted_mean(node):
        return []
    one, other = node.left.left, node.left.right
    swapped = joined(joined(other.left, ast.Mult, one.right), ast.Add, joined(one.left, ast.Mult, other.right))
    return [joined(swapped, ast.Div, node.right)]


def weights_left_out(node):
    """(v a + w b)/(v + w) as (a + b)/2."""
    if not is_weighted_mean(node):
        return []
    return [joined(joined(node.left.left.right, ast.Add, node.left.right.right), ast.Div, 2)]


def log_variance(node):
    """sqrt(v) as exp(v/2), and v as exp(v)."""
    if called(node) == "sqrt" and getattr(node.args[0], "id", "") in VARIANCES:
        return [call("exp", joined(node.args[0], ast.Div, 2))]
    return [call("exp", node)] if getattr(node, "id", "") in VARIANCES else []


def inverted(node):
    """A variance as a precision, a ratio as its inverse: v as 1/v."""
    return [joined(ast.Constant(1), ast.Div, node)] if getattr(node, "id", "") in (*VARIANCES, *RATIOS) else []


def inverse_of_a_name(node):
    """And back."""
    return [node.right] if is_op(node, ast.Div) and is_number(node.left, 1) and inverted(node.right) else []


def weights_swapped(node):
    """In a sum of two quantities, the weight of each given to the other."""
    if not is_op(node, ast.Add, ast.Sub):
        return []
    rest, one = (node.left.left, node.left.right) if is_op(node.left, ast.Add, ast.Sub) else (None, node.left)
    other = node.right
    if is_op(one, ast.Mult) and is_op(other, ast.Mult):
        one, other = joined(other.left, ast.Mult, one.right), joined(one.left, ast.Mult, other.right)
        return [ast.BinOp(ast.BinOp(rest, node.left.op, one) if rest else one, node.op, other)]
    if isinstance(one, ast.Name) and is_op(other, ast.Mult) and not rest:  # a weight of 1
        return [ast.BinOp(joined(other.left, ast.Mult, one), node.op, other.right)]
    pair = [name for name in CARRIERS if name in found_in(node)]
    return [renamed(node, {pair[0]: pair[1], pair[1]: pair[0]})] if len(pair) == 2 else []


def sides_swapped(node):
    """In one piece, what belongs to the one law for what belongs to the other."""
    two = not isinstance(node, ast.Name) and len(found_in(node) & set(SIDES)) > 1
    return [renamed(node, {name: other for name, (other,) in SIDES.items()})] if two else []


def levels_exchanged(node):
    """In one piece, alpha for alpha_bar and alpha_bar for alpha at once."""
    both = not isinstance(node, ast.Name) and {"alpha_t", "alpha_bar_t"} <= found_in(node)
    return [renamed(node, {"alpha_t": "alpha_bar_t", "alpha_bar_t": "alpha_t"})] if both else []


def another_error(node):
    """The squared error of the noise for that of x_0, and so on: prediction and truth both replaced."""
    if called(node) != "norm2":
        return []
    stand = [(guess, truth) for guess, truth in ERRORS.items() if {guess, truth} <= found_in(node)]
    return [
        renamed(node, {guess: other, truth: ERRORS[other]})
        for guess, truth in stand
        for other in ERRORS
        if other != guess
    ]


def divergence_swapped(node):
    return [call("KL", node.args[1], node.args[0])] if called(node) == "KL" else []


arguments_swapped = either(divergence_swapped, sides_swapped)
