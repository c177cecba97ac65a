"""What a side is worth, by exact algebra: `value` walks the stored tree one operation at a time.

A value is a sympy expression, a Matrix for a vector, or a pair (mean, variance) for a Gaussian law.
"""

import ast
import math
from functools import reduce

import sympy as sp
from sympy.core.function import AppliedUndef

from vdm_tutor.proofs import exact
from vdm_tutor.proofs.exact import TooLong, Undefined, entries, is_zero, log, polynomial_in, root, sign, slope, spend
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
    return (a.T * b)[0] if _is_vector(a) and _is_vector(b) else a * b  # a product of vectors is an inner product


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
    if a.is_Rational and b.is_Integer and max(abs(a.p), a.q).bit_length() * abs(b) > 4096:
        raise TooLong("a number of more than a thousand digits")
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


def mean_over(x: sp.Symbol, var: sp.Expr, polynomial: sp.Expr) -> sp.Expr:
    """E[polynomial in x] for x ~ N(0, var), by the moments (2k - 1)!! var^k."""
    terms = polynomial_in(polynomial, [x]).items()
    return sp.Add(*[c * sp.factorial2(n - 1) * var ** sp.Rational(n, 2) for (n,), c in terms if n % 2 == 0])


def any_mean(y, body):
    """E[body] over y of any law: each product of y's entries, alone or with a bell in y, becomes a moment."""
    if isinstance(body, sp.MatrixBase):
        return body.applyfunc(lambda entry: any_mean(y, entry))
    if isinstance(body, sp.Add):
        return sp.Add(*[any_mean(y, term) for term in body.args])
    inner = {m: sp.Dummy(positive=m.is_positive, real=True) for m in body.atoms(Moment)}
    names = {c: sp.Symbol(f"{c}'", real=True) for c in entries(y)}  # within the mean they are bound
    bound = list(names.values())
    factors = sp.Mul.make_args(body.xreplace(inner).subs(names))
    bells = [f for f in factors if isinstance(f, sp.exp) and f.has(*bound)]
    rest = sp.Mul(*[f for f in factors if f not in bells])
    found = _moments(bound, sp.Add(*[bell.args[0] for bell in bells]), rest)
    return found.xreplace({dummy: m for m, dummy in inner.items()})


def _moments(y: list, exponent: sp.Expr, polynomial: sp.Expr) -> sp.Expr:
    """E[polynomial * exp(exponent)], both polynomials in y: what is free of y outside."""
    parts = {powers: exact.normal_form(c) for powers, c in polynomial_in(exponent, y).items()} if exponent else {}
    free = parts.pop((0,) * len(y), sp.Integer(0))
    bell = sp.Add(*[c * _product(y, powers) for powers, c in parts.items()])
    terms = polynomial_in(polynomial, y).items()
    return sp.exp(free) * sp.Add(*[c * Moment(bell, _product(y, powers), *y) for powers, c in terms])


def _product(y: list, powers: tuple) -> sp.Expr:
    return sp.Mul(*[c**k for c, k in zip(y, powers, strict=True)])


class Moment(AppliedUndef):
    """E[product * exp(bell)] over y of any law: unknown, but with the slope that its integrand has."""

    @classmethod
    def eval(cls, bell, product, *y):
        return sp.Integer(1) if bell == 0 and product == 1 else None

    def _eval_derivative(self, s):
        bell, product, *y = self.args
        return _moments(y, bell, product * slope(bell, s))

    def _eval_is_real(self):
        return True

    def _eval_is_positive(self):
        return True if self.args[1] == 1 else None

    @property
    def free_symbols(self):
        return self.args[0].free_symbols - set(self.args[2:])

    def _sympystr(self, printer):
        bell, product, *_ = self.args
        return f"E({printer._print(product * sp.exp(bell))})"


def _integral(x, body: sp.Expr) -> sp.Expr:
    """Over the whole space: of an unknown function a number of which nothing is known, of a bell in closed form."""
    if body == 0:
        return body
    outside, inside = body.as_independent(*entries(x))
    if inside.has(AppliedUndef) and (terms := sp.expand(inside)).is_Add:
        return outside * sp.Add(*[_integral(x, term) for term in terms.args])
    if inside.has(AppliedUndef):
        return outside * sp.Symbol(f"integral({inside}, {x})", positive=inside.is_positive, real=True)
    if _is_vector(x):
        return outside * reduce(lambda found, entry: _bell_integral(entry, found), x, inside)
    return _bell_integral(x, body)


def _bell_integral(x: sp.Symbol, body: sp.Expr) -> sp.Expr:
    """Over the whole line, of what is a bell in x: its top times the root of 2 pi over its curvature."""
    bell = log(body)
    rise = slope(bell, x)
    precision = -slope(rise, x)
    if not is_zero(slope(precision, x)) or sign(precision) != 1:
        raise Undefined("an integral of what is no bell, or does not converge")
    top = x + rise / precision
    return sp.exp(bell.subs(x, top)) * root(2 * symbol("pi", 1) / precision)


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
    "integral": _integral,
    "sigmoid": lambda a: 1 / (1 + sp.exp(-a)),
}
