"""A side of an equation as printed: text, held as Python's own syntax tree, so that nothing is ever simplified.

`[a]` stands for a in square brackets, `{a}` for a in braces; both mean a. `x[t-1]` is x with an index.
"""

import ast
import copy
from collections.abc import Callable
from functools import cache

from vdm_tutor.proofs.reading import read

ALIASES = {"xt": "x_t", "x0": "x_0", "alpha": "alpha_t", "alpha_bar": "alpha_bar_t"}


@cache
def parse(text: str) -> ast.expr:
    """The tree of one side as stored; raises ValueError, in one sentence, for text that is no formula."""
    return read(text)


def text_of(node: ast.expr) -> str:
    """The formula as text, one spelling for one tree."""
    return ast.unparse(node)


def same(a: ast.expr, b: ast.expr) -> bool:
    """Whether two sides are printed alike, symbol for symbol."""
    return ast.dump(a) == ast.dump(b)


def names(node: ast.expr) -> set[str]:
    """Every name that stands in the tree, functions included."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.expr, new: ast.expr):
        self.old, self.new = ast.dump(old), new

    def visit(self, node):
        if ast.dump(node) == self.old:
            return copy.deepcopy(self.new)
        return self.generic_visit(node)


def substitute(node: ast.expr, old: ast.expr, new: ast.expr) -> ast.expr:
    """The tree with every occurrence of `old` replaced by `new`."""
    return _Replace(old, new).visit(copy.deepcopy(node))


def rewrites(node: ast.expr, rule: Callable[[ast.AST], ast.AST | None]) -> list[ast.expr]:
    """One tree for each place where `rule` returns a replacement, in reading order."""
    places = [i for i, n in enumerate(ast.walk(node)) if rule(n) is not None]
    found = []
    for place in places:
        tree = copy.deepcopy(node)
        target = next(n for i, n in enumerate(ast.walk(tree)) if i == place)
        found.append(_swap(tree, target, rule(target)))
    return found


def _swap(tree: ast.expr, target: ast.AST, new: ast.AST) -> ast.expr:
    if tree is target:
        return new
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, field, new)
            elif isinstance(value, list):
                setattr(parent, field, [new if item is target else item for item in value])
    return tree


def call(name: str, *args: ast.expr) -> ast.Call:
    """The tree of `name(*args)`."""
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


def called(node: ast.AST) -> str | None:
    """The name of the function that this node calls, if it calls one."""
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
