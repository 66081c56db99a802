"""A comparison in its sentence: its subject, and what the subject is compared with.

The subject of a comparator is the name that it is said of ("digits is more accurate", "the
better model is digits", "higher accuracy on digits"); a name after "than", "over", "unlike"
and the like is what the subject is compared with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reportgen.answers.prose.claims import Place
from reportgen.answers.prose.comparators import Comparator
from reportgen.answers.prose.context import Context
from reportgen.answers.prose.sentences import Sentence
from reportgen.answers.prose.vocabulary import Mention

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
_LINK_VERB = re.compile(
    r"\b(?:is|was|are|were|be|been|does|did|do|perform\w*|scor\w*|has|had|have|gets?|got|achiev\w*|reach\w*|"
    r"far(?:e|es|ed)|makes?|made|work\w*|appear\w*|seem\w*|turn\w*|prov\w+|remain\w*|came|comes?|give\w*|gave|"
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
_BETWEEN_CLAUSES = re.compile(
    r";|\b(?:but|whereas|while|although|though|even|however|despite)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Case:
    """A comparator in its sentence, with the names around it."""

    sentence: Sentence
    comparator: Comparator
    models: list[Mention]
    splits: list[Mention]
    context: Context
    doubt: str

    @property
    def text(self) -> str:
        """The sentence as it reads."""
        return self.sentence.text

    @property
    def before(self) -> str:
        """What stands before the comparator."""
        return self.text[: self.comparator.start]

    @property
    def negated(self) -> bool:
        """Whether the comparison is denied."""
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
        """The models named, or else those that the context is about."""
        named: frozenset[str] = frozenset().union(*(m.names for m in self.models))
        return named or self.context.models_meant()

    def place(self, doubt: str) -> Place:
        """Where the comparison stands."""
        return Place(self.sentence, self.comparator.start, self.comparator.end, doubt)


def is_passive(case: Case) -> bool:
    """Whether the subject is the one that is beaten."""
    after = case.text[case.comparator.end :]
    return case.comparator.verb and bool(
        _PASSIVE.search(case.before) and re.match(r"\s(?:\w+\s)?by\b", after)
    )


def subject_of(case: Case) -> str | None:
    """The model that a comparator is said of."""
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


def _pronoun(case: Case, named: list[Mention]) -> str | None:
    """The subject of "it is more accurate", from what it is compared with or from before."""
    if not _PRONOUN.search(case.before):
        return None
    if len(named) == 1:
        return other_than(_only(named[0]), case.context)
    known = case.context.models
    return next(iter(known)) if len(known) == 1 and not named else None


def object_of(case: Case, subject: str) -> str | None:
    """The model that the subject is compared with, if the sentence names it."""
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


def other_than(model: str, context: Context) -> str | None:
    """The model that one is compared with where the sentence does not say."""
    record = context.vocabulary.record
    pair = record["comparison"]["models"] if record["comparison"] else context.vocabulary.models
    others = [name for name in pair if name != model]
    return others[0] if model in pair and len(others) == 1 else None
