"""One TeX source, two drawings: MathML for the page, SVG for paper.

WeasyPrint prints MathML as a flat line of text, so paper gets pictures with the
formula in words as their alternative text.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import zip_longest
from typing import Any
from xml.etree.ElementTree import fromstring, tostring

from markupsafe import Markup

from reportgen.errors import RenderError
from reportgen.render.formulas.tex import parse_tex

_POINTS_PER_PIXEL = 0.75
_INK = "#1d1c1a"  # as in print.css
_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'  # HTML needs none
_WITH_LIMITS = {"msub": "munder", "msubsup": "munderover"}
_LIMIT_OPERATORS = {"∑", "∏", "max", "min", "lim"}
_NAMES = {"mi", "mo"}
_OPENING = {"(", "["}
_THIN = "0.167em"


@dataclass(frozen=True)
class FormulaPicture:
    """A formula drawn as paths.

    Attributes:
        svg: the picture.
        width, height: its size in points.
        depth: how much of the height lies below the baseline, in points.
    """

    svg: bytes
    width: float
    height: float
    depth: float


@lru_cache(maxsize=512)
def formula_mathml(tex: str, *, display: bool, spoken: str) -> Markup:
    """The formula as a ``<math>`` element.

    Raises:
        RenderError: the formula cannot be read.
    """
    from latex2mathml.converter import convert

    parse_tex(tex)
    try:
        mathml = convert(_for_latex2mathml(tex), display="block" if display else "inline")
    except Exception as error:
        raise RenderError(f"the formula ${tex}$ cannot be set: {error!r}.") from None
    return Markup(_typeset(mathml, spoken))  # noqa: S704


@cache
def _ziamath() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its own, on import
        import ziamath
    ziamath.config.svg2 = False  # paths in place, which WeasyPrint draws faster than <use>
    return ziamath


def _for_latex2mathml(tex: str) -> str:
    """The source without the one common command that the converter does not know."""
    return re.sub(r"\\arg(?![A-Za-z])", r"\\operatorname{arg}\\,", tex)


def _typeset(mathml: str, spoken: str) -> str:
    """Add what latex2mathml leaves out: limits under and over sums, the space after a function."""
    root = fromstring(mathml.replace(_NAMESPACE, ""))  # noqa: S314 made by latex2mathml from checked TeX
    for parent in root.iter():
        for child, following in zip_longest(parent, list(parent)[1:]):
            if child.tag in _WITH_LIMITS and (child[0].text or "") in _LIMIT_OPERATORS:
                child.tag = _WITH_LIMITS[child.tag]
            name = child if child.tag in _NAMES else child[0] if len(child) else None
            if name is not None and name.tag in _NAMES and _is_function(name.text or ""):
                space = "0" if following is None or following.text in _OPENING else _THIN
                name.tag = "mo"
                name.attrib.update(form="prefix", lspace="0", rspace=space)
    root.set("alttext", spoken)
    return tostring(root, encoding="unicode")


def _is_function(text: str) -> bool:
    return len(text) > 1 and text.isascii() and text.isalpha()


@lru_cache(maxsize=512)
def formula_picture(tex: str, *, display: bool, size: float) -> FormulaPicture:
    """The formula as SVG paths; the same source gives the same bytes.

    Args:
        tex: the source.
        display: whether it has a line to itself, with limits above and below its sums.
        size: the size of the text around it, in points.

    Raises:
        RenderError: the formula cannot be read.
    """
    parse_tex(tex)
    ziamath = _ziamath()
    try:
        formula = ziamath.Latex(
            _for_latex2mathml(tex),
            size=size / _POINTS_PER_PIXEL,
            color=_INK,
            inline=not display,
            margin=0,
        )
        svg = formula.svg()
        width, height = formula.getsize()
    except Exception as error:
        raise RenderError(f"the formula ${tex}$ cannot be set: {error!r}.") from None
    return FormulaPicture(
        svg=svg.encode(),
        width=width * _POINTS_PER_PIXEL,
        height=height * _POINTS_PER_PIXEL,
        depth=-formula.getyofst() * _POINTS_PER_PIXEL,
    )
