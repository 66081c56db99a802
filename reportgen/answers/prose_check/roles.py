"""Whether a sentence calls a class the predicted one, the true one, or just a label."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from reportgen.answers.prose_check import words
from reportgen.answers.prose_check.context import Scene
from reportgen.answers.prose_check.sentences import between
from reportgen.answers.prose_check.vocabulary import Mention


class Told(NamedTuple):
    """The roles that a sentence gives a class.

    Attributes:
        roles: of ``prediction``, ``label``, ``is`` ("it is a Coat") and ``either`` (a label
            as such); empty where the sentence tells none.
        denied: whether the sentence denies them.
    """

    roles: tuple[str, ...] = ()
    denied: bool = False


NOTHING = Told()


def roles_of_classes(scene: Scene) -> list[Told]:
    """The role of each class that a sentence names.

    "Label" alone means the true one where the sentence also tells the prediction.
    """
    cues, found = _cues(scene.text), list[Told]()
    for k, named in enumerate(scene.classes):
        before = scene.classes[k - 1] if k else None
        link = between(scene.text, before, named) if before else ""
        if before and words.caption.fullmatch(link) and scene.text[named.end :][:1] == ")":
            found[-1], told = Told(("prediction",)), Told(("label",))
        elif before and words.gloss.fullmatch(link) and _is_numeral(scene, before, named):
            found[-1] = told = found[-1] if before.names == named.names else NOTHING
        elif found and words.taken_as.fullmatch(link) and found[-1].roles in _TAKEN:
            found[-1], told = Told(("label",)), found[-1]._replace(roles=("prediction",))
        elif found and words.one_more.fullmatch(link):
            told = found[-1]
        elif found and found[-1].denied and words.but_rather.fullmatch(link):
            told = found[-1]._replace(denied=False)
        else:
            after = before and words.has_highest.match(scene.text, before.end)
            since = after.end() if after else before.end if before else 0
            told = _told(scene, named, since, cues)
        found.append(told)
    named_apart = {role for told in found for role in told.roles}
    other = next((_APART[role] for role in _APART if role in named_apart), "either")
    return [Told(tuple(other if r == "either" else r for r in t.roles), t.denied) for t in found]


_APART = {"prediction": "label", "label": "prediction"}
_TAKEN = (("prediction",), ("label",))
Cue = tuple[int, int, str]  # where it starts and ends, and the role that it tells


def _is_numeral(scene: Scene, *named: Mention) -> bool:
    """Whether just one of the classes is a numeral: "6 (Shirt)"."""
    return sum(scene.text[each.start : each.end].isdigit() for each in named) == 1


def captions(scene: Scene) -> list[tuple[Mention, Mention]]:
    """The classes of captions such as "Coat 98% (Shirt)": the predicted one, the true one."""
    text = scene.text
    return [
        (one, two)
        for one, two in pairwise(scene.classes)
        if words.caption.fullmatch(text, one.end, two.start) and text[two.end :][:1] == ")"
    ]


def _cues(text: str) -> list[Cue]:
    """The words that tell a role, in order."""
    cues: list[Cue] = []
    for role, pattern in words.table("roles").items():
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= end for start, end, _ in cues):
                cues.append((*match.span(), role))
    return sorted(cues)


def _told(scene: Scene, named: Mention, since: int, cues: list[Cue]) -> Told:
    """The role that the last cue before a class gives it, if nothing else comes between."""
    text, start = scene.text, named.start
    if words.has_highest.match(text, named.end):
        return Told(("prediction",))
    if words.has_truth.match(text, named.end):
        return Told(("label",))
    before = [cue for cue in cues if cue[1] <= start]
    if not before or before[-1][0] < since:
        return NOTHING
    if words.runner_up.search(text, since, start) or words.ranked.match(text, named.end):
        return NOTHING
    if words.chance_that.search(text, since, start):
        return NOTHING
    _, end, role = before[-1]
    gap = text[end:start]
    if role == "both":
        of_one = len(scene.images) == 1 and words.two_answers.search(text[:end])
        return Told(("label", "prediction")) if of_one and words.glue.fullmatch(gap) else NOTHING
    if role == "relative":  # "at index 6, which is a Shirt" repeats the role told before
        if not words.article.fullmatch(gap):
            return NOTHING
        role = next((r for *_, r in reversed(before) if r != "relative"), "is")
    if not words.glue.fullmatch(gap) or (role == "is" and ("," in gap or ":" in gap)):
        return NOTHING
    sure = words.sure_that.search(text[since : before[-1][0]]) if role == "is" else None
    if sure and sure["share"]:
        return NOTHING
    role = "prediction" if sure else role
    denied = bool(words.class_denied.search(text, max(since, end - 25), start))
    if words.by_label.match(text, named.end):
        return Told(("label",), denied)
    return Told((role,), denied)
