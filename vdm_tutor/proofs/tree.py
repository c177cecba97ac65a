"""A side of an equation as printed: text, held as Python's own syntax tree, so that nothing is ever simplified.

`[a]` stands for a in square brackets, `{a}` for a in braces; both mean a. `x[t-1]` is x with an index.
"""

import ast
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache

from vdm_tutor.proofs.reading import read


@cache
def parse(text: str) -> ast.expr:
    """The tree of one side as stored; raises ValueError, in one sentence, for text that is no formula."""
    return read(text)


def text_of(node: ast.expr) -> str:
    """The formula as text, one spelling for one tree."""
    return ast.unparse(node)


def same(a: ast.expr, b: ast.expr) -> bool:
    """Whether two sides are printed alike, symbol for symbol."""
    return a is b or _alike(a, b)


def _alike(a: object, b: object) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, ast.AST):
        return all(_alike(getattr(a, name, None), getattr(b, name, None)) for name in a._fields)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(_alike, a, b))
    return a == b


def names(node: ast.expr) -> set[str]:
    """Every name that stands in the tree, functions included."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def quantities(node: ast.expr) -> set[str]:
    """Every name in the tree that is no function's."""
    functions = {id(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and id(n) not in functions}


def rebuilt(node: ast.AST, change: Callable[[ast.expr], ast.AST | None]) -> ast.AST:
    """The tree with each outermost node for which `change` gives another replaced by it; the rest is shared."""
    new = change(node)
    if new is not None:
        return new
    fields, moved = {}, False
    for name, old in ast.iter_fields(node):
        if isinstance(old, list):
            fields[name] = [rebuilt(n, change) if isinstance(n, ast.AST) else n for n in old]
            moved |= any(a is not b for a, b in zip(fields[name], old, strict=True))
        else:
            fields[name] = rebuilt(old, change) if isinstance(old, ast.expr | ast.Slice) else old
            moved |= fields[name] is not old
    return ast.copy_location(type(node)(**fields), node) if moved else node


def substitute(node: ast.expr, old: ast.expr, new: ast.expr) -> ast.expr:
    """The tree with every occurrence of `old` replaced by `new`."""
    return rebuilt(node, lambda n: new if same(n, old) else None)


Path = tuple[
    tuple[str, int | None], ...
]  # how to come to a node from the root: a field, and an index where it is a list


def places(tree: ast.expr) -> Iterator[tuple[Path, ast.expr]]:
    """Every expression in the tree with the way to it, from the outside inwards."""
    queue: deque = deque([((), tree)])
    while queue:
        path, node = queue.popleft()
        yield path, node
        for name, child in ast.iter_fields(node):
            for i, n in enumerate(child) if isinstance(child, list) else [(None, child)]:
                if isinstance(n, ast.expr):
                    queue.append(((*path, (name, i)), n))


def put(tree: ast.expr, path: Path, new: ast.expr) -> ast.expr:
    """The tree with another node at one place; the rest is shared."""
    if not path:
        return new
    (name, i), *rest = path
    fields = dict(ast.iter_fields(tree))
    child = fields[name] if i is None else fields[name][i]
    child = put(child, tuple(rest), new)
    fields[name] = child if i is None else [*fields[name][:i], child, *fields[name][i + 1 :]]
    return ast.copy_location(type(tree)(**fields), tree)


def call(name: str, *args: ast.expr) -> ast.Call:
    """The tree of `name(*args)`."""
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


def around_the_bar(law: ast.Call) -> tuple[list[ast.expr], list[ast.expr]]:
    """What q(a, b | c, d) is a law of, and what is given: a, b and c, d."""
    of: list[ast.expr] = []
    given: list[ast.expr] = []
    for argument in law.args:
        if isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.BitOr):
            of.append(argument.left)
            given.append(argument.right)
        else:
            (given or of).append(argument)
    return of, given


def called(node: ast.AST) -> str | None:
    """The name of the function that this node calls, if it calls one."""
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
