"""The reader's desk.

    from vdm_tutor.lab import guess, ready, show_source, twelve_lines

    ready()                                    one line when all is well, otherwise what to do
    share = guess("What share will be heads?") a question to answer before the next cell does
    share.against(0.8)                         how far off it was; share.draw(ax) draws it on the answering plot
    show_source(posterior)                     nothing in the course is hidden
    twelve_lines("06")                         the program of lesson 00, with the lines that a lesson explains

Imports only the standard library: `ready` has to run where something is missing.
"""

import inspect
from collections.abc import Sequence

from vdm_tutor.lab.desk import ready

__all__ = ["guess", "ready", "show_source", "twelve_lines"]


def guess(question: str, options: Sequence[str] = (), answer: float | str | None = None):
    """A question that wants an answer before the next cell gives one: a number, or one of `options`."""
    from vdm_tutor.lab.question import Guess

    return Guess(question, options, answer)


def show_source(function) -> "Code":  # noqa: F821  (IPython's, imported when called)
    """The source of a function of the package, coloured: nothing in the course is hidden."""
    from IPython.display import Code

    return Code(inspect.getsource(inspect.unwrap(function)), language="python")


def twelve_lines(lesson: str):
    """The program of lesson 00; the lines that `lesson` ("06") explains stand out."""
    from vdm_tutor.lab.program import Program

    return Program(lesson)
