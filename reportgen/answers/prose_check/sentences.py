"""Read an author's Markdown as plain sentences, with the place of each character in it.

Left out are fenced and indented code, block quotes (quoted prompts), display equations,
figures and tables of the program. Inline code and formulas are kept only if they are a
number or a name. Each cell of an author's table becomes a sentence: the row's first cell
with its head, the column's head, and the cell itself.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, pairwise
from typing import Literal

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from reportgen.answers.document import INLINE_MARK, Inline
from reportgen.datasets.catalogue import BUILTINS

NOWHERE = -1  # the place of a character that the author did not type
GAP = "\ufffc"  # stands for whatever was left out

Kind = Literal["heading", "text", "item", "cell"]
Characters = list[tuple[str, int]]  # each with its place


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
    blocks = enumerate(_blocks(markdown, inlines))
    return [part for number, (kind, block) in blocks for part in _split(block, number, kind)]


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})
    dollarmath_plugin(parser, allow_labels=False, allow_space=False, allow_digits=False)
    parser.core.ruler.enableOnly(["normalize", "block"])  # _plain reads inlines
    return parser


def _blocks(markdown: str, inlines: Sequence[Inline]) -> Iterator[tuple[Kind, Characters]]:
    source = _Source(markdown)
    tokens = _parser().parse(markdown)
    quotes = items = 0
    row: list[Characters] = []
    heads: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        quotes += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        items += (token.type == "list_item_open") - (token.type == "list_item_close")
        if quotes:
            continue
        if token.type == "table_open":
            heads = []
        elif token.type == "tr_open":
            row = []
            source.enter((token.map or [0])[0])
        elif token.type == "inline" and before is not None:
            if before.type in ("th_open", "td_open"):
                row.append(_plain(source.find(token.content), inlines))
                if before.type == "th_open":
                    heads.append(_text(row[-1]))
                elif len(row) > 1:
                    yield "cell", _filled_in(_lead(row, heads)) + row[-1]
            elif token.map is not None:
                heading = before.type == "heading_open"
                source.enter(token.map[0])
                found = source.find_lines(token.content.split("\n"))
                yield "heading" if heading else "item" if items else "text", _plain(found, inlines)


def _lead(row: Sequence[Characters], heads: Sequence[str]) -> str:
    """The words before a cell: its row's first cell with its head, and its column's head."""
    first = f"{(*heads, '')[0]} {_text(row[0])}".strip()
    parts = (first, *heads[len(row) - 1 : len(row)])
    return ", ".join(part for part in parts if part.strip()) + ": "


class _Source:
    """Finds each piece of inline Markdown where the author typed it, in order."""

    def __init__(self, markdown: str) -> None:
        self._lines = markdown.split("\n")
        self._starts = list(accumulate((len(line) + 1 for line in self._lines), initial=0))
        self._line = self._column = 0

    def enter(self, line: int) -> None:
        self._line, self._column = line, 0

    def find(self, content: str) -> Characters:
        line = self._lines[self._line] if self._line < len(self._lines) else ""
        column = line.find(content, self._column) if content else -1
        if column < 0:
            return _filled_in(content)
        self._column = column + len(content)
        return [(c, self._starts[self._line] + k) for k, c in enumerate(content, start=column)]

    def find_lines(self, lines: Sequence[str]) -> Characters:
        found: Characters = []
        for line in lines:
            found += self.find(line)
            found.append(("\n", found[-1][1] + 1 if found and found[-1][1] != NOWHERE else NOWHERE))
            self.enter(self._line + 1)
        return found[:-1]


def _filled_in(text: str) -> Characters:
    return [(character, NOWHERE) for character in text]


def _text(characters: Characters) -> str:
    return "".join(character for character, _ in characters)


_PIECES = re.compile(
    rf"""
    (?P<mark>{INLINE_MARK.pattern})
    | (?P<code>(?<!`)(?P<ticks>`++)(?P<inside>.{{1,1000}}?)(?<!`)(?P=ticks)(?!`))
    | (?P<formula>\$\$?(?![\s])(?P<tex>[^$]+?)(?<!\s)\$\$?)
    | (?P<escape>\\[!-/:-@\[-`{{-~])
    | (?P<entity>&(?:\#\d+|\#[xX][0-9a-fA-F]+|[A-Za-z]\w*);)
    | (?P<target>\]\([^)\s]{{0,2000}}\))
    | (?P<address><https?://[^>]{{0,2000}}>|https?://\S+)
    | (?P<emphasis>\*+|~~|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])|\[(?=[^\[\]]{{0,1000}}\]\())
    """,
    re.VERBOSE | re.DOTALL,
)
_ONLY_NUMBER = re.compile(r"\s*\d+(?:[.,]\d+)*\s*(?:(?:\\,|~)?\s*\\?%)?\s*")
_NAME_LIKE = re.compile(rf"[\w-]*(?:minst|{'|'.join(BUILTINS)})[\w-]*", re.IGNORECASE)
_TEX_SPACE = re.compile(r"\\,|\\(?=%)|~")
_SAME = str.maketrans("’‘“”„−％\u2011№", '\'\'"""-%-#')


def _plain(characters: Characters, inlines: Sequence[Inline]) -> Characters:
    """The characters that are left without markup, with simple spaces, quotes and dashes."""
    shown: Characters = []
    end = 0
    for piece in _PIECES.finditer(_text(characters)):
        shown += characters[end : piece.start()]
        shown += _shown(piece, characters[piece.start() : piece.end()], inlines)
        end = piece.end()
    shown += characters[end:]
    return [(" " if c.isspace() else c.translate(_SAME), place) for c, place in shown]


def _shown(piece: re.Match[str], typed: Characters, inlines: Sequence[Inline]) -> Characters:
    """What a reader sees of a piece of markup."""
    if piece["mark"]:
        number = int(piece[0][1:-1])
        return _filled_in(inlines[number].text if number < len(inlines) else GAP)
    if piece["escape"]:
        return typed[1:]
    if piece["entity"]:
        return [(html.unescape(piece[0])[:1], typed[0][1])]
    if piece["emphasis"]:  # but an asterisk between spaces is a character, as in 28 * 28
        around = piece.string[max(0, piece.start() - 1) : piece.end() + 1]
        return typed if piece[0] == "*" and re.fullmatch(r"\s\*\s", around) else []
    if piece["target"]:
        return []
    inside = "inside" if piece["code"] else "tex"
    content = piece[inside] or ""
    if _ONLY_NUMBER.fullmatch(content) or (piece["code"] and _NAME_LIKE.fullmatch(content)):
        content = _TEX_SPACE.sub(lambda space: " " * len(space[0]), content)
        start = piece.start(inside) - piece.start()
        return [(c, typed[k][1]) for k, c in enumerate(content, start)]
    return _filled_in(GAP)


_ENDS = re.compile(r"[.!?]+[\"')]*(?=\s|$)")
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|ca|approx|fig|figs|no|nr|resp|incl|acc|avg|dr|prof|[a-z])\.)$",
    re.IGNORECASE,
)


def _split(block: Characters, number: int, kind: Kind) -> Iterator[Sentence]:
    text, places = _text(block), tuple(place for _, place in block)
    for start, end in pairwise([0, *_ends(text), len(text)]):
        start += len(text[start:end]) - len(text[start:end].lstrip())
        part = text[start:end].rstrip()
        if part:
            yield Sentence(part, places[start : start + len(part)], number, kind)


def _ends(text: str) -> Iterator[int]:
    last = depth = 0
    for found in _ENDS.finditer(text):
        end = found.end()
        depth += text.count("[", last, end) - text.count("]", last, end)
        last = end
        if depth <= 0 and not _ABBREVIATIONS.search(text, max(0, end - 10), end):
            yield end
