"""Compare values of studies with those that follow from logits within the bounds of rounding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reportgen.evaluation.record_types import Rounding
from reportgen.verify.expected import shown
from reportgen.verify.findings import Difference

_MARGIN = 1.5
_LEAST = 1e-6  # means of float32 values, added in another order
_NONE = Rounding()


@dataclass(frozen=True)
class Loose:
    """Effects of rounding on counts and means that moved logits do not show.

    Attributes:
        n_flips: test images whose predicted class it can change.
        share_wrong: how far it can move a mean over the misclassified images, relative.
        marks: how rounding moves a field, by the field's name.
    """

    n_flips: int = 0
    share_wrong: float = 0.0
    marks: Mapping[str, Rounding] = field(default_factory=dict)


def compare(path: str, found: Any, values: Sequence[Any], loose: Loose) -> Iterator[Difference]:
    """Compare a value of the evidence with three that follow; the first is the middle one."""
    middle = values[0]
    if isinstance(middle, dict) and all(isinstance(value, dict) for value in values):
        if not isinstance(found, dict):
            yield Difference(path, f"is {shown(found)}; a record belongs there")
            return
        for key in middle:
            is_ratio = key == "accuracy" and "n_correct" in middle
            if not loose.marks.get(key, _NONE).exact and not is_ratio:
                inner = [value.get(key) for value in values]
                yield from compare(f"{path}.{key}", found.get(key), inner, loose)
    elif isinstance(middle, list) and all(isinstance(each, dict | float | int) for each in middle):
        if {len(value) for value in values if isinstance(value, list)} != {len(middle)}:
            return
        if not isinstance(found, list) or len(found) != len(middle):
            yield Difference(path, f"does not have {len(middle)} values")
            return
        for place, each in enumerate(zip(*values, strict=True)):
            yield from compare(f"{path}.{place}", found[place], each, loose)
    elif not _follows(path.rpartition(".")[2], found, values, loose):
        yield Difference(path, f"is {shown(found)}; weights and data give {shown(middle)}")


def _follows(key: str, found: Any, values: Sequence[Any], loose: Loose) -> bool:
    numbers = [value for value in values if _is_number(value)]
    if not _is_number(found) or not numbers:
        return any(type(found) is type(value) and found == value for value in values)
    middle = numbers[0]
    spread = max(abs(value - middle) for value in numbers)
    mark = loose.marks.get(key, _NONE)
    allowed = _MARGIN * spread + mark.share * max(map(abs, numbers)) + mark.number
    if mark.mean_of_wrong:
        allowed += loose.share_wrong * abs(middle)
    if mark.by_class:
        allowed += loose.n_flips
    if isinstance(middle, float):
        allowed += _LEAST * max(1.0, abs(middle))
    return bool(abs(found - middle) <= allowed)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
