"""Find statements on which model, or which part of the data, has the higher accuracy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reportgen.answers.prose import cues, words
from reportgen.answers.prose.claims import Claim, ComparisonClaim, Place, SplitComparisonClaim
from reportgen.answers.prose.comparators import Comparator, find_comparators
from reportgen.answers.prose.comparison_case import (
    Case,
    is_passive,
    object_of,
    other_than,
    subject_of,
)
from reportgen.answers.prose.context import Context
from reportgen.answers.prose.sentences import Sentence
from reportgen.answers.prose.vocabulary import find_splits


def find_comparisons(
    sentence: Sentence, context: Context, n_epochs: frozenset[int]
) -> Iterator[Claim]:
    """The comparisons that a sentence makes.

    Args:
        sentence: no question, no heading.
        context: what came before.
        n_epochs: how long the report's models were trained.
    """
    text = sentence.text
    named = [m for m in context.vocabulary.find_models(text) if len(m.names) == 1]
    splits = find_splits(text)
    for comparator in find_comparators(text):
        if not sentence.typed(comparator.start, comparator.end):
            continue
        doubt = cues.find_doubt(text, comparator.start, comparator.end, n_epochs)
        doubt = "" if doubt == cues.OTHER_RUNS and words.always.search(text) else doubt
        case = Case(sentence, comparator, named, splits, context, doubt)
        claim = _about_splits(case) or _about_models(case)
        if claim is not None:
            yield claim


def find_bare_answer(sentence: Sentence, context: Context) -> ComparisonClaim | None:
    """The answer "The digits model, because ..." to the question which one is more accurate."""
    named = [m for m in context.vocabulary.find_models(sentence.text) if len(m.names) == 1]
    if not named or not words.bare_start.fullmatch(sentence.text, 0, named[0].start):
        return None
    rest = sentence.text[named[0].end :]
    if not words.bare_end.match(rest) or re.match(r"[^:;]*\d", rest):
        return None
    (better,) = named[0].names
    worse = other_than(better, context)
    if worse is None:
        return None
    return ComparisonClaim(
        Place(sentence, named[0].start, named[0].end),
        better,
        worse,
        "better",
        splits=frozenset(),
        always=False,
    )


def _about_splits(case: Case) -> SplitComparisonClaim | None:
    """Such as "training accuracy is higher than test accuracy"."""
    comparator, text = case.comparator, case.text
    if comparator.sort in ("equal", "different"):
        return _about_equal_splits(case)
    turn = comparator.end
    if not comparator.verb:
        than = re.compile(r"\bthan\b", re.IGNORECASE).search(text, comparator.end)
        if than is None:
            return None
        turn = than.end()
    first = [m for m in case.splits if m.end <= turn]
    second = [m for m in case.splits if m.start >= turn]
    if not first or not second or first[-1].names == second[0].names:
        return None
    if any(turn <= m.start < second[0].end + 25 for m in case.models):
        return None
    (subject,), (other,) = first[-1].names, second[0].names
    better, worse = _ordered(comparator, subject, other)
    return SplitComparisonClaim(
        case.place(case.doubt),
        models=case.models_meant,
        better=better,
        worse=worse,
        relation="not better" if case.negated else "better",
    )


def _about_equal_splits(case: Case) -> SplitComparisonClaim | None:
    """Such as "there is no gap between training and test accuracy"."""
    names = {name for mention in case.splits for name in mention.names}
    named = {name for mention in case.models for name in mention.names}
    if names != {"train", "test"} or len(named) > 1 or words.other_topic.search(case.text):
        return None
    equal = (case.comparator.sort == "equal") != case.negated
    return SplitComparisonClaim(
        case.place(case.doubt),
        models=case.models_meant,
        better="train",
        worse="test",
        relation="equal" if equal else "different",
    )


def _about_models(case: Case) -> ComparisonClaim | None:
    if len(case.context.vocabulary.models) < 2:
        return None
    sort = case.comparator.sort
    if sort in ("equal", "different"):
        return _about_both(case)
    subject = subject_of(case)
    if subject is None:
        return None
    doubt = case.doubt
    other = object_of(case, subject)
    if other is None:
        after = case.text[case.comparator.end :]
        if case.comparator.verb and not words.needs_no_object.search(
            case.text[: case.comparator.end]
        ):
            return None
        if words.than_object.match(after):
            if words.than_number.match(after):
                return None
            doubt = doubt or "it compares with something else"
        other = other_than(subject, case.context)
    if other is None or other == subject:
        return None
    better, worse = _ordered(case.comparator, subject, other)
    if is_passive(case):
        better, worse = worse, better
    start, end = case.clause
    splits = [m.names for m in case.splits if start <= m.start < end]
    return ComparisonClaim(
        case.place(doubt),
        better=better,
        worse=worse,
        relation="not better" if case.negated else "better",
        splits=frozenset().union(*splits),
        always=bool(words.always.search(case.text)),
    )


def _about_both(case: Case) -> ComparisonClaim | None:
    names = list(dict.fromkeys(name for mention in case.models for name in mention.names))
    if len(names) < 2:
        compared = case.context.vocabulary.record["comparison"]
        told = names or words.two_models.search(case.text) or case.context.topic.kind == "compare"
        if compared is None or not told:
            return None
        names = list(compared["models"])
    parts = {name for mention in case.splits for name in mention.names}
    if words.other_topic.search(case.text) or (len(parts) > 1 and len(case.models) < 2):
        return None
    equal = (case.comparator.sort == "equal") != case.negated
    return ComparisonClaim(
        case.place(case.doubt),
        better=names[0],
        worse=names[1],
        relation="equal" if equal else "different",
        splits=frozenset(parts),
        always=False,
    )


def _ordered(comparator: Comparator, subject: str, other: str) -> tuple[str, str]:
    good = comparator.sort in ("better", "beats")
    return (subject, other) if good else (other, subject)
