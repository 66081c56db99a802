"""Which name belongs to which number: "0.9952 on training and 0.9771 on test".

Names of one kind (models, or parts of the data) are bound to the numbers of a sentence by
the first of these that applies:

1. one name alone belongs to every number, unless a contrast ("against", "than") stands
   between them;
2. as many names as numbers, all on one side: in the order of both ("respectively");
3. every number has a name before it, or every number has one after it;
4. a name that is joined to a number ("97 % on test", "test: 97 %");
5. names before numbers carry on until the next name; names after numbers reach back.

Where that leaves a doubt, a number keeps every name that it could have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from reportgen.answers.prose import words
from reportgen.answers.prose.quantities import Quantity
from reportgen.answers.prose.vocabulary import Mention, Names, union

NOBODY: Names = frozenset()


def bind(
    text: str, numbers: Sequence[Quantity], names: Sequence[Mention], *, listed: bool = False
) -> list[Names]:
    """For each number the names that it can belong to; none where the sentence names nothing.

    Args:
        text: the sentence.
        numbers, names: in it, in order.
        listed: whether names match numbers by their order only where they form a list.
    """
    distinct = {mention.names for mention in names}
    if not names or not numbers:
        return [NOBODY] * len(numbers)
    if len(distinct) == 1:
        return _bind_to_one(text, numbers, names)
    if len(numbers) == 1:
        return [_bind_only_number(text, numbers[0], names)]
    parallel = _bind_in_order(text, numbers, names, listed=listed)
    if parallel is not None:
        return parallel
    left = [_last_between(numbers, names, k) for k in range(len(numbers))]
    right = [_first_between(numbers, names, k) for k in range(len(numbers))]
    joined = [_joined(text, numbers, names, k) for k in range(len(numbers))]
    if all(left) and all(right) and left != right:
        return _decide(left, right, joined)
    if all(left):
        return [mention.names for mention in left if mention]
    if all(right):
        return [mention.names for mention in right if mention]
    return _carry(text, numbers, names, left, right, joined)


def _bind_to_one(text: str, numbers: Sequence[Quantity], names: Sequence[Mention]) -> list[Names]:
    """One name, or the same name several times."""
    bound = []
    for k, number in enumerate(numbers):
        nearest = min(names, key=lambda name: _gap(number, name))
        between = text[min(number.end, nearest.end) : max(number.start, nearest.start)]
        others = [n for n in numbers if n is not number and _lies_between(n, number, nearest)]
        apart = others and words.contrast.search(between)
        bound.append(NOBODY if apart or _is_next(text, numbers, names, k) else names[0].names)
    return bound


def _is_next(text: str, numbers: Sequence[Quantity], names: Sequence[Mention], k: int) -> bool:
    """Whether the first name comes after a number and begins what is said of the next.

    "It gets 93 % right, clothing 84 %": the 93 % are not clothing's.
    """
    after = _first_between(numbers, names, k)
    if k + 1 == len(numbers) or after is not names[0]:
        return False
    return bool(words.next_item.search(text, numbers[k].end, names[0].start))


def _gap(number: Quantity, name: Mention) -> int:
    return max(name.start - number.end, number.start - name.end)


def _lies_between(other: Quantity, number: Quantity, name: Mention) -> bool:
    low, high = sorted((number.start, name.start))
    return low < other.start < high


def _bind_in_order(
    text: str, numbers: Sequence[Quantity], names: Sequence[Mention], *, listed: bool
) -> list[Names] | None:
    before = [name for name in names if name.end <= numbers[0].start]
    after = [name for name in names if name.start >= numbers[-1].end]
    for side in (before, after):
        if len(side) == len(names) == len(numbers) > 1 and (not listed or _is_list(text, names)):
            return [name.names for name in side]
    if len(before) == len(names) or len(after) == len(names):
        return [union(names)] * len(numbers)
    return None


def _is_list(text: str, names: Sequence[Mention]) -> bool:
    """Whether names stand beside each other: "Coat, Shirt and Dress"."""
    pairs = pairwise(names)
    return all(words.listed.fullmatch(text, one.end, two.start) for one, two in pairs)


def _bind_only_number(text: str, number: Quantity, names: Sequence[Mention]) -> Names:
    """Several names and one number: the subject of "reached" and its like, or any of them."""
    before = [name for name in names if name.end <= number.start]
    linked = before and words.verb_link.fullmatch(text, before[-1].end, number.start)
    if linked and not words.object_before.search(text[: before[-1].start]):
        return before[-1].names
    after = [name for name in names if name.start >= number.end]
    if not before and after and words.joined_after.fullmatch(text, number.end, after[0].start):
        return after[0].names
    return union(names)


def _last_between(numbers: Sequence[Quantity], names: Sequence[Mention], k: int) -> Mention | None:
    start = numbers[k - 1].end if k else 0
    found = [name for name in names if start <= name.start and name.end <= numbers[k].start]
    return found[-1] if found else None


def _first_between(numbers: Sequence[Quantity], names: Sequence[Mention], k: int) -> Mention | None:
    end = numbers[k + 1].start if k + 1 < len(numbers) else 10**9
    found = [name for name in names if numbers[k].end <= name.start and name.end <= end]
    return found[0] if found else None


def _joined(
    text: str, numbers: Sequence[Quantity], names: Sequence[Mention], k: int
) -> Mention | None:
    """The name that is joined to a number on one side only, or stands before its brackets."""
    bracketed = _before_brackets(text, numbers, names, k)
    if bracketed is not None:
        return bracketed
    after, before = _first_between(numbers, names, k), _last_between(numbers, names, k)
    is_after = after and words.joined_after.fullmatch(text, numbers[k].end, after.start)
    is_before = before and words.joined_before.fullmatch(text, before.end, numbers[k].start)
    if is_after and not is_before:
        return after
    return before if is_before and not is_after else None


def _before_brackets(
    text: str, numbers: Sequence[Quantity], names: Sequence[Mention], k: int
) -> Mention | None:
    """The name before the brackets that a number stands in, if none stands inside them."""
    start, end = text.rfind("(", 0, numbers[k].start), text.find(")", numbers[k].end)
    if start < 0 or end < 0 or ")" in text[start : numbers[k].start]:
        return None
    if any(start < name.start < end for name in names):
        return None
    before = [name for name in names if name.end <= start]
    if not before or not re.fullmatch(r"(?:\s\w+){0,3}\s?", text[before[-1].end : start]):
        return None
    return before[-1]


def _decide(
    left: Sequence[Mention | None],
    right: Sequence[Mention | None],
    joined: Sequence[Mention | None],
) -> list[Names]:
    """Both directions are complete: one that agrees with every joined name, or every name."""
    for way in (left, right):
        if any(joined) and all(j is None or j == w for j, w in zip(joined, way, strict=True)):
            return [mention.names for mention in way if mention]
    return [
        (one.names if one else NOBODY) | (two.names if two else NOBODY)
        for one, two in zip(left, right, strict=True)
    ]


def _carry(
    text: str,
    numbers: Sequence[Quantity],
    names: Sequence[Mention],
    left: Sequence[Mention | None],
    right: Sequence[Mention | None],
    joined: Sequence[Mention | None],
) -> list[Names]:
    """Joined names first; then names reach on to, or back to, the numbers without one."""
    leads = left[0] is not None and joined[0] != right[0]
    bound: list[Names | None] = [mention.names if mention else None for mention in joined]
    for k, number in enumerate(numbers):
        if bound[k] is not None:
            continue
        near, far = (left[k], right[k]) if leads else (right[k], left[k])
        if near is not None:
            bound[k] = near.names
        elif far is not None and not leads:
            bound[k] = union(names) if _apart(text, number, far) else far.names
        elif far is not None and not _apart(text, number, far) and k == len(numbers) - 1:
            bound[k] = far.names | (bound[k - 1] or NOBODY if k else NOBODY)
    order = range(len(numbers)) if leads else range(len(numbers) - 1, -1, -1)
    step = -1 if leads else 1
    for k in order:
        if bound[k] is None and 0 <= k + step < len(numbers):
            bound[k] = bound[k + step]
    return [names if names is not None else NOBODY for names in bound]


def _apart(text: str, number: Quantity, name: Mention) -> bool:
    return bool(
        words.barrier.search(text, min(number.end, name.end), max(number.start, name.start))
    )
