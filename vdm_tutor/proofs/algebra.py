"""What a side is worth, by exact algebra: `value` walks the stored tree one operation at a time.

A value is a sympy expression, a Matrix for a vector, or a pair (mean, variance) for a Gaussian law.
"""

import ast
import math

import sympy as sp

from vdm_tutor.proofs.averages import any_mean, integral, mean_over
from vdm_tutor.proofs.exact import TooLong, Undefined, entries, log, root, slope, spend
from vdm_tutor.proofs.quantities import symbol
from vdm_tutor.proofs.tree import called


def value(node: ast.expr, dim: int = 1, env: dict | None = None):
    """The worth of a tree: a sympy expression, a Matrix for a vector, or a pair (mean, variance) for a law."""
    env = env or {}
    match node:
        case ast.Constant(value=int(number)):
            return sp.Integer(number)
        case ast.Name(id=name):
            return env[name] if name in env else symbol(name, dim)
        case ast.List(elts=[inner]) | ast.Set(elts=[inner]):
            return value(inner, dim, env)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -value(inner, dim, env)
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](value(left, dim, env), value(right, dim, env))
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=index)):
            return symbol(f"{name}_{index}", dim)
        case ast.Call() if called(node) == "prod":
            return _product_of_alphas(node)
        case ast.Call(args=[p, q]) if called(node) == "KL":
            if len(variables := {ast.unparse(a.args[0]) for a in (p, q) if called(a) == "N" and len(a.args) == 3}) > 1:
                raise Undefined(f"a KL between laws of different variables: {', '.join(sorted(variables))}")
            return gaussian_kl(*[value(_as_law(a), dim, env) for a in (p, q)])
        case ast.Call() if called(node) in FUNCTIONS:
            return FUNCTIONS[called(node)](*[value(a, dim, env) for a in node.args])
        case ast.Call() if called(node):
            return _unknown_density(node, dim)
    raise ValueError(f"the algebra has no meaning for {ast.unparse(node)!r}")


def _as_law(node: ast.expr) -> ast.expr:
    return ast.Call(node.func, node.args[-2:], []) if called(node) == "N" else node


def _product_of_alphas(node: ast.Call) -> sp.Expr:
    """prod(i, 1, t, alpha[i]): alpha_1 times the product from 2 to t, which is one symbol for every t at once."""
    low = {"prod(i, 1, t, alpha[i])": symbol("alpha_1", 1), "prod(i, 2, t, alpha[i])": sp.Integer(1)}
    if ast.unparse(node) not in low:
        raise Undefined(f"{ast.unparse(node)} is not a product of alpha_1 or alpha_2 up to alpha_t")
    return low[ast.unparse(node)] * symbol("alpha_merged", 1)


def _unknown_density(node: ast.Call, dim: int) -> sp.Expr:
    """q(a | b) or p(x): a positive function of its arguments of which nothing else is known."""
    text = ast.unparse(node)
    arguments = [c for n in ast.walk(node) if isinstance(n, ast.Name) and n is not node.func
                 for c in entries(symbol(n.id, dim))]  # fmt: skip
    sign = {"real": True} if called(node) == "f" else {"positive": True}  # f is a model's function, the rest densities
    return sp.Function(text, **sign)(*dict.fromkeys(arguments))


def _is_vector(a) -> bool:
    return isinstance(a, sp.MatrixBase) and a.cols == 1


def _add(a, b):
    """A sum; 0 is a vector's and a matrix's too, and no other number adds to them."""
    if isinstance(a, sp.MatrixBase) != isinstance(b, sp.MatrixBase):
        if 0 not in (a, b):
            raise TypeError("a number does not add to a vector or a matrix")
        return b if a == 0 else a
    return a + b


def _mul(a, b):
    product = (a.T * b)[0] if _is_vector(a) and _is_vector(b) else a * b  # of vectors it is an inner product
    if isinstance(product, sp.Expr):
        _short(product.as_coeff_Mul()[0])
    return product


def _short(number: sp.Expr, times: int = 1) -> None:
    """Refuse a number that is too long to be reckoned with, or that is once it has been multiplied so often."""
    if number.is_Rational and max(abs(number.p), number.q).bit_length() * times > 4096:
        raise TooLong("a number of more than a thousand digits")


def _div(a, b):
    if b == 0:
        raise Undefined("a division by zero")
    if isinstance(b, sp.MatrixBase):
        raise Undefined("a division by a vector or a matrix")
    return a / b


HIGHEST = 64  # the largest exponent


def _pow(a, b):
    """A power with a bounded exponent; a vector's square is its inner product with itself, a matrix has an inverse."""
    if isinstance(a, sp.MatrixBase) or isinstance(b, sp.MatrixBase):
        if b == 2 and _is_vector(a):
            return a.dot(a)
        if b == -1 and not _is_vector(a):
            return _inverse(a)
        raise Undefined("a power of a vector")
    if b.is_Rational and (abs(b.p) > HIGHEST or b.q > HIGHEST):
        raise TooLong(f"a power of more than {HIGHEST}")
    if b.is_Integer:
        _short(a, abs(int(b)))
    if a == 0 and not b.is_positive:
        raise Undefined("a division by zero, or a power of zero that is not known")
    return root(a, int(b.q)) ** b.p if b.is_Rational and b.q > 1 else a**b


def _matmul(a, b):
    """A product of matrices; a vector on the left of something lies down for it."""
    if _is_vector(a) and isinstance(b, sp.MatrixBase) and a.rows > 1:
        return _mul(a, b) if _is_vector(b) else (a.T * b).T
    product = a * b
    return product[0] if isinstance(product, sp.MatrixBase) and product.shape == (1, 1) else product


_BINARY = {
    ast.Add: _add,
    ast.Sub: lambda a, b: _add(a, -b),
    ast.Mult: _mul,
    ast.Div: _div,
    ast.Pow: _pow,
    ast.MatMult: _matmul,
}


def _dim(a) -> int:
    return a.rows if isinstance(a, sp.MatrixBase) else 1


def covariance(v, dim: int) -> sp.MatrixBase:
    """A scalar variance stands for that times the identity."""
    return v if isinstance(v, sp.MatrixBase) else v * sp.eye(dim)


def normal(*args):
    """N(x, mean, var): the density; N(mean, var): the law. A mean 0 is a vector's too."""
    if len(args) == 2:
        return args
    x, mean, var = args
    dim, gap = _dim(x), sp.Matrix([_add(x, -mean)])
    cov = covariance(var, dim)
    square = (gap.T * _inverse(cov) * gap)[0]
    return root((2 * symbol("pi", 1)) ** dim * _det(cov)) ** -1 * sp.exp(-square / 2)


def _det(a: sp.MatrixBase) -> sp.Expr:
    """By Leibniz' rule, nothing expanded."""
    if a.rows != a.cols:
        raise Undefined("the determinant of what is not square")
    spend(math.factorial(a.rows))
    if a.rows == 1:
        return a[0, 0]
    return sp.Add(*[(-1) ** j * a[0, j] * _det(a.minor_submatrix(0, j)) for j in range(a.cols)])


def _inverse(a: sp.MatrixBase) -> sp.MatrixBase:
    if a.rows == 1:
        return sp.Matrix([[1 / a[0, 0]]])
    det = _det(a)
    return sp.Matrix(a.rows, a.cols, lambda i, j: (-1) ** (i + j) * _det(a.minor_submatrix(j, i)) / det)


def gaussian_kl(p, q):
    """KL of two Gaussian laws as E_p[log p - log q]. Knows no Eq. 86.

    The ratio is a parabola in y, so its mean is its worth at the mean and half the curvature times the covariance.
    """
    if not (isinstance(p, tuple) and isinstance(q, tuple)):
        raise Undefined("a KL of a law of which nothing is known")
    dim = _dim(p[0])
    y = sp.symbols(f"y1:{dim + 1}", real=True)
    ratio = log(normal(sp.Matrix(y) if dim > 1 else y[0], *p)) - log(normal(sp.Matrix(y) if dim > 1 else y[0], *q))
    cov, at_mean = covariance(p[1], dim), dict(zip(y, entries(p[0]), strict=True))
    curvature = [cov[i, j] * slope(slope(ratio, y[i]), y[j]) for i in range(dim) for j in range(dim)]
    return ratio.subs(at_mean) + sp.Add(*curvature) / 2


def _grad(f, x):
    return sp.Matrix([slope(f, c) for c in x]) if _is_vector(x) else slope(f, x)


def _same_if_scalar(f):
    return lambda a: f(a) if isinstance(a, sp.MatrixBase) else a


FUNCTIONS = {
    "sqrt": lambda a: root(a),
    "exp": lambda a: sp.exp(a),
    "log": lambda a: log(a),
    "N": normal,
    "norm2": lambda a: _mul(a, a),
    "KL": gaussian_kl,
    "tr": _same_if_scalar(lambda a: a.trace()),
    "det": _same_if_scalar(_det),
    "diag": lambda a: sp.diag(*a) if _is_vector(a) else a,
    "inv": lambda a: _inverse(a) if isinstance(a, sp.MatrixBase) else 1 / a,
    "T": _same_if_scalar(lambda a: a.T),
    "grad": _grad,
    "mean_over": mean_over,
    "any_mean": any_mean,
    "integral": integral,
    "sigmoid": lambda a: 1 / (1 + sp.exp(-a)),
}
