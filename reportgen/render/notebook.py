"""The report as ``report.ipynb``: its text as cells of Markdown, its program as cells of code.

A cell of code has the text that its ``print`` calls give, from the evidence. The pictures that
it draws are left to whoever runs it; the report's own figures are in the Markdown, as data.
The format is nbformat 4.5, written without what would differ from run to run.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

from reportgen.answers.document import (
    CLOSE,
    Block,
    Figure,
    Listing,
    Passage,
    ProgramLines,
    Question,
    Reference,
)
from reportgen.render.manuscript import Manuscript, check_report
from reportgen.render.markdown import MarkdownWriter, quoted
from reportgen.render.markdown_text import ANCHOR, escape_text

Cell = dict[str, Any]

_STEP = "\ue007"  # stands before the place of a step, at the place of its code
_STEP_LINE = re.compile(f"^[ \t>]*{_STEP}([0-9]+){CLOSE}$", re.MULTILINE)
_ANCHOR = re.compile(f"{ANCHOR}[^{CLOSE}]*{CLOSE}")
_EMBEDDED = re.compile(r"\]\((data:image/[^)]*)\)")


def write(manuscript: Manuscript) -> tuple[bytes, dict[str, bytes]]:
    """The notebook, and no other files."""
    report = manuscript.report
    check_report(report, manuscript.pictures)
    notebook = {
        "cells": list(_Notebook(manuscript).cells()),
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode(), {}


class _Notebook:
    """The cells of a notebook, one after the other."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.report = manuscript.report
        self.writer = _CellWriter(manuscript.report, manuscript.pictures)
        self.n_steps = 0

    def cells(self) -> Iterator[Cell]:
        report, writer = self.report, self.writer
        yield from self.texts("title", "\n\n".join(filter(None, writer.opening())))
        level = 2
        for place, question in enumerate(report.questions, start=1):
            heading = ""
            if question.group is not None:
                heading, level = f"## {escape_text(question.group)}\n\n", 3
            yield from self.texts(f"question-{place}", heading + writer.question(question, level))
            yield from self.code_of(question)
        yield from self.code_until(len(report.program.steps) - 1)
        closing = report.closing and writer.prose(report.closing, "the conclusion", 3)
        yield from self.texts("conclusion", closing and f"## Conclusion\n\n{closing}")
        yield from self.texts("made", writer.made_with())

    def texts(self, name: str, text: str) -> Iterator[Cell]:
        """A text as cells of Markdown, with the code where it stands in the text."""
        first, *others = _STEP_LINE.split(_ANCHOR.sub("", text))
        pieces = [("", first), *zip(others[::2], others[1::2], strict=True)]
        for number, (step, piece) in enumerate(pieces):
            if step:
                yield from self.code_until(int(step))
            if piece.strip():
                source = _with_pictures_last(re.sub(r"\n{3,}", "\n\n", piece.strip()))
                yield _cell("markdown", f"{name}-{number}", source)

    def code_of(self, question: Question) -> Iterator[Cell]:
        """The steps of a question that its answer does not show."""
        steps = self.report.program.steps
        last = max((k for k, step in enumerate(steps) if step.question == question.id), default=-1)
        yield from self.code_until(last)

    def code_until(self, last: int) -> Iterator[Cell]:
        """The steps up to this one, as far as they have no cell yet."""
        for number in range(self.n_steps, last + 1):
            step = self.report.program.steps[number]
            cell = _cell("code", f"step-{number}", step.code)
            output = {"name": "stdout", "output_type": "stream", "text": _lines(f"{step.output}\n")}
            yield {**cell, "execution_count": None, "outputs": [output] if step.output else []}
        self.n_steps = max(self.n_steps, last + 1)


class _CellWriter(MarkdownWriter):
    """Markdown for cells: pictures as data, code as marks of the steps, no links between cells."""

    def opening(self) -> Iterator[str]:
        """What stands before the first question."""
        report = self.report
        yield f"# {escape_text(report.title)}"
        yield self.byline()
        if report.tier_notice:
            yield quoted(self.prose(report.tier_notice, "the notice"))
        yield self.key_figures()
        yield self.prose(report.intro, "the introduction")
        if report.program.steps:
            yield (
                "*The code runs in the report's folder: it takes the weights that lie there, or "
                "trains anew with `RETRAIN = True`. It draws its own pictures; those in the text "
                "are the report's.*"
            )

    def block(self, block: Block, heading_level: int) -> str:
        match block:
            case Listing(step=int(step)):
                return f"{_STEP}{step}{CLOSE}"
            case ProgramLines():
                return ""  # the cells follow
            case Passage("more", _, _):
                text = super().block(block, heading_level)
                steps = [mark[0].strip() for mark in _STEP_LINE.finditer(text)]
                return "\n\n".join([_STEP_LINE.sub("", text), *steps])
        return super().block(block, heading_level)

    def figure(self, figure: Figure) -> str:
        """A figure whose pictures are addresses that hold them, with its caption."""
        images = " ".join(
            f"![{escape_text(picture.alt)}](data:{picture.media};base64,"
            f"{base64.b64encode(picture.content).decode()})"
            for picture in self.pictures[figure.id]
        )
        return f"{images}\n\n**Figure {figure.number}.** {self.line(figure.caption)}"

    def _home(self, reference: Reference) -> str | None:  # noqa: ARG002
        return None


def _with_pictures_last(text: str) -> str:
    """The text with a short name for each picture; its long address stands at the end."""
    names: dict[str, str] = {}

    def named(mark: re.Match[str]) -> str:
        return f"][{names.setdefault(mark[1], f'picture-{len(names) + 1}')}]"

    text = _EMBEDDED.sub(named, text)
    return "\n\n".join([text, *(f"[{name}]: {address}" for address, name in names.items())])


def _cell(kind: str, identity: str, source: str) -> Cell:
    return {"cell_type": kind, "id": identity, "metadata": {}, "source": _lines(source)}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
