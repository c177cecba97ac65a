"""LaTeX of a stored side, in its own order: what is shown is what is decided."""

import ast

from vdm_tutor.proofs.quantities import LATEX
from vdm_tutor.proofs.tree import called

FUNCTIONS = {"p_theta": r"p_\theta", "q_phi": r"q_\phi", "f": r"f_\theta"}
NAMES = LATEX | FUNCTIONS | {"ELBO": r"\mathcal L(q_\phi;x)"}
SUM, TERM, FACTOR, ATOM = range(4)
SHADE = r"\bbox[background-color:#8A63C924]"  # behind what has changed from the line before; the same in both themes


def latex(node: ast.expr) -> str:
    """The side as LaTeX, exactly as stored."""
    return _show(node)[0]


def _show(node: ast.AST) -> tuple[str, int]:
    """LaTeX and how tightly it binds."""
    return getattr(_Printer, type(node).__name__)(node)


def _at_least(node: ast.AST, level: int) -> str:
    text, bound = _show(node)
    return text if bound >= level else rf"\left({text}\right)"


def _bare(node: ast.AST) -> str:
    return _show(node)[0]


class _Printer:
    """One method for each kind of node."""

    def Constant(node):
        return str(node.value), ATOM

    def Name(node):
        return NAMES.get(node.id, node.id), ATOM

    def List(node):
        return rf"\left[{_bare(node.elts[0])}\right]", ATOM

    def Set(node):
        return rf"\left\{{{_bare(node.elts[0])}\right\}}", ATOM

    def Subscript(node):
        name = NAMES.get(node.value.id, node.value.id)
        if isinstance(node.slice, ast.Slice):
            return rf"{name}_{{{_bare(node.slice.lower)}:{_bare(node.slice.upper)}}}", ATOM
        return rf"{name}_{{{_bare(node.slice)}}}", ATOM

    def UnaryOp(node):
        sign = "-" if isinstance(node.op, ast.USub) else "+"
        return sign + _at_least(node.operand, TERM), SUM

    def Compare(node):
        return rf"{_bare(node.left)}={_bare(node.comparators[0])}", SUM

    def BinOp(node):
        return _BINARY[type(node.op)](node.left, node.right)

    def Call(node):
        if isinstance(node.func, ast.Subscript):  # E[law](integrand)
            return rf"\mathbb E_{{{_bare(node.func.slice)}}}\left[{_bare(node.args[0])}\right]", FACTOR
        name = called(node)
        if name in _CALLS:
            return _CALLS[name](*node.args)
        args = ",".join(_bare(a) for a in node.args)
        return rf"{NAMES.get(name, name)}({args})", ATOM


def _mult(left, right):
    minus = isinstance(left, ast.BinOp | ast.UnaryOp) and _show(left)[0].startswith("-")
    a, b = (_bare(left) if minus else _at_least(left, TERM)), _at_least(right, FACTOR)
    return a + (r"\cdot " if b[0].isdigit() else r"\,") + b, SUM if minus else TERM


def _fraction(a, b):
    if isinstance(a, ast.UnaryOp) and isinstance(a.op, ast.USub):
        return "-" + _fraction(a.operand, b)[0], SUM
    return rf"\frac{{{_bare(a)}}}{{{_bare(b)}}}", FACTOR


_BINARY = {
    ast.Add: lambda a, b: (f"{_bare(a)}+{_at_least(b, TERM)}", SUM),
    ast.Sub: lambda a, b: (f"{_bare(a)}-{_at_least(b, TERM)}", SUM),
    ast.Mult: _mult,
    ast.MatMult: lambda a, b: (_at_least(a, TERM) + r"\," + _at_least(b, TERM), TERM),
    ast.Div: lambda a, b: _fraction(a, b),
    ast.Pow: lambda a, b: (rf"{_at_least(a, ATOM)}^{{{_bare(b)}}}", FACTOR),
    ast.BitOr: lambda a, b: (rf"{_bare(a)}\mid {_bare(b)}", SUM),
}


def _big(symbol):
    return lambda i, lo, hi, body: (
        rf"\{symbol}_{{{_bare(i)}={_bare(lo)}}}^{{{_bare(hi)}}}{_at_least(body, TERM)}",
        TERM,
    )


def _normal(*args):
    x, *law = (_bare(a) for a in args) if len(args) == 3 else (None, *map(_bare, args))
    return rf"\mathcal N\left({x + ';' if x else ''}{','.join(law)}\right)", ATOM


_CALLS = {
    "sqrt": lambda a: (rf"\sqrt{{{_bare(a)}}}", ATOM),
    "exp": lambda a: (r"\exp" + (_bare(a) if isinstance(a, ast.Set) else rf"\left({_bare(a)}\right)"), FACTOR),
    "log": lambda a: (
        r"\log " + (_bare(a) if _show(a)[1] >= FACTOR or called(a) == "prod" else rf"\left({_bare(a)}\right)"),
        TERM,
    ),
    "N": _normal,
    "norm2": lambda a: (rf"\left\lVert {_bare(a)}\right\rVert_2^2", ATOM),
    "KL": lambda a, b: (rf"D_{{\mathrm{{KL}}}}\left({_bare(a)}\,\Vert\,{_bare(b)}\right)", ATOM),
    "tr": lambda a: (rf"\operatorname{{tr}}\left({_bare(a)}\right)", ATOM),
    "det": lambda a: (rf"\lvert {_bare(a)}\rvert", ATOM),
    "diag": lambda a: (rf"\operatorname{{diag}}\left({_bare(a)}\right)", ATOM),
    "inv": lambda a: (rf"{_at_least(a, ATOM)}^{{-1}}", FACTOR),
    "T": lambda a: (rf"{_at_least(a, ATOM)}^{{\top}}", FACTOR),
    "sum": _big("sum"),
    "prod": _big("prod"),
    "mean": lambda i, lo, hi, body: (
        rf"\mathbb E_{{{_bare(i)}\sim U\{{{_bare(lo)},\ldots,{_bare(hi)}\}}}}\left[{_bare(body)}\right]",
        FACTOR,
    ),
    "integral": lambda v, body: (rf"\int {_at_least(body, TERM)}\,d{_bare(v)}", TERM),
    "grad": lambda f, x: (rf"\nabla_{{{_bare(x)}}}{_at_least(f, TERM)}", TERM),
    "any_mean": lambda y, body: (rf"\mathbb E_{{{_bare(y)}}}\left[{_bare(body)}\right]", FACTOR),
    "sigmoid": lambda a: (rf"\operatorname{{sigmoid}}\left({_bare(a)}\right)", ATOM),
    "changed": lambda a: (rf"{SHADE}{{{_bare(a)}}}", _show(a)[1]),
}
