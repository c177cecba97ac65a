"""What a side is worth, by exact algebra: `value` walks the stored tree one operation at a time.

A value is a sympy expression, a Matrix for a vector, or a pair (mean, variance) for a Gaussian law.
"""

import ast

import sympy as sp

from vdm_tutor.proofs.exact import Undefined, entries, log, root
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


def _mul(a, b):
    return (a.T * b)[0] if _is_vector(a) and _is_vector(b) else a * b  # a product of vectors is an inner product


def _div(a, b):
    if b == 0:
        raise Undefined("a division by zero")
    return a / b


def _pow(a, b):
    return a.dot(a) ** (b / 2) if _is_vector(a) else a**b


def _matmul(a, b):
    product = a * b
    return product[0] if isinstance(product, sp.MatrixBase) and product.shape == (1, 1) else product


_BINARY = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: _mul,
    ast.Div: _div,
    ast.Pow: _pow,
    ast.MatMult: _matmul,
}


def _dim(a) -> int:
    return a.rows if isinstance(a, sp.MatrixBase) else 1


def _cov(v, dim: int):
    return v if isinstance(v, sp.MatrixBase) else v * sp.eye(dim)


def normal(*args):
    """N(x, mean, var): the density; N(mean, var): the law. A scalar variance stands for that times the identity."""
    if len(args) == 2:
        return args
    x, mean, var = args
    dim, gap = _dim(x), sp.Matrix([x - mean])
    cov = _cov(var, dim)
    square = (gap.T * _inverse(cov) * gap)[0]
    return root((2 * symbol("pi", 1)) ** dim * sp.factor(cov.det())) ** -1 * sp.exp(-square / 2)


def _inverse(cov: sp.MatrixBase) -> sp.MatrixBase:
    return (cov.adjugate() / sp.factor(cov.det())).applyfunc(sp.cancel)


def gaussian_kl(p, q):
    """KL of two Gaussian laws as E_p[log p - log q], by the moment rule E[y y'] = cov + mean mean'. Knows no Eq. 86."""
    if not (isinstance(p, tuple) and isinstance(q, tuple)):
        raise Undefined("a KL of a law of which nothing is known")
    dim = _dim(p[0])
    y = sp.Matrix(sp.symbols(f"y1:{dim + 1}", real=True))
    y_in = y if dim > 1 else y[0]
    ratio = sp.expand(log(normal(y_in, *p)) - log(normal(y_in, *q)))
    mean, cov = sp.Matrix([p[0]]), _cov(p[1], dim)
    total = 0
    for powers, coefficient in sp.Poly(ratio, *y).terms():
        axes = [i for i, k in enumerate(powers) for _ in range(k)]
        moment = {0: lambda _: 1, 1: lambda a: mean[a[0]], 2: lambda a: cov[a[0], a[1]] + mean[a[0]] * mean[a[1]]}
        total += coefficient * moment[len(axes)](axes)
    return total


def _grad(f, x):
    return sp.Matrix([sp.diff(f, c) for c in x]) if _is_vector(x) else sp.diff(f, x)


def mean_over(x: sp.Symbol, var: sp.Expr, polynomial: sp.Expr) -> sp.Expr:
    """E[polynomial in x] for x ~ N(0, var), by the moments (2k - 1)!! var^k."""
    if not sp.expand(polynomial).is_polynomial(x):
        raise Undefined(f"not a polynomial in {x}")
    terms = sp.Poly(sp.expand(polynomial), x).terms()
    return sum(c * sp.factorial2(n - 1) * var ** sp.Rational(n, 2) for (n,), c in terms if n % 2 == 0)


def any_mean(y, body):
    """E[body] over y of any law with a second moment: each product of y's entries becomes a moment, a symbol."""
    if isinstance(body, sp.MatrixBase):
        return body.applyfunc(lambda entry: any_mean(y, entry))
    coordinates = entries(y)
    if not sp.expand(body).is_polynomial(*coordinates):
        raise Undefined(f"not a polynomial in {y}")
    terms = sp.Poly(sp.expand(body), *coordinates).terms()
    moments = [sp.Mul(*[c**k for c, k in zip(coordinates, powers, strict=True)]) for powers, _ in terms]
    return sum(c * (sp.Symbol(f"E({m})", real=True) if m != 1 else 1) for (_, c), m in zip(terms, moments, strict=True))


def _integral(x: sp.Symbol, body: sp.Expr) -> sp.Expr:
    found = sp.integrate(body, (x, -sp.oo, sp.oo))
    if found.has(sp.oo, -sp.oo, sp.zoo, sp.nan, sp.Integral, sp.Piecewise):
        raise Undefined("an integral that does not converge")
    return found.subs(sp.pi, symbol("pi", 1))


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
    "det": _same_if_scalar(lambda a: sp.factor(a.det())),
    "inv": lambda a: _inverse(a) if isinstance(a, sp.MatrixBase) else 1 / a,
    "T": _same_if_scalar(lambda a: a.T),
    "grad": _grad,
    "mean_over": mean_over,
    "any_mean": any_mean,
    "integral": _integral,
    "sigmoid": lambda a: 1 / (1 + sp.exp(-a)),
}
