"""Which words of one text stand in the place of which of another."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

MAX_SHOWN = 300
ONLY_MARKUP = "the same words in other markup"


def replaced(found: Sequence[str], expected: Sequence[str]) -> Iterator[tuple[range, range]]:
    """Where two sequences differ: ranges of the first, and what belongs there of the second."""
    matcher = difflib.SequenceMatcher(a=found, b=expected, autojunk=False)
    for kind, low, high, start, stop in matcher.get_opcodes():
        if kind != "equal":
            yield range(low, high), range(start, stop)


def describe_words(found: str, expected: str) -> str:
    """How a text differs from the one that belongs there, in words for a person."""
    words, right = found.split(), expected.split()
    changes = list(replaced(words, right))
    if not changes:
        return ONLY_MARKUP
    if len(changes) > 3 or not words or not right:
        return _instead(found, expected)
    return "; ".join(
        _instead(" ".join(words[a.start : a.stop]), " ".join(right[b.start : b.stop]))
        + _around(right, b)
        for a, b in changes
    )


def _instead(found: str, expected: str) -> str:
    if not found:
        return f"“{_shown(expected)}” is missing"
    if not expected:
        return f"“{_shown(found)}” does not belong there"
    return f"“{_shown(found)}” stands where “{_shown(expected)}” belongs"


def _around(words: Sequence[str], place: range) -> str:
    """The words around a place, so that it is found again."""
    before = words[max(0, place.start - 5) : place.start]
    after = words[place.stop : place.stop + 5]
    if not before and not after:
        return ""
    return f" (in “{_shown(' '.join([*before, '…', *after]))}”)"


def _shown(text: str) -> str:
    clean = "".join(char if char.isprintable() else " " for char in text)
    return clean if len(clean) <= MAX_SHOWN else clean[: MAX_SHOWN - 1] + "…"
