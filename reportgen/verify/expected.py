"""Compare a value of the evidence with the one that follows from other values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from reportgen.studies.context import Contradiction, Near
from reportgen.verify.findings import Difference

RELATIVE = 1e-9  # formulas in float64, on any machine


def must_be(
    path: str, found: Any, expected: Any, tolerance: float = RELATIVE
) -> Iterator[Difference]:
    """Differences of a value from the one that follows, at any depth.

    Args:
        path: of the value in the evidence.
        found: the value; records may have more keys than in ``expected``.
        expected: what follows from other values; a ``Near`` or ``Contradiction`` at any depth.
        tolerance: for floats, absolute and relative.
    """
    if isinstance(expected, Contradiction):
        yield Difference(path, expected.text)
    elif isinstance(expected, Near):
        if not isinstance(found, int | float) or not abs(found - expected.value) <= expected.off:
            yield Difference(path, f"is {shown(found)}; {shown(expected.value)} follows")
    elif isinstance(expected, Mapping):
        if not isinstance(found, Mapping):
            yield Difference(path, "is no record")
            return
        for key, value in expected.items():
            yield from must_be(f"{path}.{key}", found.get(key), value, tolerance)
    elif isinstance(expected, list | tuple):
        if not isinstance(found, list | tuple) or len(found) != len(expected):
            yield Difference(path, f"does not have {len(expected)} values")
            return
        for place, value in enumerate(expected):
            yield from must_be(f"{path}.{place}", found[place], value, tolerance)
    elif not _same(found, expected, tolerance):
        yield Difference(path, f"is {shown(found)}; {shown(expected)} follows")


def _same(found: Any, expected: Any, tolerance: float) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool):
        return found is expected
    if isinstance(expected, float) and isinstance(found, int | float):
        return math.isclose(found, expected, rel_tol=tolerance, abs_tol=tolerance)
    return bool(found == expected)


def shown(value: Any) -> str:
    """A value as text for a message."""
    if value is None:
        return "nothing"
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."
