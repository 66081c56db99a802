"""The elements of a report as HTML: what page and paper share.

``HtmlElements`` makes the element for a mark. Page and paper differ in how they show
numbers, pictures and formulas, and override only that. The macros in
``macros.html.j2`` build the blocks.
"""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup, escape

from reportgen.answers.document import (
    Contradicted,
    Equation,
    Fact,
    Figure,
    Listing,
    Match,
    Passage,
    ProgramLines,
    Reference,
    Report,
    Scalar,
    Table,
    inline_text,
)
from reportgen.errors import RenderError
from reportgen.figures.drawing.spec import Cell, Picture
from reportgen.render.formulas.speech import spoken_tex
from reportgen.render.formulas.text import text_formula
from reportgen.render.layouts import layouts
from reportgen.render.listings import highlight_code
from reportgen.render.manuscript import Pictures, anchor, block_of, inline_of
from reportgen.render.prose import fill, render_inline, render_prose, unbroken

_SHORT = 16
_LARGE = 120  # pixels; the images of a picture with wider ones stand in fewer columns


def raw_value(value: Scalar) -> str:
    """A fact's value for ``<data value>``: JSON, but a string as it is."""
    return value if isinstance(value, str) else json.dumps(value)


def _breaks_badly(text: str) -> bool:
    """Whether it is a short name with a hyphen, such as Fashion-MNIST."""
    return "-" in text and len(text) <= _SHORT


class HtmlElements:
    """A report's elements as HTML, by the position that their mark names."""

    def __init__(self, report: Report, pictures: Pictures) -> None:
        self.report = report
        self.pictures = pictures
        self.macros: Any = layouts().get_template("macros.html.j2").module
        self._n_plain_tables = 0
        self._placed: set[int] = set()

    def inline(self, number: int) -> Markup:
        """The inline element at a position.

        Raises:
            RenderError: there is none.
        """
        inline = inline_of(self.report, number)
        match inline:
            case Fact(path, value, text):
                shown = self.fact(path, value, Markup(unbroken(str(escape(text)))))  # noqa: S704
                return self.build("whole", shown) if _breaks_badly(text) else shown
            case Match(match, text):
                truth = "true" if match else "false"
                return Markup('<span data-match="{}">{}</span>').format(truth, text)
            case Reference():
                return self.reference(inline)
            case Contradicted(text, reason):
                return self.build("contradicted", text, reason)

    def build(self, macro: str, *arguments: Any) -> Markup:
        """The HTML that a macro makes from its arguments."""
        markup: Markup = getattr(self.macros, macro)(*arguments)
        return markup

    def inline_text(self, number: int) -> str:
        """The inline element at a position as plain text."""
        return inline_text(inline_of(self.report, number))

    def block(self, number: int, heading_level: int) -> Markup:
        """The block element at a position; headings in it begin at a level.

        Raises:
            RenderError: there is none, or it cannot be shown.
        """
        block = block_of(self.report, number)
        if number in self._placed:
            raise RenderError(f"the block {number} stands in the report twice.")
        self._placed.add(number)
        match block:
            case Figure():
                return self.figure(block)
            case Table():
                return self.table(block)
            case Equation(_, tex, spoken):
                return self.build("equation", self.formula(tex, spoken, display=True))
            case Listing() if not self.report.shows(block):
                return Markup("")
            case Listing(code, language, output):
                shown = self.listing(fill(code, self.inline_text), language)
                return shown + self.output(fill(output, self.inline_text)) if output else shown
            case Passage("short-answer", _, text):
                return self.build(
                    "short_answer", render_prose(text, self, "the short answer", heading_level)
                )
            case Passage():
                return self.more(number, block, heading_level)
            case ProgramLines():
                return self.program_lines(block)

    def check_complete(self) -> None:
        """Refuse a report with a numbered figure or table that no text places.

        Raises:
            RenderError: naming it.
        """
        for number, block in enumerate(self.report.blocks):
            if isinstance(block, Figure | Table) and number not in self._placed:
                raise RenderError(f"{block.id} has a number but stands nowhere in the report.")

    def figure(self, figure: Figure) -> Markup:
        """A numbered figure with its pictures, caption and data."""
        pictures = self.pictures[figure.id]
        return self.build(
            "figure",
            figure.id,
            self.label("Figure", "figures", figure.id, figure.number),
            self.label("figure", "figures", figure.id, figure.number),
            self.picture_group(figure, pictures),
            render_inline(figure.caption, self, f"the caption of figure {figure.id}"),
            self.data_table(figure),
        )

    def cells(self, picture: Picture) -> Markup:
        """A picture's images with their text, laid out by the page."""
        if all(line.look == "plain" for cell in picture.cells for line in cell.below):
            layout = "tight"
        else:
            layout = "large" if picture.cells[0].width > _LARGE else "ample"
        images = [self.cell_image(cell, layout) for cell in picture.cells]
        return self.build("cells", picture, layout, images)

    def table(self, table: Table) -> Markup:
        """A numbered table."""
        where = f"table {table.id}"
        if {len(table.align), *map(len, table.rows)} != {len(table.header)}:
            raise RenderError(f"{where} has rows of different lengths.")
        cells = [[render_inline(cell, self, where) for cell in row] for row in table.rows]
        return self.build(
            "table",
            table,
            self.label("Table", "tables", table.id, table.number),
            render_inline(table.caption, self, f"the caption of {where}"),
            [render_inline(cell, self, where) for cell in table.header],
            cells,
        )

    def listing(self, code: str, language: str) -> Markup:
        """A code listing."""
        return self.build("listing", highlight_code(code, language))

    def program_lines(self, lines: ProgramLines) -> Markup:
        """Where an answer's code stands in the program; the numbers are facts."""
        path = f"derived.numbering.program.{lines.question}"
        ranges = [
            tuple(self.fact(f"{path}.{k}.{end}", line, str(line)) for end, line in enumerate(each))
            for k, each in enumerate(lines.ranges)
        ]
        return self.build("program_lines", lines, ranges)

    def output(self, text: str) -> Markup:
        """What the listing before it prints."""
        return self.build("output", text)

    def more(self, number: int, passage: Passage, heading_level: int) -> Markup:
        """What stands at the place of a ``more``: the passage itself, or where it is."""
        raise NotImplementedError

    def plain_table(self, table: Markup) -> Markup:
        """A table that a person wrote in Markdown, in a region that scrolls."""
        self._n_plain_tables += 1
        return self.build("plain_table", table, self._n_plain_tables)

    def label(self, word: str, kind: str, identifier: str, number: int) -> Markup:
        """A label such as ``Figure 4``, whose number is a fact."""
        value = self.fact(f"derived.numbering.{kind}.{identifier}", number, str(number))
        return Markup("{}\u00a0{}").format(word, value)

    def reference(self, reference: Reference) -> Markup:
        """A link whose number is a fact."""
        number = str(reference.number)
        if not reference.text.endswith(number):
            raise RenderError(f"the reference {reference.text!r} does not end in {number}.")
        value = self.fact(reference.path, reference.number, number)
        text = Markup("{}{}").format(reference.text.removesuffix(number), value)
        return Markup('<a href="#{}">{}</a>').format(anchor(reference), text)

    def fact(self, path: str, value: Scalar, text: str) -> Markup:
        """A computed value in text."""
        raise NotImplementedError

    def picture_group(self, figure: Figure, pictures: tuple[Picture, ...]) -> Markup:
        """The pictures of a figure."""
        raise NotImplementedError

    def cell_image(self, cell: Cell, layout: str) -> Markup:
        """The image of a cell."""
        raise NotImplementedError

    def data_table(self, figure: Figure) -> Markup:
        """The numbers behind a figure, where the format shows them."""
        raise NotImplementedError

    def mathematics(self, tex: str, *, display: bool) -> Markup:
        """A formula in text; in a line it is text itself where a line of text can show it."""
        if display:
            return self.build("equation", self.formula(tex, spoken_tex(tex), display=True))
        return text_formula(tex) or self.formula(tex, spoken_tex(tex), display=False)

    def formula(self, tex: str, spoken: str, *, display: bool) -> Markup:
        """A formula that a line of text cannot show, with its spoken form."""
        raise NotImplementedError
