"""Find statements on images: whether their predictions match, and of which class they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from reportgen.answers.prose import words
from reportgen.answers.prose.claims import Claim, Reading, Record, settle, settle_together
from reportgen.answers.prose.context import Scene
from reportgen.answers.prose.images import ImageRef, Images, any_of
from reportgen.answers.prose.quantities import Fit
from reportgen.answers.prose.vocabulary import Mention
from reportgen.formatting import count

Held = tuple[Fit, str, str]  # of a prediction: the fit, what was measured, and its key
SHOWS_IMAGES = ("match", "predict", "show")  # kinds of questions about images
_FARTHEST = 60  # characters from the word that tells the role to the class


def image_claim(
    scene: Scene, start: int, end: int, images: Images, hold: Callable[[Record], Held]
) -> Claim:
    """What is said of every image; where one can be several, that is left open.

    Args:
        scene, start, end: where the words stand.
        images: for each image meant, what it can be.
        hold: holds the claim to a prediction, which also has its ``class_names``.
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
        fit, measured, key = hold({**found, "class_names": names})
        path = f"models.{image.model}.predictions.{image.place}.{key}"
        return Reading(fit, f"test image {count(found['index'])}{measured}", path)

    judged = [settle(map(read, options)) for options in images]
    return scene.claim(start, end, settle_together(judged), doubt)


def _described(found: Record) -> str:
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
        for positive, start, end in _match_words(text):
            images = scene.images_near(start, end)
            one = words.one_of_several.search(text[:start])
            if one or (len(images) > 1 and not scene.speaks_of_all):
                images = any_of(scene.images if one else images)
            if (positive, images) not in told:
                told.add((positive, images))
                yield image_claim(scene, start, end, images, partial(_hold_match, positive))
    answer = words.yes_or_no.match(text) if scene.context.opens and kind == "match" else None
    if answer is not None and scene.images:
        positive = not answer["word"].lower().startswith("n")
        if all(positive != before for before, _ in told):
            hold = partial(_hold_match, positive)
            yield image_claim(scene, *answer.span("word"), scene.images, hold)


def _hold_match(positive: bool, found: Record) -> Held:
    return Fit.of(found["match"] == positive), _described(found), "match"


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
    roles = [_roles(scene, named) for named in scene.classes]
    for named, (found, denied) in zip(scene.classes, roles, strict=True):
        images = scene.images_near(named.start, named.end)
        alike = [m for m, (r, _) in zip(scene.classes, roles, strict=True) if r == found]
        if len(images) > 1 and len(alike) == len(images):
            images = (images[alike.index(named)],)
        elif len(images) > 1 and (len(alike) > 1 or not scene.speaks_of_all):
            continue
        for role in found:
            hold = partial(_hold_class, role, int(named.only), denied)
            yield image_claim(scene, named.start, named.end, images, hold)


def _hold_class(role: str, index: int, denied: bool, found: Record) -> Held:
    key = "argmax" if role == "prediction" else "label"
    # "it is a Shirt" of an image that the model takes for one is left open
    taken = role == "is" and found["argmax"] == index
    return Fit.of((found[key] == index) != denied, taken), _described(found), key


def _roles(scene: Scene, named: Mention) -> tuple[tuple[str, ...], bool]:
    """What a class is said to be, and whether that is denied; nothing if it is not told.

    "Correctly predicted as a Dress" makes it prediction and label at once.
    """
    text, start = scene.text, named.start
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
    sure = words.sure_that.search(text, since, start) if role == "is" else None
    if (sure and sure["share"]) or (role == "is" and ("," in between or ":" in between)):
        return (), False
    role = "prediction" if sure else role
    denied = bool(words.class_denied.search(text, max(since, end - 25), start))
    if words.by_label.match(text, named.end):
        return ("label",), denied
    if role == "prediction" and not denied and words.correctly.search(text, since, start):
        return ("label", "prediction"), False
    return (role,), denied


def _start_of_phrase(scene: Scene, start: int) -> int:
    """Where to look for the word that tells a class's role: after the class before it.

    In a list ("a Coat and a Dress") the word before the whole list counts.
    """
    ends = [named.end for named in scene.classes if named.end <= start]
    since = max(ends, default=0)
    if ends and words.listed.fullmatch(scene.text[since:start]):
        return max([end for end in ends if end < since], default=0)
    return since
