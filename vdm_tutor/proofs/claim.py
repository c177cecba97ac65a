"""A claim is data: one line of the survey, both sides as printed, its rule, and what it stands on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

RELATIONS = {"=": "=", "prop": r"\propto", "argmin": "=", ">=": r"\ge", "law": "=", ":=": ":="}


@dataclass(frozen=True)
class Claim:
    """One line of the survey: what it says (sides as printed), by which rule, and what it stands on.

    `given` names the definitions that the decider may use: without any one of them the line must fail. `wrt` is the
    variable of a proportionality, or the prediction that an arg min is over. `parts` are claims that must hold too.
    `printed` is the survey's own form where that one fails and `left`, `right` are mended; `gap` is what >= leaves.
    """

    key: int | str
    left: str
    right: str
    relation: str = "="
    rule: str = ""
    given: tuple[int | str, ...] = ()
    wrt: str = ""
    room: str = "algebra"
    checked: str = ""
    dims: tuple[int, ...] = (1, 2)
    parts: tuple["Claim", ...] = ()
    printed: "Claim | None" = None
    refuted: bool = False
    gap: str = ""
    answer: str = ""
    continues: bool = False
    keeps: Mapping[str, str] = field(default_factory=dict)
    table: str = "markov"
    every_t: str = ""  # "means" or "path": the line is also decided for every T, as a sum of means or at one path
    shown: str = ""  # the left side to show, where the chain's own is too long or is a law's name
    shown_right: str = ""  # likewise, in LaTeX, where the decided form is a case or an integrand of the printed one
    head: str = ""  # what the whole chain is about, and how this line relates to it
    from_head: str = "="
    mistakes: tuple[tuple[str, str], ...] = ()  # slips made by hand: name, slipped right side

    def __hash__(self):
        return hash((self.key, self.left, self.right, self.relation, self.given))


Book = Mapping[int | str, Claim]  # every claim by its number or label


def claim(*args, **fields) -> list[Claim]:
    """One claim, as a list that a section adds to its own."""
    return [Claim(*args, **fields)]


def lines(left: str, *rows: tuple, **common) -> list[Claim]:
    """Consecutive claims (key, relation, right, rule, extra fields): each line's left is the line before."""
    first = common | (rows[0][4] if len(rows[0]) > 4 else {})
    made, head, since = [], common.pop("head", first.get("shown") or left), "="
    for key, relation, right, rule, *extra in rows:
        since = relation if relation in ("prop", ">=") else since
        fields = common | {"head": head, "from_head": since} | (extra[0] if extra else {})
        fields.setdefault("continues", bool(made))
        made += claim(key, left, right, relation, rule, **fields)
        left = right
    return made


def bound(claims: Iterable[Claim]) -> Book:
    """The book of these claims; raises ValueError for two claims of one key, or a hypothesis that is in no claim."""
    book: dict[int | str, Claim] = {}
    for made in claims:
        if made.key in book:
            raise ValueError(f"two claims for {made.key}")
        book[made.key] = made
    for made in book.values():
        for name in made.given:
            if name not in book:
                raise ValueError(f"({made.key}) stands on {name!r}, and no claim is called that")
    return MappingProxyType(book)


def users(key: int | str, book: Book) -> list[Claim]:
    """The claims of a book that name this one among what they stand on."""
    every = [c for claim in book.values() for c in (claim, *claim.parts)]
    return [c for c in every if key in c.given and c.relation != ":="]
