"""The survey's equations in a notebook.

    from vdm_tutor.survey import equation, derivation, check, proved_function

    equation(84)                              one line, as stored, with the mark of its decision
    derivation(73, 83, show=[73, 77, 83])     a chain of lines, at most five in sight
    steps(47, 58)                             the same, opened a line at a time, the number beside each
    check("sqrt(alpha_t)*x_t", against=84)    break it: proved, or where it differs and what slip it looks like
    proved_function(84)(x_t=.., x_0=.., alpha_t=.., alpha_bar_prev=.., alpha_bar_t=..)
    near_misses(84)                           the slips of a line, each decided
    values(37, 58, exact=True)                the number that each line is worth on a small chain, printed forms too

Marks: ∀ symbolic, Σ enumerated exactly, ∀Σ both, ∫ quadrature, ≔ a definition. Numbers are those of the arXiv PDF.
"""

from vdm_tutor.claims import BOOK, find
from vdm_tutor.proofs import decide
from vdm_tutor.survey.check import check, proved_function
from vdm_tutor.survey.display import derivation, equation
from vdm_tutor.survey.ledger import rows
from vdm_tutor.survey.line_values import LineValue, values
from vdm_tutor.survey.steps import steps


def near_misses(number: int | str) -> list:
    """The slips of one equation, each with its verdict."""
    return decide.near_misses(find(number), BOOK)


__all__ = ["LineValue", "check", "derivation", "equation", "near_misses", "proved_function", "rows", "steps", "values"]
