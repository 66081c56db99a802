"""A comparison in its sentence: its subject, and what the subject is compared with.

The subject of a comparator is the name that it is said of ("digits is more accurate", "the
better model is digits", "higher accuracy on digits"); a name after "than", "over", "unlike"
and the like is what the subject is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.answers.prose import words
from reportgen.answers.prose.claims import Place
from reportgen.answers.prose.comparators import Comparator
from reportgen.answers.prose.context import Context
from reportgen.answers.prose.sentences import Sentence
from reportgen.answers.prose.vocabulary import Mention


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
        return bool(words.denied.search(self.before))

    @property
    def clause(self) -> tuple[int, int]:
        """The part of the sentence whose words about the data qualify the comparator."""
        turns = list(words.between_clauses.finditer(self.text))
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
        words.passive.search(case.before) and words.by_object.match(after)
    )


def subject_of(case: Case) -> str | None:
    """The model that a comparator is said of."""
    comparator, text = case.comparator, case.text
    before = [m for m in case.models if m.end <= comparator.start]
    after = [m for m in case.models if m.start >= comparator.end]
    free = [m for m in before if not words.against.search(text[: m.start])]
    if after and not comparator.verb:
        copula = words.copula.fullmatch(text, comparator.end, after[0].start)
        if copula and (":" not in copula[0] or not free):
            return _only(after[0])
    if free:
        ordinal = words.former_or_latter.search(text, free[-1].end, comparator.start)
        if ordinal and len(free) > 1:
            return _only(free[-2] if ordinal["first"] else free[-1])
        between = text[free[-1].end : comparator.start]
        apposed = words.apposed.fullmatch(between) and words.subject_opens.search(
            text[: free[-1].start]
        )
        if comparator.verb or words.link_verb.search(between) or apposed:
            return _only(free[-1])
    if after and words.task_of.fullmatch(text, comparator.end, after[0].start):
        return _only(after[0])
    if (
        after
        and not comparator.verb
        and words.placed.fullmatch(text, comparator.end, after[0].start)
    ):
        return _only(after[0])
    return _pronoun(case, [*before, *after])


def _pronoun(case: Case, named: list[Mention]) -> str | None:
    """The subject of "it is more accurate", from what it is compared with or from before."""
    if not words.subject_pronoun.search(case.before):
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
        pattern = words.against_after if after else words.against
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
