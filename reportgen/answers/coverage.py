"""What an assignment requires: whether a report can have it, and where the report has it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from reportgen.answers.document import (
    Block,
    Coverage,
    Equation,
    Fact,
    Figure,
    Inline,
    Listing,
    Match,
    Question,
    Table,
)
from reportgen.answers.facts import at
from reportgen.answers.faults import nearest
from reportgen.config.assignments import Assignment, QuestionSettings, Requirement
from reportgen.errors import ConfigError, RenderError
from reportgen.figures.catalogue import FIGURES

Record = Mapping[str, Any]
Place = tuple[int, int]  # how many inlines, how many blocks came before
Spans = dict[str, tuple[Place, Place]]

_ELEMENTS: dict[str, type] = {
    "equation": Equation,
    "table": Table,
    "listing": Listing,
}


def find_coverage(
    plans: Sequence[QuestionSettings],
    spans: Spans,
    inlines: Sequence[Inline],
    blocks: Sequence[Block],
    questions: Sequence[Question],
    stated: Mapping[str, Collection[str]],
) -> tuple[Coverage, ...]:
    """Every required item of every question, with the place that covers it or None.

    Args:
        plans: the assignment's questions.
        spans: for each question, how many inlines and blocks there were before and after
            its answer.
        inlines, blocks: of the whole report.
        questions: the finished questions, in the order of the plans.
        stated: for each question, the paths of the facts that the author's own words
            state correctly.
    """
    found = []
    for plan, question in zip(plans, questions, strict=True):
        (inline_start, block_start), (inline_end, block_end) = spans[plan.id]
        for requirement in plan.requires:
            where = _where(
                requirement,
                question,
                inlines[inline_start:inline_end],
                blocks[block_start:block_end],
                stated[plan.id],
            )
            found.append(Coverage(plan.id, requirement.says, where))
    return tuple(found)


def _where(
    requirement: Requirement,
    question: Question,
    inlines: Sequence[Inline],
    blocks: Sequence[Block],
    stated: Collection[str],
) -> str | None:
    if requirement.figure is not None:
        figures = [b for b in blocks if isinstance(b, Figure) and b.spec.kind == requirement.figure]
        if len(figures) >= requirement.n:
            return ", ".join(f"Figure {figure.number}" for figure in figures)
        if not requirement.fact:
            return None
    if requirement.fact:
        pattern = _pattern_of(requirement.fact)
        given = {i.path for i in inlines if isinstance(i, Fact)} | set(stated)
        paths = {path for path in given if pattern.fullmatch(path)}
        return question.heading if len(paths) >= requirement.n else None
    if requirement.element == "match":
        n_found = sum(isinstance(inline, Match) for inline in inlines)
        n_found += sum(path.endswith(".match") for path in stated)
    elif requirement.element == "verdict":
        n_found = int(question.verdict is not None)
    else:
        kind = _ELEMENTS[requirement.element or "table"]
        n_found = sum(isinstance(block, kind) for block in blocks)
    return question.heading if n_found >= requirement.n else None


def _pattern_of(paths: Sequence[str]) -> re.Pattern[str]:
    """A pattern that matches what any of the paths matches."""
    parts = {"**": ".+", "*": "[^.]+"}
    each = [r"\.".join(parts.get(p, re.escape(p)) for p in path.split(".")) for path in paths]
    return re.compile("|".join(each))


def check_figures_required(assignment: Assignment) -> None:
    """Check that every required figure is of a known kind.

    Raises:
        ConfigError: a kind is unknown; the message names the question and the nearest kind.
    """
    for question in assignment.settings.questions:
        for requirement in question.requires:
            kind = requirement.figure
            if kind is not None and kind not in FIGURES:
                raise ConfigError(
                    f"{assignment.source}: the question {question.id} requires "
                    f"{requirement.says!r}: there is no figure {kind!r}. {nearest(kind, FIGURES)}"
                )


def check_facts_required(assignment: Assignment, records: Sequence[Record]) -> None:
    """Check that a run can have every required fact.

    A fact below an empty value or past the end of a list passes: another run may have it.

    Args:
        assignment: whose requirements are checked.
        records: evidence of several runs, with ``derived``.

    Raises:
        ConfigError: a path leads nowhere; the message names the question and the nearest paths.
    """
    for question in assignment.settings.questions:
        for requirement in question.requires:
            for path in requirement.fact:
                if not any(_can_be(record, path) for record in records):
                    raise ConfigError(
                        f"{assignment.source}: the question {question.id} requires "
                        f"{requirement.says!r}: {_fault(records[0], path)}"
                    )


def _can_be(record: Record, path: str) -> bool:
    parts = path.split(".")
    if "**" not in parts:
        return _leads_on(record, parts)
    pattern = _pattern_of([path])
    return any(pattern.fullmatch(each) for each in _paths("", record))


def _leads_on(value: Any, parts: Sequence[str]) -> bool:
    if value is None or not parts:
        return not isinstance(value, dict)
    part, *rest = parts
    if isinstance(value, dict):
        inner = list(value.values()) if part == "*" else [value[part]] if part in value else []
        return any(_leads_on(each, rest) for each in inner)
    if isinstance(value, list) and (part == "*" or part.isdigit()):
        entries = value if part == "*" else value[int(part) :][:1]
        return not entries or any(_leads_on(each, rest) for each in entries)
    return False


def _paths(path: str, value: Any) -> Iterator[str]:
    """The paths of all single values and lists."""
    if path and not isinstance(value, dict):
        yield path
    for name, inner in _entries(value).items():
        yield from _paths(f"{path}.{name}" if path else name, inner)


def _entries(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {str(place): entry for place, entry in enumerate(value)}
    return dict(value) if isinstance(value, dict) else {}


def _fault(record: Record, path: str) -> str:
    """What is wrong with a path that leads nowhere; each star stands for the first entry."""
    if "**" in path.split("."):
        return f"no fact is of the form {path}."
    value: Any = record
    named: list[str] = []
    for part in path.split("."):
        entries = _entries(value)
        named.append(next(iter(entries), part) if part == "*" else part)
        value = entries.get(named[-1])
    try:
        at(record, ".".join(named))
    except RenderError as error:
        return str(error)
    return f"{path} holds others. Name one of them, or end with a star: {path}.*"
