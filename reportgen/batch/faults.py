"""What is wrong with a roster, all of it told at once in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.errors import ConfigError

_MAX_SHOWN = 3
_MAX_ID = 24


@dataclass(frozen=True)
class Fault:
    """Something wrong in one row.

    Attributes:
        row: its number.
        id: of the row, as far as it has one.
        text: begins with the column.
    """

    row: int
    id: str
    text: str


def require_no_fault(path: Path, faults: Sequence[Fault], n_rows: int) -> None:
    """Raise a ``ConfigError`` that names every row with a fault, and the first faults in full.

    Args:
        path: the roster.
        faults: in any order.
        n_rows: how many students it has.
    """
    if not faults:
        return
    by_text: dict[str, list[Fault]] = {}
    for fault in sorted(faults, key=lambda fault: fault.row):
        by_text.setdefault(" ".join(fault.text.split()), []).append(fault)
    bad = {fault.row for fault in faults}
    lines = [f"{path}: {len(bad)} of {n_rows} rows cannot be used; nothing was made."]
    told: set[int] = set()
    for text, group in list(by_text.items())[:_MAX_SHOWN]:
        rows = [fault.row for fault in group]
        name = f" ({group[0].id[:_MAX_ID]})" if len(rows) == 1 and group[0].id else ""
        lines.append(f"{_rows(rows)}{name}: {text}")
        told.update(rows)
    n_left = len(by_text) - _MAX_SHOWN
    if n_left > 0:
        others = f" in {_rows(bad - told)}" if bad - told else ""
        lines.append(f"... and {n_left} more{others}.")
    raise ConfigError("\n".join(lines))


def _rows(numbers: Iterable[int]) -> str:
    """Row numbers in words: ``rows 2, 4-6``."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    parts = [f"{first}-{last}" if last > first else str(first) for first, last in spans]
    is_one = len(spans) == 1 and spans[0][0] == spans[0][1]
    return f"{'row' if is_one else 'rows'} {', '.join(parts)}"
