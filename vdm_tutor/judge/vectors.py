"""Numbers, vectors and matrices of floats, as tuples: arithmetic that needs the standard library alone."""

import ast
import math


def entries(a) -> list[float]:
    """The numbers in a value."""
    return [x for part in a for x in entries(part)] if isinstance(a, tuple) else [a]


def identity(dim: int):
    return tuple(tuple(float(i == j) for j in range(dim)) for i in range(dim)) if dim > 1 else 1.0


def is_vector(a) -> bool:
    return isinstance(a, tuple) and not isinstance(a[0], tuple)


def plus(a, b, sign=1.0):
    if isinstance(a, tuple) != isinstance(b, tuple):
        if isinstance(b, tuple) and a == 0:
            return times(sign, b)
        if isinstance(a, tuple) and b == 0:
            return a
        raise TypeError("a number and a vector do not add")
    if isinstance(a, tuple):
        return tuple(plus(x, y, sign) for x, y in zip(a, b, strict=True))
    return a + sign * b


def times(a, b):
    if not isinstance(a, tuple):
        return tuple(times(a, x) for x in b) if isinstance(b, tuple) else a * b
    if not isinstance(b, tuple):
        return tuple(times(x, b) for x in a)
    return dot(a, b) if is_vector(a) and is_vector(b) else matmul(a, b)


def dot(a, b):
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def matmul(a, b):
    if not isinstance(a, tuple) or not isinstance(b, tuple):
        return times(a, b)
    if is_vector(a):
        return dot(a, b) if is_vector(b) else tuple(dot(a, column) for column in zip(*b, strict=True))
    if is_vector(b):
        return tuple(dot(row, b) for row in a)
    return tuple(tuple(dot(row, column) for column in zip(*b, strict=True)) for row in a)


def over(a, b):
    if isinstance(b, tuple):
        raise TypeError("a division by a vector")
    return times(a, 1.0 / b)


def power(a, b):
    if isinstance(a, tuple):
        if is_vector(a) and b == 2:
            return dot(a, a)
        if not is_vector(a) and b == -1:
            return inverse(a)
        raise TypeError("a power of a vector")
    worth = a**b
    if isinstance(worth, complex):
        raise ValueError("the root of a negative number")
    return worth


BINARY = {
    ast.Add: plus,
    ast.Sub: lambda a, b: plus(a, b, -1.0),
    ast.Mult: times,
    ast.Div: over,
    ast.Pow: power,
    ast.MatMult: matmul,
}


def _minor(a, i: int, j: int):
    return tuple(tuple(x for m, x in enumerate(row) if m != j) for k, row in enumerate(a) if k != i)


def det(a):
    if not isinstance(a, tuple):
        return a
    if is_vector(a):
        raise TypeError("the determinant of a vector")
    return a[0][0] if len(a) == 1 else sum((-1) ** j * a[0][j] * det(_minor(a, 0, j)) for j in range(len(a)))


def inverse(a):
    if not isinstance(a, tuple):
        return 1.0 / a
    if is_vector(a):
        raise TypeError("the inverse of a vector")
    n, whole = len(a), det(a)
    return tuple(tuple((-1) ** (i + j) * det(_minor(a, j, i)) / whole for j in range(n)) for i in range(n))


def trace(a):
    return sum(a[i][i] for i in range(len(a))) if isinstance(a, tuple) else a


def transpose(a):
    return a if is_vector(a) or not isinstance(a, tuple) else tuple(zip(*a, strict=True))


def covariance(var, like):
    dim = len(like) if isinstance(like, tuple) else 1
    return var if isinstance(var, tuple) or dim == 1 else times(var, identity(dim))


def normal(*args):
    if len(args) == 2:
        return args
    x, mean, var = args
    gap, cov = plus(x, mean, -1.0), covariance(var, x)
    dim = len(x) if isinstance(x, tuple) else 1
    square = matmul(matmul(gap, inverse(cov)), gap)
    return math.exp(-square / 2) / math.sqrt((2 * math.pi) ** dim * det(cov))
