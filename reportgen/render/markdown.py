"""The report as ``report.md`` with a folder of pictures, in GitHub's dialect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from html import escape

from reportgen.answers.document import (
    BLOCK,
    BLOCK_MARK,
    CLOSE,
    INLINE_MARK,
    PROGRAM,
    Block,
    Contradicted,
    Equation,
    Fact,
    Figure,
    Listing,
    Match,
    Passage,
    ProgramLines,
    Question,
    Reference,
    Report,
    Table,
    inline_text,
    unfolded,
)
from reportgen.errors import RenderError
from reportgen.figures.drawing.spec import Picture
from reportgen.render.formulas.tex import parse_tex
from reportgen.render.manuscript import (
    Manuscript,
    Pictures,
    block_of,
    check_report,
    inline_of,
    table_as_csv,
)
from reportgen.render.markdown_pictures import with_margin
from reportgen.render.markdown_text import (
    ANCHOR,
    ANCHOR_MARK,
    escape_text,
    github_tex,
    heading_slugs,
    map_segments,
    set_heading_levels,
    tame_prose,
)
from reportgen.render.page import MISSING, missing_items
from reportgen.render.prose import fill, fill_tex, parse
from reportgen.report_folder import figure_stem

SUFFIXES = {"image/png": "png", "image/svg+xml": "svg"}
_BLOCK_LINE = re.compile(f"^([ \t>]*){BLOCK}([0-9]+){CLOSE}[ \t]*$", re.MULTILINE)


def write(manuscript: Manuscript) -> tuple[bytes, dict[str, bytes]]:
    """The Markdown, and the files that it shows or links to."""
    text, figures = render_markdown(manuscript.report, manuscript.pictures)
    return text.encode(), figures


def render_markdown(report: Report, pictures: Pictures) -> tuple[str, dict[str, bytes]]:
    """The report as Markdown, and the files that it shows or links to.

    Args:
        report: the document.
        pictures: the drawn pictures of every figure, by the figure's id.

    Returns:
        The text of ``report.md``, and ``{"figures/...": bytes}``: pictures, each stored
        once, and the numbers behind the figures as CSV.

    Raises:
        RenderError: a missing picture or alternative text, a mark or reference that
            leads nowhere, prose that cannot be shown.
    """
    check_report(report, pictures)
    writer = MarkdownWriter(report, pictures)
    text = writer.document()
    slugs = heading_slugs(text)
    text = re.sub(f"^(#+ ){ANCHOR}[^{CLOSE}]*{CLOSE}", r"\1", text, flags=re.MULTILINE)
    text = ANCHOR_MARK.sub(lambda mark: slugs[mark[1]], text)
    if re.search(f"[\ue000{BLOCK}{CLOSE}]", text):
        raise RenderError(
            "a figure, table, equation, listing or part must stand alone in its paragraph,\n"
            "with an empty line before and after it."
        )
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", writer.files


class MarkdownWriter:
    """Writes the parts of the document one after the other, and collects its files."""

    def __init__(self, report: Report, pictures: Pictures) -> None:
        self.report = report
        self.pictures = pictures
        self.files: dict[str, bytes] = {}
        self._names: dict[bytes, str] = {}
        self._homes = {
            int(mark): question.id
            for question in report.questions
            for mark in BLOCK_MARK.findall(unfolded(question.answer, report.blocks))
        }

    def document(self) -> str:
        """The whole document, with marks for anchors."""
        report = self.report
        parts = [f"# {escape_text(report.title)}", self.byline()]
        if report.tier_notice:
            notice = self.prose(report.tier_notice, "the notice")
            parts.append(f"> [!NOTE]\n{quoted(notice)}")
        parts += [self.key_figures(), self.prose(report.intro, "the introduction"), self.contents()]
        level = 2
        for question in report.questions:
            if question.group is not None:
                parts.append(
                    f"## {ANCHOR}/before-{question.id}{CLOSE}{escape_text(question.group)}"
                )
                level = 3
            parts.append(self.question(question, level))
        if report.closing:
            parts.append(f"## {ANCHOR}/conclusion{CLOSE}Conclusion")
            parts.append(self.prose(report.closing, "the conclusion", 3))
        parts += [self.program(), self.missing(), self.made_with()]
        return "\n\n".join(filter(None, parts))

    def byline(self) -> str:
        """Author, date and course."""
        report = self.report
        author = report.author and f"**{escape_text(report.author)}**"
        course = report.course and escape_text(report.course)
        return " · ".join(filter(None, (author, report.date, course)))

    def key_figures(self) -> str:
        """The strip of key figures as a table."""
        items = self.report.key_figures
        if not items:
            return ""
        where = "the strip of key figures"
        rows = [[f"**{item.value}**" for item in items], [item.note for item in items]]
        return self.grid([item.label for item in items], rows, ["left"] * len(items), where)

    def contents(self) -> str:
        """Links to the questions."""
        lines = ["**Contents**", ""]
        indent = ""
        for question in self.report.questions:
            if question.group is not None:
                lines.append(f"- {_link(question.group, f'/before-{question.id}')}")
                indent = "  "
            lines.append(f"{indent}- {_link(question.listed, question.id)}")
        if self.report.closing:
            lines.append(f"- {_link('Conclusion', '/conclusion')}")
        if self.report.shown_program:
            lines.append(f"- {_link(PROGRAM, '/program')}")
        if missing_items(self.report):
            lines.append(f"- {_link(MISSING, '/missing')}")
        lines.append(f"- {_link('How this report was made', '/made')}")
        return "\n".join(lines)

    def question(self, question: Question, level: int) -> str:
        """A question and its answer, under a heading of this level."""
        label = fill(question.label, self.inline_text)
        heading = f"{'#' * level} {ANCHOR}{question.id}{CLOSE}"
        heading += f"{escape_text(label)}: {escape_text(question.heading)}"
        prompt = self.prose(question.prompt, f"the prompt of {question.id}", level + 1)
        answer = self.prose(question.answer, f"the answer to {question.id}", level + 1)
        return f"{heading}\n\n{quoted(prompt)}\n\n{answer}"

    def program(self) -> str:
        """The program with its lines numbered, if it stands in an appendix."""
        if not self.report.shown_program:
            return ""
        lines = self.report.shown_program.rstrip("\n").split("\n")
        width = len(str(len(lines)))
        numbered = "\n".join(
            f"{n:{width}}  {line}".rstrip() for n, line in enumerate(lines, start=1)
        )
        return f"## {ANCHOR}/program{CLOSE}{PROGRAM}\n\n{_fenced(numbered, 'text')}"

    def missing(self) -> str:
        """What is required and no answer has."""
        lines = [
            f"- {_link(each.heading, each.id)}: {escape_text('; '.join(each.items))}"
            for each in missing_items(self.report)
        ]
        if not lines:
            return ""
        return f"## {ANCHOR}/missing{CLOSE}{MISSING}\n\n" + "\n".join(lines)

    def made_with(self) -> str:
        """How the report was made."""
        lines = [
            f"- {escape_text(name)}: {escape_text(value)}" for name, value in self.report.made_with
        ]
        heading = f"## {ANCHOR}/made{CLOSE}How this report was made"
        return "\n\n".join([heading, "\n".join(lines), *map(escape_text, self.report.notes)])

    def prose(self, text: str, where: str, heading_level: int = 2) -> str:
        """Markdown with marks as GitHub's Markdown."""
        text = set_heading_levels(text, heading_level, where)
        text = self.line(text)
        return _BLOCK_LINE.sub(partial(self._placed_block, heading_level), text).strip()

    def line(self, text: str) -> str:
        """As ``prose``, but without blocks; facts become text, escaped for where they stand."""
        return map_segments(
            text,
            prose=lambda part: INLINE_MARK.sub(self._inline, tame_prose(part)),
            code=lambda part: fill(part, self.inline_text),
            math=lambda part: github_tex(fill_tex(part, self.inline_text)),
        )

    def inline_text(self, number: int) -> str:
        """An inline element as plain text, for code and mathematics."""
        return inline_text(inline_of(self.report, number))

    def _inline(self, mark: re.Match[str]) -> str:
        inline = inline_of(self.report, int(mark[1]))
        match inline:
            case Fact() | Match():
                return escape_text(inline.text)
            case Reference():
                home = self._home(inline)
                return _link(inline.text, home) if home else escape_text(inline.text)
            case Contradicted(text, reason):
                return (
                    f"~~{escape_text(text)}~~ [contradicted by the evidence: {escape_text(reason)}]"
                )

    def _home(self, reference: Reference) -> str | None:
        """The question that a reference leads to, or in which its figure or table stands."""
        for place, block in enumerate(self.report.blocks):
            if isinstance(block, Figure | Table) and block.id == reference.target:
                return self._homes.get(place)
        return reference.target

    def _placed_block(self, heading_level: int, mark: re.Match[str]) -> str:
        """A block at its mark; each line begins with the text before the mark, such as ``> ``."""
        lines = self.block(block_of(self.report, int(mark[2])), heading_level).split("\n")
        return "\n".join(f"{mark[1]}{line}".rstrip() for line in lines)

    def block(self, block: Block, heading_level: int) -> str:
        """A block; headings in it begin at this level."""
        match block:
            case Figure():
                return self.figure(block)
            case Table():
                where = f"table {block.id}"
                grid = self.grid(block.header, block.rows, block.align, where)
                return f"**Table {block.number}.** {self.line(block.caption)}\n\n{grid}"
            case Equation(_, tex, _):
                parse_tex(tex)
                return f"$$\n{github_tex(tex)}\n$$"
            case Listing() if not self.report.shows(block):
                return ""
            case Listing(code, language, output):
                shown = _fenced(fill(code, self.inline_text), language)
                if not output:
                    return shown
                return f"{shown}\n\n{_fenced(fill(output, self.inline_text), 'text')}"
            case ProgramLines():
                return self.program_lines(block)
            case Passage("short-answer", _, text):
                return self.short_answer(text)
            case Passage(_, title, text):
                text = self.prose(text, f"the part {title}", heading_level)
                return (
                    f"<details>\n<summary>{escape(title, quote=False)}</summary>\n\n"
                    f"{text}\n\n</details>"
                )

    def program_lines(self, lines: ProgramLines) -> str:
        """Where an answer's code stands in the program."""
        ranges = [
            f"{first} to {last}" if first < last else f"{first}" for first, last in lines.ranges
        ]
        *first, last = ranges
        listed = f"{', '.join(first)} and {last}" if first else last
        return f"Code: {lines.word} {listed} of {_link('the program', '/program')}."

    def short_answer(self, text: str) -> str:
        """The short answer after bold words; a list begins below them."""
        where = "the short answer"
        gap = " " if parse(text, where)[0].type == "paragraph_open" else "\n\n"
        return f"**Short answer.**{gap}{self.prose(text, where)}"

    def figure(self, figure: Figure) -> str:
        """A figure with its caption."""
        stem = figure_stem(figure.number)
        images = " ".join(
            f"![{escape_text(picture.alt)}]({self._stored(picture, stem)})"
            for picture in self.pictures[figure.id]
        )
        caption = f"**Figure {figure.number}.** {self.line(figure.caption)}"
        if figure.spec.table is not None:
            name = f"{stem}.csv"
            self.files[name] = table_as_csv(figure.spec.table)
            caption += f" ([the numbers]({name}))"
        return f"{images}\n\n{caption}"

    def _stored(self, picture: Picture, stem: str) -> str:
        name = f"{stem}-{picture.name}.{SUFFIXES[picture.media]}"
        name = self._names.setdefault(picture.content, name)
        self.files[name] = with_margin(picture)
        return name

    def grid(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[str]],
        align: Sequence[str],
        where: str,
    ) -> str:
        """A table whose cells are inline Markdown with marks."""
        for cell in header:
            parse(cell, where)
        cells = [[self.line(_escape_bars(cell)) for cell in row] for row in rows]
        return _grid([self.line(_escape_bars(cell)) for cell in header], cells, align)


def _grid(header: Sequence[str], rows: Iterable[Sequence[str]], align: Sequence[str]) -> str:
    rules = [{"left": ":--", "right": "--:", "center": ":-:"}[side] for side in align]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rules, *rows))


def _escape_bars(cell: str) -> str:
    r"""A cell whose bars are escaped and do not split it: ``\|``, and ``\vert`` in mathematics."""

    def escape(part: str) -> str:
        return re.sub(r"(?<!\\)\|", r"\\|", part)

    def in_math(part: str) -> str:
        return part.replace(r"\|", r"\Vert ").replace("|", r"\vert ")

    return map_segments(cell, prose=escape, code=escape, math=in_math)


def _fenced(code: str, language: str) -> str:
    code = code.strip("\n")
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
    return f"{fence}{language}\n{code}\n{fence}"


def quoted(text: str) -> str:
    """A text as a block quote."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _link(text: str, target: str) -> str:
    return f"[{escape_text(text)}](#{ANCHOR}{target}{CLOSE})"
