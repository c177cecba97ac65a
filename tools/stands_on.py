"""Which sections of a lesson need which to run: what no later section stands on can be left out in class."""

import ast
import symtable
from collections.abc import Iterator

import nbformat

from tools.reading import HEADING
from tools.slides import main_path


def stands_on(book: nbformat.NotebookNode) -> dict[str, list[str]]:
    """For each section of the main path the earlier ones whose names it uses; the opening is always run."""
    home, found, title = {}, {"": []}, ""
    for cell in main_path(book):
        if cell.cell_type == "markdown":
            for _, title in (heading for heading in HEADING.findall(cell.source) if heading[0] == "##"):
                found[title] = []
        else:
            for used, bound in statements(cell.source):
                needed = {home[name] for name in used & home.keys()} - {title, "", *found[title]}
                found[title] += sorted(needed)
                home |= dict.fromkeys(bound, title)
    return {title: sorted(needed) for title, needed in found.items()}


def statements(source: str) -> Iterator[tuple[set[str], set[str]]]:
    """The names that each statement of a cell looks up from outside, and those that it binds.

    What a block both binds and uses, it is taken to bind first.
    """
    for statement in ast.parse(source).body:
        table = symtable.symtable(ast.unparse(statement), "", "exec")
        bound = {each.get_name() for each in table.get_symbols() if each.is_assigned() or each.is_imported()}
        used = {each.get_name() for inner in _tables(table) for each in inner.get_symbols()
                if each.is_referenced() and (inner is table or each.is_global())}  # fmt: skip
        if isinstance(statement, ast.AugAssign):
            used |= bound
        yield used if isinstance(statement, ast.Assign | ast.AugAssign) else used - bound, bound


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for inner in table.get_children():
        yield from _tables(inner)
