"""Find statements that all images are right, without any number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from reportgen.answers.prose import cues
from reportgen.answers.prose.claims import Claim, Place, ScoreClaim
from reportgen.answers.prose.context import Context
from reportgen.answers.prose.quantities import Quantity
from reportgen.answers.prose.sentences import Sentence
from reportgen.answers.prose.vocabulary import find_splits, speaks_of_all

_FLAWLESS = re.compile(
    r"\b(?:no|zero|not\sa\ssingle|without(?:\sany|\sa\ssingle)?)\s(?:test\s|training\s)?(?:errors?|mistakes?|"
    r"misclassifications?)\b|\bperfect(?:ly)?\s(?:test\s|training\s)?(?:accura\w+|scores?|classif\w+)"
    r"|\b(?:all|every|each)\s(?:(?:of|the|its|single|test|training|unseen|new|\d[\d,]*)\s){0,5}"
    r"(?:images?|digits?|examples?|pictures?|clothes|ones?)\s(?:\w+\s){0,4}?(?:correct(?:ly)?|right)\b",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(r"\b(?:not|n't|almost|nearly|never)\s(?:\w+\s)?$", re.IGNORECASE)


def find_flawless(
    sentence: Sentence, context: Context, n_epochs: frozenset[int]
) -> Iterator[Claim]:
    """Claims that all images are right: "no mistakes on the test set", "a perfect score"."""
    text = sentence.text
    splits = frozenset().union(*(mention.names for mention in find_splits(text)))
    models = frozenset().union(*(m.names for m in context.vocabulary.find_models(text)))
    for found in _FLAWLESS.finditer(text):
        typed = sentence.typed(*found.span())
        if not typed or not (splits or models) or _NOT_ALL.search(text[: found.start()]):
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
