"""Find claims about accuracies, error rates, losses, gaps and intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from reportgen.answers.prose_check import measured, words
from reportgen.answers.prose_check.binding import Bound, bind, metric_of
from reportgen.answers.prose_check.claims import Claim, Judgement
from reportgen.answers.prose_check.context import Scene
from reportgen.answers.prose_check.quantities import Quantity
from reportgen.answers.prose_check.sentences import between
from reportgen.answers.prose_check.vocabulary import Names, union

Scored = tuple[str, Quantity]  # accuracy, error, loss, gap or interval, and the number for it


def find_scores(scene: Scene, numbers: list[Quantity]) -> Iterator[Claim]:
    """The claims about scores in a sentence; other numbers are skipped.

    Args:
        scene: neither a question nor a heading.
        numbers: those of the sentence, without image numbers and array entries.
    """
    text, named = scene.text, bool(scene.models or scene.splits)
    scores: list[Scored] = []
    for k in range(len(numbers)):
        scores += filter(None, [_about(text, numbers, k, named, scores)])
    of_models = bind(text, [number for _, number in scores], scene.models)
    of_splits: dict[Quantity, Bound] = {}
    for gaps in (True, False):
        alike = [number for metric, number in scores if (metric == "gap") == gaps]
        of_splits |= zip(alike, bind(text, alike, scene.splits), strict=True)
    for (metric, number), (models, sure) in zip(scores, of_models, strict=True):
        splits, split_sure = of_splits[number]
        splits = splits or (frozenset() if scene.splits else scene.context.splits)
        in_list = any(n is not number and _beside(text, n, number) for _, n in scores)
        alone = len(scores) == 1
        models, everyone = _meant(scene, number, models, splits, alone=alone)
        everyone = everyone and not in_list
        wider = (
            models if sure else frozenset(scene.context.vocabulary.models),
            splits if split_sure else frozenset(("train", "test")),
        )
        if metric == "gap":
            yield _gap(scene, number, models, splits)
        elif metric == "interval":
            of_two = "difference" in text.lower()
            found = measured.check_interval(scene.record, number, models, wider[0], of_two)
            yield _claim(scene, metric, number, splits, found)
        else:
            found = measured.check_score(
                scene.record, metric, number, models, splits, wider, everyone=everyone
            )
            yield _claim(scene, metric, number, splits, found)


def _beside(text: str, one: Quantity, two: Quantity) -> bool:
    """Whether two numbers are set against each other: "both accuracies (97.9 % and 88.2 %)"."""
    return bool(words.set_against.fullmatch(between(text, one, two)))


def is_score(number: Quantity, text: str) -> bool:
    """Whether a number looks like a score of some kind."""
    frame = number.framed(text)
    if number.unit != "number":
        return number.unit != "fraction" and not words.setting.search(frame)
    counts = words.table("counts").values()
    return not words.of_before.search(frame) and any(each.search(frame) for each in counts)


def find_flawless(scene: Scene) -> Iterator[Claim]:
    """Claims that all images are right: "no mistakes on the test set", "a perfect score"."""
    models, splits = union(scene.models), union(scene.splits)
    for found in words.flawless.finditer(scene.text) if models or splits else ():
        if words.not_all.search(scene.text[: found.start()]):
            continue
        one = Fraction(1)
        judgement = measured.check_score(
            scene.record,
            "accuracy",
            Quantity(*found.span(), "share", one, one, Fraction(0)),
            models or scene.context.models_meant(),
            splits or scene.context.splits,
            (models, splits),
            everyone=bool(words.both.search(scene.text)),
        )
        yield scene.claim(*found.span(), judgement, scene.doubt(*found.span()))


def _meant(
    scene: Scene, number: Quantity, bound: Names, splits: Names, *, alone: bool
) -> tuple[Names, bool]:
    """The models that a number can be about, and whether it is said of all of them."""
    everyone = frozenset(scene.context.vocabulary.models)
    if not scene.models and words.all_models.search(scene.text):
        return everyone, True
    if scene.models and not bound:  # it belongs to a model that is not named
        others = everyone - union(scene.models)
        if scene.models[0].start > number.start:  # "it gets 97 %, clothing 88 %"
            others &= scene.context.models
        return others or everyone, False
    models = bound or scene.context.models_meant()
    all_models = len(models) > 1 >= len(splits) and (alone or not scene.models)
    return models, bool(all_models and words.both.search(scene.text))


def _claim(
    scene: Scene, metric: str, number: Quantity, splits: Names, judgement: Judgement
) -> Claim:
    text, doubt = scene.text, scene.doubt(number.start, number.end)
    whole_count = number.count is not None and number.count[1] is None
    if doubt:
        pass
    elif words.some_images.search(text) or (whole_count and words.some_shown.search(text)):
        doubt = "it speaks of some images only"
    elif len(scene.splits) < 2 and (
        words.one_to_other if len(scene.models) > 1 else words.from_to
    ).search(number.framed(text)):
        doubt = "it does not say from what to what"
    elif metric == "loss" and words.another_loss.search(text):
        doubt = "it speaks of another loss"
    elif metric == "loss" and not splits:
        doubt = "it does not say of which images the loss is"
    elif words.digit_class.search(text) or scene.names_class:
        doubt = "it speaks of a single class"
    return scene.claim(number.start, number.end, judgement, doubt)


def _gap(scene: Scene, number: Quantity, models: Names, splits: Names) -> Claim:
    """A difference: within one model between training and test, or between two models."""
    text, several = scene.text, len(scene.models) > 1
    of_two = bool(words.gap_between.search(text))
    told = not of_two and bool(words.gap_within.search(text))
    within = told or (not of_two and len(splits) > 1 and not several)
    compares = of_two or several or scene.context.topic.kind == "compare"
    doubt = scene.doubt(number.start, number.end)
    if not doubt and words.another_gap.search(number.framed(text)):
        doubt = "it speaks of another difference"
    if not doubt and words.gap_of_gaps.search(number.framed(text)):
        doubt = "it compares two differences"
    if not doubt and several and words.from_one_to_other.search(text):
        doubt = "it says from which to which, not which is higher"
    between = not within and len(splits) < 2 and compares
    judgement = measured.check_difference(
        scene.record, number, models, splits, within=within, between=between, told=told
    )
    return scene.claim(number.start, number.end, judgement, doubt)


def _about(
    text: str, numbers: list[Quantity], k: int, named: bool, before: list[Scored]
) -> Scored | None:
    """The metric of a number, and the number in that metric's unit; None if not a score."""
    number, frame = numbers[k], numbers[k].framed(text)
    if number.unit == "points":
        return "gap", number
    if words.setting.search(frame) or words.confidence_level.search(frame):
        return None
    if number.unit == "number":
        return _about_bare(text, numbers, k, named, before)
    if words.is_gap.search(frame):
        return ("gap", number) if number.unit != "share" else None
    if number.bound == "range" and words.interval.search(text):
        return "interval", number
    metric = metric_of(text, numbers, k)
    given = number.low >= Fraction(1, 2) and words.loss_given.search(frame)
    if metric == "loss" and given:  # "97.9 % (loss 0.08)"
        metric = metric_of(text, numbers, k, outright=True)
    elif metric == "loss":
        return ("loss", number) if number.unit == "fraction" else None
    of_images, divides = words.of_images.search(frame), words.composition.search(text)
    if of_images and divides:
        return None
    if of_images and metric in (None, "hint"):
        metric = metric_of(text, numbers, k, outright=True)
    if metric == "accuracy" and number.high < Fraction(1, 5) and words.gap_noun.search(text):
        return None  # it may be a gap
    if metric in ("accuracy", "error"):
        return metric, number
    # no word says what the number is: it is an accuracy if a name stands with it
    if metric == "probability" or not named or of_images or number.unit == "share" or divides:
        return None
    precise = number.unit != "fraction" or number.step <= Fraction(1, 100)
    # What is "reached" may be low, but a fraction below 0.2 is more likely a loss.
    lowest = Fraction(1, 2) if metric is None else Fraction(number.unit == "fraction", 5)
    return ("accuracy", number) if precise and number.low >= lowest else None


def _about_bare(
    text: str, numbers: list[Quantity], k: int, named: bool, before: list[Scored]
) -> Scored | None:
    """A number without a unit: a loss, a count of images, or a percentage without its sign."""
    number, frame = numbers[k], numbers[k].framed(text)
    if number.count is None:
        metric = metric_of(text, numbers, k)
        if metric == "loss":
            return "loss", number
        fits = 1 < number.low <= 100 and metric in ("accuracy", "hint")
        says_score = metric == "accuracy" and words.says_score.search(frame)
        told = says_score or (named and number.low >= 50)
        return ("accuracy", _as_percent(number)) if fits and told else None
    if not named or words.of_before.search(frame) or words.count_apart.search(frame):
        return None
    several = words.shared.search(text) and words.two_models.search(text)
    if several or words.out_of_few.search(text):
        return None
    for metric, pattern in words.table("counts").items():
        if pattern.search(frame):
            return metric, number
    if words.ellipsis.search(frame):  # "... misclassified 215 images, the other 1,185"
        counts = (metric for metric, of in reversed(before) if of.count and of.count[1] is None)
        return next(((metric, number) for metric in counts), None)
    return None


def _as_percent(number: Quantity) -> Quantity:
    low, high, step = (value / 100 for value in (number.low, number.high, number.step))
    return replace(number, unit="percent", low=low, high=high, step=step, count=None)
