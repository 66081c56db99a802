"""What happens to statements of the author's that the evidence contradicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reportgen.answers.prose_check.statements import Statement
from reportgen.errors import MismatchError

_MAX_SHOWN = 3


def contradicted(statements: Sequence[Statement]) -> list[Statement]:
    """Those of the statements that the evidence contradicts."""
    return [each for each in statements if each.status == "contradicted"]


def describe(statement: Statement) -> str:
    """A statement in one line: file and line, what it says, and what was measured."""
    text = (
        f"{statement.file}:{statement.line}: {statement.status}: “{statement.passage}”"
        f" ({statement.measured})"
    )
    return text.replace("\u00a0", " ")


def settle_contradictions(
    statements: Sequence[Statement], notify: Callable[[str], None], *, allow: bool
) -> None:
    """Tell of every contradicted statement, or stop at them.

    Args:
        statements: all of the author's.
        notify: told of each, where they are allowed.
        allow: whether they may stand in the report, marked.

    Raises:
        MismatchError: there are some, and they are not allowed.
    """
    found = contradicted(statements)
    if allow:
        for statement in found:
            notify(describe(statement))
    elif found:
        raise MismatchError("\n".join(_refusal(found)))


def _refusal(found: Sequence[Statement]) -> list[str]:
    shown = [describe(each) for each in found[:_MAX_SHOWN]]
    left = len(found) - len(shown)
    more = f"{left} more: reportgen check. " if left else ""
    return [
        *shown,
        f'{more}Correct them, or let the report fill them in: {{{{ fact("...") | percent }}}}.',
        "With --allow-contradictions the report prints them, marked.",
    ]
