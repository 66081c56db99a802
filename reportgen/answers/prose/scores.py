"""Find accuracies, error rates, losses, gaps and intervals in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from reportgen.answers.prose import cues
from reportgen.answers.prose.binding import bind
from reportgen.answers.prose.claims import Claim, DifferenceClaim, IntervalClaim, Place, ScoreClaim
from reportgen.answers.prose.context import Context
from reportgen.answers.prose.cues import Cue, Scored
from reportgen.answers.prose.quantities import Quantity
from reportgen.answers.prose.sentences import Sentence
from reportgen.answers.prose.vocabulary import Mention, find_splits, speaks_of_all

Names = frozenset[str]

_BARE_SCORE = re.compile(
    r"\b(?:accurac(?:y|ies)|acc|scor(?:e|es|ed|ing))\b[^.;,()\d]{0,40}?(?:\s(?:of|is|was|at|about|to)|[=:])?\s$",
    re.IGNORECASE,
)
_COUNT_WRONG = re.compile(
    r"\s(?:[a-z-]+\s){0,4}?(?:errors?|mistakes?|mis(?:classif|read|label)\w*|wrong(?:ly)?|incorrect\w*|misses)\b",
    re.IGNORECASE,
)
_COUNT_RIGHT = re.compile(
    r"\s(?:of\sthe\s)?(?:[a-z-]+\s){0,5}?(?:correct(?:ly)?|right|hits)\b", re.IGNORECASE
)
_IMAGES_OF = re.compile(r"\s?of\s(?:all\s|the\s|its\s|my\s|our\s|these\s)*", re.IGNORECASE)
_GAP_BEFORE = re.compile(
    r"\b(?:gap|difference|drop|margin|lead|distance)\b(?:\s\w+){0,6}?\s?(?:of|is|was|=|:|by)?\s?"
    r"(?:only|about|just|around|roughly)?\s?$|\b(?:lower|higher|better|worse|ahead|behind)\sby\s$",
    re.IGNORECASE,
)
_GAP_AFTER = re.compile(
    r"\s(?:better|higher|lower|worse|ahead|behind|more\saccurate|less\saccurate|gap|difference)\b",
    re.IGNORECASE,
)
_POINTS_OF_OTHERS = re.compile(
    r"\b(?:gain\w*|lift\w*|merg\w*|relu|linear|epochs?|validation|calibrat\w*|earlier|runs|(?:over|under)?-?confident|twin|chance)\b",
    re.IGNORECASE,
)
_NOT_THE_LOSS = re.compile(
    r"\b(?:from|batch|step|softmax|initial|before|equally|uniform|fresh|lowest|minimum|best|keras)\b",
    re.IGNORECASE,
)
_CONFIDENCE = re.compile(r"confiden|calibrat", re.IGNORECASE)
_TO_AFTER = re.compile(r"\s(?:to|and)\s[-+]?\d")
_TO_BEFORE = re.compile(r"\d\s?(?:points?\s)?(?:to|and)\s$")
_WITHIN_MODEL = re.compile(r"\b(?:gap|overfit\w*|generali[sz]\w*)\b", re.IGNORECASE)
_INTERVAL = re.compile(r"\b(?:intervals?|ci)\b", re.IGNORECASE)
_MISSED = re.compile(
    r"\b(?:misclassif|mislabel|mispredict|misidentif|misread|miss|fail)\w*(?:\son)?\s"
    r"(?:only\s|just\s|about\s|some\s|as\smany\sas\s)*$",
    re.IGNORECASE,
)
_SOME_IMAGES = re.compile(
    r"(?:\s(?:of\sthe|test|training|train|unseen|new))*\s(?:\w+\s)?(?:images?|examples?|pictures?|digits)\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"[,;)]|\bthan\b", re.IGNORECASE)
_WRONG_LABEL = re.compile(
    r"\b(?:errors?|mistakes?|wrong|misclassified)\b[^.;\d]{0,40}[:=]\s?$", re.IGNORECASE
)
_RIGHT_LABEL = re.compile(r"\b(?:correct(?:ly)?|right)\b[^.;\d]{0,40}[:=]\s?$", re.IGNORECASE)
_ELLIPSIS = re.compile(r"\s(?:on|for|in|of|with|by)\s|\s?(?:[.;]|,\s|$)")
_OF_ALL = re.compile(r"\b(?:of|the|all|its|their|these|our|my)\s$", re.IGNORECASE)
_ALL_MODELS = re.compile(
    r"\b(?:both|each|every|the\stwo|all)\s(?:of\sthe\s)?(?:my\s|our\s|the\s|trained\s)?"
    r"(?:models?|networks?|datasets?|data\ssets?|classifiers?|tasks?)\b",
    re.IGNORECASE,
)
_DIGIT_CLASS = re.compile(
    r"\b(?:digit|number|numeral|class)\s\d\b|\b(?:zeros|ones|twos|threes|fours|fives|sixes|sevens|eights|nines)\b",
    re.IGNORECASE,
)


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
    if not named and _ALL_MODELS.search(text):
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
    if metric == cues.LOSS and _NOT_THE_LOSS.search(text):
        return "it speaks of another loss"
    if metric == cues.LOSS and not splits:
        return "it does not say of which images the loss is"
    if _DIGIT_CLASS.search(text) or context.names_class(text):
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
    within = bool(_WITHIN_MODEL.search(text)) or (len(names) > 1 and n_named < 2)
    start = max(text.rfind(mark, 0, number.start) for mark in ",;(")
    stop = _STOP.search(text, number.end)
    end = stop.start() if stop else len(text)
    of_others = _POINTS_OF_OTHERS.search(text, 0, end) or _INTERVAL.search(text, start + 1, end)
    of_others = of_others or _CONFIDENCE.search(text)
    one_end = _TO_AFTER.match(text, number.end) or _TO_BEFORE.search(text[: number.start])
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
    if _GAP_AFTER.match(text, number.end) or _GAP_BEFORE.search(before):
        return (cues.GAP, number) if number.unit != "share" else None
    metric, outright = cues.metric_of(text, numbers, k, without=(cues.GAP,))
    if number.bound == "range" and _INTERVAL.search(text):
        return cues.INTERVAL, number
    if metric == cues.INTERVAL:
        metric, outright = cues.metric_of(text, numbers, k, without=(cues.GAP, cues.INTERVAL))
    if metric == cues.LOSS:
        return (cues.LOSS, number) if number.unit == "fraction" else None
    if _IMAGES_OF.match(text, number.end) and cues.speaks_of_composition(text):
        return None
    if not outright and _IMAGES_OF.match(text, number.end):
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
    share_of_images = number.unit == "share" or _IMAGES_OF.match(text, number.end)
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
        outright = outright and bool(_BARE_SCORE.search(text[: number.start]))
        if fits and (outright or (named and number.low >= 50)):
            return cues.ACCURACY, _as_percent(number)
        return None
    if _BARE_SCORE.search(text[: number.start]) and 50 <= number.low <= 100:
        after = text[number.end :].lstrip()
        if not after or not after[0].isalpha() or re.match(r"(?:on|for|in|and|with|at)\b", after):
            return cues.ACCURACY, _as_percent(number)
    if _OF_ALL.search(text[: number.start]):
        return None
    missed = _MISSED.search(text[: number.start]) and _SOME_IMAGES.match(text, number.end)
    if named and (missed or _COUNT_WRONG.match(text, number.end)):
        return cues.ERROR, number
    if named and _COUNT_RIGHT.match(text, number.end):
        return cues.ACCURACY, number
    if named and _WRONG_LABEL.search(text[: number.start]):
        return cues.ERROR, number
    if named and _RIGHT_LABEL.search(text[: number.start]):
        return cues.ACCURACY, number
    if named and k and _ELLIPSIS.match(text, number.end):
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
