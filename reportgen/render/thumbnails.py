"""Small pictures for the rows of a table, all in one PNG, each distinct one once."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIDE = 28  # pixels; larger images are scaled down

# An index of a thousand reports, each with another picture, must stay below 1 MB.
_MANY, _GREYS, _FEW_GREYS = 256, 16, 8


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """A grey image and what it shows, in words.

    Attributes:
        pixels: uint8, shape (height, width); 0 is shown white and 255 black.
        alt: its alternative text.
    """

    pixels: NDArray[np.uint8]
    alt: str


@dataclass(frozen=True)
class ThumbnailSheet:
    """All pictures in one file.

    Attributes:
        png: the file; empty if there are no pictures.
        width, height: in pixels.
        places: left and top of each picture, by its pixels' ``key``.
    """

    png: bytes
    width: int
    height: int
    places: dict[bytes, tuple[int, int]]


def key(thumbnail: Thumbnail) -> bytes:
    """The same bytes for thumbnails that look the same."""
    return b"%d " % thumbnail.pixels.shape[-1] + thumbnail.pixels.tobytes()


def make_sheet(thumbnails: Iterable[Thumbnail]) -> ThumbnailSheet:
    """Put pictures, each once, into one almost square PNG of a few greys.

    More than 256 different pictures get 8 greys, fewer get 16.
    """
    distinct = {key(each): each.pixels for each in thumbnails}
    if not distinct:
        return ThumbnailSheet(b"", 0, 0, {})
    n_columns = int(np.ceil(np.sqrt(len(distinct))))
    n_rows = -(-len(distinct) // n_columns)
    sheet = np.zeros((n_rows * SIDE, n_columns * SIDE), np.uint8)
    places = {}
    for number, (name, pixels) in enumerate(distinct.items()):
        top, left = (SIDE * step for step in divmod(number, n_columns))
        sheet[top : top + SIDE, left : left + SIDE] = _fitted(pixels)
        places[name] = (left, top)
    greys = _FEW_GREYS if len(distinct) > _MANY else _GREYS
    return ThumbnailSheet(_png(sheet, greys), sheet.shape[1], sheet.shape[0], places)


def _fitted(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The image in the middle of a square: uint8 (SIDE, SIDE)."""
    from PIL import Image

    if max(pixels.shape) > SIDE:
        scale = SIDE / max(pixels.shape)
        height, width = (max(1, round(scale * side)) for side in pixels.shape)
        small = Image.fromarray(pixels).resize((width, height), Image.Resampling.BOX)
        pixels = np.asarray(small)
    space = [(SIDE - side) // 2 for side in pixels.shape]
    around = [
        (before, SIDE - side - before) for before, side in zip(space, pixels.shape, strict=True)
    ]
    return np.pad(pixels, around)


def _png(pixels: NDArray[np.uint8], greys: int) -> bytes:
    from PIL import Image

    steps = np.rint(pixels / 255 * (greys - 1)).astype(np.uint8)
    image = Image.fromarray(steps).convert("L")
    indexed = Image.frombytes("P", image.size, image.tobytes())
    palette = np.rint(255 - np.arange(greys) * 255 / (greys - 1)).astype(np.uint8)
    indexed.putpalette(np.repeat(palette, 3).tobytes())
    file = io.BytesIO()
    indexed.save(file, "PNG", optimize=True, bits=4)
    return file.getvalue()
