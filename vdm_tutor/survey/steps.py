"""A derivation a line at a time: what is done next can be read before it is opened, and the changed part is shaded."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from vdm_tutor.claims import find
from vdm_tutor.proofs.claim import Claim
from vdm_tutor.proofs.tree import call, called, parse, places, put, text_of
from vdm_tutor.survey.display import FAILS, Display, derivation, one_line, words_of
from vdm_tutor.survey.line_values import values

NUMBER = "flex: 0 0 5em; font-variant-numeric: tabular-nums; padding-top: 0.3em"
# Below the number where a page is too narrow for both.
FORMULA = '<div style="flex: 1 1 41em; min-width: 0; overflow-x: auto">{formula}</div>'
LINE = f'<div style="display: flex; flex-wrap: wrap; margin: 4px 0 10px">{{number}}{FORMULA}</div>'
NEXT = '<details><summary style="cursor: pointer">{why}</summary>{line}{rest}</details>'


@dataclass(frozen=True, repr=False)
class Steps(Display):
    """Shows as lines to be opened one after the other; where pages do not fold, as the whole derivation."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def steps(first: int, last: int) -> Steps:
    """Equations first..last one by one, decided, each with its worth in nats on a small chain (see `values`)."""
    whole = derivation(first, last)
    claims = [find(number) for number in range(first, last + 1)]
    worth = {row.number: row.value for row in values(first, last)}
    rest = ""
    for before, claim in reversed(list(zip([None, *claims], claims, strict=False))):
        line = _line(claim, before, worth)
        rest = line + rest if before is None else NEXT.format(why=f"${words_of(claim.rule)}$", line=line, rest=rest)
    return Steps(whole.text, whole.tex, f"{rest}<p><small>{whole.text.partition(': ')[2]}</small></p>")


def _line(claim: Claim, before: Claim | None, worth: dict[int, float]) -> str:
    tree = parse(claim.right) if before is None else marked(parse(claim.right), parse(before.right))
    formula = one_line(claim, tree, alone=before is None)
    own, earlier = worth.get(claim.key), worth.get(before.key) if before else None
    if own is None:
        return LINE.format(number=f'<span style="{NUMBER}"></span>', formula=formula)
    moved = earlier is not None and abs(own - earlier) > 1e-9
    text = f"{own:.4f}".replace("-", "\u2212")
    shade = f"; background: {FAILS}24" if moved else ""  # no colour of letters reads well on white and on black
    return LINE.format(number=f'<span style="{NUMBER}{shade}">{text}</span>', formula=formula)


def marked(new: ast.expr, old: ast.expr) -> ast.expr:
    """The tree with each part that does not stand in `old` as the argument of `changed`, a law always whole."""
    parts = [node for _, node in places(old)]
    known = {*map(text_of, parts), *map(_head, parts)} - {""}

    def mark(node: ast.expr) -> ast.expr:
        if text_of(node) in known:
            return node
        below = list(_parts(node))
        if all(text_of(part) in known for _, part in below) or not _has_known(node, known):
            return call("changed", node)
        for path, part in below:
            node = put(node, path, mark(part))
        return node

    return mark(new)


def _has_known(node: ast.expr, known: set[str]) -> bool:
    return _head(node) in known or any(isinstance(n, ast.Call) and text_of(n) in known for n in ast.walk(node))


def _head(node: ast.expr) -> str:
    """Of a sum or a product over an index everything but its body."""
    big = called(node) in ("sum", "prod", "mean")
    return ast.unparse(call(called(node), *node.args[:3])) if big else ""


def _parts(node: ast.expr) -> Iterator[tuple[tuple, ast.expr]]:
    """The parts right below, with the way to each: of E[law](integrand) the law too, of a call not the name."""
    for path, part in places(node):
        if len(path) == 1 and path[0][0] != "func" or path == (("func", None), ("slice", None)):
            yield path, part
