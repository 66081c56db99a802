"""Which name, and which word for what it measures, belongs to a number.

Names of one kind (models, or parts of the data) are bound to the numbers of a sentence by
the first of these that applies:

1. one name alone belongs to every number, unless a contrast ("against", "than") stands
   between them;
2. as many names as numbers, all on one side: in the order of both ("respectively"); so are
   several lists of numbers behind one list of names;
3. every number has a name before it, or every number has one after it, in its clause;
4. a name that is joined to a number ("97 % on test", "test: 97 %");
5. names before numbers apply until the next name; names after numbers apply backwards.

If that leaves a doubt, a number keeps every name that it could have.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from reportgen.answers.prose_check import words
from reportgen.answers.prose_check.quantities import Quantity
from reportgen.answers.prose_check.sentences import Span, between
from reportgen.answers.prose_check.vocabulary import Mention, Names, union

_HINT_COSTS = 12  # in characters
NOBODY: Names = frozenset()
Bound = tuple[Names, bool]  # the names, and whether nothing else can be meant
Sides = list[Mention | None]  # for each number, a name beside it or None


def bind(
    text: str, numbers: Sequence[Quantity], names: Sequence[Mention], *, listed: bool = False
) -> list[Bound]:
    """For each number the names that it can belong to; none where the sentence has no name.

    A name is unsure where another number stands between it and its number, or where numbers
    that are compared with each other only follow the order of the names.

    Args:
        text: the sentence.
        numbers, names: in it, in order.
        listed: whether names match numbers by their order only where they form a list.
    """
    if not names or not numbers:
        return [(NOBODY, True)] * len(numbers)
    left, right = _sides(text, numbers, names)
    if len({mention.names for mention in names}) == 1:
        return [
            _of_only_name(text, numbers, names, k, left[k], right[k]) for k in range(len(numbers))
        ]
    if len(numbers) == 1:
        meant = _of_only_number(text, numbers[0], left[0], right[0])
        if right[0] and meant == right[0].names:  # "better than 98 % on training and test"
            k = names.index(right[0])
            meant = union(n for n in names[k:] if _is_list(text, names[k : names.index(n) + 1]))
        return [(meant or union(names), True)]
    if names[-1].end <= numbers[0].start or names[0].start >= numbers[-1].end:  # all on one side
        if _is_list(text, names) and _in_groups(text, numbers, len(names)):
            return [(name.names, True) for name in names] * (len(numbers) // len(names))
        if not listed and len(names) == len(numbers) and _are_set_against(text, numbers):
            return [(name.names, False) for name in names]
        return [(union(names), True)] * len(numbers)
    pairs = zip(numbers, left, right, strict=True)
    joined = [_joined(text, number, *beside) for number, *beside in pairs]
    ways = [way for way in (left, right) if all(way)]
    if not ways:
        return _carry(text, numbers, names, left, right, joined)
    if any(joined):
        ways = [way for way in ways if _agrees(joined, way)][:1] or ways
    options = zip(*ways, strict=True)
    return [(union(name for name in beside if name), True) for beside in options]


def _sides(text: str, numbers: Sequence[Quantity], names: Sequence[Mention]) -> tuple[Sides, Sides]:
    """For each number the nearest name on its left and on its right, up to the next number.

    If there are two and a word like "but" stands before one of them, that one does not count.
    """
    ends = [0, *(number.end for number in numbers)]
    starts = [*(number.start for number in numbers), 10**9]
    left: Sides = []
    right: Sides = []
    for k, number in enumerate(numbers):
        before = [n for n in names if ends[k] <= n.start and n.end <= number.start]
        after = [n for n in names if number.end <= n.start and n.end <= starts[k + 1]]
        beside = before[-1:] + after[:1]
        near = [n for n in beside if not words.turn_of_clause.search(between(text, number, n))]
        left.append(before[-1] if before and before[-1] in (near or beside) else None)
        right.append(after[0] if after and after[0] in (near or beside) else None)
    return left, right


def _of_only_name(
    text: str,
    numbers: Sequence[Quantity],
    names: Sequence[Mention],
    k: int,
    before: Mention | None,
    after: Mention | None,
) -> Bound:
    if _is_anothers(text, numbers, names, k, after):
        return NOBODY, False
    joined = after and words.joined_after.fullmatch(between(text, numbers[k], after))
    return names[0].names, bool(before or joined or (after and len(numbers) == 1))


def _is_anothers(
    text: str, numbers: Sequence[Quantity], names: Sequence[Mention], k: int, after: Mention | None
) -> bool:
    """Whether the only name in a sentence does not belong to a number.

    A contrast stands between them, or the name belongs to the next number: in "It gets 93 %
    right, clothing 84 %" the 93 % is not clothing's.
    """
    number = numbers[k]
    starts_next = after is names[0] and k + 1 < len(numbers)
    ahead = between(text, number, names[0])
    if starts_next and (words.next_item.search(ahead) or words.contrast.search(ahead)):
        return True
    if starts_next and "(" in ahead and ")" not in between(text, numbers[k + 1], names[0]):
        return True  # of "97.9 % (training 99.7 %)" the name in brackets has its own number
    nearest = min(names, key=lambda name: max(name.start - number.end, number.start - name.end))
    low, high = sorted((number.start, nearest.start))
    gap = between(text, number, nearest)
    if low == number.start:  # of "with 97 % against 88 %, digits wins" neither is sure
        pair = k and words.contrast.search(between(text, numbers[k - 1], number))
        loose = pair and not words.joined_after.fullmatch(gap)
        if loose or words.number_was_in_brackets.search(gap):
            return True
        apart = words.contrast.search(gap) or words.name_in_brackets.search(gap)
    else:
        apart = words.contrast_before.search(gap) or words.name_was_in_brackets.search(gap)
    return bool(apart and any(low < other.start < high for other in numbers))


def _in_groups(text: str, numbers: Sequence[Quantity], size: int) -> bool:
    """Whether numbers stand in lists of that size: "99 % and 97 % for ..., 91 % and 88 % for"."""
    groups = [numbers[k : k + size] for k in range(0, len(numbers), size)]
    return len(groups[-1]) == size and all(_is_list(text, group) for group in groups)


def _of_only_number(
    text: str, number: Quantity, before: Mention | None, after: Mention | None
) -> Names:
    """The subject of "reached" and its like, or the only name joined to the number."""
    if before is None:
        joined = after and words.joined_after.fullmatch(between(text, number, after))
        return after.names if after and joined else NOBODY
    linked = words.verb_link.fullmatch(between(text, before, number))
    is_object = words.object_before.search(text[: before.start])
    return before.names if linked and not is_object else NOBODY


def _are_set_against(text: str, numbers: Sequence[Quantity]) -> bool:
    """Whether numbers are compared with each other: "97.9 % against 88.2 %"."""
    return all(words.set_against.fullmatch(between(text, *pair)) for pair in pairwise(numbers))


def _is_list(text: str, parts: Sequence[Span]) -> bool:
    """Whether names or numbers stand beside each other: "Coat, Shirt and Dress"."""
    return all(words.listed.fullmatch(between(text, *pair)) for pair in pairwise(parts))


def _joined(
    text: str, number: Quantity, before: Mention | None, after: Mention | None
) -> Mention | None:
    """The name that is joined to a number on one side only."""
    is_after = after and words.joined_after.fullmatch(between(text, number, after))
    is_before = before and words.joined_before.fullmatch(between(text, before, number))
    if bool(is_after) == bool(is_before):
        return None
    return after if is_after else before


def _agrees(joined: Sides, way: Sides) -> bool:
    return all(name in (None, of_way) for name, of_way in zip(joined, way, strict=True))


def _carry(
    text: str,
    numbers: Sequence[Quantity],
    names: Sequence[Mention],
    left: Sides,
    right: Sides,
    joined: Sides,
) -> list[Bound]:
    """Joined names first; then names apply forwards, or backwards, to numbers without one."""
    leads = left[0] is not None and (joined[0] is None or joined[0] != right[0])
    order = range(len(numbers)) if leads else range(len(numbers) - 1, -1, -1)
    bound, last = [(NOBODY, True)] * len(numbers), NOBODY
    for k in order:
        near, far = (left[k], right[k]) if leads else (right[k], left[k])
        own = joined[k] or near
        apart = far and words.barrier.search(between(text, numbers[k], far))
        turned = leads and k and words.turn_of_clause.search(between(text, *numbers[k - 1 : k + 1]))
        if own:
            last = own.names
        elif turned or (far and not leads and not _is_list(text, numbers[k : k + 2])):
            last = union(names)
        elif far and not apart and k == len(numbers) - 1:
            last = far.names | last
        bound[k] = last, bool(own)
    return bound


def metric_of(text: str, numbers: list[Quantity], k: int, *, outright: bool = False) -> str | None:
    """What the k-th number is about: a key of the table ``metrics``.

    The nearest cue wins; punctuation and other numbers between count as distance.
    "Reached" and its like are only a ``hint`` at an accuracy. With ``outright``, hints and
    losses do not count.
    """
    number = numbers[k]
    found: list[tuple[int, str]] = []
    for metric, pattern in words.table("metrics").items():
        if outright and metric in ("hint", "loss"):
            continue
        farther = _HINT_COSTS if metric == "hint" else 0
        cues = (Span(*match.span()) for match in pattern.finditer(text))
        found += ((_distance(text, numbers, number, cue) + farther, metric) for cue in cues)
    return min(found, key=lambda cue: cue[0])[1] if found else None


def _distance(text: str, numbers: list[Quantity], number: Quantity, cue: Span) -> int:
    low, high = sorted((number.start, cue.start))
    gap = between(text, number, cue)
    walls = sum(int(cost) * len(p.findall(gap)) for cost, p in words.table("walls").items())
    others = sum(low < other.start < high for other in numbers if other is not number)
    return len(gap) + walls + 25 * others
