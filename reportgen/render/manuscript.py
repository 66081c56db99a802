"""What every format is written from, and its check: pictures, anchors, references."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from reportgen.answers.document import Block, Figure, Inline, Reference, Report, Table
from reportgen.errors import RenderError
from reportgen.figures.drawing.spec import DataTable, Picture

Pictures = Mapping[str, tuple[Picture, ...]]
_KINDS = {"figures": "figure", "tables": "table", "questions": "question"}


@dataclass(frozen=True)
class Interactive:
    """A part of the page that runs in the reader's browser.

    Attributes:
        markup: HTML after the questions; it is complete without the script.
        script: plain JavaScript, put inline and allowed by its hash.
        style: CSS that follows the page's own.
    """

    markup: Markup
    script: Markup
    style: str = ""


@dataclass(frozen=True, eq=False)
class Manuscript:
    """What the files of a format are written from.

    Attributes:
        report: the document.
        pictures: the drawn pictures of every figure, by the figure's id.
        pad: the section in which a reader draws, or None.
        attachments: the files that the report was made from, by name; a PDF has them attached.
        epoch: seconds since 1970 that a printed format is dated with; None for no date.
    """

    report: Report
    pictures: Pictures
    pad: Interactive | None = None
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    epoch: int | None = None


def anchor(reference: Reference) -> str:
    """The anchor that a reference leads to: ``figure-<id>``, ``table-<id>``, ``question-<id>``."""
    kind = reference.path.split(".")[2] if reference.path.count(".") > 2 else ""
    return f"{_KINDS.get(kind, kind)}-{reference.target}"


def inline_of(report: Report, number: int) -> Inline:
    """The inline element that a mark names by its number.

    Raises:
        RenderError: there is none.
    """
    if number >= len(report.inlines):
        raise RenderError(f"a mark names the inline element {number}, which does not exist.")
    return report.inlines[number]


def block_of(report: Report, number: int) -> Block:
    """The block that a mark names by its number.

    Raises:
        RenderError: there is none.
    """
    if number >= len(report.blocks):
        raise RenderError(f"a mark names the block {number}, which does not exist.")
    return report.blocks[number]


def check_report(report: Report, pictures: Pictures) -> None:
    """Refuse a report with missing pictures, an anchor used twice, or dead references.

    Raises:
        RenderError: naming the first fault.
    """
    for figure in (block for block in report.blocks if isinstance(block, Figure)):
        _check_pictures(figure.id, pictures.get(figure.id, ()))
    anchors = _anchors(report)
    for inline in report.inlines:
        if isinstance(inline, Reference) and anchor(inline) not in anchors:
            raise RenderError(
                f"a reference leads to {inline.target!r}, which is no figure, table or question."
            )


def _check_pictures(figure_id: str, pictures: tuple[Picture, ...]) -> None:
    if not pictures:
        raise RenderError(f"figure {figure_id} has no picture.")
    for picture in pictures:
        if not picture.alt.strip():
            raise RenderError(
                f"picture {picture.name} of figure {figure_id} has no alternative text."
            )


def _anchors(report: Report) -> set[str]:
    """Every anchor of the report; two elements with one name are a fault."""
    names = [f"question-{question.id}" for question in report.questions]
    for block in report.blocks:
        match block:
            case Figure():
                names.append(f"figure-{block.id}")
            case Table():
                names.append(f"table-{block.id}")
    for name in names:
        if names.count(name) > 1:
            raise RenderError(f"two elements of the report are called {name}.")
    return set(names)


def table_as_csv(table: DataTable) -> bytes:
    """The numbers behind a figure as CSV (RFC 4180), in UTF-8."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows([table.header, *table.rows])
    return stream.getvalue().encode()
