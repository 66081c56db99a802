"""One image in grey, its pixels seen as pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.figures.drawing.pixels import cell_of, framed, largest_factor, png_file
from reportgen.figures.drawing.selected import SelectedImage, selected_image
from reportgen.figures.drawing.spec import DataTable, Drawing, FigureSpec, Picture
from reportgen.figures.drawing.style import PIXELS_PER_POINT
from reportgen.figures.drawing.words import alt_text, brief

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence

_SIDE = 135.0
_PIXELS_PER_POINT = 2


def plan(evidence: Evidence, selection: str, position: int = 0) -> FigureSpec:
    """One image of a selection."""
    image = selected_image(evidence, selection, position)
    header = ("part", "index", "class", "label")
    row = (image.part, str(image.index), image.label_name, str(image.record["label"]))
    return FigureSpec(
        kind="single_image",
        data={"side": _SIDE},
        images={"image": image.pixels},
        alt={"image": image_alt(image)},
        table=DataTable(header, (row,), row_header=2),
    )


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """One PNG, ``image``."""
    return (draw_image(spec),)


FIGURE = Drawing(plan, draw)


def image_alt(image: SelectedImage) -> str:
    """Alternative text: kind, size, number and class."""
    height, width = image.pixels.shape
    start = f"Greyscale {image.part} image {image.index}, {height} by {width} pixels"
    return alt_text(f"{start}, labelled {brief(image.label_name, 60)}.")


def draw_image(spec: FigureSpec) -> Picture:
    """Draw the image of a spec; ``data["side"]`` is its longer side in points."""
    image, side = spec.images["image"], spec.data["side"]
    factor = largest_factor(image.shape, round(side * _PIXELS_PER_POINT))
    pixels = framed(image, factor)
    height, width = (n / _PIXELS_PER_POINT for n in pixels.shape)
    alt = spec.alt["image"]
    alone = cell_of(image, round(side * PIXELS_PER_POINT), alt)
    return Picture("image", "image/png", png_file(pixels), width, height, alt, cells=(alone,))
