"""Predicted images in a grid: what the model says, how sure it is, and what is true."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reportgen.figures.drawing.grids import grid_for
from reportgen.figures.drawing.pixels import cell_of, framed
from reportgen.figures.drawing.selected import one_line, prediction_of, selected_images
from reportgen.figures.drawing.spec import Cell, DataTable, Drawing, FigureSpec, Line, Picture
from reportgen.figures.drawing.style import INK, LINE_HEIGHT, MUTED, TEXT_SIZE
from reportgen.figures.drawing.words import alt_text, brief
from reportgen.formatting import count, percent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reportgen.evidence.record import Evidence
    from reportgen.figures.drawing.sheet import Sheet

_SIDE = 56.0
_CELL = 71.0
_SHOWN_SIDE = 84  # pixels of a screen


def plan(evidence: Evidence, selection: str) -> FigureSpec:
    """All predicted images of a selection, marked as right or wrong."""
    images = selected_images(evidence, selection)
    cells = []
    for position, image in enumerate(images):
        _, prediction = prediction_of(evidence, selection, position)
        cells.append(
            {
                "index": image.index,
                "predicted": one_line(image.class_names[prediction["argmax"]]),
                "percent": percent(prediction["probabilities"][prediction["argmax"]]),
                "true": image.label_name,
                "match": bool(prediction["match"]),
            }
        )
    return FigureSpec(
        kind="mistakes",
        data={"cells": cells},
        images={f"{n:03d}": image.pixels for n, image in enumerate(images)},
        alt={"grid": _alt(cells)},
        table=_table(cells),
    )


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """One PNG, ``grid``."""
    from reportgen.figures.drawing.sheet import Sheet

    cells = spec.data["cells"]
    images = [spec.images[f"{n:03d}"] for n in range(len(cells))]
    grid = grid_for(
        len(cells),
        images[0].shape,
        side=_SIDE,
        cell_width=_CELL,
        text_height=3 * LINE_HEIGHT,
    )
    sheet = Sheet(grid.width, grid.height)
    for n, (image, cell) in enumerate(zip(images, cells, strict=True)):
        middle, top = grid.middle_and_top(n)
        sheet.image(middle - grid.image_width / 2, top, framed(image, grid.factor))
        _write(sheet, cell, middle, top + grid.image_height + 10, grid.cell_width - 3)
    shown = tuple(map(_cell, images, cells))
    return (replace(sheet.picture("grid", spec.alt, "image/png"), cells=shown),)


FIGURE = Drawing(plan, draw)


def _cell(image: NDArray[np.uint8], about: dict[str, Any]) -> Cell:
    verdict = "✓ right" if about["match"] else "✗ wrong"
    lines = (
        Line(about["predicted"], "strong"),
        Line(f"{verdict}, {about['percent']}"),
        Line(f"true: {about['true']}", "muted"),
    )
    return cell_of(image, _SHOWN_SIDE, f"image {about['index']}", below=lines)


def _write(sheet: Sheet, cell: dict[str, Any], middle: float, y: float, width: float) -> None:
    from reportgen.figures.drawing.lettering import shortened, text_width

    name = shortened(cell["predicted"], width, TEXT_SIZE, "Semibold")
    sheet.text(middle, y, name, align="center", weight="Semibold")
    verdict = "right" if cell["match"] else "wrong"
    words = f"{verdict}, {cell['percent']}"
    mark = "check" if cell["match"] else "cross"
    left = middle - (text_width(words, TEXT_SIZE) + 9) / 2
    sheet.marker(left + 3, y + LINE_HEIGHT - 3, mark, INK, size=2.6)
    sheet.text(left + 9, y + LINE_HEIGHT, words)
    truth = shortened(f"true: {cell['true']}", width, TEXT_SIZE)
    sheet.text(middle, y + 2 * LINE_HEIGHT, truth, align="center", colour=MUTED)


def _table(cells: list[dict[str, Any]]) -> DataTable:
    rows = [
        (
            str(cell["index"]),
            cell["predicted"],
            cell["percent"],
            cell["true"],
            "right" if cell["match"] else "wrong",
        )
        for cell in cells
    ]
    return DataTable(("image", "predicted", "probability", "true", "result"), tuple(rows))


def _alt(cells: list[dict[str, Any]]) -> str:
    wrong = [cell for cell in cells if not cell["match"]]
    start = f"Grid of {count(len(cells))} predicted images with class, percent and true class"
    if len(cells) == 1:
        start = "Predicted image with class, percent and true class"
    if not wrong:
        return alt_text(f"{start}: all right.")
    first = wrong[0]
    example = f"{brief(first['true'], 16)} taken for {brief(first['predicted'], 16)}"
    return alt_text(
        f"{start}: {count(len(wrong))} wrong, such as {example}.",
        f"{start}: {count(len(wrong))} wrong.",
    )
