"""False variants: a line's formula with some pieces written wrongly, which numbers of our own refute."""

import ast
import random
from itertools import islice

from tools.judge.compared import readable, refuted, rewritable
from vdm_tutor.proofs.quantities import KINDS
from vdm_tutor.proofs.tree import call, called, parse, put, quantities, same, substitute, text_of
from vdm_tutor.survey.check import asked_by, check

ALIKE = [tuple(sorted(names)) for names in KINDS.values()]
ALIKE[2] = ALIKE[3] = tuple(sorted({*KINDS["a vector"], *KINDS["a standard normal noise"]} - {"x0_other", "step"}))


def _wrapped(node: ast.expr, rng: random.Random) -> ast.expr:
    text = rng.choice(["sqrt({})", "({})**2", "1/({})", "-({})", "2*({})", "({})/2", "1-({})", "log({})", "exp({})"])
    return substitute(parse(text.format("x_s")), parse("x_s"), node)


def _mutated(node: ast.expr, rng: random.Random, whole: ast.expr) -> ast.expr | None:
    """Another node in place of one, somehow."""
    if rng.random() < 0.15 and not isinstance(node, ast.Slice):
        return _wrapped(node, rng)
    match node:
        case ast.Name(id=name):
            alike = next((kind for kind in ALIKE if name in kind), ())
            near = sorted(quantities(whole) & set(alike)) if rng.random() < 0.6 else alike
            return parse(rng.choice(near)) if near else None
        case ast.Constant(value=k):
            return ast.Constant(rng.choice((k + 1, abs(k - 1), 2 * k, k + 2)))
        case ast.BinOp(left=a, op=op, right=b) if not isinstance(op, ast.BitOr):
            other = rng.choice((ast.Add(), ast.Sub(), ast.Mult(), ast.Div()))
            return rng.choice((a, b, ast.BinOp(b, op, a), ast.BinOp(a, other, b)))
        case ast.UnaryOp(operand=inner):
            return inner
        case ast.Call(args=[a, b]) if called(node) == "KL":
            return call("KL", b, a)
        case ast.Call(func=ast.Subscript(), args=[inner]):
            return inner
        case ast.Call(args=[*_, a]) if called(node) in ("p", "q"):
            return rng.choice(_laws(node, a))
        case ast.Call(args=args) if called(node) in (other := {"tr": "det", "det": "tr", "sum": "mean", "mean": "sum"}):
            return call(other[called(node)], *args)
        case ast.Call(args=[inner]):
            return inner
    return None


def _laws(node: ast.Call, last: ast.expr) -> list[ast.expr]:
    found = [call({"p": "q", "q": "p"}[called(node)], *node.args)]
    if isinstance(last, ast.BinOp) and isinstance(last.op, ast.BitOr):
        found.append(call(called(node), *node.args[:-1], last.left))
        found.append(call(called(node), *node.args[:-1], ast.BinOp(last.right, ast.BitOr(), last.left)))
        found.append(call(called(node), *node.args[:-1], last.left, last.right))
    elif len(node.args) > 1:
        found.append(call(called(node), *node.args[:-1]))
    return found


def varied(tree: ast.expr, rng: random.Random) -> ast.expr:
    """A formula with one, two or three of its pieces written wrongly."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        path, node = rng.choice(list(rewritable(tree)))
        new = _mutated(node, rng, tree)
        tree = put(tree, path, new) if new is not None else tree
    return tree


def false_variants(key: int | str, n: int) -> list[ast.expr]:
    """n variants of a line's formula that numbers of our own refute; fewer where these do not reach the line."""
    rng, truth = random.Random(f"false {key}"), asked_by(key).truth
    made = (varied(truth, rng) for _ in range(30 * n if refuted(truth, key) is False else 0))
    return list(islice((t for t in made if not same(t, truth) and readable(t, key) and refuted(t, key)), n))


def try_false(key: int | str, n: int) -> tuple[int, list[str]]:
    """How many false variants of a line were tried, and those that were accepted."""
    trees = false_variants(key, n)
    return len(trees), [f"({key}) {text_of(t)}" for t in trees if check(text_of(t), against=key).proved]
