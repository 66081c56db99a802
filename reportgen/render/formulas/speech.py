"""A formula in words, for screen readers."""

from __future__ import annotations

import re

from reportgen.render.formulas.tex import (
    Accent,
    Fraction,
    Node,
    Root,
    Row,
    Scripts,
    Word,
    parse_tex,
)

_POWERS = {"2": "squared", "3": "cubed", r"\top": "transpose", "T": "transpose"}
_RANGES = {r"\sum", r"\prod", r"\int", r"\lim", r"\max", r"\min"}


def spoken_tex(tex: str) -> str:
    """The formula as English words, such as ``p sub k equals e to the power z sub k``.

    Raises:
        RenderError: the formula cannot be read.
    """
    words = re.sub(r"\s+", " ", _say(parse_tex(tex)))
    return re.sub(r" ([,;.])", r"\1", words).strip()


def _say(node: Node) -> str:
    match node:
        case Word():
            return node.spoken
        case Row():
            return " ".join(filter(None, map(_say, node.items)))
        case Fraction(numerator, denominator):
            if _is_short(numerator) and _is_short(denominator):
                return f"{_say(numerator)} over {_say(denominator)}"
            return f"the fraction {_say(numerator)}, over {_say(denominator)}, end fraction"
        case Root(radicand, None):
            return f"the square root of {_say(radicand)}{_end(radicand, 'root')}"
        case Root(radicand, degree):
            assert degree is not None
            return f"the root of degree {_say(degree)} of {_say(radicand)}{_end(radicand, 'root')}"
        case Accent(base, spoken):
            return f"{_say(base)} {spoken}"
        case Scripts():
            return _say_scripts(node)


def _say_scripts(node: Scripts) -> str:
    base = node.base
    if isinstance(base, Word) and base.tex in _RANGES:
        return _say_range(base, node.lower, node.upper)
    words = _say(base)
    if node.lower is not None:
        words += f" sub {_say(node.lower)}{_end(node.lower, 'sub')}"
    if node.upper is not None:
        plain = _only_word(node.upper)
        if plain is not None and plain.tex in _POWERS:
            return f"{words} {_POWERS[plain.tex]}"
        words += f" to the power {_say(node.upper)}{_end(node.upper, 'power')}"
    return words


def _say_range(operator: Word, lower: Node | None, upper: Node | None) -> str:
    words = operator.spoken
    if upper is not None and lower is not None:
        return f"{words} from {_say(lower)} to {_say(upper)} of"
    if lower is not None:
        return f"{words} over {_say(lower)} of"
    return f"{words} up to {_say(upper)} of" if upper is not None else words


def _only_word(node: Node) -> Word | None:
    """The only word in a node, without the braces around it; None if it holds more."""
    while isinstance(node, Row) and len(node.items) == 1:
        node = node.items[0]
    return node if isinstance(node, Word) else None


def _is_short(node: Node) -> bool:
    """Whether it is heard as one thing: a word, or a word with a minus sign."""
    if isinstance(node, Row) and len(node.items) == 2:
        sign, number = map(_only_word, node.items)
        return number is not None and sign is not None and sign.tex == "-"
    return _only_word(node) is not None


def _end(node: Node, name: str) -> str:
    return "" if _is_short(node) else f", end {name}"
