"""Junk: texts of any kind, each of which gets a verdict or one sentence, in time, and is never run."""

import random
import sys
import time
from functools import cache

from vdm_tutor.proofs.lexing import Unreadable
from vdm_tutor.proofs.tree import text_of
from vdm_tutor.survey.check import asked_by, check
from vdm_tutor.survey.ledger import survey_rows

SLOWEST = 5.0  # seconds of work, the most that an answer may take
SIGNS = "xαεt_0123456789+-*/^()[]{}|,.=<>'\"\\ \n\t\0∑√∇ᾱ₀²½λ日🙂sqrtKLEqpN:;!%&@~`"
WORDS = r"""x_t x_0 alpha_t ᾱ_{t-1} eps sqrt( ( ) [ ] { } + - * / ** ^ KL( N( E[q(z|x)]( log exp( sum(t,2,T, prod( grad(
            ,x_t) norm2( q(x_t|x_0) p(z) 9 0.5 10**9 _ | || , \frac{ \sqrt \bar\alpha ² ₀ inv( @ I mean( any_mean(x_0,
            integral(x, T t Sigma_x x[0] x[t-1] x[1:T] 1e9 Σ""".split()
CODE = """__import__('os').system('echo met')
eval('1')
exec('x=1')
open('/tmp/met','w')
lambda x_0: x_0
[x_0 for x_0 in range(9)]
x_0.__class__.__mro__
(x_0 := 3)
x_0 if x_t else eps
'x_0' + "x_t"
f'{x_0}'
sp.Symbol('x')
getattr(x_0, 'a')
x_0; import os
not x_0
x_0 == x_t
b'x'
globals()
...
None
del x_0
#x""".splitlines()


def junk(rng: random.Random) -> str:
    """A text of any kind: letters, pieces of formulas, code, towers, deep nests, a right formula with a hole in it."""
    key = rng.choice(list(survey_rows()))
    right = text_of(asked_by(key).truth)
    cut = rng.randrange(len(right))
    deep = rng.choice(["(", "sqrt(", "exp(", "log(", "-(", "x_0**(", "norm2(", "1/(", "E[q(x_t|x_0)](", "sum(t,1,T,"])
    n = rng.choice((3, 12, 24, 60, 400))
    return rng.choice([
        lambda: "".join(rng.choice(SIGNS) for _ in range(rng.randint(0, 80))),
        lambda: "".join(rng.choice(WORDS) + rng.choice(("", " ")) for _ in range(rng.randint(1, 25))),
        lambda: "".join(chr(rng.randrange(1, 0x2FFF)) for _ in range(rng.randint(1, 30))),
        lambda: rng.choice(CODE) if rng.random() < 0.5 else f"{right[:cut]}{rng.choice(CODE)}{right[cut:]}",
        lambda: deep * n + rng.choice(("x_0", "9", "alpha_t", "")) + ")" * rng.choice((n, n, n - 1)),
        lambda: "**".join(rng.choice(("9", "x_0", "64", "alpha_t", "(-1)", "0.5")) for _ in range(rng.randint(2, 9))),
        lambda: f"({right})**{rng.choice((2, 9, 64, 65, 10**9))}",
        lambda: right[:cut] + right[cut + rng.randint(1, 9) :],
        lambda: right[:cut] + rng.choice(WORDS) + right[cut:],
        lambda: f"{right}{rng.choice('+-*/@')}{text_of(asked_by(rng.choice(list(survey_rows()))).truth)}",
        lambda: rng.choice("x9(+ \0é") * rng.choice((1, 100, 3000, 10**5)),
    ])()  # fmt: skip


met: list[str] = []
_watching = [False]


def _watch(event: str, details: tuple) -> None:
    """What no formula may lead to: code made of text (sympy's own for its rings apart), a command, a file written."""
    code = event == "compile" and isinstance(details[0], str | bytes) and "def monomial" not in str(details[0])
    written = event == "open" and details[1] and set(str(details[1])) & set("wax+")
    if _watching[0] and (code or written or event in ("os.system", "subprocess.Popen", "os.remove", "socket.connect")):
        met.append(f"{event} {str(details)[:80]}")


@cache
def watched() -> None:
    """Set the watch up, once for the process."""
    sys.addaudithook(_watch)


def answered(formula: str, key: int | str) -> str:
    """What is wrong with the way in which a text is answered, if anything is."""
    start, wrong = time.process_time(), ""
    try:
        answer = check(formula, against=key)
        wrong = "" if answer.why and repr(answer) else "no sentence"
    except ValueError as reason:
        wrong = "" if isinstance(reason, Unreadable) and str(reason) else f"{type(reason).__name__}: {reason}"
    except BaseException as error:
        wrong = f"{type(error).__name__}: {error}"
    seconds = time.process_time() - start
    return wrong or (f"{seconds:.1f} s" if seconds > SLOWEST else "")


def try_junk(n: int, seed: int = 0) -> list[str]:
    """The random texts that did not get a verdict or one sentence in time, or in which something was run."""
    watched()
    rng, failures = random.Random(f"junk {seed}"), []
    for _ in range(n):
        formula, key = junk(rng), rng.choice(list(survey_rows()))
        _watching[0] = True
        wrong = answered(formula, key)
        _watching[0] = False
        if wrong or met:
            failures.append(f"({key}) {formula[:100]!r}: {wrong or met}")
        met.clear()
    return failures
