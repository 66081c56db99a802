"""Reasons held against a result, on datasets that are alike and on such as are not."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from counterfactual import reasons
from measured import SHAPES, composed, measure_assignment, measured_evidence, noise
from reading import read_answer
from variants import changed

from reportgen.answers.compose import compose
from reportgen.answers.derive_comparison import (
    all_judged,
    judge_reasons,
    outdone_by,
    strongest_reason,
)
from reportgen.config.assignments import load_assignment
from reportgen.datasets.catalogue import FASHION_MNIST, MNIST
from reportgen.evaluation.scores import ratio

NOTES = "fashion-and-digits-notes"


def measured_on(**changes: Any) -> dict[str, Any]:
    """What was measured on a dataset of ten classes with 784 pixels each."""
    return {
        "within_class": 40.0,
        "between_share": 0.2,
        "nearest_centroid": {"n_correct": 820, "n_total": 1000},
        "linear_baseline": {"test": {"n_correct": 920, "n_total": 1000}},
        "errors": {"n_pairs": 45, "n_top_pairs": 3, "n_wrong": 100, "top_share": 0.3},
        "merged": {"accuracy": 0.98},
        "n_pixels": 784,
        "n_classes": 10,
    } | changes


def test_distances_are_compared_per_pixel() -> None:
    # 34.3 / 480 = 0.071 is more than 40.8 / 784 = 0.052.
    small, large = (
        measured_on(within_class=34.3, n_pixels=480),
        measured_on(within_class=40.8, n_pixels=784),
    )
    assert judge_reasons(small, large, 0.1)["scatter"] == "against"
    assert judge_reasons(large, small, 0.1)["scatter"] == "consistent"
    alike = measured_on(within_class=40.8 * 480 / 784, n_pixels=480)
    assert judge_reasons(alike, large, 0.1)["scatter"] == "not supported"


def test_with_unlike_numbers_of_classes_only_the_distances_are_judged() -> None:
    better = {"n_correct": 489, "n_total": 1000}
    few = measured_on(
        n_classes=2,
        within_class=20.0,
        between_share=0.9,
        nearest_centroid=better,
        linear_baseline={"test": better},
    )
    many = measured_on(nearest_centroid={"n_correct": 105, "n_total": 1000})
    for higher, lower, scatter in ((few, many, "consistent"), (many, few, "against")):
        judged = judge_reasons(higher, lower, 0.1)
        assert judged.pop("scatter") == scatter
        assert set(judged.values()) == {"unclear"}
        assert len(judged) == 5
    assert judge_reasons(few, many | {"n_classes": 2}, 0.1)["nearest_centroid"] == "consistent"


@pytest.mark.parametrize(
    ("errors", "judged"),
    [
        ({"n_pairs": 45, "n_wrong": 100}, "consistent"),
        ({"n_pairs": 3, "n_wrong": 100}, "unclear"),  # three classes: all pairs are counted
        ({"n_pairs": 45, "n_wrong": 3}, "unclear"),  # three errors fill three pairs at most
        ({"n_pairs": 45, "n_wrong": 4}, "consistent"),
    ],
)
def test_errors_that_can_lie_nowhere_else_are_not_concentrated(
    errors: dict[str, int], judged: str
) -> None:
    lower = measured_on(errors={"n_top_pairs": 3, "top_share": 1.0, **errors})
    assert judge_reasons(measured_on(), lower, 0.1)["concentration"] == judged


def test_merging_that_closes_less_than_half_explains_a_part() -> None:
    lower = measured_on(merged={"accuracy": 0.92})  # 0.06 of 0.10 are left
    assert judge_reasons(measured_on(), lower, 0.1)["merging"] == "in part"
    closed = measured_on(merged={"accuracy": 0.93})
    assert judge_reasons(measured_on(), closed, 0.1)["merging"] == "consistent"


def test_the_strongest_reason_is_the_first_that_the_result_bears_out() -> None:
    lower = measured_on(merged={"accuracy": 0.94}, nearest_centroid=ratio(600, 1000))
    judged = judge_reasons(measured_on(), lower, 0.1)
    assert (judged["merging"], judged["nearest_centroid"]) == ("consistent", "consistent")
    assert strongest_reason(judged) == "merging"
    assert strongest_reason({**judged, "merging": "in part"}) == "nearest_centroid"
    nothing = {**all_judged(judged, "not supported"), "scatter": "against"}
    assert strongest_reason(nothing) is None
    assert strongest_reason({**nothing, "merging": "in part"}) == "merging"


@pytest.mark.parametrize(
    ("nearest", "verdict", "by"),
    [
        (820, "first", None),
        (900, "second", "linear_baseline"),
        (930, "second", "linear_baseline"),
        (930, "first", "nearest_centroid"),
        (910, "first", None),  # within the interval
    ],
)
def test_a_simpler_method_that_does_better_is_named(
    nearest: int, verdict: str, by: str | None
) -> None:
    lower = measured_on(
        test=ratio(900, 1000),
        nearest_centroid=ratio(nearest, 1000),
        linear_baseline={"test": ratio(920, 1000), "paired": {"verdict": verdict}},
    )
    assert outdone_by(lower) == by
    assert outdone_by({**lower, "linear_baseline": None}) == (
        "nearest_centroid" if nearest == 930 else None
    )


def test_merging_is_given_as_a_share_of_the_difference() -> None:
    evidence = changed(measured_evidence(NOTES), reasons("fashion", merged__gain=0.05))
    found = composed(NOTES, evidence).evidence.record["derived"]["reasons"]
    gain = evidence.record["studies"]["reasons"]["models"]["digits"]["merged"]["gain"]
    assert found["merging_closes"] == pytest.approx(0.05 - gain)
    difference = evidence.record["comparison"]["test_accuracy_difference"]
    assert found["merging_share"] == pytest.approx((0.05 - gain) / difference)


@cache
def comparison(*classes: tuple[str, ...]) -> str:
    """The answer on the comparison; 28 x 28 pixels for ten classes, else 20 x 24."""
    models = ("digits", "fashion")
    own, datasets, changes = {}, {}, {}
    for model, built_in, names in zip(models, (MNIST, FASHION_MNIST), classes, strict=True):
        if len(names) == 10:
            dataset = noise(built_in.name, built_in.title, built_in.class_names, (28, 28))
        else:
            dataset = noise(model, model.title(), names, (20, 24), "own")
            own[model] = {
                "npz": "own.npz",
                "class_names": list(names),
                "title": model.title(),
            }
            changes[model] = {"dataset": model}
        datasets[dataset.name] = dataset
    assignment = load_assignment(NOTES, Path())
    evidence = measure_assignment(assignment, {"datasets": own, "models": changes}, datasets)
    return read_answer(compose(evidence, assignment).report, "comparison")


TEN = MNIST.class_names
TWO, THREE = ("cat", "dog"), ("cat", "dog", "cow")


def test_unlike_pixels_are_said_and_compared_one_by_one() -> None:
    text = comparison(SHAPES, TEN)
    assert "class's mean image, per pixel | 0.071 | 0.075 | not supported" in text
    assert (
        "is 34.3 for Digits and 58.6 for Fashion-MNIST, but over 480 and 784 pixels: per pixel it"
        " is 0.071 and 0.075, and that is compared. The two are about as large"
    ) in text
    alike = comparison(TEN, TEN)
    assert "per pixel" not in alike
    assert "and that is compared" not in alike


@pytest.mark.parametrize("classes", [(SHAPES, TEN), (TWO, TEN), (TEN, TWO), (TWO, THREE)])
def test_with_unlike_numbers_of_classes_no_verdict_rests_on_chance(
    classes: tuple[tuple[str, ...], ...],
) -> None:
    text = comparison(*classes)
    assert "what depends on the number of classes, as chance does, is called unclear" in text
    bullets = [line for line in text.split("\n") if "?* " in line]
    for bullet in bullets[1:]:
        assert "do not compare, so this is unclear" in bullet
        assert "consistent" not in bullet
        assert "against" not in bullet
    assert len(bullets) == 4 + (len(classes[0]) > 4 and len(classes[1]) > 4)


def test_chance_is_given_beside_what_a_simple_method_gets() -> None:
    assert (
        "gets 48.9 % right for Digits and 10.5 % for Fashion-MNIST, where guessing would get"
        " 50.0 % and 10.0 %: the two do not compare, so this is unclear."
    ) in comparison(TWO, TEN)


@pytest.mark.parametrize(
    ("classes", "says"),
    [
        ((TWO, TEN), "the three most confused of the 45 pairs of Fashion-MNIST hold 45.6 % of its"),
        ((TWO, TEN), "the only pair of classes of Digits holds 100 % of its errors."),
        ((THREE, TEN), "the three pairs of classes of Digits hold 100 % of its errors."),
        ((TWO, TEN), "in the most confused pairs (1 of 1 and 3 of 45) | 100 % | 45.6 % | unclear"),
        ((TWO, TWO), "form only one pair, and every error lies there, so this is unclear."),
        ((THREE, THREE), "form only three pairs, and every error lies there, so this is unclear."),
        ((TEN, TEN), "The 3 most confused pairs hold 45.6 % of the errors of Fashion-MNIST and"),
    ],
)
def test_pairs_are_counted_as_they_are(classes: tuple[tuple[str, ...], ...], says: str) -> None:
    text = comparison(*classes)
    assert says in text
    assert "1 most confused pairs" not in text
    assert ("Share of errors" in text) == (max(map(len, classes)) > 3)


def test_without_a_confused_training_image_nothing_is_merged() -> None:
    def text(*names: str) -> str:
        changes = [reasons(name, merged=None) for name in names]
        report = composed(NOTES, changed(measured_evidence(NOTES), *changes)).report
        return read_answer(report, "comparison")

    assert "look-alike classes are counted as one" in text()
    assert "*And if look-alikes were counted as one?*" in text()
    for names in (("digits",), ("fashion",), ("digits", "fashion")):
        assert "counted as one" not in text(*names)
