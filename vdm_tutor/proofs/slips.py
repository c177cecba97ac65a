"""The mistakes people make, as rewritings of a stored side: each takes one place and writes it wrongly."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vdm_tutor.proofs.polynomials import spend
from vdm_tutor.proofs.tree import call, called, places, put, quantities, rebuilt, rewrites, same


def _name(node: ast.AST, table: dict[str, str]) -> ast.AST | None:
    if isinstance(node, ast.Name) and node.id in table:
        return ast.Name(table[node.id], ast.Load())
    return None


def _is_noise_share(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and isinstance(node.left, ast.Constant)


def _variance_for_std(node):
    if called(node) == "sqrt" and _is_noise_share(node.args[0]):
        return node.args[0]
    return None


def _root_dropped(node):
    if called(node) == "sqrt" and not _is_noise_share(node.args[0]):
        return node.args[0]
    return None


def _std_for_variance(node):
    if called(node) == "N" and not isinstance(node.args[-1], ast.Constant):
        last = node.args[-1]
        if isinstance(last, ast.BinOp) and isinstance(last.right, ast.Name) and last.right.id == "I":
            return call("N", *node.args[:-1], ast.BinOp(call("sqrt", last.left), last.op, last.right))
        if not (isinstance(last, ast.Name) and last.id == "I"):
            return call("N", *node.args[:-1], call("sqrt", last))
    return None


def _alpha_bar_for_alpha(node):
    return _name(node, {"alpha_t": "alpha_bar_t", "alpha_prev": "alpha_bar_prev"})


def _alpha_for_alpha_bar(node):
    return _name(node, {"alpha_bar_t": "alpha_t", "alpha_bar_prev": "alpha_prev"})


SHIFTS = {"alpha_bar_prev": "alpha_bar_t", "x_prev": "x_t", "alpha_prev": "alpha_t", "snr_prev": "snr_t"}


def _index_shifted(node):
    return _name(node, SHIFTS | {v: k for k, v in SHIFTS.items() if v != "x_t" and v != "alpha_t"})


def _sign_flipped(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        return ast.BinOp(node.left, other, node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand
    return None


def _is(node: ast.AST, number: int) -> bool:
    return isinstance(node, ast.Constant) and node.value == number


def _half_lost(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        if _is(node.right, 2):
            return node.left
        below = node.right
        if isinstance(below, ast.BinOp) and isinstance(below.op, ast.Mult) and _is(below.left, 2):
            return ast.BinOp(node.left, ast.Div(), below.right)
    return None


def _two_lost(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and _is(node.left, 2):
        return node.right
    return None


def _square_lost(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and _is(node.right, 2):
        return node.left
    return None


def _arguments_swapped(node):
    if called(node) == "KL":
        return call("KL", node.args[1], node.args[0])
    return None


def _ratio_inverted(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _is(node.right, 2):
        return ast.BinOp(node.right, ast.Div(), node.left)
    return None


def _factor_dropped(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and not isinstance(node.left, ast.Constant):
        return None if isinstance(node.right, ast.Name) and node.right.id == "I" else node.left
    return None


def _term_dropped(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub) and not _is(node.left, 1):
        return node.left
    return None


def _condition_dropped(node):
    """q(a | b, c) becomes q(a | b); q(a | b) becomes q(a)."""
    bars = [
        i for i, a in enumerate(getattr(node, "args", [])) if isinstance(a, ast.BinOp) and isinstance(a.op, ast.BitOr)
    ]
    if not called(node) or not bars:
        return None
    if len(node.args) > bars[0] + 1:
        return call(called(node), *node.args[:-1])
    return call(called(node), *node.args[:-1], node.args[-1].left)


def _step_shifted(node):
    """x[t-1] becomes x[t]; x[t] and x[t+1] become x[t-1] and x[t]."""
    if not isinstance(node, ast.Subscript) or isinstance(node.slice, ast.Slice | ast.Call | ast.Constant):
        return None
    if isinstance(node.slice, ast.BinOp) and isinstance(node.slice.op, ast.Sub):
        return ast.Subscript(node.value, node.slice.left, ast.Load())
    if isinstance(node.slice, ast.BinOp):
        return ast.Subscript(node.value, node.slice.left, ast.Load())
    return ast.Subscript(node.value, ast.BinOp(node.slice, ast.Sub(), ast.Constant(1)), ast.Load())


def _range_shortened(node):
    if called(node) in ("sum", "prod"):
        index, low, high, body = node.args
        return call(called(node), index, ast.BinOp(low, ast.Add(), ast.Constant(1)), high, body)
    return None


def _model_for_truth(node):
    if called(node) in ("p", "q") and len(node.args) >= 1:
        return call({"p": "q", "q": "p"}[called(node)], *node.args)
    return None


OPERATORS = {
    "variance for standard deviation": _variance_for_std,
    "a root dropped": _root_dropped,
    "alpha_bar for alpha": _alpha_bar_for_alpha,
    "alpha for alpha_bar": _alpha_for_alpha_bar,
    "an index shifted": _index_shifted,
    "a sign flipped": _sign_flipped,
    "the 1/2 lost": _half_lost,
    "a factor 2 lost": _two_lost,
    "a square lost": _square_lost,
    "standard deviation for variance": _std_for_variance,
    "the arguments swapped": _arguments_swapped,
    "a ratio upside down": _ratio_inverted,
    "a factor dropped": _factor_dropped,
    "a term dropped": _term_dropped,
    "a condition dropped": _condition_dropped,
    "a step shifted": _step_shifted,
    "the range shortened": _range_shortened,
    "p for q": _model_for_truth,
}


def slips(side: ast.expr, everywhere: bool = False) -> Iterator[tuple[str, ast.expr]]:
    """(name, slipped side): each mistake at the first place where it can be made, or at every place."""
    for name, rule in OPERATORS.items():
        made = [tree for tree in rewrites(side, rule) if not same(tree, side)]
        yield from ((name, tree) for tree in (made if everywhere else made[:1]))


# What a reader may have done beyond these: the rules below name a wrong formula; the ledger does not try them all.


def _many(*rules: Callable) -> Callable:
    """Each replacement that one of several rules makes."""
    return lambda node: [new for rule in rules if (new := rule(node)) is not None]


def _swapped_names(table: dict[str, tuple[str, ...]]) -> Callable:
    return lambda node: [ast.Name(n, ast.Load()) for n in table.get(getattr(node, "id", ""), ())]


def _op(node: ast.AST, *kinds: type) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, kinds)


def _is_variance(node: ast.AST) -> bool:
    return _is_noise_share(node) or (isinstance(node, ast.Name) and node.id in VARIANCES)


def _rooted(node):
    """A variance, or a share of the signal, under a root that does not belong there."""
    return [call("sqrt", node)] if _is_variance(node) or _is_share(node) else []


def _is_share(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in SHARES


def _square(node: ast.expr) -> ast.expr:
    return ast.BinOp(node, ast.Pow(), ast.Constant(2))


def _squared(node):
    return [_square(node)] if _is_variance(node) or _is_share(node) else []


def _negated(node: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.USub(), node)


def _first_term_negated(node):
    if _op(node, ast.Add, ast.Sub) and not _op(node.left, ast.Add, ast.Sub) and not _is(node.left, 1):
        return [ast.BinOp(_negated(node.left), node.op, node.right)]
    return [call("exp", _negated(node.args[0]))] if called(node) in ("exp", "sigmoid") else []


def _complement(node):
    if _is_noise_share(node) and _is(node.left, 1):
        return [node.right]
    return [ast.BinOp(ast.Constant(1), ast.Sub(), node)] if _is_share(node) else []


def _reversed_difference(node):
    if _op(node, ast.Sub) and not isinstance(node.left, ast.Constant):
        return [ast.BinOp(node.right, ast.Sub(), node.left)]
    return []


def _other_factor(node):
    return [node.right] if _op(node, ast.Mult) else []


def _other_term(node):
    if _op(node, ast.Add, ast.Sub) and not _is(node.left, 1):
        return [node.right if isinstance(node.op, ast.Add) else _negated(node.right)]
    return []


def _denominator_lost(node):
    return [node.left] if _op(node, ast.Div) and not _is(node.right, 2) and not _is(node.left, 1) else []


def _numerator_lost(node):
    return [ast.BinOp(ast.Constant(1), ast.Div(), node.right)] if _op(node, ast.Div) and not _is(node.left, 1) else []


def _lost(name: str) -> Callable:
    return lambda node: [node.args[0]] if called(node) == name and len(node.args) == 1 else []


def _norm_for_square(node):
    return [call("sqrt", node)] if called(node) == "norm2" else []


def _det_for_trace(node):
    other = {"det": "tr", "tr": "det"}.get(called(node) or "")
    return [call(other, *node.args)] if other else []


def _term_by_term(node):
    """sqrt(a + b) as sqrt(a) + sqrt(b), and so for log, for squares and for what a sum divides."""
    if called(node) in ("sqrt", "log", "norm2") and _op(node.args[0], ast.Add, ast.Sub):
        inner = node.args[0]
        return [ast.BinOp(call(called(node), inner.left), inner.op, call(called(node), inner.right))]
    if _op(node, ast.Pow) and _is(node.right, 2) and _op(node.left, ast.Add, ast.Sub):
        return [ast.BinOp(_square(node.left.left), node.left.op, _square(node.left.right))]
    if _op(node, ast.Div) and _op(node.right, ast.Add, ast.Sub):
        over = [ast.BinOp(node.left, ast.Div(), part) for part in (node.right.left, node.right.right)]
        return [ast.BinOp(over[0], node.right.op, over[1])]
    return []


def _part_only(node):
    """sqrt(a b) as sqrt(a) b or a sqrt(b), and so for a square of a product."""
    if called(node) in ("sqrt", "norm2") and _op(node.args[0], ast.Mult, ast.Div):
        inner, f = node.args[0], called(node)
        left, right = call(f, inner.left), call(f, inner.right)
        return [ast.BinOp(left, inner.op, inner.right), ast.BinOp(inner.left, inner.op, right)]
    if _op(node, ast.Pow) and _is(node.right, 2) and _op(node.left, ast.Mult, ast.Div):
        inner = node.left
        left, right = _square(inner.left), _square(inner.right)
        return [ast.BinOp(left, inner.op, inner.right), ast.BinOp(inner.left, inner.op, right)]
    return []


def _coefficients_swapped(node):
    """In a sum of two quantities, the weight of each given to the other."""
    if not _op(node, ast.Add, ast.Sub):
        return []
    if _op(node.left, ast.Mult) and _op(node.right, ast.Mult):
        a, b = (
            ast.BinOp(one.left, ast.Mult(), other.right)
            for one, other in ((node.right, node.left), (node.left, node.right))
        )
        return [ast.BinOp(a, node.op, b)]
    found = sorted({n.id for n in ast.walk(node) if isinstance(n, ast.Name)} & set(CARRIERS), key=CARRIERS.index)
    if len(found) != 2:
        return []
    other = dict(zip(found, reversed(found), strict=True))
    return [rebuilt(node, lambda n: ast.Name(other[n.id], ast.Load()) if getattr(n, "id", "") in other else None)]


def _scaled(node):
    half = ast.BinOp(node, ast.Div(), ast.Constant(2))
    return [half] if isinstance(node, ast.BinOp | ast.Call) else []


def _doubled(node):
    return [ast.BinOp(ast.Constant(2), ast.Mult(), node)] if isinstance(node, ast.BinOp | ast.Call) else []


def _scale_shifted(node):
    if getattr(node, "id", "") != "guidance_scale":
        return []
    return [ast.BinOp(node, op, ast.Constant(1)) for op in (ast.Add(), ast.Sub())]


def _part_inverted(node):
    """a b/c as a c/b."""
    if _op(node, ast.Div) and _op(node.left, ast.Mult):
        return [ast.BinOp(ast.BinOp(node.left.left, ast.Mult(), node.right), ast.Div(), node.left.right)]
    return []


def _product_for_quotient(node):
    if _op(node, ast.Div) and not isinstance(node.right, ast.Constant):
        return [ast.BinOp(node.left, ast.Mult(), node.right)]
    if _op(node, ast.Mult) and not isinstance(node.left, ast.Constant):
        return [ast.BinOp(node.left, ast.Div(), node.right)]
    return []


def _sides_swapped(node):
    """In one piece, what belongs to the one law for what belongs to the other."""
    found = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} & set(SIDES)
    if len(found) < 2 or isinstance(node, ast.Name):
        return []
    return [rebuilt(node, lambda n: ast.Name(SIDES[n.id][0], ast.Load()) if getattr(n, "id", "") in SIDES else None)]


def _roots_dropped(node):
    return [node.args[0]] if called(node) == "sqrt" else []


def _another_error(node):
    """The squared error of the noise for that of x_0, and so on: prediction and truth both replaced."""
    found = []
    for guess, truth in ERRORS if called(node) == "norm2" else ():
        other = dict(ERRORS)
        if {guess, truth} <= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}:
            for new_guess in other:
                if new_guess != guess:
                    table = {guess: new_guess, truth: other[new_guess]}
                    change = _renaming(table)
                    found.append(rebuilt(node, change))
    return found


def _renaming(table: dict[str, str]) -> Callable:
    return lambda n: ast.Name(table[n.id], ast.Load()) if getattr(n, "id", "") in table else None


def _conditions(node) -> list[ast.expr] | None:
    """What stands behind the bar of a law, or None."""
    if called(node) not in ("p", "q") or not node.args:
        return None
    bar = [i for i, a in enumerate(node.args) if _op(a, ast.BitOr)]
    return [node.args[bar[0]].right, *node.args[bar[0] + 1 :]] if bar else None


def _targets(node) -> list[ast.expr]:
    bar = next(i for i, a in enumerate(node.args) if _op(a, ast.BitOr))
    return [*node.args[:bar], node.args[bar].left]


def _law(name: str, targets: list[ast.expr], given: list[ast.expr]) -> ast.expr:
    if not given:
        return call(name, *targets)
    return call(name, *targets[:-1], ast.BinOp(targets[-1], ast.BitOr(), given[0]), *given[1:])


def _each_condition_dropped(node):
    given = _conditions(node)
    return [_law(called(node), _targets(node), given[:i] + given[i + 1 :]) for i in range(len(given or []))]


def _condition_reversed(node):
    given = _conditions(node)
    if not given or len(_targets(node)) > 1:
        return []
    return [_law(called(node), [given[0]], [*_targets(node), *given[1:]])]


def _start_added(node):
    given = _conditions(node)
    start = ast.Subscript(ast.Name("x", ast.Load()), ast.Constant(0), ast.Load())
    if given is None or any(same(g, start) for g in given) or any(same(g, start) for g in _targets(node)):
        return []
    return [_law(called(node), _targets(node), [*given, start])]


def _joint_for_conditional(node):
    """p(a | b) for p(a, b), and back."""
    given = _conditions(node)
    if given:
        return [call(called(node), *_targets(node), *given)]
    if called(node) in ("p", "q") and len(node.args) == 2:
        a, b = node.args
        return [_law(called(node), [a], [b]), _law(called(node), [b], [a])]
    return []


def _is_mean(node) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Subscript)


def _another_average(node):
    """The average taken under the prior, or under the model."""
    law = node.func.slice if _is_mean(node) else None
    given = _conditions(law) if law is not None else None
    if not given:
        return []
    laws = [_law(name, _targets(law), kept) for name, kept in (("p", []), ("q", []), ("p", given))]
    return [ast.Call(ast.Subscript(node.func.value, new, ast.Load()), node.args, []) for new in laws]


def _log_outside(node):
    """log of an average for the average of a log, and back."""
    if _is_mean(node) and called(node.args[0]) == "log":
        return [call("log", ast.Call(node.func, node.args[0].args, []))]
    if called(node) == "log" and _is_mean(node.args[0]):
        return [ast.Call(node.args[0].func, [call("log", *node.args[0].args)], [])]
    return []


def _range_moved(node):
    if called(node) not in ("sum", "prod", "mean"):
        return []
    index, low, high, body = node.args
    one = ast.Constant(1)
    ends = [(ast.BinOp(low, op, one), high) for op in (ast.Add(), ast.Sub())]
    ends += [(low, ast.BinOp(high, op, one)) for op in (ast.Add(), ast.Sub())]
    return [call(called(node), index, a, b, body) for a, b in ends]


def _steps_moved(node):
    if not isinstance(node, ast.Subscript):
        return []
    step = node.slice
    if not (isinstance(step, ast.Name) or (_op(step, ast.Add, ast.Sub) and isinstance(step.right, ast.Constant))):
        return []
    base, k = (node.slice, 0) if isinstance(node.slice, ast.Name) else (node.slice.left, node.slice.right.value)
    k = -k if _op(node.slice, ast.Sub) else k
    moved = [base if j == 0 else ast.BinOp(base, ast.Add() if j > 0 else ast.Sub(), ast.Constant(abs(j)))
             for j in (k - 1, k + 1)]  # fmt: skip
    return [ast.Subscript(node.value, step, ast.Load()) for step in moved]


def _mean_for_sum(node):
    other = {"sum": "mean", "mean": "sum"}.get(called(node) or "")
    return [call(other, *node.args)] if other else []


def _average_dropped(node):
    return [node.args[0]] if _is_mean(node) else []


VARIANCES = {"posterior_var", "noise_var", "v", "u", "v_x", "v_y", "stationary"}
SHARES = {"alpha_t", "alpha_prev", "alpha_bar_t", "alpha_bar_prev", "alpha_s", "alpha_merged", "alpha_1", "share"}
CARRIERS = ["x_t", "x_0", "x_prev", "eps", "eps_hat", "x0_hat", "score", "score_hat", "x0_mean", "eps_mean", "x_prev2",
            "score_given_x0", "eps_step", "eps_star_1", "eps_star_2", "eps_merged"]  # fmt: skip
BAR = {"alpha_t": ("alpha_bar_t", "alpha_bar_prev"), "alpha_prev": ("alpha_bar_prev",)}
NO_BAR = {"alpha_bar_t": ("alpha_t",), "alpha_bar_prev": ("alpha_prev", "alpha_t")}
INDEX = {"alpha_bar_prev": ("alpha_bar_t",), "alpha_bar_t": ("alpha_bar_prev",), "alpha_t": ("alpha_prev",),
         "alpha_prev": ("alpha_t",), "x_prev": ("x_t",), "x_t": ("x_prev",), "snr_t": ("snr_prev",),
         "snr_prev": ("snr_t",), "x_prev2": ("x_prev",)}  # fmt: skip
TRUTHS = {"x0_hat": ("x_0",), "eps_hat": ("eps",), "score_hat": ("score",), "mu_theta": ("mu_q",)}
GUESSES = {"x_0": ("x0_hat",), "eps": ("eps_hat",), "score": ("score_hat",), "mu_q": ("mu_theta",)}
SAMPLES = {"x0_mean": ("x_0",), "eps_mean": ("eps",), "score": ("score_given_x0",)}
AVERAGES = {"x_0": ("x0_mean",), "eps": ("eps_mean",), "score_given_x0": ("score",)}
OTHERS = {"x_0": ("x_t", "x_prev", "eps"), "x_t": ("x_0", "eps"), "x_prev": ("x_0",), "eps": ("x_0", "x_t", "score"),
          "score": ("eps",), "eps_hat": ("score_hat", "x0_hat"), "x0_hat": ("eps_hat", "x_t"),
          "score_hat": ("eps_hat",)}  # fmt: skip
LAST_NOISE = {"eps": ("eps_step",), "eps_merged": ("eps_step",)}
ERRORS = (("x0_hat", "x_0"), ("eps_hat", "eps"), ("score_hat", "score"))
SIDES = {"mu_x": ("mu_y",), "mu_y": ("mu_x",), "Sigma_x": ("Sigma_y",), "Sigma_y": ("Sigma_x",)}
"""Name to name, as they are taken for each other; each can stand at one place or at all."""

MORE: dict[str, Callable] = {  # each gives every replacement for a node
    "variance for standard deviation": _many(_variance_for_std),
    "a root dropped": _many(_root_dropped),
    "standard deviation for variance": lambda n: [
        *(_rooted(n) if _is_variance(n) else []),
        *_many(_std_for_variance)(n),
    ],
    "a root too many": lambda n: [] if _is_variance(n) else _rooted(n),
    "a square lost": _many(_square_lost),
    "alpha_bar for alpha": _swapped_names(BAR),
    "alpha for alpha_bar": _swapped_names(NO_BAR),
    "an index shifted": _swapped_names(INDEX),
    "a and 1 - a confused": _complement,
    "the difference the wrong way round": _reversed_difference,
    "a sign flipped": lambda n: _many(_sign_flipped)(n) + _first_term_negated(n),
    "the 1/2 lost": _many(_half_lost),
    "a factor 2 lost": _many(_two_lost),
    "the arguments swapped": lambda n: _many(_arguments_swapped)(n) + _sides_swapped(n),
    "a ratio upside down": lambda n: _many(_ratio_inverted)(n) + _part_inverted(n),
    "the weights swapped": _coefficients_swapped,
    "a denominator lost": _denominator_lost,
    "a numerator lost": _numerator_lost,
    "a factor dropped": lambda n: _many(_factor_dropped)(n) + _other_factor(n),
    "a term dropped": lambda n: _many(_term_dropped)(n) + _other_term(n),
    "det for tr, or tr for det": _det_for_trace,
    "one law's moment for the other's": _swapped_names(SIDES),
    "the truth for the prediction": _swapped_names(TRUTHS),
    "the prediction for the truth": _swapped_names(GUESSES),
    "a sample for its mean": _swapped_names(SAMPLES),
    "the mean for a sample": _swapped_names(AVERAGES),
    "the noise of one step for the whole noise": _swapped_names(LAST_NOISE),
    "one variable for another": _swapped_names(OTHERS),
    "another paper's alpha, whose square is this one's": lambda n: [_square(n)] if _is_share(n) else [],
    "another paper's guidance scale (1 + w)": _scale_shifted,
    "a condition dropped": _each_condition_dropped,
    "a condition the wrong way round": _condition_reversed,
    "a condition added": _start_added,
    "a step shifted": _steps_moved,
    "the range cut or stretched": _range_moved,
    "p for q": _many(_model_for_truth),
    "a sum for a mean, or a mean for a sum": _mean_for_sum,
    "an average dropped": _average_dropped,
    "a logarithm lost": _lost("log"),
    "an exponential lost": _lost("exp"),
    "an inverse lost": _lost("inv"),
    "a joint law for a conditional one": _joint_for_conditional,
    "an average under another law": _another_average,
    "a log and an average in the wrong order": _log_outside,
    "a product for a quotient": _product_for_quotient,
    "the error of another quantity": _another_error,
    "a square too many": _squared,
    "the norm for its square": _norm_for_square,
    "a function of a sum taken term by term": _term_by_term,
    "a root or a square over one part only": _part_only,
    "a factor 2 or 1/2 too many": lambda n: _scaled(n) + _doubled(n),
    "the roots dropped": _roots_dropped,
}
UNDONE: dict[str, Callable] = {  # what undoes a mistake at a node of the reader's formula
    "variance for standard deviation": lambda n: [call("sqrt", n)] if _is_variance(n) else [],
    "a root dropped": lambda n: [call("sqrt", n)] if isinstance(n, ast.expr) and not _is_variance(n) else [],
    "a root too many": lambda n: [n.args[0]] if called(n) == "sqrt" else [],
    "a square lost": lambda n: [] if isinstance(n, ast.Constant) or called(n) == "sqrt" else [_square(n)],
    "a square too many": _many(_square_lost),
    "alpha_bar for alpha": _swapped_names(NO_BAR),
    "alpha for alpha_bar": _swapped_names(BAR | {"alpha_t": ("alpha_bar_t", "alpha_bar_prev")}),
    "an index shifted": _swapped_names(INDEX),
    "a and 1 - a confused": _complement,
    "the difference the wrong way round": _reversed_difference,
    "a sign flipped": lambda n: _many(_sign_flipped)(n) + _first_term_negated(n),
    "the 1/2 lost": _scaled,
    "a factor 2 lost": _doubled,
    "the arguments swapped": _many(_arguments_swapped),
    "a ratio upside down": lambda n: _many(_ratio_inverted)(n) + _part_inverted(n),
    "the weights swapped": _coefficients_swapped,
    "det for tr, or tr for det": _det_for_trace,
    "the truth for the prediction": _swapped_names(GUESSES),
    "the prediction for the truth": _swapped_names(TRUTHS),
    "a sample for its mean": _swapped_names(AVERAGES),
    "the mean for a sample": _swapped_names(SAMPLES),
    "one variable for another": _swapped_names(OTHERS),
    "a condition dropped": _start_added,
    "a condition the wrong way round": _condition_reversed,
    "a condition added": _each_condition_dropped,
    "a step shifted": _steps_moved,
    "the range cut or stretched": _range_moved,
    "p for q": _many(_model_for_truth),
    "a sum for a mean, or a mean for a sum": _mean_for_sum,
    "a logarithm lost": lambda n: [call("log", n)] if isinstance(n, ast.BinOp | ast.Call) else [],
    "a logarithm or an exponential too many": lambda n: [n.args[0]] if called(n) in ("log", "exp") else [],
    "an inverse lost": lambda n: [call("inv", n)] if isinstance(n, ast.Name) and n.id[:5] == "Sigma" else [],
    "a joint law for a conditional one": _joint_for_conditional,
    "a log and an average in the wrong order": _log_outside,
    "a product for a quotient": _product_for_quotient,
    "the error of another quantity": _another_error,
    "a factor 2 or 1/2 too many": lambda n: _scaled(n) + _doubled(n),
}
SET_WIDE = {"alpha_bar for alpha", "alpha for alpha_bar", "an index shifted", "a root dropped", "a square too many",
            "variance for standard deviation", "a root too many", "a and 1 - a confused", "a square lost",
            "one law's moment for the other's", "the truth for the prediction", "the prediction for the truth",
            "a sample for its mean", "the mean for a sample", "one variable for another", "a sign flipped",
            "the noise of one step for the whole noise", "another paper's alpha, whose square is this one's",
            "another paper's guidance scale (1 + w)", "p for q",
            "a step shifted", "a condition added", "a condition dropped", "the roots dropped"}  # fmt: skip
ONLY_WHOLE = {"the roots dropped"}


@dataclass(frozen=True)
class Slip:
    """A mistake made in a formula: its name, the formula with it, and what it makes of which pieces."""

    name: str
    tree: ast.expr
    was: tuple[ast.expr, ...] = ()
    here: tuple[ast.expr, ...] = ()
    everywhere: bool = False


def every_slip(side: ast.expr, rules: dict[str, Callable] = MORE) -> Iterator[Slip]:
    """Each mistake at each place, then each that can stand at several places at all of them at once.

    Of two that give the same formula the first is given: the more telling name.
    """
    seen = {ast.dump(side)}
    whole, settled = [], _indices(side)
    for name, rule in rules.items():
        made = [(path, node, new) for path, node in places(side) if id(node) not in settled for new in rule(node)]
        for path, node, new in made if name not in ONLY_WHOLE else ():
            tree = put(side, path, new)
            spend(50)
            if (printed := ast.dump(tree)) not in seen:
                seen.add(printed)
                yield Slip(name, tree, (node,), (new,))
        if name in SET_WIDE and len(made) > 1:
            whole.append((name, rule))
    for name, rule in whole:
        for choice in range(2):
            changed: list[tuple] = []
            tree = _at_all_places(side, rule, choice, changed)
            if len(changed) > 1 and (printed := ast.dump(tree)) not in seen:
                seen.add(printed)
                yield Slip(name, tree, *zip(*changed, strict=True), True)


def of_the_law(law: ast.expr) -> Iterator[Slip]:
    """What a formula for a conditional law may have been made for instead: Bayes the wrong way round."""
    yield from (Slip("a condition the wrong way round", tree) for tree in _condition_reversed(law))


def _indices(side: ast.expr) -> set[int]:
    """The nodes that only say which step or variable is meant: indices, ends of a sum, what a slope is taken in."""
    found: set[int] = set()
    for n in ast.walk(side):
        inner = [n.slice] if isinstance(n, ast.Subscript) and getattr(n.value, "id", "") != "E" else []
        found |= {id(n)} if _op(n, ast.BitOr) else set()  # the bar of a law is no formula by itself
        inner += n.args[:3] if called(n) in ("sum", "prod", "mean") else []
        inner += n.args[1:] if called(n) == "grad" else []
        inner += n.args[:1] if called(n) in ("any_mean", "mean_over", "integral") else []
        if called(n) in ("p", "q", "p_1", "p_2", "p_theta", "f") and any("_" in m for m in quantities(n)):
            inner += n.args  # a density of algebra: what it is a density of is its name
        found |= {id(m) for part in inner for m in ast.walk(part)}
    return found


def _at_all_places(side: ast.expr, rule: Callable, choice: int, made: list[tuple]) -> ast.expr:
    """The formula with a mistake wherever it can be made; where it can be made in two ways, in one of them."""

    def change(node: ast.AST) -> ast.AST | None:
        found = rule(node) if isinstance(node, ast.expr) else []
        if not found:
            return None
        made.append((node, found[min(choice, len(found) - 1)]))
        return made[-1][1]

    return rebuilt(side, change)
