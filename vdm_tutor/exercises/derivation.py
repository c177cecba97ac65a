"""Derive it yourself: each typed line is judged against the one before it, and against the goal.

A line is "left = right", or "= right" to go on from the line before; ∝ (in the task's variable) and >= stand for =
where the task knows them. Any valid road is one: what counts is that each line says the truth about the one before.
"""

import ast
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

from vdm_tutor.exercises import progress
from vdm_tutor.exercises import verdict as v
from vdm_tutor.exercises.exercise import LONGEST, Text
from vdm_tutor.exercises.page import OnPage, page
from vdm_tutor.exercises.rules import remark_on
from vdm_tutor.exercises.slip_hints import hint_for
from vdm_tutor.exercises.verdict import Verdict
from vdm_tutor.judge.asked import asked
from vdm_tutor.judge.judge import SLIP, Answer, Neighbours, judged
from vdm_tutor.judge.line import Asked
from vdm_tutor.judge.naming import understood
from vdm_tutor.judge.ranking import DROPPED, FAINT
from vdm_tutor.proofs.claim import Algebra, Chain, Claim
from vdm_tutor.proofs.lexing import Unreadable
from vdm_tutor.proofs.slips.mistakes import MISTAKES
from vdm_tutor.proofs.tree import parse, quantities, same, substitute, text_of
from vdm_tutor.survey.check import notation_of

SIGNS = {"=": "=", "∝": "∝", ">=": ">=", "≥": ">="}
AFTER_A_REFUSED = "the line before it was refused, so this one was read as going on from the last line that stands"
SURE = set(MISTAKES) - DROPPED - FAINT  # names that leave little doubt
LONGER = 2.5  # times as long as the shortest line so far: a detour


@dataclass(frozen=True)
class Task:
    """`start` is what the first line goes on from, `goal` the end and `heads` what it may be called.

    `within` names the quantities of the goal, `without` what must have gone; `size` is how many pieces it may have
    beyond those of the goal; `known` says what a law stands for. `roads` lead there, each of (line, reason).
    """

    id: str
    story: str
    goal: str
    heads: tuple[str, ...] = ()
    start: str = ""
    within: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    size: int = 3
    wrt: str = ""
    by: Algebra | Chain = Algebra()
    known: tuple[tuple[str, str], ...] = ()
    roads: tuple[tuple[tuple[str, str], ...], ...] = ()

    @property
    def room(self) -> str:
        return "chain" if isinstance(self.by, Chain) else "algebra"

    def read(self, text: str) -> ast.expr:
        return understood(text, self.room)

    @cached_property
    def around(self) -> Neighbours:
        """What stands on our roads, and the goal: forms in which people get there and make their mistakes."""
        sides = (split(line)[2] for road in self.roads for line, _ in road)
        return Neighbours({text: self.meant(self.read(text)) for text in (*sides, self.goal)})

    def foreign(self, tree: ast.expr) -> set[str]:
        """The quantities of a line that stand neither in the goal, where it names its own, nor on a road of ours."""
        if not self.within:
            return set()
        sides = [side for road in self.roads for line, _ in road for side in split(line)[::2]]
        known = (quantities(self.read(side)) for side in (*sides, self.start, self.goal) if side)
        return quantities(tree) - set().union(*known, self.within, self.heads, ["d", "I", "pi"])

    def meant(self, tree: ast.expr) -> ast.expr:
        """The same with what is known of a law written for it."""
        for old, new in self.known:
            tree = substitute(tree, parse(old), parse(new))
        return tree

    def question(self, left: ast.expr, relation: str = "=") -> Claim:
        """The claim that a line's right side stands in `relation` to this left side."""
        text = text_of(self.meant(left))
        wrt = self.wrt if relation == "∝" else ""
        return Claim(self.id, text, text, relation=relation, wrt=wrt, by=self.by)

    def asks(self, left: ast.expr, relation: str = "=") -> Asked:
        claim = self.question(left, relation)
        return asked(claim, notation_of(claim))


@dataclass(frozen=True)
class Line:
    """One accepted line: both sides, the sign between them, what its chain began with, and the verdict."""

    text: str
    left: ast.expr
    sign: str
    right: ast.expr
    head: ast.expr
    because: str
    verdict: Verdict


@dataclass
class Derivation:
    """A derivation on its way: `line` adds a line if it follows; a line that does not is judged and left out."""

    task: Task
    lines: list[Line] = field(default_factory=list)
    refused: tuple[str, Verdict] | None = None

    @property
    def done(self) -> bool:
        """Whether the goal was reached."""
        return any(line.verdict.status == v.REACHED for line in self.lines)

    def line(self, text: object = ..., because: str = "") -> Verdict:
        """The verdict on the next line, below the lines so far; `because` names the rule, if you like."""
        if text is ... or text is None:
            return Verdict(v.NOT_YET)
        verdict = self._verdict(text, because)
        goes_on = isinstance(text, str) and text.lstrip().startswith(tuple(SIGNS))
        if self.refused and goes_on and not verdict.correct:
            verdict = replace(verdict, remark="; ".join(filter(None, [verdict.remark, AFTER_A_REFUSED])))
        self.refused = None if verdict.correct else (text if type(text) is str else type(text).__name__, verdict)
        return OnPage(**{part.name: getattr(verdict, part.name) for part in fields(verdict)}, page=page(self))

    def _verdict(self, text: object, because: str) -> Verdict:
        """The verdict on whatever is typed."""
        try:
            if not isinstance(text, str):
                text = str(text)
            if len(text) > LONGEST:
                return Verdict(v.UNREADABLE, f"a line of {len(text)} characters: at most {LONGEST} are read")
            return self._judge(text, because if isinstance(because, str) else "")
        except Unreadable as reason:
            return Verdict(v.UNKNOWN if reason.reason.startswith("no quantity") else v.UNREADABLE, str(reason))
        except Exception as error:  # the one door: whatever is typed gets a verdict
            return Verdict(v.UNREADABLE, f"this is no line that can be judged ({type(error).__name__})")

    def undo(self) -> "Derivation":
        """Take the last line back."""
        del self.lines[-1:]
        self.refused = None
        return self

    def shorter(self) -> Text:
        """A road of ours, once yours has arrived."""
        if not self.done:
            return Text("first yours: the goal is not reached yet")
        return self._road()

    def hint(self) -> Text:
        """The reasons of one road that leads there: what each of its lines stands on, not the lines."""
        reasons = [reason for _, reason in self.shortest()]
        return Text(f"*One road has {len(reasons)} lines:* {'; then '.join(reasons)}.")

    def solution(self) -> Text:
        """That road, whole."""
        progress.saw(self.task.id)
        return self._road()

    def shortest(self) -> tuple[tuple[str, str], ...]:
        """The shortest of our roads."""
        return min(self.task.roads, key=len)

    def _road(self) -> Text:
        return Text("\n\n".join(f"`{line}` ({reason})" for line, reason in self.shortest()))

    def _judge(self, text: str, because: str) -> Verdict:
        left_text, sign, right_text = split(text)
        head = left = self.task.read(left_text) if left_text else self._before()
        if not left_text and self.lines:
            head = self.lines[-1].head
        left, right = evened(left, self.task.read(right_text))
        ask = self.task.asks(left, "=" if sign == ">=" else sign)
        meant = self.task.meant(right)
        found = at_most(ask, meant) if sign == ">=" else judged(meant, ask, self.task.around)
        if not found.proved:
            verdict = self._wrong(found, right)
            progress.record(self.task.id, verdict.status, False, verdict.slip)
            return verdict
        verdict = self._right(left, right, head, sign)
        if remark := remark_on(because, self.task, left, meant, sign):
            status = v.OTHER_RULE if remark.startswith("but") and verdict.status == v.FOLLOWS else verdict.status
            verdict = replace(verdict, status=status, remark="; ".join(filter(None, [verdict.remark, remark])))
        self.lines.append(Line(text, left, sign, right, head, because, verdict))
        if verdict.status == v.REACHED:
            progress.record(self.task.id, verdict.status, True)
        return verdict

    def _before(self) -> ast.expr:
        if self.lines:
            return self.lines[-1].right
        if not self.task.start:
            raise Unreadable(f"the first line needs a left side, as in `{self.task.heads[0]} = ...`: what is it about?")
        return self.task.read(self.task.start)

    def _wrong(self, found: Answer, right: ast.expr) -> Verdict:
        """A line that does not follow: which slip of the line before, or of the goal."""
        if found.status == "undecided":
            return Verdict(v.UNDECIDED, found.why)
        if (self.task.room == "algebra" or not found.slip) and found.slip not in SURE:
            of_the_goal = judged(right, self.goal_asked, self.task.around)
            better = of_the_goal.status == SLIP and (not found.slip or of_the_goal.slip in SURE)
            found = of_the_goal if better else found
        slip = found.slip
        return Verdict(v.NOT_FOLLOWING, slip=slip, hint=hint_for(slip), input=dict(found.at),
                       remark="" if found.at or slip else found.why)  # fmt: skip

    @cached_property
    def goal_asked(self) -> Asked:
        return self.task.asks(parse(self.task.goal)).of_the_book()

    def _right(self, left: ast.expr, right: ast.expr, head: ast.expr, sign: str) -> Verdict:
        if self.is_goal(right, head):
            if self.lines:
                return Verdict(v.REACHED, "this is what was to be derived")
            return Verdict(
                v.FOLLOWS, "it is true, and it is the goal at once", remark="write the steps that lead to it"
            )
        before = [line.right for line in self.lines if same(head, line.head)]
        before += [self.task.read(self.task.start)] if self.task.start else []
        if same(left, right) or any(same(right, other) for other in before):
            return Verdict(v.DETOUR, "true, and nothing new: it stood there before")
        if foreign := self.task.foreign(right) - quantities(left):
            return Verdict(v.DETOUR, f"true, but the goal has no {', '.join(sorted(foreign))}: it has to go again")
        sizes = [size(line.right) for line in self.lines if same(line.head, head)]
        if sizes and size(right) > LONGER * max(min(sizes), size(parse(self.task.goal))):
            return Verdict(v.DETOUR, "true, and far longer than it was")
        return Verdict(v.FOLLOWS)

    def is_goal(self, right: ast.expr, head: ast.expr) -> bool:
        """Whether a line ends at the goal: in its quantities, about as short, and worth the same."""
        if not self.is_head(head):
            return False
        if size(right) > size(parse(self.task.goal)) + self.task.size:
            return False
        gone = [self.task.read(text) for text in self.task.without]
        if any(same(n, other) for n in ast.walk(right) if isinstance(n, ast.expr) for other in gone):
            return False
        if self.task.within and not quantities(right) <= {*self.task.within, "d", "I"}:
            return False
        return judged(right, self.goal_asked).proved

    def is_head(self, tree: ast.expr) -> bool:
        """Whether a chain of lines began at the start, or with a name of the goal: posterior_var, sigma_q^2."""
        heads = [self.task.read(text) for text in (*self.task.heads, self.task.start) if text]
        if any(same(tree, head) for head in heads):
            return True
        return quantities(tree) <= set(self.task.heads) and judged(tree, self.goal_asked).proved

    def _repr_markdown_(self) -> str:
        return f"**{self.task.id}** {self.task.story}\n\n{page(self)}"

    def __repr__(self) -> str:
        return "\n".join([f"{self.task.id} {self.task.story}", *(f"  {n.verdict.sign} {n.text}" for n in self.lines)])


def evened(left: ast.expr, right: ast.expr) -> tuple[ast.expr, ast.expr]:
    """Both sides, and where one of them is 0, as many zeros as the other has entries."""
    nothing = parse("0")
    zeros = [ast.BinOp(nothing, ast.Mult(), side) for side in (left, right)]
    return (zeros[1] if same(left, nothing) else left), (zeros[0] if same(right, nothing) else right)


def at_most(ask: Asked, right: ast.expr) -> Answer:
    """Whether the right side is nowhere above the left, on every chain that was tried."""
    for probe in range(ask.probes):
        ours, theirs = ask.numbers(ask.truth, probe), ask.numbers(right, probe)
        if ours is None or theirs is None or len(ours) != len(theirs):
            return Answer("wrong", "one of the two has no value")
        if any(b > a + 1e-9 for a, b in zip(ours, theirs, strict=True)):
            return Answer("wrong", "the right side is larger on some chain: it is no bound from below")
    return Answer("correct", "a bound from below on every chain tried", "Σ")


def size(tree: ast.expr) -> int:
    """How many pieces a formula has."""
    return sum(isinstance(n, ast.Name | ast.BinOp | ast.Constant | ast.Call) for n in ast.walk(tree))


def split(text: str) -> tuple[str, str, str]:
    """Left side, sign and right side of a line; the sign is the first one outside all brackets."""
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        sign = next((s for s in (">=", "≥", "∝", "=") if text.startswith(s, i)), None) if depth == 0 else None
        if sign:
            return text[:i].strip(), SIGNS[sign], text[i + len(sign) :].strip()
    raise Unreadable("a line has a sign between its sides: left = right, or = right to go on")


def begin(name: str) -> Derivation:
    """A fresh derivation of a task; raises KeyError, in one sentence, where there is none."""
    from vdm_tutor.exercises.lessons.derivations import TASKS

    found = {task.id: task for task in TASKS}
    if name not in found:
        raise KeyError(f"no derivation is called {name!r}: there are {', '.join(found)}")
    return Derivation(found[name])
