"""The variables of the two HTML layouts, in the order of reading."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reportgen.answers.document import PROGRAM, KeyFigure, More, Question, Report, mores
from reportgen.render.listings import highlight_lines
from reportgen.render.manuscript import check_report
from reportgen.render.prose import render_inline, render_prose

if TYPE_CHECKING:
    from reportgen.render.elements import HtmlElements

MISSING = "What is missing"


@dataclass(frozen=True)
class Part:
    """Questions under one heading, or those before the first heading; their texts are HTML.

    ``level`` is that of the questions' headings.
    """

    heading: str | None
    anchor: str
    level: int
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class ContentsEntry:
    """A line of the contents, with the lines under it."""

    anchor: str
    text: str
    entries: tuple[ContentsEntry, ...] = ()


@dataclass(frozen=True)
class MissingItems:
    """What a question's answer lacks of what is required."""

    id: str
    heading: str
    items: tuple[str, ...]


def page_context(
    report: Report, elements: HtmlElements, *, is_paper: bool = False
) -> dict[str, Any]:
    """The variables of ``report.html.j2`` and ``print.html.j2``.

    Args:
        report: the document.
        elements: make the elements of the page.
        is_paper: whether what goes further stands in an appendix and is not folded.

    Raises:
        RenderError: something in the report cannot be shown.
    """
    check_report(report, elements.pictures)
    parts = _parts(report, elements)
    more = _more(report, elements, parts) if is_paper else []
    context = {
        "report": report,
        "notice": render_prose(report.tier_notice or "", elements, "the notice"),
        "key_figures": [_key_figure(item, elements) for item in report.key_figures],
        "intro": render_prose(report.intro, elements, "the introduction", heading_level=2),
        "parts": parts,
        "closing": render_prose(report.closing, elements, "the conclusion", heading_level=2),
        "more": more,
        "program": highlight_lines(report.shown_program, "python") if report.shown_program else [],
        "missing": missing_items(report),
        "contents": _contents(report, parts, has_more=bool(more)),
    }
    elements.check_complete()
    return context


def _parts(report: Report, elements: HtmlElements) -> list[Part]:
    groups: list[tuple[str | None, list[Question]]] = []
    for question in report.questions:
        if question.group is not None or not groups:
            groups.append((question.group, []))
        groups[-1][1].append(question)
    return [
        Part(
            heading=heading,
            anchor=f"part-{number}",
            level=(level := 2 if heading is None else 3),
            questions=tuple(_question(question, elements, level) for question in questions),
        )
        for number, (heading, questions) in enumerate(groups, start=1)
    ]


def _key_figure(item: KeyFigure, elements: HtmlElements) -> KeyFigure:
    texts = (item.label, item.value, item.note)
    return KeyFigure(*(render_inline(t, elements, "the strip of key figures") for t in texts))


def _question(question: Question, elements: HtmlElements, level: int) -> Question:
    where = f"the answer to {question.id}"
    return replace(
        question,
        label=render_inline(question.label, elements, f"the label of {question.id}"),
        prompt=render_prose(question.prompt, elements, f"the prompt of {question.id}", level + 1),
        answer=render_prose(question.answer, elements, where, level + 1),
    )


def _more(report: Report, elements: HtmlElements, parts: list[Part]) -> list[More]:
    """The sections of the appendix, rendered; they have headings of level 3."""
    questions = {question.id: question for part in parts for question in part.questions}
    return [
        replace(
            each,
            question=questions[each.question.id],
            passage=replace(
                each.passage,
                text=render_prose(
                    each.passage.text, elements, f"the part {each.passage.title}", heading_level=4
                ),
            ),
        )
        for each in mores(report)
    ]


def missing_items(report: Report) -> list[MissingItems]:
    """What answers lack of what the assignment requires, by question."""
    headings = {question.id: question.heading for question in report.questions}
    missing: dict[str, list[str]] = {}
    for item in report.coverage:
        if not item.is_covered:
            missing.setdefault(item.question, []).append(item.item)
    return [
        MissingItems(question, headings.get(question, question), tuple(items))
        for question, items in missing.items()
    ]


def _contents(report: Report, parts: list[Part], *, has_more: bool) -> list[ContentsEntry]:
    entries: list[ContentsEntry] = []
    listed = {question.id: question.listed for question in report.questions}
    for part in parts:
        lines = tuple(ContentsEntry(f"question-{q.id}", listed[q.id]) for q in part.questions)
        if part.heading is None:
            entries.extend(lines)
        else:
            entries.append(ContentsEntry(part.anchor, part.heading, lines))
    if report.closing:
        entries.append(ContentsEntry("conclusion", "Conclusion"))
    if has_more:
        entries.append(ContentsEntry("more", "More"))
    if report.shown_program:
        entries.append(ContentsEntry("program", PROGRAM))
    if missing_items(report):
        entries.append(ContentsEntry("missing", MISSING))
    entries.append(ContentsEntry("made", "How this report was made"))
    return entries
