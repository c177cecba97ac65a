"""Slip every formula of the numbers room, one at a time: for each slip some test must go red.

    python -m tools.mutants              every slip of the modules named in MODULES (minutes)
    python -m tools.mutants process      the slips of one module
    python -m tools.mutants --list       name the slips, run nothing

A slip that no test notices *survives*. It must stand in EQUIVALENT with the reason why no test could notice it;
any other survivor, and any entry there that a test does notice, makes the command fail.
"""

import argparse
import ast
import inspect
import multiprocessing
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vdm_tutor.proofs.slips.mistakes import MADE
from vdm_tutor.proofs.slips.names import BAR, EARLIER, LATER, NO_BAR, Rivals

ROOT = Path(__file__).resolve().parent.parent
MODULES = ("process", "targets", "levels", "likelihood", "elbo", "vdm")  # what is slipped unless others are named
OTHERS = ("noise_level", "schedule", "labelled", "sample", "flow", "guidance")
TESTS = ("schedule", "process", "targets", "levels", "likelihood", "elbo", "sample", "orders", "flow", "labelled")
TESTS += ("guidance", "vdm", "hvae", "four_losses", "door")
TIME_LIMIT = 120  # seconds for one slip, then it counts as noticed

# The mistakes that code shares with formulas, by the names that they have in `vdm_tutor.proofs.slips`.
SHARED = (
    "a sign flipped",
    "the difference the wrong way round",
    "a ratio upside down",
    "a product for a quotient",
    "a factor dropped",
    "a term dropped",
    "a denominator lost",
    "a numerator lost",
    "the 1/2 lost",
    "a factor 2 lost",
    "a square lost",
)
ONLY_IN_CODE = ("a bound moved", "a branch lost")


def in_code(*tables: Rivals) -> dict[str, tuple[str, ...]]:
    """Which quantity is taken for which, by their names in code: alpha_t is alpha."""
    names = dict.fromkeys(name for table in tables for name in table)
    taken = {name: dict.fromkeys(n for table in tables for n in table.get(name, ())) for name in names}
    return {name.removesuffix("_t"): tuple(n.removesuffix("_t") for n in others) for name, others in taken.items()}


RIVALS = in_code(BAR, NO_BAR, EARLIER, LATER) | {
    "beta": ("noise_var",),
    "noise_var": ("beta", "noise_var_prev"),
    "noise_var_prev": ("noise_var",),
    "snr": ("alpha_bar",),
    "alpha_bar_of": ("noise_var_of",),
    "noise_var_of": ("alpha_bar_of",),
    "log_snr_max": ("log_snr_min",),
    "log_snr_min": ("log_snr_max",),
    "x0_weight": ("eps_weight",),
    "eps_weight": ("x0_weight",),
    "posterior_mean": ("posterior_var",),
}
METHODS = {"sqrt": "a root dropped", "square": "a square lost", "log": "a logarithm lost", "exp": "an exponential lost"}
OPPOSITES = {
    "sum": "mean",
    "mean": "sum",
    "min": "max",
    "max": "min",
    "zeros_like": "ones_like",
    "ones_like": "zeros_like",
}
# Numbers inside these calls are axes and shapes, not formulas.
SHAPES = {
    "flatten",
    "sum",
    "mean",
    "reshape",
    "stack",
    "cat",
    "gather",
    "log_softmax",
    "expand",
    "rand",
    "ones",
    "full",
    "unsqueeze",
}
# The last argument of these, and what stands before .device or .shape, gives a shape, a dtype and a device only.
LIKE = {"at", "alpha_bar_of", "noise_var_of", "noise_like", "len", "to", "expand_as", "zeros_like", "ones_like"}
FORM = {"device", "dtype", "shape", "ndim"}
# Swapped with one of these, the call would only crash.
OTHER_KIND = {"denoiser", "generator", "likelihood", "schedule"}
NOT_SWAPPED = {"range", "getattr", "full", "reshape", "Schedule", "einsum", "equal"}

RUNNERS: list["Runner"] = []
ROUNDING = "the remainder only catches a rounding up to 1, once in about 2^53 / n draws"
SAME_GRID = "modulo 1 the same even grid, offset at random"
EQUIVALENT: dict[tuple[str, str, str, str], str] = {
    ("elbo.spread", "a factor dropped", "(order + offset) / n % 1", "(order + offset) / n"): ROUNDING,
    ("elbo.spread", "an index shifted", "1", "2"): ROUNDING,
    ("elbo.spread", "a sign flipped", "order + offset", "order - offset"): SAME_GRID,
    ("elbo.spread", "a sign flipped", "order + offset", "-order + offset"): SAME_GRID,
}


@dataclass(frozen=True)
class Slip:
    """One changed place: where, by which operator, from what to what, and the whole source after it."""

    module: str
    function: str
    line: int
    operator: str
    before: str
    after: str
    source: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        return f"{self.module}.{self.function}", self.operator, self.before, self.after

    def __str__(self) -> str:
        return f"{self.module}.py:{self.line} {self.function}, {self.operator}: {self.before} -> {self.after}"


def slips_of(module: str) -> list[Slip]:
    """Every slip of a module, in the order of its lines; two ways to the same source count once."""
    source = (ROOT / "vdm_tutor" / f"{module}.py").read_text(encoding="utf-8")
    found = {}
    for function, node, operator, after in all_changes(ast.parse(source)):
        mutated = splice(source, node, after)
        if mutated != source and ast.dump(ast.parse(mutated)) != ast.dump(ast.parse(source)):
            slip = Slip(module, function, node.lineno, operator, ast.unparse(node), ast.unparse(after), mutated)
            found.setdefault(ast.dump(ast.parse(mutated)), slip)
    return sorted(found.values(), key=lambda slip: slip.line)


def splice(source: str, node: ast.expr, after: ast.expr) -> str:
    """The source with one expression replaced and every other character as it was."""
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset
    text = source.encode()
    return (text[:start] + b"(" + ast.unparse(after).encode() + b")" + text[end:]).decode()


def all_changes(tree: ast.Module) -> Iterator[tuple[str, ast.expr, str, ast.expr]]:
    """(function, expression, operator, what it becomes) for every expression in a function's body."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        siblings = same_kind(function)
        for node, parent in expressions(function):
            for operator in OPERATORS:
                for name, after in operator(node, parent, names, siblings):
                    yield function.name, node, name, after


def expressions(function: ast.FunctionDef) -> Iterator[tuple[ast.expr, ast.AST]]:
    """Every expression of the body with its parent; not docstrings, errors' words, annotations or inner functions."""
    todo = [(statement, function) for statement in function.body]
    while todo:
        node, parent = todo.pop()
        if isinstance(node, ast.Raise | ast.JoinedStr | ast.FunctionDef | ast.arguments):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.expr):
            yield node, parent
        todo += [(child, node) for child in ast.iter_child_nodes(node)]


def same_kind(function: ast.FunctionDef) -> dict[str, list[str]]:
    """For each parameter the others of the same annotation: the ones that it can be mistaken for."""
    kinds = {arg.arg: ast.unparse(arg.annotation) for arg in function.args.args if arg.annotation}
    return {name: [other for other in kinds if other != name and kinds[other] == kinds[name]] for name in kinds}


def as_in_formulas(node, parent, names, siblings):
    """The mistakes that people make in formulas."""
    squared = isinstance(parent, ast.Attribute) and parent.attr == "square"  # then its sign is lost anyway
    if isinstance(getattr(node, "left", None), ast.List) or isinstance(getattr(node, "operand", None), ast.Constant):
        return
    for name in SHARED:
        if not (squared and name == "the difference the wrong way round"):
            yield from ((name, after) for after in MADE[name](node))


def with_numbers(node, parent, names, siblings):
    """Mistakes that a formula's slips leave out where a number stands beside, and those of code's own signs."""
    if not isinstance(node, ast.BinOp):
        return
    if isinstance(node.op, ast.Sub) and isinstance(node.left, ast.Constant):
        yield "the difference the wrong way round", ast.BinOp(node.right, node.op, node.left)
    if isinstance(node.op, ast.Mult) and isinstance(node.left, ast.Constant):
        yield "a product for a quotient", ast.BinOp(node.left, ast.Div(), node.right)
    if isinstance(node.op, ast.Div) and isinstance(node.right, ast.Constant):
        yield "a product for a quotient", ast.BinOp(node.left, ast.Mult(), node.right)
        yield "a ratio upside down", ast.BinOp(node.right, ast.Div(), node.left)
    name = "a factor dropped" if isinstance(node.op, ast.Mult | ast.Div | ast.Mod | ast.MatMult) else "a term dropped"
    yield name, node.left
    if isinstance(node.op, ast.Add):
        yield name, node.right


def lost_parts(node, parent, names, siblings):
    """Lose a root, a square, a logarithm, a condition, a branch."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
        inner = node.args[0] if node.args else node.func.value
        yield METHODS[node.func.attr], inner
    if isinstance(node, ast.BoolOp):
        for i in range(len(node.values)):
            rest = node.values[:i] + node.values[i + 1 :]
            yield "a condition dropped", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    if isinstance(node, ast.IfExp):
        yield "a branch lost", node.body


def wrong_quantity(node, parent, names, siblings):
    """Take one quantity for another: a rival by name, or a parameter of the same kind."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        for rival in RIVALS.get(node.value, ()):
            yield "one variable for another", ast.Constant(rival)
    if isinstance(node, ast.Attribute):
        for rival in RIVALS.get(node.attr, ()):
            yield "one variable for another", ast.Attribute(node.value, rival, node.ctx)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        known = names | {"alpha_bar_of", "noise_var_of", "x0_weight", "eps_weight"}
        for rival in RIVALS.get(node.id, ()):
            if rival in known:
                yield "one variable for another", ast.Name(rival, node.ctx)
        for rival in siblings.get(node.id, ()) if not only_its_form(node, parent) else ():
            yield "one variable for another", ast.Name(rival, node.ctx)


def shifted_numbers(node, parent, names, siblings):
    """Shift an index or a whole number by one; lose a half."""
    in_shape = isinstance(parent, ast.Call) and called(parent) in SHAPES
    if isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value == 0.5:
        yield "the 1/2 lost", ast.Constant(1.0)
    if isinstance(node, ast.Constant) and type(node.value) is int and not in_shape:
        if not isinstance(parent, ast.Subscript | ast.Tuple | ast.UnaryOp | ast.Starred):
            yield "an index shifted", ast.Constant(node.value + 1)
    if isinstance(node, ast.Name) and node.id == "t" and isinstance(parent, ast.Call):
        yield "an index shifted", ast.BinOp(node, ast.Sub(), ast.Constant(1))
    if isinstance(parent, ast.Subscript) and node is parent.slice and isinstance(node, ast.Call | ast.BinOp):
        yield "an index shifted", ast.BinOp(node, ast.Sub(), ast.Constant(1))


def swapped_calls(node, parent, names, siblings):
    """Swap two neighbouring arguments; take a mean for a sum, a maximum for a minimum."""
    if not isinstance(node, ast.Call):
        return
    name = called(node)
    for i in range(len(node.args) - 1 if name not in NOT_SWAPPED else 0):
        if any(getattr(argument, "id", "") in OTHER_KIND for argument in node.args[i : i + 2]):
            continue
        args = [*node.args[:i], node.args[i + 1], node.args[i], *node.args[i + 2 :]]
        yield "the arguments swapped", ast.Call(node.func, args, node.keywords)
    if name in OPPOSITES and isinstance(node.func, ast.Attribute):
        yield (
            "a sum for a mean, or a mean for a sum",
            ast.Call(ast.Attribute(node.func.value, OPPOSITES[name], node.func.ctx), node.args, node.keywords),
        )


def moved_bounds(node, parent, names, siblings):
    """Let a comparison include its bound, or exclude it."""
    moved = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
    if isinstance(node, ast.Compare) and type(node.ops[0]) in moved:
        yield "a bound moved", ast.Compare(node.left, [moved[type(node.ops[0])]()], node.comparators)


OPERATORS = (as_in_formulas, with_numbers, lost_parts, wrong_quantity, shifted_numbers, swapped_calls, moved_bounds)


def only_its_form(node: ast.expr, parent: ast.AST) -> bool:
    """Whether nothing but the shape, dtype or device of this expression is used."""
    is_like = isinstance(parent, ast.Call) and parent.args and node is parent.args[-1] and called(parent) in LIKE
    return is_like or (isinstance(parent, ast.Attribute) and parent.attr in FORM)


def called(node: ast.Call) -> str:
    """The last word of what is called: `sum` in x.sum(1)."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


class Runner:
    """A pytest plugin: once the tests are collected, run them against every slip in place of running them plainly."""

    def __init__(self, slips: list[Slip], n_workers: int):
        self.slips, self.n_workers, self.items, self.results = slips, n_workers, [], {}
        self.red_without_a_slip = None

    def pytest_configure(self, config) -> None:
        config.option.tbstyle = "native"  # nobody reads the tracebacks, and the long ones are slow to make

    def pytest_runtestloop(self, session) -> bool:
        from tqdm import tqdm

        self.items = session.items
        self.first_red_test(None)  # warm up: what the first call of anything costs is then paid once, not per fork
        with multiprocessing.get_context("fork").Pool(self.n_workers) as pool:
            unslipped = pool.apply_async(self.in_a_child, (None,))
            bar = tqdm(total=len(self.slips), unit="slip", file=sys.stderr)
            for slip, red in zip(self.slips, pool.imap(self.in_a_child, self.slips, chunksize=1), strict=True):
                self.results[slip] = red
                reason = EQUIVALENT.get(slip.key, "NO REASON GIVEN")
                bar.write(f"{slip}\n    {'red: ' + red if red else 'survives: ' + reason}", file=sys.stdout)
                bar.update()
            bar.close()
            self.red_without_a_slip = unslipped.get()
        return True

    def in_a_child(self, slip: Slip | None) -> str | None:
        """The first test that fails under the slip; a child process of its own keeps the slip from the next one."""
        reader, writer = os.pipe()
        if child := os.fork():
            os.close(writer)
            with os.fdopen(reader) as answer:
                red = answer.read()
            os.waitpid(child, 0)
            return red or None
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(TIME_LIMIT)
            os.write(writer, (self.first_red_test(slip) or "").encode())
        except BaseException as error:  # a slip may break pytest itself
            os.write(writer, f"{type(error).__name__}: {error}".encode())
        os._exit(0)

    def first_red_test(self, slip: Slip | None) -> str | None:
        from _pytest.runner import runtestprotocol

        items = self.items
        if slip:
            apply(slip)
            items = sorted(items, key=lambda item: f"test_{slip.module}.py" not in item.nodeid)
        for item, following in zip(items, [*items[1:], None], strict=True):
            if any(report.failed for report in runtestprotocol(item, nextitem=following, log=False)):
                return item.nodeid
        return None

    def __reduce__(self):
        # Workers are forked with the plugin in memory: send them its name, not its tests.
        return the_runner, ()


def the_runner() -> Runner:
    return RUNNERS[0]


def apply(slip: Slip) -> None:
    """Swap the code of the slipped function where it lives, so that every module that imported it sees the slip."""
    module = sys.modules[f"vdm_tutor.{slip.module}"]  # the tests have imported it
    todo, codes = [compile(slip.source, module.__file__, "exec")], {}
    while todo:
        code = todo.pop()
        codes[code.co_qualname] = code
        todo += [constant for constant in code.co_consts if hasattr(constant, "co_code")]
    own = [value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
    owners = [vars(module), *(vars(value) for value in own if isinstance(value, type))]
    for owner in owners:
        if slip.function in owner:
            function = owner[slip.function]
            function = inspect.unwrap(function.fget if isinstance(function, property) else function)
            function.__code__ = codes[function.__qualname__]
            return
    raise LookupError(f"no function {slip.function} in {slip.module}")


def run(slips: list[Slip], n_workers: int) -> dict[Slip, str | None]:
    """The first red test of every slip: torch is imported and the tests are collected once, then a fork a slip."""
    import pytest
    import torch

    torch.set_num_threads(1)
    os.chdir(ROOT)
    RUNNERS.append(Runner(slips, n_workers))
    files = [f"tests/numbers/test_{name}.py" for name in TESTS]
    pytest.main(["-s", "-p", "no:terminal", "-p", "no:cacheprovider", *files], [RUNNERS[0]])
    if len(RUNNERS[0].results) < len(slips):
        raise SystemExit("the tests could not be collected: run pytest tests/numbers and mend what it says")
    if red := RUNNERS[0].red_without_a_slip:
        raise SystemExit(f"{red} is red without any slip, so nothing above counts: mend it first")
    return RUNNERS[0].results


def verdict(results: dict[Slip, str | None], modules: list[str]) -> int:
    """The closing lines; 1 when a slip survives without a reason, or a reason is stale."""
    survivors = [slip for slip, red in results.items() if red is None]
    unexcused = [slip for slip in survivors if slip.key not in EQUIVALENT]
    keys = {slip.key for slip in survivors}
    stale = [key for key in EQUIVALENT if key[0].split(".")[0] in modules and key not in keys]
    for operator, count in Counter(slip.operator for slip in results).most_common():
        print(f"{count:5} {operator}")
    for slip in unexcused:
        print(f"survives without a reason: {slip}")
    for key in stale:
        print(f"stated as equivalent, yet not a survivor: {key}")
    excused = f" ({len(survivors) - len(unexcused)} for a stated reason)" if survivors else ""
    print(f"{len(results)} mutants, {len(results) - len(survivors)} red, {len(survivors)} survive{excused}")
    return 1 if unexcused or stale else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Slip every formula of the numbers room: a test must go red.")
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help=f"of {', '.join(MODULES + OTHERS)} (default: the first six)"
    )
    parser.add_argument("--list", action="store_true", help="name the slips, run nothing")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes (default: one a core)")
    args = parser.parse_args()
    modules = args.modules or list(MODULES)
    if unknown := set(modules) - {*MODULES, *OTHERS}:
        parser.error(f"no module {', '.join(sorted(unknown))}: choose from {', '.join(MODULES + OTHERS)}")
    slips = [slip for module in modules for slip in slips_of(module)]
    if args.list:
        print("\n".join(map(str, slips)))
        return 0
    if not hasattr(os, "fork"):
        return print("this command forks processes, which this system cannot: run it on Linux or macOS") or 1
    os.environ["OMP_NUM_THREADS"] = "1"
    return verdict(run(slips, args.workers), modules)


if __name__ == "__main__":
    raise SystemExit(main())
