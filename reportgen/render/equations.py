"""One TeX source, two drawings: MathML for the page, SVG for paper.

WeasyPrint prints MathML as a flat line of text, so paper gets pictures with the
formula in words as their alternative text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from xml.etree.ElementTree import fromstring, register_namespace, tostring

from markupsafe import Markup

from reportgen.errors import RenderError
from reportgen.render.tex import parse_tex

_POINTS_PER_PIXEL = 0.75
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_WITH_LIMITS = {f"{_MATHML}msub": f"{_MATHML}munder", f"{_MATHML}msubsup": f"{_MATHML}munderover"}
_LIMIT_OPERATORS = {"∑", "∏", "max", "min", "lim"}
_NAMES = {f"{_MATHML}mi", f"{_MATHML}mo"}
_OPENING = {"(", "["}
_THIN = "0.167em"
register_namespace("", "http://www.w3.org/1998/Math/MathML")


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


def _for_latex2mathml(tex: str) -> str:
    """The source without the one common command that the converter does not know."""
    return re.sub(r"\\arg(?![A-Za-z])", r"\\operatorname{arg}\\,", tex)


def _typeset(mathml: str, spoken: str) -> str:
    """What latex2mathml leaves out: limits under and over sums, the space after a function."""
    root = fromstring(mathml)  # noqa: S314 made by latex2mathml from checked TeX
    for parent in root.iter():
        for child, following in zip_longest(parent, list(parent)[1:]):
            if child.tag in _WITH_LIMITS and (child[0].text or "") in _LIMIT_OPERATORS:
                child.tag = _WITH_LIMITS[child.tag]
            name = child if child.tag in _NAMES else child[0] if len(child) else None
            if name is not None and name.tag in _NAMES and _is_function(name.text or ""):
                space = "0" if following is None or following.text in _OPENING else _THIN
                name.tag = f"{_MATHML}mo"
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
        display: whether it stands by itself, with limits above and below its sums.
        size: the size of the text around it, in points.

    Raises:
        RenderError: the formula cannot be read.
    """
    import ziamath

    parse_tex(tex)
    ziamath.config.svg2 = False
    try:
        formula = ziamath.Latex(
            _for_latex2mathml(tex), size=size / _POINTS_PER_PIXEL, inline=not display, margin=0
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
