"""Lettering, colours, scales, grids and the rewriting of SVG."""

from __future__ import annotations

import itertools
import re

import made_up
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.figures.confusion_matrix import _HALF, SHADES, shade_of
from reportgen.figures.drawing import lettering, style
from reportgen.figures.drawing.compact_svg import compact_svg
from reportgen.figures.drawing.grids import columns_for, grid_for
from reportgen.figures.drawing.scales import Scale, percent_range, tick_texts, ticks_between
from reportgen.figures.drawing.sheet import Sheet
from reportgen.figures.drawing.words import alt_text, brief
from reportgen.resources import templates_dir


def variables(scheme: int) -> dict[str, str]:
    """The colours of a page: 0 for the light ones, 1 for the dark ones."""
    css = (templates_dir() / "screen.css").read_text(encoding="utf-8")
    block = re.findall(r":root \{(.*?)\}", css, re.DOTALL)[scheme]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80), st.floats(10, 300))
def test_shortened_text_fits(text: str, width: float) -> None:
    short = lettering.shortened(text, width, 9.0)
    assert lettering.text_width(short, 9.0) <= width
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_wrapped_text_has_all_words_where_there_is_room() -> None:
    words = "Class number 17 of the collection"
    assert " ".join(lettering.wrapped(words, 60, 9.0, 5)) == words
    lines = lettering.wrapped(words, 60, 9.0, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(lettering.text_width(line, 9.0) <= 60 for line in lines)
    assert lettering.wrapped("", 60, 9.0, 2) == [""]


def test_outlines_are_as_wide_as_said() -> None:
    letters = lettering.outline("Ankle boot 98.6 %")
    assert letters.vertices[:, 0].max() == pytest.approx(letters.width, abs=0.05)
    assert lettering.text_width("Ankle boot 98.6 %", 18) == pytest.approx(18 * letters.width)


def test_signs_that_the_sans_lacks_are_found_elsewhere() -> None:
    assert len(lettering.outline("10⁻⁷").vertices) > len(lettering.outline("10⁷").vertices)
    marked = lettering.outline("\U0010fffd")  # no font has it: its place is marked
    assert (marked.vertices == lettering.outline("\ufffd").vertices).all()


def test_marks_have_contrast_and_differ() -> None:
    colours = [*style.COLOURS.values(), style.MARK]
    assert all(style.contrast(colour, style.PAPER) >= 3 for colour in colours)
    assert all(style.contrast(text, style.PAPER) >= 4.5 for text in (style.INK, style.MUTED))
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)


def test_counts_are_legible_on_every_shade() -> None:
    for scheme, name, share in itertools.product((0, 1), style.COLOURS, SHADES):
        page = variables(scheme)
        part = shade_of(share)
        ground = style.mixed(page["paper"], page[f"{name}-deep"], part)
        ink = page["paper"] if part > _HALF else page["ink"]
        assert style.contrast(ink, ground) >= 4.5, (scheme, name, share)


def test_a_page_has_every_colour_in_the_light_and_in_the_dark() -> None:
    light, dark = variables(0), variables(1)
    for colour, name in style.VARIABLES.items():
        if name not in ("paper", "ink", "muted", "rule"):  # the page's own
            assert light[name] == colour
            assert style.contrast(dark[name], dark["paper"]) >= 3


def test_every_model_has_its_colour() -> None:
    evidence = made_up.make_evidence()
    assert style.model_colour(evidence, "digits") == style.COLOURS["blue"]
    assert style.model_colour(evidence, "fashion") == style.COLOURS["vermilion"]
    models = evidence.record["models"]
    for names in (["letters", "digits", "coins"], ["a", "b", "c", "d"]):
        evidence.record["models"] = dict.fromkeys(names, models["digits"])
        colours = [style.model_colour(evidence, name) for name in names]
        assert len(set(colours)) == len(names)
    assert colours == list(style.COLOURS.values())[:4]


@given(st.floats(0, 1), st.floats(0, 1))
def test_ticks_are_within_and_tell_themselves_apart(one: float, other: float) -> None:
    low, high = percent_range(sorted((one, other)))
    ticks = ticks_between(low, high)
    assert len(ticks) >= 2
    assert low - 1e-9 <= min(ticks) <= max(ticks) <= high + 1e-9
    texts = tick_texts(ticks, as_percent=True)
    assert len(set(texts)) == len(texts)
    assert not any(text[0] in "<>" for text in texts)


def test_a_scale_is_linear() -> None:
    scale = Scale(10, 20, 100, 0)
    assert [scale(value) for value in (10, 15, 20)] == [100, 50, 0]


@pytest.mark.parametrize(
    ("n", "columns"), [(1, 1), (3, 3), (5, 5), (6, 3), (9, 5), (12, 4), (25, 5), (100, 10)]
)
def test_grids_have_few_empty_places(n: int, columns: int) -> None:
    assert columns_for(n) == columns


@pytest.mark.parametrize("n", [1, 25, 99, 400])
@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (64, 64), (64, 3)], ids=str)
def test_images_in_grids_stay_apart(n: int, shape: tuple[int, int]) -> None:
    grid = grid_for(n, shape, side=50, cell_width=60, text_height=12)
    assert grid.columns * grid.rows >= n > grid.columns * (grid.rows - 1)
    assert grid.width <= style.FULL_WIDTH
    assert grid.image_width < grid.cell_width
    assert grid.image_height + 12 < grid.cell_height


def test_svg_paths_are_rewritten_as_steps() -> None:
    svg = (
        '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "x"\n "http://x">\n'
        '<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="80pt" height="40pt">\n'
        " <defs>\n <style>*{}</style>\n </defs>\n"
        ' <path d="M 10 10 \nL 30 10 \nL 30 5 \nL 10 10 \nz\nM 0 0 \nQ 1 2 3 4 \n" '
        'style="fill: none; stroke: #123456"/>\n</svg>\n'
    )
    assert compact_svg(svg, 2, 1) == (
        '<svg width="2pt" height="1pt"><path d="m10 10h20v-5zm-10-10q1 2 3 4" '
        'fill="none" stroke="#123456"/></svg>'
    )


def test_a_later_layer_covers_an_earlier_one() -> None:
    sheet = Sheet(20, 20)
    sheet.rectangle(0, 0, 20, 20, "#111111")
    sheet.new_layer()
    sheet.rectangle(5, 5, 10, 10, "#222222")
    sheet.rectangle(8, 8, 4, 4, "#111111")
    order = [part[-7:] for part in sheet.svg().decode().split('"/>')[:-1]]
    assert order == ["#ffffff", "#111111", "#222222", "#111111"]


def test_text_lies_above_the_shapes_of_its_layer() -> None:
    sheet = Sheet(20, 20)
    sheet.text(1, 10, "8")
    sheet.rectangle(0, 0, 20, 20, "#222222")
    sheet.text(1, 10, "9")
    order = re.findall('fill="(#[0-9a-f]{6})"', sheet.svg().decode())
    assert order == ["#ffffff", "#222222", style.INK]
    assert re.findall(">([0-9])</text>", sheet.live()) == ["8", "9"]


def test_images_come_out_pixel_by_pixel() -> None:
    from io import BytesIO

    from PIL import Image

    sheet = Sheet(10, 10)
    image = np.arange(36, dtype=np.uint8).reshape(6, 6)
    sheet.image(2, 3, image)
    drawn = np.asarray(Image.open(BytesIO(sheet.png())))
    np.testing.assert_array_equal(drawn[6:12, 4:10], image)
    assert (drawn == 255).sum() == 400 - 36


def test_alternative_texts_are_short_enough() -> None:
    assert alt_text("x" * 151, "short") == "short"
    assert len(alt_text("x" * 200)) == 150
    assert brief("a" * 40) == "a" * 23 + "…"
