"""The words that tell what a number is about."""

from __future__ import annotations

from reportgen.answers.prose import words
from reportgen.answers.prose.quantities import Quantity
from reportgen.answers.prose.sentences import Span, between

_HINT_COSTS = 12  # in characters


def metric_of(text: str, numbers: list[Quantity], k: int, *, outright: bool = False) -> str | None:
    """What the k-th number is about: a key of the table ``metrics``.

    The nearest cue wins; punctuation and other numbers between count as distance.
    "Reached" and its like are no more than a ``hint`` at an accuracy; they and losses are
    left out where a word must say it ``outright``.
    """
    number = numbers[k]
    found: list[tuple[int, str]] = []
    for metric, pattern in words.table("metrics").items():
        if outright and metric in ("hint", "loss"):
            continue
        farther = _HINT_COSTS if metric == "hint" else 0
        cues = (Span(*match.span()) for match in pattern.finditer(text))
        outside = (cue for cue in cues if cue.start >= number.end or cue.end <= number.start)
        found += ((_distance(text, numbers, number, cue) + farther, metric) for cue in outside)
    return min(found, key=lambda cue: cue[0])[1] if found else None


def _distance(text: str, numbers: list[Quantity], number: Quantity, cue: Span) -> int:
    low, high = sorted((number.start, cue.start))
    gap = between(text, number, cue)
    walls = sum(int(cost) * len(p.findall(gap)) for cost, p in words.table("walls").items())
    others = sum(low < other.start < high for other in numbers if other is not number)
    return len(gap) + walls + 25 * others


def is_setting(text: str, number: Quantity) -> bool:
    """Whether the words right beside a number make it a setting, a level, a size or a share."""
    before, after = words.setting_before, words.setting_after
    return bool(after.match(text, number.end) or before.search(text[: number.start]))
