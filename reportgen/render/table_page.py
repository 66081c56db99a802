"""A page with one large table that a reader searches and sorts, in one file.

Without script the page is complete, except for search and sorting.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from reportgen.errors import RenderError
from reportgen.render.fonts import web_font_rules
from reportgen.render.layouts import fill_layout, style_or_script, with_head
from reportgen.render.thumbnails import SIDE, Thumbnail, ThumbnailSheet, key, make_sheet

_SANS, _SERIF = ("Report Sans", "Report Symbols"), ("Report Serif",)
_GENERATED_MARKS = "↑↓–·"  # what the style sheet and the script write
_WIDE = "@media print, (min-width: 40.01rem) {"
_NARROW = "@media screen and (max-width: 40rem) {"  # as in table.css
_MOST_UNBROKEN = 24  # characters of a text that stays on one line


@dataclass(frozen=True)
class Number:
    """A number: the value to sort by, and the text to show."""

    value: float
    text: str


@dataclass(frozen=True)
class Link:
    """A text that leads to an address, relative to the page."""

    text: str
    address: str


Cell = str | Number | Link | Thumbnail | tuple[Link, ...] | None
"""What a cell can hold; None where there is no value."""


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Attributes:
        title: its heading.
        kind: how it is sorted and typeset. Columns of links or pictures cannot be sorted. A
            text column may hold single links, which are sorted by their text.
    """

    title: str
    kind: Literal["text", "number", "links", "picture"] = "text"


@dataclass(frozen=True)
class TablePage:
    """What a page with one table says.

    Attributes:
        title: of the page.
        introduction: paragraphs before the table.
        caption: of the table.
        columns: from left to right.
        rows: a cell for each column.
        row_heading: the number of the column that names its row.
        over_title: a short line above the title, such as the course.
        shared: names and values of what is the same in all rows.
        noun: what a row is called, singular and plural.
        notices: what a reader must know first.
        notes: paragraphs at the page's foot.
        generator: the program that made the page, by which it knows its own pages.
    """

    title: str
    introduction: Sequence[str]
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    row_heading: int = 0
    over_title: str | None = None
    shared: Sequence[tuple[str, str]] = ()
    noun: tuple[str, str] = ("row", "rows")
    notices: Sequence[str] = ()
    notes: Sequence[str] = ()
    generator: str = "reportgen"


def render_table_page(page: TablePage) -> str:
    """The page as one self-contained HTML file.

    Raises:
        RenderError: a row has another number of cells than there are columns.
    """
    for number, row in enumerate(page.rows, start=1):
        if len(row) != len(page.columns):
            raise RenderError(
                f"row {number} of the table {page.title} has {len(row)} cells "
                f"for {len(page.columns)} columns."
            )
    sheet = make_sheet(cell for row in page.rows for cell in row if isinstance(cell, Thumbnail))
    script = style_or_script("table.js")
    body = fill_layout(
        "table.html.j2",
        page=page,
        rows=[[_cell(cell, sheet) for cell in row] for row in page.rows],
        count=f"{len(page.rows):,} {page.noun[len(page.rows) != 1]}",
        pictures=_pictures(sheet),
        script=Markup(script),  # noqa: S704
    )
    style = (
        web_font_rules(body + _GENERATED_MARKS, italic=False, families=_SANS)
        + web_font_rules(page.title + "".join(page.introduction), italic=False, families=_SERIF)
        + style_or_script("screen.css")
        + style_or_script("table.css")
        + _column_rules(page)
    )
    return with_head(body, "table_head.html.j2", style, script, page=page)


def _cell(cell: Cell, sheet: ThumbnailSheet) -> Markup:
    match cell:
        case None:
            return Markup("")
        case Number(value, text):
            return Markup('<data value="{}">{}</data>').format(repr(value), text)
        case Link(text, address):
            return Markup('<a href="{}">{}</a>').format(address, text)
        case Thumbnail():
            left, top = sheet.places[key(cell)]
            return Markup(
                '<svg role="img" aria-label="{}" viewBox="{} {} {} {}">'
                '<use href="#pictures"/></svg>'
            ).format(cell.alt, left, top, SIDE, SIDE)
        case tuple():
            return Markup(" ").join(_cell(link, sheet) for link in cell)
        case _:
            return Markup.escape(cell)


def _pictures(sheet: ThumbnailSheet) -> Markup | None:
    if not sheet.png:
        return None
    return Markup(
        '<image id="pictures" href="data:image/png;base64,{}" width="{}" height="{}"/>'
    ).format(base64.b64encode(sheet.png).decode(), sheet.width, sheet.height)


def _column_rules(page: TablePage) -> str:
    """CSS for each column, and its heading where a narrow screen shows rows as cards.

    Rules by column number save an attribute in every cell.
    """
    wide, narrow = [], []
    for number, column in enumerate(page.columns, start=1):
        place = f".rows tr > :nth-child({number})"
        if column.kind == "number":
            wide.append(f"{place}{{text-align:right}}")
        if column.kind != "text" or _is_short(row[number - 1] for row in page.rows):
            wide.append(f"{place}{{white-space:nowrap}}")
        if number - 1 != page.row_heading and column.kind != "picture":
            place = f".rows tbody tr > :nth-child({number})"
            narrow.append(f'{place}::before{{content:"{_css(column.title)}"}}')
    return "\n".join([_WIDE, *wide, "}", _NARROW, *narrow, "}", ""])


def _is_short(cells: Iterable[Cell]) -> bool:
    texts = (cell.text if isinstance(cell, Link) else cell for cell in cells)
    return all(len(text) <= _MOST_UNBROKEN for text in texts if isinstance(text, str))


def _css(text: str) -> str:
    """A text escaped for a CSS string, so that it ends neither the string nor the style."""
    return re.sub(r"[^\w .,-]", lambda found: f"\\{ord(found[0]):x} ", text)
