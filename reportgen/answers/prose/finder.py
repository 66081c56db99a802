"""From an answer in Markdown to the claims in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reportgen.answers.document import Inline
from reportgen.answers.prose.claims import Claim
from reportgen.answers.prose.comparisons import find_comparisons
from reportgen.answers.prose.context import Context, Scene, Topic
from reportgen.answers.prose.predictions import find_class_claims, find_matches
from reportgen.answers.prose.probabilities import array_spans, find_arrays, find_probabilities
from reportgen.answers.prose.scores import find_flawless, find_scores
from reportgen.answers.prose.sentences import read_sentences
from reportgen.answers.prose.vocabulary import Vocabulary


def find_claims(
    markdown: str,
    inlines: Sequence[Inline],
    record: dict[str, Any],
    topic: Topic,
    *,
    is_answer: bool = True,
) -> list[Claim]:
    """Every claim that an author typed, in the order of the text, held to the evidence.

    Args:
        markdown: of the author's, rendered: with marks where facts stand.
        inlines: what the marks stand for.
        record: the evidence with ``derived``.
        topic: what the question is about.
        is_answer: whether the text answers the question, so that it can begin with "yes";
            a caption does not.
    """
    context = Context(Vocabulary(record), topic, opens=is_answer)
    claims: list[Claim] = []
    for sentence in read_sentences(markdown, inlines):
        scene = context.enter(sentence)
        if sentence.kind != "heading" and not scene.asks:
            claims += (c for c in _claims_of(scene) if sentence.typed(c.start, c.end))
        context.leave(scene)
    return claims


def _claims_of(scene: Scene) -> Iterator[Claim]:
    finders = (find_arrays, find_probabilities, find_matches, find_class_claims)
    about_images = [
        c for find in finders for c in find(scene) if scene.sentence.typed(c.start, c.end)
    ]
    yield from about_images
    taken = [*array_spans(scene.text), *((claim.start, claim.end) for claim in about_images)]
    free = [n for n in scene.numbers if not any(s <= n.start < e for s, e in taken)]
    yield from find_scores(scene, free)
    yield from find_flawless(scene)
    yield from find_comparisons(scene)
