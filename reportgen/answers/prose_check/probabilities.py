"""Find claims about the probabilities of images, single ones or whole arrays."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from reportgen.answers.prose_check import words
from reportgen.answers.prose_check.binding import bind, metric_of
from reportgen.answers.prose_check.claims import Claim
from reportgen.answers.prose_check.context import Scene
from reportgen.answers.prose_check.images import ImageRef, any_of
from reportgen.answers.prose_check.predictions import Checked, NamedPrediction, image_claim
from reportgen.answers.prose_check.quantities import Fit, Quantity
from reportgen.answers.prose_check.roles import captions
from reportgen.answers.prose_check.sentences import between
from reportgen.answers.prose_check.vocabulary import Mention
from reportgen.formatting import probability


def array_spans(text: str) -> list[tuple[int, int]]:
    """Where arrays of numbers stand; their entries are not scores."""
    spans = (match.span() for match in words.array.finditer(text))
    return [span for span in spans if len(words.entry.findall(text, *span)) > 2]


def find_arrays(scene: Scene) -> Iterator[Claim]:
    """Claims by arrays with one number per class; if no image is named, any may be meant."""
    models, names = scene.record["models"], scene.context.vocabulary.class_names
    for start, end in array_spans(scene.text):
        values = [n for n in scene.numbers if start <= n.start and n.end <= end]
        images = scene.images or tuple(
            (ImageRef(name, place),)
            for name, model in models.items()
            for place in range(len(model["predictions"]))
        )
        fitting = (
            tuple(image for image in options if len(names(image.model)) == len(values))
            for options in images
        )
        images = tuple(options for options in fitting if options)
        if images:
            images = images if scene.explicit else any_of(images)
            yield image_claim(scene, start, end, images, partial(_check_array, values))


def _check_array(values: list[Quantity], found: NamedPrediction) -> Checked:
    """Compare an array with the probabilities, the logits and the second softmax."""
    fits = any(
        all(
            abs(Fraction(repr(value)) - each.low) <= each.step
            for value, each in zip(array, values, strict=True)
        )
        for array in (found["probabilities"], found["logits"], found["softmax_twice"])
    )
    shown = ", ".join(probability(value) for value in found["probabilities"])
    return Fit.of(fits), f": {shown}", "probabilities"


def find_probabilities(scene: Scene) -> Iterator[Claim]:
    """Probabilities of images, each of the class that stands nearest, or the largest one."""
    text = scene.text
    if (
        words.example.search(text)
        or words.shared.search(text)
        or not (scene.images or scene.named.unknown)
    ):
        return
    arrays = array_spans(text)
    for k, number in enumerate(scene.numbers):
        if words.of_other_classes.search(number.framed(text)):
            continue  # a probability that several classes share belongs to none of them
        inside = any(start <= number.start < end for start, end in arrays)
        of = None if inside or words.setting.search(number.framed(text)) else _meaning(scene, k)
        if of is not None:
            images = scene.images_near(number.start, number.end)
            images = any_of(images) if len(images) > 1 else images
            check = partial(
                _check_probability,
                of,
                number,
                sure=any(_joined(scene, c, number) for c in scene.classes),
            )
            yield image_claim(scene, number.start, number.end, images, check)


def classes_with_numbers(scene: Scene) -> set[str | None]:
    """The classes, by their indices, whose probabilities a sentence gives."""
    return {_meaning(scene, k) for k in range(len(scene.numbers))}


def _joined(scene: Scene, named: Mention, number: Quantity) -> bool:
    """Whether a number stands right beside a class: "0.44 for Shirt", "Shirt (44 %)"."""
    return bool(words.beside.fullmatch(between(scene.text, number, named)))


def _check_probability(
    of: str, quantity: Quantity, found: NamedPrediction, *, sure: bool
) -> Checked:
    """Compare a probability; unclear where it is wrong but right for another class, unless sure."""
    k = {"argmax": found["argmax"], "label": found["label"]}.get(of)
    k = int(of) if k is None else k
    if k >= len(found["probabilities"]):
        return Fit.NO, ": there is no such class", "probabilities"
    value = found["probabilities"][k]
    measured = f", {found['class_names'][k]}: {probability(value)}"
    fits = [quantity.fit(Fraction(repr(each))) for each in found["probabilities"]]
    fit = Fit.UNCLEAR if fits[k] is Fit.NO and not sure and Fit.YES in fits else fits[k]
    return fit, measured, f"probabilities.{k}"


def _meaning(scene: Scene, k: int) -> str | None:
    """What a number is the probability of: a class by its index, ``label``, or ``argmax``."""
    number, text = scene.numbers[k], scene.text
    metric = metric_of(text, scene.numbers, k)
    if number.unit not in ("percent", "fraction") or metric == "loss":
        return None
    nearest = _class_of(scene, k)
    of_label = words.of_true_class.search(number.framed(text))
    beside = any(
        words.class_with.fullmatch(text, named.end, number.start)
        or words.joined_class.fullmatch(text, number.end, named.start)
        for named in scene.classes
    )
    told = metric == "probability" or scene.named.images or of_label or beside
    if not told and (nearest is None or metric in ("accuracy", "error")):
        return None
    if of_label or nearest is not None:
        return "label" if of_label else nearest
    if words.runner_up.search(text[: number.start]):
        return None
    return "argmax" if scene.explicit or words.sure.search(text) else None


def _class_of(scene: Scene, k: int) -> str | None:
    """The class that a probability is of: the one bound to it, or else the nearest."""
    for predicted, true in captions(scene):
        if predicted.end <= scene.numbers[k].start < true.start:
            return predicted.only
    likely = [number for number in scene.numbers if number.unit in ("percent", "fraction")]
    bound, _ = bind(scene.text, likely, scene.classes, listed=True)[likely.index(scene.numbers[k])]
    if len(bound) > 1:  # the class right beside it, if there is one
        return next((c.only for c in scene.classes if _joined(scene, c, scene.numbers[k])), None)
    return next(iter(bound), None)
