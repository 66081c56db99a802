"""A composed report as plain text: what a reader finds in its answers."""

from __future__ import annotations

import re
from collections.abc import Callable

from reportgen.answers.compose import Composition
from reportgen.answers.document import (
    BLOCK_MARK,
    INLINE_MARK,
    Block,
    Equation,
    Fact,
    Figure,
    Listing,
    Reference,
    Report,
    Table,
    unfolded,
)


def read_answer(report: Report, question: str) -> str:
    """One answer with its facts, captions, tables and code as text."""
    return read(report, next(q.answer for q in report.questions if q.id == question))


def read_report(composition: Composition) -> str:
    """Everything that a composed report says, prompts, headings and conclusion too."""
    report = composition.report
    parts = [report.title, report.intro]
    for item in report.key_figures:
        parts += [item.label, item.value, item.note]
    for question in report.questions:
        parts += [question.group or "", question.label, question.heading]
        parts += [question.prompt, question.answer]
    return "\n\n".join(read(report, part) for part in (*parts, report.closing) if part)


def read(report: Report, text: str) -> str:
    """A text of a report with its marks replaced by what they stand for, as plain text."""
    opened = unfolded(text, report.blocks)
    shown = BLOCK_MARK.sub(lambda mark: _block(report.blocks[int(mark[1])]), opened)
    shown = INLINE_MARK.sub(lambda mark: report.inlines[int(mark[1])].text, shown)
    return shown.replace("\u00a0", " ")


def prose(report: Report, text: str) -> str:
    """A text without facts, references, equations, code, tables and figures."""
    keep: dict[type, Callable[[Block], str]] = {Figure: lambda figure: figure.caption}

    def block(mark: re.Match[str]) -> str:
        found = report.blocks[int(mark[1])]
        return keep.get(type(found), lambda _: "")(found)

    def inline(mark: re.Match[str]) -> str:
        found = report.inlines[int(mark[1])]
        return "FACT" if isinstance(found, Fact | Reference) else found.text

    shown = INLINE_MARK.sub(inline, BLOCK_MARK.sub(block, unfolded(text, report.blocks)))
    return re.sub(r"`[^`]*`|\$[^$]*\$", "CODE", shown)


def listings(report: Report) -> list[str]:
    """The code of a report, listing by listing."""
    blocks = [block for block in report.blocks if isinstance(block, Listing)]
    found = [block.code for block in blocks if block.language == "python"]
    return [INLINE_MARK.sub(lambda m: report.inlines[int(m[1])].text, code) for code in found]


def program(report: Report) -> str:
    """All listings of a report, in their order, as one Python program."""
    return "\n\n".join(listings(report))


def _block(block: Block) -> str:
    match block:
        case Table():
            rows = "\n".join(" | ".join(row) for row in (block.header, *block.rows))
            return f"Table {block.number}. {block.caption}\n{rows}"
        case Figure():
            return f"Figure {block.number}. {block.caption}"
        case Equation():
            return f"$$ {block.tex} $$"
        case Listing():
            return f"```python\n{block.code}\n```"
