"""Code that is shown: the source of a function, and the twelve lines of lesson 00, a whole diffusion model.

Each of the twelve names the lessons that explain it.
"""

import html
import re
from dataclasses import dataclass

from IPython.display import Code

PROGRAM = """
log_snr = torch.linspace(7, -7, 100)  # 09 from nearly clean to nearly noise
alpha_bar = torch.cat([torch.ones(1), log_snr.sigmoid()])  # 04 share of signal
noise_var = 1 - alpha_bar  # 04 share of noise
xt = torch.randn(101, 10_000, generator=torch.Generator().manual_seed(0))  # 08
for t in range(100, 0, -1):  # 08 from x_100, pure noise, back to x_0
    alpha = alpha_bar[t] / alpha_bar[t - 1]  # 04 one step's share
    x0_hat = torch.tanh(alpha_bar[t].sqrt() / noise_var[t] * xt[t])  # 07 10 11
    from_xt = alpha.sqrt() * noise_var[t - 1] * xt[t]  # 06 what x_t says
    from_x0 = alpha_bar[t - 1].sqrt() * (1 - alpha) * x0_hat  # 06 what x_0 says
    posterior_mean = (from_xt + from_x0) / noise_var[t]  # 06 both together
    posterior_var = (1 - alpha) * noise_var[t - 1] / noise_var[t]  # 06 spread
    xt[t - 1] = posterior_mean + posterior_var.sqrt() * xt[t - 1]  # 08
""".strip()
BOX = "white-space: pre; overflow-x: auto; border-left: 3px solid #767676; "
BOX += "padding: 2px 10px; margin: 0; font-size: 0.85em"
NAMED = re.compile(r"#((?: \d\d)+)")


@dataclass(frozen=True)
class Program:
    """Shows the whole program in Jupyter, with the lines of one lesson in full colour; elsewhere those lines alone."""

    lesson: str

    def __post_init__(self):
        if not any(map(self.explains, PROGRAM.splitlines())):
            raise ValueError(f"lesson {self.lesson!r} explains none of the twelve lines")

    def explains(self, line: str) -> bool:
        """Whether the lesson's number stands behind the line."""
        named = NAMED.search(line)
        return named is not None and self.lesson in named[1].split()

    def __repr__(self) -> str:
        return "\n".join(line.strip() for line in PROGRAM.splitlines() if self.explains(line))

    def _repr_html_(self) -> str:
        lines = "\n".join(map(self._line, PROGRAM.splitlines()))
        return f'<pre style="{BOX}">{lines}</pre>'

    def _line(self, line: str) -> str:
        text = html.escape(line)
        return f"<b>{text}</b>" if self.explains(line) else f'<span style="opacity: 0.65">{text}</span>'


@dataclass(frozen=True)
class Source:
    """Shows Python code in colour, in a box that scrolls rather than breaks a line."""

    text: str

    def __repr__(self) -> str:
        return self.text.rstrip()

    def _repr_html_(self) -> str:
        return Code(self.text, language="python")._repr_html_().replace("<pre>", f'<pre style="{BOX}">')
