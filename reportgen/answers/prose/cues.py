"""The words that tell what a number is about."""

from __future__ import annotations

import re

from reportgen.answers.prose import words
from reportgen.answers.prose.quantities import Quantity

_HINT_COSTS = 12  # in characters


def metric_of(text: str, numbers: list[Quantity], k: int, *, outright: bool = False) -> str | None:
    """What the k-th number is about: a key of the table ``metrics``.

    The nearest cue wins; punctuation and other numbers between count as distance.
    "Reached" and its like are no more than a ``hint`` at an accuracy; they and losses are
    left out where a word must say it ``outright``.
    """
    number = numbers[k]
    found = [
        (_distance(text, numbers, number, match) + _HINT_COSTS * (metric == "hint"), metric)
        for metric, pattern in words.table("metrics").items()
        if not (outright and metric in ("hint", "loss"))
        for match in pattern.finditer(text)
        if match.start() >= number.end or match.end() <= number.start
    ]
    return min(found, key=lambda cue: cue[0])[1] if found else None


def _distance(text: str, numbers: list[Quantity], number: Quantity, cue: re.Match[str]) -> int:
    low, high = sorted((number.start, cue.start()))
    between = text[min(number.end, cue.end()) : max(number.start, cue.start())]
    walls = sum(int(cost) * len(p.findall(between)) for cost, p in words.table("walls").items())
    others = sum(low < other.start < high for other in numbers if other is not number)
    return len(between) + walls + 25 * others


def is_setting(text: str, number: Quantity) -> bool:
    """Whether the words right beside a number make it a setting, a level, a size or a share."""
    before, after = words.setting_before, words.setting_after
    return bool(after.match(text, number.end) or before.search(text[: number.start]))
