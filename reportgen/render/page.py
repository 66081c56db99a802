"""The variables of the two HTML layouts, in the order of reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reportgen.answers.coverage import MORE, PROGRAM
from reportgen.answers.document import Figure, KeyFigure, More, Question, Report, mores
from reportgen.render.listings import highlight_lines
from reportgen.render.manuscript import check_report
from reportgen.render.prose import render_inline, render_prose

if TYPE_CHECKING:
    from reportgen.render.elements import HtmlElements


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
class CoverageRow:
    """Required items of a question and their places; none if they are missing."""

    id: str
    heading: str
    items: tuple[str, ...]
    places: tuple[ContentsEntry, ...]


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
        "coverage": coverage_rows(report),
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


def coverage_rows(report: Report) -> list[CoverageRow]:
    """What was asked, and where it is, as far as its answer's text does not hold it.

    A question's items in one place share a row.
    """
    headings = {question.id: question.heading for question in report.questions}
    named = {("", PROGRAM): ContentsEntry("program", "the program")}
    for block in report.blocks:
        if isinstance(block, Figure):
            entry = ContentsEntry(f"figure-{block.id}", f"Figure\u00a0{block.number}")
            named["", f"Figure {block.number}"] = entry
    for each in mores(report):
        name = f"{MORE}{each.passage.title}"
        named[each.question.id, name] = ContentsEntry(each.anchor, name)
    rows: dict[tuple[str, str | None], list[str]] = {}
    for item in report.coverage:
        if item.where != headings.get(item.question):
            rows.setdefault((item.question, item.where), []).append(item.item)
    return [
        CoverageRow(
            id=question,
            heading=headings.get(question, question),
            items=tuple(items),
            places=_places(question, where, named),
        )
        for (question, where), items in rows.items()
    ]


def _places(
    question: str, where: str | None, named: Mapping[tuple[str, str], ContentsEntry]
) -> tuple[ContentsEntry, ...]:
    if where is None:
        return ()
    names = where.split(", ") if where.startswith("Figure ") else [where]
    return tuple(named.get((question, name)) or named["", name] for name in names)


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
    if coverage_rows(report):
        entries.append(ContentsEntry("coverage", "What was asked, and where it is"))
    entries.append(ContentsEntry("made", "How this report was made"))
    return entries
