"""What a lesson's file must keep to: closes what nbval does not see, and holds the rhythm of the course.

usage: python -m tools.lint_notebooks [FILE ...]      (default: all lessons and the question book)
"""

import ast
import builtins
import re
import statistics
import sys
from pathlib import Path

import nbformat

from tools.paths import lessons, topics
from tools.questions import entries

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# "raises-exception" is the spelling that nbval, nbclient and JupyterLab's Run All all understand.
TAGS = {"nbval-ignore-output", "nbval-check-output", "nbval-skip", "raises-exception"}
IGNORING = {"nbval-ignore-output", "nbval-skip"}
MAX_CELL, MAX_RUN, MAX_IGNORED, MEDIAN, WORDS_PER_LINE = 12, 2, 2, (3, 5), (7, 12)
DISPLAY = re.compile(r"\$\$(.*?)\$\$|\\\[(.*?)\\\]|\\begin\{(equation|align)\*?\}(.*?)\\end\{\3", re.S)
TAGGED = re.compile(r"\\tag\b")
NUMBERED = re.compile(r"\(\s*(?:1[0-6]\d|170|[1-9]\d)\s*\)\}?\s*[.,;]?\s*$")
NBVAL_LIKE = re.compile(r"nb.?val|raises", re.I)
MATHS_AND_CODE = re.compile(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|<[^>]+>", re.S)
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
MACHINE = re.compile(r"(?:^|[\s'\"(>=])(?:/(?:home|root|tmp|work|Users)/|[A-Z]:\\Users)|site-packages", re.M)


def lint(book: nbformat.NotebookNode) -> list[str]:
    """Every rule that the notebook breaks, a sentence each."""
    code = [cell for cell in book.cells if cell.cell_type == "code" and cell.source.strip()]
    broken = [f"cell {cell.get('id')}: {text}" for cell in code for text in lint_cell(cell)]
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        broken.append("execution counts are not 1, 2, 3, ...: run make notebooks")
    if "widgets" in book.metadata:
        broken.append("widget state is stored in the metadata")
    if book.metadata.get("kernelspec") != KERNEL:
        broken.append("the kernel is not plain python3: run make notebooks")
    if not book.cells or not book.cells[0].source.startswith("# ") or book.cells[-1].cell_type != "markdown":
        broken.append("a lesson begins with its title and ends in words")
    if not code or "ready()" not in code[0].source:
        broken.append("the first code cell does not call ready()")
    ids = [cell.get("id") for cell in book.cells]
    if len(set(ids)) < len(ids) or None in ids:
        broken.append("two cells have the same id, or a cell has none")
    ignored = sum(bool(IGNORING & set(cell.metadata.get("tags", []))) for cell in code)
    if ignored > MAX_IGNORED:
        broken.append(f"{ignored} cells are not compared; at most {MAX_IGNORED} may be")
    by_hand = [cell.get("id") for cell in book.cells if numbered_by_hand(cell)]
    broken += [f"cell {name}: numbered maths typed by hand; use equation(n)" for name in by_hand]
    return broken + lint_rhythm(book)


def numbered_by_hand(cell) -> bool:
    """Whether a source holds display maths with a survey number, which only the checked rendering may give it."""
    if TAGGED.search(cell.source):
        return True
    bodies = ["".join(filter(None, match.groups())) for match in DISPLAY.finditer(cell.source)]
    return cell.cell_type == "markdown" and any(NUMBERED.search(body) for body in bodies)


def lint_cell(cell) -> list[str]:
    """The rules that a code cell breaks by itself."""
    broken, tags = [], cell.metadata.get("tags", [])
    odd = [tag for tag in tags if NBVAL_LIKE.search(tag) and tag not in TAGS]
    if odd or re.search(r"#\s*(NBVAL|PYTEST_VALIDATE)", cell.source):
        broken.append(f"nbval would not understand {odd or 'a comment'}; tags are {', '.join(sorted(TAGS))}")
    if IGNORING & set(tags) and not cell.metadata.get("reason"):
        broken.append('a cell that is not compared needs its "reason" in the metadata')
    if "execution" in cell.metadata:
        broken.append("holds timestamps: run make notebooks")
    if len(lines_of(cell)) > MAX_CELL:
        broken.append(f"{len(lines_of(cell))} lines of code; at most {MAX_CELL}")
    for output in cell.outputs:
        if output.output_type == "error" and "raises-exception" not in tags:
            broken.append(f"holds an error: {output.ename}")
        if output.output_type == "stream" and output.name == "stderr":
            broken.append("writes to stderr")
        texts = [text for kind, text in output.get("data", {}).items() if kind.startswith("text/")]
        shown = "\n".join([output.get("text", ""), *output.get("traceback", []), *texts])
        if ADDRESS.search(shown) or MACHINE.search(shown):
            broken.append("an output holds an address or a path of this machine")
    return broken


def lint_rhythm(book) -> list[str]:
    """The rules about words and code that the notebook breaks as a whole."""
    broken, sizes, words, run = [], [], 0, 0
    for cell in book.cells:
        if cell.cell_type == "markdown":
            run = 0
            words += len(re.findall(r"[^\W\d_]{2,}", MATHS_AND_CODE.sub(" ", cell.source)))
        elif cell.cell_type == "code" and cell.source.strip():
            run += 1
            sizes.append(len(lines_of(cell)))
            if run > MAX_RUN:
                broken.append(f"cell {cell.get('id')}: code cell number {run} in a row without a word")
    if sizes and not MEDIAN[0] <= statistics.median(sizes) <= MEDIAN[1]:
        broken.append(f"the median code cell has {statistics.median(sizes):g} lines; wanted {MEDIAN[0]} to {MEDIAN[1]}")
    ratio = words / max(1, sum(sizes))
    if not WORDS_PER_LINE[0] <= round(ratio, 1) <= WORDS_PER_LINE[1]:
        broken.append(f"{ratio:.1f} words of prose per line of code; wanted {WORDS_PER_LINE[0]} to {WORDS_PER_LINE[1]}")
    return broken


def lint_entries(book) -> list[str]:
    """The rules of the question book that a topic breaks: an entry needs the imports and its own cell, nothing more."""
    try:
        found = list(entries(book))
    except ValueError as error:
        return [str(error)]
    shared = names(book.cells[1].source)[1]
    broken = (
        [] if "(" not in re.sub(r"\bready\(\)", "", book.cells[1].source) else ["its first cell does more than import"]
    )
    for head, _, run, meaning in found:
        used, bound = names(run.source)
        if missing := used - bound - shared - set(dir(builtins)):
            broken.append(f"cell {run.id}: does not run by itself: {', '.join(sorted(missing))}")
        if not head.metadata.get("questions"):
            broken.append(f'cell {head.id}: no other words for the question in the metadata ("questions")')
        if not re.search(r"→.*\]\(\.\./\d\d_\w+\.ipynb", meaning.source):
            broken.append(f"cell {meaning.id}: names no lesson (→ [lesson 01](../01_elbo.ipynb))")
    return broken


def names(source: str) -> tuple[set[str], set[str]]:
    """The names that code uses, and those that it binds."""
    nodes = list(ast.walk(ast.parse(source)))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    aliases = [alias for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names]
    return used, bound | {(alias.asname or alias.name).split(".")[0] for alias in aliases}


def lines_of(cell) -> list[str]:
    return [line for line in cell.source.splitlines() if line.strip()]


def main() -> int:
    paths = [Path(name) for name in sys.argv[1:]] or [*lessons(), *topics()]
    books = [(path, nbformat.read(path, as_version=4)) for path in paths]
    broken = [f"{path.name}: {text}" for path, book in books for text in lint(book)]
    broken += [f"{path.name}: {text}" for path, book in books if path in topics() for text in lint_entries(book)]
    print(*broken, sep="\n")
    return bool(broken)


if __name__ == "__main__":
    raise SystemExit(main())
