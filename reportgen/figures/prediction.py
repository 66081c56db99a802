"""An image beside the bars of what the model makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.figures.drawing.selected import selected_image
from reportgen.figures.drawing.spec import Drawing, FigureSpec, Picture
from reportgen.figures.drawing.style import FULL_WIDTH
from reportgen.figures.probability_bars import bars_alt, bars_data, bars_table, draw_bars
from reportgen.figures.single_image import draw_image, image_alt

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence

_IMAGE_WIDTH = 85.0
_BETWEEN = 10.0


def plan(evidence: Evidence, selection: str, position: int = 0) -> FigureSpec:
    """An image and the probabilities of its classes."""
    image = selected_image(evidence, selection, position)
    data = bars_data(evidence, selection, position)
    return FigureSpec(
        kind="prediction",
        data={**data, "width": FULL_WIDTH - _IMAGE_WIDTH - _BETWEEN, "side": _IMAGE_WIDTH},
        images={"image": image.pixels},
        alt={"image": image_alt(image), "bars": bars_alt(data)},
        table=bars_table(evidence, selection, position),
    )


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """A PNG, ``image``, and an SVG, ``bars``."""
    return draw_image(spec), draw_bars(spec)


FIGURE = Drawing(plan, draw)
