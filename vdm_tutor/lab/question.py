"""A question that the reader answers before the next cell does: it looks like one, and is not passed unseen."""

from collections.abc import Sequence

from ipywidgets import HTMLMath, Layout, Text, ToggleButtons, VBox
from matplotlib.axes import Axes

from vdm_tutor.colours import COLOURS
from vdm_tutor.lab.rerun import close_earlier

WAITING = "no guess yet: answer the question above, then run this cell again"


class Guess(VBox):
    """A box with the question, and a field for a number or buttons for `options`; `value` is None until answered.

    `answer` types it in code, where no widget can be shown. Raises ValueError where it is no answer to the question.
    """

    def __init__(self, question: str, options: Sequence[str] = (), answer: float | str | None = None):
        self.question, self.options, self.value = question, tuple(options), None
        asked = HTMLMath(f"<b>Your guess?</b> {question}")
        self._heard = HTMLMath()
        field = ToggleButtons(options=options, value=None) if options else Text(placeholder="a number, then Enter")
        field.observe(lambda change: self._hear(change["new"]), "value")
        if not options:
            field.continuous_update = False
        border = f"solid {COLOURS['guess']}"
        layout = Layout(border_left=f"4px {border}", padding="2px 12px 6px", margin="4px 0")
        super().__init__([asked, field, self._heard], layout=layout)
        close_earlier(self)
        if answer is not None:
            self.value = self._read(answer)
            field.value = answer if options else f"{answer}"

    def _hear(self, text: str) -> None:
        try:
            self.value = self._read(text)
            self._heard.value = f"{self.value}: run the next cell." if text else ""
        except ValueError as error:
            self.value, self._heard.value = None, str(error)

    def _read(self, text: float | str | None) -> float | str | None:
        if text in (None, ""):
            return None
        if not self.options:
            return number(str(text))
        if text not in self.options:
            raise ValueError(f"{text!r} is none of {', '.join(self.options)}")
        return text

    def against(self, truth: float | str, unit: str = "") -> None:
        """Print how far the guess is from the truth, or that there is none yet."""
        if self.value is None:
            print(WAITING)
        elif self.options:
            print(f"you said {self.value}: " + ("yes" if self.value == truth else f"it is {truth}"))
        else:
            unit = f" {unit}" if unit else ""
            print(f"you guessed {self.value:g}, off by {abs(self.value - float(truth)):.2g}{unit}")

    def draw(self, ax: Axes, axis: str = "y") -> None:
        """A dotted line where the guess lies on an axis of the answering plot; nothing where there is none."""
        if isinstance(self.value, float):
            line = ax.axhline if axis == "y" else ax.axvline
            line(self.value, color=COLOURS["guess"], linestyle=":", label="your guess")

    def __repr__(self) -> str:
        return f"Your guess? {self.question}" + "".join(f" [{option}]" for option in self.options)

    def _repr_mimebundle_(self, **kwargs):
        data = super()._repr_mimebundle_(**kwargs) or {}
        asked = f"> **Your guess?** {self.question}"
        options = " · ".join(f"`{option}`" for option in self.options)
        return {**data, "text/plain": repr(self), "text/markdown": asked + (f"\n>\n> {options}" if options else "")}


def number(text: str) -> float:
    """A number as people type it: 0.8, 0,8, .8, 80 %, 4/5, 1e-3, +1. Raises ValueError in one sentence."""
    cleaned = text.strip().replace(",", ".").replace("\u2212", "-").removesuffix("%").strip()
    top, _, bottom = cleaned.partition("/")
    try:
        value = float(top) / (float(bottom) if bottom else 1.0) / (100 if text.strip().endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        value = float("nan")
    if not abs(value) < float("inf"):
        raise ValueError(f"{text[:30]!r} is not a number: try 0.8, 80 % or 4/5")
    return value
