"""A line of expectations in numbers: joint tables of a chain in floating point, and plain sums over them."""

import ast
import itertools

import numpy as np

from tools.judge.own_numbers import BINARY, PLAIN, NoValue
from vdm_tutor.proofs.tree import called, parse

ELBO = parse("E[q(z | x)](log(p(x, z)/q(z | x)))")


class Tables:
    """Two joint laws of a chain, p and q, and sums over them."""

    def __init__(self, kind: str, n_steps: int, n_states: int, seed: int):
        rng = np.random.default_rng(seed)
        self.n_states, self.n_steps, self.labelled, self.marginals = n_states, n_steps, kind == "labelled", {}
        shape = (n_states,) * (n_steps + 1)
        forward, backward = self._chain(rng, shape, False), self._chain(rng, shape, True)
        loose = [rng.dirichlet(np.ones(n_states ** (n_steps + 1))).reshape(shape) for _ in "pq"]
        self.p, self.q = {"markov": (backward, forward), "one step": (backward, forward), "exact": (forward, forward),
                          "any": loose, "one latent": loose, "labelled": (self._labels(rng, shape), forward),
                          "draws": loose}[kind]  # fmt: skip
        if kind == "draws":
            self.p, self.q = (self._drawn(rng, n_steps, n_states) for _ in "pq")

    @staticmethod
    def _chain(rng, shape: tuple, backward: bool, start=None) -> np.ndarray:
        n = shape[0]
        law = rng.dirichlet(np.ones(n)) if start is None else start
        for _ in shape[1:]:
            law = law[..., None] * rng.dirichlet(np.ones(n), size=n)
        return law.transpose(range(law.ndim - 1, -1, -1)) if backward else law

    def _labels(self, rng, shape: tuple) -> np.ndarray:
        start = rng.dirichlet(np.ones(shape[0]))
        chains = [self._chain(rng, shape, True, start) for _ in range(shape[0])]
        return np.stack(chains, -1) * rng.dirichlet(np.ones(shape[0]))

    @staticmethod
    def _drawn(rng, n_draws: int, n_states: int) -> np.ndarray:
        of_x, given = rng.dirichlet(np.ones(n_states)), rng.dirichlet(np.ones(n_states), size=n_states)
        law = of_x
        for i in range(n_draws):
            law = law[..., None] * given.reshape((n_states,) + (1,) * i + (n_states,))
        return law

    def chance(self, name: str, steps: tuple, at: dict) -> float:
        """The joint chance that some variables have the values that they have here."""
        table, wanted = self.p if name == "p" else self.q, tuple(sorted(set(steps)))
        if any(s < 0 or s >= table.ndim for s in wanted):
            raise NoValue("a step that does not exist")
        if (name, wanted) not in self.marginals:
            self.marginals[name, wanted] = table.sum(axis=tuple(i for i in range(table.ndim) if i not in wanted))
        return float(self.marginals[name, wanted][tuple(at[s] for s in wanted)])

    def steps(self, node: ast.expr, at: dict) -> tuple:
        match node:
            case ast.Name(id=name) if name in ("x", "z"):
                return (0,) if name == "x" else (1,)
            case ast.Name(id="y") if self.labelled:
                return (self.n_steps + 1,)
            case ast.Subscript(slice=ast.Slice(lower=low, upper=high)):
                return tuple(range(self.whole(low, at), self.whole(high, at) + 1))
            case ast.Subscript(value=ast.Name(id="x" | "z"), slice=step):
                return (self.whole(step, at),)
        raise NoValue(ast.unparse(node))

    def whole(self, node: ast.expr, at: dict) -> int:
        worth = self.value(node, at)
        if worth != int(worth) or not 0 <= worth <= 20:
            raise NoValue("no step")
        return int(worth)

    def law(self, node: ast.expr, at: dict) -> tuple[str, tuple, tuple]:
        if called(node) not in ("p", "q"):
            raise NoValue(ast.unparse(node))
        targets, given, bar = [], [], False
        for a in node.args:
            if isinstance(a, ast.BinOp) and isinstance(a.op, ast.BitOr):
                targets += self.steps(a.left, at)
                given += self.steps(a.right, at)
                bar = True
            else:
                (given if bar else targets).extend(self.steps(a, at))
        return called(node), tuple(t for t in dict.fromkeys(targets) if t not in given), tuple(dict.fromkeys(given))

    def conditional(self, law: tuple, at: dict) -> float:
        name, targets, given = law
        return self.chance(name, targets + given, at) / (self.chance(name, given, at) if given else 1.0)

    def over(self, steps: tuple, at: dict):
        for values in itertools.product(range(self.n_states), repeat=len(steps)):
            yield at | dict(zip(steps, values, strict=True))

    def value(self, node: ast.expr, at: dict) -> float:
        match node:
            case ast.Constant(value=number):
                return float(number)
            case ast.Name(id="ELBO"):
                return self.value(ELBO, at)
            case ast.Name(id=name) if name in at:
                return float(at[name])
            case ast.List(elts=[inner]) | ast.Set(elts=[inner]):
                return self.value(inner, at)
            case ast.UnaryOp(operand=inner):
                return -self.value(inner, at)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
                return BINARY[type(op)](self.value(left, at), self.value(right, at))
            case ast.Call(func=ast.Subscript(value=ast.Name(id="E"), slice=inner), args=[body]):
                law = self.law(inner, at)
                return sum(self.conditional(law, here) * self.value(body, here) for here in self.over(law[1], at))
            case ast.Call(args=[first, second]) if called(node) == "KL":
                one, other = self.law(first, at), self.law(second, at)
                if set(one[1]) != set(other[1]):
                    raise NoValue("a KL of two variables")
                return sum((w := self.conditional(one, here)) * np.log(w / self.conditional(other, here))
                           for here in self.over(one[1], at))  # fmt: skip
            case ast.Call(args=[inner]) if called(node) == "log":
                return PLAIN["log"](self.value(inner, at))
            case ast.Call(args=[variable, body]) if called(node) == "integral":
                return sum(self.value(body, here) for here in self.over(self.steps(variable, at), at))
            case ast.Call(args=[index, low, high, body]) if called(node) in ("sum", "prod", "mean"):
                ends = self.value(low, at), self.value(high, at)
                each = [self.value(body, at | {index.id: i}) for i in range(int(ends[0]), int(ends[1]) + 1)]
                return {"sum": sum, "prod": np.prod, "mean": np.mean}[called(node)](each)
            case ast.Call() if called(node) in ("p", "q"):
                return self.conditional(self.law(node, at), at)
        raise NoValue(ast.unparse(node))


SIZES = {"one latent": ((1, 3), (1, 4)), "one step": ((1, 2), (1, 3)), "draws": ((2, 3), (3, 2)),
         "labelled": ((2, 3), (3, 2))}  # fmt: skip


def worth(claim, tree: ast.expr, seed: int) -> np.ndarray:
    """A side at every value of every variable, for every step that t may be, on two chains."""
    found = []
    for n_steps, n_states in SIZES.get(claim.by.table, ((3, 2), (2, 3))):
        tables = Tables(claim.by.table, n_steps, n_states, seed)
        variables = tuple(range(n_steps + 1 + (claim.by.table == "labelled")))
        for t in range(2, n_steps + 1) if n_steps > 1 else (1,):
            for at in tables.over(variables, {"T": n_steps, "L": n_steps, "t": t}):
                found.append(tables.value(tree, at))
    return np.array(found)
