"""What a reader calls things, brought to the names of `quantities`: x_{t-1}, xt, SNR(t), beta, sigma_q, eps_theta.

A name that is not known is refused with its place and the nearest name that is.
"""

import ast
import difflib
from collections.abc import Iterable
from typing import NoReturn

from vdm_tutor.proofs import quantities
from vdm_tutor.proofs.lexing import Unreadable
from vdm_tutor.proofs.notation import PREDICTED, SPELT, STEPS
from vdm_tutor.proofs.quantities import LAWS
from vdm_tutor.proofs.reading import read
from vdm_tutor.proofs.tree import call, called, rebuilt

NAMED = {*quantities.UNIT, *quantities.POSITIVE, *quantities.VECTOR, *quantities.SCALAR, *quantities.MATRIX, "d", "I"}
NAMED -= {"alpha", "alpha_bar"}  # those of a step: alpha_t, alpha_bar_t
COUNTS = {"sqrt": (1,), "exp": (1,), "log": (1,), "abs": (1,), "sigmoid": (1,), "norm2": (1,), "tr": (1,), "T": (1,),
          "det": (1,), "diag": (1,), "inv": (1,), "N": (2, 3), "KL": (2,), "grad": (2,), "any_mean": (2,),
          "integral": (2,), "mean_over": (3,), "prod": (4,), "landed": (1, 2)}  # fmt: skip
OVER = {"grad": 1, "any_mean": 0, "integral": 0, "mean_over": 0}  # which argument is the name of a variable
CHAIN_COUNTS = {"log": (1,), "KL": (2,), "integral": (2,), "sum": (4,), "prod": (4,), "mean": (4,)}
MEANS = {"x_0": "x0_mean", "x0": "x0_mean", "eps": "eps_mean", "epsilon": "eps_mean"}  # E[x_0 | x_t]


def understood(text: str, room: str = "algebra", known: Iterable[str] = ()) -> ast.expr:
    """The tree of a reader's formula in the names of its room; raises Unreadable (a ValueError) with the place.

    `known` are further names of this line. Every node keeps its place in the text.
    """
    further = frozenset(known)
    tree = read(text, lambda name: room != "chain" and (name in further or _meaning(name) is not None))
    return (InChain if room == "chain" else InAlgebra)(text, further, tree).settled


def _meaning(name: str) -> str | None:
    """What a name stands for: a known name, or a formula for it; None where it is not known."""
    plain = _plain(name)
    if plain in NAMED:
        return plain
    base, _, step = plain.rpartition("_")
    if base in STEPS and step in ("t", "prev"):
        return STEPS[base][step == "prev"] if len(STEPS[base]) > (step == "prev") else None
    return STEPS[plain][0] if plain in STEPS else None


def _plain(name: str) -> str:
    """One spelling of a name: its accent right behind its letter, or the name of the prediction that it is."""
    name = SPELT.get(name, name)
    parts = name.split("_")
    base = "_".join(SPELT.get(p, p) for p in parts if p not in ("hat", "theta", "bar", "tilde"))
    if name in NAMED or name in STEPS:
        return name
    if ("hat" in parts or "theta" in parts) and base in PREDICTED:
        return PREDICTED[base]
    head, *rest = base.split("_")
    accents = [a for a in ("bar", "tilde") if a in parts]
    return "_".join([head, *accents, *rest])


class Settler:
    """Brings one tree to the names of its room."""

    counts: dict[str, tuple[int, ...]] = {}

    def __init__(self, text: str, known: frozenset[str], tree: ast.expr):
        self.text, self.known = text, known
        loops = [n.args[0] for n in ast.walk(tree) if called(n) in ("sum", "prod", "mean") and len(n.args) == 4]
        self.bound = {n.id for n in loops if isinstance(n, ast.Name)}
        self.settled = self.settle(tree)

    def settle(self, tree: ast.AST) -> ast.expr:
        return rebuilt(tree, self.change)

    def change(self, node: ast.expr) -> ast.expr | None:
        raise NotImplementedError

    def refuse(self, reason: str, node: ast.expr) -> NoReturn:
        raise Unreadable(reason, self.text, node.col_offset)

    def unknown(self, name: str, node: ast.expr, what: str, among: Iterable[str]) -> NoReturn:
        near = difflib.get_close_matches(name, sorted({*among, *self.known}), n=1, cutoff=0.5)
        self.refuse(f"no {what} here is called {name!r}" + (f" (did you mean {near[0]!r}?)" if near else ""), node)

    def formula(self, text: str, node: ast.expr) -> ast.expr:
        """A formula in place of a name, at its place."""
        made = read(text)
        for n in ast.walk(made):
            if isinstance(n, ast.expr):
                ast.copy_location(n, node)
        return made

    def function(self, node: ast.Call, counts: dict) -> str:
        """The name of the function that is called, with as many arguments as it takes."""
        name = SPELT.get(called(node) or "", called(node) or "")
        if name not in counts and name not in LAWS and name not in self.known:
            self.unknown(called(node) or "this", node, "function", [*counts, *LAWS])
        if name in counts and len(node.args) not in counts[name]:
            wanted = " or ".join(map(str, counts[name]))
            self.refuse(f"{name} takes {wanted} argument{'s' * (wanted != '1')}, not {len(node.args)}", node)
        return name


class InAlgebra(Settler):
    """Quantities of one step, and functions of them."""

    def change(self, node: ast.expr) -> ast.expr | None:
        match node:
            case ast.Name(id=name):
                if name not in self.known and (meaning := _meaning(name)) is None:
                    self.unknown(name, node, "quantity", [*NAMED, *STEPS, *SPELT])
                return node if name in self.known or meaning == name else self.formula(meaning, node)
            case ast.Subscript(value=ast.Name(id="E")):
                return self.mean(node)
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                return self.at_step(_plain(name), index, node)
            case ast.Call():
                return self.call(node)
            case ast.Subscript():
                self.refuse("an index stands only behind a name", node)
        return None

    def at_step(self, base: str, index: ast.expr, node: ast.expr) -> ast.expr:
        """x[t-1], x[0], SNR(t), alpha[i]."""
        match index:
            case ast.Name(id="t") if base in STEPS:
                return self.formula(STEPS[base][0], node)
            case ast.BinOp(left=ast.Name(id="t"), op=ast.Sub(), right=ast.Constant(value=int(back))) if back < len(
                STEPS.get(base, ())
            ):
                return self.formula(STEPS[base][back], node)
            case ast.Constant(value=k) | ast.Name(id=k) if f"{base}_{k}" in NAMED:
                return self.formula(f"{base}_{k}", node)
            case ast.Name(id=i) if base == "alpha" and i in self.bound:
                return node
        self.refuse(f"{ast.unparse(node)} does not stand in this line", node)

    def mean(self, node: ast.Subscript) -> ast.expr:
        """E[x_0 | x_t] is a quantity of its own."""
        match node.slice:
            case ast.BinOp(left=ast.Name(id=name), op=ast.BitOr(), right=ast.Name(id="x_t" | "xt")) if name in MEANS:
                return self.formula(MEANS[name], node)
        self.refuse("this average has no name in this line; E[x_0 | x_t] and E[eps | x_t] have", node)

    def call(self, node: ast.Call) -> ast.expr:
        if isinstance(node.func, ast.Subscript):
            self.refuse("averages over a law stand in the lines of expectations, not in this one", node)
        name = self.function(node, COUNTS)
        kept = 3 if name == "prod" else 0  # its index and its ends are no quantities
        found = [a if i < kept else self.settle(a) for i, a in enumerate(node.args)]
        if name in OVER and not isinstance(found[OVER[name]], ast.Name):
            self.refuse(f"{name} needs the name of a variable here", node.args[OVER[name]])
        if name == "KL" and not all(called(a) in {"N", *LAWS} for a in found):
            self.refuse("KL compares two laws, as in KL(N(0, 1), N(mu, v))", node)
        bars = [a for a in found if isinstance(a, ast.BinOp) and isinstance(a.op, ast.BitOr)]
        if bars and name not in LAWS:
            self.refuse("a bar stands only within q(a | b)", bars[0])
        return ast.copy_location(call(name, *found), node)


class InChain(Settler):
    """Laws of the steps of a path, averages over them, sums over the steps."""

    def change(self, node: ast.expr) -> ast.expr | None:
        match node:
            case ast.Name(id=name):
                return self.variable(SPELT.get(name, name), node)
            case ast.Call(func=ast.Subscript(value=ast.Name(id="E") as mean, slice=law), args=[body]):
                if called(law) not in LAWS:
                    self.refuse("an average needs its law, as in E[q(z | x)](...)", law)
                function = ast.copy_location(ast.Subscript(mean, self.settle(law), ast.Load()), node)
                return ast.copy_location(ast.Call(function, [self.settle(body)], []), node)
            case ast.Subscript(value=ast.Name(id="x" | "z")):
                return None
            case ast.Subscript():
                self.refuse("only x and z have steps in this line; E has a law and a body, E[q(z | x)](...)", node)
            case ast.Call():
                return self.call(node)
        return None

    def variable(self, name: str, node: ast.expr) -> ast.expr:
        other = {"T": "L", "L": "T"}.get(name)
        if other in self.known and name not in self.known:
            self.refuse(f"{name} is no length of this line: {other} is", node)
        if name in ("x", "z", "y", "t", "T", "L") or name in self.bound | self.known:
            return node
        base, _, step = name.partition("_")
        index = {"prev": "t-1", "next": "t+1"}.get(step, step)
        if base not in ("x", "z") or not (index in ("t", "T", "t-1", "t+1") or index.isdigit() or index in self.bound):
            self.unknown(name, node, "quantity", ["x_0", "x_t", "x_prev", "x_T", "z", "t", "T"])
        return self.formula(f"{base}[{index}]", node)

    def call(self, node: ast.Call) -> ast.expr:
        name = self.function(node, CHAIN_COUNTS)
        made = call(name, *[self.settle(a) for a in node.args])
        bars = [a for a in made.args if isinstance(a, ast.BinOp) and isinstance(a.op, ast.BitOr)]
        if bars and name not in LAWS:
            self.refuse("a bar stands only within q(a | b)", bars[0])
        if name == "KL" and not all(called(a) in LAWS for a in node.args):
            self.refuse("KL compares two laws, as in KL(q(z | x), p(z))", node)
        if name in ("p_theta", "q_phi") and ast.unparse(made) != "p_theta(x[T])":
            made.func = ast.Name(name[0], ast.Load())  # the survey's p_theta is the model p, its q_phi the encoder q
        return ast.copy_location(made, node)
