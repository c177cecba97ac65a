"""Lines about one latent, decided for any law: for densities of which next to nothing is known.

What is used, and all that is used: a conditional density is a joint one over a marginal one; integrating a density over
a variable removes it; an expectation is an integral against its law; an integral is linear, and what does not depend on
its variable comes out; the logarithm of a product is a sum. The latent may be z, or a whole path x_1..x_T.
"""

import ast

import sympy as sp

from vdm_tutor.proofs.exact import Undefined, is_zero
from vdm_tutor.proofs.tree import around_the_bar, called

Names = frozenset[str]


def _names(node: ast.expr) -> Names:
    """The variables that x, z, x[1:T] or x[0:T] stand for: a path without its start is one variable."""
    match node:
        case ast.Name(id=name):
            return frozenset({name})
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Slice(lower=ast.Constant(value=0))):
            return frozenset({f"{name}[0]", f"{name}[1:T]"})
        case ast.Subscript():
            return frozenset({ast.unparse(node)})
    raise Undefined(f"{ast.unparse(node)!r} is no variable")


def _law(node: ast.Call) -> tuple[Names, Names]:
    """The variables of q(a | b): those it is a law of, and those that are given."""
    targets, given = (frozenset().union(*map(_names, side)) for side in around_the_bar(node))
    return targets - given, given


class AnyLaw:
    """Values of sides in the densities, and in integrals of which only the integrand is known; each is a symbol."""

    def __init__(self):
        self.variables: dict[sp.Symbol, tuple[str, Names]] = {}

    def density(self, law: str, names: Names) -> sp.Expr:
        """The joint density of some variables."""
        if not names:
            return sp.Integer(1)
        symbol = sp.Symbol(f"{law}({', '.join(sorted(names))})", positive=True)
        self.variables[symbol] = (law, names)
        return symbol

    def conditional(self, node: ast.Call) -> sp.Expr:
        """q(a | b) as q(a, b) / q(b)."""
        targets, given = _law(node)
        return self.density(called(node), targets | given) / self.density(called(node), given)

    def integral(self, names: Names, body: sp.Expr) -> sp.Expr:
        """Term by term, what is free of the variables outside."""
        total = sp.Integer(0)
        for term in sp.Add.make_args(sp.expand(body)):
            inside = [f for f in sp.Mul.make_args(term) if self._sees(f, names)]
            total += term / sp.Mul(*inside) * self._within(names, sp.Mul(*inside))
        return total

    def _sees(self, factor: sp.Expr, names: Names) -> bool:
        return any(names & self.variables[s][1] for s in factor.free_symbols if s in self.variables)

    def _within(self, names: Names, body: sp.Expr) -> sp.Expr:
        law, seen = self.variables.get(body, ("", frozenset()))
        if law:
            return self.density(law, seen - names)
        if body == 1:
            raise Undefined("an integral of what does not depend on its variable")
        known = sp.Symbol(f"integral of {body}", positive=None if body.atoms(sp.log) else True, real=True)
        seen = (self.variables[s][1] for s in body.free_symbols if s in self.variables)
        self.variables[known] = ("", frozenset().union(*seen) - names)
        return known

    def value(self, node: ast.expr) -> sp.Expr:
        """The worth of a side; raises Undefined for what these rules do not reach."""
        match node:
            case ast.Constant(value=number):
                return sp.Integer(number)
            case ast.List(elts=[inner]) | ast.Set(elts=[inner]):
                return self.value(inner)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -self.value(inner)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                return _BINARY[type(op)](self.value(left), self.value(right))
            case ast.Call(func=ast.Subscript(slice=ast.Call() as law), args=[inner]):
                return self.integral(_law(law)[0], self.conditional(law) * self.value(inner))
            case ast.Call(args=[first, second]) if called(node) == "KL":
                law = self.conditional(first)
                return self.integral(_law(first)[0], law * (_log(law) - _log(self.conditional(second))))
            case ast.Call(args=[variable, body]) if called(node) == "integral":
                return self.integral(_names(variable), self.value(body))
            case ast.Call(args=[inner]) if called(node) == "log":
                return _log(self.value(inner))
            case ast.Call() if called(node) in ("p", "q"):
                return self.conditional(node)
        raise Undefined(f"{ast.unparse(node)!r} has no value for every law")


_BINARY = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


def _log(value: sp.Expr) -> sp.Expr:
    return sp.expand_log(sp.log(value))


def same_for_every_law(left: ast.expr, right: ast.expr) -> bool:
    """Whether the sides are equal for any densities for which they have a value."""
    laws = AnyLaw()
    return is_zero(laws.value(left) - laws.value(right))
