"""The words that tell what a number is about, and those that take it out of the checker's reach."""

from __future__ import annotations

import re
from typing import Final, Literal, cast

from reportgen.answers.prose import words
from reportgen.answers.prose.quantities import Quantity

Cue = Literal["accuracy", "error", "loss", "probability", "gap", "interval"]
Scored = Literal["accuracy", "error", "loss", "gap", "interval"]
ACCURACY: Final = "accuracy"
ERROR: Final = "error"
LOSS: Final = "loss"
PROBABILITY: Final = "probability"
GAP: Final = "gap"
INTERVAL: Final = "interval"


def metric_of(
    text: str,
    numbers: list[Quantity],
    k: int,
    without: tuple[Cue, ...] = (),
    *,
    only_outright: bool = False,
) -> tuple[Cue | None, bool]:
    """What the k-th number is about, and whether a word says so outright.

    The nearest cue wins, but none of those in ``without``; punctuation and other numbers
    between count as distance. "Reached" and its like hint at an accuracy only; they are
    left out where ``only_outright`` is set.
    """
    number = numbers[k]
    best: tuple[float, str, bool] | None = None
    found: list[tuple[str, re.Match[str], bool]] = [
        (name, match, True)
        for name, pattern in words.table("metrics").items()
        if name not in without
        for match in pattern.finditer(text)
    ]
    if not only_outright:
        found += [(ACCURACY, match, False) for match in words.hint_of_accuracy.finditer(text)]
    for name, match, strong in found:
        if match.start() < number.end and match.end() > number.start:
            continue
        cost = _distance(text, numbers, number, match) + (0 if strong else 12)
        if best is None or cost < best[0]:
            best = (cost, name, strong)
    return (cast("Cue", best[1]), best[2]) if best else (None, False)


def _distance(text: str, numbers: list[Quantity], number: Quantity, cue: re.Match[str]) -> float:
    start, end = sorted((number.start, cue.start()))
    low, high = (
        (number.end, cue.start()) if cue.start() >= number.end else (cue.end(), number.start)
    )
    between = text[low:high]
    walls = sum(int(cost) * len(p.findall(between)) for cost, p in words.table("walls").items())
    others = sum(1 for other in numbers if start < other.start < end and other is not number)
    return len(between) + walls + 25 * others


def is_setting(text: str, number: Quantity) -> bool:
    """Whether the words right beside a number make it a setting, a level, a size or a share."""
    if words.setting_after.match(text, number.end):
        return True
    return bool(words.setting_before.search(text[: number.start]))


def speaks_of_composition(text: str) -> bool:
    """Whether a sentence is about how data were divided or changed."""
    return bool(words.composition.search(text))


OTHER_RUNS = "it speaks of other runs or other moments of training"
_QUOTED = "it is quoted"


def speaks_of_some(text: str, number: Quantity) -> bool:
    """Whether a sentence is about part of the images; counts are taken so more readily."""
    whole_count = number.count is not None and number.count[1] is None
    return bool(words.some_images.search(text) or (whole_count and words.some_shown.search(text)))


def find_doubt(text: str, start: int, end: int, n_epochs: frozenset[int]) -> str:
    """Why the words from ``start`` to ``end`` are out of the checker's reach, or an empty text.

    What counts stands before them, after the last turn ("but"), or behind them in the same
    clause. ``n_epochs`` are those that the models were trained for: "after 10 epochs" is no
    other moment of training if that was the end.
    """
    if text[:start].count('"') % 2:
        return _QUOTED
    if words.other_settings.search(text, 0, end):
        return OTHER_RUNS
    turns = [turn.end() for turn in words.turn.finditer(text, 0, start)]
    stop = words.clause_end.search(text, end)
    scope = text[turns[-1] if turns else 0 : stop.start() if stop else len(text)]

    def is_end(found: re.Match[str]) -> str:
        n = found["n"]
        return "" if n is None or not n.isdigit() or int(n) in n_epochs else found[0]

    scope = words.epochs_trained.sub(is_end, words.than_hoped.sub("", scope))
    for reason, pattern in words.table("doubts").items():
        if pattern.search(scope):
            return reason
    return ""


def is_example(text: str) -> bool:
    """Whether a sentence about probabilities speaks of made-up or general ones."""
    return bool(words.example.search(text))
