"""One TeX source, two drawings: MathML for the page, SVG for paper.

WeasyPrint prints MathML as a flat line of text, so paper gets pictures with the
formula in words as their alternative text.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

from markupsafe import Markup

from reportgen.errors import RenderError
from reportgen.render.formulas.tex import parse_tex

_POINTS_PER_PIXEL = 0.75
_INK = "#1d1c1a"  # as in print.css
_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'  # HTML needs none
_WITH_LIMITS = {"msub": "munder", "msubsup": "munderover"}
_LIMIT_OPERATORS = {"∑", "∏", "max", "min", "lim"}
_SCRIPTED = {"msub", "msup", "msubsup", "munder", "munderover"}
_NAMES = {"mi", "mo"}
_OPENING = {"(", "["}
_THIN = "0.167em"
_SIGNS = {"−", "+", "±"}
_BEFORE_SIGNS = {"=", "(", "[", ",", "≤", "≥", "<", ">", "≈", "∈", "→", "←"}


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
    root = _typeset(tex, display=display)
    root.set("alttext", spoken)
    return Markup(tostring(root, encoding="unicode"))  # noqa: S704


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


def _typeset(tex: str, *, display: bool) -> Element:
    """The formula as MathML, with what latex2mathml leaves out.

    Limits stand under and over displayed sums; in fractions beside them, as TeX sets them.
    There is a space after a function and around a sum, and none after a number's own sign.
    """
    from latex2mathml.converter import convert

    parse_tex(tex)
    try:
        mathml = convert(_for_latex2mathml(tex), display="block" if display else "inline")
    except Exception as error:
        raise RenderError(f"the formula ${tex}$ cannot be set: {error!r}.") from None
    root = fromstring(mathml.replace(_NAMESPACE, ""))  # noqa: S314 made by latex2mathml from checked TeX
    beside = {part for fraction in root.iter("mfrac") for part in fraction.iter()}
    for parent in root.iter():
        children = [] if parent.tag in _SCRIPTED else list(parent)
        for before, child, following in zip(
            [None, *children], children, [*children[1:], None], strict=False
        ):
            has_limits = child.tag in _WITH_LIMITS and (child[0].text or "") in _LIMIT_OPERATORS
            if has_limits and display and child not in beside:
                child.tag = _WITH_LIMITS[child.tag]
            name = child if child.tag in _NAMES else child[0] if len(child) else None
            if name is None or name.tag not in _NAMES:
                continue
            text = name.text or ""
            if _is_function(text):
                space = "0" if following is None or following.text in _OPENING else _THIN
                name.tag = "mo"
                name.attrib.update(form="prefix", lspace="0", rspace=space)
            elif text in _LIMIT_OPERATORS:
                is_beside = child.tag in _WITH_LIMITS
                left = "0" if before is None else _THIN
                name.attrib.update(lspace=left, rspace="0" if is_beside else _THIN)
                if is_beside:  # ziamath takes the operator's own space away again
                    parent.insert(list(parent).index(child) + 1, Element("mspace", width=_THIN))
            elif text in _SIGNS and before is not None and before.text in _BEFORE_SIGNS:
                name.attrib.update(form="prefix", lspace="0", rspace="0")
    return root


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
    mathml = _typeset(tex, display=display)
    mathml.set("mathcolor", _INK)
    for half in (half for fraction in mathml.iter("mfrac") for half in fraction):
        half.set("displaystyle", "false")  # as browsers do by themselves
    ziamath = _ziamath()
    try:
        formula = ziamath.Math(mathml, size=size / _POINTS_PER_PIXEL, margin=0)
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
