"""What an assignment requires: whether a report can have it, and whether the report has it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reportgen.answers.document import (
    Block,
    CodeMode,
    Coverage,
    Equation,
    Fact,
    Figure,
    Inline,
    Listing,
    Match,
    ProgramLines,
    Question,
    Table,
    marks_below,
)
from reportgen.answers.facts import at
from reportgen.answers.faults import nearest
from reportgen.config.assignments import Assignment, QuestionSettings, Requirement
from reportgen.errors import ConfigError, RenderError
from reportgen.figures.catalogue import FIGURES

Record = Mapping[str, Any]

_ELEMENTS: dict[str, type] = {
    "equation": Equation,
    "table": Table,
    "match": Match,
}


def find_coverage(
    plans: Sequence[QuestionSettings],
    questions: Sequence[Question],
    inlines: Sequence[Inline],
    blocks: Sequence[Block],
    stated: Mapping[str, Collection[str]],
    code: CodeMode,
    left_out: Collection[str] = (),
) -> tuple[Coverage, ...]:
    """Every required item of every question, and whether its answer holds it.

    What an answer folds counts, and so does its code in the program. A report without code is
    not asked for listings, nor one for what a study would have found that was left out.

    Args:
        plans: the assignment's questions.
        questions: the finished questions, in the order of the plans.
        inlines, blocks: of the whole report.
        stated: for each question, the paths of the facts that the author's own words
            state correctly.
        code: where the report has its code.
        left_out: names of studies that could not be made.
    """
    shown = [block if code == "inline" else _without_code(block) for block in blocks]
    found = []
    for plan, question in zip(plans, questions, strict=True):
        of_inlines, of_blocks = marks_below(question.answer, shown)
        elements = (*(inlines[k] for k in of_inlines), *(shown[k] for k in of_blocks))
        for requirement in plan.requires:
            if requirement.element == "listing" and code == "none":
                continue
            if requirement.fact and all(_is_below(path, left_out) for path in requirement.fact):
                continue
            if requirement.element == "verdict":
                is_covered = question.verdict is not None
            else:
                is_covered = _n_found(requirement, elements, stated[plan.id]) >= requirement.n
            found.append(Coverage(plan.id, requirement.says, is_covered))
    return tuple(found)


def _is_below(path: str, studies: Collection[str]) -> bool:
    parts = path.split(".")
    return parts[0] == "studies" and parts[1] in studies


def _without_code(block: Block) -> Block:
    """A step of the program that its answer does not show, without what is in it."""
    if isinstance(block, Listing) and block.step is not None:
        return replace(block, code="", output="")
    return block


def _n_found(
    requirement: Requirement, elements: Sequence[Inline | Block], stated: Collection[str]
) -> int:
    if requirement.figure is not None:
        n_figures = sum(
            isinstance(each, Figure) and each.spec.kind == requirement.figure for each in elements
        )
        if n_figures >= requirement.n or not requirement.fact:
            return n_figures
    if requirement.fact:
        pattern = _pattern_of(requirement.fact)
        given = {each.path for each in elements if isinstance(each, Fact)} | set(stated)
        return sum(pattern.fullmatch(path) is not None for path in given)
    if requirement.element == "listing":
        return sum(_n_listings(each) for each in elements)
    n_found = sum(isinstance(each, _ELEMENTS[requirement.element or "table"]) for each in elements)
    if requirement.element == "match":
        n_found += sum(path.endswith(".match") for path in stated)
    return n_found


def _n_listings(element: Inline | Block) -> int:
    """How many listings of code an element is, shown here or in the program."""
    if isinstance(element, ProgramLines):
        return element.n_steps
    return int(isinstance(element, Listing) and element.language != "text" and bool(element.code))


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
