"""Drawn pictures, looked into."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from reportgen.figures.spec import FigureSpec, Picture


def pixels(picture: Picture) -> NDArray[np.uint8]:
    """The pixels of a PNG, shape (height, width) if it is grey, else (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(picture.content)))


def named(pictures: tuple[Picture, ...], name: str) -> Picture:
    """The picture of that name."""
    return next(picture for picture in pictures if picture.name == name)


def assert_shows_every_image(picture: Picture, spec: FigureSpec, factor: int) -> None:
    """Each 28 x 28 image of the spec is in the grey picture, enlarged by ``factor``."""
    canvas = pixels(picture)
    assert canvas.ndim == 2
    windows = np.lib.stride_tricks.sliding_window_view(canvas, (28 * factor, 28 * factor))
    corners = windows[:, :, :: 14 * factor, :: 14 * factor].reshape(*windows.shape[:2], -1)
    for image in spec.images.values():
        enlarged = np.kron(255 - image, np.ones((factor, factor), np.uint8))
        probe = enlarged[:: 14 * factor, :: 14 * factor].ravel()
        places = np.argwhere((corners == probe).all(axis=2))
        assert any((windows[row, column] == enlarged).all() for row, column in places)


def assert_is_enlarged(picture: Picture, image: NDArray[np.uint8]) -> None:
    """A picture is this image in a frame, each pixel a square of at least five pixels."""
    drawn = pixels(picture)
    factor = (drawn.shape[0] - 2) // image.shape[0]
    assert factor >= 5
    enlarged = np.kron(255 - image, np.ones((factor, factor), np.uint8))
    np.testing.assert_array_equal(drawn[1:-1, 1:-1], enlarged)
