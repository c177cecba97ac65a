"""A side on as many rows as the page is wide: broken at its own sums and factors, nothing left out.

A page is JupyterLab's at 800 pixels; a width is counted in letters of its text.
"""

import ast
import re
from collections.abc import Callable

from vdm_tutor.proofs.tree import called
from vdm_tutor.survey.latex import FACTOR, SHADE, TERM, _at_least, latex

PAGE = 48.0  # letters
TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[{}_^]|[^\s{}_^\\]")
NO_WIDTH = set(r"\left \right \, \mathbb \mathcal \mathrm \text \hat \bar \tilde \operatorname \textstyle".split())
WIDTHS = {r"\log": 2.6, r"\exp": 2.8, r"\sqrt": 1.2, r"\sum": 2.4, r"\prod": 2.2, r"\nabla": 1.5, r"\quad": 2.0}
WIDTHS |= dict.fromkeys(("+", "-", "=", r"\sim", r"\mid", r"\Vert", r"\cdot", r"\approx"), 2.0)


def width(tex: str) -> float:
    """About how wide a formula is, in letters; of a fraction the wider half counts."""
    return _width(TOKEN.findall(tex.replace(SHADE, "")))


def _width(tokens: list[str]) -> float:
    total = 0.0
    while tokens:
        token = tokens.pop(0)
        if token == "}":
            return total
        if token == r"\frac":
            total += max(_group(tokens), _group(tokens))
        elif token in "_^":
            total += 0.7 * _group(tokens)
        elif token != "{" and token not in NO_WIDTH:
            total += WIDTHS.get(token, 1.0)
        elif token == "{":
            total += _width(tokens)
    return total


def _group(tokens: list[str]) -> float:
    first = tokens.pop(0)
    return _width(tokens) if first == "{" else WIDTHS.get(first, 1.0)


def rows(node: ast.expr, room: float = PAGE) -> list[str]:
    """The side as LaTeX, a row for each part where the whole is wider than `room`."""
    whole = latex(node)
    if width(whole) <= room:
        return [whole]
    match node:
        case ast.List(elts=[inner]):
            return _within(r"\Bigl[", rows(inner, room - 1), r"\Bigr]")
        case ast.Set(elts=[inner]):
            return _within(r"\Bigl\{", rows(inner, room - 2), r"\Bigr\}")
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _within("-", _tight(inner, room - 2, TERM), "")
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            sign = "+" if isinstance(op, ast.Add) else "-"
            return [*rows(left, room), *_within(sign, _tight(right, room - 2, TERM), "")]
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _product(left, right, room)
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            return [*_term(left, room), *_within(r"\,", _term(right, room - 2), "")]
        case ast.BinOp(left=ast.BinOp(op=ast.Mult()) as top, op=ast.Div(), right=below):
            stacked = r" \\ ".join(rows(top, room))
            return [rf"\frac{{\begin{{array}}{{c}}{stacked}\end{{array}}}}{{{latex(below)}}}"]
        case ast.Call():
            return _call(node, whole, room)
    return [whole]


def _call(node: ast.Call, whole: str, room: float) -> list[str]:
    if isinstance(node.func, ast.Subscript):  # E[law](integrand)
        head = rf"\mathbb E_{{{latex(node.func.slice)}}}\Bigl["
        return _opened(head, rows, node.args[0], r"\Bigr]", room)
    match called(node), node.args:
        case "changed", [inner]:
            return [_shaded(row) for row in rows(inner, room)]
        case "exp", [ast.Set() as inner]:
            return _opened(r"\exp", rows, inner, "", room)
        case "log", [ast.BinOp(op=ast.Div()) as inner]:
            return _opened(r"\log ", rows, inner, "", room)
        case ("sum" | "prod") as name, [i, low, high, body]:
            head = rf"\{name}_{{{latex(i)}={latex(low)}}}^{{{latex(high)}}}"
            return _opened(head, _term, body, "", room)
        case "mean", [i, low, high, body]:
            head = rf"\mathbb E_{{{latex(i)}\sim U\{{{latex(low)},\ldots,{latex(high)}\}}}}\Bigl["
            return _opened(head, rows, body, r"\Bigr]", room)
        case "KL", [first, second]:
            return _within(r"D_{\mathrm{KL}}\Bigl(", [latex(first), rf"\,\Vert\,{latex(second)}"], r"\Bigr)")
        case "N", [x, mean, var]:
            return _within(r"\mathcal N\Bigl(", [f"{latex(x)};{latex(mean)},", latex(var)], r"\Bigr)")
        case "norm2", [inner]:
            return _opened(r"\Bigl\lVert ", rows, inner, r"\Bigr\rVert_2^2", room)
    return [whole]


def _shaded(row: str) -> str:
    """A row with its shade, which begins behind what sets the row in."""
    set_in = re.match(r"(?:\\quad )*", row)[0]
    return f"{set_in}{SHADE}{{{row.removeprefix(set_in)}}}"


def _product(left: ast.expr, right: ast.expr, room: float) -> list[str]:
    """A factor that opens onto a bracket stays beside it; other factors stand on rows of their own."""
    minus = latex(left).startswith("-")
    before = rows(left, room) if minus else _tight(left, room, TERM)
    after = _tight(right, room - 2, FACTOR)
    dot = r"\cdot " if after[0][:1].isdigit() else r"\,"
    if len(before) == 1 and width(before[0]) + width(after[0]) < room:
        return _within(before[0] + dot, after, "")
    return [*before, *_within(dot, after, "")]


def _term(node: ast.expr, room: float) -> list[str]:
    return _tight(node, room, TERM)


def _tight(node: ast.expr, room: float, level: int) -> list[str]:
    """The rows of a part; in parentheses where its place asks for them."""
    if _at_least(node, level) == latex(node):
        return rows(node, room)
    if width(latex(node)) <= room:
        return [_at_least(node, level)]
    return _within(r"\Bigl(", rows(node, room - 2), r"\Bigr)")


def _opened(head: str, parts: Callable, inner: ast.expr, close: str, room: float) -> list[str]:
    """What stands behind a head, which takes its width from the first row, a third of the page at most."""
    return _within(head, parts(inner, room - min(width(head) + 1, room / 3)), close)


def _within(before: str, inner: list[str], after: str) -> list[str]:
    """Rows behind an opening and before a closing; all but the first are set in, once."""
    first, *others = inner
    lines = [before + first, *(row if row.startswith(r"\quad") else rf"\quad {row}" for row in others)]
    return [*lines[:-1], lines[-1] + after]
