"""Markdown as GitHub reads it: escaping, headings, anchors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from markdown_it import MarkdownIt

from reportgen.answers.document import CLOSE
from reportgen.render.prose import heading_levels, parse

_CODE_OR_MATH = re.compile(
    r"(?P<fence>^(?P<ticks> {0,3}(?:`{3,}|~{3,}))[^\n]*\n.*?(?:^(?P=ticks)[`~]*[ \t]*$|\Z))"
    r"|(?P<code>(?<!`)(?P<quote>`+)(?!`).+?(?<!`)(?P=quote)(?!`))"
    r"|(?P<display>(?<!\\)\$\$.+?\$\$)"
    r"|(?P<math>(?<![\\\d$])\$(?=[^\s$])[^$\n]*?(?<=[^\s\\])\$(?!\d))",
    re.DOTALL | re.MULTILINE,
)
_SPECIAL = re.compile(r"([\\`*_\[\]<>|$~])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])(?!(?:https?://|mailto:)[^\s<>]*>)")
_UNSAFE_LINK = re.compile(r"\]\((?=\s*(?:javascript|vbscript|file|data):)", re.IGNORECASE)
# At the beginning of a heading it names the heading; in a link it points to that name.
ANCHOR = "\ue006"
ANCHOR_MARK = re.compile(f"{ANCHOR}([^{CLOSE}]*){CLOSE}")
_NOT_IN_SLUGS = re.compile(r"[^\w\- ]")


def escape_text(text: str) -> str:
    """Plain text, escaped so that Markdown shows it as it is."""
    return _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\1", text))


def map_segments(
    text: str,
    *,
    prose: Callable[[str], str],
    code: Callable[[str], str],
    math: Callable[[str], str],
) -> str:
    """The text with each stretch of prose, code and mathematics passed through its function."""
    return "".join(
        {"prose": prose, "code": code, "math": math}[kind](part) for kind, part in _segments(text)
    )


def _segments(text: str) -> Iterator[tuple[str, str]]:
    end = 0
    for found in _CODE_OR_MATH.finditer(text):
        yield "prose", text[end : found.start()]
        yield "math" if found["math"] or found["display"] else "code", found[0]
        end = found.end()
    yield "prose", text[end:]


def tame_prose(text: str) -> str:
    """What a person wrote, with raw HTML and script links shown as text."""
    return _UNSAFE_LINK.sub(r"]\\(", _TAG.sub("&lt;", text))


def github_tex(tex: str) -> str:
    """A formula without the macro that GitHub's MathJax refuses."""
    return tex.replace(r"\operatorname", r"\mathrm")


def set_heading_levels(text: str, highest: int, where: str) -> str:
    """The text with its headings, in either syntax, renumbered from ``highest`` without gaps."""
    lines = text.split("\n")
    tokens = parse(text, where)
    following = dict(zip(map(id, tokens), tokens[1:], strict=False))
    for token, level in heading_levels(tokens, highest):
        if token.type == "heading_open" and token.level == 0 and token.map:
            first, last = token.map
            content = following[id(token)].content.replace("\n", " ")
            lines[first:last] = [f"{'#' * level} {content}", *[""] * (last - first - 1)]
    return "\n".join(lines)


def heading_slugs(text: str) -> dict[str, str]:
    """GitHub's anchors of the headings that begin with an anchor mark, by the mark's name."""
    tokens = MarkdownIt("js-default").parse(text)
    seen: Counter[str] = Counter()
    slugs = {}
    for token, content in pairwise(tokens):
        if token.type != "heading_open":
            continue
        plain = "".join(
            child.content
            for child in content.children or ()
            if child.type in ("text", "text_special", "code_inline")
        )
        name = ANCHOR_MARK.match(plain)
        plain = ANCHOR_MARK.sub("", plain).strip().lower()
        slug = _NOT_IN_SLUGS.sub("", plain).replace(" ", "-")
        if name:
            slugs[name[1]] = f"{slug}-{seen[slug]}" if seen[slug] else slug
        seen[slug] += 1
    return slugs
