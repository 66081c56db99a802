"""Code with its tokens marked by class; the style sheets give the colours."""

from __future__ import annotations

from functools import cache

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound


def highlight_code(code: str, language: str) -> Markup:
    """The code as spans of Pygments' short classes, such as ``<span class="k">``.

    An unknown language is plain text.
    """
    html = highlight(code.strip("\n"), _lexer(language), HtmlFormatter(nowrap=True))
    return Markup(html.rstrip("\n"))  # noqa: S704 Pygments escapes


@cache
def _lexer(language: str) -> Lexer:
    try:
        lexer: Lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return TextLexer()
    return lexer
