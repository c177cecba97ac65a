"""The mistakes people make, as rewritings of a stored side: each takes one place, or all places, and writes it wrongly.

One vocabulary for all who speak of mistakes: the ledger, the judge, the exercises, and `tools.mutants`, which plants
them in code. `terms` has the mistakes in sums and products, `names` those of one quantity for another, `laws` those in
laws, averages and indices; `mistakes` is the table of them all.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vdm_tutor.proofs.polynomials import spend
from vdm_tutor.proofs.slips import laws, terms
from vdm_tutor.proofs.slips.mistakes import MADE, MISTAKES, TRIED
from vdm_tutor.proofs.slips.terms import Rule
from vdm_tutor.proofs.tree import called, places, put, quantities, rebuilt, same


def slips(side: ast.expr, everywhere: bool = False) -> Iterator[tuple[str, ast.expr]]:
    """(name, slipped side): each mistake that the ledger tries, at the first place for it, or at every place."""
    for name, rule in TRIED.items():
        made = (put(side, path, new) for path, node in places(side) for new in rule(node))
        made = [tree for tree in made if not same(tree, side)]
        yield from ((name, tree) for tree in (made if everywhere else made[:1]))


@dataclass(frozen=True)
class Slip:
    """A mistake made in a formula: its name, the formula with it, and what it makes of which pieces."""

    name: str
    tree: ast.expr
    was: tuple[ast.expr, ...] = ()
    here: tuple[ast.expr, ...] = ()
    everywhere: bool = False


def every_slip(side: ast.expr, rules: Mapping[str, Rule] = MADE) -> Iterator[Slip]:
    """Each mistake at each place, then each that can stand at several places at all of them at once.

    Of two that give the same formula the first is given: the more telling name.
    """
    seen = {ast.dump(side)}
    whole, settled = [], _indices(side)
    for name, rule in rules.items():
        made = [(path, node, new) for path, node in places(side) if id(node) not in settled for new in rule(node)]
        for path, node, new in made if MISTAKES[name].at_one_place else ():
            tree = put(side, path, new)
            spend(50)
            if (printed := ast.dump(tree)) not in seen:
                seen.add(printed)
                yield Slip(name, tree, (node,), (new,))
        if MISTAKES[name].at_all_places and len(made) > 1:
            whole.append((name, rule))
    for name, rule in whole:
        for choice in range(2):
            changed: list[tuple] = []
            tree = at_all_places(side, rule, choice, changed)
            if len(changed) > 1 and (printed := ast.dump(tree)) not in seen:
                seen.add(printed)
                yield Slip(name, tree, *zip(*changed, strict=True), True)


def of_the_law(law: ast.expr) -> Iterator[Slip]:
    """What a formula for a conditional law may have been made for instead: Bayes the wrong way round."""
    yield from (Slip("a condition the wrong way round", tree) for tree in laws.condition_reversed(law))


def _indices(side: ast.expr) -> set[int]:
    """The nodes that only say which step or variable is meant: indices, ends of a sum, what a slope is taken in."""
    found: set[int] = set()
    for n in ast.walk(side):
        inner = [n.slice] if isinstance(n, ast.Subscript) and getattr(n.value, "id", "") != "E" else []
        found |= {id(n)} if terms.is_op(n, ast.BitOr) else set()  # the bar of a law is no formula by itself
        inner += n.args[:3] if called(n) in ("sum", "prod", "mean") else []
        inner += n.args[1:] if called(n) == "grad" else []
        inner += n.args[:1] if called(n) in ("any_mean", "mean_over", "integral") else []
        if called(n) in ("p", "q", "p_1", "p_2", "p_theta", "f") and any("_" in m for m in quantities(n)):
            inner += n.args  # a density of algebra: what it is a density of is its name
        found |= {id(m) for part in inner for m in ast.walk(part)}
    return found


def at_all_places(side: ast.expr, rule: Rule, choice: int, made: list[tuple]) -> ast.expr:
    """The formula with a mistake wherever it can be made; where it can be made in two ways, in one of them."""

    def change(node: ast.AST) -> ast.AST | None:
        found = rule(node) if isinstance(node, ast.expr) else []
        if not found:
            return None
        made.append((node, found[min(choice, len(found) - 1)]))
        return made[-1][1]

    return rebuilt(side, change)
