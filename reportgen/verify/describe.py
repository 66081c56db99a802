"""A verification told to a person, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.verify.findings import Level, Verification

MAX_SHOWN = 12
_WIDTH = 18


def describe(found: Verification) -> str:
    """The whole judgement, in lines."""
    return "\n".join(_printable(line) for line in _lines(found))


def _lines(found: Verification) -> Iterator[str]:
    yield f"{found.place}: {_whose(found)}"
    for level in found.levels:
        yield f"{level.name:<{_WIDTH}}{level.status:<13}{level.note}"
    for level in found.levels:
        yield from _differences(level)
    yield from (f"note: {remark}" for remark in found.remarks)
    verdict = "what was looked at agrees" if found.agrees else "it is not what its evidence says"
    yield f"{verdict}. This does not prove:"
    yield from (f"  - {each}" for each in found.not_proved)


def _whose(found: Verification) -> str:
    about = found.about
    author = about["author"] or "no author"
    id = f" ({about['student_id']})" if about["student_id"] else ""
    return f"{author}{id}, {about['assignment']}, {about['data_tier']} data"


def _differences(level: Level) -> Iterator[str]:
    if not level.differences:
        return
    yield f"{level.name}:"
    for each in level.differences[:MAX_SHOWN]:
        yield f"  {each.place}: {each.text}"
    left = len(level.differences) - MAX_SHOWN
    if left > 0:
        yield f"  ... and {left} more (--json lists them)"


def _printable(line: str) -> str:
    """A line that cannot steer a terminal, whatever names a stranger chose."""
    return "".join(char if char.isprintable() else " " for char in line)
