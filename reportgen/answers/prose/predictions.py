"""Find statements on images: whether their predictions match, and of which class they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reportgen.answers.prose import words
from reportgen.answers.prose.claims import (
    Claim,
    Judgement,
    Reading,
    Record,
    settle,
    settle_together,
)
from reportgen.answers.prose.context import ClassPlace, Scene
from reportgen.answers.prose.images import ImageRef, Images
from reportgen.answers.prose.quantities import Fit
from reportgen.formatting import count

SHOWS_IMAGES = ("match", "predict", "show")  # kinds of questions about images
_FARTHEST = 60  # characters from the word that tells the role to the class


def image_claim(
    scene: Scene, start: int, end: int, images: Images, read: Callable[[Record, str], Reading]
) -> Claim:
    """What is said of every image; where one can be several, that is left open.

    Args:
        scene, start, end: where the words stand.
        images: for each image meant, what it can be.
        read: holds the claim to a prediction, which has a name and a path for the facts.
    """
    named, doubt = scene.named, scene.doubt(start, end)
    if named.unknown:
        numbers = ", ".join(map(str, named.unknown))
        doubt = f"test image {numbers} is none that this report has selected"
    elif named.training and not named.images:
        doubt = "there are no predictions for training images"

    def hold(image: ImageRef) -> Reading:
        prediction = scene.record["models"][image.model]["predictions"][image.place]
        names = scene.context.vocabulary.class_names(image.model)
        return read(
            {**prediction, "class_names": names},
            f"models.{image.model}.predictions.{image.place}",
        )

    if not images:
        nothing = "it is about no image that this report has selected"
        return scene.claim(start, end, Judgement("not testable", nothing), doubt)
    judged = [settle(map(hold, options)) for options in images]
    return scene.claim(start, end, settle_together(judged), doubt)


def any_of(images: Images) -> Images:
    """One image that can be any of some."""
    return (tuple(image for options in images for image in options),)


def _described(prediction: Record) -> str:
    names = prediction["class_names"]
    predicted, label = names[prediction["argmax"]], names[prediction["label"]]
    return f"test image {count(prediction['index'])}: predicted {predicted}, label {label}"


def find_matches(scene: Scene) -> Iterator[Claim]:
    """What a sentence says of predictions being right or wrong.

    General statements ("a prediction is right if ...") are left out, and so are those in
    questions that show no images.
    """
    text, kind = scene.text, scene.context.topic.kind
    told: set[tuple[bool, Images]] = set()
    general = not scene.named.images and words.no_single_image.search(text)
    if (scene.explicit or kind in SHOWS_IMAGES) and not general:
        for positive, start, end in _match_words(text):
            images = scene.images_near(start, end)
            if len(images) > 1 and not scene.speaks_of_all:
                images = any_of(images)
            if (positive, images) not in told:
                told.add((positive, images))
                yield image_claim(scene, start, end, images, _match_reader(positive))
    answer = words.yes_or_no.match(text) if scene.context.opens and kind == "match" else None
    if answer is not None and scene.images:
        positive = not answer["word"].lower().startswith("n")
        if all(positive != before for before, _ in told):
            reader = _match_reader(positive)
            yield image_claim(scene, *answer.span("word"), scene.images, reader)


def _match_reader(positive: bool) -> Callable[[Record, str], Reading]:
    def read(prediction: Record, path: str) -> Reading:
        fit = Fit.YES if prediction["match"] == positive else Fit.NO
        return Reading(fit, _described(prediction), f"{path}.match")

    return read


def _match_words(text: str) -> list[tuple[bool, int, int]]:
    """(positive, start, end) of every word for right or wrong, negations taken in."""
    found: list[tuple[bool, int, int]] = []
    for verdict, pattern in words.table("match").items():
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= end for _, start, end in found):
                denied = bool(words.match_denied.search(text[: match.start()]))
                found.append(((verdict == "right") != denied, *match.span()))
    return sorted(found, key=lambda place: place[1])


def find_class_claims(scene: Scene) -> Iterator[Claim]:
    """What a sentence says of the classes of images, named or shown by the question."""
    one_shown = scene.context.topic.kind in SHOWS_IMAGES and len(scene.images) == 1
    if not scene.explicit and not one_shown:
        return
    roles = [_roles(scene, place) for place in scene.classes]
    for place, (found, denied) in zip(scene.classes, roles, strict=True):
        start, end, index = place
        images = scene.images_near(start, end)
        alike = [p for p, (r, _) in zip(scene.classes, roles, strict=True) if r == found]
        if len(images) > 1 and len(alike) == len(images):
            images = (images[alike.index(place)],)
        elif len(images) > 1 and (len(alike) > 1 or not scene.speaks_of_all):
            continue
        for role in found:
            yield image_claim(scene, start, end, images, _class_reader(role, index, denied))


def _class_reader(role: str, index: int, denied: bool) -> Callable[[Record, str], Reading]:
    def read(prediction: Record, path: str) -> Reading:
        key = "argmax" if role == "prediction" else "label"
        fit = Fit.YES if (prediction[key] == index) != denied else Fit.NO
        if fit is Fit.NO and role == "is" and prediction["argmax"] == index:
            fit = Fit.UNCLEAR  # "it is a Shirt" of an image that the model takes for one
        return Reading(fit, _described(prediction), f"{path}.{key}")

    return read


def _roles(scene: Scene, place: ClassPlace) -> tuple[tuple[str, ...], bool]:
    """What a class is said to be, and whether that is denied; nothing if it is not told.

    "Correctly predicted as a Dress" makes it prediction and label at once.
    """
    text, start = scene.text, place[0]
    since = _start_of_phrase(scene, start)
    told = [
        (match.end(), role)
        for role, pattern in words.table("roles").items()
        for match in pattern.finditer(text, since, start)
    ]
    if not told or words.runner_up.search(text, since, start):
        return (), False
    end, role = max(told, key=lambda pair: pair[0])
    between = text[end:start]
    if len(between) > _FARTHEST or words.class_break.search(between):
        return (), False
    if role == "is" and ("," in between or ":" in between):
        return (), False
    denied = bool(words.class_denied.search(text, max(since, end - 25), start))
    if words.by_label.match(text, place[1]):
        return ("label",), denied
    if role == "prediction" and not denied and words.correctly.search(text, since, start):
        return ("label", "prediction"), False
    return (role,), denied


def _start_of_phrase(scene: Scene, start: int) -> int:
    """Where to look for the word that tells a class's role: after the class before it.

    In a list ("a Coat and a Dress") the word before the whole list counts.
    """
    ends = [place[1] for place in scene.classes if place[1] <= start]
    since = max(ends, default=0)
    if ends and words.listed.fullmatch(scene.text[since:start]):
        return max([end for end in ends if end < since], default=0)
    return since
