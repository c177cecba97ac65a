"""An exercise: a story, a judge for the answer, hints in stages, a solution with its explanation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vdm_tutor.exercises import progress
from vdm_tutor.exercises.slip_hints import hint_for
from vdm_tutor.exercises.verdict import NOT_YET, SLIP, UNKNOWN, UNREADABLE, Verdict
from vdm_tutor.proofs.lexing import Unreadable

LONGEST = 10_000


class Text(str):
    """Words that a notebook shows as Markdown."""

    def _repr_markdown_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Exercise:
    """What every kind of exercise has; a kind adds `judge`.

    `id` is its lesson and number ("06.2"), `families` a wrong answer for each family of mistakes that it asks about.
    """

    id: str
    story: str
    explained: str
    hints: tuple[str, ...] = ()
    invariant: str = ""
    families: Mapping[str, object] = field(default_factory=dict, hash=False)

    kind = ""

    @property
    def lesson(self) -> str:
        return self.id.split(".")[0]

    def judge(self, answer: object) -> Verdict:
        raise NotImplementedError

    @property
    def reference(self) -> object:
        """An answer that is right."""
        raise NotImplementedError

    def shown(self) -> str:
        """The reference as it is printed in the solution."""
        return f"`{self.reference}`"

    def check(self, answer: object = ...) -> Verdict:
        """The verdict on an answer, whatever it is: nothing that a reader hands over raises."""
        if answer is ... or answer is None:
            return Verdict(NOT_YET)
        verdict = self.verdict_on(answer)
        if verdict.status == SLIP and not verdict.hint:
            verdict = replace(verdict, hint=self.asked_back(verdict.slip))
        if not verdict.correct and not verdict.invariant:
            verdict = replace(verdict, invariant=self.invariant)
        progress.record(self.id, verdict.status, verdict.correct, self.mistake(answer, verdict))
        return verdict

    def mistake(self, answer: object, verdict: Verdict) -> str | None:
        """What is kept of a wrong answer: the name of its mistake."""
        return verdict.slip

    def asked_back(self, mistake: str | None) -> str:
        """What to think of, for a mistake by its name."""
        return hint_for(mistake)

    def verdict_on(self, answer: object) -> Verdict:
        """The same verdict, of which nothing is kept."""
        try:
            if isinstance(answer, str) and len(answer) > LONGEST:
                return Verdict(UNREADABLE, f"a text of {len(answer)} characters: at most {LONGEST} are read")
            return self.judge(answer)
        except Unreadable as reason:
            unknown = reason.reason.startswith("no quantity")
            return Verdict(UNKNOWN if unknown else UNREADABLE, str(reason))
        except Exception as error:  # the one door: whatever an object of the reader's does, it gets a verdict
            return Verdict(UNREADABLE, f"this is no answer that can be judged ({type(error).__name__})")

    def hint(self) -> Text:
        """What to think of: of the slip that was made last, then stage by stage."""
        state = progress.load().get(self.id, progress.State())
        stages = [*filter(None, [self.asked_back(state.slip)]), *self.hints]
        shown = stages[min(state.hints, len(stages) - 1)] if stages else "there is none; the solution is one call away"
        progress.save(self.id, replace(state, hints=state.hints + 1))
        return Text(f"*Hint {min(state.hints + 1, max(len(stages), 1))} of {max(len(stages), 1)}:* {shown}")

    def solution(self) -> Text:
        """A right answer, and why it is right."""
        progress.saw(self.id)
        return Text(f"{self.shown()}\n\n{self.explained}")

    def _repr_markdown_(self) -> str:
        return f"**{self.id}** {self.story}"

    def __repr__(self) -> str:
        return f"{self.id} {self.story}"
