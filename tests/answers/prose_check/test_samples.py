"""Right sentences are never flagged, wrong ones never pass, and others are left alone."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prose_samples import PARTLY, RIGHT, TOPICS, UNTOUCHED, WRONG, known_record

from reportgen.answers.prose_check.check import find_claims

RECORD = known_record()
REVERSED = known_record(digits_test=8_815, digits_train=55_053, fashion_test=9_785,
                        fashion_train=59_798)  # fmt: skip
ALIKE = known_record(digits_test=8_815, fashion_test=8_805)


def statuses(question: str, text: str, record: dict[str, Any] = RECORD) -> list[str]:
    claims = find_claims(text, (), record, TOPICS[question])
    return [claim.judgement.status for claim in claims]


@pytest.mark.parametrize(("question", "text"), RIGHT, ids=[text[:60] for _, text in RIGHT])
def test_a_right_statement_is_supported_and_nothing_in_it_is_flagged(
    question: str, text: str
) -> None:
    found = statuses(question, text)
    assert "contradicted" not in found
    assert "supported" in found


@pytest.mark.parametrize(("question", "text"), PARTLY, ids=[text[:60] for _, text in PARTLY])
def test_a_right_statement_that_is_partly_out_of_reach_is_left_open(
    question: str, text: str
) -> None:
    assert set(statuses(question, text)) == {"not testable"}


@pytest.mark.parametrize(("question", "text"), WRONG, ids=[text[:60] for _, text in WRONG])
def test_a_wrong_statement_is_contradicted(question: str, text: str) -> None:
    assert "contradicted" in statuses(question, text)


@pytest.mark.parametrize(("question", "text"), UNTOUCHED, ids=[text[:60] for _, text in UNTOUCHED])
def test_what_is_no_statement_on_this_run_is_neither_supported_nor_flagged(
    question: str, text: str
) -> None:
    assert set(statuses(question, text)) <= {"not testable"}


@pytest.mark.parametrize(
    "text",
    [
        "The digits model is more accurate.",
        "Digits, because clothes overlap more.",
        "MNIST beats Fashion-MNIST.",
        "Fashion did worse than MNIST on the test images.",
        "The fashion model is outperformed by the digits model.",
        "The better of the two is the digits model.",
    ],
)
def test_a_comparison_is_contradicted_once_the_results_are_swapped_or_alike(text: str) -> None:
    assert statuses("compare", text) == ["supported"]
    assert statuses("compare", text, REVERSED) == ["contradicted"]
    assert statuses("compare", text, ALIKE) == ["contradicted"]


@pytest.mark.parametrize(
    "text",
    [
        "The two models are not distinguishable.",
        "There is no difference in accuracy between the two models.",
        "Neither model is more accurate than the other.",
    ],
)
def test_no_difference_is_supported_where_the_verdict_says_so(text: str) -> None:
    assert statuses("compare", text, ALIKE) == ["supported"]
    assert statuses("compare", text) == ["contradicted"]


def test_a_denied_comparison_holds_where_the_models_are_alike() -> None:
    text = "The digits model is not more accurate than the clothing model."
    assert statuses("compare", text, ALIKE) == ["supported"]


def test_a_single_number_without_a_model_is_left_open_where_two_are_compared() -> None:
    assert statuses("compare", "The test accuracy is 97.85 %.") == ["not testable"]
    assert statuses("compare", "The test accuracy is 95.85 %.") == ["contradicted"]


def test_the_running_mean_that_fit_prints_is_no_contradiction_and_no_support() -> None:
    assert statuses("accuracy", "The training accuracy was 0.9950.") == ["not testable"]
    assert statuses("accuracy", "The training accuracy was 0.9960.") == ["contradicted"]


def test_all_or_nothing_is_not_reached_by_rounding() -> None:
    record = known_record(digits_train=59_990)
    assert statuses("accuracy", "Training accuracy: 100 %.", record) == ["contradicted"]
    perfect = known_record(digits_train=60_000)
    assert statuses("accuracy", "Training accuracy: 100 %.", perfect) == ["supported"]


def test_an_image_that_was_not_selected_is_not_testable() -> None:
    assert statuses("verify", "The model was wrong about image 777.") == ["not testable"]


FORMS = (
    "The digits model reaches {} on the test images.",
    "On MNIST, {} of the test images were classified correctly.",
    "Test accuracy (digits): {}",
    "MNIST has a test accuracy of {}.",
)


def written(value: Fraction, decimals: int, *, percent: bool, comma: bool) -> str:
    number = Decimal(value.numerator) / Decimal(value.denominator) * (100 if percent else 1)
    text = str(number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))
    text = text.replace(".", ",") if comma and len(text.partition(".")[2]) != 3 else text
    return f"{text} %" if percent else text


@settings(max_examples=150, deadline=None)
@given(
    n=st.integers(5_001, 9_949),
    decimals=st.integers(0, 2),
    percent=st.booleans(),
    comma=st.booleans(),
    form=st.sampled_from(FORMS),
    off=st.integers(-30, 30).filter(lambda k: abs(k) >= 2),
)
def test_any_accuracy_is_right_at_any_precision_and_wrong_beyond_it(
    n: int, decimals: int, percent: bool, comma: bool, form: str, off: int
) -> None:
    record = known_record(digits_test=n)
    decimals += 0 if percent else 2
    right = written(Fraction(n, 10_000), decimals, percent=percent, comma=comma)
    assert statuses("compare", form.format(right), record)[0] == "supported"
    step = Fraction(1, 10**decimals * (100 if percent else 1))
    shifted = Fraction(n, 10_000) + off * step
    if 0 < shifted < 1:
        wrong = written(shifted, decimals, percent=percent, comma=comma)
        assert "contradicted" in statuses("compare", form.format(wrong), record)
