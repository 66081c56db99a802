"""SVG pictures of plain paths and rectangles, as PDF operators.

Our figures and formulas are such pictures: letters are outlines in them, and a report has
some ten thousand points. WeasyPrint reads an SVG point by point each time that it draws it,
which took a tenth of a PDF's time; here a picture is converted once. A picture with anything
else in it is left to WeasyPrint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

_POINTS_TO_PIXELS = 4 / 3
_NAMESPACE = "{http://www.w3.org/2000/svg}"
_PICTURE_ATTRIBUTES = {"width", "height", "viewBox", "version"}
_PAINT = {"fill", "stroke", "stroke-width"}
_PATH_ATTRIBUTES = _PAINT | {"d"}
_RECTANGLE_ATTRIBUTES = _PAINT | {"x", "y", "width", "height"}
_COLOR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_SUBPATH = re.compile(r"([MmLlHhVvQqCcZz])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?[0-9]*\.?[0-9]+")
_N_NUMBERS = {"m": 2, "l": 2, "h": 1, "v": 1, "q": 4, "c": 6}


class _OtherPictureError(Exception):
    """The picture holds more than plain paths and rectangles."""


@dataclass(frozen=True)
class LineArt:
    """A picture as WeasyPrint asks for it: a size, and how it is drawn.

    Attributes:
        width, height: the natural size in CSS pixels.
        view: the view box: x, y, width and height in the picture's own units.
        operators: PDF operators in the picture's own units, y downwards.
    """

    width: float
    height: float
    view: tuple[float, float, float, float]
    operators: bytes

    def get_intrinsic_size(self, *_: Any) -> tuple[float, float, float]:
        """Width, height and their ratio."""
        return self.width, self.height, self.width / self.height

    def draw(self, stream: Any, width: float, height: float, _style: Any) -> None:
        """Draw the picture onto a page's stream, within a width and height in CSS pixels."""
        x, y, view_width, view_height = self.view
        scale = min(width / view_width, height / view_height)
        left = (width - scale * view_width) / 2 - scale * x
        top = (height - scale * view_height) / 2 - scale * y
        stream.push_state()
        stream.transform(a=scale, d=scale, e=left, f=top)
        stream.stream.append(self.operators)
        stream.pop_state()


@lru_cache(maxsize=256)
def line_art(svg: bytes) -> LineArt | None:
    """The picture of an SVG file, or None if it holds more than plain paths and rectangles."""
    try:
        root = fromstring(svg)  # noqa: S314  our own figures and formulas
        _require(root.attrib.keys() <= _PICTURE_ATTRIBUTES)
        view = [float(number) for number in root.attrib["viewBox"].split()]
        width, height = _pixels(root.attrib["width"]), _pixels(root.attrib["height"])
        # A unit of a hundredth of a pixel needs no decimals.
        decimals = 0 if view[2] > 20 * width else 3
        operators = [b"4 M", *(_operators(element, decimals) for element in root)]
    except (_OtherPictureError, ParseError, KeyError, ValueError):
        return None
    return LineArt(width, height, (view[0], view[1], view[2], view[3]), b"\n".join(operators))


def _require(condition: bool) -> None:
    if not condition:
        raise _OtherPictureError


def _pixels(length: str) -> float:
    if length.endswith("pt"):
        return float(length[:-2]) * _POINTS_TO_PIXELS
    return float(length)


def _operators(element: Element, decimals: int) -> bytes:
    """The operators that paint a path or a rectangle."""
    attributes = element.attrib
    _require(len(element) == 0)
    if element.tag == f"{_NAMESPACE}rect":
        _require(attributes.keys() <= _RECTANGLE_ATTRIBUTES)
        box = (float(attributes[name]) for name in ("x", "y", "width", "height"))
        shape = " ".join(_written(value, decimals) for value in box) + " re"
    else:
        _require(element.tag == f"{_NAMESPACE}path" and attributes.keys() <= _PATH_ATTRIBUTES)
        shape = " ".join(_path(attributes["d"], decimals))
    fill, stroke = attributes.get("fill", "#000000"), attributes.get("stroke", "none")
    lines = []
    if fill != "none":
        lines.append(f"{_color(fill)} rg")
    if stroke != "none":
        lines.append(f"{_color(stroke)} RG {float(attributes.get('stroke-width', 1)):g} w")
    paint = {(True, True): "B", (True, False): "f", (False, True): "S", (False, False): "n"}
    lines += [shape, paint[fill != "none", stroke != "none"]]
    return "\n".join(lines).encode("ascii")


def _color(value: str) -> str:
    _require(_COLOR.fullmatch(value) is not None)
    return " ".join(f"{int(value[at : at + 2], 16) / 255:.4g}" for at in (1, 3, 5))


def _written(value: float, decimals: int) -> str:
    if decimals == 0:
        return str(round(value))
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".")


def _path(data: str, decimals: int) -> Iterator[str]:
    """SVG path data as PDF operators; quadratic curves become cubic ones."""
    _require(_SUBPATH.sub("", data).strip() == "")
    x = y = start_x = start_y = 0.0
    for command, text in _SUBPATH.findall(data):
        kind, relative = command.lower(), command.islower()
        if kind == "z":
            x, y = start_x, start_y
            yield "h"
            continue
        numbers = [float(number) for number in _NUMBER.findall(text)]
        n = _N_NUMBERS[kind]
        _require(len(numbers) >= n and len(numbers) % n == 0)
        for at in range(0, len(numbers), n):
            group = numbers[at : at + n]
            if kind == "h":
                points = [group[0] + x if relative else group[0], y]
            elif kind == "v":
                points = [x, group[0] + y if relative else group[0]]
            elif relative:
                points = [value + (y if place % 2 else x) for place, value in enumerate(group)]
            else:
                points = group
            if kind == "q":
                points = _raised((x, y), points)
            x, y = points[-2:]
            if kind == "m" and at == 0:
                start_x, start_y = x, y
            operator = {2: "l", 6: "c"}[len(points)]
            operator = "m" if kind == "m" and at == 0 else operator
            yield f"{' '.join([_written(value, decimals) for value in points])} {operator}"


def _raised(start: tuple[float, float], points: list[float]) -> list[float]:
    """The control points of the cubic curve that equals a quadratic one."""
    (x, y), (qx, qy, end_x, end_y) = start, points
    return [
        *(x + 2 / 3 * (qx - x), y + 2 / 3 * (qy - y)),
        *(end_x + 2 / 3 * (qx - end_x), end_y + 2 / 3 * (qy - end_y)),
        *(end_x, end_y),
    ]
