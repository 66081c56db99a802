"""A page with a table: whole without script, asking nothing, small."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from made_up_table import COLUMNS, made_up_table
from PIL import Image

from reportgen.errors import RenderError
from reportgen.render.table_page import Column, Link, Number, TablePage, render_table_page
from reportgen.render.thumbnails import SIDE, Thumbnail, make_sheet


class _Table(HTMLParser):
    """The texts of the table's cells, row by row, and the page's addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.addresses: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")
            self._inside = True
        self.addresses += [value or "" for name, value in attributes if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data


def read(page: str) -> _Table:
    table = _Table()
    table.feed(page)
    return table


def plain_page(cell: object, kind: str = "text") -> TablePage:
    return TablePage("T", (), "C", [Column("A"), Column("B", kind)], [["row", cell]])  # type: ignore[arg-type,list-item]


def test_every_cell_is_in_the_page_without_script() -> None:
    page = made_up_table(30)
    table = read(render_table_page(page))
    assert table.rows[0] == [column.title for column in COLUMNS]
    assert len(table.rows) == 31
    for row, cells in zip(page.rows, table.rows[1:], strict=True):
        for cell, text in zip(row, cells, strict=True):
            match cell:
                case Number() | Link():
                    assert text == cell.text
                case tuple():
                    assert text.split() == [link.text for link in cell]
                case Thumbnail() | None:
                    assert text == ""
                case _:
                    assert text == cell


def test_the_page_asks_nothing_of_anyone() -> None:
    page = render_table_page(made_up_table(5))
    for address in read(page).addresses:
        assert address.startswith(("data:image/png;base64,", "#", "autumn-term/"))
    assert "http" not in page.replace("http-equiv", "")
    assert "url(" not in page.replace("url(data:font/woff2;base64,", "")


def test_style_and_script_are_allowed_by_their_hashes_alone() -> None:
    page = render_table_page(made_up_table(5))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert page.index(policy[0]) < page.index("<title>")
    for element in ("style", "script"):
        inline = re.findall(rf"<{element}>(.*?)</{element}>", page, flags=re.S)
        assert len(inline) == 1
        digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
        assert f"{element}-src &#39;sha256-{digest}&#39;" in policy[1]
    assert not re.search(r'<[^>]* (style|on\w+)="', page)


@pytest.mark.parametrize(
    "hostile", ["</style><script>alert(1)</script>", '"}body{display:none}/*', "\\", "a\nb"]
)
def test_hostile_text_stays_text(hostile: str) -> None:
    page = TablePage(hostile, [hostile], hostile, [Column("A"), Column(hostile)], [["1", hostile]])
    text = render_table_page(page)
    assert text.count("<script") == text.count("</style") == 1
    assert read(text).rows == [["A", hostile], ["1", hostile]]
    escaped = "".join(c if c.isalnum() or c in " .,-" else f"\\{ord(c):x} " for c in hostile)
    assert text.count(f'content:"{escaped}"}}') == 1


def test_numbers_keep_their_value_for_sorting() -> None:
    page = render_table_page(plain_page(Number(0.9771, "97.7 %"), "number"))
    assert '<data value="0.9771">97.7 %</data>' in page
    assert 'data-sort="number">B</th>' in page


def test_a_missing_value_is_an_empty_cell() -> None:
    assert read(render_table_page(plain_page(None))).rows[1] == ["row", ""]


def test_links_and_pictures_are_not_sorted_by() -> None:
    page = render_table_page(plain_page((Link("a", "b"),), "links"))
    assert page.count("data-sort") - page.count("dataset.sort") <= 1
    assert '<th scope="col">B</th>' in page


def test_a_row_of_another_length_is_named() -> None:
    page = TablePage("T", (), "C", [Column("A")], [["1"], ["1", "2"]])
    with pytest.raises(RenderError, match="row 2 of the table T has 2 cells for 1 columns"):
        render_table_page(page)


def test_the_same_page_has_the_same_bytes() -> None:
    assert render_table_page(made_up_table(20)) == render_table_page(made_up_table(20))


def test_a_thousand_rows_stay_below_a_megabyte() -> None:
    assert len(render_table_page(made_up_table(1000)).encode()) < 1_000_000


@pytest.mark.parametrize("n", [1, 5, 300])
def test_a_sheet_shows_each_picture_at_its_place(n: int) -> None:
    rng = np.random.default_rng(n)
    thumbnails = [Thumbnail(rng.integers(0, 256, (28, 28), np.uint8), "x") for _ in range(n)]
    sheet = make_sheet([*thumbnails, *thumbnails])
    greys = np.asarray(Image.open(io.BytesIO(sheet.png)).convert("L"), dtype=int)
    assert greys.shape == (sheet.height, sheet.width)
    assert len(sheet.places) == n
    for thumbnail, (left, top) in zip(thumbnails, sheet.places.values(), strict=True):
        shown = greys[top : top + SIDE, left : left + SIDE]
        assert np.abs(255 - shown - thumbnail.pixels).max() <= 255 / 14 + 1


@pytest.mark.parametrize("shape", [(64, 64), (1, 1), (28, 3), (64, 2), (20, 24)])
def test_images_of_other_sizes_fit(shape: tuple[int, int]) -> None:
    sheet = make_sheet([Thumbnail(np.full(shape, 255, np.uint8), "x")])
    greys = np.asarray(Image.open(io.BytesIO(sheet.png)).convert("L"))
    assert greys.shape == (SIDE, SIDE)
    assert greys.min() == 0
