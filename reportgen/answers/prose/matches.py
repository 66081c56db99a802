"""Find statements that a prediction matches its label, or does not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reportgen.answers.prose.claims import Claim, Images, MatchClaim
from reportgen.answers.prose.scene import SHOWS_IMAGES, Scene, any_of

_LABEL = (
    r"(?:(?:true|actual|correct|test|real|given|known)\s)?"
    r"(?:labels?|class(?:es)?|answers?|truth|test_?labels|value)"
)
_OF_LABEL = (
    rf"(?:\s(?:with\s|to\s|as\s)?(?:the|its|their|a|our|my|that|this)?\s?"
    rf"(?:\w+\s){{0,3}}?{_LABEL}\b)"
)
_DID = r"(?:predict|classif|identif|recogni[sz]|label|guess|categori[sz]|answer|call|read)\w*"
_IT = (
    r"(?:(?:it|this|that|them|both|all|each|these|this\sone|the\s\w+|"
    r"(?:test\s)?images?(?:\s\d+(?:\sand\s\d+)?)?)\s)"
)
_WAS = r"\b(?:is|was|are|were|be|being|proved)\s(?:\w+ly\s|also\s|both\s|all\s)?"
_RESULT = r"(?:prediction|answer|guess|class(?:ification)?|label|result)s?\b"
_MATCH_END = (
    r"(?=\s*(?:$|[.,;:!)]|for\b|in\b|here\b|too\b|each\s?other|the\s\w+\slabel|it\b|\ufffc))"
)
_POSITIVE = "|".join(
    (
        r"\b(?:is|was|are|were)\s(?:indeed\s)?(?:a|no)\smatch\b",
        rf"(?<!\sa\s)(?<!\sno\s)\bmatch(?:es|ed)?\b(?:{_OF_LABEL}|{_MATCH_END})",
        rf"\b(?:agree[sd]?|coincid(?:e|es|ed)|in\sagreement){_OF_LABEL}",
        rf"\b(?:correct(?:ly)?|right(?:ly)?|accurately|successfully)\s{_DID}",
        rf"\b{_DID}\s{_IT}?(?:correct(?:ly)?|right(?:ly)?|accurately)\b",
        rf"{_WAS}(?:correct|right)\b(?!\s(?:on|for|in)\s(?:about|over|only|\d))",
        rf"\b(?:correct|right)\s{_RESULT}",
        rf"\b(?:got|gets)\s{_IT}(?:\w+\s)?right\b",
        rf"\b(?:equal(?:s|led)?|identical|same)\b{_OF_LABEL}",
        r"\b(?:right|correct)\sabout\b",
    )
)
_NEGATIVE = "|".join(
    (
        r"(?<!\sa\s)\bmis-?match(?:es|ed)?\b|\b(?:is|was)\sa\smis-?match\b|\bno\smatch\b",
        rf"\bdisagree[sd]?\b{_OF_LABEL}?",
        r"\bmis-?(?:classif|identif|predict|recogni|label)\w*|\bmisread\b|\bmistook\b",
        rf"\b(?:in-?correct(?:ly)?|wrong(?:ly)?|mistakenly|falsely)\s{_DID}",
        rf"\b{_DID}\s{_IT}?(?:in-?correct(?:ly)?|wrong(?:ly)?|falsely)\b",
        rf"{_WAS}(?:in-?correct|wrong|mistaken|false)\b",
        rf"\b(?:in-?correct|wrong|false)\s{_RESULT}",
        rf"\b(?:got|gets)\s{_IT}(?:\w+\s)?wrong\b",
        rf"\bdiffer(?:s|ed)?\b(?:\sfrom{_OF_LABEL})",
        r"\bwrong\sabout\b|\bmistaken\sabout\b|\bmade\s(?:a\smistake|an\serror)\b",
    )
)
_MATCHES = [
    (False, re.compile(_NEGATIVE, re.IGNORECASE)),
    (True, re.compile(_POSITIVE, re.IGNORECASE)),
]
_NEGATION = re.compile(
    r"\b(?:not(?!\sonly)|\w+n't|never|no|neither|cannot|fail(?:s|ed)?\sto|none|without)"
    r"(?:\s(?!but\b)\w+){0,3}?\s?$",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"\b(?:share|fraction|proportion|percentage|percent|how\s(?:many|often)|number\sof|accuracy|"
    r"most|many|some|few|every\s(?:test\s)?image|in\sgeneral|when(?:ever)?|if|whether|measures?|"
    r"(?<!both\s)(?<!two\s)(?<!these\s)images\s(?:are|were)|counts?|would|could|should|can|may|"
    r"might|always|usually|often|loss|training|one\smatch|a\ssingle|(?:one|two|some)\sof|"
    r"(?<!this\s)(?<!that\s)(?<!first\s)(?<!second\s)(?<!other\s)one\s(?:prediction|image|is|was))\b|%",
    re.IGNORECASE,
)
_YES = re.compile(
    r"\s*(?P<word>yes|no|yep|nope|correct|indeed)\b\s*"
    r"(?=$|[.,:;!(]|[-–—]|it\b|they\b|both\b|the\s)",
    re.IGNORECASE,
)


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
    general = not scene.named.images and _GENERAL.search(text)
    if (scene.explicit or kind in SHOWS_IMAGES) and not general:
        for positive, start, end in _match_words(text):
            images = scene.images_near(start, end)
            if len(images) > 1 and not scene.speaks_of_all:
                images = any_of(images)
            if scene.sentence.typed(start, end) and (positive, images) not in told:
                told.add((positive, images))
                yield MatchClaim(scene.at(start, end), images=images, positive=positive)
    answer = _YES.match(text) if opens_answer and kind == "match" else None
    if answer is not None and scene.images:
        positive = not answer["word"].lower().startswith("n")
        if all(positive != before for before, _ in told):
            place = scene.at(*answer.span("word"))
            yield MatchClaim(place, images=scene.images, positive=positive)


def _match_words(text: str) -> list[tuple[bool, int, int]]:
    """(positive, start, end) of every word for right or wrong, negations taken in."""
    found: list[tuple[bool, int, int]] = []
    for positive, pattern in _MATCHES:
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= end for _, start, end in found):
                negated = bool(_NEGATION.search(text[: match.start()]))
                found.append((positive != negated, *match.span()))
    return sorted(found, key=lambda place: place[1])
