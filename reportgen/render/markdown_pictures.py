"""A picture for Markdown: on white with a margin, so that labels stand off a dark page's edge."""

from __future__ import annotations

import io
import re

import numpy as np

from reportgen.figures.drawing.pixels import png_file
from reportgen.figures.drawing.spec import Picture

_MARGIN = 8  # points
_HEAD = re.compile(r'width="([0-9.]+)pt" height="([0-9.]+)pt" viewBox="0 0 ([0-9.]+) ([0-9.]+)"')


def with_margin(picture: Picture) -> bytes:
    """The picture's file with a white margin.

    An SVG whose head is not that of our figures is left as it is.
    """
    if picture.media == "image/png":
        return _png_with_margin(picture.content, picture.width)
    return _svg_with_margin(picture.content.decode()).encode()


def _png_with_margin(content: bytes, width: float) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        pixels = np.asarray(image.convert("L" if image.mode == "L" else "RGB"))
    margin = round(_MARGIN * pixels.shape[1] / width)
    sides = ((margin, margin), (margin, margin), (0, 0))[: pixels.ndim]
    return png_file(np.pad(pixels, sides, constant_values=255))


def _svg_with_margin(svg: str) -> str:
    head = _HEAD.search(svg)
    if head is None:
        return svg
    width, height, view_width, view_height = map(float, head.groups())
    margin = _MARGIN * view_width / width
    x, w, h = -margin, view_width + 2 * margin, view_height + 2 * margin
    wider = (
        f'width="{width + 2 * _MARGIN:g}pt" height="{height + 2 * _MARGIN:g}pt" '
        f'viewBox="{x:g} {x:g} {w:g} {h:g}"'
    )
    before, after = svg[: head.start()], svg[head.end() :]
    start, rest = after.split(">", 1)
    ground = f'<path d="M{x:g} {x:g}h{w:g}v{h:g}h{-w:g}z" fill="#ffffff"/>'
    return f"{before}{wider}{start}>{ground}{rest}"
