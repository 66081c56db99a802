"""Pictures of plain paths, against what WeasyPrint itself draws from the same SVG."""

from __future__ import annotations

import numpy as np
import pypdfium2
import pytest
import weasyprint
from numpy.typing import NDArray

from reportgen.render.formulas.equations import formula_picture
from reportgen.render.line_art import LineArt, line_art

SVG = '<svg width="30pt" height="20pt" viewBox="{view}" xmlns="http://www.w3.org/2000/svg">{body}</svg>'
CURVES = "m100 100q50-80 100 0c20 30-30 40-60 90l-10-20h-30v-15zm60 30l5-5l5 5z"
PICTURES = {
    "filled": SVG.format(view="0 0 300 200", body=f'<path d="{CURVES}" fill="#0072b2"/>'),
    "stroked": SVG.format(
        view="0 0 300 200",
        body=f'<path d="{CURVES}" fill="none" stroke="#d55e00" stroke-width="8"/>',
    ),
    "both, small units": SVG.format(
        view="0 0 12000 8000",
        body='<path d="M900 900L11000 900Q11500 4000 6000 7000Z" fill="#eeeeee" stroke="#000000" '
        'stroke-width="300"/>',
    ),
    "rectangle, shifted view": SVG.format(
        view="-20 -10 300 200",
        body='<rect x="10.5" y="20" width="150" height="60" fill="#1d1c1a"/>',
    ),
    "another shape": SVG.format(
        view="0 0 100 200", body='<path d="M10 10H90V150H10Z" fill="#000000"/>'
    ),
}
OTHERS = {
    "a group": '<g><path d="M0 0L1 1"/></g>',
    "text": "<text>1</text>",
    "an arc": '<path d="M0 0A1 1 0 0 0 2 2"/>',
    "a class": '<path class="a" d="M0 0L1 1"/>',
    "a transform": '<path transform="scale(2)" d="M0 0L1 1"/>',
    "a colour by name": '<path fill="red" d="M0 0L1 1"/>',
    "half a step": '<path d="M0 0L1"/>',
    "an exponent": '<path d="M0 0L1e3 1"/>',
}


@pytest.mark.parametrize("svg", PICTURES.values(), ids=PICTURES.keys())
def test_a_picture_looks_as_weasyprint_draws_it(svg: str) -> None:
    assert line_art(svg.encode()) is not None
    assert _difference(svg.encode()) < 0.002


def test_formulas_are_line_art_and_look_the_same() -> None:
    picture = formula_picture(r"p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}", display=True, size=11.0)
    assert line_art(picture.svg) is not None
    assert _difference(picture.svg) < 0.002


@pytest.mark.parametrize("body", OTHERS.values(), ids=OTHERS.keys())
def test_anything_else_is_left_to_weasyprint(body: str) -> None:
    assert line_art(SVG.format(view="0 0 300 200", body=body).encode()) is None


def test_what_is_no_svg_is_left_to_weasyprint() -> None:
    assert line_art(b"<svg") is None
    assert line_art(b'<svg xmlns="http://www.w3.org/2000/svg"/>') is None


def _difference(svg: bytes) -> float:
    """The mean difference of the pixels, of 0 to 1, between ours and WeasyPrint's drawing."""
    ours = line_art(svg)
    assert ours is not None
    pictures = _drawn(svg, {"report:svg": ours}), _drawn(svg, {})
    assert pictures[1].std() > 0.05  # there is something to see
    return float(np.abs(pictures[0] - pictures[1]).mean())


def _drawn(svg: bytes, cache: dict[str, LineArt]) -> NDArray[np.float64]:
    """The picture on a page of its own size, doubled: float64 (height, width, 3) of 0 to 1."""

    def fetch(url: str) -> weasyprint.urls.URLFetcherResponse:
        return weasyprint.urls.URLFetcherResponse(url, svg, {"Content-Type": "image/svg+xml"})

    page = weasyprint.HTML(
        string="<style>@page { size: 80pt 50pt; margin: 2pt }"
        "img { display: block; width: 70pt; height: 45pt }</style>"
        '<img src="report:svg">',
        url_fetcher=fetch,
    )
    with pypdfium2.PdfDocument(page.write_pdf(cache=cache)) as pdf:
        picture = pdf[0].render(scale=4)  # the array is a view of it, and does not keep it
        return picture.to_numpy() / 255.0
