"""A drawing surface measured in points, on Matplotlib's renderers.

A sheet becomes a file that stands alone, in which text is outlines, and an SVG element with
text for a page (``live_svg``).

Most figures place text exactly beside their bars and dots, which Matplotlib's axes do not
allow; a figure that axes suit uses ``axes``. A sheet also puts shapes of one style into one
path, text included: a bar chart takes a tenth of the time that it takes with axes (12 ms),
and WeasyPrint, whose time grows with the number of elements, a quarter.

Coordinates run from the top left corner, x to the right and y down, as on a page.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from reportgen.figures.drawing.compact_svg import compact_svg
from reportgen.figures.drawing.lettering import Weight, outline
from reportgen.figures.drawing.live_svg import SVG_STEPS, Align, Lettering, live_svg
from reportgen.figures.drawing.matplotlib_import import import_matplotlib
from reportgen.figures.drawing.pixels import png_file
from reportgen.figures.drawing.spec import Media, Picture
from reportgen.figures.drawing.style import (
    FULL_WIDTH,
    HAIRLINE,
    INK,
    PAPER,
    PHONE_PIXELS_PER_POINT,
    PHONE_WIDTH,
    PIXELS_PER_POINT,
    SHEET_PIXELS_PER_POINT,
    TEXT_SIZE,
    mixed,
)

import_matplotlib()

from matplotlib.backend_bases import GraphicsContextBase, RendererBase  # noqa: E402
from matplotlib.backends.backend_agg import RendererAgg  # noqa: E402
from matplotlib.backends.backend_svg import RendererSVG  # noqa: E402
from matplotlib.colors import to_rgb  # noqa: E402
from matplotlib.path import Path  # noqa: E402
from matplotlib.transforms import Affine2D  # noqa: E402

Marker = Literal["circle", "square", "diamond", "triangle_up", "triangle_left", "check", "cross"]

_svg_renderer: Any = RendererSVG  # Matplotlib has no types for these two
_agg_renderer: Any = RendererAgg
_Shape = tuple[NDArray[np.float64], NDArray[np.uint8]]  # corners, and Matplotlib's path codes
_Layer = dict["Style", list[_Shape]]
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))

# A circle as four cubic curves.
_K = 4 / 3 * (math.sqrt(2) - 1)
_CIRCLE: _Shape = (
    np.array(
        [
            *[(1, 0), (1, _K), (_K, 1), (0, 1), (-_K, 1), (-1, _K), (-1, 0)],
            *[(-1, -_K), (-_K, -1), (0, -1), (_K, -1), (1, -_K), (1, 0), (1, 0)],
        ]
    ),
    np.array([Path.MOVETO] + [Path.CURVE4] * 12 + [Path.CLOSEPOLY], np.uint8),
)
_POLYGONS: dict[str, list[tuple[float, float]]] = {
    "square": [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
    "diamond": [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
    "triangle_up": [(0, -1.15), (1.1, 0.9), (-1.1, 0.9)],
    "triangle_left": [(-1.15, 0), (0.9, -1.1), (0.9, 1.1)],
}
_STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "check": [[(-1, 0.1), (-0.3, 0.9), (1, -0.9)]],
    "cross": [[(-0.9, -0.9), (0.9, 0.9)], [(-0.9, 0.9), (0.9, -0.9)]],
}


@dataclass(frozen=True)
class Style:
    """How shapes are painted: colours as ``#rrggbb``, lengths in points, opacity from 0 to 1.

    ``share`` is that of the fill in a mixture with the paper's colour; ``is_text`` marks
    outlines of text.
    """

    fill: str | None
    stroke: str | None = None
    line_width: float = 0.0
    dashes: tuple[float, ...] = ()
    opacity: float = 1.0
    share: float = 1.0
    is_text: bool = False

    @property
    def on_paper(self) -> str | None:
        """The fill as it looks on paper."""
        return self.fill if self.fill is None else mixed(PAPER, self.fill, self.share)


class Sheet:
    """Collects shapes and writes them as SVG or PNG.

    Within a layer, shapes of one style are painted together, at the place of the first
    of them in the order, and text last; a new layer (``new_layer``) lies above all earlier
    ones.
    """

    def __init__(self, width: float, height: float) -> None:
        """An empty sheet of paper; its sides, in points, are rounded up to whole points."""
        width, height = float(math.ceil(width)), float(math.ceil(height))
        self.width, self.height = width, height
        self._layers: list[_Layer] = [{}]
        self._letterings: list[Lettering] = []
        self._images: list[tuple[float, float, NDArray[np.uint8]]] = []
        self.rectangle(0, 0, width, height, PAPER)
        self.new_layer()

    def new_layer(self) -> None:
        """Begin a layer: what is added from now on covers what was added before."""
        self._layers.append({})

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        align: Align = "left",
        colour: str = INK,
        size: float = TEXT_SIZE,
        weight: Weight = "Regular",
        angle: float = 0.0,
    ) -> None:
        """A line of text on the baseline ``y``; an ``angle`` of 90 runs from below to above.

        On a page, text lies above all shapes.
        """
        letters = outline(text, weight)
        shift = {"left": 0.0, "center": 0.5, "right": 1.0}[align] * letters.width
        place = Affine2D().translate(-shift, 0).scale(size, -size).rotate_deg(-angle)
        corners = place.translate(x, y).transform(letters.vertices)
        self._letterings.append(Lettering(text, x, y, align, colour, size, weight, angle))
        self._add(Style(colour, is_text=True), corners, letters.codes)

    def rectangle(
        self, x: float, y: float, width: float, height: float, fill: str, *, share: float = 1.0
    ) -> None:
        """A filled rectangle with its top left corner at (x, y).

        With a ``share`` below 1, it has the colour between that of the paper and ``fill``.
        """
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        self._add(Style(fill, share=share), *_closed(corners))

    def hatched(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A rectangle in outline, filled with slanted lines."""
        frame = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
        self.line(frame, colour, width=1.0)
        bottom = y + height
        for start in np.arange(3.0 - height, width, 3.0):
            left, right = max(start, 0.0), min(start + height, width)
            ends = [(x + left, bottom - left + start), (x + right, bottom - right + start)]
            self.line(ends, colour, width=1.0)

    def polygon(self, corners: Sequence[tuple[float, float]], fill: str) -> None:
        """A filled polygon."""
        self._add(Style(fill), *_closed(corners))

    def line(
        self,
        points: Sequence[tuple[float, float]],
        colour: str = INK,
        *,
        width: float = HAIRLINE,
        dashes: tuple[float, ...] = (),
    ) -> None:
        """A line through points; ``dashes`` are lengths in points, of ink and of gap in turn."""
        codes = [Path.MOVETO] + [Path.LINETO] * (len(points) - 1)
        style = Style(None, colour, width, dashes)
        self._add(style, np.array(points, float), np.array(codes, np.uint8))

    def marker(
        self, x: float, y: float, shape: str, colour: str, *, size: float = 3.0, filled: bool = True
    ) -> None:
        """A small shape around (x, y); ``size`` is its radius. Unfilled, it is white inside."""
        if shape in _STROKES:
            for stroke in _STROKES[shape]:
                self.line([(x + a * size, y + b * size) for a, b in stroke], colour, width=1.4)
            return
        style = Style(colour) if filled else Style(PAPER, colour, 1.3)
        corners, codes = _CIRCLE if shape == "circle" else _closed(_POLYGONS[shape])
        self._add(style, corners * size + np.array([x, y]), codes)

    def on_top(self, corners: NDArray[np.float64], codes: NDArray[np.uint8], style: Style) -> None:
        """Add any path, with Matplotlib's path codes, above all that was added before."""
        if list(self._layers[-1]) != [style] or style.opacity < 1:
            self.new_layer()
        self._add(style, corners, codes)

    def image(self, x: float, y: float, grey: NDArray[np.uint8]) -> None:
        """Add grey pixels (uint8), one to a PNG pixel, with the top left corner near (x, y)."""
        self._images.append((x, y, grey))

    def picture(self, name: str, alt: Mapping[str, str], media: Media = "image/svg+xml") -> Picture:
        """The sheet as the picture of that name, with its alternative text."""
        content = self.svg() if media == "image/svg+xml" else self.png()
        wide = "" if self._images else self.live()
        return Picture(name, media, content, self.width, self.height, alt[name], wide)

    def live(self, pixels_per_point: float = PIXELS_PER_POINT) -> str:
        """The sheet as an SVG element with text for a page."""
        shades = {
            str(style.on_paper): (style.fill, style.share)
            for layer in self._layers
            for style in layer
            if style.fill is not None and style.share < 1
        }
        paths = self._svg(self._layers[1:], with_text=False)
        return live_svg(
            paths.partition(">")[2].removesuffix("</svg>"),
            self._letterings,
            size=(self.width, self.height),
            pixels_per_point=pixels_per_point,
            shades=shades,
        )

    def svg(self) -> bytes:
        """The sheet as an SVG file without metadata; its text is outlines."""
        assert not self._images, "images are drawn on PNG only"
        return self._svg(self._layers, with_text=True).encode()

    def _svg(self, layers: Sequence[_Layer], *, with_text: bool) -> str:
        file = io.StringIO()
        sides = (self.width * SVG_STEPS, self.height * SVG_STEPS)
        renderer = _svg_renderer(*sides, file, metadata=_NO_METADATA)
        self._paint(renderer, layers, SVG_STEPS, with_text=with_text)
        renderer.finalize()
        return compact_svg(file.getvalue(), self.width, self.height)

    def png(self) -> bytes:
        """The sheet as a PNG file, grey if nothing on it has a colour."""
        pixels = [round(side * SHEET_PIXELS_PER_POINT) for side in (self.width, self.height)]
        renderer = _agg_renderer(*pixels, 72)
        self._paint(renderer, self._layers, SHEET_PIXELS_PER_POINT, with_text=True)
        canvas = np.asarray(renderer.buffer_rgba())[:, :, :3].copy()
        for x, y, grey in self._images:
            left, top = round(x * SHEET_PIXELS_PER_POINT), round(y * SHEET_PIXELS_PER_POINT)
            height, width = grey.shape
            canvas[top : top + height, left : left + width] = grey[:, :, np.newaxis]
        return png_file(canvas)

    def _add(self, style: Style, corners: NDArray[np.float64], codes: NDArray[np.uint8]) -> None:
        self._layers[-1].setdefault(style, []).append((corners, codes))

    def _paint(
        self, renderer: RendererBase, layers: Sequence[_Layer], scale: float, *, with_text: bool
    ) -> None:
        upwards = Affine2D().scale(1, -1).translate(0, self.height * scale)
        groups = (group for layer in layers for group in sorted(layer.items(), key=_text_last))
        for style, shapes in groups:
            if style.is_text and not with_text:
                continue
            corners = np.concatenate([corners for corners, _ in shapes]) * scale
            if scale == SVG_STEPS:
                corners = np.round(corners)
            path = Path(corners, np.concatenate([codes for _, codes in shapes]))
            fill = None if style.on_paper is None else to_rgb(style.on_paper)
            renderer.draw_path(_pen(renderer, style, scale), path, upwards, fill)


def line_art(
    name: str,
    alt: Mapping[str, str],
    draw: Callable[[float], Sheet],
    width: float = FULL_WIDTH,
) -> Picture:
    """A picture that ``draw`` draws at a width in points: as a file, and for page and telephone."""
    narrow = draw(PHONE_WIDTH).live(PHONE_PIXELS_PER_POINT)
    return replace(draw(width).picture(name, alt), narrow=narrow)


def _text_last(group: tuple[Style, list[_Shape]]) -> bool:
    return group[0].is_text


def _closed(corners: Sequence[tuple[float, float]]) -> _Shape:
    codes = [Path.MOVETO] + [Path.LINETO] * (len(corners) - 1) + [Path.CLOSEPOLY]
    return np.array([*corners, corners[0]], float), np.array(codes, np.uint8)


def _pen(renderer: RendererBase, style: Style, scale: float) -> GraphicsContextBase:
    pen = renderer.new_gc()
    pen.set_linewidth(style.line_width * scale)
    pen.set_snap(False)
    if style.stroke is not None:
        pen.set_foreground(style.stroke)
    if style.opacity < 1:
        pen.set_alpha(style.opacity)
    if style.dashes:
        pen.set_dashes(0, [length * scale for length in style.dashes])
    return pen
