"""Find claims about images: whether their predictions match, and which class they have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from reportgen.answers.prose_check import words
from reportgen.answers.prose_check.claims import Claim, Reading, judge, judge_together
from reportgen.answers.prose_check.context import Scene
from reportgen.answers.prose_check.images import ImageRef, Images, any_of
from reportgen.answers.prose_check.quantities import Fit
from reportgen.answers.prose_check.roles import roles_of_classes
from reportgen.evidence.record import PredictionRecord
from reportgen.formatting import count


class NamedPrediction(PredictionRecord):
    """A prediction with the names of its classes."""

    class_names: list[str]


Checked = tuple[Fit, str, str]  # the fit, what was measured, and the prediction's key
SHOWS_IMAGES = ("match", "predict", "show")  # kinds of questions about images


def image_claim(
    scene: Scene, start: int, end: int, images: Images, check: Callable[[NamedPrediction], Checked]
) -> Claim:
    """The claim that the same is true of each of some images.

    Args:
        scene, start, end: where the words stand.
        images: for each image meant, its candidates.
        check: compares the claim with a prediction, given the names of its classes.
    """
    named, doubt = scene.named, scene.doubt(start, end)
    if named.unknown:
        numbers = ", ".join(map(str, named.unknown))
        doubt = f"test image {numbers} is none that this report has selected"
    elif named.training and not named.images:
        doubt = "there are no predictions for training images"
    elif not images:
        doubt = doubt or "it is about no image that this report has selected"

    def read(image: ImageRef) -> Reading:
        found = scene.record["models"][image.model]["predictions"][image.place]
        names = scene.context.vocabulary.class_names(image.model)
        fit, measured, key = check({**found, "class_names": names})
        path = f"models.{image.model}.predictions.{image.place}.{key}"
        return Reading(fit, f"test image {count(found['index'])}{measured}", path)

    judged = [judge(map(read, options)) for options in images]
    return scene.claim(start, end, judge_together(judged), doubt)


def _described(found: NamedPrediction) -> str:
    names = found["class_names"]
    return f": predicted {names[found['argmax']]}, label {names[found['label']]}"


def find_matches(scene: Scene) -> Iterator[Claim]:
    """What a sentence says of predictions being right or wrong.

    General statements ("a prediction is right if ...") are left out, and so are those in
    questions that show no images.
    """
    text, kind = scene.text, scene.context.topic.kind
    told: set[tuple[bool, Images]] = set()
    general = not scene.named.images and words.no_single_image.search(text)
    if (scene.explicit or kind in SHOWS_IMAGES) and not general:
        for positive, start, end in _match_words(scene):
            images = scene.images_near(start, end)
            one = words.one_of_several.search(text[:start])
            if one or (len(images) > 1 and not scene.speaks_of_all):
                images = any_of(scene.images if one else images)
            if (positive, images) not in told:
                told.add((positive, images))
                yield image_claim(scene, start, end, images, partial(_check_match, positive))
    answer = words.yes_or_no.match(text) if scene.context.opens and kind == "match" else None
    if answer is not None and scene.images:
        positive = not answer["word"].lower().startswith("n")
        if all(positive != before for before, _ in told):
            check = partial(_check_match, positive)
            yield image_claim(scene, *answer.span("word"), scene.images, check)


def _check_match(positive: bool, found: NamedPrediction) -> Checked:
    return Fit.of(found["match"] == positive), _described(found), "match"


def _match_words(scene: Scene) -> list[tuple[bool, int, int]]:
    """(positive, start, end) of every word for right or wrong; a negation reverses it.

    Words about a class ("Dress is correct") or a rank ("the second highest is right") do
    not count: they are not about the prediction.
    """
    text = scene.text
    found: list[tuple[bool, int, int]] = []
    for verdict, pattern in words.table("match").items():
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= end for _, start, end in found):
                before = text[: match.start()]
                of_class = any(before[named.end :].isspace() for named in scene.classes)
                if not of_class and not words.of_rank.search(before):
                    denied = bool(words.match_denied.search(before))
                    found.append(((verdict == "right") != denied, *match.span()))
    return sorted(found, key=lambda place: place[1])


def find_class_claims(scene: Scene) -> Iterator[Claim]:
    """What a sentence says of the classes of images, named or shown by the question."""
    one_shown = scene.context.topic.kind in SHOWS_IMAGES and len(scene.images) == 1
    if not scene.explicit and not one_shown:
        return
    told = roles_of_classes(scene)
    for named, (roles, denied) in zip(scene.classes, told, strict=True):
        images = scene.images_near(named.start, named.end)
        alike = [m for m, (r, _) in zip(scene.classes, told, strict=True) if r == roles]
        if len(images) > 1 and len(alike) == len(images):
            images = (images[alike.index(named)],)
        elif len(images) > 1 and (len(alike) > 1 or not scene.speaks_of_all):
            continue
        for role in roles:
            check = partial(_check_class, role, int(named.only), denied)
            yield image_claim(scene, named.start, named.end, images, check)


def _check_class(role: str, index: int, denied: bool, found: NamedPrediction) -> Checked:
    is_label, is_prediction = found["label"] == index, found["argmax"] == index
    right = is_prediction if role == "prediction" else is_label
    possible = right
    if role == "either":
        right, possible = is_label and is_prediction, is_label or is_prediction
    elif role == "is":  # "it is a Shirt" may mean the label or the prediction
        possible = is_label or is_prediction
    if denied:
        right, possible = not possible, not right
    key = "argmax" if role == "prediction" else "label"
    return Fit.of(right, possible), _described(found), key
