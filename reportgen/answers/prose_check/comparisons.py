"""Find claims about which model, or which part of the data, has the higher accuracy.

The subject of a comparator is the name that it describes ("digits is more accurate", "the
better model is digits", "higher accuracy on digits"); a name after "than", "over", "unlike"
and the like is what the subject is compared with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reportgen.answers.prose_check import measured, words
from reportgen.answers.prose_check.claims import Claim, Judgement
from reportgen.answers.prose_check.context import Scene
from reportgen.answers.prose_check.sentences import Span, between
from reportgen.answers.prose_check.vocabulary import Mention, union


@dataclass(frozen=True)
class _Comparator(Span):
    """Words that compare: ``better``, ``worse``, as verbs ``beats``, ``loses``; or ``equal``."""

    scene: Scene
    sort: str

    @property
    def verb(self) -> bool:
        return self.sort in ("beats", "loses")

    @property
    def before(self) -> str:
        return self.scene.text[: self.start]

    @property
    def relation(self) -> str:
        denied = bool(words.denied.search(self.before))
        if self.sort in ("equal", "different"):
            return "equal" if (self.sort == "equal") != denied else "different"
        return "not better" if denied else "better"

    def ordered(self, subject: str, other: str) -> tuple[str, str]:
        """(better, worse); the subject of a passive verb ("is beaten by") is the worse one."""
        by = self.verb and words.by_object.match(self.scene.text, self.end)
        passive = bool(by and words.passive.search(self.before))
        good = (self.sort in ("worse", "loses")) == passive
        return (subject, other) if good else (other, subject)

    def claim(self, judgement: Judgement, doubt: str = "") -> Claim:
        doubt = self.scene.doubt(self.start, self.end) or doubt
        return self.scene.claim(self.start, self.end, judgement, doubt)


def find_comparisons(scene: Scene) -> Iterator[Claim]:
    """The comparisons that a sentence makes, or a bare answer to a question that asks for one."""
    claims = [_about_splits(c) or _about_models(c) for c in _find_comparators(scene)]
    yield from filter(None, claims)
    if not any(claims) and scene.context.opens and scene.context.topic.kind == "compare":
        yield from _bare_answer(scene)


def _find_comparators(scene: Scene) -> list[_Comparator]:
    """The comparators of a sentence, in order; of overlapping ones, the first sort listed."""
    kept: list[_Comparator] = []
    for name, pattern in words.table("comparators").items():
        for found in pattern.finditer(scene.text):
            sort = _sort_of(name, scene.text[: found.start()])
            if sort and all(found.end() <= c.start or found.start() >= c.end for c in kept):
                kept.append(_Comparator(*found.span(), scene, sort))
    return sorted(kept, key=lambda c: c.start)


def _sort_of(name: str, before: str) -> str | None:
    """The sort of a comparator; "higher" and "lower" are better or worse by their noun."""
    if name in ("higher", "lower"):
        noun = words.compared_noun.search(before)
        if noun is None or noun["loss"]:
            return None
        return "better" if (name == "higher") != bool(noun["fault"]) else "worse"
    return "worse" if name == "not as" else name


def _bare_answer(scene: Scene) -> Iterator[Claim]:
    """The answer "The digits model, because ..." to the question which one is more accurate."""
    named = _sole_models(scene)
    if not named or not words.bare_start.fullmatch(scene.text, 0, named[0].start):
        return
    rest, worse = scene.text[named[0].end :], _other_than(named[0].only, scene)
    if worse and words.bare_end.match(rest) and not re.match(r"[^:;]*\d", rest):
        judgement = measured.check_comparison(scene.record, named[0].only, worse, "better")
        yield scene.claim(named[0].start, named[0].end, judgement)


def _about_splits(comparator: _Comparator) -> Claim | None:
    """A claim such as "training accuracy is higher than test accuracy"."""
    scene, turn, named = comparator.scene, comparator.end, _sole_models(comparator.scene)
    if comparator.sort in ("equal", "different"):
        other_topic = len(union(named)) > 1 or words.other_topic.search(scene.text)
        if union(scene.splits) != {"train", "test"} or other_topic:
            return None
        better, worse = "train", "test"
    else:
        if not comparator.verb:
            than = words.than.search(scene.text, comparator.end)
            if than is None:
                return None
            turn = than.end()
        first = [m for m in scene.splits if m.end <= turn]
        second = [m for m in scene.splits if m.start >= turn]
        if not first or not second or first[-1].names == second[0].names:
            return None
        if any(turn <= m.start < second[0].end + 25 for m in named):
            return None
        better, worse = comparator.ordered(first[-1].only, second[0].only)
    models = union(named) or scene.context.models_meant()
    relation = comparator.relation
    found = measured.check_split_comparison(scene.record, models, better, worse, relation)
    return comparator.claim(found)


def _about_models(comparator: _Comparator) -> Claim | None:
    """A claim such as "the digits model is more accurate", "the two are equally accurate"."""
    scene, relation = comparator.scene, comparator.relation
    if len(scene.context.vocabulary.models) < 2:
        return None
    parts = union(scene.splits)
    if relation in ("equal", "different"):
        pair, doubt = _pair_of(scene), ""
    else:
        pair, doubt = _subject_and_object(comparator)
    if pair is None:
        return None
    found = measured.check_comparison(scene.record, *comparator.ordered(*pair), relation, parts)
    if len(parts) > 1 and found.status == "contradicted":
        doubt = doubt or "it can be of other images than it seems"
    return comparator.claim(found, doubt)


def _pair_of(scene: Scene) -> tuple[str, str] | None:
    """The two models that are said to be equal or different."""
    named, compared = _sole_models(scene), scene.record["comparison"]
    names = list(dict.fromkeys(mention.only for mention in named))
    if words.other_topic.search(scene.text) or (len(union(scene.splits)) > 1 and len(named) < 2):
        return None
    if len(names) >= 2:
        return names[0], names[1]
    told = names or words.two_models.search(scene.text) or scene.context.topic.kind == "compare"
    if compared is None or not told:
        return None
    first, second = compared["models"]
    return first, second


def _subject_and_object(comparator: _Comparator) -> tuple[tuple[str, str] | None, str]:
    """The models of a comparison, and why it is not testable, or an empty text."""
    subject = _subject_of(comparator)
    if subject is None:
        return None, ""
    other = _object_of(comparator, subject)
    if other is not None:
        return (subject, other), ""
    text = comparator.scene.text
    if comparator.verb and not words.needs_no_object.search(text[: comparator.end]):
        return None, ""
    if words.than_number.match(text, comparator.end):
        return None, ""
    something_else = words.than_object.match(text, comparator.end)
    other = _other_than(subject, comparator.scene)
    doubt = "it compares with something else" if something_else else ""
    return ((subject, other) if other else None), doubt


def _subject_of(comparator: _Comparator) -> str | None:
    """The model that a comparator describes."""
    text, named = comparator.scene.text, _sole_models(comparator.scene)
    before = [m for m in named if m.end <= comparator.start]
    after = [m for m in named if m.start >= comparator.end]
    free = [m for m in before if not words.against.search(text[: m.start])]
    behind = between(text, comparator, after[0]) if after else ""
    copula = after and not comparator.verb and words.copula.fullmatch(behind)
    if copula and (":" not in copula[0] or not free):
        return after[0].only
    if free:
        if len(free) > 1 and words.former_or_latter.search(text, free[-1].end, comparator.start):
            return None
        if comparator.verb or words.link_verb.search(text, free[-1].end, comparator.end):
            return free[-1].only
    placed = not comparator.verb and words.placed.fullmatch(behind)
    if after and (placed or words.task_of.fullmatch(behind)):
        return after[0].only
    return None


def _object_of(comparator: _Comparator, subject: str) -> str | None:
    """The model that the subject is compared with, if the sentence names it."""
    for mention in _sole_models(comparator.scene):
        after = mention.start >= comparator.end
        pattern = words.against_after if after else words.against
        lead = comparator.scene.text[: mention.start]
        told = (comparator.verb and after) or pattern.search(lead)
        if mention.only != subject and told:
            return mention.only
    return None


def _sole_models(scene: Scene) -> list[Mention]:
    """The mentions that can mean one model only."""
    return [mention for mention in scene.models if len(mention.names) == 1]


def _other_than(model: str, scene: Scene) -> str | None:
    """The model that ``model`` is compared with if the sentence does not say."""
    compared = scene.record["comparison"]
    pair = compared["models"] if compared else scene.context.vocabulary.models
    others = [name for name in pair if name != model]
    return others[0] if model in pair and len(others) == 1 else None
