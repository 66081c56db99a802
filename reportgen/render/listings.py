"""Code with its tokens marked by class; the style sheets give the colours."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from operator import itemgetter

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
    return Markup("\n").join(highlight_lines(code, language))


def highlight_lines(code: str, language: str) -> list[Markup]:
    """As ``highlight_code``, line by line; no span goes over the end of a line."""
    lines: list[list[tuple[str, str]]] = [[]]
    for token, text in _lexer(language).get_tokens(code.strip("\n")):
        first, *others = text.split("\n")
        lines[-1].append((_class(token), first))
        lines += [[(_class(token), part)] for part in others]
    marked = [_marked(line) for line in lines]
    return marked if marked[-1] else marked[:-1]  # the code ends with a line break


def _marked(line: list[tuple[str, str]]) -> Markup:
    """A line, given as (class, text) pairs."""
    marked = Markup("")
    for name, group in groupby(line, key=itemgetter(0)):
        text = "".join(text for _, text in group)
        marked += Markup('<span class="{}">{}</span>').format(name, text) if name and text else text
    return marked


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
