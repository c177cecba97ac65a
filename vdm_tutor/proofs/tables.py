"""Small chains of which everything is known: joint tables of rational numbers, and the pairs of them (worlds)."""

import itertools
import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache


@dataclass(frozen=True, eq=False)
class Table:
    """A joint law of x_0..x_T over `n_states` values: one rational number a path."""

    n_steps: int
    n_states: int
    weights: dict[tuple[int, ...], Fraction | float]

    @property
    def n_variables(self) -> int:
        return len(next(iter(self.weights)))

    @cache  # noqa: B019  (tables live as long as the programme)
    def marginal(self, variables: tuple[int, ...]) -> dict[tuple[int, ...], Fraction | float]:
        """The law of some of the variables, by summing over the others."""
        out: Counter = Counter()
        for path, weight in self.weights.items():
            out[tuple(path[v] for v in variables)] += weight
        return dict(out)


def _row(rng: random.Random, size: int) -> list[Fraction]:
    counts = [rng.randint(1, 5) for _ in range(size)]
    return [Fraction(c, sum(counts)) for c in counts]


@cache
def markov_table(seed: int, backward: bool, n_steps: int = 3, n_states: int = 2) -> Table:
    """A Markov chain with random rational transitions, run from x_0 up or from x_T down."""
    rng = random.Random(seed)
    start = _row(rng, n_states)
    moves = [[_row(rng, n_states) for _ in range(n_states)] for _ in range(n_steps)]
    weights = {}
    for path in itertools.product(range(n_states), repeat=n_steps + 1):
        order = path[::-1] if backward else path
        steps = (moves[i][order[i]][order[i + 1]] for i in range(n_steps))
        weights[path] = start[order[0]] * math.prod(steps, start=Fraction(1))
    return Table(n_steps, n_states, weights)


@cache
def any_table(seed: int, n_steps: int = 3, n_states: int = 2) -> Table:
    """A law of x_0..x_T with no structure at all."""
    rng = random.Random(seed)
    paths = list(itertools.product(range(n_states), repeat=n_steps + 1))
    return Table(n_steps, n_states, dict(zip(paths, _row(rng, len(paths)), strict=True)))


@cache
def labelled_table(seed: int, n_steps: int = 3, n_states: int = 2) -> Table:
    """Reverse chains of x_0..x_T, one for each label y, that share the law of x_T; y is the last variable."""
    labels, weights = _row(random.Random(seed), n_states), {}
    start = _row(random.Random(seed + 1), n_states)
    for y, share in enumerate(labels):
        chain = markov_table(seed + 2 + y, True, n_steps, n_states)
        last = chain.marginal((n_steps,))
        weights |= {
            (*path, y): share * weight * start[path[-1]] / last[path[-1:]] for path, weight in chain.weights.items()
        }
    return Table(n_steps, n_states, weights)


def drawn_table(pair: Table, n_draws: int) -> Table:
    """x and independent draws z_1..z_L of its latent: each z_l goes with x as in the pair's own table."""
    of_x, weights = pair.marginal((0,)), {}
    for x, *draws in itertools.product(range(pair.n_states), repeat=n_draws + 1):
        shares = (pair.weights[x, z] / of_x[x,] for z in draws)
        weights[x, *draws] = of_x[x,] * math.prod(shares, start=Fraction(1))
    return Table(n_draws, pair.n_states, weights)


LAWS = {"p": "p", "q": "q", "q_phi": "q", "p_theta": "other"}  # p_theta(x_T): a prior with parameters, Eq. 51


@dataclass(frozen=True, eq=False)
class World:
    """The pair of tables on which a line is decided; with `draws`, z_1, z_2, ... are draws of one latent."""

    p: Table
    q: Table
    draws: bool = False

    def table(self, name: str) -> Table:
        tables = {"p": self.p, "q": self.q}
        return tables.get(LAWS[name]) or any_table(23, self.q.n_steps, self.q.n_states)

    def rounded(self) -> "World":
        """The same laws in floating point: fast, to recognise a value, not to decide."""
        tables = [
            Table(t.n_steps, t.n_states, {path: float(w) for path, w in t.weights.items()}) for t in (self.p, self.q)
        ]
        return World(*tables, self.draws)


def _markov(seed: int, *size: int) -> World:
    return World(markov_table(seed + 10, True, *size), markov_table(seed, False, *size))


def _free(seed: int, *size: int) -> World:
    return World(any_table(seed, *size), any_table(seed + 4, *size))


def _exact(seed: int, *size: int) -> World:
    return World(markov_table(seed, False, *size), markov_table(seed, False, *size))


def _labelled(*size: int) -> World:
    return World(labelled_table(31, *size), markov_table(12, False, *size))


def _draws(seed: int, n_draws: int, n_states: int) -> World:
    pair = _free(seed, 1, n_states)
    return World(drawn_table(pair.p, n_draws), drawn_table(pair.q, n_draws), draws=True)


# (number of steps T, number of states) of the chains on which a line is decided
WORLDS: dict[str, Callable[[], list[World]]] = {
    "markov": lambda: [_markov(12, 3, 2), _markov(40, 2, 3), _markov(60, 4, 2), _markov(70, 1, 2)],
    "any": lambda: [_free(3, 3, 2), _free(41, 2, 3)],
    "not q": lambda: [World(markov_table(22, True), any_table(7))],
    "not p": lambda: [World(any_table(3), markov_table(12, False))],
    "one latent": lambda: [_free(13, 1, 3), _free(42, 1, 4), _free(43, 1, 2)],
    "exact": lambda: [_exact(12, 3, 2), _exact(44, 2, 3)],
    "labelled": lambda: [_labelled(3, 2), _labelled(2, 3), _labelled(1, 3)],
    "draws": lambda: [_draws(13, 3, 2), _draws(42, 2, 3)],
    "one step": lambda: [_markov(12, 1, 2), _markov(45, 1, 3)],
}
LONGER: dict[str, Callable[[], list[World]]] = {  # chains on which formulas are compared in floating point alone
    "markov": lambda: [_markov(80, 5, 2)],
    "any": lambda: [_free(81, 5, 2)],
    "exact": lambda: [_exact(82, 5, 2)],
    "labelled": lambda: [_labelled(5, 2)],
    "draws": lambda: [_draws(83, 4, 2)],
}
