"""Reads the TeX that formulas may use into a small tree.

latex2mathml and ziamath draw an unknown command as its name, without an error. So
formulas are read here first, and what is not in ``tex_words`` is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reportgen.errors import RenderError
from reportgen.render.formulas.tex_words import ACCENTS, BLACKBOARD, FONTS, FUNCTIONS, SILENT, WORDS

_PIECE = re.compile(r"\\[A-Za-z]+\*?|\\.|[0-9]+(?:(?:[.]|\{,\})[0-9]+)*|\s+|.", re.DOTALL)
_MAX_DEPTH = 40


@dataclass(frozen=True)
class Word:
    """A letter, number, sign or named symbol, and how it is said."""

    tex: str
    spoken: str


@dataclass(frozen=True)
class Row:
    """A sequence."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Fraction:
    """A fraction."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True)
class Root:
    """A square root, or the root of a degree."""

    radicand: Node
    degree: Node | None


@dataclass(frozen=True)
class Scripts:
    """Something with a subscript, a superscript or both."""

    base: Node
    lower: Node | None
    upper: Node | None


@dataclass(frozen=True)
class Accent:
    """Something under an accent, such as a hat."""

    base: Node
    spoken: str


Node = Word | Row | Fraction | Root | Scripts | Accent


def parse_tex(tex: str) -> Node:
    """Read a formula.

    Raises:
        RenderError: an unknown command, or braces, arguments or delimiters that do not match.
    """
    return _Parser(tex).formula()


class _Parser:
    def __init__(self, tex: str) -> None:
        self.tex = tex
        self.pieces = [piece for piece in _PIECE.finditer(tex) if not piece[0].isspace()]
        self.position = 0
        self.depth = 0

    def fail(self, problem: str) -> RenderError:
        return RenderError(f"the formula ${self.tex}$ cannot be set: {problem}.")

    def peek(self) -> str | None:
        return self.pieces[self.position][0] if self.position < len(self.pieces) else None

    def take(self) -> str:
        piece = self.peek()
        if piece is None:
            raise self.fail("it ends too early")
        self.position += 1
        return piece

    def formula(self) -> Node:
        row = self.row(until=None)
        if not row.items:
            raise self.fail("it is empty")
        return row

    def row(self, until: str | None) -> Row:
        """Nodes up to the piece ``until``, which is taken too; up to the end if it is None."""
        items: list[Node] = []
        while (piece := self.peek()) != until:
            if piece is None:
                raise self.fail(f"{until} is missing")
            if piece in ("}", r"\right"):
                raise self.fail(f"{piece} has no beginning")
            items.append(self.scripted())
        if until is not None:
            self.take()
        return Row(tuple(items))

    def scripted(self) -> Node:
        """One node with the scripts that follow it."""
        base = Row(()) if self.peek() in ("_", "^") else self.node()
        lower: Node | None = None
        upper: Node | None = None
        while self.peek() in ("_", "^", "'"):
            mark = self.take()
            if mark == "'":
                base = Accent(base, "prime")
            elif mark == "_" and lower is None:
                lower = self.argument()
            elif mark == "^" and upper is None:
                upper = self.argument()
            else:
                raise self.fail(f"two {mark} after each other")
        return Scripts(base, lower, upper) if lower or upper else base

    def argument(self) -> Node:
        """A command's or script's argument; no bare number, of which TeX takes only one digit."""
        piece = self.peek()
        if piece is not None and len(piece) > 1 and piece[0].isdigit():
            raise self.fail(f"write {{{piece}}} in braces")
        return self.node()

    def node(self) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.fail("it is nested too deeply")
        node = self._node()
        self.depth -= 1
        return node

    def _node(self) -> Node:
        piece = self.take()
        if piece == "{":
            return self.row(until="}")
        if piece.startswith("\\"):
            return self.command(piece)
        if piece in WORDS:
            return Word(piece, WORDS[piece])
        if piece.isalpha():
            return Word(piece, f"capital {piece.lower()}" if piece.isupper() else piece)
        if piece[0].isdigit():
            return Word(piece, piece.replace("{,}", ","))
        raise self.fail(f"the character {piece} has no meaning in it")

    def command(self, piece: str) -> Node:
        if piece in WORDS or piece in FUNCTIONS or piece in SILENT:
            return Word(piece, WORDS.get(piece, FUNCTIONS.get(piece, "")))
        if piece in (r"\frac", r"\dfrac", r"\tfrac"):
            return Fraction(self.argument(), self.argument())
        if piece == r"\sqrt":
            return self.root()
        if piece == r"\left":
            return self.delimited()
        if piece in (r"\text", r"\mathrm", r"\operatorname"):
            return Word(piece, self.raw_argument())
        if piece in ACCENTS:
            return Accent(self.argument(), ACCENTS[piece])
        if piece == r"\mathbb":
            letter = self.raw_argument()
            return Word(piece, BLACKBOARD.get(letter, letter))
        if piece in FONTS:
            return self.argument()
        raise self.fail(f"the command {piece} is not known")

    def root(self) -> Node:
        degree: Node | None = None
        if self.peek() == "[":
            self.take()
            degree = self.row(until="]")
        return Root(self.argument(), degree)

    def delimited(self) -> Node:
        opening = self.delimiter()
        inside = self.row(until=r"\right")
        closing = self.delimiter()
        return Row((opening, *inside.items, closing))

    def delimiter(self) -> Word:
        piece = self.take()
        if piece == ".":
            return Word(piece, "")
        if piece not in WORDS:
            raise self.fail(f"{piece} is no delimiter")
        return Word(piece, WORDS[piece])

    def raw_argument(self) -> str:
        """The text of a braced argument."""
        if self.take() != "{":
            raise self.fail("a text in braces is missing")
        start = self.pieces[self.position - 1].end()
        end = self.tex.find("}", start)
        if end < 0 or "{" in self.tex[start:end]:
            raise self.fail("a text in braces does not end")
        while self.take() != "}":
            pass
        return " ".join(self.tex[start:end].replace(r"\ ", " ").split())
