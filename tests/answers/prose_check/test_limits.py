"""A hostile answer of 100 KB is read in seconds: time grows with the text, not with its square."""

from __future__ import annotations

import time

import pytest
from prose_samples import TOPICS, known_record

from reportgen.answers.prose_check.check import find_claims

RECORD = known_record()
SIZE = 100_000
CLAIM = "The digits model reaches 97.85 % on the test images and the fashion model 88.15 %"


def repeated(text: str) -> str:
    return text * (SIZE // len(text))


HOSTILE = {
    "runs of backticks": "".join("e" + "`" * n for n in range(440)),
    "one backtick and a letter": repeated("`x "),
    "short sentences": repeated("a. "),
    "open brackets": repeated("[ "),
    "open brackets at the ends of sentences": repeated("x. [ "),
    "open links": repeated("[a]("),
    "claims": repeated(f"{CLAIM}. "),
    "claims without an end": repeated(f"{CLAIM}, "),
    "many claims a sentence": repeated("; ".join([CLAIM] * 6) + ". "),
    "numbers": repeated("97 % "),
    "numbers in sentences": repeated("97 % and " * 25 + "98 %. "),
    "one number": "9" * SIZE,
    "names": repeated("digits and fashion "),
    "list items": repeated("- 97 %\n"),
    "table": "| a | b |\n| - | - |\n" + repeated("| 1 | digits 97 % |\n"),
    "formulas": repeated("$a "),
    "spaces": repeated(" "),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_takes_seconds(name: str) -> None:
    start = time.process_time()
    find_claims(HOSTILE[name], (), RECORD, TOPICS["compare"])
    assert time.process_time() - start < 6


def test_long_answers_are_read_as_far_as_people_write() -> None:
    claims = find_claims(f"{CLAIM}. " * 300, (), RECORD, TOPICS["compare"])
    assert len(claims) == 600
    assert {claim.judgement.status for claim in claims} == {"supported"}


def test_a_sentence_that_nobody_writes_is_passed_over() -> None:
    text = "; ".join([CLAIM] * 20).replace("97.85", "50")
    assert find_claims(text + ".", (), RECORD, TOPICS["compare"]) == []
