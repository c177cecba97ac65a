"""What a lesson asks its reader to guess, and what its own cells answer."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

import nbformat

from tools.slides import NO_GUESS, main_path


@dataclass(frozen=True)
class Asked:
    """A guess: its cell, and the cell that answers, with what it compares the guess with or, failing that, prints."""

    question: str
    options: tuple[str, ...]
    cell: str
    answered: str
    answer: str
    printed: str


def asked_in(book: nbformat.NotebookNode) -> Iterator[Asked]:
    """Every guess of a lesson's main path, in order. Raises LookupError where no cell answers one."""
    code = [cell for cell in main_path(book) if cell.cell_type == "code"]
    for place, cell in enumerate(code):
        for name, question, options in asked(cell.source):
            answered, answer = next(
                ((later, answer) for later in code[place:] for answer in answers(later.source, name)), (None, "")
            )
            if answered is None:
                raise LookupError(f"cell {cell.id}: nothing answers the guess {name}")
            yield Asked(question, options, cell.id, answered.id, answer, printed(answered))


def asked(source: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The guesses of a cell: what they are called, question and choices, as far as these stand in it as they are."""
    words = {}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name, value = node.targets[0].id, node.value
        words[name] = value
        if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "guess":
            question, *options = [literal(words.get(getattr(each, "id", None), each)) for each in value.args]
            yield name, question, tuple(options[0]) if options else ()


def literal(node: ast.expr):
    """The value of a constant expression; `list` of one is one."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "list":
        return list(ast.literal_eval(node.args[0]))
    return ast.literal_eval(node)


def answers(source: str, name: str) -> Iterator[str]:
    """What a cell compares a guess with: words or a number if they stand there, else nothing, once for each time."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"{name}.against":
            yield str(node.args[0].value) if isinstance(node.args[0], ast.Constant) else ""


def printed(cell: nbformat.NotebookNode) -> str:
    """What a cell printed, without what it says to somebody who has not guessed."""
    text = "".join(output.get("text", "") for output in cell.outputs)
    return re.sub(r"\n{2,}", "\n", NO_GUESS.sub("", text)).strip("\n")
