"""Pictures of the Markdown have a margin."""

from __future__ import annotations

import dataclasses
import io

import numpy as np
from made_up_report import bars_picture, grid_picture, pixel_picture
from PIL import Image

from reportgen.render.line_art import line_art
from reportgen.render.markdown_pictures import with_margin


def test_a_png_is_the_same_within_a_white_margin() -> None:
    picture = grid_picture()
    before, after = (
        np.asarray(Image.open(io.BytesIO(content)))
        for content in (picture.content, with_margin(picture))
    )
    margin = round(8 * 600 / 230)
    np.testing.assert_array_equal(after[margin:-margin, margin:-margin], before)
    assert (after[:margin] == 255).all()
    assert (after[:, -margin:] == 255).all()


def test_an_svg_is_wider_and_stays_line_art() -> None:
    picture = bars_picture()
    before, after = line_art(picture.content), line_art(with_margin(picture))
    assert before is not None
    assert after is not None
    assert after.view == (-8, -8, 246, 116)
    assert (after.width, after.height) == (246 * 4 / 3, 116 * 4 / 3)
    assert after.operators.endswith(before.operators.removeprefix(b"4 M\n"))


def test_another_svg_is_left_alone() -> None:
    picture = dataclasses.replace(bars_picture(), content=b'<svg viewBox="0 0 1 1"/>')
    assert with_margin(picture) == picture.content
    assert with_margin(pixel_picture()) != pixel_picture().content
