"""An author's Markdown as plain sentences that remember where each character stood.

Left out are fenced and indented code, block quotes (quoted prompts), display equations,
figures and tables of the program. Inline code and formulas are kept only where they hold
nothing but a number or a name. A table of the author's becomes one sentence a cell: the
row's first cell with its head, the column's head, and the cell itself.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from reportgen.answers.document import INLINE_MARK, Inline

NOWHERE = -1  # the place of a character that the author did not type there
GAP = "\ufffc"  # stands for whatever was left out

Kind = Literal["heading", "text", "item", "cell"]


@dataclass(frozen=True)
class Span:
    """A part of a sentence, from ``start`` to ``end``."""

    start: int
    end: int


def between(text: str, one: Span, two: Span) -> str:
    """What stands between two parts of a text that do not overlap, in either order."""
    return text[min(one.end, two.end) : max(one.start, two.start)]


@dataclass(frozen=True)
class Sentence:
    """One sentence as a reader sees it.

    Attributes:
        text: without markup; facts are written out.
        places: of each character, where it stands in the Markdown, or ``NOWHERE``.
        block: number of the paragraph, heading, list item or cell that it belongs to.
        kind: what that block is.
    """

    text: str
    places: tuple[int, ...]
    block: int
    kind: Kind

    def typed(self, start: int, end: int) -> bool:
        """Whether the author typed these characters, rather than a fact or a table's head."""
        return all(place != NOWHERE for place in self.places[start:end])

    @cached_property
    def runs(self) -> list[Span]:
        """The parts of it that stand unbroken in the Markdown."""
        breaks = (k for k in range(1, len(self.places)) if self.places[k] != self.places[k - 1] + 1)
        ends = pairwise([0, *breaks, len(self.places)])
        return [Span(*run) for run in ends if self.places[run[0]] != NOWHERE]

    def passage(self, start: int, end: int) -> tuple[int, int]:
        """Where the longest unbroken part of these characters stands in the Markdown."""
        parts = [(max(run.start, start), min(run.end, end)) for run in self.runs]
        first, last = max(parts, key=lambda part: part[1] - part[0], default=(0, 0))
        return (self.places[first], self.places[last - 1] + 1) if first < last else (0, 0)


def read_sentences(markdown: str, inlines: Sequence[Inline] = ()) -> list[Sentence]:
    """The sentences of a text, in its order.

    Args:
        markdown: with the marks of a rendered answer.
        inlines: what the marks stand for.
    """
    return [
        part
        for number, block in enumerate(_blocks(markdown, inlines))
        for part in _split(block, number)
    ]


@dataclass(frozen=True)
class _Block:
    text: str
    places: tuple[int, ...]
    kind: Kind


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})
    dollarmath_plugin(parser, allow_labels=False, allow_space=False, allow_digits=False)
    return parser


def _blocks(markdown: str, inlines: Sequence[Inline]) -> Iterator[_Block]:
    tokens = _parser().parse(markdown)
    reader = _Reader(markdown, inlines)
    quotes = items = 0
    for before, token in zip([None, *tokens], tokens, strict=False):
        quotes += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        items += (token.type == "list_item_open") - (token.type == "list_item_close")
        if quotes:
            continue
        if token.type == "tr_open":
            reader.begin_row(token)
        elif token.type == "table_open":
            reader.heads.clear()
        elif token.type == "inline" and before is not None:
            if before.type in ("th_open", "td_open"):
                yield from reader.cell(token, head=before.type == "th_open")
            elif token.map is not None:
                heading = before.type == "heading_open"
                kind: Kind = "heading" if heading else "item" if items else "text"
                text, places = reader.paragraph(token)
                yield _Block(text, places, kind)


class _Reader:
    """Finds each piece of inline Markdown in the source and takes its markup off."""

    def __init__(self, markdown: str, inlines: Sequence[Inline]) -> None:
        self._lines = markdown.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._inlines = inlines
        self.heads: list[str] = []
        self._row: list[str] = []
        self._line = self._cursor = 0

    def paragraph(self, token: Token) -> tuple[str, tuple[int, ...]]:
        assert token.map is not None
        text, places = "", []
        for number, line in enumerate(token.content.split("\n"), start=token.map[0]):
            column = self._lines[number].find(line) if number < len(self._lines) else -1
            text += line + "\n"
            start = self._starts[number] + column
            places += [start + k if column >= 0 else NOWHERE for k in range(len(line) + 1)]
        return _plain(text[:-1], tuple(places[:-1]), self._inlines)

    def begin_row(self, token: Token) -> None:
        self._row = []
        self._line, self._cursor = (token.map or [0])[0], 0

    def cell(self, token: Token, *, head: bool) -> Iterator[_Block]:
        content = token.content
        column = self._lines[self._line].find(content, self._cursor) if content else -1
        start = self._starts[self._line] + column
        places = tuple(start + k if column >= 0 else NOWHERE for k in range(len(content)))
        self._cursor = max(self._cursor, column + len(content))
        text, places = _plain(content, places, self._inlines)
        self._row.append(text)
        if head:
            self.heads.append(text)
        elif len(self._row) > 1:
            heads = (self.heads[len(self._row) - 1 :] or [""])[:1]
            row = f"{(self.heads or [''])[0]} {self._row[0]}".strip()
            lead = ", ".join(part for part in (row, *heads) if part.strip()) + ": "
            yield _Block(lead + text, (NOWHERE,) * len(lead) + places, "cell")


_PIECES = re.compile(
    rf"""
    (?P<mark>{INLINE_MARK.pattern})
    | (?P<code>(?P<ticks>`+)(?P<inside>.+?)(?<!`)(?P=ticks)(?!`))
    | (?P<formula>\$\$?(?![\s])(?P<tex>[^$]+?)(?<!\s)\$\$?)
    | (?P<escape>\\[!-/:-@\[-`{{-~])
    | (?P<entity>&(?:\#\d+|\#[xX][0-9a-fA-F]+|[A-Za-z]\w*);)
    | (?P<address><https?://[^>]*>|https?://\S+|\]\([^)\s]*\))
    | (?P<emphasis>\*+|~~|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])|\[(?=[^\]]*\]\())
    """,
    re.VERBOSE | re.DOTALL,
)
_ONLY_NUMBER = re.compile(r"\s*\d+(?:[.,]\d+)*\s*(?:(?:\\,|~)?\s*\\?%)?\s*")
_NAME_LIKE = re.compile(r"[\w-]*(?:mnist|minst)[\w-]*", re.IGNORECASE)
_SAME = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "−": "-", "％": "%", "\u2011": "-"}
)


_Add = Callable[[str, Sequence[int]], None]


def _plain(
    text: str, places: tuple[int, ...], inlines: Sequence[Inline]
) -> tuple[str, tuple[int, ...]]:
    """The text without markup, and the places of what is left."""
    shown: list[str] = []
    kept: list[int] = []

    def add(part: str, at: Sequence[int]) -> None:
        shown.append(re.sub(r"\s", " ", part).translate(_SAME))
        kept.extend(at)

    end = 0
    for piece in _PIECES.finditer(text):
        add(text[end : piece.start()], places[end : piece.start()])
        end = piece.end()
        if piece["mark"]:
            written = _written(piece["mark"], inlines)
            add(written, [NOWHERE] * len(written))
        elif piece["code"] or piece["formula"]:
            _add_literal(piece, places, add)
        elif piece["escape"]:
            add(piece["escape"][1], places[end - 1 : end])
        elif piece["entity"]:
            add(html.unescape(piece["entity"])[:1], places[piece.start() : piece.start() + 1])
        elif piece["address"] and not piece["address"].startswith("]("):
            add(GAP, [NOWHERE])
        elif piece["emphasis"] and _is_loose(text, piece):
            add(piece["emphasis"], places[piece.start() : end])
    add(text[end:], places[end:])
    return "".join(shown), tuple(kept)


def _add_literal(piece: re.Match[str], places: tuple[int, ...], add: _Add) -> None:
    group = "inside" if piece["code"] else "tex"
    content = piece[group]
    if _ONLY_NUMBER.fullmatch(content) or (piece["code"] and _NAME_LIKE.fullmatch(content)):
        content = re.sub(r"\\,|\\(?=%)|~", lambda m: " " * len(m[0]), content)
        add(content, places[piece.start(group) : piece.end(group)])
    else:
        add(GAP, [NOWHERE])


def _is_loose(text: str, piece: re.Match[str]) -> bool:
    """Whether asterisks are no emphasis but stand between spaces, as in 28 * 28."""
    around = text[piece.start() - 1 : piece.start()] + text[piece.end() : piece.end() + 1]
    return piece[0] == "*" and around.isspace() and len(around) == 2


def _written(mark: str, inlines: Sequence[Inline]) -> str:
    number = int(mark[1:-1])
    return inlines[number].text if number < len(inlines) else GAP


_ENDS = re.compile(r"[.!?]+[\"')]*(?=\s|$)")
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|ca|approx|fig|figs|no|nr|resp|incl|acc|avg|dr|prof|[a-z])\.)$",
    re.IGNORECASE,
)


def _split(block: _Block, number: int) -> Iterator[Sentence]:
    start = 0
    for end in [*_ends(block.text), len(block.text)]:
        text = block.text[start:end]
        lead = len(text) - len(text.lstrip())
        if text.strip():
            stop = start + len(text.rstrip())
            places = block.places[start + lead : stop]
            yield Sentence(block.text[start + lead : stop], places, number, block.kind)
        start = end


def _ends(text: str) -> Iterator[int]:
    for end in _ENDS.finditer(text):
        before = text[: end.end()]
        in_array = before.count("[") > before.count("]")
        if not in_array and not _ABBREVIATIONS.search(before):
            yield end.end()
