"""Text to tokens: the pieces of a formula, each with its place. Greek, accents, indices and TeX come out plain."""

import re
import unicodedata
from dataclasses import dataclass
from typing import NoReturn

from vdm_tutor.proofs import notation

NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
WORD = re.compile(r"_[A-Za-z0-9_]*|[A-Za-z][A-Za-z0-9]*")
COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.S)
SIMPLE = re.compile(r"[A-Za-z0-9_]+")
LOWERED_RUN = re.compile("[" + "".join(notation.LOWERED) + "]+")


class Unreadable(ValueError):
    """Text that is no formula: the reason in one sentence, and the place in the text."""

    def __init__(self, reason: str, text: str = "", place: int | None = None):
        self.reason, self.place = reason, place
        if place is None:
            super().__init__(reason)
            return
        first = max(0, place - 50)
        shown = "".join(c if c.isprintable() else "·" for c in text[first : place + 25])
        super().__init__(f"{reason}, at character {place + 1}:\n    {shown}\n    {' ' * (place - first)}^")


@dataclass(frozen=True)
class Token:
    """A number, a name, a sign, or the end of the text, with its place."""

    kind: str
    value: str
    start: int
    end: int
    spaced: bool = False  # whether white space stands before it


class Lexer:
    """Cuts text into tokens; a name comes out in plain letters: ᾱ_t and \\bar\\alpha_t as alpha_bar_t."""

    def __init__(self, text: str):
        self.text, self.at, self.found, self.spaced = text, 0, [], False

    def refuse(self, reason: str, place: int | None = None) -> NoReturn:
        raise Unreadable(reason, self.text, self.at if place is None else place)

    def add(self, kind: str, value: str, start: int) -> None:
        self.found.append(Token(kind, value, start, self.at, self.spaced))
        self.spaced = False

    def tokens(self) -> list[Token]:
        while self.at < len(self.text):
            start, c = self.at, self.text[self.at]
            if c.isspace():
                self.at, self.spaced = self.at + 1, True
            elif number := NUMBER.match(self.text, self.at):
                if c not in "0123456789.":
                    self.refuse(f"{c!r} is no digit that is known here")
                self.at = number.end()
                self.add("number", number[0], start)
            elif c == "\\":
                self.command(start)
            elif c in notation.RAISED:
                self.raised(start)
            elif c == "_" and self.found and self.found[-1].kind == "sign":
                self.below(start)
            elif c in notation.SIGNS or not (c.isalpha() or c == "_"):
                self.sign(start)
            else:
                self.name(self.letters(), start)
        self.add("end", "", self.at)
        return self.found

    def sign(self, start: int) -> None:
        c = self.text[self.at]
        pair = self.text[self.at : self.at + 2]
        self.at += 2 if pair in ("**", "||") else 1
        value = pair if pair in ("**", "||") else notation.SIGNS.get(c, c)
        if value in ("1/2", "1/4", "3/4"):
            self.add("fraction", value, start)
        elif value in ("**", "||", *r"+-*/@()[]{},|:=") or value.startswith("\\"):
            self.add("sign", value, start)
        elif c in notation.LOWERED:
            self.refuse("a lowered index must follow a letter", start)
        else:
            self.refuse(f"{c!r} has no meaning in a formula" + _WHY_NOT.get(c, ""), start)

    def below(self, start: int) -> None:
        """An index below a sign: the 2 of a norm says nothing; that of a sum, a product or a slope opens an index."""
        if two := re.compile(r"_(2|\{2\})").match(self.text, self.at):
            self.at = two.end()
        elif opened := re.compile(r"_\{").match(self.text, self.at):
            self.at = opened.end()
            self.add("sign", "_{", start)
        else:
            self.at += 1
            self.add("sign", "_", start)

    def raised(self, start: int) -> None:
        """x² is x**2."""
        self.add("sign", "**", start)
        while self.at < len(self.text) and self.text[self.at] in notation.RAISED:
            first, run = self.at, ""
            while self.at < len(self.text) and self.text[self.at] in notation.RAISED:
                run, self.at = run + notation.RAISED[self.text[self.at]], self.at + 1
            for piece in re.findall(r"\d+|[+-]", run):
                self.add("number" if piece.isdigit() else "sign", piece, first)

    def letters(self) -> str:
        """The plain spelling of the letters that begin here: a Latin word, or one Greek letter with its accents."""
        if word := WORD.match(self.text, self.at):
            self.at, name = word.end(), word[0]
        else:
            base, *marks = unicodedata.normalize("NFKD", self.text[self.at])
            if base not in notation.GREEK and not (base.isascii() and base.isalpha()):
                self.refuse(f"the letter {self.text[self.at]!r} names nothing here")
            name = "_".join(
                [notation.GREEK.get(base, base), *(notation.ACCENTS[m] for m in marks if m in notation.ACCENTS)]
            )
            self.at += 1
        while self.at < len(self.text) and self.text[self.at] in notation.ACCENTS:
            name, self.at = f"{name}_{notation.ACCENTS[self.text[self.at]]}", self.at + 1
        return name

    def name(self, name: str, start: int) -> None:
        """A name with its indices: simple ones join it (x_0), others follow as an index in brackets (x_{t-1})."""
        while index := self.index():
            if index in ("_{", "lowered"):
                self.add("name", name, start)
                self.brackets(index)
                return
            name = f"{name}_{index}"
        self.add("name", name, start)

    def brackets(self, index: str) -> None:
        """The opening of an index that is more than a word; a lowered one whole."""
        first, self.at = self.at, self.at + 2
        if index == "_{":
            return self.add("sign", "_{", first)
        run = LOWERED_RUN.match(self.text, first)[0]
        self.at = first + len(run)
        self.add("sign", "_{", first)
        for piece in re.findall(r"[0-9]+|[a-z]+|[+-]", "".join(notation.LOWERED[c] for c in run)):
            self.add("number" if piece.isdigit() else "name" if piece.isalpha() else "sign", piece, first)
        self.add("sign", "}", first)

    def index(self) -> str:
        """The next index of a name in plain letters where it is one word; empty where none follows."""
        c, rest = self.text[self.at : self.at + 1], self.text[self.at + 1 : self.at + 2]
        if run := LOWERED_RUN.match(self.text, self.at):
            word = "".join(notation.LOWERED[c] for c in run[0])
            if SIMPLE.fullmatch(word):
                self.at = run.end()
            return word if SIMPLE.fullmatch(word) else "lowered"
        if c != "_" or not rest:
            return ""
        if rest == "{":
            end = self.closing(self.at + 1)
            word = plain(self.text[self.at + 2 : end])
            if SIMPLE.fullmatch(word):
                self.at = end + 1
            return word if SIMPLE.fullmatch(word) else "_{"
        if rest == "\\" and (found := COMMAND.match(self.text, self.at + 1)):
            self.at = found.end()
            return notation.TEX_NAMES.get(found[1]) or self.refuse(
                f"the index {found[0]} is not known here", found.start()
            )
        if digits := re.compile(r"_([0-9]+)").match(self.text, self.at):
            self.at = digits.end()
            return digits[1]
        if not rest.isalpha():
            return ""
        self.at += 1
        return self.letters()

    def closing(self, opened: int) -> int:
        """Where the brace that opens at this place closes."""
        depth = 0
        for place in range(opened, len(self.text)):
            depth += {"{": 1, "}": -1}.get(self.text[place], 0)
            if depth == 0:
                return place
        return self.refuse("this brace is never closed", opened)

    def command(self, start: int) -> None:
        found = COMMAND.match(self.text, self.at)
        if not found:
            self.refuse("a backslash with nothing behind it")
        word, self.at = found[1], found.end()
        if word in notation.TEX_SPACE:
            self.spaced = True
            if word in ("left", "right", "middle") and self.text[self.at : self.at + 1] == ".":
                self.at += 1
        elif word in notation.TEX_SIGNS:
            self.add("sign", notation.TEX_SIGNS[word], start)
        elif word in notation.TEX_NAMES:
            self.name(notation.TEX_NAMES[word], start)
        elif word in notation.TEX_ACCENTS or word in notation.TEX_FONTS:
            self.dressed(word, start)
        else:
            self.refuse(f"the command \\{word} is not known here", start)

    def dressed(self, word: str, start: int) -> None:
        r"""\bar\alpha, \hat{x}, \mathcal{N}: a name with an accent, or in another type."""
        match = re.compile(r"\s*(?:\{([^{}]*)\}|(\\[A-Za-z]+|\w))").match(self.text, self.at)
        inner = plain(match[1] if match[1] is not None else match[2]) if match else ""
        if not SIMPLE.fullmatch(inner):
            self.refuse(f"\\{word} needs one name behind it", start)
        self.at = match.end()
        base, *index = inner.split("_", 1) if word in notation.TEX_ACCENTS else [inner]
        self.name(
            "_".join([base, *([notation.TEX_ACCENTS[word]] if word in notation.TEX_ACCENTS else []), *index]), start
        )


_WHY_NOT = {
    "'": ": quoted text is no formula", '"': ": quoted text is no formula", "!": "", "%": "", "<": "", ">": "",
    ".": ": nothing here has attributes", "&": "", "~": "",
}  # fmt: skip


def plain(inner: str) -> str:
    """The inside of an index or an accent in plain letters, where it is one word."""
    inner = re.sub(r"\\(?:" + "|".join(sorted(notation.TEX_FONTS)) + r")\s*\{(\w*)\}", r"\1", inner)
    inner = re.sub(r"\\([A-Za-z]+)", lambda m: notation.TEX_NAMES.get(m[1], m[0]), inner).strip()
    return "".join(notation.GREEK.get(c, c) for c in inner)
