"""Find statements on which model, or which part of the data, has the higher accuracy.

The subject of a comparator is the name that it is said of ("digits is more accurate", "the
better model is digits", "higher accuracy on digits"); a name after "than", "over", "unlike"
and the like is what the subject is compared with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reportgen.answers.prose import cues
from reportgen.answers.prose.claims import Claim, ComparisonClaim, Place, SplitComparisonClaim
from reportgen.answers.prose.comparators import Comparator, find_comparators
from reportgen.answers.prose.context import Context
from reportgen.answers.prose.sentences import Sentence
from reportgen.answers.prose.vocabulary import Mention, find_splits

_LINKS = (
    r"(?:\s(?:the|that|those|its|my|our|one|ones|for|on|of|with|in|at|a|an|is|was|it|did|does|model|network|accuracy|"
    r"score|test|trained|from|images|data))*\s$"
)
_CONTRAST = (
    r"than|over|versus|vs\.?|against|unlike|compared\s(?:with|to)|in\scomparison\s(?:with|to)|relative\sto|"
    r"rather\sthan|instead\sof|not|as\sopposed\sto|in\scontrast\s(?:with|to)"
)
_AGAINST = re.compile(rf"\b(?:{_CONTRAST}){_LINKS}", re.IGNORECASE)
_AGAINST_AFTER = re.compile(rf"\b(?:{_CONTRAST}|by|to|as){_LINKS}", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:not(?!\sonly|\sjust)|\w+n't|never|no|hardly|cannot|fail(?:s|ed)?\sto|nor)(?:\s\w+){0,3}\s?$",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\b(?:is|was|are|were|been|being|gets?|got)\s(?:\w+\s)?$", re.IGNORECASE)
_COPULA = re.compile(
    r"(?:\s(?:model|one|of\sthe\s(?:two|pair|models)|network|classifier|result|score|accuracy|here|"
    r"task|dataset|data\sset|overall|therefore|thus|clearly|definitely))*[\s,]*"
    r"(?:\s(?:is|was|turn(?:s|ed)\sout\sto\sbe|belong(?:s|ed)\sto|goes\sto|went\sto)|:|\s[-–—]+)\s"
    r"(?:(?:clearly|definitely|therefore|thus|the|that|my|our|one|with|for|trained|on|of|model|by|far|indeed)\s)*$",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"(?:\s(?:results?|accurac(?:y|ies)|scores?))?\s(?:on|for|with|in|at|of)\s(?:(?:the|its|my|our|test|unseen|"
    r"training|images|data|of|set|all|handwritten)\s)*$",
    re.IGNORECASE,
)
_ALWAYS = re.compile(
    r"\b(?:always|(?:in\s)?every\s(?:run|time|single)|each\s(?:run|time)|consist[ae]nt(?:ly)?|in\sall\sruns)\b",
    re.IGNORECASE,
)
_UNDER_CONDITION = re.compile(r"\b(?:with|when|if|after|without|using|at)\b", re.IGNORECASE)


_LINK_VERB = re.compile(
    r"\b(?:is|was|are|were|be|been|does|did|do|perform\w*|scor\w*|has|had|have|gets?|got|achiev\w*|reach\w*|"
    r"far(?:e|es|ed)|makes?|made|work\w*|appear\w*|seem\w*|look\w*|turn\w*|prov\w+|remain\w*|came|comes?|show\w*|give\w*|gave|"
    r"produc\w+|yield\w*|end\w*|rank\w*)\b|'s\b|:",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    r"(?:\s(?:model|network|one|data|dataset|set|images|classifier|classes|task))*\s(?:\w+ly\s|much\s|far\s|even\s|a\s(?:little|bit|lot)\s)?(?:the\s|as\s)?",
    re.IGNORECASE,
)
_TASK_OF = re.compile(
    r"\sto\s(?:classify|recogni[sz]e|predict|identify|learn|tell|distinguish|get)\s(?:\w+\s){0,2}",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"(?:^|[,;:]|\b(?:and|that|because|found|find|finds|made|makes|makes|think|consider\w*|rated?|ranked?))\s*"
    r"(?:(?:the|my|our|its)\s)?$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|this|that|they|which|this\s(?:one|model)|the\s(?:model|network))\b(?:\s\w+){0,3}?\s$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\bthe\s(?P<first>former|first)\b|\bthe\s(?:latter|second)\b", re.IGNORECASE)
_ALONE = re.compile(
    r"\b(?:wins?|won|ahead|behind|on\stop|first|second|lead|leads|led|loses?|lost|trail\w*|lag\w*|best)$",
    re.IGNORECASE,
)
_BETWEEN_CLAUSES = re.compile(
    r";|\b(?:but|whereas|while|although|though|even|however|despite)\b", re.IGNORECASE
)
_BOTH = re.compile(
    r"\b(?:both|two|they|models|networks|neither|each\sother|datasets|accuracies)\b", re.IGNORECASE
)
_OTHER_TOPIC = re.compile(
    r"\b(?:time|speed|architecture|layers?|set-?up|execution|settings?|code|shape|size|optimi[sz]er|loss|gradients?|"
    r"images?\slook|labels?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Case:
    """A comparator in its sentence, with the names around it."""

    sentence: Sentence
    comparator: Comparator
    models: list[Mention]
    splits: list[Mention]
    context: Context
    doubt: str

    @property
    def text(self) -> str:
        return self.sentence.text

    @property
    def before(self) -> str:
        return self.text[: self.comparator.start]

    @property
    def negated(self) -> bool:
        return bool(_NEGATION.search(self.before))

    @property
    def clause(self) -> tuple[int, int]:
        """The part of the sentence whose words about the data qualify the comparator."""
        turns = list(_BETWEEN_CLAUSES.finditer(self.text))
        start = max([t.end() for t in turns if t.end() <= self.comparator.start], default=0)
        ends = [t.start() for t in turns if t.start() >= self.comparator.end]
        return start, min(ends, default=len(self.text))

    @property
    def models_meant(self) -> frozenset[str]:
        named: frozenset[str] = frozenset().union(*(m.names for m in self.models))
        return named or self.context.models_meant()

    def place(self, doubt: str) -> Place:
        return Place(self.sentence, self.comparator.start, self.comparator.end, doubt)


def find_comparisons(
    sentence: Sentence, context: Context, n_epochs: frozenset[int]
) -> Iterator[Claim]:
    """The comparisons that a sentence makes.

    Args:
        sentence: no question, no heading.
        context: what came before.
        n_epochs: how long the report's models were trained.
    """
    text = sentence.text
    named = [m for m in context.vocabulary.find_models(text) if len(m.names) == 1]
    splits = find_splits(text)
    for comparator in find_comparators(text):
        if not sentence.typed(comparator.start, comparator.end):
            continue
        doubt = cues.find_doubt(text, comparator.start, comparator.end, n_epochs)
        doubt = "" if doubt == cues.OTHER_RUNS and _ALWAYS.search(text) else doubt
        case = _Case(sentence, comparator, named, splits, context, doubt)
        claim = _about_splits(case) or _about_models(case)
        if claim is not None:
            yield claim


def find_bare_answer(sentence: Sentence, context: Context) -> ComparisonClaim | None:
    """The answer "The digits model, because ..." to the question which one is more accurate."""
    named = [m for m in context.vocabulary.find_models(sentence.text) if len(m.names) == 1]
    if not named or not _BARE.fullmatch(sentence.text, 0, named[0].start):
        return None
    if not _BARE_END.match(sentence.text, named[0].end):
        return None
    (better,) = named[0].names
    worse = _other_than(better, context)
    if worse is None:
        return None
    return ComparisonClaim(
        Place(sentence, named[0].start, named[0].end),
        better,
        worse,
        "better",
        splits=frozenset(),
        always=False,
    )


_BARE = re.compile(
    r"(?:the\s|my\s|it\sis\s|it's\s|that\sis\s|answer:\s|definitely\s)*", re.IGNORECASE
)
_BARE_END = re.compile(
    r"(?:\s(?:model|one|network|dataset|data\sset|classifier|images))*\s*(?:$|[.,;!]|[-–—]+\s(?!\d)|because\b|since\b|by\sfar\b|as\b)",
    re.IGNORECASE,
)


def _about_splits(case: _Case) -> SplitComparisonClaim | None:
    """Such as "training accuracy is higher than test accuracy"."""
    comparator, text = case.comparator, case.text
    if comparator.sort in ("equal", "different"):
        return _about_equal_splits(case)
    turn = comparator.end
    if not comparator.verb:
        than = re.compile(r"\bthan\b", re.IGNORECASE).search(text, comparator.end)
        if than is None:
            return None
        turn = than.end()
    first = [m for m in case.splits if m.end <= turn]
    second = [m for m in case.splits if m.start >= turn]
    if not first or not second or first[-1].names == second[0].names:
        return None
    if any(turn <= m.start < second[0].end + 25 for m in case.models):
        return None
    (subject,), (other,) = first[-1].names, second[0].names
    better, worse = _ordered(comparator, subject, other)
    return SplitComparisonClaim(
        case.place(case.doubt),
        models=case.models_meant,
        better=better,
        worse=worse,
        relation="not better" if case.negated else "better",
    )


def _about_equal_splits(case: _Case) -> SplitComparisonClaim | None:
    """Such as "there is no gap between training and test accuracy"."""
    names = {name for mention in case.splits for name in mention.names}
    named = {name for mention in case.models for name in mention.names}
    if names != {"train", "test"} or len(named) > 1 or _OTHER_TOPIC.search(case.text):
        return None
    equal = (case.comparator.sort == "equal") != case.negated
    return SplitComparisonClaim(
        case.place(case.doubt),
        models=case.models_meant,
        better="train",
        worse="test",
        relation="equal" if equal else "different",
    )


def _about_models(case: _Case) -> ComparisonClaim | None:
    if len(case.context.vocabulary.models) < 2:
        return None
    sort = case.comparator.sort
    if sort in ("equal", "different"):
        return _about_both(case)
    subject = _subject(case)
    if subject is None:
        return None
    doubt = case.doubt
    other = _object(case, subject)
    if other is None:
        after = case.text[case.comparator.end :]
        if case.comparator.verb and not _ALONE.search(case.text[: case.comparator.end]):
            return None
        if re.match(r"\s?(?:than|as|to)\s", after):
            if re.match(r"\s?than\s(?:about\s|over\s)?\d", after):
                return None
            doubt = doubt or "it compares with something else"
        other = _other_than(subject, case.context)
    if other is None or other == subject:
        return None
    better, worse = _ordered(case.comparator, subject, other)
    if _is_passive(case):
        better, worse = worse, better
    start, end = case.clause
    splits = [m.names for m in case.splits if start <= m.start < end]
    return ComparisonClaim(
        case.place(doubt),
        better=better,
        worse=worse,
        relation="not better" if case.negated else "better",
        splits=frozenset().union(*splits),
        always=bool(_ALWAYS.search(case.text)),
    )


def _about_both(case: _Case) -> ComparisonClaim | None:
    names = list(dict.fromkeys(name for mention in case.models for name in mention.names))
    if len(names) < 2:
        compared = case.context.vocabulary.record["comparison"]
        told = names or _BOTH.search(case.text) or case.context.topic.kind == "compare"
        if compared is None or not told:
            return None
        names = list(compared["models"])
    parts = {name for mention in case.splits for name in mention.names}
    if _OTHER_TOPIC.search(case.text) or (len(parts) > 1 and len(case.models) < 2):
        return None
    equal = (case.comparator.sort == "equal") != case.negated
    return ComparisonClaim(
        case.place(case.doubt),
        better=names[0],
        worse=names[1],
        relation="equal" if equal else "different",
        splits=frozenset(parts),
        always=False,
    )


def _ordered(comparator: Comparator, subject: str, other: str) -> tuple[str, str]:
    good = comparator.sort in ("better", "beats")
    return (subject, other) if good else (other, subject)


def _is_passive(case: _Case) -> bool:
    after = case.text[case.comparator.end :]
    return case.comparator.verb and bool(
        _PASSIVE.search(case.before) and re.match(r"\s(?:\w+\s)?by\b", after)
    )


def _subject(case: _Case) -> str | None:
    comparator, text = case.comparator, case.text
    before = [m for m in case.models if m.end <= comparator.start]
    after = [m for m in case.models if m.start >= comparator.end]
    free = [m for m in before if not _AGAINST.search(text[: m.start])]
    if after and not comparator.verb:
        copula = _COPULA.fullmatch(text, comparator.end, after[0].start)
        if copula and (":" not in copula[0] or not free):
            return _only(after[0])
    if free:
        ordinal = _ORDINAL.search(text, free[-1].end, comparator.start)
        if ordinal and len(free) > 1:
            return _only(free[-2] if ordinal["first"] else free[-1])
        between = text[free[-1].end : comparator.start]
        apposed = _APPOSED.fullmatch(between) and _OPENS.search(text[: free[-1].start])
        if comparator.verb or _LINK_VERB.search(between) or apposed:
            return _only(free[-1])
    if after and _TASK_OF.fullmatch(text, comparator.end, after[0].start):
        return _only(after[0])
    if after and not comparator.verb and _PLACED.fullmatch(text, comparator.end, after[0].start):
        return _only(after[0])
    return _pronoun(case, [*before, *after])


def _pronoun(case: _Case, named: list[Mention]) -> str | None:
    """The subject of "it is more accurate", from what it is compared with or from before."""
    if not _PRONOUN.search(case.before):
        return None
    if len(named) == 1:
        return _other_than(_only(named[0]), case.context)
    known = case.context.models
    return next(iter(known)) if len(known) == 1 and not named else None


def _object(case: _Case, subject: str) -> str | None:
    text = case.text
    for mention in case.models:
        after = mention.start >= case.comparator.end
        pattern = _AGAINST_AFTER if after else _AGAINST
        directly = case.comparator.verb and after
        if _only(mention) != subject and (directly or pattern.search(text[: mention.start])):
            return _only(mention)
    return None


def _only(mention: Mention) -> str:
    (name,) = mention.names
    return name


def _other_than(model: str, context: Context) -> str | None:
    """The model that one is compared with where the sentence does not say."""
    record = context.vocabulary.record
    pair = record["comparison"]["models"] if record["comparison"] else context.vocabulary.models
    others = [name for name in pair if name != model]
    return others[0] if model in pair and len(others) == 1 else None
