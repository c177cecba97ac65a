"""Tables: what Python computed for every place of the knobs; the page only looks an entry up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NOTHING = 65535  # in a table of numbers: there is none


@dataclass(frozen=True, eq=False)
class Table:
    """An array whose leading axes are the knobs it depends on, by name; what is left is one entry."""

    over: tuple[str, ...]
    values: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one entry."""
        return self.values.shape[len(self.over) :]

    def at(self, places: dict[str, int]) -> np.ndarray:
        """The entry for the knobs' places."""
        return np.asarray(self.values[tuple(places[name] for name in self.over)])


def over(knobs: str, values) -> Table:
    """A table over knobs, by their names: `over("t x0", array)` has the axes t, x0 and then those of an entry.

    Numbers and texts; a tensor will do. NaN stands for nothing to be drawn.
    """
    array = np.asarray(values)
    array = array if array.dtype.kind in "US" or array.dtype == np.uint8 else array.astype(np.float64)
    names = tuple(knobs.split())
    if array.ndim < len(names):
        raise ValueError(f"a table over {knobs} needs {len(names)} axes or more; got the shape {list(array.shape)}")
    return Table(names, array)


def table(values) -> Table:
    """A table as it is; what is none is the same for every place of the knobs."""
    return values if isinstance(values, Table) else over("", values)


def written(numbers: Table, form: str) -> Table:
    """A table of numbers as texts, each as Python formats it, with a true minus and no minus before a zero."""
    texts = [_tidy(format(float(value), form)) for value in numbers.values.flat]
    return Table(numbers.over, np.array(texts).reshape(numbers.values.shape))


def _tidy(text: str) -> str:
    if text.startswith("-") and not text.strip("-0.%"):
        text = text[1:]
    return text.replace("-", "\u2212")


def pack(tables: Sequence[Table]) -> tuple[bytes, list[dict]]:
    """All tables in one run of bytes, and for each where it lies, its knobs and its shape.

    Numbers take 16 bits over their own range, so they err by less than a hundred-thousandth of it; bytes stay as they
    are; of texts each different one goes into the description, and into the bytes which one it is.
    """
    chunks, places, offset = [], [], 0
    for each in tables:
        array, kind = _packed(each.values)
        chunk = np.ascontiguousarray(array).tobytes()
        chunk += b"\0" * (-len(chunk) % 2)  # 16-bit arrays must start on an even byte
        places.append({"over": list(each.over), "shape": list(array.shape), "offset": offset, **kind})
        chunks.append(chunk)
        offset += len(chunk)
    return b"".join(chunks), places


def _packed(values: np.ndarray) -> tuple[np.ndarray, dict]:
    if values.dtype == np.uint8:
        return values, {"kind": "bytes"}
    if values.dtype.kind == "U":
        texts, which = np.unique(values, return_inverse=True)
        return which.reshape(values.shape).astype("<u2"), {"kind": "text", "texts": texts.tolist()}
    there = np.isfinite(values)
    low, high = (float(end(values[there])) for end in (np.min, np.max)) if there.any() else (0.0, 0.0)
    step = (high - low) / (NOTHING - 1) or 1.0
    whole = np.where(there, np.round((np.where(there, values, low) - low) / step), NOTHING)
    return whole.astype("<u2"), {"kind": "numbers", "low": low, "step": step}
