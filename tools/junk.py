"""Hand every exercise a thousand things that are no answers: each gets a verdict, and none is right.

usage: python -m tools.junk [COUNT] [06.2 ...]      (default: 1000 for each exercise)
"""

import os
import random
import sys
import tempfile

import numpy as np
import sympy as sp

from vdm_tutor.exercises.catalogue import EXERCISES
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.exercises.verdict import STATUSES

SIGNS = "xαεt_0123456789+-*/^()[]{}|,.=<>'\"\\ \n∑√∇sqrtKLEqp"
WORDS = ["x_t", "x_0", "alpha_t", "ᾱ_t", "alpha_bar_prev", "eps", "sqrt(", "(", ")", "+", "-", "*", "/", "^", "2",
         "1/2", "log(", "KL(", "q(x[t]|x[0])", "p(x|z)", ",", "E[", "]", "norm2(", "snr_t", "sum(t, 2, T,", "||",
         "0"]  # fmt: skip
TEXTS = ["", " ", "x" * 1_000_000, "((((" * 400, "9**9**9", "None", "True", "__import__('os')", "0", "pi", "nan", "inf",
         "1/0", "lambda: 0", "x_t" + "+x_t" * 3000, "𝛼" * 50, "\x00", "0x", "-" * 2000 + "1"]  # fmt: skip


class Evil:
    """Raises at whatever it is asked."""

    def __repr__(self):
        raise RuntimeError("no")

    __str__ = __len__ = __iter__ = __eq__ = __call__ = __array__ = __float__ = __index__ = __bool__ = __repr__
    __hash__ = None


class Yes(str):
    """Says that it is equal to everything."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def lower(self):
        return self

    strip = lower


class Agreeing:
    """Compares as equal with everything, and so do its items."""

    def __eq__(self, other):
        return True

    __ne__ = __lt__ = __gt__ = __hash__ = lambda self, *other: False

    def __array__(self, *_, **__):
        return np.full(5, np.nan)

    def __iter__(self):
        return iter([self] * 5)

    def __len__(self):
        return 5

    def __abs__(self):
        return self

    __sub__ = __rsub__ = __add__ = __mul__ = __truediv__ = lambda self, other: self


class Endless:
    """Has no last item."""

    def __iter__(self):
        while True:
            yield 1.0


def killing(*_):
    os._exit(3)


def changing(*arguments):
    for a in arguments:
        a[...] = 0
    return 1.0


def deep(*arguments):
    return deep(*arguments)


def endless(*_):
    while True:
        pass


def patching(*_):
    import vdm_tutor.exercises.program as judge  # the judge's own room: it is another process's

    judge.alike = lambda *_: True
    return 0.0


FUNCTIONS = [lambda: 1, lambda *a: None, lambda *a: "text", lambda *a: 1 / 0, lambda *a: float("nan"),
             lambda *a: np.inf, lambda *a: np.zeros((2, 3, 4)), lambda *a: exit(), lambda *a: print("x" * 100_000),
             lambda *a: 1j, killing, changing, deep, patching, lambda *a: (yield), lambda *a: Agreeing(),
             lambda *a: Evil(), lambda *a: [[]], lambda *a: np.array([None, 1]), lambda *a: a, lambda *a: True,
             lambda *a: [1.0] * 200_000]  # fmt: skip


def things() -> list:
    """Objects, functions and texts that break careless code."""
    return [*TEXTS, *FUNCTIONS, Evil(), Agreeing(), Yes("yes"), Yes("x_t"), 3.5, -7, 10**400, 0.0, float("nan"), sys,
            float("inf"), True, False, b"x", [], {}, (), [[]], [None] * 5, {1: 2}, object(), int, len, print, str,
            Exception, KeyError("x"), np.zeros(5), np.array(["a"]), np.array([None]), np.full(5, np.nan), slice(1),
            range(5), sp.oo, sp.nan, sp.zoo, sp.I, sp.Matrix([[1, 2]]), sp.Symbol("nobody"), sp.true, [1e400] * 5,
            sp.Integral(sp.Symbol("x")), sp.Add(*sp.symbols("x_:2000")), {"a"}, memoryview(b"abc"),
            NotImplemented, type("Odd", (), {"__call__": 3})(), [Evil()] * 5, lambda: Endless()]  # fmt: skip


def junk(seed: int, count: int) -> list:
    """So many things that are no answers, the same for one seed: objects first, then soups of signs and of words."""
    rng = random.Random(seed)
    signs = ("".join(rng.choices(SIGNS, k=rng.randint(0, 60))) for _ in range(count))
    words = (" ".join(rng.choices(WORDS, k=rng.randint(2, 12))) for _ in range(count))
    soups = [soup for pair in zip(signs, words, strict=True) for soup in pair]
    known = things()
    return [*rng.sample(known, min(count // 2, len(known))), *soups][:count]


def broken(exercise, seed: int, count: int) -> list[str]:
    """What went wrong: an answer that raises, that has no verdict, or that is right."""
    found = []
    for thing in junk(seed, count):
        shown = f"{type(thing).__name__}" + (f" {thing[:60]!r}" if type(thing) is str else "")
        try:
            verdict = exercise.check(thing)
            said = verdict.status if verdict.status not in STATUSES or verdict.correct or not repr(verdict) else ""
        except BaseException as error:
            said = f"it raises {type(error).__name__}: {error}"
        guessed = isinstance(exercise, Prediction) and exercise.chosen(thing) == exercise.right
        if said and not guessed:
            found.append(f"{exercise.id}: {shown}: {said}")
    return found


def main() -> int:
    numbers = [int(name) for name in sys.argv[1:] if name.isdigit()]
    wanted = [name for name in sys.argv[1:] if not name.isdigit()]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VDM_TUTOR_PROGRESS"] = os.path.join(folder, "progress.json")
        for seed, exercise in enumerate(EXERCISES):
            if not wanted or exercise.id in wanted:
                here = broken(exercise, seed, (numbers or [1000])[0])
                here += [f"{exercise.id}: an endless loop is right"] * exercise.check(endless).correct
                print(exercise.id, *here, sep="\n  ", flush=True)
                found += here
    print("something is wrong" if found else "each has a verdict, and none is right")
    return bool(found)


if __name__ == "__main__":
    raise SystemExit(main())
