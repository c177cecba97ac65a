"""The engine: `decide` gives a claim its verdict, `near_misses` says what its slips do to it."""

import ast
from dataclasses import dataclass, replace
from functools import cache

from sympy.matrices.exceptions import ShapeError

from vdm_tutor.proofs import any_law, any_length, chain, quadrature
from vdm_tutor.proofs.claim import Book, Chain, Claim, Grid, users
from vdm_tutor.proofs.exact import Undecided, Undefined
from vdm_tutor.proofs.relations import holds, is_divergence
from vdm_tutor.proofs.slips import slips
from vdm_tutor.proofs.tree import around_the_bar, called, parse, same, substitute, text_of
from vdm_tutor.proofs.verdict import BOTH, Verdict

EMPTY: Book = {}


def decide(claim: Claim, book: Book = EMPTY) -> Verdict:
    """Proved or rejected; raises Undecided otherwise. `book` holds the definitions that the claim names as given."""
    return _decide_definition(claim, book) if claim.relation == ":=" else _decide(claim, definitions(claim, book))


def definitions(claim: Claim, book: Book) -> tuple:
    """What a claim and its parts stand on: (key, name, meaning) for each, in the order in which they are written in."""
    needed = dict.fromkeys(key for c in (claim, *claim.parts) for key in c.given)
    return tuple((key, book[key].left, book[key].right) for key in needed)


@cache  # of everything that the verdict depends on
def _decide(claim: Claim, meanings: tuple, quick: bool = False) -> Verdict:
    """`quick`: on tables alone, where a slip of a line about chains is met."""
    verdict = _decide_line(claim, meanings, quick)
    for part in claim.parts:
        inner = _decide(part, meanings, quick)
        if not inner.proved:
            return replace(inner, why=f"{part.rule or part.key}: {inner.why}")
    return verdict


def _decide_line(claim: Claim, meanings: tuple, quick: bool = False) -> Verdict:
    left, right = _written_in(claim, meanings)
    if claim.relation == ">=" and not is_divergence(parse(claim.gap)):
        raise Undecided(f"the gap {claim.gap!r} of ({claim.key}) is no KL divergence")
    match claim.by:
        case Grid():
            return quadrature.decide(left, right)
        case Chain():
            return _decide_chain(claim, left, right, quick)
    return compared(claim, left, right, quick)


def compared(claim: Claim, left: ast.expr, right: ast.expr, quick: bool = False) -> Verdict:
    """The two sides of a line of algebra, by the claim's relation and in its dimensions."""
    try:
        proved, why = holds(claim, left, right)
    except Undefined as reason:
        return Verdict(False, "symbolic", str(reason), undefined=True)
    return Verdict(proved, "symbolic", why)


def _decide_chain(claim: Claim, left: ast.expr, right: ast.expr, quick: bool) -> Verdict:
    """By enumeration, which alone rejects; a line said to hold in general must also hold by bookkeeping."""
    counted = chain.decide(claim, left, right)
    if not counted.proved or not claim.by.general or quick:
        return counted
    try:
        holds, what, rules = in_general(claim, left, right)
    except Undefined as reason:
        raise Undecided(f"({claim.key}) holds on tables, but in general: {reason}") from None
    if not holds:
        raise Undecided(f"({claim.key}) holds on tables, but not {what}, by {rules}")
    return Verdict(True, BOTH, f"{what}, by {rules}; and {counted.why}")


def in_general(claim: Claim, left: ast.expr, right: ast.expr) -> tuple[bool, str, str]:
    """Whether the sides agree in general, what that means, and by which rules it is decided."""
    if claim.by.general == "law":
        right = ast.BinOp(right, ast.Add(), parse(claim.gap)) if claim.gap else right
        return any_law.same_for_every_law(left, right), "for any densities", "linearity and the chain rule"
    markov, path = claim.by.table == "markov", claim.by.general == "path"
    holds = any_length.same_for_every_length(left, right, path, markov)
    rules = "the chain rule" + (", the Markov property" if markov else "") + ("" if path else ", linearity")
    return holds, f"for every T >= {any_length.least_length(left, right)}", rules


def sides(claim: Claim, book: Book = EMPTY) -> tuple[ast.expr, ast.expr]:
    """Both trees, with the definitions that the claim stands on written in."""
    return _written_in(claim, definitions(claim, book))


def _written_in(claim: Claim, meanings: tuple) -> tuple[ast.expr, ast.expr]:
    left, right = parse(claim.left), parse(claim.right)
    known = {key: (parse(name), parse(meaning)) for key, name, meaning in meanings}
    for key in claim.given:
        left, right = substitute(left, *known[key]), substitute(right, *known[key])
    return left, right


def _decide_definition(claim: Claim, book: Book, quick: bool = False) -> Verdict:
    """A definition holds while everything that stands on it holds; a law is a density in its own variable."""
    standing = users(claim.key, book)
    if not standing and not claim.parts:
        raise Undecided(f"nothing stands on the definition {claim.key}")
    law, density = parse(claim.left), parse(claim.right)
    if called(density) == "N" and len(density.args) == 3 and called(law) and not same(_variable(law), density.args[0]):
        return Verdict(False, "definition", f"{text_of(law)} is no density in {text_of(density.args[0])}")
    standing = dict.fromkeys((*claim.parts, *standing))
    for user in standing:
        verdict = _decide(user, definitions(user, book), quick)
        if not verdict.proved:
            return Verdict(False, "definition", f"({user.key}) fails: {verdict.why}")
    return Verdict(True, "definition", f"stands under {', '.join(str(u.key) for u in standing)}")


def _variable(law: ast.Call) -> ast.expr:
    """What q(a | b) is a law of: a."""
    return around_the_bar(law)[0][0]


@dataclass(frozen=True)
class NearMiss:
    """A slip of a claim: its name, the slipped side, whether it breaks the claim, and the witness or the reason."""

    name: str
    side: str
    breaks: bool
    why: str


KEEPS = {  # why a slip leaves every line of one relation true, where the decision itself does not say it in words
    ("~", "a sign flipped"): "a noise is as likely as its negative, so the law is the same",
}


def near_misses(claim: Claim, book: Book = EMPTY) -> list[NearMiss]:
    """What the slips of the right side do, each decided."""
    found = []
    made = [(name, text_of(tree)) for name, tree in slips(parse(claim.right))]
    for name, text in (*claim.mistakes.items(), *made):
        try:
            verdict = _decide_slip(claim, book, text)
        except (ShapeError, TypeError):  # a vector where a number belongs: no formula, so no near miss
            continue
        kept = claim.keeps.get(name) or KEEPS.get((claim.relation, name)) or verdict.why
        found.append(NearMiss(name, text, not verdict.proved, kept if verdict.proved else verdict.why))
    return found


def _decide_slip(claim: Claim, book: Book, text: str) -> Verdict:
    slipped = replace(claim, right=text)
    if claim.relation == ":=":
        return _decide_definition(slipped, {**book, claim.key: slipped}, quick=True)
    return _decide_line(slipped, definitions(claim, book), quick=True)
