"""The report as one self-contained HTML file."""

from __future__ import annotations

import base64
import re
import struct
from collections import Counter

from markupsafe import Markup

from reportgen.answers.document import Figure, Passage, Report, Scalar, mores
from reportgen.figures.drawing.spec import Cell, DataTable, Picture
from reportgen.figures.drawing.style import PIXELS_PER_POINT
from reportgen.render.elements import HtmlElements, raw_value
from reportgen.render.fonts import web_font_rules
from reportgen.render.formulas.equations import formula_mathml
from reportgen.render.layouts import fill_layout, style_or_script, with_head
from reportgen.render.manuscript import Interactive, Manuscript, Pictures
from reportgen.render.page import page_context
from reportgen.render.prose import render_prose

_SMALL = 280  # pixels; a smaller picture keeps the page's margin on a telephone
_WIDE = 450  # pixels; a wider picture does not shrink to a telephone's width but scrolls
_GENERATED_MARKS = "✓✗"
_NUMBER = re.compile(r"$|[<>−+]?\s?[0-9][0-9.,%×⁰¹²³⁴⁵⁶⁷⁸⁹⁻\s]*$")


def write(manuscript: Manuscript) -> tuple[bytes, dict[str, bytes]]:
    """The page, and no file beside it."""
    page = render_html(manuscript.report, manuscript.pictures, interactive=manuscript.pad)
    return page.encode(), {}


def render_html(
    report: Report, pictures: Pictures, *, interactive: Interactive | None = None
) -> str:
    """The report as one self-contained HTML page.

    Args:
        report: the document.
        pictures: the drawn pictures of every figure, by the figure's id.
        interactive: what runs in the page, or None for a page without script.

    Raises:
        RenderError: a missing picture or alternative text, a mark or reference that
            leads nowhere, prose or a formula that cannot be shown.
    """
    elements = _PageElements(report, pictures)
    body = fill_layout(
        "report.html.j2",
        **page_context(report, elements),
        repeated=elements.repeated_pictures(),
        interactive=interactive,
    )
    marks = _GENERATED_MARKS if "data-match" in body else ""
    style = web_font_rules(body + marks, italic="<em>" in body) + style_or_script("screen.css")
    if interactive:
        style += interactive.style
    script = str(interactive.script) if interactive else None
    return with_head(body, "head.html.j2", style, script, report=report)


class _PageElements(HtmlElements):
    """Elements of the page: values with their source, MathML, pictures as data."""

    def __init__(self, report: Report, pictures: Pictures) -> None:
        super().__init__(report, pictures)
        shown = (block.id for block in report.blocks if isinstance(block, Figure))
        drawn = (picture for figure in shown for picture in pictures.get(figure, ()))
        contents = [picture.content for picture in drawn if not picture.wide and not picture.cells]
        self._repeated = [content for content, n in Counter(contents).items() if n > 1]
        self._first: dict[bytes, Picture] = {}
        self._anchors = {each.place: each.anchor for each in mores(report)}

    def fact(self, path: str, value: Scalar, text: str) -> Markup:
        return Markup('<data value="{}" data-fact="{}">{}</data>').format(
            raw_value(value), path, text
        )

    def picture_group(self, figure: Figure, pictures: tuple[Picture, ...]) -> Markup:
        wide = any(map(_scrolls, pictures))
        name = Markup(' role="group" aria-label="Figure {}" tabindex="0"').format(figure.number)
        return Markup('<div class="pictures"{}>{}</div>').format(
            name if wide else "", Markup("\n").join(self._picture(picture) for picture in pictures)
        )

    def _picture(self, picture: Picture) -> Markup:
        if picture.cells:
            return self._small_images(picture)
        if picture.wide:
            return self.build("line_art", picture)
        width, height = _pixels(picture.width), _pixels(picture.height)
        classes = "picture"
        if _is_enlarged(picture, width):
            classes += " pixels"
        if width >= _WIDE:
            classes += " wide"
        if width < _SMALL:
            classes += " small"
        if picture.content in self._repeated:
            self._first.setdefault(picture.content, picture)
            return Markup(
                '<svg class="{}" role="img" aria-label="{}" width="{}" height="{}" '
                'viewBox="0 0 {} {}"><use href="#picture-{}"/></svg>'
            ).format(
                classes,
                picture.alt,
                width,
                height,
                width,
                height,
                self._repeated.index(picture.content),
            )
        return Markup('<img class="{}" src="{}" alt="{}" width="{}" height="{}">').format(
            classes, data_uri(picture), picture.alt, width, height
        )

    def _small_images(self, picture: Picture) -> Markup:
        if len(picture.cells) == 1 and not picture.cells[0].below:
            return self.cell_image(picture.cells[0], "alone")
        return self.cells(picture)

    def cell_image(self, cell: Cell, layout: str) -> Markup:  # noqa: ARG002
        return Markup(
            '<img class="pixels" src="data:image/png;base64,{}" alt="{}" width="{}" height="{}">'
        ).format(cell.png, cell.alt, cell.width, cell.height)

    def repeated_pictures(self) -> list[Markup]:
        """Pictures that are shown more than once, each stored once."""
        return [
            Markup('<image id="picture-{}" href="{}" width="{}" height="{}"/>').format(
                number,
                data_uri(picture),
                _pixels(picture.width),
                _pixels(picture.height),
            )
            for number, content in enumerate(self._repeated)
            if (picture := self._first.get(content))
        ]

    def data_table(self, figure: Figure) -> Markup:
        table = figure.spec.table
        if table is None:
            return Markup("")
        return self.build("data_table", table, _alignment(table), f"figure {figure.number}")

    def more(self, number: int, passage: Passage, heading_level: int) -> Markup:
        text = render_prose(passage.text, self, f"the part {passage.title}", heading_level)
        return self.build("folded", self._anchors[number], passage.title, text)

    def formula(self, tex: str, spoken: str, *, display: bool) -> Markup:
        return formula_mathml(tex, display=display, spoken=spoken)


def _pixels(points: float) -> int:
    """The size on the page of a length in a picture."""
    return round(points * PIXELS_PER_POINT)


def _alignment(table: DataTable) -> list[str]:
    """``right`` for a column of numbers, ``left`` for one of words."""
    columns = zip(*table.rows, strict=True)
    return ["right" if all(map(_NUMBER.match, column)) else "left" for column in columns]


def data_uri(picture: Picture) -> str:
    """The picture's bytes as a ``data:`` address."""
    return f"data:{picture.media};base64,{base64.b64encode(picture.content).decode()}"


def _scrolls(picture: Picture) -> bool:
    """Whether a picture is wider than a telephone, and has no other form for it."""
    if picture.cells or picture.narrow:
        return False
    return _pixels(picture.width) >= _WIDE


def _is_enlarged(picture: Picture, width: int) -> bool:
    """Whether a PNG is shown larger than it is, so that its pixels must stay sharp."""
    if picture.media != "image/png":
        return False
    stored: int = struct.unpack(">I", picture.content[16:20])[0]
    return stored < width
