"""Small grey images as PNG files, enlarged so that the reader sees each pixel."""

from __future__ import annotations

import base64
import io
import zlib

import numpy as np
from numpy.typing import NDArray

from reportgen.figures.drawing.spec import Cell, Line

FRAME_GREY = 140


def framed(image: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Enlarge each pixel to a square of ``factor`` by ``factor`` pixels, and add a thin frame.

    0 is drawn white and 255 black, so that ink is dark on a light ground.

    Args:
        image: uint8, shape (height, width).
        factor: a whole number of at least 1.

    Returns:
        uint8, shape (height * factor + 2, width * factor + 2).
    """
    enlarged = np.repeat(np.repeat(255 - image, factor, axis=0), factor, axis=1)
    return np.pad(enlarged, 1, constant_values=FRAME_GREY)


def cell_of(
    image: NDArray[np.uint8],
    side: int,
    alt: str,
    above: tuple[Line, ...] = (),
    below: tuple[Line, ...] = (),
) -> Cell:
    """An image for a page, a pixel a pixel, shown as large as fits into a square.

    Args:
        image: uint8, shape (height, width); 0 is shown white and 255 black.
        side: of the square, in pixels of a screen.
        alt: what the image shows, in a few words.
        above, below: lines of text.
    """
    factor = largest_factor(image.shape, side)
    height, width = (n * factor for n in image.shape)
    png = base64.b64encode(png_file(255 - image)).decode()
    return Cell(png, width, height, alt, above, below)


def largest_factor(shape: tuple[int, int], pixels: int) -> int:
    """The largest factor with which no side is longer than ``pixels``; at least 1."""
    return max(1, pixels // max(shape))


def png_file(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG file without metadata: grey if the pixels are, else of at most 96 colours.

    Args:
        pixels: uint8, shape (height, width) or (height, width, 3).
    """
    from PIL import Image

    if pixels.ndim == 3 and (pixels == pixels[:, :, :1]).all():
        pixels = pixels[:, :, 0]
    image = Image.fromarray(pixels)
    file = io.BytesIO()
    if image.mode == "L":
        # Run-length encoding takes a tenth of the time, and the file is no larger.
        image.save(file, "PNG", compress_level=6, compress_type=zlib.Z_RLE)
    else:
        few = image.quantize(96, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(file, "PNG", compress_level=9)
    return file.getvalue()
