"""Matplotlib's own axes on a sheet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pictures import assert_picture_is_sound, bar_chart, bar_sheet

from reportgen.errors import RenderError
from reportgen.figures.drawing.axes import Path, new_figure, sheet_of
from reportgen.figures.drawing.lettering import Weight, outline
from reportgen.figures.drawing.sheet import Sheet
from reportgen.figures.drawing.style import COLOURS, TEXT_SIZE

BLUE = COLOURS["blue"]


def shapes(sheet: Sheet, colour: str | None = None) -> list[np.ndarray]:
    """The corners of every shape, shape (n, 2) each, or of those filled with a colour."""
    return [
        corners[codes != Path.CLOSEPOLY]
        for layer in sheet._layers
        for style, group in layer.items()
        for corners, codes in group
        if colour in (None, style.fill)
    ]


def is_written(sheet: Sheet, text: str, weight: Weight = "Regular") -> bool:
    """Whether the sheet has the outline that the packaged sans gives a text."""
    letters = outline(text, weight)
    expected = letters.vertices[letters.codes != Path.CLOSEPOLY] * [TEXT_SIZE, -TEXT_SIZE]
    return any(
        len(corners) == len(expected)
        and np.allclose(corners - corners[0], expected - expected[0], atol=1e-6)
        for corners in shapes(sheet)
    )


def test_an_ordinary_bar_chart_has_its_texts_in_the_packaged_sans() -> None:
    sheet = bar_sheet()
    for label in ("Coat", "Shirt", "0", "4", "test images"):
        assert is_written(sheet, label), label
    assert is_written(sheet, "Images of each class", "Semibold")
    assert not is_written(sheet, "Images of each class")
    assert not is_written(sheet, "Bag")
    assert len(shapes(sheet, BLUE)) == 3  # two bars, and one in the legend
    assert_picture_is_sound(bar_chart())


def test_names_are_shown_as_they_are() -> None:
    names = ["$x^2$ & <b>", "Ωμέγα", "\u05d0", "\U0010fffd"]
    assert all(is_written(bar_sheet(names), name) for name in names)
    assert_picture_is_sound(bar_chart(names))


def test_threads_draw_the_same() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: bar_chart(), range(12))) == {bar_chart()}


def test_what_is_beyond_the_axes_is_cut() -> None:
    figure = new_figure()
    axes = figure.add_subplot()
    axes.bar([0, 1], [3, 1], edgecolor="#111111")
    axes.plot([0, 1, 1], [-3, 5, np.nan], color="#222222", marker="o")
    axes.set_ylim(0, 2)
    sheet = sheet_of(figure)
    left, bottom, right, top = axes.bbox.extents
    within = [*shapes(sheet, BLUE), *shapes(sheet, "#222222")]
    drawn = np.concatenate(within)
    assert left - 0.01 <= drawn[:, 0].min() <= drawn[:, 0].max() <= right + 0.01
    assert 190 - top - 0.01 <= drawn[:, 1].min() <= drawn[:, 1].max() <= 190 - bottom + 0.01
    tall, low = (corners for corners in shapes(sheet, BLUE) if len(corners) > 3)
    assert np.ptp(tall[:, 1]) == pytest.approx(2 * np.ptp(low[:, 1]))


def test_translucent_shapes_stay_translucent() -> None:
    assert b'opacity="0.5"' in bar_chart(alpha=0.5).content
    assert b"opacity" not in bar_chart().content


def test_what_cannot_be_drawn_is_told() -> None:
    figure = new_figure()
    figure.add_subplot().imshow([[1, 2], [3, 4]])
    with pytest.raises(RenderError, match="pcolormesh"):
        sheet_of(figure)
    with pytest.raises(RenderError, match="nothing in them is hatched"):
        bar_chart(hatch="/")
