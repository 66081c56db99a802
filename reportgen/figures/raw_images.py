"""Training images as they are stored: whole grey values, with the scale from 0 to 255."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen.figures.drawing.grids import Grid, grid_for
from reportgen.figures.drawing.pixels import cell_of, framed
from reportgen.figures.drawing.selected import SelectedImage, selected_images
from reportgen.figures.drawing.spec import Cell, DataTable, Drawing, FigureSpec, Line, Picture
from reportgen.figures.drawing.style import (
    FULL_WIDTH,
    INK,
    LINE_HEIGHT,
    MUTED,
    SHEET_PIXELS_PER_POINT,
    TEXT_SIZE,
)
from reportgen.figures.drawing.words import alt_text, brief
from reportgen.formatting import count

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence
    from reportgen.figures.drawing.sheet import Sheet

_MARGIN = 8.0
_SIDE = 90.0
_SHOWN_SIDE = 140  # pixels of a screen
_HEAD = 2 * LINE_HEIGHT + 2
_AXIS = 13.0
_SCALE_WIDTH = 52.0
_TICKS = (0, 64, 128, 192, 255)


def plan(evidence: Evidence, selection: str) -> FigureSpec:
    """The images of a selection with their grey values' scale."""
    images = selected_images(evidence, selection)
    heads = [[f"{i.part} image {i.index}", i.label_name] for i in images]
    return FigureSpec(
        kind="raw_images",
        data={"heads": heads},
        images={f"{n:03d}": image.pixels for n, image in enumerate(images)},
        alt={"images": _alt(images)},
        table=_table(images),
    )


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """One PNG, ``images``."""
    from reportgen.figures.drawing.sheet import Sheet

    heads = spec.data["heads"]
    images = [spec.images[f"{n:03d}"] for n in range(len(heads))]
    grid = grid_for(
        len(heads),
        images[0].shape,
        side=_SIDE,
        cell_width=(FULL_WIDTH - _SCALE_WIDTH - _MARGIN) / min(3, len(heads)),
        text_height=_HEAD + _AXIS,
    )
    sheet = Sheet(_MARGIN + grid.width + _SCALE_WIDTH, grid.height)
    for n, (image, head) in enumerate(zip(images, heads, strict=True)):
        _draw_image(sheet, grid, n, image, head)
    _draw_scale(sheet, _MARGIN + grid.width + 4, _HEAD, grid.image_height)
    cells = (*map(_cell, images, heads), _scale_cell())
    return (replace(sheet.picture("images", spec.alt, "image/png"), cells=cells),)


FIGURE = Drawing(plan, draw)


def _cell(image: Any, head: list[str]) -> Cell:
    number, name = head
    last_column = str(image.shape[1] - 1)
    return cell_of(
        image,
        _SHOWN_SIDE,
        number,
        above=(Line(name, "strong"), Line(number, "muted")),
        below=(Line("column 0", "muted", last_column),),
    )


def _scale_cell() -> Cell:
    """The greys from 0 to 255, a pixel each."""
    greys = np.arange(256, dtype=np.uint8)[np.newaxis]
    words = "from 0 (white) to 255 (black)"
    ends = Line("0", "muted", "255")
    scale = cell_of(greys, 256, words, above=(Line("pixel value", "muted"),), below=(ends,))
    return scale._replace(height=14)


def _draw_image(sheet: Sheet, grid: Grid, n: int, image: Any, head: list[str]) -> None:
    from reportgen.figures.drawing.lettering import shortened

    middle, top = grid.middle_and_top(n)
    middle += _MARGIN
    room = grid.cell_width - 4
    sheet.text(
        middle, top + 9, shortened(head[1], room, TEXT_SIZE), align="center", weight="Semibold"
    )
    name = shortened(head[0], room, TEXT_SIZE)
    sheet.text(middle, top + 9 + LINE_HEIGHT, name, align="center", colour=MUTED)
    left, top = middle - grid.image_width / 2, top + _HEAD
    sheet.image(left, top, framed(image, grid.factor))
    height, width = image.shape
    pixel = grid.factor / SHEET_PIXELS_PER_POINT
    below = top + grid.image_height + 9
    sheet.text(left + pixel / 2, below, "0", align="center", colour=MUTED)
    right = left + grid.image_width - pixel / 2
    sheet.text(right, below, str(width - 1), align="center", colour=MUTED)
    sheet.text(left - 3, top + 7, "0", align="right", colour=MUTED)
    bottom = top + grid.image_height - 1
    sheet.text(left - 3, bottom, str(height - 1), align="right", colour=MUTED)


def _draw_scale(sheet: Sheet, left: float, top: float, height: float) -> None:
    n_pixels = round(height * SHEET_PIXELS_PER_POINT) - 2
    values = np.linspace(255, 0, n_pixels).round().astype(np.uint8)
    column = np.repeat(values[:, np.newaxis], 27, axis=1)
    sheet.image(left, top, framed(column, 1))
    for value in _TICKS:
        y = top + height * (1 - value / 255)
        sheet.line([(left + 10, y), (left + 13, y)], INK)
        sheet.text(left + 15, y + 3.2, str(value))
    sheet.text(left, top - 5, "pixel value", colour=MUTED)


def _table(images: list[SelectedImage]) -> DataTable:
    header = ("image", "class", "label", "shape", "smallest", "largest", "mean")
    rows = [
        (
            f"{image.part} {image.index}",
            image.label_name,
            str(image.record["label"]),
            " × ".join(map(str, image.pixels.shape)),
            str(image.pixels.min()),
            str(image.pixels.max()),
            f"{image.pixels.mean():.1f}",
        )
        for image in images
    ]
    return DataTable(header, tuple(rows))


def _alt(images: list[SelectedImage]) -> str:
    height, width = images[0].pixels.shape
    names = [f"{i.index} {brief(i.label_name)}" for i in images]
    low = min(int(image.pixels.min()) for image in images)
    high = max(int(image.pixels.max()) for image in images)
    one = f"raw {images[0].part} image"
    shown = one.capitalize() if len(images) == 1 else f"{count(len(images))} {one}s"
    start = f"{shown}, {height} by {width} pixels"
    values = f"with grey values from {low} to {high}"
    return alt_text(f"{start}: {', '.join(names)}, {values}.", f"{start}, {values}.")
