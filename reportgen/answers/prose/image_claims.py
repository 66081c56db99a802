"""Find what a sentence says of images: match or not, which class, with which probability."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reportgen.answers.prose import cues
from reportgen.answers.prose.claims import (
    ArrayClaim,
    Claim,
    ClassClaim,
    ImageRef,
    Images,
    MatchClaim,
    Place,
    ProbabilityClaim,
)
from reportgen.answers.prose.context import Context
from reportgen.answers.prose.image_names import NamedImages
from reportgen.answers.prose.quantities import Quantity
from reportgen.answers.prose.sentences import Sentence

_LABEL = r"(?:(?:true|actual|correct|test|real|given|known)\s)?(?:labels?|class(?:es)?|answers?|truth|test_?labels|value)"
_OF_LABEL = rf"(?:\s(?:with\s|to\s|as\s)?(?:the|its|their|a|our|my|that|this)?\s?(?:\w+\s){{0,3}}?{_LABEL}\b)"
_DID = r"(?:predict|classif|identif|recogni[sz]|label|guess|categori[sz]|answer)\w*"
_POSITIVE = "|".join(
    (
        r"\b(?:is|was|are|were)\s(?:indeed\s)?(?:a|no)\smatch\b",
        rf"(?<!\sa\s)(?<!\sno\s)\bmatch(?:es|ed)?\b(?:{_OF_LABEL}|(?=\s*(?:$|[.,;:!)]|for\b|in\b|here\b|too\b|each\s?other|the\s\w+\slabel|it\b|\ufffc)))",
        rf"\b(?:agree[sd]?|coincid(?:e|es|ed)|in\sagreement){_OF_LABEL}",
        rf"\b(?:correct(?:ly)?|right(?:ly)?|accurately|successfully)\s{_DID}",
        rf"\b{_DID}\s(?:(?:it|this|that|them|both|all|each|these|the\s\w+|(?:test\s)?images?(?:\s\d+(?:\sand\s\d+)?)?)\s)?(?:correct(?:ly)?|right(?:ly)?|accurately)\b",
        r"\b(?:is|was|are|were|be|being|proved)\s(?:\w+ly\s|also\s|both\s|all\s)?(?:correct|right)\b(?!\s(?:on|for|in)\s(?:about|over|only|\d))",
        r"\b(?:correct|right)\s(?:prediction|answer|guess|class(?:ification)?|label|result)s?\b",
        r"\b(?:got|gets)\s(?:it|this|that|them|both|all|these|this\sone|(?:test\s)?images?(?:\s\d+)?|the\simage)\s(?:\w+\s)?right\b",
        rf"\b(?:equal(?:s|led)?|identical|same)\b{_OF_LABEL}",
        r"\b(?:right|correct)\sabout\b",
    )
)
_NEGATIVE = "|".join(
    (
        r"(?<!\sa\s)(?<!one\sa\s)\bmis-?match(?:es|ed)?\b|\b(?:is|was)\sa\smis-?match\b|\bno\smatch\b",
        rf"\bdisagree[sd]?\b{_OF_LABEL}?",
        r"\bmis-?(?:classif|identif|predict|recogni|label)\w*|\bmisread\b|\bmistook\b|\bmistakes?\s(?=\w+\s\w+\sfor)",
        rf"\b(?:in-?correct(?:ly)?|wrong(?:ly)?|mistakenly|falsely)\s{_DID}",
        rf"\b{_DID}\s(?:(?:it|this|that|them|both|all|each|the\s\w+|(?:test\s)?images?(?:\s\d+(?:\sand\s\d+)?)?)\s)?(?:in-?correct(?:ly)?|wrong(?:ly)?|falsely)\b",
        r"\b(?:is|was|are|were|be|being|proved)\s(?:\w+ly\s|also\s|both\s|all\s)?(?:in-?correct|wrong|mistaken|false)\b",
        r"\b(?:in-?correct|wrong|false)\s(?:prediction|answer|guess|class(?:ification)?|label|result)s?\b",
        r"\b(?:got|gets)\s(?:it|this|that|them|both|all|these|this\sone|(?:test\s)?images?(?:\s\d+)?|the\simage)\s(?:\w+\s)?wrong\b",
        rf"\bdiffer(?:s|ed)?\b(?:\sfrom{_OF_LABEL})",
        r"\bwrong\sabout\b|\bmistaken\sabout\b|\bmade\s(?:a\smistake|an\serror)\b",
    )
)
_MATCHES = [
    (False, re.compile(_NEGATIVE, re.IGNORECASE)),
    (True, re.compile(_POSITIVE, re.IGNORECASE)),
]
_NEGATION = re.compile(
    r"\b(?:not(?!\sonly)|\w+n't|never|no|neither|cannot|fail(?:s|ed)?\sto|none|without)(?:\s(?!but\b)\w+){0,3}?\s?$",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"\b(?:share|fraction|proportion|percentage|percent|how\s(?:many|often)|number\sof|accuracy|most|many|some|few|"
    r"every\s(?:test\s)?image|(?<!both\s)(?<!two\s)(?<!these\s)images\s(?:are|were)|in\sgeneral|when(?:ever)?|if|whether|measures?|counts?|would|could|should|"
    r"can|may|might|always|usually|often|loss|training|one\smatch|a\ssingle|(?:one|two|some)\sof)\b|%",
    re.IGNORECASE,
)
_YES = re.compile(
    r"\s*(?P<word>yes|no|yep|nope|correct|indeed)\b\s*(?=$|[.,:;!(]|[-–—]|it\b|they\b|both\b|the\s)",
    re.IGNORECASE,
)
_ASKS_FOR_MATCH = ("match",)
_SHOWS_IMAGES = ("match", "predict", "show")

_PREDICTION_ROLE = (
    r"\bpredict(?:s|ed|ion)?\b|\bclassif(?:y|ies|ied)\b|\brecogni[sz](?:es|ed)\b|\bidentif(?:y|ies|ied)\b|\b(?:model|network)\s(?:says|said|thinks|thought|"
    r"sees|saw|takes|took|chose|chooses|picks|picked|answers|answered|gives|gave|favou?rs|assign(?:s|ed))\b|\bargmax\b|\bguess(?:es|ed)?\b|\boutput\b|"
    r"\b(?:highest|largest|top|greatest)\b|\bmost\slikely\b|\btakes?\s(?:it|this)\sfor\b|\bmistook\s\w+\s\w+\sfor\b|\bfor\san?\b"
)
_LABEL_ROLE = (
    r"\blabel(?:s|led|ed)?\b|\b(?:true|actual|real|correct)\sclass\b|\bactually\b|\breally\b|\bin\s(?:truth|fact|reality)\b|\bground\struth\b|"
    r"\b(?:instead\sof|rather\sthan|although\sit\sis|should\s(?:be|have\sbeen))\b|\bcorrect\sanswer\b|\bmistook\b|\bmistakes\b"
)
_IS_ROLE = (
    r"\b(?:images?|pictures?|it|this|that|which|\d+)\s(?:is|was|shows?|showed|depicts?|are)\b"
)
_ROLES = (("label", _LABEL_ROLE), ("prediction", _PREDICTION_ROLE), ("is", _IS_ROLE))
_ROLE_PATTERNS = [(role, re.compile(pattern, re.IGNORECASE)) for role, pattern in _ROLES]
_SURE = re.compile(
    r"\b(?:sure|certain|confident|confidence|top|highest|largest|greatest|prediction|predicted)\b",
    re.IGNORECASE,
)
_NUMERAL = re.compile(
    r"(?:\ban?\s|\bthe\s(?:digit|number|numeral)\s|\b(?:digit|number|numeral|class|index|label|labell?ed|as|argmax|prediction|predicted|predicts|says|said)"
    r"(?:\s(?:is|was|of|returns|returned|gives|gave|as|the|an?|to\sbe|be|label|index|class))*[\s:=(]+|:\s(?=\d{1,2}\swith\b)|\b(?:is|was|shows|returns|returned|gives|gave)\s(?:an?\s|the\s|really\s|actually\s)*)"
    r"\"?(?P<digit>\d{1,2}|(?<=\ba\s)(?:zero|one|two|three|four|five|six|seven|nine)|(?<=\ban\s)eight|(?<=digit\s)(?:zero|one|two|three|four|five|six|seven|eight|nine))\b\"?"
    r"(?!\s?(?:%|percent|\.\d|,\d|of\b|out\b|images?\b|epochs?|times|points?|classes|pixels?|digits|layers?|x\b|×|by\b|more|that\b|to\s))",
    re.IGNORECASE,
)
_RUNNER_UP = re.compile(r"\b(?:second|runner|next|third|followed|closest)\b", re.IGNORECASE)
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ARRAY = re.compile(r"\[[^\[\]]*\]")


@dataclass(frozen=True)
class _Scene:
    """A sentence with the images that it is about."""

    sentence: Sentence
    context: Context
    named: NamedImages
    n_epochs: frozenset[int]

    @property
    def text(self) -> str:
        return self.sentence.text

    @property
    def images(self) -> Images:
        """The images named, or else those that the reader thinks of."""
        if self.named.images or self.named.unknown or self.named.training:
            return self.named.images
        return self.context.images_meant()

    def images_near(self, start: int, end: int) -> Images:
        """Of the images named, those that some words speak of."""
        return self.named.near(self.text, start, end) or self.images

    @property
    def explicit(self) -> bool:
        return bool(self.named.images or self.named.unknown or self.context.images)

    def at(self, start: int, end: int, doubt: str = "") -> Place:
        if self.named.unknown and not doubt:
            numbers = ", ".join(map(str, self.named.unknown))
            doubt = f"test image {numbers} is none that this report has selected"
        if self.named.training and not self.named.images:
            doubt = doubt or "there are no predictions for training images"
        doubt = doubt or cues.find_doubt(self.text, start, end, self.n_epochs)
        return Place(self.sentence, start, end, doubt)


def find_image_claims(
    sentence: Sentence,
    context: Context,
    named: NamedImages,
    numbers: list[Quantity],
    n_epochs: frozenset[int],
    *,
    opens_answer: bool,
) -> Iterator[Claim]:
    """The claims about images in a sentence.

    Args:
        sentence: no question, no heading.
        context: what came before.
        named: the images that the sentence names.
        numbers: of the sentence, without image numbers.
        n_epochs: how long the report's models were trained.
        opens_answer: whether it is the first of the answer, where "yes" answers the question.
    """
    scene = _Scene(sentence, context, named, n_epochs)
    yield from _find_arrays(scene, numbers)
    yield from _find_probabilities(scene, numbers)
    yield from _find_matches(scene, opens_answer=opens_answer)
    yield from _find_class_claims(scene)


def array_spans(text: str) -> list[tuple[int, int]]:
    """Where arrays of numbers stand; their entries are no scores."""
    found = (match.span() for match in _ARRAY.finditer(text))
    return [span for span in found if len(re.findall(r"\d+(?:\.\d*)?", text[slice(*span)])) > 2]


def _find_arrays(scene: _Scene, numbers: list[Quantity]) -> Iterator[Claim]:
    record = scene.context.vocabulary.record
    for start, end in array_spans(scene.text):
        values = tuple(n for n in numbers if start <= n.start and n.end <= end)
        images = scene.images or tuple(
            (ImageRef(name, place),)
            for name, model in record["models"].items()
            for place in range(len(model["predictions"]))
        )
        fitting = tuple(
            options
            for group in images
            if (
                options := tuple(
                    image
                    for image in group
                    if len(scene.context.vocabulary.class_names(image.model)) == len(values)
                )
            )
        )
        if not fitting or not scene.sentence.typed(start, end):
            continue
        if not scene.explicit:
            fitting = (tuple(image for group in fitting for image in group),)
        yield ArrayClaim(scene.at(start, end), images=fitting, values=values)


def _find_probabilities(scene: _Scene, numbers: list[Quantity]) -> Iterator[Claim]:
    text = scene.text
    if cues.is_example(text) or (not scene.images and not scene.named.unknown):
        return
    arrays = array_spans(text)
    for k, number in enumerate(numbers):
        if number.unit not in ("percent", "fraction") or not scene.sentence.typed(
            number.start, number.end
        ):
            continue
        if any(start <= number.start < end for start, end in arrays) or cues.is_setting(
            text, number
        ):
            continue
        metric, outright = cues.metric_of(text, numbers, k, without=(cues.GAP, cues.INTERVAL))
        classes = _nearest_class(scene, number, numbers)
        about = metric == cues.PROBABILITY or (
            (classes is not None or scene.named.images)
            and not (
                outright
                and metric in (cues.ACCURACY, cues.ERROR, cues.LOSS)
                and not scene.named.images
            )
        )
        if metric == cues.LOSS or not about:
            continue
        if not scene.explicit and classes is None and not _SURE.search(text):
            continue
        images = scene.images_near(number.start, number.end)
        if len(images) > 1:
            images = (tuple(image for options in images for image in options),)
        yield ProbabilityClaim(
            scene.at(number.start, number.end),
            images=images,
            class_index=classes,
            quantity=number,
        )


def _nearest_class(scene: _Scene, number: Quantity, numbers: list[Quantity]) -> int | None:
    """The class that a probability is of: the nearest, with no other number between."""
    found = _classes(scene)
    others = [n for n in numbers if n is not number]

    def cost(place: tuple[int, int, int]) -> int:
        low, high = sorted((number.start, place[0]))
        crossed = sum(low < other.start < high for other in others)
        between = scene.text[min(number.end, place[1]) : max(number.start, place[0])]
        return abs(high - low) + 100 * crossed + 15 * len(re.findall(r"[,;]| and ", between))

    best = min(found, key=cost, default=None)
    return best[2] if best is not None and cost(best) < 100 else None


def _classes(scene: _Scene) -> list[tuple[int, int, int]]:
    """The classes that a sentence names: (start, end, index)."""
    models = dict.fromkeys(image.model for options in scene.images for image in options)
    found: list[tuple[int, int, int]] = []
    for model in models:
        names = scene.context.vocabulary.class_names(model)
        found += scene.context.vocabulary.find_classes(scene.text, model)
        for match in _NUMERAL.finditer(scene.text):
            span = match.span("digit")
            if any(group.start <= span[0] < group.end for group in scene.named.groups):
                continue
            word = match["digit"].lower()
            digit = str(_WORDS.index(word)) if word in _WORDS else word
            if digit in names:
                found.append((*span, names.index(digit)))
            elif digit.isdigit() and int(digit) < len(names) and _says_index(scene.text, match):
                found.append((*span, int(digit)))
    return sorted(set(found))


def _says_index(text: str, match: re.Match[str]) -> bool:
    return bool(
        re.search(
            r"\b(?:index|argmax|label|class)\b[^.;]{0,25}$",
            text[: match.start("digit")],
            re.IGNORECASE,
        )
    )


def _find_matches(scene: _Scene, *, opens_answer: bool) -> Iterator[Claim]:
    text, kind = scene.text, scene.context.topic.kind
    told: set[tuple[bool, Images]] = set()
    for positive, start, end in _match_words(text):
        if not scene.sentence.typed(start, end):
            continue
        if not scene.explicit and (kind not in _SHOWS_IMAGES or _GENERAL.search(text)):
            continue
        if scene.explicit and not scene.named.images and _GENERAL.search(text):
            continue
        images = scene.images_near(start, end)
        if (positive, images) not in told:
            told.add((positive, images))
            yield MatchClaim(scene.at(start, end), images=images, positive=positive)
    answer = _YES.match(text) if opens_answer and kind in _ASKS_FOR_MATCH else None
    if answer is not None and scene.images:
        positive = not answer["word"].lower().startswith("n")
        if all(positive != before for before, _ in told):
            span = answer.span("word")
            yield MatchClaim(scene.at(*span), images=scene.images, positive=positive)


def _match_words(text: str) -> list[tuple[bool, int, int]]:
    """(positive, start, end) of every word for right or wrong, negations taken in."""
    found: list[tuple[bool, int, int]] = []
    for positive, pattern in _MATCHES:
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= end for _, start, end in found):
                negated = bool(_NEGATION.search(text[: match.start()]))
                found.append((positive != negated, *match.span()))
    return sorted(found, key=lambda place: place[1])


def _find_class_claims(scene: _Scene) -> Iterator[Claim]:
    text = scene.text
    if not scene.explicit and (
        scene.context.topic.kind not in _SHOWS_IMAGES or len(scene.images) != 1
    ):
        return
    places = _classes(scene)
    roles = [_role(text, place, places, scene) for place in places]
    for place, (role, negated) in zip(places, roles, strict=True):
        start, end, index = place
        if role is None or not scene.sentence.typed(start, end):
            continue
        images = scene.images_near(start, end)
        same = [other for other, (r, _) in zip(places, roles, strict=True) if r == role]
        if len(images) > 1 and len(same) == len(images):
            images = (images[same.index(place)],)
        elif len(images) > 1 and len(same) > 1:
            continue
        model = images[0][0].model if images else ""
        for each in ("is", "label", "prediction") if role == "both" else (role,):
            if role == "both" and each == "is":
                continue
            yield ClassClaim(
                scene.at(start, end),
                images=images,
                role=each,
                class_index=index,
                class_name=scene.context.vocabulary.class_names(model)[index] if model else "",
                negated=negated,
            )


def _role(
    text: str, place: tuple[int, int, int], places: list[tuple[int, int, int]], scene: _Scene
) -> tuple[str | None, bool]:
    """What a class is said to be: prediction, label, both ("correctly predicted"), or "is"."""
    start = place[0]
    earlier = [other[1] for other in places if other[1] <= start]
    since = max(earlier, default=0)
    if earlier and re.fullmatch(r"\s?(?:,|and|or|,\sand)\s?(?:an?\s|the\s)?\"?", text[since:start]):
        since = max([e for e in earlier if e < since], default=0)
    nearest: tuple[int, str] | None = None
    for role, pattern in _ROLE_PATTERNS:
        for match in pattern.finditer(text, since, start):
            if nearest is None or match.end() > nearest[0]:
                nearest = (match.end(), role)
    if nearest is None or start - nearest[0] > 60 or _RUNNER_UP.search(text, since, start):
        return None, False
    between = text[nearest[0] : start]
    if re.search(r"[;]|\b(?:but|while|because|since|with|runner|second|followed|then)\b", between):
        return None, False
    if nearest[1] == "is" and re.search(r"[,:]", between):
        return None, False
    negated = bool(
        re.search(r"\b(?:not|n't|never)\b", text[since:start][-(start - nearest[0]) - 25 :])
    )
    if (
        nearest[1] == "prediction"
        and re.search(r"\bcorrectly\s(?:\w+\s)?$|\bcorrectly\b", text[since:start])
        and not negated
    ):
        return "both", False
    return nearest[1], negated
