"""The reader's desk.

    from vdm_tutor.lab import ask, guess, ready, show_source, twelve_lines

    ready()                                    one line when all is well, otherwise what to do
    share = guess("What share will be heads?") a question to answer before the next cell does
    share.against(0.8)                         how far off it was; share.draw(ax) draws it on the answering plot
    show_source(posterior)                     nothing in the course is hidden
    ask("why is my KL zero")                   the closest questions that lessons and question book answer
    twelve_lines("06")                         the program of lesson 00, with the lines that a lesson explains

Imports only the standard library: `ready` has to run where something is missing.
"""

import inspect
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vdm_tutor.lab.installation import ready

if TYPE_CHECKING:
    from vdm_tutor.lab.asking import Answers
    from vdm_tutor.lab.program import Program, Source
    from vdm_tutor.lab.question import Guess

__all__ = ["ask", "guess", "ready", "show_source", "twelve_lines"]


def ask(question: str, n: int = 3) -> "Answers":
    """The closest questions that the lessons and the question book answer, with code to paste."""
    from vdm_tutor.lab.asking import ask as closest

    return closest(question, n)


def guess(question: str, options: Sequence[str] = (), answer: float | str | None = None) -> "Guess":
    """Ask for a number, or for one of `options`, before the next cell gives the answer."""
    from IPython.display import display

    from vdm_tutor.lab.question import Guess

    asked = Guess(question, options, answer)
    display(asked)
    return asked


def show_source(function) -> "Source":
    """The source of a function of the package, coloured: nothing in the course is hidden."""
    from vdm_tutor.lab.program import Source

    return Source(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))


def twelve_lines(lesson: str) -> "Program":
    """The program of lesson 00; the lines that `lesson` ("06") explains stand out."""
    from vdm_tutor.lab.program import Program

    return Program(lesson)
