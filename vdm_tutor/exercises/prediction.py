"""Predict, then run: one of a few beliefs, each wrong one answered for itself.

A letter is no proof: of three, one is right by chance. So nobody is taken at a letter's word: the experiment that
decides is offered to whoever was wrong, and shown, with the reason, to whoever was right.
"""

from dataclasses import dataclass

from vdm_tutor.exercises import verdict as v
from vdm_tutor.exercises.exercise import Exercise
from vdm_tutor.exercises.verdict import Verdict


@dataclass(frozen=True)
class Prediction(Exercise):
    """`choices` are what one may expect, `right` the one that happens, `beliefs` what to say to each of the others.

    The answer is a letter, a number from 1, or the words of a choice.
    """

    choices: tuple[str, ...] = ()
    right: str = ""
    beliefs: tuple[tuple[str, str], ...] = ()
    run: str = ""  # a few lines that decide it

    kind = "predict, then run"

    @property
    def reference(self) -> str:
        return self.right

    def shown(self) -> str:
        return f"{self.right}\n\n{self.experiment}"

    @property
    def experiment(self) -> str:
        return f"```python\n{self.run.strip()}\n```"

    def judge(self, answer: object) -> Verdict:
        choice = self.chosen(answer)
        if choice is None:
            return Verdict(v.UNREADABLE, f"answer with a letter, {self.letters()[0]} to {self.letters()[-1]}")
        if choice == self.right:
            return Verdict(v.CORRECT, remark=f"{self.explained} Was that your reason? Run it:\n\n{self.experiment}")
        return Verdict(v.WRONG, remark=self.asked_back(choice), hint=f'`print(ex("{self.id}").run)` decides it')

    def mistake(self, answer: object, verdict: Verdict) -> str | None:
        """The choice itself: of a few that everybody is offered, each is a belief."""
        return self.chosen(answer) if verdict.status == v.WRONG else None

    def asked_back(self, mistake: str | None) -> str:
        return dict(self.beliefs).get(mistake, "")

    def letters(self) -> str:
        return "abcdefgh"[: len(self.choices)]

    def chosen(self, answer: object) -> str | None:
        """The choice that an answer names."""
        if type(answer) is int and 1 <= answer <= len(self.choices):
            return self.choices[answer - 1]
        if type(answer) is not str:
            return None
        said = " ".join(answer.lower().split()).strip(".()")
        if said[:1] in self.letters() and said[1:3] == ") ":  # the whole line, as it stands in the question
            said = said[3:]
        if len(said) == 1 and said in self.letters():
            return self.choices[self.letters().index(said)]
        if said.isdigit() and said.isascii() and len(said) == 1:
            return self.chosen(int(said))
        return next((choice for choice in self.choices if choice.lower() == said), None)

    def _repr_markdown_(self) -> str:
        return super()._repr_markdown_() + "".join(
            f"\n\n({letter}) {choice}" for letter, choice in zip(self.letters(), self.choices, strict=True)
        )
