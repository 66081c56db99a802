"""The report on paper: one PDF that is PDF/A-3a and PDF/UA-1, the same bytes every time."""

from __future__ import annotations

import base64
import datetime
import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from markupsafe import Markup

from reportgen.answers.document import Figure, Passage, Report, Scalar, mores
from reportgen.errors import RenderError
from reportgen.figures.drawing.spec import Cell, Picture
from reportgen.figures.drawing.style import PIXELS_PER_POINT, TEXT_SIZE
from reportgen.render.elements import HtmlElements
from reportgen.render.formulas.equations import formula_picture
from reportgen.render.formulas.text import plain_formula
from reportgen.render.layouts import fill_layout
from reportgen.render.manuscript import Manuscript, Pictures, table_as_csv
from reportgen.render.page import page_context
from reportgen.render.pdf_parts import FORMULA, SCHEME, Enclosure, Resource
from reportgen.report_folder import BUILD_WITHOUT_PRINT

_FORMULA_SIZE = 10.75  # points, at which formulas are drawn; they are as large as the text
_FIGURE_WIDTH = 374.0  # points: the column
_FIGURE_HEIGHT = 272.0  # points: a third of the height of A4
_LEAST_SCALE = 8 / TEXT_SIZE  # no text of a figure is smaller than 8 points
_TIGHT = 0.48  # points to a pixel of an image in a tight grid, so that seven stand in a row
_GAP = 8.0
_RUNNING_LENGTH = 70
_MEDIA = {
    ".json": "application/json",
    ".md": "text/markdown",
    ".npz": "application/zip",
    ".toml": "application/toml",
}
_LIST_START = re.compile(r'<ol start="([0-9]{1,9})">')
_DESCRIPTIONS = {
    "evidence.json": "Everything that was measured",
    "evidence.npz": "The pixels and weights that belong to the evidence",
    "manifest.json": "The files of the report's folder, with their hashes",
}
_LINK = re.compile(r'<a href="((?:https?://|mailto:)[^"]*)">(.*?)</a>', re.DOTALL)


def write(manuscript: Manuscript) -> tuple[bytes, dict[str, bytes]]:
    """The PDF, and no file beside it."""
    pdf = render_pdf(
        manuscript.report,
        manuscript.pictures,
        attachments=manuscript.attachments,
        epoch=manuscript.epoch,
    )
    return pdf, {}


def render_pdf(
    report: Report,
    pictures: Pictures,
    *,
    attachments: Mapping[str, bytes],
    epoch: int | None,
) -> bytes:
    """The report as a PDF for A4 or US Letter.

    Args:
        report: the document.
        pictures: the drawn pictures of every figure, by the figure's id.
        attachments: ``{name: bytes}``, what the report was made from; the numbers behind
            each figure are attached too, as CSV.
        epoch: seconds since 1970 for the dates in the file; None leaves the report's own
            date, or no date at all.

    Raises:
        RenderError: whatever ``render_html`` refuses; a warning of WeasyPrint's; a
            missing native library, naming it.
    """
    elements = _PaperElements(report, pictures)
    figure_data = _figure_data(report)
    html = fill_layout(
        "print.html.j2",
        **page_context(report, elements, is_paper=True),
        date=_date(report, epoch),
        running_title=_shortened(report.title),
        running_author=_shortened(report.author or ""),
        has_figure_data=bool(figure_data),
    )
    enclosures = [*map(_source, attachments, attachments.values()), *figure_data]
    html = _with_list_starts(_with_printed_addresses(html))
    return _print(html, elements.resources, enclosures, epoch or 0)


def _with_list_starts(html: str) -> str:
    """The page with the start of numbered lists as a style: WeasyPrint ignores the attribute."""
    return _LIST_START.sub(
        lambda start: f'<ol style="counter-reset: list-item {int(start[1]) - 1}">', html
    )


def _source(name: str, content: bytes) -> Enclosure:
    media = _MEDIA.get(PurePosixPath(name).suffix, "application/octet-stream")
    description = _DESCRIPTIONS.get(name, "A source of this report")
    return Enclosure(content, media, name, description, "Source")


def _figure_data(report: Report) -> list[Enclosure]:
    return [
        Enclosure(
            table_as_csv(block.spec.table),
            "text/csv",
            f"figure-{block.number:02}.csv",
            f"The numbers in figure {block.number}",
            "Data",
        )
        for block in report.blocks
        if isinstance(block, Figure) and block.spec.table is not None
    ]


def _print(
    html: str, resources: Mapping[str, Resource], enclosures: list[Enclosure], epoch: int
) -> bytes:
    try:
        from reportgen.render.paper import print_html
    except OSError as error:
        raise RenderError(
            f"the PDF needs native libraries that are not installed: {str(error).splitlines()[0]}\n"
            "On Debian or Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
            f"libharfbuzz-subset0\nOr leave the PDF out: {BUILD_WITHOUT_PRINT}"
        ) from None
    return print_html(html, resources, enclosures, epoch)


class _PaperElements(HtmlElements):
    """Elements of paper: values as text, formulas and pictures as images of a fixed size."""

    def __init__(self, report: Report, pictures: Pictures) -> None:
        super().__init__(report, pictures)
        self.resources: dict[str, Resource] = {}
        self._addresses: dict[bytes, str] = {}
        self._anchors = {each.place: each.anchor for each in mores(report)}

    def fact(self, path: str, value: Scalar, text: str) -> Markup:  # noqa: ARG002
        return Markup("{}").format(text)

    def picture_group(self, figure: Figure, pictures: tuple[Picture, ...]) -> Markup:  # noqa: ARG002
        if any(cell.below for picture in pictures for cell in picture.cells):
            return Markup("\n").join(map(self.cells, pictures))
        scale = _scale(pictures)
        return Markup('<div class="pictures">{}</div>').format(
            Markup("").join(self._picture(picture, scale) for picture in pictures)
        )

    def _picture(self, picture: Picture, scale: float) -> Markup:
        return Markup(
            '<img class="picture pixels" src="{}" alt="{}" style="width:{:.2f}pt;height:{:.2f}pt">'
        ).format(
            self.address(picture.content, picture.media),
            picture.alt,
            picture.width * scale,
            picture.height * scale,
        )

    def cell_image(self, cell: Cell, layout: str) -> Markup:
        points = _TIGHT if layout == "tight" else 1 / PIXELS_PER_POINT
        return Markup(
            '<img class="pixels" src="{}" alt="{}" style="width:{:.2f}pt;height:{:.2f}pt">'
        ).format(
            self.address(base64.b64decode(cell.png), "image/png"),
            cell.alt,
            cell.width * points,
            cell.height * points,
        )

    def data_table(self, figure: Figure) -> Markup:  # noqa: ARG002
        return Markup("")  # attached as CSV

    def more(self, number: int, passage: Passage, heading_level: int) -> Markup:  # noqa: ARG002
        return self.build("more_reference", self._anchors[number], passage.title)

    def formula(self, tex: str, spoken: str, *, display: bool) -> Markup:
        """A drawn formula, with the same as an unseen line of text for search and copying."""
        picture = formula_picture(tex, display=display, size=_FORMULA_SIZE)
        plain = plain_formula(tex)
        width, height, depth = (
            length / _FORMULA_SIZE for length in (picture.width, picture.height, picture.depth)
        )
        return Markup(
            '<span class="formula{}"><span class="unseen" style="font-size:{:.3f}em">{}</span>'
            '<img src="{}" alt="{}" '
            'style="width:{:.3f}em;height:{:.3f}em;vertical-align:{:.3f}em"></span>'
        ).format(
            " display" if display else "",
            min(1.0, 2 * width / len(plain)),
            plain,
            self.address(picture.svg, "image/svg+xml"),
            f"{FORMULA}{plain}{FORMULA}{spoken}",
            width,
            height,
            -depth,
        )

    def address(self, content: bytes, media: str) -> str:
        """The private address of a picture; equal pictures share one."""
        if content not in self._addresses:
            address = f"{SCHEME}picture/{len(self._addresses)}"
            self._addresses[content] = address
            self.resources[address] = Resource(content, media)
        return self._addresses[content]


def _scale(pictures: tuple[Picture, ...]) -> float:
    """The factor that fits a row of pictures into the column and a third of the page."""
    width = sum(picture.width for picture in pictures) + _GAP * (len(pictures) - 1)
    height = max(picture.height for picture in pictures)
    return min(1.0, _FIGURE_WIDTH / width, max(_LEAST_SCALE, _FIGURE_HEIGHT / height))


def _with_printed_addresses(html: str) -> str:
    """The document with the address of every outside link in a footnote."""

    def printed(link: re.Match[str]) -> str:
        address, text = link[1].removeprefix("mailto:"), link[2]
        note = "" if text == address else f'<span class="footnote">{address}</span>'
        return f"{link[0]}{note}"

    return _LINK.sub(printed, html)


def _date(report: Report, epoch: int | None) -> str | None:
    if epoch is None:
        return report.date
    return datetime.datetime.fromtimestamp(epoch, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _shortened(text: str) -> str:
    """The text, or its first words and an ellipsis, in one line of the running head."""
    if len(text) <= _RUNNING_LENGTH:
        return text
    return text[: _RUNNING_LENGTH - 1].rsplit(" ", 1)[0] + "…"
