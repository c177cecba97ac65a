"""Lines of expectations decided for every chain length T at once, by bookkeeping with symbolic ends of sums.

What is used of the laws, and all that is used: an expectation is linear; averaging over a variable that the integrand
does not see changes nothing; the chain rule q(a, b) = q(a | b) q(b); and, in a Markov chain, that a neighbour hides
what lies behind it. Each log q becomes a difference of terms "mean of log q(some steps | x_0)", and each sum over t
the sum over 1..T, plus or minus terms at its two ends. Sides with one normal form agree for every T for
which both exist.
"""

import ast
from contextlib import suppress
from dataclasses import dataclass

import sympy as sp

from vdm_tutor.proofs.exact import Undefined
from vdm_tutor.proofs.tree import around_the_bar, called

LENGTH = sp.Symbol("T", positive=True, integer=True)
START, WHOLE = ("", 0), ("path", 0)  # x_0; x_1..x_T. Other steps: ("t", -1) is t - 1, ("T", 0) is T, ("", 2) is 2


@dataclass(frozen=True)
class Term:
    """log law(targets | given) at one step or, where `summed`, added up over 1..T, its last step being t.

    For q it is log q(targets | x_0): a conditional is a difference of two. What x_0 may add to stays "q without x_0".
    """

    law: str
    targets: frozenset
    given: frozenset = frozenset()
    summed: bool = False

    def at(self, base: str, shift: int) -> "Term":
        """The same with each step t + k as base + k + shift."""
        moved = [frozenset((base, k + shift) for _, k in steps) for steps in (self.targets, self.given)]
        for b, k in moved[0] | moved[1]:
            if (b == "T" and k > 0) or (b == "" and k < 0):
                raise Undefined(f"x_{{{b}{k:+}}} does not exist")
        return Term(self.law, moved[0] - {START} if self.law == "q" else moved[0], moved[1])


class Form(dict):
    """A sum of terms, each with a coefficient that may hold T."""

    def plus(self, other: "Form", scale=1) -> "Form":
        out = Form(self)
        for term, share in other.items():
            out[term] = sp.expand(out.get(term, 0) + scale * share)
        return Form({term: share for term, share in out.items() if share != 0 and term.targets})


def _step(node: ast.expr) -> tuple[str, int]:
    match node:
        case ast.Name(id=name):
            return (name, 0)
        case ast.Constant(value=number):
            return ("", number)
        case ast.BinOp(left=ast.Name(id=name), op=op, right=ast.Constant(value=k)):
            return (name, k if isinstance(op, ast.Add) else -k)
    raise Undefined(f"{ast.unparse(node)!r} is no step")


def _steps(node: ast.expr) -> set:
    match node:
        case ast.Name(id="x"):
            return {START}
        case ast.Subscript(slice=ast.Slice(lower=ast.Constant(value=low), upper=ast.Name(id="T"))):
            return {WHOLE} if low else {START, WHOLE}
        case ast.Subscript(slice=step):
            return {_step(step)}
    raise Undefined(f"{ast.unparse(node)!r} is no variable of the chain")


def _law(node: ast.Call) -> tuple[frozenset, frozenset]:
    targets, given = (frozenset().union(*map(_steps, side)) for side in around_the_bar(node))
    return targets - given, given


@dataclass(frozen=True)
class Bookkeeper:
    """Turns trees into forms. `markov`: whether the chains may be taken to be Markov ones."""

    markov: bool = True

    def _hides_start(self, targets: frozenset, given: frozenset) -> bool:
        """Whether x_0 adds nothing about the targets to what is given: something given lies before each target."""
        return START in given or (self.markov and all(any(b == c and g < k for c, g in given) for b, k in targets))

    def density(self, node: ast.Call) -> Form:
        """log of a density; that of a whole path, in a Markov chain, is a sum over its steps (Eqs. 30 and 32)."""
        law, (targets, given) = called(node), _law(node)
        now, before = frozenset({("t", 0)}), frozenset({("t", -1)})
        if self.markov and (law, targets, given) == ("p", {START, WHOLE}, frozenset()):
            return Form({Term("p", before, now, True): 1, Term("p", frozenset({("T", 0)})): 1})
        if self.markov and (law, targets, given) == ("q", {WHOLE}, {START}):
            return _added_up(Form({Term("q", now | before): 1, Term("q", before): -1}), "t", 1, 0)
        if law in ("p", "q") and WHOLE not in targets | given:
            if law == "p" or not self._hides_start(targets, given):
                return Form({Term("q without x_0" if law == "q" else "p", targets, given): 1})
            return (
                Form()
                .plus(Form({Term("q", (targets | given) - {START}): 1}))
                .plus(Form({Term("q", given - {START}): -1}))
            )
        raise Undefined(f"{ast.unparse(node)} has no value for every T")

    def log(self, node: ast.expr, seen: frozenset | None) -> Form:
        """log of a product of densities; `seen` are the averaged variables, None at a single path."""
        match node:
            case ast.BinOp(left=a, op=ast.Mult(), right=b):
                return self.log(a, seen).plus(self.log(b, seen))
            case ast.BinOp(left=a, op=ast.Div(), right=b):
                return self.log(a, seen).plus(self.log(b, seen), -1)
            case ast.Call(args=[index, low, high, body]) if called(node) == "prod":
                return _added_up(self.log(body, seen), index.id, *_ends(low, high))
            case ast.Call() if called(node) in ("p", "q"):
                targets, given = _law(node)
                if seen is not None and WHOLE not in seen and not targets | given <= seen | {START}:
                    raise Undefined(f"{ast.unparse(node)} sees more than is averaged over")
                return self.density(node)
        raise Undefined(f"the log of {ast.unparse(node)!r} is not a sum for every T")

    def mean(self, node: ast.expr, seen: frozenset = frozenset()) -> Form:
        """A sum of expectations of logs, and of KL divergences."""
        match node:
            case ast.List(elts=[inner]) | ast.Set(elts=[inner]):
                return self.mean(inner, seen)
            case ast.UnaryOp(operand=inner):
                return Form().plus(self.mean(inner, seen), -1)
            case ast.BinOp(left=a, op=ast.Mult(), right=b):
                return Form().plus(self.mean(b, seen), _number(a))
            case ast.BinOp(left=a, op=op, right=b):
                return self.mean(a, seen).plus(self.mean(b, seen), 1 if isinstance(op, ast.Add) else -1)
            case ast.Call(func=ast.Subscript(slice=law), args=[inner]):
                targets, given = _law(law)
                if called(law) != "q" or given != {START} or seen:
                    raise Undefined(f"{ast.unparse(law)} is no marginal of the path's law given x_0")
                return self.mean(inner, targets)
            case ast.Call(args=[inner]) if called(node) == "log":
                return self.log(inner, seen)
            case ast.Call(args=[first, second]) if called(node) == "KL":
                return self._kl(first, second, seen)
            case ast.Call(args=[index, low, high, body]) if called(node) in ("sum", "mean"):
                ends = _ends(low, high)
                total = _added_up(self.mean(body, seen), index.id, *ends)
                return total if called(node) == "sum" else Form().plus(total, 1 / (LENGTH + ends[1] - ends[0] + 1))
        raise Undefined(f"{ast.unparse(node)!r} is not a mean of logs for every T")

    def _kl(self, first: ast.Call, second: ast.Call, seen: frozenset) -> Form:
        """E[KL(first, second)] is E[log first - log second] if first is the law of its targets given all of `seen`."""
        targets, given = _law(first)
        if not seen <= given or not self._hides_start(targets, given):
            raise Undefined(f"{ast.unparse(first)} is not the law of these steps given all that is averaged over")
        if targets != _law(second)[0]:
            raise Undefined("a KL between laws of different variables")
        seen = seen | targets
        return self.log(first, seen).plus(self.log(second, seen), -1)


def _number(node: ast.expr) -> sp.Expr:
    """The worth of a factor before a sum: a number, which T may stand in."""
    match node:
        case ast.Constant(value=int(number)):
            return sp.Integer(number)
        case ast.Name(id="T"):
            return LENGTH
        case ast.List(elts=[inner]) | ast.Set(elts=[inner]):
            return _number(inner)
        case ast.UnaryOp(operand=inner):
            return -_number(inner)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as op, right=right):
            a, b = _number(left), _number(right)
            return a * b if isinstance(op, ast.Mult) else a + b if isinstance(op, ast.Add) else a - b
        case ast.BinOp(left=left, op=ast.Div(), right=ast.Constant(value=int(number))) if number:
            return _number(left) / number
    raise Undefined(f"{ast.unparse(node)!r} is no number")


def _ends(low: ast.expr, high: ast.expr) -> tuple[int, int]:
    """(a, c) of a range from a to T + c."""
    (base, first), (top, last) = _step(low), _step(high)
    if base or top != "T":
        raise Undefined("a range that does not run from a number to T")
    return first, last


def _added_up(form: Form, index: str, first: int, last: int) -> Form:
    """The sum over index = first..T + last: over 1..T, with terms taken off or put on at both ends."""
    total = Form()
    for term, share in form.items():
        offsets = [k for base, k in term.targets | term.given if base == index]
        if term.summed or len(offsets) < len(term.targets | term.given - {START}):
            raise Undefined("a sum of what does not run with its index")
        shift = max(offsets)
        term = term.at("t", -shift)
        low, high = first + shift, last + shift
        total = total.plus(Form({Term(term.law, term.targets, term.given, True): 1}), share)
        for u in range(1, low):
            total = total.plus(Form({term.at("", u): 1}), -share)
        for u in range(low, 1):
            total = total.plus(Form({term.at("", u): 1}), share)
        for k in range(high + 1, 1):
            total = total.plus(Form({term.at("T", k): 1}), -share)
        for k in range(1, high + 1):
            total = total.plus(Form({term.at("T", k): 1}), share)
    return total


def least_length(*trees: ast.expr) -> int:
    """The least T for which the sides exist: every step lies in 0..T, no range ends before it begins, t runs from 2."""
    nodes = [n for tree in trees for n in ast.walk(tree)]
    least = max(1, *(_asked(node) for node in nodes))
    free = any(isinstance(n, ast.Name) and n.id == "t" for n in nodes)
    bound = any(called(n) in ("sum", "prod", "mean") for n in nodes)
    return max(least, 2) if free and not bound else least


def _asked(node: ast.AST) -> int:
    """The T that one range or one step asks for."""
    with suppress(Undefined):
        match node:
            case ast.Call(args=[_, low, high, _]) if called(node) in ("sum", "prod", "mean"):
                first, last = _ends(low, high)
                return first - last - (called(node) != "mean")
            case ast.Subscript(slice=ast.BinOp() | ast.Constant() as step):
                base, k = _step(step)
                return {"": k, "T": -k}.get(base, 0)
    return 0


def same_for_every_length(left: ast.expr, right: ast.expr, pointwise: bool, markov: bool = True) -> bool:
    """Whether the sides have one normal form; `pointwise`: they are densities at one path, not means of logs."""
    keeper = Bookkeeper(markov)
    forms = [keeper.log(side, None) if pointwise else keeper.mean(side) for side in (left, right)]
    return not forms[0].plus(forms[1], -1)
