"""A verification told to a person, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.verify.findings import Level, Verification

MAX_SHOWN = 12
MAX_LINES = 30  # of differences in all: a screen
_WIDTH = 18


def describe(found: Verification) -> str:
    """The whole judgement, in lines."""
    return "\n".join(_printable(line) for line in _lines(found))


def _lines(found: Verification) -> Iterator[str]:
    yield f"{found.place}: {_whose(found)}"
    for level in found.levels:
        n = len(level.differences)
        count = f"{n} {'difference' if n == 1 else 'differences'} in: " if n else ""
        yield f"{level.name:<{_WIDTH}}{level.status:<13}{count}{level.note}"
    left = MAX_LINES
    for level in found.levels:
        n = min(MAX_SHOWN, left)
        left -= min(n, len(level.differences))
        yield from _differences(level, n)
    yield from (f"note: {remark}" for remark in found.remarks)
    yield f"{found.verdict}. This does not prove:"
    yield from (f"  - {each}" for each in found.not_proved)


def _whose(found: Verification) -> str:
    about = found.about
    author = about["author"] or "no author"
    id = f" ({about['student_id']})" if about["student_id"] else ""
    return f"{author}{id}, {about['assignment']}, {about['data_tier']} data"


def _differences(level: Level, n: int) -> Iterator[str]:
    if not level.differences:
        return
    yield f"{level.name}:"
    for each in level.differences[:n]:
        yield f"  {each.place}: {each.text}"
    left = len(level.differences) - n
    if left > 0:
        yield f"  ... and {left} more (--json lists them)"


def _printable(line: str) -> str:
    """A line that cannot steer a terminal, whatever names a stranger chose."""
    return "".join(char if char.isprintable() else " " for char in line)
