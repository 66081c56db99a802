"""The words that compare accuracies: better and worse, beats and loses, equal and different."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Sort = Literal["better", "worse", "beats", "loses", "equal", "different"]

_SCORE = (
    r"(?:(?:test|testing|training|train|and|overall|final|validation|classification|prediction|average)\s)*"
    r"(?:accurac(?:y|ies)|scores?|hit\srates?|success\srates?|performances?|results?)\b"
)
_FAULT = (
    r"(?:(?:test|testing|training|overall)\s)*(?:errors?(?:\srates?)?|mistakes?|misclassif\w+)\b"
)
_FREE = (  # what may follow "better" on its own
    r"(?=\s*(?:$|[.,;:!)]|(?:than|on|at|for|of|in\s(?:this|our|the|my|both|every|each|all|terms|accuracy|comparison)|because|and|but|as|here|overall|by|since|model|models|"
    r"one|network|performer|to\s(?:classify|recogni[sz]e|predict|identify|learn|tell|distinguish|separate)|too|"
    r"with\s\d|\(|is|was|turn\w+|of\sthe\stwo)\b|\())"
)
_TASK = (
    r"(?=\s*(?:$|[.,;:!)]|(?:than|because|and|but|for\s(?:the|this|our|my|a)\s(?:model|network)|since|task|"
    r"problem|dataset|data\sset|of\sthe\stwo|one|to\s(?:classify|recogni[sz]e|predict|identify|learn|tell|"
    r"distinguish|separate|get))\b))"
)

_BETTER = "|".join(
    (
        r"\bmore\s(?:\w+ly\s)?accurate(?:ly)?\b",
        r"\bmost\saccurate\b",
        rf"\b(?:better|best|superior|stronger){_FREE}",
        rf"\b(?:higher|greater|larger|better|highest|best|superior|stronger)\s{_SCORE}",
        rf"\b(?:lower|smaller|fewer|less|lowest|fewest)\s{_FAULT}",
        rf"\b(?:easier|easiest|simpler|simplest){_TASK}",
        r"\b(?:scor|perform|rank|rat|land)(?:e|es|s|ed|ing)?\s(?:\w+ly\s|much\s|far\s|a\slittle\s)?(?:higher|better|best)\b",
        r"\bthe\swinner\b|\bwinn(?:er|ing)\b",
    )
)
_WORSE = "|".join(
    (
        r"\bless\saccurate(?:ly)?\b|\bleast\saccurate\b",
        rf"\b(?:worse|worst|inferior|weaker|poorer){_FREE}",
        rf"\b(?:lower|smaller|worse|poorer|lowest|worst|inferior|weaker)\s{_SCORE}",
        rf"\b(?:higher|greater|more|larger|most|highest)\s{_FAULT}",
        rf"\b(?:harder|hardest|trickier|tougher|more\s(?:difficult|challenging|demanding)|most\s(?:difficult|challenging)){_TASK}",
        r"\b(?:scor|perform|rank|rat|land)(?:e|es|s|ed|ing)?\s(?:\w+ly\s|much\s|far\s|a\slittle\s)?(?:lower|worse|worst)\b",
    )
)
_BEATS = (
    r"\b(?:beat(?:s|en|ing)?|outperform(?:s|ed|ing)?|out(?:do(?:es)?|did|done)|surpass(?:es|ed)|outscor(?:e|es|ed)|"
    r"outclass(?:es|ed)|exceed(?:s|ed)|wins?\b(?!\w)|won|comes?\sout\s(?:ahead|on\stop|first|best)|"
    r"came\sout\s(?:ahead|on\stop|first|best)|(?:is|was|are|comes?|came)\s(?:\w+ly\s|well\s|far\s)?ahead|"
    r"leads?(?!\sto)|led(?!\sto)|tops|topped)\b"
)
_LOSES = (
    r"\b(?:loses?(?:\sto)?|lost(?:\sto)?|trail(?:s|ed)?|lags?(?:\sbehind)?|lagged(?:\sbehind)?|"
    r"(?:falls?|fell|is|was|stays?|comes?|came)\s(?:\w+ly\s|well\s|far\s)?behind|underperform(?:s|ed)?|"
    r"comes?\s(?:in\s)?second|came\s(?:in\s)?second|defeated\sby)\b"
)
_NOT_AS = r"\b(?:not|\w*n't)\s(?:\w+\s)?(?:nearly\s|quite\s)?(?:as|so)\s(?:accurate|good|well)\b"
_AS = r"\b(?:just\s|about\s|equally\s)?as\s(?:accurate|good|accurately|well)\s(?=as\b)"
_EQUAL = "|".join(
    (
        r"\bequally\s(?:accurate|good|well|accurately|strong)\b",
        rf"\b(?:the\s)?same\s{_SCORE}|\b(?:identical|equal|similar|comparable|alike)\s{_SCORE}",
        r"\b(?:perform\w*|scor\w+|d(?:o|id|oes))\s(?:\w+\s)?(?:equally|similarly|comparably|alike|the\ssame)\b",
        r"\bsimilarly\s(?:accurate|well|good)\b",
        r"\bno\s(?:\w+\s)?(?:significant\s|clear\s|real\s|measurable\s|detectable\s)?difference\b",
        r"\b(?:not|n't|cannot|neither)\s(?:\w+\s){0,2}?(?:distinguish\w*|be\stold\sapart|tell\w*\sapart|differ\b|different\sin\saccuracy)",
        r"\b(?:accurac(?:y|ies)|scores?|results?|performances?)\s(?:are|were|is|was)\s(?:\w+ly\s|about\s|"
        r"almost\s)?(?:the\ssame|identical|equal|similar|comparable|alike)\b",
        r"\bno\s(?:\w+\s)?gap\b",
        r"\bindistinguishable\b|\bdead\sheat\b|\b(?:a|in\sa)\s(?:tie|draw)\b|\btied?\b(?=[\s.,;]|$)|\bon\s(?:a\s)?par\b",
        r"\b(?:neither|no\smodel|none)\s(?:\w+\s){0,3}?(?:is|was)\s(?:\w+\s)?(?:more\saccurate|better)\b",
    )
)
_DIFFERENT = (
    r"\b(?:is|was|are|were|a)\s(?:\w+\s)?(?:significant|clear|real|measurable|genuine)\sdifference\b"
    r"|\bdiffer(?:s|ed)?\s(?:significantly|clearly)\b|(?<!not\s)(?<!in)(?<!n't\s)\bdistinguishable\b"
)
_SORTS: tuple[tuple[str, str], ...] = (
    ("not as", _NOT_AS),
    ("equal", _EQUAL),
    ("equal", _AS),
    ("different", _DIFFERENT),
    ("better", _BETTER),
    ("worse", _WORSE),
    ("beats", _BEATS),
    ("higher", rf"\b(?:higher|greater|highest){_FREE}"),
    ("lower", rf"\b(?:lower|smaller|lowest){_FREE}"),
    ("loses", _LOSES),
)
_PATTERNS = [(sort, re.compile(pattern, re.IGNORECASE)) for sort, pattern in _SORTS]

_NOUN_BEFORE = re.compile(
    r"\b(?P<noun>accurac(?:y|ies)|scores?|performances?|results?|hit\srates?|success\srates?|errors?(?:\srates?)?|"
    r"mistakes?|loss(?:es)?)\b(?:\s\w+){0,6}?\s$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Comparator:
    """Words that compare, and whether they say so of their subject as a verb does."""

    sort: Sort
    start: int
    end: int
    verb: bool = False


def find_comparators(text: str) -> list[Comparator]:
    """The comparators of a text in order; of those that overlap, the first sort listed."""
    kept: list[Comparator] = []
    for sort, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            if any(found.end() > c.start and found.start() < c.end for c in kept):
                continue
            comparator = _comparator(sort, found, text)
            if comparator is not None:
                kept.append(comparator)
    return sorted(kept, key=lambda c: c.start)


def _comparator(sort: str, found: re.Match[str], text: str) -> Comparator | None:
    span = found.span()
    if sort in ("higher", "lower"):
        noun = _NOUN_BEFORE.search(text[: found.start()])
        if noun is None or noun["noun"].lower().startswith("loss"):
            return None
        fault = noun["noun"].lower().startswith(("error", "mistake"))
        return Comparator("better" if (sort == "higher") != fault else "worse", *span)
    if sort == "not as":
        return Comparator("worse", *span)
    plain: Sort = sort  # type: ignore[assignment]
    return Comparator(plain, *span, verb=sort in ("beats", "loses"))
