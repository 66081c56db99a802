"""Find statements on which model, or which part of the data, has the higher accuracy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reportgen.answers.prose import measured, words
from reportgen.answers.prose.claims import Claim, Judgement
from reportgen.answers.prose.comparators import Comparator, find_comparators, other_than, sole
from reportgen.answers.prose.context import Scene
from reportgen.answers.prose.doubts import OTHER_RUNS
from reportgen.answers.prose.vocabulary import Names, union


def find_comparisons(scene: Scene) -> Iterator[Claim]:
    """The comparisons that a sentence makes, or a bare answer to a question that asks for one."""
    found = []
    for comparator in find_comparators(scene):
        claim = _about_splits(comparator) or _about_models(comparator)
        found += [claim] if claim is not None else []
    if not found and scene.context.opens and scene.context.topic.kind == "compare":
        found = list(_bare_answer(scene))
    yield from found


def _bare_answer(scene: Scene) -> Iterator[Claim]:
    """The answer "The digits model, because ..." to the question which one is more accurate."""
    named = sole(scene.models)
    if not named or not words.bare_start.fullmatch(scene.text, 0, named[0].start):
        return
    rest = scene.text[named[0].end :]
    worse = other_than(named[0].only, scene.context)
    if worse and words.bare_end.match(rest) and not re.match(r"[^:;]*\d", rest):
        judgement = measured.comparison(scene.record, named[0].only, worse, "better")
        yield scene.claim(named[0].start, named[0].end, judgement)


def _about_splits(comparator: Comparator) -> Claim | None:
    """Such as "training accuracy is higher than test accuracy"."""
    scene, start = comparator.scene, comparator.end
    if comparator.sort in ("equal", "different"):
        parts, named = union(scene.splits), union(sole(scene.models))
        if parts != {"train", "test"} or len(named) > 1 or words.other_topic.search(scene.text):
            return None
        return _split_claim(comparator, "train", "test")
    if not comparator.verb:
        than = words.than.search(scene.text, comparator.end)
        if than is None:
            return None
        start = than.end()
    first = [m for m in scene.splits if m.end <= start]
    second = [m for m in scene.splits if m.start >= start]
    if not first or not second or first[-1].names == second[0].names:
        return None
    if any(start <= m.start < second[0].end + 25 for m in sole(scene.models)):
        return None
    return _split_claim(comparator, first[-1].only, second[0].only)


def _split_claim(comparator: Comparator, subject: str, other: str) -> Claim:
    """A comparison of two parts of the data, for the models named or else those meant."""
    scene = comparator.scene
    models = union(sole(scene.models)) or scene.context.models_meant()
    better, worse = comparator.ordered(subject, other)
    judgement = measured.split_comparison(scene.record, models, better, worse, comparator.relation)
    return _claim(comparator, judgement)


def _about_models(comparator: Comparator) -> Claim | None:
    """Such as "the digits model is more accurate"."""
    scene, doubt = comparator.scene, ""
    if len(scene.context.vocabulary.models) < 2:
        return None
    if comparator.sort in ("equal", "different"):
        return _about_both(comparator)
    subject = comparator.subject
    if subject is None:
        return None
    other = comparator.object_of(subject)
    if other is None:
        said, rest = scene.text[: comparator.end], scene.text[comparator.end :]
        if comparator.verb and not words.needs_no_object.search(said):
            return None
        if words.than_number.match(rest):
            return None
        if words.than_object.match(rest):
            doubt = "it compares with something else"
        other = other_than(subject, scene.context)
    if other is None or other == subject:
        return None
    pair, parts = comparator.ordered(subject, other), union(comparator.splits)
    return _claim(comparator, _compared(comparator, pair, parts), doubt)


def _about_both(comparator: Comparator) -> Claim | None:
    """Such as "the two models are equally accurate"."""
    scene = comparator.scene
    names = list(dict.fromkeys(name for m in sole(scene.models) for name in m.names))
    parts = union(scene.splits)
    compared = scene.record["comparison"]
    if len(names) < 2:
        told = names or words.two_models.search(scene.text)
        if compared is None or not (told or scene.context.topic.kind == "compare"):
            return None
        names = compared["models"]
    if words.other_topic.search(scene.text) or (len(parts) > 1 and len(sole(scene.models)) < 2):
        return None
    return _claim(comparator, _compared(comparator, (names[0], names[1]), parts))


def _compared(comparator: Comparator, pair: tuple[str, str], parts: Names) -> Judgement:
    always = comparator.relation in ("better", "not better") and bool(
        words.always.search(comparator.scene.text)
    )
    relation = comparator.relation
    return measured.comparison(comparator.scene.record, *pair, relation, parts, always=always)


def _claim(comparator: Comparator, judgement: Judgement, doubt: str = "") -> Claim:
    scene, span = comparator.scene, (comparator.start, comparator.end)
    first = scene.doubt(*span)
    if first == OTHER_RUNS and words.always.search(scene.text):
        first = ""
    return scene.claim(*span, judgement, first or doubt)
