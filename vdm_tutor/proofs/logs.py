"""Logarithms of rational numbers, exactly: combinations of logarithms of primes, which are independent."""

import math
from fractions import Fraction
from functools import cache

import sympy as sp

from vdm_tutor.proofs.exact import TooLong, Undefined

LARGEST = 2**64  # of which the primes are looked for


class Log(dict):
    """A rational combination of logarithms of primes; the key 1 carries a plain rational number."""

    def __add__(self, other):
        out = Log(self)
        for prime, share in as_log(other).items():
            out[prime] = out.get(prime, 0) + share
        return Log({k: v for k, v in out.items() if v})

    __radd__ = __add__

    def __neg__(self):
        return Log({k: -v for k, v in self.items()})

    def __sub__(self, other):
        return self + (-as_log(other))

    def __rsub__(self, other):
        return as_log(other) - self

    def __mul__(self, factor):
        if isinstance(factor, Log):
            raise Undefined("a product of two logarithms")
        return Log({k: v * factor for k, v in self.items() if factor})

    __rmul__ = __mul__

    def __truediv__(self, factor):
        return self * (1 / Fraction(factor))

    def __float__(self):
        return float(sum(v * (1 if k == 1 else math.log(k)) for k, v in self.items()))


def as_log(value) -> Log:
    """Any value as a Log: a rational number keeps its worth under the key 1."""
    return value if isinstance(value, Log) else Log({1: Fraction(value)} if value else {})


@cache
def _primes(n: int) -> tuple[tuple[int, int], ...]:
    return tuple(sp.factorint(n).items())


def log_of(ratio: Fraction | float | Log) -> Log | float:
    """The logarithm of a rational number, exactly; of a number in floating point, in floating point."""
    if isinstance(ratio, Log) or ratio <= 0:
        raise Undefined("a logarithm of what is not positive")
    if isinstance(ratio, float):
        return math.log(ratio)
    if max(ratio.numerator, ratio.denominator) > LARGEST:
        raise TooLong("the logarithm of a number of more than nineteen digits")
    found = Log()
    for n, power in ((ratio.numerator, 1), (ratio.denominator, -1)):
        found = found + Log({prime: Fraction(k * power) for prime, k in _primes(n)})
    return found
