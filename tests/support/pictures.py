"""Drawn pictures, looked into."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from reportgen.figures.drawing.spec import FigureSpec, Picture

if TYPE_CHECKING:
    from reportgen.figures.drawing.sheet import Sheet


def pixels(picture: Picture) -> NDArray[np.uint8]:
    """The pixels of a PNG, shape (height, width) if it is grey, else (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(picture.content)))


def named(pictures: tuple[Picture, ...], name: str) -> Picture:
    """The picture of that name."""
    return next(picture for picture in pictures if picture.name == name)


def assert_shows_every_image(picture: Picture, spec: FigureSpec, factor: int) -> None:
    """Each 28 x 28 image of the spec is in the grey picture, enlarged by ``factor``.

    And it is in the picture's cells as it is stored.
    """
    stored = [np.asarray(Image.open(io.BytesIO(base64.b64decode(c.png)))) for c in picture.cells]
    for image in spec.images.values():
        assert any(np.array_equal(255 - image, each) for each in stored)
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


def svg_corners(content: bytes) -> np.ndarray:
    """All corners and control points of an SVG's paths, shape (n, 2), in its own units."""
    corners = []
    for data in re.findall(r' d="([^"]*)"', content.decode()):
        x = y = start_x = start_y = 0
        for letter, rest in re.findall(r"([a-z])([^a-z]*)", data):
            numbers = [int(n) for n in re.findall(r"-?\d+", rest)]
            if letter == "z":
                x, y = start_x, start_y
                continue
            if letter in "hv":
                numbers = [numbers[0], 0] if letter == "h" else [0, numbers[0]]
            points = [(x + dx, y + dy) for dx, dy in zip(*[iter(numbers)] * 2, strict=True)]
            corners += points
            x, y = points[-1]
            if letter == "m":
                start_x, start_y = x, y
    return np.array(corners)


def assert_picture_is_sound(picture: Picture) -> None:
    """A picture is complete, fits the page and has no more in its file than shapes."""
    assert 0 < len(picture.alt) <= 150
    assert picture.width <= 355.5
    if picture.media == "image/png":
        image = Image.open(io.BytesIO(picture.content))
        assert image.width / image.height == pytest.approx(picture.width / picture.height, 0.01)
        assert image.width >= 1.9 * picture.width
        assert not image.info
        if picture.name in {"grid", "images"}:
            assert (np.asarray(image)[:, [0, -1]] == 255).all(), "something is cut off"
    else:
        root = ElementTree.fromstring(picture.content)
        assert root.attrib["width"] == f"{picture.width:g}pt"
        assert {element.tag.rpartition("}")[2] for element in root.iter()} == {"svg", "path"}
        assert re.findall(rb"https?:[^\"]*", picture.content) == [b"http://www.w3.org/2000/svg"]
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        corners = svg_corners(picture.content)
        assert corners.min() >= 0
        assert (corners.max(axis=0) <= (width, height)).all()
    for live, width, least in ((picture.wide, 592, 13.9), (picture.narrow, 280, 12.0)):
        if live:
            assert_live_picture_is_sound(live, width, least)
    for cell in picture.cells:
        stored = Image.open(io.BytesIO(base64.b64decode(cell.png)))
        assert cell.width % stored.width == 0
        assert cell.width / stored.width == cell.height / stored.height or stored.height == 1
        assert cell.alt


def assert_live_picture_is_sound(svg: str, most: int, least: float) -> None:
    """An SVG element is no wider than allowed; its text is within it and large enough.

    Args:
        svg: the element.
        most: the width that it may have, in pixels.
        least: the size that its smallest text may have, in pixels.
    """
    from reportgen.figures.drawing.lettering import text_width

    root = ElementTree.fromstring(svg)
    assert {element.tag for element in root.iter()} == {"svg", "path", "text"}
    assert int(root.attrib["width"]) <= most
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    corners = svg_corners(svg.encode())
    assert corners.min() >= 0
    assert (corners.max(axis=0) <= (width, height)).all()
    scale = int(root.attrib["width"]) / width
    for text in root.iter("text"):
        size = float(text.attrib.get("font-size", 360))
        assert size * scale >= least, text.text
        if "transform" in text.attrib:
            continue
        weight: Any = "Semibold" if "font-weight" in text.attrib else "Regular"
        room = text_width(text.text or "", size, weight)
        align = text.attrib.get("text-anchor", "start")
        left = float(text.attrib["x"]) - room * {"start": 0, "middle": 0.5, "end": 1}[align]
        assert left >= -60, text.text
        assert left + room <= width + 60, text.text
        assert 0 <= float(text.attrib["y"]) <= height


def bar_chart(names: Sequence[str] = ("Coat", "Shirt"), **options: Any) -> Picture:
    """An ordinary bar chart of Matplotlib, with a title, tick labels and a legend."""
    return bar_sheet(names, **options).picture("bars", {"bars": "Bar chart"})


def bar_sheet(names: Sequence[str] = ("Coat", "Shirt"), **options: Any) -> Sheet:
    """The sheet of ``bar_chart``."""
    from reportgen.figures.drawing.axes import new_figure, sheet_of

    figure = new_figure()
    axes = figure.add_subplot()
    axes.bar(names, range(3, 3 + len(names)), label="test images", **options)
    axes.set_title("Images of each class")
    axes.legend()
    return sheet_of(figure)
