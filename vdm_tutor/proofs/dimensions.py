"""In how many dimensions two sides have to agree to agree in all: in more of them than their degree in d.

Where all coordinates are alike, a sum over them is d times one of them, so the sides differ by a polynomial in d: it is
zero for every d if it is zero for more values of d than its degree. A root, an exponential or a logarithm of d counts
as d itself; a product over coordinates (a density, a determinant) as one factor, and as a sum where its log is taken.
"""

import ast

from vdm_tutor.proofs.polynomials import TooLong
from vdm_tutor.proofs.quantities import LAWS, VECTOR
from vdm_tutor.proofs.tree import called

MOST = 12  # the highest degree in d that is decided
PRODUCTS = {"det", "exp", "N", *LAWS}
Degrees = tuple[float, float]  # in d, above and below the line


def enough(left: ast.expr, right: ast.expr) -> range:
    """The dimensions, from 1 on, in which two sides have to be compared; raises TooLong where these are too many."""
    degree = _degrees(ast.BinOp(left, ast.Sub(), right))[0]
    if degree > MOST:
        raise TooLong(f"a power of d of more than {MOST}")
    return range(1, int(degree) + 2)


def _degrees(node: ast.expr) -> Degrees:
    match node:
        case ast.Name(id=name):
            return float(name == "d") or (name in VECTOR) / 2, 0.0  # of two vectors comes a sum over coordinates
        case ast.BinOp(left=a, op=ast.Pow(), right=ast.Constant(value=k)):
            return _times(_degrees(a), k)
        case ast.BinOp(left=a, op=ast.Pow(), right=ast.UnaryOp(operand=ast.Constant(value=k))):
            return _times(_degrees(a), k)[::-1]
        case ast.BinOp(left=a, op=op, right=b):
            return _combined(op, _degrees(a), _degrees(b))
        case ast.UnaryOp(operand=inner) | ast.List(elts=[inner]) | ast.Set(elts=[inner]):
            return _degrees(inner)
        case ast.Call():
            return _of_a_call(node)
    return 0.0, 0.0


def _times(degrees: Degrees, k: float | int) -> Degrees:
    return k * degrees[0], k * degrees[1]


def _combined(op: ast.operator, one: Degrees, other: Degrees) -> Degrees:
    (a, under_a), (b, under_b) = one, other[::-1] if isinstance(op, ast.Div) else other
    if isinstance(op, ast.Add | ast.Sub):
        return max(a + under_b, b + under_a), under_a + under_b
    return a + b, under_a + under_b


def _of_a_call(node: ast.Call) -> Degrees:
    name = called(node)
    arguments = [inner for a in node.args for inner in (a.args if name == "KL" and isinstance(a, ast.Call) else [a])]
    if name in LAWS or not arguments:
        return 0.0, 0.0
    top, below = (max(degrees) for degrees in zip(*map(_degrees, arguments), strict=True))
    match name:
        case "norm2" | "KL":
            return max(2 * top, float(name == "KL")), 2 * below
        case "N":
            return max(2 * top - 1, 0.0), 2 * below
        case "tr" | "log":
            return top + (name == "tr" or any(called(n) in PRODUCTS for n in ast.walk(node))), below
        case "det" | "exp":
            return max(top - 1, 0.0), below
        case "diag" | "grad":  # a vector of what was a number, and back
            return max(top - 0.5, 0.0), below
    return top, below
