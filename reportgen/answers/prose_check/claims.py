"""Claims: what a sentence states, and the judgement from all readings that it allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reportgen.answers.prose_check.quantities import Fit
from reportgen.answers.prose_check.sentences import Sentence, Span
from reportgen.answers.prose_check.statements import Status
from reportgen.evidence.record import EvidenceRecord

Record = EvidenceRecord
SPLIT_WORDS = {"train": "training", "test": "test", "validation": "validation"}


@dataclass(frozen=True)
class Judgement:
    """What the evidence says of a claim.

    Attributes:
        status: the outcome.
        measured: what was measured, or why the claim is not testable.
        paths: of the facts that a supported claim states.
    """

    status: Status
    measured: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim(Span):
    """A statement: the words that carry it, in their sentence, and what the evidence says."""

    sentence: Sentence
    judgement: Judgement


@dataclass(frozen=True)
class Reading:
    """A claim compared with one of the measurements that it can be about.

    Attributes:
        fit: whether the claim is right.
        measured: what was measured, in words.
        path: of the fact that the claim states, or empty.
    """

    fit: Fit
    measured: str
    path: str = ""


def judge(readings: Iterable[Reading], *, everyone: bool = False) -> Judgement:
    """Supported if every reading is right, contradicted if none can be, else not testable.

    A claim about ``everyone`` ("both models") is contradicted by one wrong reading.
    """
    found = list(readings)
    if not found:
        return Judgement("not testable", "nothing of the kind was measured")
    fits = {reading.fit for reading in found}
    measured = "; ".join(dict.fromkeys(reading.measured for reading in found))
    if fits == {Fit.YES}:
        return Judgement("supported", measured, tuple(r.path for r in found if r.path))
    if fits == {Fit.NO} or (everyone and Fit.NO in fits):
        wrong = [reading.measured for reading in found if reading.fit is Fit.NO]
        return Judgement("contradicted", "; ".join(dict.fromkeys(wrong)))
    why = "it can mean several things" if Fit.NO in fits else "it is too near or too loose to tell"
    return Judgement("not testable", f"{why}: {measured}")


def judge_together(judged: list[Judgement]) -> Judgement:
    """Judge a claim about several images: the worst judgement of a single image counts."""
    for status in ("contradicted", "not testable"):
        found = [each for each in judged if each.status == status]
        if found:
            return replace(found[0], measured="; ".join(each.measured for each in found))
    measured = "; ".join(each.measured for each in judged)
    return Judgement("supported", measured, tuple(path for each in judged for path in each.paths))
