"""The words that compare accuracies: better and worse, beats and loses, equal and different."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from reportgen.answers.prose import words

Sort = Literal["better", "worse", "beats", "loses", "equal", "different"]


@dataclass(frozen=True)
class Comparator:
    """Words that compare, and whether they say so of their subject as a verb does."""

    sort: Sort
    start: int
    end: int
    verb: bool = False


def find_comparators(text: str) -> list[Comparator]:
    """The comparators of a text in order; of those that overlap, the first sort listed."""
    kept: list[Comparator] = []
    for sort, pattern in words.table("comparators").items():
        for found in pattern.finditer(text):
            if any(found.end() > c.start and found.start() < c.end for c in kept):
                continue
            comparator = _comparator(sort, found, text)
            if comparator is not None:
                kept.append(comparator)
    return sorted(kept, key=lambda c: c.start)


def _comparator(sort: str, found: re.Match[str], text: str) -> Comparator | None:
    span = found.span()
    if sort in ("higher", "lower"):
        noun = words.compared_noun.search(text[: found.start()])
        if noun is None or noun["noun"].lower().startswith("loss"):
            return None
        fault = noun["noun"].lower().startswith(("error", "mistake"))
        return Comparator("better" if (sort == "higher") != fault else "worse", *span)
    if sort == "not as":
        return Comparator("worse", *span)
    plain: Sort = sort  # type: ignore[assignment]
    return Comparator(plain, *span, verb=sort in ("beats", "loses"))
