"""Whether what an assignment requires can be there: the kinds of figures, and paths of facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportgen.answers.coverage import pattern_of
from reportgen.answers.facts import at
from reportgen.answers.faults import nearest
from reportgen.config.assignments import Assignment
from reportgen.errors import ConfigError, RenderError
from reportgen.figures.catalogue import FIGURES

Record = Mapping[str, Any]


def check_figures_required(assignment: Assignment) -> None:
    """Check that every figure that is required is of a kind that there is.

    Raises:
        ConfigError: one is not; the message names the question and the nearest kind.
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
    """Check that every fact that is required is one that a run can have.

    A place that is empty in these records, or a list that is shorter, may have it in
    another run, so it is let pass.

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
    pattern = pattern_of([path])
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
    """What is wrong with a path that leads nowhere, looked for where its first stars may lead."""
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
