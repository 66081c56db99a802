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
    assert "class's mean image, per pixel | 0.071 | 0.075 | against" in text
    assert (
        "Images of a class vary hardly less in Digits, if at all: mean squared distance to the"
        " class's mean image, per pixel, 0.071, against 0.075."
    ) in text
    alike = comparison(TEN, TEN)
    assert "per pixel" not in alike
    assert "mean squared distance to the class's mean image 58.6, against 58.6." in alike


@pytest.mark.parametrize("classes", [(SHAPES, TEN), (TWO, TEN), (TEN, TWO), (TWO, THREE)])
def test_with_unlike_numbers_of_classes_no_verdict_rests_on_chance(
    classes: tuple[tuple[str, ...], ...],
) -> None:
    text = comparison(*classes)
    assert "classes, what depends on their number, as chance does, is unclear." in text
    rows = [line for line in text.split("\n") if line.count(" | ") == 3][1:]
    judged = {
        row.split(" | ")[0]: row.split(" | ")[3] for row in rows if "%" in row.split(" | ")[1]
    }
    assert judged.pop("Test accuracy of always naming the most frequent class") == "baseline"
    assert set(judged.values()) == {"unclear"}
    assert len(judged) >= 3
    assert "counted as one, they" not in text
    assert "lie closer together" not in text


def test_what_naming_one_class_would_get_stands_beside_what_a_simple_method_gets() -> None:
    text = comparison(TWO, TEN)
    assert "naming the class with the nearest mean image | 48.9 % | 10.5 % | unclear" in text
    assert "always naming the most frequent class | 50.0 % | 10.0 % | baseline" in text


@pytest.mark.parametrize(
    ("classes", "says"),
    [
        ((TWO, TEN), "in the most confused pairs (1 of 1 and 3 of 45) | 100 % | 45.6 % | unclear"),
        ((THREE, TEN), "in the most confused pairs (3 of 3 and 3 of 45) | 100 % | 45.6 %"),
        ((TWO, TWO), "of the 1,000 test images lie off the diagonal."),
        ((TEN, TEN), "Share of errors in the 3 most confused pairs | 52.2 % | 45.6 % | against"),
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

    assert "most confused classes are counted as one" in text()
    assert "classes that the finished model confuses most" in text()
    for names in (("digits",), ("fashion",), ("digits", "fashion")):
        assert "counted as one" not in text(*names)


HIGHER = {"merged__accuracy": 0.98, "merged__gain": 0.003}
ALIKE = {
    "nearest_centroid__n_correct": 800,
    "nearest_centroid__n_total": 1000,
    "between_share": 0.3,
}


@pytest.mark.parametrize(
    ("lower", "says"),
    [
        (
            {"merged__accuracy": 0.955, "merged__gain": 0.08},
            "Probably because the network confuses four classes of Fashion-MNIST (Coat, Sandal,"
            " Shirt and Sneaker): if these count as one, the difference of 10.20 percentage points"
            " shrinks by 7.70 (8.00 gained, less 0.30 for the corresponding classes of MNIST).",
        ),
        (
            {"merged__accuracy": 0.99, "merged__gain": 0.115},
            "Probably because the network confuses four classes of Fashion-MNIST (Coat, Sandal,"
            " Shirt and Sneaker): if these count as one, the order of the two turns round",
        ),
        (
            {"merged__accuracy": 0.90, "merged__gain": 0.025},
            "In part, perhaps, because the network confuses four classes of Fashion-MNIST (Coat,"
            " Sandal, Shirt and Sneaker): if these count as one, the difference of 10.20 percentage"
            " points shrinks by 2.20",
        ),
        (
            {"merged": None, "nearest_centroid__n_correct": 700},
            "Perhaps because its classes overlap less: even naming the class with the nearest mean"
            " image gets",
        ),
        (
            {"merged": None, "errors__top_share": 0.9},
            "Perhaps because the network confuses a few classes of Fashion-MNIST: three pairs"
            " hold 90.0 % of its errors, against 52.2 % for MNIST.",
        ),
        (
            {"merged": None, "between_share": 0.1},
            "Perhaps because its classes lie further apart: 30.0 % of the variation of MNIST lies"
            " between classes, against 10.0 % for Fashion-MNIST.",
        ),
        (
            {"merged": None, "within_class": 99.0},
            "Perhaps because the images of a class vary less in MNIST.",
        ),
        (
            {"merged": None},
            "Why, the measurements do not show: none of them is consistent with the result.",
        ),
        (
            {"nearest_centroid__n_correct": 990},
            "Probably because of the Fashion-MNIST model, not its images: merely naming the class"
            " with the nearest mean image gets",
        ),
    ],
)
def test_the_answer_to_why_is_the_strongest_reason(lower: dict[str, Any], says: str) -> None:
    changes = [reasons("digits", **HIGHER, **ALIKE), reasons("fashion", **{**ALIKE, **lower})]
    evidence = changed(measured_evidence("fashion-and-digits"), *changes)
    report = composed("fashion-and-digits", evidence).report
    text = read_answer(report, "comparison")
    assert says in text[: text.index("Table")]


def test_that_only_a_simple_network_finds_the_same_order_is_said_last() -> None:
    changes = [reasons(name, **ALIKE, merged=None) for name in ("digits", "fashion")]
    report = composed(NOTES, changed(measured_evidence(NOTES), *changes)).report
    assert (
        "Its task is probably easier, since even a network without hidden layers gets 92.2 % right,"
        " but 82.0 % for Fashion-MNIST; what makes it so, the measurements do not show."
    ) in read_answer(report, "comparison")
