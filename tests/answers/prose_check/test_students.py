"""No true sentence is contradicted, no false one supported, and much is judged all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from prose_students import FORMAL, QUESTIONS, STUDENT, formal_record, student_record

from reportgen.answers.prose_check.check import find_claims

Judged = list[tuple[bool, str, set[str]]]  # whether a sentence is true, itself, and its statuses


def judge(text: str, record: dict[str, Any]) -> Judged:
    """What the checker makes of every sentence, each as an answer of its own."""
    judged = []
    for line in text.splitlines():
        question, true, sentence = line.split("|", 2)
        claims = find_claims(sentence, (), record, QUESTIONS[question])
        judged.append((true == "T", line, {claim.judgement.status for claim in claims}))
    return judged


@pytest.fixture(scope="module", params=[(STUDENT, student_record), (FORMAL, formal_record)])
def judged(request: pytest.FixtureRequest) -> Judged:
    text: str
    make: Callable[[], dict[str, Any]]
    text, make = request.param
    return judge(text, make())


def test_no_true_sentence_is_contradicted(judged: Judged) -> None:
    assert not [line for true, line, found in judged if true and "contradicted" in found]


def test_no_false_sentence_is_supported(judged: Judged) -> None:
    def is_supported(found: set[str]) -> bool:
        return "supported" in found and "contradicted" not in found

    assert not [line for true, line, found in judged if not true and is_supported(found)]


def test_a_sentence_is_supported_as_a_whole_or_not_at_all() -> None:
    """Each sentence is judged by itself, so "98.1 %" is left open beside "after 12 epochs"."""
    text = "The training accuracy is 98.1 %. After 12 epochs the test accuracy was 97.15 %."
    claims = find_claims(text, (), student_record(), QUESTIONS["digits-accuracy"])
    assert [claim.judgement.status for claim in claims] == ["supported", "not testable"]
    together = text.replace(". After", ", and after")
    claims = find_claims(together, (), student_record(), QUESTIONS["digits-accuracy"])
    assert [claim.judgement.status for claim in claims] == ["not testable", "not testable"]
    assert "models.digits.train.accuracy" in claims[0].judgement.paths  # coverage counts it


def test_the_clear_ones_are_judged() -> None:
    judged = judge(STUDENT, student_record())
    false = [found for true, _, found in judged if not true]
    true = [found for true, _, found in judged if true]
    assert sum("contradicted" in found for found in false) >= 0.65 * len(false)
    assert sum("supported" in found for found in true) >= 0.45 * len(true)
