"""Code with its tokens marked by class; the style sheets give the colours."""

from __future__ import annotations

from functools import cache
from itertools import groupby

from markupsafe import Markup
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound

# Only coloured tokens get an element: fewer boxes for paper to lay out.
_CLASSES: dict[_TokenType, str] = {
    Comment: "c",
    Keyword: "k",
    Operator.Word: "k",
    String: "s",
    Number: "m",
    Name.Builtin: "nb",
    Name.Class: "nb",
    Name.Decorator: "nb",
    Name.Exception: "nb",
    Name.Function: "nb",
}


def highlight_code(code: str, language: str) -> Markup:
    """The code as text with coloured spans, such as ``<span class="k">for</span>``.

    An unknown language is plain text.
    """
    tokens = _lexer(language).get_tokens(code.strip("\n"))
    marked = Markup("")
    for name, group in groupby(tokens, key=lambda pair: _class(pair[0])):
        text = "".join(text for _, text in group)
        marked += Markup('<span class="{}">{}</span>').format(name, text) if name else text
    return marked.rstrip("\n")


def _class(token: _TokenType) -> str:
    """The class of a kind of token, or of the kind that it belongs to."""
    while token and token not in _CLASSES:
        token = token.parent
    return _CLASSES.get(token, "")


@cache
def _lexer(language: str) -> Lexer:
    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return TextLexer()
