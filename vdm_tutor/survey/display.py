"""Equations as Jupyter shows them: the stored sides, with the mark of a decision made at that moment."""

import ast
import re
from dataclasses import dataclass

import sympy as sp

from vdm_tutor.claims import BOOK, SECTIONS, find
from vdm_tutor.colours import COLOURS
from vdm_tutor.proofs.algebra import value
from vdm_tutor.proofs.claim import Algebra, Claim
from vdm_tutor.proofs.decide import decide, near_misses
from vdm_tutor.proofs.tree import called, parse
from vdm_tutor.proofs.verdict import MARKS
from vdm_tutor.survey.ledger import survey_rows
from vdm_tutor.survey.lines import PAGE, rows, width

TEX_MARKS = dict(zip(MARKS, (r"\forall", r"\forall\Sigma", r"\Sigma", r"\int", "{:}{=}"), strict=True))
LAW = r"\overset{\text{law}}{=}"
TEX_SIGNS = {"=": "=", ":=": r"\mathrel{{:}{=}}", ">=": r"\ge", "~": LAW, "∝": r"\propto", "argmin": "="}
HOLDS, FAILS = COLOURS["denoise_kl"], COLOURS["guess"]
WRONG = rf"\bbox[background-color:{FAILS}24]"  # behind a refuted line, whose letters keep the page's own colour
SYMBOLS = {  # in TeX: the quantities that have a colour of their own in plots
    r"x_0|x_\{0\}": "x0",
    r"x_t|x_\{t\}": "xt",
    r"x_\{t-1\}": "x_prev",
    r"\\epsilon(?:_0)?(?![_^*])": "eps",
    r"\\hat ?x_\\theta|\\hat ?\\epsilon_\\theta|s_\\theta": "learned",
}
SYMBOL = re.compile("|".join(f"({pattern})" for pattern in SYMBOLS))
INDEXED = re.compile(r"[A-Za-z_]+_(?:\{[^}]*\}|\w+)(?:\^\w)?")  # x_{t-1}, alpha_bar_t, sigma_q^2 among a rule's words


@dataclass(frozen=True)
class Display:
    """Shows as mathematics in Jupyter, as one line of text elsewhere."""

    text: str
    tex: str

    def _repr_latex_(self) -> str:
        return self.tex

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, repr=False)
class Equation(Display):
    """One line: it shows as mathematics, and its sides are sympy expressions in the symbols of `survey.symbols`.

    A line of expectations has no such sides, and says so.
    """

    claim: Claim

    @property
    def left(self) -> sp.Expr:
        """The left side, as sympy reads it."""
        return self._side(self.claim.left)

    @property
    def right(self) -> sp.Expr:
        """The right side, as sympy reads it."""
        return self._side(self.claim.right)

    def _side(self, text: str) -> sp.Expr:
        if not isinstance(self.claim.by, Algebra):
            raise ValueError(f"({self.claim.key}) is a line of expectations, or a walk: sympy cannot hold its sides")
        return value(parse(text))


def _chain(claim: Claim) -> list[Claim]:
    """The lines of its section that lead to this one, each one's left side the right side before it."""
    for section in SECTIONS:
        found: list[Claim] = []
        for other in (BOOK[c.key] for c in section.CLAIMS):
            found = [*found, other] if found and other.left == found[-1].right else [other]
            if other.key == claim.key:
                return found
    return [claim]  # a printed form


def _left(claim: Claim, alone: bool = False) -> list[str]:
    """What stands left of the sign: nothing where a line goes on, the head of its chain where it is alone."""
    row, chain = survey_rows().get(claim.key, {}), _chain(claim)
    if row.get("left") or ("left" in row and not alone):
        return [row["left"]] if row["left"] else []
    if len(chain) == 1:
        return rows(parse(claim.left))
    if not alone:
        return []
    head = survey_rows().get(chain[0].key, {})
    shown = head.get("head") or head.get("left")
    return [shown] if shown else rows(parse(chain[0].left))


def _sign(claim: Claim, alone: bool) -> str:
    """Its relation to what stands on its left: to the head of the chain, where it is alone."""
    if sign := survey_rows().get(claim.key, {}).get("sign", "argmin").removesuffix("argmin"):
        return sign
    if claim.relation == "~" and called(parse(claim.right)) == "N":
        return r"\sim"
    weaker = [c.relation for c in _chain(claim) if c.relation in (">=", "∝", "~")]
    return TEX_SIGNS[weaker[-1] if alone and weaker else claim.relation]


def _is_argmin(claim: Claim) -> bool:
    """Whether the survey writes the line as equal arg mins, even where it is decided as equal values."""
    return claim.relation == "argmin" or survey_rows().get(claim.key, {}).get("sign") == "argmin"


def _tag(claim: Claim, proved: bool, kind: str) -> str:
    """Number and mark, as wide for every line, so that they stand in columns from one display to the next."""
    number = rf"({claim.key})" if isinstance(claim.key, int) else ""
    mark = TEX_MARKS[kind] if proved else r"\times"
    coloured = rf"\textcolor{{{HOLDS if proved else FAILS}}}{{{mark}}}"
    return rf"\rlap{{{number}}}\phantom{{(170)}}\;\rlap{{{coloured}}}\phantom{{\forall\Sigma}}"


def words_of(rule: str) -> str:
    """Words as TeX text, and the symbols among them as maths: MathJax refuses a bare _ or ^ in text."""
    return r"\text{" + INDEXED.sub(lambda found: "}" + _symbol(found[0]) + r"\text{", rule) + "}"


def _symbol(name: str) -> str:
    return re.sub(r"(?<![a-z\\])(alpha|mu|sigma|theta)", r"\\\1", name.replace("alpha_bar", r"\bar\alpha"), flags=re.I)


def _line(claim: Claim, left: list[str], alone: bool = False) -> list[str]:
    """One line of the survey as rows of a table: number and mark, then the rule in words and the formula's rows.

    A line that fails says so in words and stands on the colour of its cross: it cannot be taken for a proved one.
    """
    tag, words, formula = _cells(claim, left, alone)
    cells = [rf"\small {words_of(words)}"] * bool(words) + formula
    return [f"{tag} & {cells[0]}", *(f"& {cell}" for cell in cells[1:])]


def one_line(claim: Claim, tree: ast.expr, alone: bool) -> str:
    """One line as a table of its own, without its rule, its right side as this tree."""
    tag, _, formula = _cells(claim, _left(claim, alone), alone, tree)
    return _table([f"{tag} & {formula[0]}", *(f"& {cell}" for cell in formula[1:])])


def _cells(claim: Claim, left: list[str], alone: bool, tree: ast.expr | None = None) -> tuple[str, str, list[str]]:
    """Number and mark, the rule in words, and the rows of the formula."""
    verdict = decide(claim, BOOK)
    room = PAGE - 8 if _is_argmin(claim) else PAGE
    shown = survey_rows().get(claim.key, {}).get("right")
    right = [shown] if shown else rows(tree or parse(claim.right), room)
    if _is_argmin(claim):
        wrt = r"\arg\min_\theta\;"
        left, right = [wrt + left[0], *left[1:]] if left else left, [wrt + right[0], *right[1:]]
    formula = _joined(left, _sign(claim, alone), right)
    words = claim.rule if verdict.proved else f"as printed, false: {claim.rule}".removesuffix(": ")
    formula = [_coloured(row) if verdict.proved else f"{WRONG}{{{row}}}" for row in formula]
    return _tag(claim, verdict.proved, verdict.kind), words, [rf"\displaystyle {row}" for row in formula]


def _coloured(tex: str) -> str:
    """The formula with the colour of each quantity that has one."""
    names = list(SYMBOLS.values())
    return SYMBOL.sub(lambda found: rf"\textcolor{{{COLOURS[names[found.lastindex - 1]]}}}{{{found[0]}}}", tex)


def _joined(left: list[str], relation: str, right: list[str]) -> list[str]:
    """Both sides on as few rows as hold them: what does not fit beside the left side stands below it, set in."""
    if len(left) == 1 and (len(right) == 1 or width(left[0]) < PAGE / 4) and width(left[0]) + width(right[0]) < PAGE:
        return [f"{left[0]} {relation} {right[0]}", *(rf"\qquad {row}" for row in right[1:])]
    indent = r"\quad " if left else ""
    return [*left, f"{indent}{relation} {right[0]}", *(rf"{indent}\quad {row}" for row in right[1:])]


def equation(number: int | str) -> Equation:
    """One equation of the survey (its PDF number, or a display's label), decided and shown as stored."""
    claim = find(number)
    table = _line(claim, _left(claim, alone=True), alone=True)
    if claim.printed is not None:
        table += _line(claim.printed, _left(claim.printed))
    verdict = decide(claim, BOOK)
    mark = MARKS[verdict.kind] if verdict.proved else "×"
    text = f"({number}) {mark} {claim.rule}" + (", mended" if claim.printed else "")
    return Equation(text, _table(table), claim)


def derivation(first: int, last: int, show: list[int] | None = None) -> Display:
    """Equations first..last as one chain, every line decided; `show` picks the lines that stand in sight."""
    claims = [find(n) for n in range(first, last + 1)]
    holds = [decide(c, BOOK).proved for c in claims]
    caught = sum(m.breaks for c in claims for m in near_misses(c, BOOK))
    closing = f"{sum(holds)} of {len(claims)} lines checked, {caught} near misses rejected"
    first_line, *others = [c for c in claims if show is None or c.key in show]
    table = _line(first_line, _left(first_line, alone=True), alone=True)
    for claim in others:
        table += _line(claim, _left(claim))
    return Display(f"({first}) to ({last}): {closing}", _table([*table, rf"& \small\text{{{closing}}}"]))


def _table(table: list[str]) -> str:
    """Rows as one table at the left of the page: a display would be centred, each one for itself."""
    body = table[0] + "".join(rf" \\[{10 if row[0] != '&' else 4}pt] {row}" for row in table[1:])
    return rf"$\begin{{array}}{{@{{}}l@{{\quad}}l}} {body} \end{{array}}$"
