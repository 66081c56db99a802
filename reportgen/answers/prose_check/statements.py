"""What the checker finds in an author's answer, and what happens if the evidence contradicts it.

This module does not import the checker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from reportgen.errors import MismatchError

Status = Literal["supported", "contradicted", "not testable"]
_MAX_SHOWN = 3


@dataclass(frozen=True)
class Statement:
    """One thing that an author's answer states.

    Attributes:
        file: ``answers/<question>.md``.
        line: in that file, from 1.
        passage: the words that carry it.
        sentence: in which they stand, without markup.
        status: what the evidence says of it.
        measured: what was measured, or why it cannot be tested.
    """

    file: str
    line: int
    passage: str
    sentence: str
    status: Status
    measured: str


@dataclass(frozen=True)
class CheckedText:
    """An author's text after the check.

    Attributes:
        markdown: with its contradicted passages marked.
        statements: what it states, in order.
        stated: the paths of the facts that it states correctly.
    """

    markdown: str
    statements: tuple[Statement, ...]
    stated: frozenset[str]


def contradicted(statements: Sequence[Statement]) -> list[Statement]:
    """The statements that the evidence contradicts."""
    return [each for each in statements if each.status == "contradicted"]


def describe_statement(statement: Statement) -> str:
    """A statement in one line: file and line, what it says, and what was measured."""
    text = (
        f"{statement.file}:{statement.line}: {statement.status}: “{statement.passage}”"
        f" ({statement.measured})"
    )
    return text.replace("\u00a0", " ")


def report_contradictions(
    statements: Sequence[Statement], notify: Callable[[str], None], *, allow: bool
) -> None:
    """Report every contradicted statement, or refuse the report because of them.

    Args:
        statements: all that the author's answers make.
        notify: called with each contradicted one, if they are allowed.
        allow: whether the report may print them, marked.

    Raises:
        MismatchError: the evidence contradicts a statement, and ``allow`` is false.
    """
    found = contradicted(statements)
    if allow:
        for statement in found:
            notify(describe_statement(statement))
    elif found:
        raise MismatchError("\n".join(_refusal(found)))


def _refusal(found: Sequence[Statement]) -> list[str]:
    shown = [describe_statement(each) for each in found[:_MAX_SHOWN]]
    left = len(found) - len(shown)
    more = f"{left} more: reportgen check. " if left else ""
    return [
        *shown,
        f'{more}Correct them, or let the report fill them in: {{{{ fact("...") | percent }}}}.',
        "With --allow-contradictions the report prints them, marked.",
    ]
