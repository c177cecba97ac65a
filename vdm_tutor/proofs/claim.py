"""A claim is data: one line of the survey, both sides as printed, its rule, what it stands on, how it is decided."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from vdm_tutor.proofs.tables import WORLDS

RELATIONS = ("=", ":=", ">=", "~", "∝", "argmin")  # ~ is the same law, ∝ proportional in `wrt`, argmin the same `wrt`
SIGN = re.compile(rf"(?:^|\s)({'|'.join(map(re.escape, RELATIONS))})\s")


@dataclass(frozen=True)
class Algebra:
    """Decided by exact algebra, with vectors of so many entries."""

    dims: tuple[int, ...] = (1, 2)

    def __post_init__(self):
        if not self.dims or min(self.dims) < 1:
            raise ValueError(f"algebra in {self.dims} dimensions: name at least one, each at least 1")


@dataclass(frozen=True)
class Chain:
    """Decided by enumeration on tables of one kind; where `general` says how, also for every chain or law.

    `general` is "law" for a line about one latent, decided for any densities; "means" for a line of expectations of
    logs, decided for every length T; "path" for one that holds at each single path, for every T.
    """

    table: str = "markov"
    general: str = ""

    def __post_init__(self):
        _one_of("chains", self.table, tuple(WORLDS))
        _one_of("general proofs", self.general, ("", "law", "means", "path"))


@dataclass(frozen=True)
class Grid:
    """Decided by quadrature: a walk carried along a grid."""


@dataclass(frozen=True)
class Claim:
    """One line of the survey: what it says (sides as printed), by which rule, on what it stands, how it is decided.

    `given` names the definitions that the decider may use: without any one of them the line must fail. `wrt` is the
    variable whose law it is (~), of a proportionality, or the prediction that an arg min is over; `gap` is what >=
    leaves. `parts` are claims that must hold too. `printed` is the survey's own form where that one fails and the line
    is mended or, where it cannot be, `refuted`. `mistakes` are slips made by hand (name: slipped right side), `keeps`
    says of a slip why the line stays true.
    """

    key: int | str
    left: str
    right: str
    relation: str = "="
    rule: str = ""
    given: tuple[int | str, ...] = ()
    by: Algebra | Chain | Grid = Algebra()
    wrt: str = ""
    gap: str = ""
    parts: tuple["Claim", ...] = ()
    printed: "Claim | None" = None
    refuted: bool = False
    note: str = ""
    mistakes: Mapping[str, str] = field(default_factory=dict, hash=False)
    keeps: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self):
        _one_of("relations", self.relation, RELATIONS)
        if (self.relation in ("~", "∝", "argmin")) != bool(self.wrt):
            raise ValueError(f"({self.key}) has the relation {self.relation} and wrt={self.wrt!r}: one needs the other")
        if (self.relation == ">=") != bool(self.gap):
            raise ValueError(f"({self.key}) has the relation {self.relation} and gap={self.gap!r}: one needs the other")


def _one_of(what: str, word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        raise ValueError(f"{word!r} is none of the {what}: {', '.join(w for w in known if w)}")


@dataclass(frozen=True)
class Repeat:
    """A line that the survey prints once more: an earlier claim under a number and a rule of its own."""

    key: int | str
    rule: str
    same_as: int | str
    note: str = ""


def line(key: int | str, text: str, rule: str = "", **fields) -> Claim | Repeat:
    """A claim from one line of text, "left = right"; without a left side it goes on from the claim before it.

    With `same_as`, the key of an earlier claim, the text is empty. Raises ValueError where no relation stands between
    the sides.
    """
    if "same_as" in fields and not text:
        return Repeat(key, rule, **fields)
    found = SIGN.search(text)
    if not found:
        raise ValueError(f"({key}) has no relation, with spaces around it: one of {', '.join(RELATIONS)}")
    return Claim(key, text[: found.start()].strip(), text[found.end() :].strip(), found[1], rule, **fields)


Book = Mapping[int | str, Claim]  # every claim by its number or label


def bound(claims: Iterable[Claim | Repeat]) -> Book:
    """The book of these claims, in order, with what `same_as` and a missing left side stand for.

    Raises ValueError for two claims of one key, or a claim that stands on one that is not in the book.
    """
    book: dict[int | str, Claim] = {}
    for made in claims:
        if made.key in book:
            raise ValueError(f"two claims for {made.key}")
        made = _repeated(made, book) if isinstance(made, Repeat) else made
        book[made.key] = made if made.left else replace(made, left=[*book.values()][-1].right)
    for made in book.values():
        for inner in (made, *made.parts, *filter(None, [made.printed])):
            for name in inner.given:
                if name not in book:
                    raise ValueError(f"({inner.key}) stands on {name!r}, and no claim is called that")
    return MappingProxyType(book)


def _repeated(made: Repeat, book: Book) -> Claim:
    if made.same_as not in book:
        raise ValueError(f"({made.key}) repeats {made.same_as!r}, and no claim before it is called that")
    note = made.note or f"Eq. {made.same_as} again."
    return replace(book[made.same_as], key=made.key, rule=made.rule, note=note)


def users(key: int | str, book: Book) -> list[Claim]:
    """The claims of a book that name this one among what they stand on."""
    every = [c for claim in book.values() for c in (claim, *claim.parts)]
    return [c for c in every if key in c.given and c.relation != ":="]
