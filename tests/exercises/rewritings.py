"""Equal forms of a formula, made at random: every rule leaves the worth as it is, whatever it is applied to."""

import ast
import random

from vdm_tutor.proofs.tree import called, parse, places, put, substitute

PRODUCT = "alpha_t*alpha_bar_prev"


def number(node) -> bool:
    """Whether a node may be multiplied, divided and negated: no law, no index, no matrix."""
    average = isinstance(node, ast.Call) and isinstance(node.func, ast.Subscript)
    return average or isinstance(node, ast.BinOp | ast.Name) or called(node) in ("sqrt", "log", "norm2", "KL")


def op(a, kind, b):
    return ast.BinOp(a, kind(), b)


def commuted(n, rng):
    return (
        op(n.right, type(n.op), n.left) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Add | ast.Mult) else None
    )


def regrouped(n, rng):
    """a - b as -(b - a), a/b as a*(1/b)."""
    if not isinstance(n, ast.BinOp):
        return None
    if isinstance(n.op, ast.Sub):
        return ast.UnaryOp(ast.USub(), op(n.right, ast.Sub, n.left))
    return op(n.left, ast.Mult, op(ast.Constant(1), ast.Div, n.right)) if isinstance(n.op, ast.Div) else None


def distributed(n, rng):
    """(a + b) c as a c + b c."""
    if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Mult | ast.Div) and isinstance(n.left, ast.BinOp):
        inner = n.left
        if isinstance(inner.op, ast.Add | ast.Sub):
            return op(op(inner.left, type(n.op), n.right), type(inner.op), op(inner.right, type(n.op), n.right))
    return None


def trivial(n, rng):
    k = ast.Constant(rng.randint(2, 9))
    forms = [op(ast.Constant(1), ast.Mult, n), op(op(n, ast.Mult, k), ast.Div, k), op(n, ast.Add, ast.Constant(0)),
             ast.UnaryOp(ast.USub(), ast.UnaryOp(ast.USub(), n))]  # fmt: skip
    return rng.choice(forms[:2] if not isinstance(n, ast.BinOp) else forms)


def rooted(n, rng):
    """sqrt(a) as a**(1/2)."""
    return op(n.args[0], ast.Pow, op(ast.Constant(1), ast.Div, ast.Constant(2))) if called(n) == "sqrt" else None


RULES = (commuted, regrouped, distributed, trivial, rooted)


def rewritten(text: str, rng: random.Random, steps: int) -> str:
    """The formula after so many random rewritings."""
    tree = parse(text)
    if "alpha_bar_t" in text and rng.random() < 0.3:
        tree = substitute(tree, parse("alpha_bar_t"), parse(PRODUCT))
    for _ in range(steps):
        found = [(path, new) for path, node in outside(tree) for rule in RULES
                 if number(node) and (new := rule(node, rng)) is not None]  # fmt: skip
        if found:
            tree = put(tree, *rng.choice(found))
    return ast.unparse(tree)


def outside(tree):
    """The places that are none within a law, an index, or the ends of a sum."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call | ast.Subscript)]
    closed = [part for n in calls if called(n) not in ("sqrt", "log") for part in ast.iter_child_nodes(n)]
    closed += [n.func for n in calls if isinstance(n, ast.Call)]
    inner = {id(m) for part in closed for m in ast.walk(part)}
    return [(path, node) for path, node in places(tree) if id(node) not in inner]
