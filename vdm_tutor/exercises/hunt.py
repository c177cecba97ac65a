"""Find the mistake in a snippet: the reader's test has to pass the right function and refuse the others."""

from collections.abc import Callable
from dataclasses import dataclass

from vdm_tutor.exercises import verdict as v
from vdm_tutor.exercises.program import Program, made
from vdm_tutor.exercises.sandbox import run
from vdm_tutor.exercises.verdict import Verdict


@dataclass(frozen=True)
class Tried:
    """What a test says of each of some functions: None where it passes, the words of its refusal otherwise."""

    sources: tuple[str, ...]

    def __call__(self, test: Callable) -> list:
        return [self.said(test, made(source)) for source in self.sources]

    @staticmethod
    def said(test: Callable, function: Callable) -> str | None:
        try:
            found = test(function)
        except Exception as error:  # a test refuses by raising; which error is its own affair
            return type(error).__name__
        return None if found is None or bool(found) else "False"


@dataclass(frozen=True)
class Hunt(Program):
    """`source` is the right function, `shown_slip` the slip of the snippet; `test` is a test that finds every slip."""

    shown_slip: str = ""
    test: str = ""

    kind = "find the mistake"

    @property
    def reference(self) -> Callable:
        return made(self.test)

    def shown(self) -> str:
        return f"The slip: {self.shown_slip}.\n\n```python\n{self.test.strip()}\n```"

    def judge(self, answer: object) -> Verdict:
        if not callable(answer) or isinstance(answer, type):
            return Verdict(v.UNREADABLE, "a test is asked for: a function that is handed the function to be tested")
        names = [self.shown_slip, *(name for name in self.slips if name != self.shown_slip)]
        ran = run(Tried((self.source, *map(self.slipped, names))), answer)
        if ran.trouble:
            return Verdict(v.FAILED, ran.trouble)
        right, *others = ran.value
        if right is not None:
            return Verdict(v.WRONG, f"your test refuses the right function too ({right})")
        passed = [name for name, said in zip(names, others, strict=True) if said is None]
        if self.shown_slip in passed:
            return Verdict(v.WRONG, "your test passes the snippet as it stands")
        if passed:
            return Verdict(v.NEARLY, f"your test finds this mistake; it lets another one through: {passed[0]}")
        return Verdict(v.CORRECT, f"it finds this mistake, and {len(names) - 1} others of its kind")

    def _repr_markdown_(self) -> str:
        return f"{super()._repr_markdown_()}\n\n```python\n{self.slipped(self.shown_slip).strip()}\n```"
