"""Many images with their labels."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reportgen.figures.drawing.grids import grid_for
from reportgen.figures.drawing.pixels import cell_of, framed
from reportgen.figures.drawing.selected import SelectedImage, selected_images
from reportgen.figures.drawing.spec import DataTable, Drawing, FigureSpec, Line, Picture
from reportgen.figures.drawing.style import LINE_HEIGHT, TEXT_SIZE
from reportgen.figures.drawing.words import alt_text
from reportgen.formatting import count

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence

_SIDE = 50.0
_CELL = 60.0
_SHOWN_SIDE = 84  # pixels of a screen


def plan(evidence: Evidence, selection: str) -> FigureSpec:
    """All images of a selection, each with the name of its class."""
    images = selected_images(evidence, selection)
    rows = [(i.part, str(i.index), i.label_name, str(i.record["label"])) for i in images]
    return FigureSpec(
        kind="image_grid",
        data={"labels": [image.label_name for image in images]},
        images={f"{n:03d}": image.pixels for n, image in enumerate(images)},
        alt={"grid": _alt(images)},
        table=DataTable(("part", "index", "class", "label"), tuple(rows), row_header=2),
    )


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """One PNG, ``grid``."""
    from reportgen.figures.drawing.lettering import wrapped
    from reportgen.figures.drawing.sheet import Sheet

    labels = spec.data["labels"]
    images = [spec.images[f"{n:03d}"] for n in range(len(labels))]
    most = max(len(wrapped(label, _CELL - 4, TEXT_SIZE, 2)) for label in labels)
    n_lines = most if len(labels) <= 30 else 1
    grid = grid_for(
        len(labels),
        images[0].shape,
        side=_SIDE,
        cell_width=_CELL,
        text_height=n_lines * LINE_HEIGHT,
    )
    sheet = Sheet(grid.width, grid.height)
    for n, (image, label) in enumerate(zip(images, labels, strict=True)):
        middle, top = grid.middle_and_top(n)
        sheet.image(middle - grid.image_width / 2, top, framed(image, grid.factor))
        lines = wrapped(label, grid.cell_width - 4, TEXT_SIZE, n_lines)
        for k, line in enumerate(lines):
            y = top + grid.image_height + 10 + k * LINE_HEIGHT
            sheet.text(middle, y, line, align="center")
    cells = tuple(
        cell_of(image, _SHOWN_SIDE, label, below=(Line(label),))
        for image, label in zip(images, labels, strict=True)
    )
    return (replace(sheet.picture("grid", spec.alt, "image/png"), cells=cells),)


FIGURE = Drawing(plan, draw)


def _alt(images: list[SelectedImage]) -> str:
    names = [image.label_name for image in images]
    part = images[0].part
    height, width = images[0].pixels.shape
    n_classes = len(set(names))
    start = f"Grid of {count(len(images))} greyscale {part} images, {height} by {width} pixels"
    if len(images) == 1:
        return alt_text(
            f"Greyscale {part} image of {height} by {width} pixels, labelled {names[0]}."
        )
    classes = f"{n_classes} classes" if n_classes > 1 else "one class"
    return alt_text(
        f"{start}, labelled {', '.join(names)}.",
        f"{start}, each with its label, of {classes}.",
    )
