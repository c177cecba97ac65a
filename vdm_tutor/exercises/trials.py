"""What is done with a reader's function, and the numbers that come of it: run in the process of the function.

A number, a row of numbers and a batch are handed over as float64 arrays of numpy's, or of torch's where the function
wants these. What comes back is (shape, numbers); a function that changes what it was handed is told so.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

FOREIGN = (TypeError, AttributeError)  # what a function raises that was written for another library


class Changed(Exception):
    """The function wrote into its arguments."""


@dataclass(frozen=True)
class Calls:
    """Calls with arguments that are numbers or nested lists; gives (shape, numbers) for each."""

    arguments: tuple[tuple, ...]

    def __call__(self, function: Callable) -> list:
        if isinstance(function, type) or not callable(function):
            raise TypeError("this is no function")
        return [result_of(function, call) for call in self.arguments]


def result_of(function: Callable, arguments: tuple) -> tuple:
    """One call, with the arrays of whichever library the function is written for."""
    trouble = None
    for made in libraries():
        try:
            return _called(function, [made(a) for a in arguments])
        except FOREIGN as error:
            trouble = trouble or error
    raise trouble


def libraries() -> list[Callable]:
    import numpy as np

    found = [lambda a: np.float64(a) if isinstance(a, float) else np.array(a) if isinstance(a, list) else a]
    torch = sys.modules.get("torch")
    if torch:
        found.append(lambda a: torch.tensor(a, dtype=torch.float64) if isinstance(a, float | list) else a)
    return found


def _called(function: Callable, handed: list) -> tuple:
    import numpy as np

    before = [numbers(a) if not callable(a) else None for a in handed]
    found = numbers(function(*handed))
    for old, new in zip(before, handed, strict=True):
        if old is not None and not np.array_equal(old[1], numbers(new)[1], equal_nan=True):
            raise Changed("it writes into what it was handed: leave the arguments as they are")
    return found


def numbers(value: object) -> tuple[tuple[int, ...], list[float]]:
    """The shape and the entries of a number, an array, a tensor, or nested lists of them."""
    import numpy as np

    if value is None:
        raise ValueError("it gives back nothing: is there a return?")
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if isinstance(value, list | tuple):
        value = [v.detach().cpu().numpy() if hasattr(v, "detach") else v for v in value]
    found = np.asarray(value)
    if found.dtype.kind not in "fiu" or found.size > 100_000:
        raise ValueError("what it gives back is no number and no array of numbers")
    return found.shape, [float(x) for x in found.astype(np.float64).ravel()]


def squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without its ones: () and (1,) say the same."""
    return tuple(n for n in shape if n != 1)
