"""Find statements that a prediction matches its label, or does not."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.answers.prose import words
from reportgen.answers.prose.claims import Claim, Images, MatchClaim
from reportgen.answers.prose.scene import SHOWS_IMAGES, Scene, any_of


def find_matches(scene: Scene, *, opens_answer: bool) -> Iterator[Claim]:
    """What a sentence says of predictions being right or wrong.

    General statements ("a prediction is right if ...") are left out, and so are those in
    questions that show no images.

    Args:
        scene: the sentence.
        opens_answer: whether it is the first of the answer, where "yes" answers the question.
    """
    text, kind = scene.text, scene.context.topic.kind
    told: set[tuple[bool, Images]] = set()
    general = not scene.named.images and words.no_single_image.search(text)
    if (scene.explicit or kind in SHOWS_IMAGES) and not general:
        for positive, start, end in _match_words(text):
            images = scene.images_near(start, end)
            if len(images) > 1 and not scene.speaks_of_all:
                images = any_of(images)
            if scene.sentence.typed(start, end) and (positive, images) not in told:
                told.add((positive, images))
                yield MatchClaim(scene.at(start, end), images=images, positive=positive)
    answer = words.yes_or_no.match(text) if opens_answer and kind == "match" else None
    if answer is not None and scene.images:
        positive = not answer["word"].lower().startswith("n")
        if all(positive != before for before, _ in told):
            place = scene.at(*answer.span("word"))
            yield MatchClaim(place, images=scene.images, positive=positive)


def _match_words(text: str) -> list[tuple[bool, int, int]]:
    """(positive, start, end) of every word for right or wrong, negations taken in."""
    found: list[tuple[bool, int, int]] = []
    for verdict, pattern in words.table("match").items():
        positive = verdict == "right"
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= end for _, start, end in found):
                negated = bool(words.match_denied.search(text[: match.start()]))
                found.append((positive != negated, *match.span()))
    return sorted(found, key=lambda place: place[1])
