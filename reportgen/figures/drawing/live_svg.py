"""A sheet as an SVG element of a page: text in the page's sans, colours that follow its scheme.

Colours of ``style.VARIABLES`` become the page's variables, which have another value in the
dark; others stay as they are. There is no ground: the page's shows through. The style sheet
gives the text its font and size.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from reportgen.figures.drawing.style import INK, TEXT_SIZE, VARIABLES

Align = Literal["left", "center", "right"]

SVG_STEPS = 40  # per point: finer than any printer, and short in the file
_ANCHORS = {"center": ' text-anchor="middle"', "right": ' text-anchor="end"'}
_COLOUR = re.compile(r'(fill|stroke)="(#[0-9a-f]{6})"')


@dataclass(frozen=True)
class Lettering:
    """A line of text: its place on the baseline, and its look; ``angle`` in degrees."""

    text: str
    x: float
    y: float
    align: Align
    colour: str
    size: float
    weight: str
    angle: float = 0.0


def live_svg(
    paths: str,
    letterings: Sequence[Lettering],
    *,
    size: tuple[float, float],
    pixels_per_point: float,
    shades: Mapping[str, tuple[str, float]],
) -> str:
    """An SVG element that a page can hold.

    Args:
        paths: path elements, in steps of ``SVG_STEPS`` to a point.
        letterings: the text, above the paths.
        size: width and height in points.
        pixels_per_point: how large it is shown.
        shades: for a colour of the paths, the colour that it is a share of on paper's white.
    """

    def coloured(match: re.Match[str]) -> str:
        kind, colour = match.groups()
        base, share = shades.get(colour, (colour, 1.0))
        opacity = f' {kind}-opacity="{share:g}"' if share < 1 else ""
        return f'{kind}="{_colour(base)}"{opacity}'

    width, height = (round(side * pixels_per_point) for side in size)
    view = " ".join(f"{side * SVG_STEPS:g}" for side in size)
    text = "".join(map(_text, letterings))
    return (
        f'<svg width="{width}" height="{height}" viewBox="0 0 {view}">'
        f"{_COLOUR.sub(coloured, paths)}{text}</svg>"
    )


def _colour(colour: str) -> str:
    return f"var(--{VARIABLES[colour]})" if colour in VARIABLES else colour


def _text(each: Lettering) -> str:
    x, y = round(each.x * SVG_STEPS), round(each.y * SVG_STEPS)
    look = _ANCHORS.get(each.align, "")
    if each.colour != INK:
        look += f' fill="{_colour(each.colour)}"'
    if each.weight != "Regular":
        look += ' font-weight="600"'
    if each.size != TEXT_SIZE:
        look += f' font-size="{each.size * SVG_STEPS:g}"'
    if each.angle:
        look += f' transform="rotate({-each.angle:g} {x} {y})"'
    return f'<text x="{x}" y="{y}"{look}>{escape(each.text, quote=False)}</text>'
