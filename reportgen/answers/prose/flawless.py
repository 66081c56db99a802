"""Find statements that all images are right, without any number."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from reportgen.answers.prose import cues, words
from reportgen.answers.prose.claims import Claim, Place, ScoreClaim
from reportgen.answers.prose.context import Context
from reportgen.answers.prose.quantities import Quantity
from reportgen.answers.prose.sentences import Sentence
from reportgen.answers.prose.vocabulary import find_splits, speaks_of_all


def find_flawless(
    sentence: Sentence, context: Context, n_epochs: frozenset[int]
) -> Iterator[Claim]:
    """Claims that all images are right: "no mistakes on the test set", "a perfect score"."""
    text = sentence.text
    splits = frozenset().union(*(mention.names for mention in find_splits(text)))
    models = frozenset().union(*(m.names for m in context.vocabulary.find_models(text)))
    for found in words.flawless.finditer(text):
        typed = sentence.typed(*found.span())
        if not typed or not (splits or models) or words.not_all.search(text[: found.start()]):
            continue
        doubt = cues.find_doubt(text, found.start(), found.end(), n_epochs)
        one = Fraction(1)
        yield ScoreClaim(
            Place(sentence, found.start(), found.end(), doubt),
            metric=cues.ACCURACY,
            quantity=Quantity(*found.span(), "share", one, one, Fraction(0)),
            models=models or context.models_meant(),
            splits=splits or context.splits,
            everyone=speaks_of_all(text),
        )
