"""Find probabilities of images in a sentence, one by one or as a whole array."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from reportgen.answers.prose import words
from reportgen.answers.prose.binding import bind, metric_of
from reportgen.answers.prose.claims import Claim, Reading, Record
from reportgen.answers.prose.context import ClassPlace, Scene
from reportgen.answers.prose.images import ImageRef, Images
from reportgen.answers.prose.predictions import any_of, image_claim
from reportgen.answers.prose.quantities import Fit, Quantity
from reportgen.answers.prose.sentences import Span, between
from reportgen.answers.prose.vocabulary import Mention
from reportgen.formatting import count, probability


def array_spans(text: str) -> list[tuple[int, int]]:
    """Where arrays of numbers stand; their entries are no scores."""
    spans = (match.span() for match in words.array.finditer(text))
    return [span for span in spans if len(words.entry.findall(text, *span)) > 2]


def find_arrays(scene: Scene) -> Iterator[Claim]:
    """Arrays with one number a class; of an image not named, any may be meant."""
    for start, end in array_spans(scene.text):
        values = [n for n in scene.numbers if start <= n.start and n.end <= end]
        images = _with_classes(scene.images or _all_images(scene), len(values), scene)
        if images:
            images = images if scene.explicit else any_of(images)
            yield image_claim(scene, start, end, images, _array_reader(values))


def _all_images(scene: Scene) -> Images:
    return tuple(
        (ImageRef(name, place),)
        for name, model in scene.record["models"].items()
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


def _array_reader(values: list[Quantity]) -> Callable[[Record, str], Reading]:
    """Holds an array to probabilities, logits or what a second softmax gives."""

    def read(prediction: Record, path: str) -> Reading:
        fits = any(
            all(
                abs(Fraction(repr(value)) - written.low) <= written.step
                for value, written in zip(prediction[name], values, strict=True)
            )
            for name in ("probabilities", "logits", "softmax_twice")
        )
        shown = ", ".join(probability(value) for value in prediction["probabilities"])
        found = f"test image {count(prediction['index'])}: {shown}"
        return Reading(Fit.YES if fits else Fit.NO, found, f"{path}.probabilities")

    return read


def find_probabilities(scene: Scene) -> Iterator[Claim]:
    """Probabilities of images, each of the class that stands nearest, or the largest one."""
    text = scene.text
    if words.example.search(text) or not (scene.images or scene.named.unknown):
        return
    arrays = array_spans(text)
    for k, number in enumerate(scene.numbers):
        if words.of_other_classes.search(number.framed(text)):
            continue  # what several classes share is the probability of none
        inside = any(start <= number.start < end for start, end in arrays)
        of = None if inside or words.setting.search(number.framed(text)) else _meaning(scene, k)
        if of is not None:
            images = scene.images_near(number.start, number.end)
            images = any_of(images) if len(images) > 1 else images
            yield image_claim(scene, number.start, number.end, images, _reader(of, number))


def _reader(of: str, quantity: Quantity) -> Callable[[Record, str], Reading]:
    def read(prediction: Record, path: str) -> Reading:
        k = int(prediction[of] if of in ("argmax", "label") else of)
        if k >= len(prediction["probabilities"]):
            return Reading(Fit.NO, "there is no such class")
        value = prediction["probabilities"][k]
        where = f"test image {count(prediction['index'])}, {prediction['class_names'][k]}"
        fit = quantity.fit(Fraction(repr(value)))
        return Reading(fit, f"{where}: {probability(value)}", f"{path}.probabilities.{k}")

    return read


def _meaning(scene: Scene, k: int) -> str | None:
    """What a number is the probability of: a class by its index, ``label``, or ``argmax``."""
    number, text = scene.numbers[k], scene.text
    metric = metric_of(text, scene.numbers, k)
    if number.unit not in ("percent", "fraction") or metric == "loss":
        return None
    nearest = _class_of(scene, k)
    of_label = words.of_true_class.search(number.framed(text))
    beside = any(words.class_with.fullmatch(text, end, number.start) for _, end, _ in scene.classes)
    told = metric == "probability" or scene.named.images or of_label or beside
    if not told and (nearest is None or metric in ("accuracy", "error")):
        return None
    if of_label or nearest is not None:
        return "label" if of_label else nearest
    return "argmax" if scene.explicit or words.sure.search(text) else None


def _class_of(scene: Scene, k: int) -> str | None:
    """The class that a probability is of: the one bound to it, or else the nearest."""
    likely = [number for number in scene.numbers if number.unit in ("percent", "fraction")]
    names = [Mention(start, end, frozenset([str(n)])) for start, end, n in scene.classes]
    bound = bind(scene.text, likely, names, listed=True)[likely.index(scene.numbers[k])]
    if len(bound) > 1:
        return _nearest_class(scene, scene.numbers[k])
    return next(iter(bound), None)


def _nearest_class(scene: Scene, number: Quantity) -> str | None:
    """The class that stands nearest to a number, with no other number between."""

    def cost(place: ClassPlace) -> int:
        low, high = sorted((number.start, place[0]))
        crossed = sum(low < n.start < high for n in scene.numbers if n is not number)
        gap = between(scene.text, number, Span(*place[:2]))
        return high - low + 100 * crossed + 15 * len(words.item_end.findall(gap))

    best = min(scene.classes, key=cost, default=None)
    return str(best[2]) if best is not None and cost(best) < 100 else None
