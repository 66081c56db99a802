"""Lay images out in rows and columns: how many fit, and how large they are."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reportgen.figures.drawing.pixels import largest_factor
from reportgen.figures.drawing.style import FULL_WIDTH, SHEET_PIXELS_PER_POINT

_LEAST_GAP = 4.0


@dataclass(frozen=True)
class Grid:
    """Equal cells, each an image with lines of text below it; lengths in points.

    Attributes:
        columns, rows: the numbers of columns and rows.
        factor: how many pixels of the PNG a pixel of the image has on a side.
        image_width, image_height: of the enlarged image with its frame.
        cell_width, cell_height: from one cell to the next.
    """

    columns: int
    rows: int
    factor: int
    image_width: float
    image_height: float
    cell_width: float
    cell_height: float

    @property
    def width(self) -> float:
        """The width of the grid."""
        return self.columns * self.cell_width

    @property
    def height(self) -> float:
        """The height of the grid."""
        return self.rows * self.cell_height

    def middle_and_top(self, n: int) -> tuple[float, float]:
        """The middle and the upper edge of cell ``n``, counted row by row."""
        column, row = n % self.columns, n // self.columns
        return (column + 0.5) * self.cell_width, row * self.cell_height


def columns_for(n: int) -> int:
    """A number of columns that leaves few places empty: two rows up to 10, 4 for 12, 5 for 25."""
    if n <= 10:
        return n if n <= 5 else math.ceil(n / 2)
    root = math.sqrt(n)
    choices = range(max(3, math.floor(root)), math.ceil(root) + 3)
    return min(choices, key=lambda columns: (-n % columns, abs(columns - root - 0.5)))


def grid_for(
    n: int, shape: tuple[int, int], *, side: float, cell_width: float, text_height: float
) -> Grid:
    """Cells for ``n`` images of one shape; many images get smaller ones.

    Args:
        n: the number of images.
        shape: (height, width) of an image in its own pixels.
        side: the longest side of an enlarged image, in points.
        cell_width: the widest that a cell may be, in points.
        text_height: the space for text below each image, in points.
    """
    smallest = (max(shape) + 2) / SHEET_PIXELS_PER_POINT + _LEAST_GAP
    columns = min(columns_for(n), int(FULL_WIDTH // smallest))
    cell_width = min(cell_width, math.floor(FULL_WIDTH / columns * 8) / 8)
    gap = max(_LEAST_GAP, min(10.0, cell_width / 5))
    allowed = min(side, cell_width - gap)
    factor = largest_factor(shape, int(allowed * SHEET_PIXELS_PER_POINT))
    height, width = ((pixels * factor + 2) / SHEET_PIXELS_PER_POINT for pixels in shape)
    cell_height = height + text_height + gap
    return Grid(columns, math.ceil(n / columns), factor, width, height, cell_width, cell_height)
