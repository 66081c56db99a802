"""Read an HTML page as passages of text, each with its question and its facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

# Elements within a line of text; any other begins a passage.
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "br", "cite", "code", "data", "em", "i", "kbd", "mark", "q", "s"),
        *("small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr", "math", "semantics"),
        *("annotation", "mrow", "mi", "mn", "mo", "mfrac", "msub", "msup", "msubsup", "msqrt"),
        *("mroot", "mtext", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mspace"),
        *("mstyle", "mpadded"),
    )
)
_SILENT = frozenset(("script", "style", "svg", "template"))
# Elements that act, or that load something from outside.
_ACTIVE = frozenset(
    ("script", "style", "link", "base", "iframe", "object", "embed", "form", "meta", "applet")
)
_SCRIPT_ADDRESS = re.compile(r"\s*(javascript|vbscript|data:text)", re.I)
# Attributes with words for the reader; each becomes a passage.
_SPEAKING = ("alt", "title", "aria-label", "data-verdict", "data-match", "content", "datetime")


@dataclass(frozen=True)
class Passage:
    """A paragraph, cell, heading, or an attribute with words for the reader.

    Attributes:
        place: the question's id, ``head``, or empty outside of questions.
        text: its words, with single spaces.
        facts: (path, raw value) of the computed values in it.
    """

    place: str
    text: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PageContent:
    """The content of a page.

    Attributes:
        passages: its words, in order.
        pictures: (figure's id, address or drawing) of each.
        active: descriptions of elements and attributes that act, such as scripts.
    """

    passages: tuple[Passage, ...]
    pictures: tuple[tuple[str, str], ...]
    active: tuple[str, ...]


def read_page(html: str) -> PageContent:
    """Read the content of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_passage()
    return PageContent(tuple(reader.passages), tuple(reader.pictures), tuple(reader.active))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.passages: list[Passage] = []
        self.pictures: list[tuple[str, str]] = []
        self.active: list[str] = []
        self._question = self._figure = ""
        self._sections: list[bool] = []  # of each open section, whether it is a question
        self._silent = 0
        self._drawing: list[str] = []  # of the figure's SVG that is open
        self._text: list[str] = []
        self._facts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _ACTIVE:
            self.active.append(f"an element <{tag}>")
        for name, value in given.items():
            is_link = name in ("href", "src", "action", "formaction", "xlink:href")
            if name.startswith("on") or (is_link and _SCRIPT_ADDRESS.match(value)):
                self.active.append(f"a script in {name} of <{tag}>")
        if tag in _SILENT:
            self._silent += 1
        if self._figure and (tag == "svg" or self._drawing):
            self._drawing.append(self.get_starttag_text() or "")
        if tag not in _INLINE:
            self.end_passage()
        if tag == "section":
            self._sections.append("data-question" in given)
            self._question = given.get("data-question", self._question)
        if tag == "figure":
            self._figure = given.get("id", "")
        if "data-fact" in given:
            self._facts.append((given["data-fact"], given.get("value", "")))
        if tag == "img":
            self.pictures.append((self._figure, given.get("src", "")))
        for name in _SPEAKING:
            if given.get(name) and not (tag == "meta" and "http-equiv" in given):
                self.passages.append(Passage(self._question, f"{name}: {_plain(given[name])}"))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag == "svg" and self._drawing:
            self.pictures.append((self._figure, "".join(self._drawing)))
            self._drawing = []
        if tag not in _INLINE:
            self.end_passage()
        if tag == "figure":
            self._figure = ""
        if tag == "section" and self._sections and self._sections.pop():
            self._question = ""

    def handle_data(self, data: str) -> None:
        if self._drawing:
            self._drawing.append(data)
        if not self._silent:
            self._text.append(data)

    def end_passage(self) -> None:
        text = _plain("".join(self._text))
        if text or self._facts:
            self.passages.append(Passage(self._question, text, tuple(self._facts)))
        self._text, self._facts = [], []


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
