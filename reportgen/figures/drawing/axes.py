"""Matplotlib's own axes, for figures that they suit: bar charts, histograms, lines.

    figure = new_figure(height=180)
    axes = figure.add_subplot()
    axes.bar(names, values)
    axes.set_title("Images of each class")
    return (sheet_of(figure).picture("bars", spec.alt),)

``sheet_of`` draws them onto a sheet, so that the file has outlines of the packaged sans and
does not depend on the machine. Lengths are in points. Dollar signs are not read as TeX, so
logarithmic axes need a formatter, such as ``"{x:g}"``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from reportgen.errors import RenderError
from reportgen.figures.drawing.lettering import Weight, outline, sans_file, text_width
from reportgen.figures.drawing.matplotlib_import import import_matplotlib
from reportgen.figures.drawing.sheet import Sheet, Style
from reportgen.figures.drawing.style import FULL_WIDTH, INK

import_matplotlib()

from matplotlib.backend_bases import FigureCanvasBase, RendererBase  # noqa: E402
from matplotlib.colors import to_hex, to_rgba  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.font_manager import FontEntry, FontProperties, fontManager, weight_dict  # noqa: E402
from matplotlib.path import Path  # noqa: E402
from matplotlib.transforms import Affine2D, Bbox, Transform  # noqa: E402

_DPI = 72  # so that Matplotlib's pixels are points
_FINE = 1000  # Matplotlib cuts lines one unit outside a box; scaled, that is 0.001 points

# Matplotlib looks up a font's height in this list. Bold text is drawn in the semibold.
fontManager.ttflist += [
    FontEntry(fname=str(sans_file(weight)), name="Source Sans Pro", weight=number)
    for number, weight in ((400, "Regular"), (600, "Semibold"), (700, "Semibold"))
]


def new_figure(width: float = FULL_WIDTH, height: float = 190.0) -> Figure:
    """An empty figure, sizes in points; Matplotlib makes room for titles and labels."""
    figure = Figure((width / _DPI, height / _DPI), dpi=_DPI, layout="tight")
    _Canvas(figure)
    return figure


def sheet_of(figure: Figure) -> Sheet:
    """Draw a figure of ``new_figure`` onto a sheet.

    Raises:
        RenderError: the figure has images, hatches, or axes that are not rectangular.
    """
    renderer = _SheetRenderer(*figure.bbox.size)
    figure.draw(renderer)
    return renderer.sheet


class _Canvas(FigureCanvasBase):
    def get_renderer(self) -> RendererBase:
        """The renderer that measures texts while Matplotlib lays the axes out."""
        return _SheetRenderer(*self.figure.bbox.size)


class _SheetRenderer(RendererBase):
    """Draws Matplotlib's paths and texts on a sheet."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.sheet = Sheet(width, height)

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.sheet.width, self.sheet.height

    def draw_path(
        self,
        gc: Any,  # Matplotlib's types leave dashes and corners open
        path: Path,
        transform: Transform,
        rgbFace: Any = None,  # noqa: N803  Matplotlib's name
    ) -> None:
        if gc.get_hatch() or gc.get_clip_path()[0] is not None:
            raise RenderError("axes on a sheet are rectangular, and nothing in them is hatched.")
        shape: Any = path.cleaned(transform, remove_nans=True, curves=True)
        box, width = gc.get_clip_rectangle(), gc.get_linewidth()
        dashes = tuple(gc.get_dashes()[1] or ())
        colour, opacity = _paint(rgbFace, gc.get_alpha() if gc.get_forced_alpha() else None)
        line_colour, line_opacity = _paint(gc.get_rgb() if width else None)
        inside = _is_within(shape, box)
        if inside and opacity == line_opacity:
            self._add(shape, Style(colour, line_colour, width, dashes, opacity))
            return
        fill, line = (shape, shape) if inside else _cut(shape, box)
        self._add(fill, Style(colour, opacity=opacity))
        self._add(line, Style(None, line_colour, width, dashes, line_opacity))

    def draw_image(self, *_: Any) -> None:
        raise RenderError("axes on a sheet have no images: a matrix is drawn by pcolormesh.")

    def get_text_width_height_descent(
        self,
        s: str,
        prop: FontProperties,
        ismath: bool | str,  # noqa: ARG002
    ) -> tuple[float, float, float]:
        size, weight = prop.get_size_in_points(), _weight(prop)
        heights = outline(s, weight).vertices[:, 1] * size
        low, high = heights.min(initial=0.0), heights.max(initial=0.0)
        return text_width(s, size, weight), high - low, -low

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool | str = False,  # noqa: ARG002
        mtext: Any = None,  # noqa: ARG002
    ) -> None:
        colour, _ = _paint(gc.get_rgb())
        self.sheet.new_layer()
        size, weight = prop.get_size_in_points(), _weight(prop)
        self.sheet.text(x, y, s, colour=colour or INK, size=size, weight=weight, angle=angle)

    def _add(self, shape: Any, style: Style) -> None:
        kept = shape.codes != Path.STOP
        if style.opacity and kept.any():
            corners = shape.vertices[kept] * [1, -1] + [0, self.sheet.height]
            self.sheet.on_top(corners, shape.codes[kept], style)


def _paint(colour: Any, alpha: float | None = None) -> tuple[str | None, float]:
    """A colour as ``#rrggbb``, and its opacity; 0 where nothing is painted."""
    if colour is None:
        return None, 0.0
    rgba = to_rgba(colour, alpha)
    return to_hex(rgba), rgba[3]


def _weight(prop: FontProperties) -> Weight:
    weight = prop.get_weight()
    number = weight_dict[weight] if isinstance(weight, str) else weight
    return "Semibold" if number >= weight_dict["semibold"] else "Regular"


def _is_within(shape: Any, box: Bbox | None) -> bool:
    if box is None or not len(shape.vertices):
        return True
    around = Bbox.union([shape.get_extents(), box])
    return np.allclose(around.extents, box.extents, atol=1e-3)


def _cut(shape: Any, box: Any) -> tuple[Any, Any]:
    """The parts of a shape's area and of its outline inside a box; curves become short lines."""
    area, line = (
        Path.make_compound_path(*map(Path, shape.to_polygons(closed_only=closed)))
        for closed in (True, False)
    )
    fine: Any = line.cleaned(Affine2D().scale(_FINE), clip=box.extents * _FINE)
    fine.vertices = fine.vertices / _FINE
    return area.clip_to_bbox(box).cleaned(), fine
