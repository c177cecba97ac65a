"""Text to tree: the one reader of formulas, the survey's as stored and a learner's as typed. Nothing is ever executed.

A tree is made of Python's own syntax nodes, and only of those that a formula needs: numbers, names, + - * / @ **,
calls, indices, brackets. Length, depth and numbers are bounded. Where a name can be no function, 2x, a(b + c) and
x_t x_0 are products.
"""

import ast
from collections.abc import Callable
from fractions import Fraction
from typing import NoReturn

from vdm_tutor.proofs.lexing import Lexer, Token, Unreadable

LONGEST, DEEPEST, NESTED, DIGITS = 2000, 60, 25, 20
PLUS, TIMES = {"+": ast.Add, "-": ast.Sub}, {"*": ast.Mult, "/": ast.Div, "@": ast.MatMult}
CLOSES = {"(": ")", "[": "]", "{": "}", "_{": "}"}
AT_TIME = (["(", "t", ")"], ["(", "t", "-", "1", ")"])  # SNR(t-1) is snr[t-1]
BEGINS = {"(", "[", "{", "||", r"\sqrt", r"\frac", r"\sum", r"\prod", r"\nabla"}
BARE = {"log", "exp", "sqrt"}  # functions that people write without brackets: log p(x)
INDEXED = set("x z a abar alpha alpha_bar E beta snr eps".split())  # names before an index in square brackets


def read(text: str, quantities: Callable[[str], bool] = lambda name: False) -> ast.expr:
    """The tree of one side; raises Unreadable (a ValueError), with the place, for text that is no formula.

    `quantities` says which names are no functions, so that what stands in brackets behind them is a factor.
    """
    if len(text) > LONGEST:
        raise Unreadable(f"a formula of {len(text)} characters: at most {LONGEST} are read")
    return Reader(text, quantities).whole()


class Reader:
    """One pass over the tokens; each method reads what its name says and returns a tree."""

    def __init__(self, text: str, quantities: Callable[[str], bool]):
        self.text, self.quantities = text, quantities
        self.tokens, self.i, self.depth = Lexer(text).tokens(), 0, 0
        self.barred = False  # whether a double bar would end a norm or an argument here, not begin a norm

    @property
    def now(self) -> Token:
        return self.tokens[self.i]

    def refuse(self, reason: str, place: int | None = None) -> NoReturn:
        raise Unreadable(reason, self.text, self.now.start if place is None else place)

    def sign(self, *values: str) -> Token | None:
        """The next token, taken, if it is one of these signs."""
        if self.now.kind == "sign" and self.now.value in values:
            self.i += 1
            return self.tokens[self.i - 1]
        return None

    def close(self, opening: Token) -> None:
        if not self.sign(CLOSES[opening.value]):
            found = "the text ends" if self.now.kind == "end" else f"there is {self.now.value!r}"
            self.refuse(f"{opening.value!r} at character {opening.start + 1} is not closed: {found}")

    def at(self, node: ast.expr, start: int) -> ast.expr:
        """The node with its place in the text, once it is not too deep."""
        node.lineno = node.end_lineno = 1
        node.col_offset, node.end_col_offset = start, self.tokens[max(self.i - 1, 0)].end
        node.deep = 1 + max((getattr(n, "deep", 0) for n in ast.iter_child_nodes(node)), default=0)
        if node.deep > DEEPEST:
            self.refuse(f"more than {DEEPEST} operations, one within the other", start)
        return node

    def whole(self) -> ast.expr:
        if self.now.kind == "end":
            self.refuse("there is no formula")
        tree = self.sum()
        if self.now.kind != "end":
            self.refuse(_STRAY.get(self.now.value, f"nothing can follow here, and there is {self.now.value!r}"))
        return tree

    def sum(self) -> ast.expr:
        start, node = self.now.start, self.product()
        while token := self.sign(*PLUS):
            node = self.at(ast.BinOp(node, PLUS[token.value](), self.product()), start)
        return node

    def product(self) -> ast.expr:
        start, node, divided = self.now.start, self.signed(), False
        while True:
            if token := self.sign(*TIMES):
                node = self.at(ast.BinOp(node, TIMES[token.value](), self.signed()), start)
                divided = token.value == "/" and not token.spaced
            elif self.begins():
                if divided and not self.now.spaced:
                    self.refuse("after / a product without a sign can be read in two ways: write * or brackets")
                if self.now.kind in ("number", "fraction"):
                    self.refuse("a number behind a factor: write the number first, or *")
                node = self.at(ast.BinOp(node, ast.Mult(), self.power()), start)
            else:
                return node

    def begins(self) -> bool:
        """Whether a factor begins here, with no sign before it."""
        if self.now.kind == "sign":
            return self.now.value in BEGINS and not (self.barred and self.now.value == "||")
        return self.now.kind != "end"

    def signed(self) -> ast.expr:
        """A factor with its signs; as in Python, -a*b is (-a)*b."""
        first, minus = self.now.start, False
        while token := self.sign("-", "+"):
            minus ^= token.value == "-"
        node = self.power()
        return self.at(ast.UnaryOp(ast.USub(), node), first) if minus else node

    def power(self) -> ast.expr:
        start, base = self.now.start, self.deeper(self.atom)
        if not self.sign("**"):
            return base
        exponent = self.deeper(self.signed)
        if isinstance(exponent, ast.Set):
            exponent = exponent.elts[0]  # x^{2}
        if isinstance(base, ast.Name) and (step := self.step()):
            base = self.at(ast.Subscript(base, step, ast.Load()), start)  # sigma_q^2(t)
        return self.at(ast.BinOp(base, ast.Pow(), exponent), start)

    def step(self) -> ast.expr | None:
        """The t of SNR(t) or the t - 1 of SNR(t-1), taken, where one stands in brackets here."""
        for pattern in AT_TIME:
            if [t.value for t in self.tokens[self.i : self.i + len(pattern)]] == pattern:
                return self.round(self.sign("("))
        return None

    def deeper(self, read: Callable[[], ast.expr]) -> ast.expr:
        """One level further in; there are not more of them than a person writes."""
        self.depth += 1
        if self.depth > NESTED:
            self.refuse(f"more than {NESTED} brackets or powers, one within the other")
        node = read()
        self.depth -= 1
        return node

    def atom(self) -> ast.expr:
        token = self.now
        if token.kind in ("number", "fraction"):
            self.i += 1
            return self.number(token)
        if token.kind == "name":
            self.i += 1
            return self.named(token)
        if token.kind == "sign" and token.value in BEGINS:
            self.i += 1
            return getattr(self, _AFTER[token.value])(token)
        if token.kind == "end":
            self.refuse("the formula ends where a quantity should follow")
        self.refuse(_STRAY.get(token.value, f"a quantity should stand here, not {token.value!r}"))

    def number(self, token: Token) -> ast.expr:
        """A whole number, or a fraction of two: 0.5 is 1/2 exactly."""
        mantissa, _, exponent = token.value.lower().partition("e")
        if len(mantissa) > DIGITS or abs(int(exponent or 0)) > DIGITS:
            self.refuse(f"a number of more than {DIGITS} digits", token.start)
        worth = Fraction(token.value)
        top = self.at(ast.Constant(worth.numerator), token.start)
        if worth.denominator == 1:
            return top
        return self.at(ast.BinOp(top, ast.Div(), self.at(ast.Constant(worth.denominator), token.start)), token.start)

    def named(self, token: Token) -> ast.expr:
        """A quantity, an indexed one, or a call with what stands in its brackets."""
        node = self.at(ast.Name(token.value, ast.Load()), token.start)
        index = self.sign("_{") or (not self.now.spaced and token.value in INDEXED and self.sign("["))
        if index:
            node = self.at(ast.Subscript(node, self.index(index), ast.Load()), token.start)
            opening = token.value == "E" and self.sign("(", "[", "{")
            if opening:
                inner = self.sum()
                self.close(opening)
                node = self.at(ast.Call(node, [inner], []), token.start)
            return node
        if self.quantities(token.value):
            return self.at_step(node, token)
        if opening := self.sign("("):
            return self.at(ast.Call(node, self.arguments(opening), []), token.start)
        if token.value in BARE and self.now.kind in ("name", "sign") and self.now.value not in ("+", "-", ")"):
            return self.at(ast.Call(node, [self.power()], []), token.start)
        return node

    def at_step(self, node: ast.expr, token: Token) -> ast.expr:
        """A quantity: SNR(t-1) is one of a step, x_theta(x_t, t) one of a network, whose arguments say nothing new."""
        if step := self.step():
            return self.at(ast.Subscript(node, step, ast.Load()), token.start)
        depth, commas = 0, False
        for other in self.tokens[self.i :] if self.now.value == "(" else []:
            depth += {"(": 1, ")": -1}.get(other.value, 0)
            commas |= other.value == "," and depth == 1
            if depth == 0:
                break
        if commas:
            self.arguments(self.sign("("))
        return node

    def index(self, opening: Token) -> ast.expr:
        start, low = self.now.start, self.condition()
        if self.sign(":"):
            low = self.at(ast.Slice(low, self.sum()), start)
        self.close(opening)
        return low

    def condition(self) -> ast.expr:
        """An argument; a | b stands loosest."""
        start, node = self.now.start, self.sum()
        if self.sign("|"):
            node = self.at(ast.BinOp(node, ast.BitOr(), self.sum()), start)
        return node

    def arguments(self, opening: Token) -> list[ast.expr]:
        found = []
        if self.now.kind == "sign" and self.now.value == ")":
            self.refuse("brackets with nothing inside")
        barred, self.barred = self.barred, True
        while True:
            found.append(self.condition())
            if not self.sign(",", "||"):
                self.barred = barred
                self.close(opening)
                return found

    def round(self, opening: Token) -> ast.expr:
        inner = self.sum()
        self.close(opening)
        return inner

    def square(self, opening: Token) -> ast.expr:
        return self.at(ast.List([self.round(opening)], ast.Load()), opening.start)

    def curly(self, opening: Token) -> ast.expr:
        return self.at(ast.Set([self.round(opening)]), opening.start)

    def group(self) -> ast.expr:
        """What stands in braces, or one quantity without them: the argument of a TeX command."""
        if opening := self.sign("{", "("):
            return self.round(opening)
        return self.deeper(self.atom)

    def call(self, name: str, arguments: list[ast.expr], start: int) -> ast.expr:
        function = self.at(ast.Name(name, ast.Load()), start)
        return self.at(ast.Call(function, arguments, []), start)

    def root(self, token: Token) -> ast.expr:
        if self.now.kind == "sign" and self.now.value == "[":
            self.refuse("only square roots are known")
        return self.call("sqrt", [self.group()], token.start)

    def fraction(self, token: Token) -> ast.expr:
        top = self.group()
        return self.at(ast.BinOp(top, ast.Div(), self.group()), token.start)

    def norm(self, token: Token) -> ast.expr:
        """||a||^2, with or without a lowered 2, is norm2(a)."""
        barred, self.barred = self.barred, True
        inner, self.barred = self.sum(), barred
        if not self.sign("||"):
            self.refuse(f"the bars at character {token.start + 1} are not closed")
        square = self.call("norm2", [inner], token.start)
        after = self.tokens[self.i : self.i + 2]
        if [t.value for t in after] == ["**", "2"]:
            self.i += 2
            return square
        return self.call("sqrt", [square], token.start)

    def series(self, token: Token) -> ast.expr:
        """sum_{t=2}^{T} of the product that follows."""
        if not (opening := self.sign("_{")):
            self.refuse("a sum or product needs its ends, as in sum(t, 2, T, ...)")
        index = self.atom()
        if not self.sign("="):
            self.refuse("a sum or product runs from a number: t=2")
        low = self.sum()
        self.close(opening)
        if not self.sign("**"):
            self.refuse("a sum or product needs its upper end, as in sum(t, 2, T, ...)")
        high = self.group()
        return self.call(token.value.strip("\\"), [index, low, high, self.product()], token.start)

    def slope(self, token: Token) -> ast.expr:
        """nabla_{x_t} f; nabla f with x_t meant, or x or z where f speaks of these alone."""
        by = None
        if opening := self.sign("_{"):
            by = self.index(opening)
        elif self.sign("_"):
            by = self.atom()
        of = self.power()
        spoken = {n.id for n in ast.walk(of) if isinstance(n, ast.Name)}
        meant = next((name for name in ("x", "z") if name in spoken and "x_t" not in spoken), "x_t")
        return self.call("grad", [of, by or self.at(ast.Name(meant, ast.Load()), token.start)], token.start)


_AFTER = {
    "(": "round", "[": "square", "{": "curly", "||": "norm", r"\sqrt": "root", r"\frac": "fraction", r"\sum": "series",
    r"\prod": "series", r"\nabla": "slope",
}  # fmt: skip
_STRAY = {
    "=": "one side is asked for, without an equals sign", ":": "a colon stands only within an index, as in x[1:T]",
    "|": "a bar stands only within q(a | b)", ",": "a comma stands only between the arguments of a function",
    ")": "a bracket closes that was not opened", "]": "a bracket closes that was not opened",
    "}": "a bracket closes that was not opened", "||": "double bars stand around a norm, or within KL(q || p)",
}  # fmt: skip
