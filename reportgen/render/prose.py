"""Markdown with marks as safe HTML.

The text goes through markdown-it-py without raw HTML, then nh3, which lets only a
short list of elements and attributes pass. Last come the elements that the
program itself makes: facts, figures, mathematics, listings. Until then a mark of
private-use characters stands for each; a person's text cannot contain such marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol
from urllib.parse import quote, unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin

from reportgen.answers.document import BLOCK, BLOCK_MARK, CLOSE, INLINE_MARK, OPEN
from reportgen.errors import RenderError
from reportgen.render.formulas.tex import parse_tex

MAX_BYTES = 200_000
_PIECE, _BLOCK_PIECE = "\ue003", "\ue004"
_PIECE_MARK = re.compile(f"{_PIECE}([0-9]+){CLOSE}")
_ALONE = re.compile(f"<p>({BLOCK}|{_BLOCK_PIECE})([0-9]+){CLOSE}</p>")
_LEFT_OVER = re.compile(f"[{OPEN}{BLOCK}{CLOSE}{_PIECE}{_BLOCK_PIECE}]")
_TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
_BOUND = re.compile(rf" × |\bp (?:[<=>] )?(?=[<=>0-9{OPEN}])|^ [<=>] ")
_VARIABLE = re.compile("\\bp(?=\u00a0)")
_HYPHENED = re.compile(r"(?<![\w-])[A-Za-z]-[a-z]+(?:/[a-z]+)?(?![\w-])")
_APOSTROPHE = re.compile(rf"(?<=[\w{CLOSE}])'(?=\w)|^'(?=s\b)")
_AFTER_PLURAL, _OPENING_QUOTE = re.compile(r"(?<=s)'(?=\s)"), re.compile(r"(?<!\w)'(?=\w)")
_LINK = re.compile(r"(?:https?://|mailto:)[^\s]+$", re.IGNORECASE)

_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "var", "span"),
}
_SCHEMES = {"http", "https", "mailto"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href"},
    "ol": {"start"},
    "th": {"scope", "class"},
    "td": {"class"},
    "span": {"class"},
}


_FORMULAS = ("math_inline", "math_inline_double", "math_block")


class Elements(Protocol):
    """What a format puts where marks, mathematics, code and tables stand."""

    def inline(self, number: int) -> Markup:
        """The inline element at a position."""

    def inline_text(self, number: int) -> str:
        """The same as plain text, for mathematics and code."""

    def block(self, number: int, heading_level: int) -> Markup:
        """The block element at a position; headings in it begin at a level."""

    def mathematics(self, tex: str, *, display: bool) -> Markup:
        """A formula from its TeX source."""

    def listing(self, code: str, language: str) -> Markup:
        """A code listing."""

    def plain_table(self, table: Markup) -> Markup:
        """A table that a person wrote in Markdown."""


@dataclass
class _Pieces:
    """Elements that the program makes while it renders Markdown, in the order of the text."""

    elements: Elements
    made: list[Markup] = field(default_factory=list)

    def add(self, markup: Markup, *, block: bool) -> str:
        self.made.append(markup)
        mark = f"{_BLOCK_PIECE if block else _PIECE}{len(self.made) - 1}{CLOSE}"
        return f"<p>{mark}</p>\n" if block else mark

    def add_code(self, token: Token) -> str:
        code = fill(token.content, self.elements.inline_text)
        language = token.info.split()[0] if token.info.strip() else "text"
        return self.add(self.elements.listing(code, language), block=True)

    def add_formula(self, token: Token) -> str:
        tex = fill_tex(token.content.strip(), self.elements.inline_text)
        formula = self.elements.mathematics(tex, display=token.type != "math_inline")
        return self.add(formula, block=token.type == "math_block")


def render_prose(text: str, elements: Elements, where: str, heading_level: int = 3) -> Markup:
    """Markdown with marks as HTML blocks.

    Args:
        text: CommonMark with tables and ``$...$``, at most 200 KB; raw HTML is shown as text.
        elements: what the format puts in place of marks, mathematics and code.
        where: what the text is, for errors.
        heading_level: the level that the text's own highest headings get (2 to 6);
            the others follow without a gap.

    Raises:
        RenderError: a mark that names nothing or is in the wrong place,
            a picture, a link that leads nowhere, a formula that cannot be read.
    """
    tokens = parse(text, where)
    for token, level in heading_levels(tokens, heading_level):
        token.tag = f"h{level}"
    return _finish(tokens, elements, where, heading_level)


def render_inline(text: str, elements: Elements, where: str) -> Markup:
    """As ``render_prose``, for one line such as a caption: inline HTML, no paragraphs."""
    if BLOCK_MARK.search(text):
        raise RenderError(f"{where}: a figure or table stands inside a line of text.")
    tokens = _markdown().parseInline(_checked_source(text, where), {})
    _check_tokens(tokens, where)
    return _finish(tokens, elements, where)


def parse(text: str, where: str) -> list[Token]:
    """The checked tokens of a text: no pictures, only links that lead somewhere."""
    tokens = _markdown().parse(_checked_source(text, where), {})
    _check_tokens(tokens, where)
    return tokens


def check_text(text: str, where: str, inline_text: Callable[[int], str]) -> None:
    """Check a text's links, pictures and formulas without rendering it.

    Args:
        text, where: as for ``render_prose``.
        inline_text: the inline element at a position as plain text.

    Raises:
        RenderError: a picture, a link that leads nowhere, a formula that cannot be read.
    """
    for token in parse(text, where):
        for part in (token, *(token.children or ())):
            if part.type in _FORMULAS:
                try:
                    parse_tex(fill_tex(part.content.strip(), inline_text))
                except RenderError as error:
                    raise RenderError(f"{where}: {error}") from None


def fill(text: str, inline_text: Callable[[int], str]) -> str:
    """The text with its inline marks as plain text."""
    return INLINE_MARK.sub(lambda mark: inline_text(int(mark[1])), text)


def fill_tex(text: str, inline_text: Callable[[int], str]) -> str:
    """A formula with its marks as TeX: ``60,000`` becomes ``60{,}000``."""

    def as_tex(mark: re.Match[str]) -> str:
        plain = inline_text(int(mark[1])).replace("\u00a0", r"\,")
        return re.sub(r"[%#&_]", r"\\\g<0>", plain).replace(",", "{,}")

    return INLINE_MARK.sub(as_tex, text)


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})
    dollarmath_plugin(parser, allow_labels=False, allow_space=False, allow_digits=False)
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _formula(_: Any, tokens: Sequence[Token], i: int, __: Any, env: dict[str, Any]) -> str:
    pieces: _Pieces = env["pieces"]
    return pieces.add_formula(tokens[i])


def _code(_: Any, tokens: Sequence[Token], i: int, __: Any, env: dict[str, Any]) -> str:
    pieces: _Pieces = env["pieces"]
    return pieces.add_code(tokens[i])


def _text(_: Any, tokens: Sequence[Token], i: int, __: Any, ___: Any) -> str:
    """Plain text as it is set: no line break inside ``28 × 28``, a statistic's p as a variable."""
    text = with_apostrophes(tokens[i].content)
    text = escapeHtml(_BOUND.sub(lambda found: found[0].replace(" ", "\u00a0"), text))
    return unbroken(_VARIABLE.sub("<var>p</var>", text))


def with_apostrophes(text: str) -> str:
    """The text with curly apostrophes; single quotation marks stay as they are."""
    text = _APOSTROPHE.sub("’", text)
    return text if _OPENING_QUOTE.search(text) else _AFTER_PLURAL.sub("’", text)


def unbroken(html: str) -> str:
    """HTML text in which words such as T-shirt have no line break after their hyphen."""
    return _HYPHENED.sub(r'<span class="whole">\g<0></span>', html)


_RULES = {
    "text": _text,
    **dict.fromkeys(_FORMULAS, _formula),
    "fence": _code,
    "code_block": _code,
}


def _checked_source(text: str, where: str) -> str:
    if len(text.encode()) > MAX_BYTES:
        raise RenderError(f"{where} is longer than {MAX_BYTES // 1000} KB. Shorten it.")
    return re.sub(f"[{_PIECE}{_BLOCK_PIECE}]", "", text)


def _check_tokens(tokens: Sequence[Token], where: str) -> None:
    deepest = _markdown().options.maxNesting
    for token in tokens:
        if token.level >= deepest - 1:
            raise RenderError(f"{where} has markup nested too deeply.")
        if token.type == "image":
            raise RenderError(
                f"{where} has a picture, ![{token.content}](...). A report shows only figures of\n"
                "its own: remove the picture, or write a link without the exclamation mark."
            )
        if token.type == "link_open":
            _check_link(str(token.attrGet("href")), where)
        if token.type in ("th_open", "td_open"):
            _set_alignment(token)
        _check_tokens(token.children or (), where)


def _check_link(address: str, where: str) -> None:
    if quote(OPEN) in address:
        raise RenderError(f"{where} has a fact in a link's address. Facts stand in text only.")
    if not _LINK.match(address):
        raise RenderError(
            f"{where} has a link to {unquote(address)!r}, which is no part of the report.\n"
            "Give the full address, beginning with https://."
        )


def _set_alignment(token: Token) -> None:
    style = str(token.attrs.pop("style", ""))
    if style:
        token.attrSet("class", style.removeprefix("text-align:"))
    if token.type == "th_open":
        token.attrSet("scope", "col")


def heading_levels(tokens: Sequence[Token], highest: int) -> list[tuple[Token, int]]:
    """Opening and closing tokens of headings, with levels from ``highest`` on without gaps."""
    levels: list[tuple[Token, int]] = []
    open_levels: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            written = int(token.tag[1])
            while open_levels and open_levels[-1] >= written:
                open_levels.pop()
            open_levels.append(written)
        if token.type in ("heading_open", "heading_close"):
            levels.append((token, min(6, highest + len(open_levels) - 1)))
    return levels


def _finish(tokens: list[Token], elements: Elements, where: str, heading_level: int = 3) -> Markup:
    pieces = _Pieces(elements)
    parser = _markdown()
    raw = parser.renderer.render(tokens, parser.options, {"pieces": pieces})
    html = nh3.clean(
        raw, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None
    ).strip()

    def block(mark: re.Match[str]) -> str:
        number = int(mark[2])
        if mark[1] == BLOCK:
            return elements.block(number, heading_level)
        return pieces.made[number]

    html = _TABLE.sub(lambda table: elements.plain_table(Markup(table[0])), html)  # noqa: S704
    html = INLINE_MARK.sub(lambda mark: elements.inline(int(mark[1])), html)
    html = _PIECE_MARK.sub(lambda mark: pieces.made[int(mark[1])], html)
    html = _ALONE.sub(block, html)
    if _LEFT_OVER.search(html):
        raise RenderError(
            f"{where}: a figure, table, equation, listing or part must stand alone in its "
            "paragraph,\n"
            "with an empty line before and after it."
        )
    return Markup(html)  # noqa: S704
