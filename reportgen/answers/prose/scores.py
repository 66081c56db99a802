"""Find accuracies, error rates, losses, gaps and intervals in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from reportgen.answers.prose import cues, words
from reportgen.answers.prose.binding import bind
from reportgen.answers.prose.claims import Claim, DifferenceClaim, IntervalClaim, Place, ScoreClaim
from reportgen.answers.prose.context import Context
from reportgen.answers.prose.cues import Cue, Scored
from reportgen.answers.prose.quantities import Quantity
from reportgen.answers.prose.sentences import Sentence
from reportgen.answers.prose.vocabulary import Mention, find_splits, speaks_of_all

Names = frozenset[str]


def find_scores(
    sentence: Sentence, context: Context, numbers: list[Quantity], n_epochs: frozenset[int]
) -> Iterator[Claim]:
    """The claims about scores in a sentence; numbers about anything else are passed over.

    Args:
        sentence: no question, no heading.
        context: what came before.
        numbers: of the sentence, without image numbers and array entries.
        n_epochs: how long the report's models were trained.
    """
    text = sentence.text
    models, splits = context.vocabulary.find_models(text), find_splits(text)
    about = [_about(text, numbers, k, bool(models or splits)) for k in range(len(numbers))]
    scores = [pair for pair in about if pair is not None]
    numbers = [quantity for _, quantity in scores]
    bound = zip(scores, bind(text, numbers, models), bind(text, numbers, splits), strict=True)
    for (metric, number), of_models, of_splits in bound:
        if not sentence.typed(number.start, number.end):
            continue
        of_splits = of_splits or (frozenset() if splits else context.splits)
        doubt = cues.find_doubt(text, number.start, number.end, n_epochs)
        doubt = doubt or _doubt(metric, number, text, of_splits, context)
        place = Place(sentence, number.start, number.end, doubt)
        of_models, everyone = _meant(of_models, models, text, context)
        if metric == cues.GAP:
            yield _difference(place, number, of_models, len(models), splits, context)
        elif metric == cues.INTERVAL:
            of_difference = bool(re.search(r"\bdifference\b", text, re.IGNORECASE))
            yield IntervalClaim(
                place, quantity=number, models=of_models, of_difference=of_difference
            )
        else:
            several = len(of_models) * max(1, len(of_splits)) > 1
            yield ScoreClaim(
                place,
                metric=metric,
                quantity=number,
                models=of_models,
                splits=of_splits,
                everyone=everyone or (several and speaks_of_all(text)),
            )


def _meant(bound: Names, named: list[Mention], text: str, context: Context) -> tuple[Names, bool]:
    """The models that a number can be about, and whether it is said of all of them."""
    if not named and words.all_models.search(text):
        return frozenset(context.vocabulary.models), True
    if named and not bound:
        return context.models_beside({name for mention in named for name in mention.names}), False
    return bound or context.models_meant(), False


def _doubt(metric: Scored, number: Quantity, text: str, splits: Names, context: Context) -> str:
    """Why a score is out of reach for what it is, or an empty text."""
    if metric == cues.GAP:
        return ""
    if cues.speaks_of_some(text, number):
        return "it speaks of some images only"
    if metric == cues.LOSS and words.another_loss.search(text):
        return "it speaks of another loss"
    if metric == cues.LOSS and not splits:
        return "it does not say of which images the loss is"
    if words.digit_class.search(text) or context.names_class(text):
        return "it speaks of a single class"
    return ""


def _difference(
    place: Place,
    number: Quantity,
    models: Names,
    n_named: int,
    splits: list[Mention],
    context: Context,
) -> DifferenceClaim:
    text, compares = place.sentence.text, context.topic.kind == "compare"
    names = {name for mention in splits for name in mention.names}
    within = bool(words.gap_within.search(text)) or (len(names) > 1 and n_named < 2)
    start = max(text.rfind(mark, 0, number.start) for mark in ",;(")
    stop = words.gap_end.search(text, number.end)
    end = stop.start() if stop else len(text)
    of_others = words.gap_of_others.search(text, 0, end) or words.interval.search(
        text, start + 1, end
    )
    of_others = of_others or words.gap_of_confidence.search(text)
    one_end = words.first_of_two.match(text, number.end) or words.second_of_two.search(
        text[: number.start]
    )
    if of_others or one_end:
        place = replace(place, doubt=place.doubt or "it speaks of another difference")
    return DifferenceClaim(
        place,
        quantity=number,
        models=models,
        splits=frozenset(names),
        between_splits=within,
        between_models=not within and (n_named > 1 or (compares and len(names) < 2)),
    )


def _about(
    text: str, numbers: list[Quantity], k: int, named: bool
) -> tuple[Scored, Quantity] | None:
    """What a number is about, with the number in that metric's unit; None if no score."""
    number = numbers[k]
    before = text[: number.start]
    if number.unit == "points":
        return cues.GAP, number
    if cues.is_setting(text, number):
        return None
    if number.unit == "number":
        return _about_bare(text, numbers, k, named)
    if words.gap_after.match(text, number.end) or words.gap_before.search(before):
        return (cues.GAP, number) if number.unit != "share" else None
    metric, outright = cues.metric_of(text, numbers, k, without=(cues.GAP,))
    if number.bound == "range" and words.interval.search(text):
        return cues.INTERVAL, number
    if metric == cues.INTERVAL:
        metric, outright = cues.metric_of(text, numbers, k, without=(cues.GAP, cues.INTERVAL))
    if metric == cues.LOSS:
        return (cues.LOSS, number) if number.unit == "fraction" else None
    if words.of_images.match(text, number.end) and cues.speaks_of_composition(text):
        return None
    if not outright and words.of_images.match(text, number.end):
        metric, outright = cues.metric_of(
            text, numbers, k, without=(cues.GAP, cues.INTERVAL, cues.LOSS), only_outright=True
        )
    if metric == cues.PROBABILITY:
        return None
    if metric is None or not outright:
        return _about_by_name(text, number, metric, named)
    return metric, number


def _about_by_name(
    text: str, number: Quantity, metric: Cue | None, named: bool
) -> tuple[Scored, Quantity] | None:
    """A number without a word for what it is: an accuracy, if it stands with a name."""
    share_of_images = number.unit == "share" or words.of_images.match(text, number.end)
    precise = number.unit != "fraction" or number.decimals >= 2
    # What is reached may be low, but a fraction below 0.2 is rather a loss.
    lowest = Fraction(1, 2) if metric is None else Fraction(number.unit == "fraction", 5)
    high = number.low >= lowest
    if named and high and precise and not share_of_images:
        return None if cues.speaks_of_composition(text) else (cues.ACCURACY, number)
    return None


def _about_bare(
    text: str, numbers: list[Quantity], k: int, named: bool
) -> tuple[Scored, Quantity] | None:
    """A number without a unit: a loss, a count of images, or a percentage without its sign."""
    number = numbers[k]
    metric, outright = cues.metric_of(text, numbers, k, without=(cues.GAP, cues.INTERVAL))
    if number.count is None:
        if metric == cues.LOSS:
            return cues.LOSS, number
        fits = 1 < number.low <= 100 and metric == cues.ACCURACY
        outright = outright and bool(words.score_before.search(text[: number.start]))
        if fits and (outright or (named and number.low >= 50)):
            return cues.ACCURACY, _as_percent(number)
        return None
    if words.score_before.search(text[: number.start]) and 50 <= number.low <= 100:
        after = text[number.end :].lstrip()
        if not after or not after[0].isalpha() or words.after_with.match(after):
            return cues.ACCURACY, _as_percent(number)
    if words.of_before.search(text[: number.start]):
        return None
    missed = words.missed_before.search(text[: number.start]) and words.images_after.match(
        text, number.end
    )
    if named and (missed or words.wrong_after.match(text, number.end)):
        return cues.ERROR, number
    if named and words.right_after.match(text, number.end):
        return cues.ACCURACY, number
    if named and words.wrong_label.search(text[: number.start]):
        return cues.ERROR, number
    if named and words.right_label.search(text[: number.start]):
        return cues.ACCURACY, number
    if named and k and words.ellipsis.match(text, number.end):
        before = _about(text, numbers, k - 1, named)
        if before and before[1].count is not None and before[0] in (cues.ACCURACY, cues.ERROR):
            return before[0], number
    return None


def _as_percent(number: Quantity) -> Quantity:
    return replace(
        number,
        unit="percent",
        low=number.low / 100,
        high=number.high / 100,
        step=number.step / 100,
        count=None,
    )
