"""A derivation as it stands, for the eye: each line as mathematics, what was said of it, and why it was written."""

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vdm_tutor.exercises.verdict import Verdict
from vdm_tutor.proofs.tree import called, rebuilt, same
from vdm_tutor.survey.latex import latex

if TYPE_CHECKING:
    from vdm_tutor.exercises.derivation import Derivation

SIGNS = {">=": r"\geq", "∝": r"\propto"}
HEAD = "| | line | | because |\n|---|---|---|---|"


@dataclass(frozen=True, repr=False)
class OnPage(Verdict):
    """A verdict on a line, shown below the lines so far."""

    page: str = ""

    def _repr_markdown_(self) -> str:
        return f"{self.page}\n\n{super()._repr_markdown_()}"


def page(derivation: "Derivation") -> str:
    """The accepted lines, the one that was refused last, and, at the goal, a road of ours."""
    rows = [(f"{i + 1}", typeset(derivation, n.text), n.verdict, n.because) for i, n in enumerate(derivation.lines)]
    if derivation.refused:
        text, verdict = derivation.refused
        rows.append(("", typeset(derivation, text), verdict, ""))
    table = [f"| {number} | {line} | {verdict.sign} {verdict.status} | {cell(because)} |"
             for number, line, verdict, because in rows]  # fmt: skip
    shown = "\n".join([HEAD, *table]) if rows else "no line yet"
    if derivation.done:
        road = derivation.shortest()
        ours = "\n".join(f"| | {typeset(derivation, line)} | | {cell(reason)} |" for line, reason in road)
        shown += f"\n\nYours has {len(derivation.lines)} lines. One of ours has {len(road)}:\n\n{HEAD}\n{ours}"
    return shown


def typeset(derivation: "Derivation", text: str) -> str:
    """A line as mathematics; as it was typed where it cannot be read."""
    from vdm_tutor.exercises.derivation import split

    try:
        left, sign, right = split(text)
        sides = [maths(derivation.task.read(side)) if side else "" for side in (left, right)]
    except Exception:  # a verdict says what is wrong with it; the page shows it as it is
        return cell(f"`{text[:60]}`")
    return f"${sides[0]} {SIGNS.get(sign, sign)} {sides[1]}$"


def maths(tree: ast.expr) -> str:
    def unrooted(node: ast.AST) -> ast.AST | None:
        """sigma_q^2 for the square of a root, as it was typed."""
        squared = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and called(node.left) == "sqrt"
        return node.left.args[0] if squared and same(node.right, ast.Constant(2)) else None

    return latex(rebuilt(tree, unrooted)).replace("|", r"\vert ")


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
