"""Find probabilities of images in a sentence, one by one or as a whole array."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from reportgen.answers.prose import cues, words
from reportgen.answers.prose.binding import bind
from reportgen.answers.prose.claims import (
    ArrayClaim,
    Claim,
    ImageRef,
    Images,
    ProbabilityClaim,
)
from reportgen.answers.prose.quantities import Quantity
from reportgen.answers.prose.scene import ClassPlace, Scene, any_of
from reportgen.answers.prose.vocabulary import Mention


def array_spans(text: str) -> list[tuple[int, int]]:
    """Where arrays of numbers stand; their entries are no scores."""
    found = (match.span() for match in words.array.finditer(text))
    return [span for span in found if len(re.findall(r"\d+(?:\.\d*)?", text[slice(*span)])) > 2]


def find_arrays(scene: Scene, numbers: list[Quantity]) -> Iterator[Claim]:
    """Arrays with one number a class; of an image not named, any may be meant."""
    for start, end in array_spans(scene.text):
        values = tuple(n for n in numbers if start <= n.start and n.end <= end)
        images = _with_classes(scene.images or _all_images(scene), len(values), scene)
        if images and scene.sentence.typed(start, end):
            images = images if scene.explicit else any_of(images)
            yield ArrayClaim(scene.at(start, end), images=images, values=values)


def _all_images(scene: Scene) -> Images:
    return tuple(
        (ImageRef(name, place),)
        for name, model in scene.context.vocabulary.record["models"].items()
        for place in range(len(model["predictions"]))
    )


def _with_classes(images: Images, n_classes: int, scene: Scene) -> Images:
    """The images whose model tells that many classes apart."""
    names = scene.context.vocabulary.class_names
    fitting = (
        tuple(image for image in options if len(names(image.model)) == n_classes)
        for options in images
    )
    return tuple(options for options in fitting if options)


def find_probabilities(scene: Scene, numbers: list[Quantity]) -> Iterator[Claim]:
    """Probabilities of images, each of the class that stands nearest, or the largest one."""
    text = scene.text
    if cues.is_example(text) or not (scene.images or scene.named.unknown):
        return
    arrays = array_spans(text)
    for k, number in enumerate(numbers):
        if words.other_classes.search(text, number.end, number.end + 40):
            continue  # what several classes share is the probability of none
        span = number.start, number.end
        inside = any(start <= number.start < end for start, end in arrays)
        if inside or not scene.sentence.typed(*span) or cues.is_setting(text, number):
            continue
        of = _meaning(scene, numbers, k)
        if of is None:
            continue
        images = scene.images_near(*span)
        images = any_of(images) if len(images) > 1 else images
        yield ProbabilityClaim(scene.at(*span), images=images, of=of, quantity=number)


def _meaning(
    scene: Scene, numbers: list[Quantity], k: int
) -> int | Literal["label", "largest"] | None:
    """What a number is the probability of; None if it is none."""
    number, text = numbers[k], scene.text
    if number.unit not in ("percent", "fraction"):
        return None
    metric, outright = cues.metric_of(text, numbers, k, without=(cues.GAP, cues.INTERVAL))
    nearest = _class_of(scene, numbers, k)
    of_label = words.true_class_before.search(text[: number.start])
    is_score = outright and metric in (cues.ACCURACY, cues.ERROR, cues.LOSS)
    if metric == cues.LOSS:
        return None
    beside = any(words.class_with.fullmatch(text, end, number.start) for _, end, _ in scene.classes)
    told = metric == cues.PROBABILITY or scene.named.images or of_label or beside
    if not told and (nearest is None or is_score):
        return None
    if of_label:
        return "label"
    if nearest is not None:
        return nearest
    return "largest" if scene.explicit or words.sure.search(text) else None


def _class_of(scene: Scene, numbers: list[Quantity], k: int) -> int | None:
    """The class that a probability is of: the one bound to it, or else the nearest."""
    likely = [number for number in numbers if number.unit in ("percent", "fraction")]
    names = [Mention(start, end, frozenset([str(n)])) for start, end, n in scene.classes]
    bound = bind(scene.text, likely, names, listed=True)[likely.index(numbers[k])]
    if len(bound) > 1:
        return _nearest_class(scene, numbers[k], numbers)
    return int(next(iter(bound))) if bound else None


def _nearest_class(scene: Scene, number: Quantity, numbers: list[Quantity]) -> int | None:
    """The class that a probability is of: the nearest, with no other number between."""
    others = [n for n in numbers if n is not number]

    def cost(place: ClassPlace) -> int:
        low, high = sorted((number.start, place[0]))
        crossed = sum(low < other.start < high for other in others)
        between = scene.text[min(number.end, place[1]) : max(number.start, place[0])]
        return abs(high - low) + 100 * crossed + 15 * len(re.findall(r"[,;]| and ", between))

    best = min(scene.classes, key=cost, default=None)
    return best[2] if best is not None and cost(best) < 100 else None
