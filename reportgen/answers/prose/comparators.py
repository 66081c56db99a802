"""Words that compare accuracies, with the model that they are said of and the other one.

The subject of a comparator is the name that it is said of ("digits is more accurate", "the
better model is digits", "higher accuracy on digits"); a name after "than", "over", "unlike"
and the like is what the subject is compared with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from reportgen.answers.prose import words
from reportgen.answers.prose.context import Context, Scene
from reportgen.answers.prose.sentences import Span, between
from reportgen.answers.prose.vocabulary import Mention


@dataclass(frozen=True)
class Comparator(Span):
    """Words that compare, in their sentence.

    Attributes:
        sort: ``better`` or ``worse``, as a verb ``beats`` or ``loses``; ``equal``, ``different``.
    """

    scene: Scene
    sort: str

    @property
    def verb(self) -> bool:
        """Whether they say so of their subject as a verb does."""
        return self.sort in ("beats", "loses")

    @property
    def before(self) -> str:
        """What stands before them."""
        return self.scene.text[: self.start]

    @property
    def denied(self) -> bool:
        """Whether the comparison is denied."""
        return bool(words.denied.search(self.before))

    @property
    def relation(self) -> str:
        """What is said: ``better``, ``not better``, ``equal`` or ``different``."""
        if self.sort in ("equal", "different"):
            return "equal" if (self.sort == "equal") != self.denied else "different"
        return "not better" if self.denied else "better"

    def ordered(self, subject: str, other: str) -> tuple[str, str]:
        """(better, worse) of what is compared; the subject of a passive is the one beaten."""
        passive = (
            self.verb
            and words.passive.search(self.before)
            and words.by_object.match(self.scene.text, self.end)
        )
        good = (self.sort in ("better", "beats")) != bool(passive)
        return (subject, other) if good else (other, subject)

    @property
    def splits(self) -> list[Mention]:
        """The parts of the data that its clause names."""
        turns = list(words.between_clauses.finditer(self.scene.text))
        start = max((t.end() for t in turns if t.end() <= self.start), default=0)
        ends = (t.start() for t in turns if t.start() >= self.end)
        end = min(ends, default=len(self.scene.text))
        return [m for m in self.scene.splits if start <= m.start < end]

    @cached_property
    def _models(self) -> list[Mention]:
        return sole(self.scene.models)

    @property
    def subject(self) -> str | None:
        """The model that they are said of."""
        text = self.scene.text
        before = [m for m in self._models if m.end <= self.start]
        after = [m for m in self._models if m.start >= self.end]
        free = [m for m in before if not words.against.search(text[: m.start])]
        behind = between(text, self, after[0]) if after else ""
        copula = after and not self.verb and words.copula.fullmatch(behind)
        if copula and (":" not in copula[0] or not free):
            return after[0].only
        if free:
            link = between(text, free[-1], self)
            ordinal = words.former_or_latter.search(link)
            if ordinal and len(free) > 1:
                return (free[-2] if ordinal["first"] else free[-1]).only
            opens = words.subject_opens.search(text[: free[-1].start])
            apposed = opens and words.apposed.fullmatch(link)
            if self.verb or apposed or words.link_verb.search(link):
                return free[-1].only
        placed = not self.verb and words.placed.fullmatch(behind)
        if after and (placed or words.task_of.fullmatch(behind)):
            return after[0].only
        return self._pronoun([*before, *after])

    def _pronoun(self, named: list[Mention]) -> str | None:
        """The subject of "it is better", from what it is compared with or from before."""
        if not words.subject_pronoun.search(self.before):
            return None
        if len(named) == 1:
            return other_than(named[0].only, self.scene.context)
        known = self.scene.context.models
        return next(iter(known)) if len(known) == 1 and not named else None

    def object_of(self, subject: str) -> str | None:
        """The model that the subject is compared with, if the sentence names it."""
        for mention in self._models:
            after = mention.start >= self.end
            pattern = words.against_after if after else words.against
            told = (self.verb and after) or pattern.search(self.scene.text[: mention.start])
            if mention.only != subject and told:
                return mention.only
        return None


def find_comparators(scene: Scene) -> list[Comparator]:
    """The comparators of a sentence in order; of those that overlap, the first sort listed."""
    kept: list[Comparator] = []
    for name, found in _matches(scene.text):
        sort = _sort_of(name, scene.text[: found.start()])
        overlaps = any(found.end() > c.start and found.start() < c.end for c in kept)
        if sort and not overlaps:
            kept.append(Comparator(*found.span(), scene, sort))
    return sorted(kept, key=lambda c: c.start)


def _matches(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for name, pattern in words.table("comparators").items():
        for found in pattern.finditer(text):
            yield name, found


def _sort_of(name: str, before: str) -> str | None:
    """The sort of a comparator; "higher" and "lower" are better or worse by their noun."""
    if name in ("higher", "lower"):
        noun = words.compared_noun.search(before)
        if noun is None or noun["loss"]:
            return None
        return "better" if (name == "higher") != bool(noun["fault"]) else "worse"
    return "worse" if name == "not as" else name


def sole(models: list[Mention]) -> list[Mention]:
    """The mentions that can mean one model only."""
    return [mention for mention in models if len(mention.names) == 1]


def other_than(model: str, context: Context) -> str | None:
    """The model that one is compared with where the sentence does not say."""
    compared = context.vocabulary.record["comparison"]
    pair = compared["models"] if compared else context.vocabulary.models
    others = [name for name in pair if name != model]
    return others[0] if model in pair and len(others) == 1 else None
