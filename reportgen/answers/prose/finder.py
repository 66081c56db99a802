"""From an answer in Markdown to the claims in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reportgen.answers.document import Inline
from reportgen.answers.prose.claims import Claim
from reportgen.answers.prose.class_claims import find_class_claims
from reportgen.answers.prose.comparisons import find_bare_answer, find_comparisons
from reportgen.answers.prose.context import Context, Topic
from reportgen.answers.prose.flawless import find_flawless
from reportgen.answers.prose.image_names import NamedImages, find_images
from reportgen.answers.prose.matches import find_matches
from reportgen.answers.prose.numbers_in_text import find_quantities
from reportgen.answers.prose.probabilities import array_spans, find_arrays, find_probabilities
from reportgen.answers.prose.quantities import Quantity
from reportgen.answers.prose.scene import Scene
from reportgen.answers.prose.scores import find_scores
from reportgen.answers.prose.sentences import Sentence, read_sentences
from reportgen.answers.prose.vocabulary import Vocabulary

_NO_IMAGES = NamedImages((), training=False, unknown=())


def find_claims(
    markdown: str,
    inlines: Sequence[Inline],
    record: dict[str, Any],
    topic: Topic,
    *,
    is_answer: bool = True,
) -> list[Claim]:
    """Every claim in an answer, in the order of the text.

    Args:
        markdown: of the author's, rendered: with marks where facts stand.
        inlines: what the marks stand for.
        record: the evidence, which knows the names.
        topic: what the question is about.
        is_answer: whether the text answers the question, so that it can begin with "yes";
            a caption does not.
    """
    vocabulary = Vocabulary(record)
    context = Context(vocabulary, topic)
    n_epochs = frozenset(m["training"]["epochs"] for m in record["models"].values())
    claims: list[Claim] = []
    opens = is_answer
    for sentence in read_sentences(markdown, inlines):
        context.enter(sentence)
        named = _NO_IMAGES if sentence.kind == "heading" else find_images(sentence.text, context)
        if sentence.kind != "heading" and not sentence.text.rstrip().endswith("?"):
            claims += _claims_of(sentence, context, named, n_epochs, opens=opens)
        opens = opens and (sentence.kind == "heading" or sentence.text.rstrip().endswith("?"))
        context.leave(sentence)
        if named.images:
            context.images = named.images
    return claims


def _claims_of(
    sentence: Sentence,
    context: Context,
    named: NamedImages,
    n_epochs: frozenset[int],
    *,
    opens: bool,
) -> Iterator[Claim]:
    quantities = [
        quantity
        for quantity in find_quantities(sentence.text)
        if not any(group.start <= quantity.start < group.end for group in named.groups)
    ]
    scene = Scene(sentence, context, named, n_epochs)
    about_images = [
        *find_arrays(scene, quantities),
        *find_probabilities(scene, quantities),
        *find_matches(scene, opens_answer=opens),
        *find_class_claims(scene),
    ]
    yield from about_images
    taken = [*array_spans(sentence.text), *((c.at.start, c.at.end) for c in about_images)]
    yield from find_scores(sentence, context, _outside(quantities, taken), n_epochs)
    yield from find_flawless(sentence, context, n_epochs)
    comparisons = list(find_comparisons(sentence, context, n_epochs))
    yield from comparisons
    if opens and not comparisons and context.topic.kind == "compare":
        bare = find_bare_answer(sentence, context)
        if bare is not None:
            yield bare


def _outside(quantities: list[Quantity], spans: list[tuple[int, int]]) -> list[Quantity]:
    return [q for q in quantities if not any(start <= q.start < end for start, end in spans)]
