"""Find statements on the class of an image: what was predicted, what the label is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, cast

from reportgen.answers.prose import words
from reportgen.answers.prose.claims import Claim, ClassClaim
from reportgen.answers.prose.scene import SHOWS_IMAGES, ClassPlace, Scene

Role = Literal["prediction", "label", "is"]

_FARTHEST = 60  # characters from the word that tells the role to the class


def find_class_claims(scene: Scene) -> Iterator[Claim]:
    """What a sentence says of the classes of images, named or shown by the question."""
    one_shown = scene.context.topic.kind in SHOWS_IMAGES and len(scene.images) == 1
    if not scene.explicit and not one_shown:
        return
    roles = [_roles(scene, place) for place in scene.classes]
    for place, (found, negated) in zip(scene.classes, roles, strict=True):
        start, end, index = place
        if not found or not scene.sentence.typed(start, end):
            continue
        images = scene.images_near(start, end)
        alike = [p for p, (r, _) in zip(scene.classes, roles, strict=True) if r == found]
        if len(images) > 1 and len(alike) == len(images):
            images = (images[alike.index(place)],)
        elif len(images) > 1 and (len(alike) > 1 or not scene.speaks_of_all):
            continue
        for role in found:
            at = scene.at(start, end)
            yield ClassClaim(at, images=images, role=role, class_index=index, negated=negated)


def _roles(scene: Scene, place: ClassPlace) -> tuple[tuple[Role, ...], bool]:
    """What a class is said to be, and whether that is denied; nothing if it is not told.

    "Correctly predicted as a Dress" makes it prediction and label at once.
    """
    text, start = scene.text, place[0]
    since = _start_of_phrase(scene, start)
    told = [
        (match.end(), cast("Role", role))
        for role, pattern in words.table("roles").items()
        for match in pattern.finditer(text, since, start)
    ]
    if not told or words.runner_up.search(text, since, start):
        return (), False
    end, role = max(told, key=lambda pair: pair[0])
    between = text[end:start]
    if len(between) > _FARTHEST or words.class_break.search(between):
        return (), False
    if role == "is" and re.search(r"[,:]", between):
        return (), False
    negated = bool(words.class_denied.search(text, max(since, end - 25), start))
    if words.by_label.match(text, place[1]):
        return ("label",), negated
    correctly = words.correctly.search(text, since, start)
    if role == "prediction" and correctly and not negated:
        return ("label", "prediction"), False
    return (role,), negated


def _start_of_phrase(scene: Scene, start: int) -> int:
    """Where to look for the word that tells a class's role: after the class before it.

    In a list ("a Coat and a Dress") the word before the whole list counts.
    """
    ends = [place[1] for place in scene.classes if place[1] <= start]
    since = max(ends, default=0)
    if ends and words.listed.fullmatch(scene.text[since:start]):
        return max([end for end in ends if end < since], default=0)
    return since
