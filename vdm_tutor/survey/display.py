"""Equations as Jupyter shows them: the stored sides, with the mark of a decision made at that moment."""

import ast
import re
from dataclasses import dataclass

from vdm_tutor.claims import BOOK, find
from vdm_tutor.proofs.claim import RELATIONS, Claim
from vdm_tutor.proofs.decide import MARKS, decide, near_misses
from vdm_tutor.proofs.tree import parse
from vdm_tutor.survey.latex import latex

TEX_MARKS = dict(zip(MARKS, (r"\forall", r"\forall\Sigma", r"\Sigma", r"\smallint", r"\approx"), strict=True))

INDEXED = re.compile(r"[A-Za-z_]+_(?:\{[^}]*\}|\w+)(?:\^\w)?")  # x_{t-1}, alpha_bar_t, sigma_q^2 among a rule's words


BREAK = " \\\\[2pt]\n"
LONG_LEFT = 80  # characters of LaTeX beyond which a left side has a line of its own
WIDE = 190  # characters of LaTeX beyond which a sum takes a line a term, and a left side its number


@dataclass(frozen=True)
class Display:
    """Shows as mathematics in Jupyter, as one line of text elsewhere."""

    text: str
    tex: str

    def _repr_latex_(self) -> str:
        return self.tex

    def __repr__(self) -> str:
        return self.text


def _left(claim: Claim, alone: bool = False) -> str:
    if alone and claim.continues and claim.head:
        return _tex(claim.head)
    return _tex(claim.shown if claim.shown not in ("", "...") else claim.left)


def _tex(side: str) -> str:
    """LaTeX of a side, which a claim may give ready-made where it shows more than it decides."""
    return side if "\\" in side or "{" in side.replace("({", "") else latex(parse(side))


def _tag(claim: Claim) -> str:
    verdict = decide(claim, BOOK)
    mark = TEX_MARKS[verdict.kind] if verdict.proved else r"\times"
    number = f"({claim.key})" if isinstance(claim.key, int) else ""
    if str(claim.key).endswith("as printed"):
        number = r"\text{as printed}"
    return rf"\small {number}\;{{\scriptstyle {mark}}}\hspace{{-2em}}"  # half of the gap between two columns


def _words(rule: str) -> str:
    """Words as TeX text, and the symbols among them as maths: MathJax refuses a bare _ or ^ in text."""
    return r"\text{" + INDEXED.sub(lambda found: "}" + _symbol(found[0]) + r"\text{", rule) + "}"


def _symbol(name: str) -> str:
    return re.sub(r"(?<![a-z\\])(alpha|mu|sigma|theta)", r"\\\1", name.replace("alpha_bar", r"\bar\alpha"), flags=re.I)


def _line(claim: Claim, left: str, alone: bool = False) -> str:
    relation = RELATIONS[claim.from_head if alone and claim.continues and claim.head else claim.relation]
    tail = ""
    if claim.relation == "argmin":
        wrt = r"\arg\min_\theta\;"
        left, tail = (wrt + left if left else left), wrt
    right = claim.shown_right or (r"\cdots" if claim.shown == "..." else _broken(parse(claim.right)))
    rest = _two_kls_apart(right).split(BREAK)
    # the rule on a line of its own and the number in the left margin: the width of a page is the equation's
    rule = [rf"&&&\small {_words(claim.rule)}"] if claim.rule else []
    if len(left) > LONG_LEFT:
        rule, left = [*rule, rf"&&&{left}"], ""
    line = rf"{_tag(claim)} && {left} &{relation} {tail}{rest[0]}"
    return BREAK.join([*rule, line, *(rf"&&&\quad {part}" for part in rest[1:])])


def _broken(side: ast.expr) -> str:
    """A long sum of terms on several lines, one a term; anything else as it is."""
    whole = latex(side)
    if len(whole) < WIDE or not (isinstance(side, ast.BinOp) and isinstance(side.op, ast.Add | ast.Sub)):
        return whole
    sign = "+" if isinstance(side.op, ast.Add) else "-"
    return _broken_left(side.left) + BREAK + sign + latex(side.right)


def _two_kls_apart(right: str) -> str:
    """A difference of two KLs within one bracket is wider than a page: the second on a line of its own."""
    kl = r"D_{\mathrm{KL}}"
    return right.replace(rf"\right)-{kl}", rf"\right)\right.{BREAK}\qquad\left.-{kl}")


def _broken_left(side: ast.expr) -> str:
    if isinstance(side, ast.BinOp) and isinstance(side.op, ast.Add | ast.Sub):
        sign = "+" if isinstance(side.op, ast.Add) else "-"
        return _broken_left(side.left) + BREAK + sign + latex(side.right)
    return latex(side)


def equation(number: int | str) -> Display:
    """One equation of the survey (its PDF number, or a display's label), decided and shown as stored."""
    claim = find(number)
    lines = [_line(claim, _left(claim, alone=True), alone=True)]
    if claim.printed is not None:
        left = _left(claim.printed)
        left = left if len(left) < WIDE else rf"\text{{({claim.key - 1})}}"
        lines.append(_line(claim.printed, left))
    verdict = decide(claim, BOOK)
    text = f"({number}) {MARKS[verdict.kind]} {claim.rule}" + (", mended" if claim.printed else "")
    return Display(text, _aligned(lines))


def derivation(first: int, last: int, show: list[int] | None = None) -> Display:
    """Equations first..last as one chain, every line decided; `show` picks the lines that stand in sight."""
    claims = [find(n) for n in range(first, last + 1)]
    holds = [decide(c, BOOK).proved for c in claims]
    caught = sum(m.breaks for c in claims for m in near_misses(c, BOOK))
    closing = f"{sum(holds)} of {len(claims)} lines checked, {caught} near misses rejected"
    shown = [c for c in claims if show is None or c.key in show]
    first_line, *others = shown
    lines = [_line(first_line, _left(first_line, alone=True), alone=True)]
    lines += [_line(c, "" if c.continues else _left(c)) for c in others]
    lines.append(rf"&&&\small\text{{{closing}}}")
    return Display(f"({first}) to ({last}): {closing}", _aligned(lines))


def _aligned(lines: list[str]) -> str:
    return "$$\\begin{aligned}\n" + " \\\\[6pt]\n".join(lines) + "\n\\end{aligned}$$"
