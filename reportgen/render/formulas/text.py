"""A formula as text: a line of HTML where a line can show it, and a plain line for search."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup, escape

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
from reportgen.render.formulas.tex_words import FONTS, FUNCTIONS, SILENT

_SPACE = "\u00a0"
_LONG = 24  # characters; a longer formula may break before its relations
_RELATIONS = frozenset(
    (
        *("=", "<", ">", ":", r"\le", r"\leq", r"\ge", r"\geq", r"\ne", r"\neq", r"\approx"),
        *(r"\equiv", r"\in", r"\to", r"\rightarrow", r"\leftarrow", r"\Rightarrow", r"\mid"),
    )
)
_BINARY = frozenset(("+", "-", "−", r"\pm", r"\times", r"\cdot", r"\div"))
_OPENING = frozenset(("(", "[", r"\{", r"\lvert", r"\langle"))
_PUNCTUATION = frozenset((",", ";"))
_NAMES = frozenset((r"\text", r"\mathrm", r"\operatorname"))
_TALL = frozenset((r"\sum", r"\prod", r"\int", r"\lim"))
# Whose signs the text's fonts lack, or which mean more than a sign.
_DRAWN = frozenset(
    (
        *(r"\mathbb", r"\quad", r"\qquad", r"\odot", r"\ll", r"\gg", r"\mp", r"\sim", r"\propto"),
        *(r"\mapsto", r"\Leftrightarrow", r"\cdots", r"\|", r"\lVert", r"\rVert", r"\lfloor"),
        *(r"\rfloor", r"\lceil", r"\rceil", r"\top", r"\ell", "*", *_TALL),
    )
)
_FONT = re.compile("|".join(rf"\{name}(?![A-Za-z])" for name in sorted(FONTS)))


class _NeedsDrawingError(Exception):
    """One line of text cannot show the formula."""


@lru_cache(maxsize=512)
def text_formula(tex: str) -> Markup | None:
    """The formula as a line of HTML text: letters as ``<var>``, ``<sub>`` and ``<sup>``.

    Spaces in it do not break, but for those after commas and, in a long formula, before relations.

    Returns:
        The line, or None if the formula needs more than a line, such as a fraction.

    Raises:
        RenderError: the formula cannot be read.
    """
    node = parse_tex(tex)
    if _FONT.search(tex):
        return None
    try:
        line = _Line(before_relations=_SPACE).of(node)
        text = line.striptags()
        if len(text) > _LONG:
            return _Line(before_relations=" ").of(node)
    except _NeedsDrawingError:
        return None
    return Markup('<span class="whole">{}</span>').format(line) if "/" in text else line


class _Line:
    """Sets the nodes of a formula one after the other."""

    def __init__(self, *, before_relations: str) -> None:
        self.before_relations = before_relations

    def of(self, node: Node, *, is_script: bool = False) -> Markup:
        match node:
            case Word():
                return _word(node)
            case Row(items):
                return self.row(items, is_script)
            case Scripts(base, lower, upper):
                return self.scripts(base, lower, upper)
            case Accent(base, "prime"):
                return self.of(base) + Markup("′")
            case Root(radicand, None):
                inside = self.of(radicand)
                single = _is_single(radicand)
                return Markup("√{}").format(inside) if single else Markup("√({})").format(inside)
            case Fraction() | Accent() | Root():
                raise _NeedsDrawingError

    def row(self, items: tuple[Node, ...], is_script: bool) -> Markup:
        line = Markup("")
        before: str | None = None  # the name of the node before, if it can have one after it
        for place, item in enumerate(items):
            name = _name(item)
            is_last = place == len(items) - 1
            shown = self.of(item, is_script=is_script)
            if name in SILENT:
                is_gap = name in (r"\;", r"\ ") or _name(items[place - 1])[:1].isdigit()
                shown = escape(_SPACE if is_gap else "")
            elif is_script:
                pass
            elif name in _RELATIONS:
                gap = "" if before is None else self.before_relations
                shown = Markup("{}{}{}").format(gap, shown, "" if is_last else _SPACE)
            elif name in _BINARY and before is not None and not is_last:
                shown = Markup("{0}{1}{0}").format(_SPACE, shown)
            elif name in _PUNCTUATION:
                shown += "" if is_last else " "
            elif name in FUNCTIONS:
                shown = Markup("{}{}").format("" if before is None else _SPACE, shown)
                shown += "" if is_last or _name(items[place + 1]) in _OPENING else _SPACE
            line += shown
            is_open = name in _RELATIONS | _BINARY | _OPENING | _PUNCTUATION | FUNCTIONS.keys()
            before = None if is_open else name
        return line

    def scripts(self, base: Node, lower: Node | None, upper: Node | None) -> Markup:
        line = self.of(base)
        if lower is not None:
            line += Markup("<sub>{}</sub>").format(self.of(lower, is_script=True))
        if upper is not None:
            # A superscript stands above a subscript of one digit, not after it.
            is_above = lower is not None and re.fullmatch("[0-9]", _name(lower)) is not None
            style = Markup(' class="above"') if is_above else ""
            line += Markup("<sup{}>{}</sup>").format(style, self.of(upper, is_script=True))
        return line


def _word(word: Word) -> Markup:
    tex = word.tex
    if tex in _DRAWN:
        raise _NeedsDrawingError
    sign = _sign(word)
    if sign.isalpha() and len(sign) == 1 and not "Α" <= sign <= "Ω" and tex not in _NAMES:
        return Markup("<var>{}</var>").format(sign)
    return escape(sign)


def _sign(word: Word) -> str:
    """The characters of a word; the signs of commands are those of the displayed formula."""
    from latex2mathml.symbols_parser import convert_symbol

    tex = word.tex
    if tex in _NAMES or tex[0].isdigit():
        return word.spoken.replace(" ", _SPACE)
    if tex in SILENT:
        return ""
    if tex in FUNCTIONS and tex not in _TALL:
        return tex[1:]
    if tex in ("|", r"\lvert", r"\rvert", r"\vert", r"\mid"):
        return "|"
    point = convert_symbol(tex)
    return chr(int(point, 16)) if point else tex.removeprefix("\\")


def _name(node: Node) -> str:
    """The source of the word that a node is or stands on; empty if it is no word."""
    while isinstance(node, Scripts | Row):
        if isinstance(node, Row):
            if len(node.items) != 1:
                return ""
            node = node.items[0]
        else:
            node = node.base
    return node.tex if isinstance(node, Word) else ""


def _is_single(node: Node) -> bool:
    """Whether it is one word, also with scripts."""
    return _name(node) != ""


@lru_cache(maxsize=512)
def plain_formula(tex: str) -> str:
    """The formula as one plain line, such as ``p_k = e^(z_k) / (∑_j e^(z_j))``.

    Raises:
        RenderError: the formula cannot be read.
    """
    line = re.sub(r"\s+", " ", _plain(parse_tex(tex)))
    line = re.sub(r"(?<=[(\[]) | (?=[,;.)\]])", "", line)  # no space within brackets
    line = re.sub(r"((?:^|[(=<>≤≥←]|, ) ?[−±]) ", r"\1", line)  # nor after a number's own sign
    return re.sub(r"(?<=[a-z]) (?=\()", "", line).strip()  # nor before a function's bracket


def _plain(node: Node) -> str:
    match node:
        case Word(tex):
            sign = " " if tex in SILENT else node.spoken if tex == r"\mathbb" else _sign(node)
            is_spaced = tex in _RELATIONS | _BINARY | _DRAWN | FUNCTIONS.keys()
            return f" {sign} " if is_spaced else f"{sign} " if tex in _PUNCTUATION else sign
        case Row(items):
            return "".join(map(_plain, items))
        case Fraction(numerator, denominator):
            return f" {_operand(numerator)} / {_operand(denominator)} "
        case Root(radicand, degree):
            index = "" if degree is None else f"^({_plain(degree)})"
            return f"√{index}{_operand(radicand)}"
        case Accent(base, spoken):
            return f"{_plain(base)}′" if spoken == "prime" else f"{_plain(base)} {spoken}"
        case Scripts(base, lower, upper):
            line = _plain(base).rstrip()
            for mark, script in (("_", lower), ("^", upper)):
                if script is not None:
                    inside = _plain(script).strip()
                    line += mark + (inside if len(inside) == 1 else f"({inside})")
            return f"{line} " if _name(base) in FUNCTIONS else line


def _operand(node: Node) -> str:
    line = _plain(node).strip()
    return line if _is_single(node) else f"({line})"
