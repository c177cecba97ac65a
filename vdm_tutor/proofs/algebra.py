"""What a side is worth, by exact algebra: rational functions with square roots, logarithms and Gaussians.

`value` walks the stored tree one operation at a time; `is_zero` decides by a normal form in which each root is a
symbol r with r^2 = its radicand; `witness` prints numbers where two values differ. Sampling never proves.
"""

import ast
from functools import cache

import sympy as sp

from vdm_tutor.proofs.tree import called

UNIT = (
    "alpha_t alpha_prev alpha_bar_t alpha_bar_prev alpha_bar alpha alpha_s alpha_merged alpha_1 share".split()
)  # in (0, 1)
POSITIVE = (
    "pi v v_x v_y v_0 u r s c snr_t snr_prev Z p_y"
    " n v_theta posterior_var sigma_phi std signal_mean noise_var stationary lam m_2 b_1 b_2 b_3"
).split()
NOISE = "eps eps_step eps_star_1 eps_merged noise_2".split()  # independent, standard normal
VECTOR = (
    NOISE
    + (
        "x_t x_0 x_prev x_prev2 x0_hat eps_hat score score_hat score_given_x0 score_given_y classifier_score"
        " score_guided eps_star_2 z mu_z score_z s_x x_1 x_s x_sprev mu_x mu_y mu_q mu_theta x0_mean eps_mean x0_other"
    ).split()
)
SCALAR = "mu_phi x_T mu C omega guidance_scale x y m w g h x_i a b k".split()
MATRIX = "Sigma_x Sigma_y Sigma_q Sigma_z".split()


class Undecided(Exception):
    """Neither proved nor rejected: an error, never a verdict."""


class Undefined(Exception):
    """The side has no value: the root of a negative number, a division by zero."""


@cache
def symbol(name: str, dim: int) -> sp.Expr | sp.MatrixBase:
    """The symbol that a name stands for: a number, or a vector or symmetric matrix of `dim` symbols."""
    if name in ("d", "I"):
        return sp.Integer(dim) if name == "d" else (sp.eye(dim) if dim > 1 else sp.Integer(1))
    if name in UNIT or name in POSITIVE:
        return sp.Symbol(name, positive=True)
    if name in MATRIX and dim == 1:
        return sp.Symbol(name, positive=True)
    if name in MATRIX:
        return _covariance(name, dim)
    if name in VECTOR and dim > 1:
        return sp.Matrix(dim, 1, lambda i, _: sp.Symbol(f"{name}[{i + 1}]", real=True))
    if name in VECTOR or name in SCALAR:
        return sp.Symbol(name, real=True)
    raise ValueError(f"no quantity here is called {name!r}")


def _covariance(name: str, dim: int) -> sp.MatrixBase:
    """Every covariance matrix there is: L L' with a lower triangular L of symbols, positive on its diagonal."""

    def entry(i, j):
        below = sp.Symbol(f"{name}_{i + 1}{j + 1}", positive=True) if i == j else sp.Symbol(f"{name}_{i + 1}{j + 1}")
        return below if i >= j else sp.Integer(0)

    lower = sp.Matrix(dim, dim, entry)
    return lower * lower.T


def value(node: ast.expr, dim: int = 1, env: dict | None = None):
    """The worth of a tree: a sympy expression, a Matrix for a vector, or a pair (mean, variance) for a law."""
    env = env or {}
    match node:
        case ast.Constant(value=number):
            return sp.nsimplify(number, rational=True)
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


def sign(e: sp.Expr) -> int:
    """+1 or -1 where the sign is the same on the whole domain (every alpha = 1/(1+u), u > 0), else 0."""
    e = e.replace(_is_positive_atom, lambda n: sp.Dummy(positive=True))
    e = e.subs({s: 1 / (1 + s) for s in e.free_symbols if s.name in UNIT}, simultaneous=True)
    if any(not s.is_positive for s in e.free_symbols) or e.atoms(sp.log):
        return 0
    top, bottom = sp.fraction(sp.together(e))
    return _one_sign(top) * _one_sign(bottom)


def _is_positive_atom(n: sp.Expr) -> bool:
    undefined = isinstance(n, (sp.core.function.AppliedUndef, sp.exp))
    return undefined or (n.is_Pow and n.exp.is_Rational and n.exp.q > 1)


def _one_sign(e: sp.Expr) -> int:
    if e.is_number:
        return int(sp.sign(e))
    coefficients = sp.Poly(sp.expand(e), *(e.free_symbols or [sp.Dummy()])).coeffs()
    if all(c > 0 for c in coefficients):
        return 1
    return -1 if all(c < 0 for c in coefficients) else 0


def _factors(e: sp.Expr) -> list[tuple]:
    """e as a product of powers of primes and of irreducible polynomials, each positive on the domain."""
    e = normal_form(e)
    top, bottom = sp.fraction(e)
    found, overall, unknown = [], 1, 0
    for part, power in ((top, 1), (bottom, -1)):
        roots = [f for f in sp.Mul.make_args(part) if f.is_Pow and not f.exp.is_integer]
        found += [(f.base, power * f.exp) for f in roots]
        number, factors = sp.factor_list(sp.Mul(*[f for f in sp.Mul.make_args(part) if f not in roots]))
        overall *= sp.sign(number)
        for prime, k in [*sp.factorint(abs(sp.Rational(number)).p).items()]:
            found.append((sp.Integer(prime), power * k))
        for prime, k in sp.factorint(abs(sp.Rational(number)).q).items():
            found.append((sp.Integer(prime), -power * k))
        for factor, k in factors:
            s = sign(factor)
            unknown += s == 0
            overall *= (s or 1) ** k
            found.append((factor * (s or 1), power * k))
    if unknown > 1 or (unknown and overall < 0):
        raise Undecided(f"the sign of {e} is not known")
    if overall < 0 or e == 0:
        raise Undefined(f"a root or logarithm of {e}, which is not positive")
    return found


def root(e: sp.Expr | sp.MatrixBase) -> sp.Expr:
    """The square root, split into roots of irreducible factors, which are independent of each other."""
    if isinstance(e, sp.MatrixBase):
        raise Undefined("the root of a vector")
    if e == 0:
        return sp.Integer(0)
    out = sp.Integer(1)
    for factor, power in _factors(e):
        if power % 2 == 0 and sign(factor) == 0:
            raise Undecided(f"the root of a square: the sign of {factor} is not known")
        out *= sp.Pow(factor, sp.Rational(power, 2))
    return out


def log(e: sp.Expr) -> sp.Expr:
    """The logarithm, split over factors; the exponentials in e come out whole."""
    plain, exponent = sp.Integer(1), sp.Integer(0)
    for factor in sp.Mul.make_args(sp.powdenest(e)):
        base, power = factor.as_base_exp()
        if isinstance(factor, sp.exp):
            exponent += factor.args[0]
        elif isinstance(base, sp.exp):
            exponent += power * base.args[0]
        elif not power.is_Rational:
            exponent += power * log(base)
        elif power.q == 2:
            exponent += power * sum(k * sp.log(f) for f, k in _factors(base))
        else:
            plain *= factor
    if plain == 1:
        return exponent
    return exponent + sum(k * sp.log(f) for f, k in _factors(plain))


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


def normal_form(e: sp.Expr) -> sp.Expr:
    """e as one reduced fraction of polynomials in its symbols, roots, logs, exponentials and unknown functions."""
    e, table = _atoms(e)
    top, bottom = sp.fraction(sp.together(e))
    top = _reduce(top, table)
    if top == 0:
        return sp.Integer(0)
    out = sp.cancel(top / _reduce(bottom, table))
    back = {g: r for r, g in table.items()}
    while out.free_symbols & set(back):  # a root may stand inside an exponential
        out = out.subs(back)
    return out


def _atoms(e: sp.Expr) -> tuple[sp.Expr, dict]:
    """e with every root, log, exp and unknown function replaced by a generator, and the table of them."""
    table: dict = {}

    def generator(atom):
        return table.setdefault(atom, sp.Dummy(positive=True))

    e = e.replace(lambda n: isinstance(n, (sp.Derivative, sp.core.function.AppliedUndef, sp.log)), generator)
    e = e.replace(
        lambda n: isinstance(n, sp.Pow) and n.exp.is_Rational and n.exp.q > 1,
        lambda n: generator(sp.Pow(n.base, sp.Rational(1, n.exp.q))) ** n.exp.p,
    )
    return _exponentials(e, generator), table


def _exponentials(e: sp.Expr, generator) -> sp.Expr:
    """exp(k a) becomes generator(exp(a)) ** k, so that powers of one exponential know each other."""

    def power(n: sp.Expr) -> sp.Expr:
        share, exponent = sp.expand(sp.cancel(n.args[0])).as_coeff_Mul()
        return generator(sp.exp(exponent)) ** share

    return e.replace(lambda n: isinstance(n, sp.exp), power)


def _reduce(polynomial: sp.Expr, table: dict) -> sp.Expr:
    """Replace r^2 by its radicand until no root stands squared."""
    for atom, r in table.items():
        if atom.is_Pow and polynomial.has(r):
            q = atom.exp.q
            terms = sp.Poly(polynomial, r).terms()
            polynomial = sp.expand(sum(c * atom.base ** (n // q) * r ** (n % q) for (n,), c in terms))
    return sp.expand(polynomial)


def entries(a) -> list[sp.Expr]:
    """The numbers in a value: one, or those of a vector, a matrix or a law."""
    if isinstance(a, tuple):
        return [x for part in a for x in entries(part)]
    return list(a) if isinstance(a, sp.MatrixBase) else [a]


def is_zero(e: sp.Expr) -> bool:
    """Whether e vanishes identically: no if it does not at some point, yes only by exact normal form."""
    return witness(e, sp.Integer(0)) is None and normal_form(e) == 0


POINTS = [("3/5", "7/10", "2/7", "1/3"), ("4/7", "1/3", "5/8", "3/10"), ("2/9", "5/7", "3/4", "5/6")]


def witness(left: sp.Expr, right: sp.Expr) -> str | None:
    """A point, in words, where the two numbers differ by far more than rounding; None where none was met."""
    free = sorted(left.free_symbols | right.free_symbols, key=lambda s: s.name)
    functions = sorted(sp.Tuple(left, right).atoms(sp.core.function.AppliedUndef, sp.Derivative), key=str)
    for number, units in enumerate(POINTS):
        point = {s: _coordinate(s, i, number, units) for i, s in enumerate(free)}
        jets = {f: sp.Rational(7 + 3 * i, 5 + i + number) for i, f in enumerate(functions)}
        a, b = (sp.N(side.subs(jets).subs(point), 30) for side in (left, right))
        if a.is_real and b.is_real and abs(a - b) > sp.Float("1e-15") * (1 + abs(a)):
            at = ", ".join(f"{s.name} = {point[s]}" for s in free if s in point)
            return f"at {at or 'every point'}: {sp.N(a, 4)} against {sp.N(b, 4)}"
    return None


def _coordinate(s: sp.Symbol, index: int, number: int, units: tuple) -> sp.Rational:
    if s.name in UNIT[:4]:
        return sp.Rational(units[UNIT.index(s.name)])
    if s.name in UNIT:
        return sp.Rational(5 + number, 11)
    return sp.Rational(7 + 4 * index + 3 * number, 5 + index)
