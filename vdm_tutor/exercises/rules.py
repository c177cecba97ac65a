"""Whether a line holds for the reason that is named: it must fail without what the reason stands for.

A reason that speaks of a definition (ᾱ_t = α_t ᾱ_{t-1}, the jump, Tweedie, ...) is the wrong one where plain algebra is
enough; "algebra" is the wrong one where a definition is needed. A reason that is not known here is not judged, and it
is said so.
"""

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from vdm_tutor.claims import BOOK
from vdm_tutor.judge.asked import asked
from vdm_tutor.judge.line import FULL, PLAIN, Notation
from vdm_tutor.proofs.claim import Chain
from vdm_tutor.proofs.tree import parse, quantities, same
from vdm_tutor.survey.check import notation_of

if TYPE_CHECKING:
    from vdm_tutor.exercises.derivation import Task

ALGEBRA = ("algebra", "expand", "multiply out", "collect", "common denominator", "cancel", "factor", "simplify",
           "rearrange", "upside down", "invert", "split")  # fmt: skip
DEFINITIONS = {  # words of a reason: the claims that it stands for, and what is said where they are needed
    ("alpha_bar", "alpha_bar_t =", "ᾱ_t ="): (("alpha_bar",), "ᾱ_t = α_t ᾱ_{t-1}"),
    ("snr",): (("(109)", "(109) one step down"), "what the SNR is"),
    ("jump", "(69)", "forward sample"): (("(69)",), "the jump from x_0"),
    ("posterior variance", "(85)"): ((85,), "the posterior's variance σ_q²"),
    ("tweedie",): (("Tweedie",), "Tweedie's formula"),
}
ABOUT_LAWS = ("bayes", "markov", "chain rule")
EQUAL = ("bayes", "markov", "linear")
UNJUDGED = "the line is checked, the reason is not"


def remark_on(because: str, task: "Task", left: ast.expr, right: ast.expr, sign: str) -> str:
    """What is to be said of a reason; it begins with "but" where another one is at work, and is empty where it fits."""
    said = because.strip().lower()
    if not said:
        return ""
    if "jensen" in said:
        return "" if sign == ">=" else "but not by Jensen: this is an equality, and Jensen gives a bound"
    if sign == ">=":
        return "" if "kl" in said or "bound" in said else "but an inequality has another reason: Jensen, or KL >= 0"
    if task.room == "chain":
        return _on_chains(said, task, left, right)
    if any(word in said for word in ABOUT_LAWS) and holds_for_any_law(task, left, right, sign):
        return "but laws have no part in it: it holds for any functions in their places"
    if quantities(left) & set(task.heads):
        return UNJUDGED  # what the goal's own name stands for is what is being derived
    for words, (keys, name) in DEFINITIONS.items():
        if any(stands(word, said) for word in words):
            return (
                "" if needs(task, left, right, sign, keys) else f"but {name} has no part in it: plain algebra is enough"
            )
    if any(word in said for word in ALGEBRA):
        for keys, name in DEFINITIONS.values():
            if needs(task, left, right, sign, keys):
                return f"but algebra alone does not give it: it needs {name}"
        return ""
    return UNJUDGED


def holds_for_any_law(task: "Task", left: ast.expr, right: ast.expr, sign: str) -> bool:
    """Whether a line of algebra holds with its densities as mere functions, and none of them is what is derived."""
    if quantities(left) & set(task.heads) or not same(task.meant(left), left):
        return False
    ask = task.asks(left, sign)
    return ask.agree(right, ask.truth, PLAIN)


def stands(word: str, said: str) -> bool:
    """Whether a reason speaks of something by its name, and not of a formula in which that letter occurs."""
    return re.search(rf"(?<![\w(*/+-]){re.escape(word)}(?![\w)*/+-])", said) is not None


def needs(task: "Task", left: ast.expr, right: ast.expr, sign: str, keys: tuple) -> bool:
    """Whether a line fails without some definitions."""
    claim = task.question(left, sign)
    dropped = [parse(BOOK[key].left) for key in keys]
    full = notation_of(claim)
    kept = Notation(*(tuple(m for m in part if not any(same(m[0], name) for name in dropped))
                      for part in (full.folded, full.told, full.laws)))  # fmt: skip
    ask = asked(claim, kept)
    return not any(ask.agree(right, ask.truth, reading) for reading in (PLAIN, FULL))


def _on_chains(said: str, task: "Task", left: ast.expr, right: ast.expr) -> str:
    """Markov is at work where the line fails on laws that are not Markov."""
    if task.by.table != "markov":
        return "but there is no chain here that could be Markov" if "markov" in said else UNJUDGED
    claim = replace(task.question(left), by=Chain("any"))
    ask = asked(claim, notation_of(claim))
    markov = not ask.agree(right, ask.truth)
    if "markov" in said:
        return "" if markov else "but it needs no Markov property: it holds for any law"
    claims_less = any(word in said for word in (*EQUAL, *ALGEBRA))
    return "but it needs the Markov property" if markov and claims_less else UNJUDGED
