"""A report before any format: questions, answers, figures, tables, facts.

Text is Markdown (CommonMark with tables and ``$...$`` mathematics). Where a
computed value or an element stands, the text holds a *mark*: three private-use
characters around a number, ``OPEN n CLOSE`` for an inline element and ``BLOCK n
CLOSE``, alone in its paragraph, for a block. ``n`` is the position in
``Report.inlines`` or ``Report.blocks``. Each renderer replaces it by an
element of its format. ``strip_marks`` keeps marks out of what a person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from reportgen.figures.drawing.spec import FigureSpec

OPEN, BLOCK, CLOSE = "\ue000", "\ue001", "\ue002"
PROGRAM = "The program"  # the title of the appendix
INLINE_MARK = re.compile(f"{OPEN}([0-9]+){CLOSE}")
BLOCK_MARK = re.compile(f"{BLOCK}([0-9]+){CLOSE}")

Scalar = str | int | float | bool | None


def strip_marks(text: str) -> str:
    """The text without the characters that marks are made of."""
    return re.sub(f"[{OPEN}{BLOCK}{CLOSE}]", "", text)


@dataclass(frozen=True)
class Fact:
    """A value of the evidence in prose: ``<data value=... data-fact=...>text</data>``."""

    path: str
    value: Scalar
    text: str


@dataclass(frozen=True)
class Match:
    """The answer to "does the prediction match the label?", for one image."""

    match: bool
    text: str


@dataclass(frozen=True)
class Reference:
    """A link to a figure, table or question of the same report: ``text`` ends in its number.

    ``number`` is the fact at ``path``, so that every number in prose can be traced.
    """

    target: str
    text: str
    path: str
    number: int


@dataclass(frozen=True)
class Contradicted:
    """An author's passage that the evidence contradicts, with the reason."""

    text: str
    reason: str


Inline = Fact | Match | Reference | Contradicted


def inline_text(inline: Inline) -> str:
    """An inline element as plain text."""
    if isinstance(inline, Contradicted):
        return f"{inline.text} [contradicted by the evidence: {inline.reason}]"
    return inline.text


@dataclass(frozen=True, eq=False)
class Figure:
    """A numbered figure: what it shows, and its caption as Markdown with marks."""

    id: str
    number: int
    spec: FigureSpec
    caption: str


@dataclass(frozen=True)
class Table:
    """A numbered table. Cells are inline Markdown with marks.

    ``align`` has ``left``, ``right`` or ``center`` for each column.
    """

    id: str
    number: int
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: tuple[str, ...]

    @property
    def row_header(self) -> int:
        """The column that names the rows: the first left-aligned one, else the first."""
        return self.align.index("left") if "left" in self.align else 0


@dataclass(frozen=True)
class Equation:
    """A display equation: its TeX source, and the words in which it is read aloud."""

    id: str
    tex: str
    spoken: str


@dataclass(frozen=True)
class Listing:
    """A code listing, and the text that running it gives (both may hold marks).

    ``step`` is the place among the steps of the report's program that it shows, or None.
    """

    code: str
    language: str = "python"
    output: str = ""
    step: int | None = None


@dataclass(frozen=True)
class ProgramStep:
    """A step of the program.

    Attributes:
        name, model: what the answer calls it with; the first step, of imports, has no model.
        question: the id of the question whose answer shows it, or empty.
        heading: of that question, plain text.
        code: without marks.
        output: what its ``print`` calls give, without marks; empty if it prints nothing.
    """

    name: str
    model: str
    question: str
    heading: str
    code: str
    output: str


@dataclass(frozen=True)
class Program:
    """The report's program: comments at its top, and the steps in their order, or none."""

    head: str = ""
    steps: tuple[ProgramStep, ...] = ()

    @property
    def text(self) -> str:
        """The whole program."""
        return "\n".join(self._written()[0]) + "\n"

    def lines(self, step: int) -> tuple[int, int]:
        """The first and the last line of a step in the text, from 1."""
        return self._written()[1][step]

    def _written(self) -> tuple[list[str], list[tuple[int, int]]]:
        lines, places, heading = self.head.split("\n"), [], ""
        for step in self.steps:
            lines.append("")
            if step.heading != heading:
                lines += ["", f"# {step.heading}"]
            heading = step.heading
            code = step.code.split("\n")
            places.append((len(lines) + 1, len(lines) + len(code)))
            lines += code
        return lines, places


@dataclass(frozen=True)
class ProgramLines:
    """Where the code of an answer stands in the program, if the answer does not show it.

    Attributes:
        question: the answer's question; ``derived.numbering.program.<question>`` has the ranges.
        n_steps: of how many steps the code is.
        ranges: first and last lines, counted from 1.
    """

    question: str
    n_steps: int
    ranges: tuple[tuple[int, int], ...]

    @property
    def word(self) -> str:
        """``line`` or ``lines``."""
        return "line" if len({line for each in self.ranges for line in each}) == 1 else "lines"


@dataclass(frozen=True)
class Passage:
    """A part of an answer that stands apart, alone in its paragraph and never in another one.

    Attributes:
        kind: ``short-answer``, which comes first and answers in a few sentences, or ``more``,
            which goes further than what was asked: folded on a page, in an appendix on paper.
        title: of ``more``, plain text; empty for the short answer.
        text: Markdown with marks.
    """

    kind: Literal["short-answer", "more"]
    title: str
    text: str


Block = Figure | Table | Equation | Listing | Passage | ProgramLines

CodeMode = Literal["inline", "appendix", "none"]
"""Where a report has its code: in the answers, as one program at its end, or nowhere."""


@dataclass(frozen=True)
class Question:
    """One question and its answer.

    Attributes:
        id: ``data-question`` and the anchor.
        label: what stands above the prompt, such as ``Question 3 of 9`` or ``D.2`` (with marks).
        heading: a short title for the contents and the bookmarks, plain text.
        group: the heading that this question opens, or None.
        prompt: the question as asked, Markdown.
        answer: Markdown with marks.
        verdict: the comparison's verdict where this question is the comparison, else None.
        own_words: whether the answer, or its beginning, is the author's.
    """

    id: str
    label: str
    heading: str
    group: str | None
    prompt: str
    answer: str
    verdict: str | None = None
    own_words: bool = False

    @property
    def listed(self) -> str:
        """The heading in the contents; the label stands before it unless that is just a count."""
        if OPEN in self.label:
            return self.heading
        return f"{self.label.removeprefix('Question ')}: {self.heading}"


@dataclass(frozen=True)
class KeyFigure:
    """One number of the strip at the top of the report (Markdown with marks)."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Coverage:
    """One required item, and whether the answer holds it."""

    question: str
    item: str
    is_covered: bool


@dataclass(frozen=True)
class Report:
    """The whole document.

    Attributes:
        title, author, course, date: as given; ``date`` in ISO form.
        language: BCP 47 tag, such as ``en``.
        paper: ``a4`` or ``letter``.
        intro: Markdown before the first question, or empty.
        tier_notice: Markdown for the notice of a sample report, or None.
        key_figures: the strip under the title.
        questions: in the assignment's order.
        closing: Markdown after the last question (a conclusion), or empty.
        coverage: what the assignment requires, and whether it is there.
        made_with: (name, value) pairs on how the report was made, plain text.
        notes: further plain sentences on how the report was made (replaced image numbers, ...).
        inlines, blocks: what the marks stand for.
        program: the code that gives the report's numbers.
        code: where that code stands.
    """

    title: str
    author: str | None
    course: str | None
    date: str | None
    language: str
    paper: str
    intro: str
    tier_notice: str | None
    key_figures: tuple[KeyFigure, ...]
    questions: tuple[Question, ...]
    closing: str
    coverage: tuple[Coverage, ...]
    made_with: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    inlines: tuple[Inline, ...]
    blocks: tuple[Block, ...]
    program: Program = Program()
    code: CodeMode = "inline"

    def shows(self, block: Block) -> bool:
        """Whether an answer shows a block at its mark: steps of the program only if inline."""
        is_step = isinstance(block, Listing) and block.step is not None
        return self.code == "inline" or not is_step

    @property
    def shown_program(self) -> str:
        """The program if it stands in an appendix, else nothing."""
        return self.program.text if self.code == "appendix" and self.program.steps else ""


@dataclass(frozen=True)
class More:
    """A ``more`` of an answer, with its place.

    ``place`` is the position among the blocks; ``anchor`` names it in every format.
    """

    question: Question
    passage: Passage
    place: int
    anchor: str


def mores(report: Report) -> list[More]:
    """Every ``more`` of the report, in order."""
    found: list[More] = []
    for question in report.questions:
        for place in map(int, BLOCK_MARK.findall(question.answer)):
            block = report.blocks[place] if place < len(report.blocks) else None
            if isinstance(block, Passage) and block.kind == "more":
                found.append(More(question, block, place, f"more-{len(found) + 1}"))
    return found


def unfolded(text: str, blocks: Sequence[Block]) -> str:
    """A text with the passages in it opened: what they hold stands in their place."""

    def opened(mark: re.Match[str]) -> str:
        block = blocks[int(mark[1])]
        return block.text if isinstance(block, Passage) else mark[0]

    return BLOCK_MARK.sub(opened, text)


def marks_below(text: str, blocks: Sequence[Block]) -> tuple[frozenset[int], frozenset[int]]:
    """The inline elements and the blocks of a text, with those in the blocks' own texts."""
    inlines = {int(mark) for mark in INLINE_MARK.findall(text)}
    below = {int(mark) for mark in BLOCK_MARK.findall(text)}
    for place in tuple(below):
        for part in _texts_of(blocks[place]):
            further, deeper = marks_below(part, blocks)
            inlines |= further
            below |= deeper
    return frozenset(inlines), frozenset(below)


def _texts_of(block: Block) -> Iterator[str]:
    match block:
        case Figure():
            yield block.caption
        case Table():
            yield from (block.caption, *block.header, *(cell for row in block.rows for cell in row))
        case Listing():
            yield from (block.code, block.output)
        case Passage():
            yield block.text


def written_out(text: str, inlines: Sequence[Inline]) -> str:
    """A text with each mark replaced by the plain text of its inline element."""
    return INLINE_MARK.sub(lambda mark: inlines[int(mark[1])].text, text)
