"""Scores of models, and two models compared: by their counts, or on the same images."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from reportgen.evaluation.intervals import (
    PairedDifference,
    newcombe_interval,
    paired_difference,
    paired_from_counts,
    paired_verdict,
    verdict,
)
from reportgen.evaluation.numerics import cross_entropy
from reportgen.evaluation.record_types import Count, Fraction, Interval, Record
from reportgen.names import Name


class Ratio(Record):
    """Right predictions of a number of images."""

    n_correct: Count
    """Right predictions."""
    n_total: Count
    """Images that were looked at."""
    accuracy: Fraction
    """Their ratio."""


class Score(Ratio):
    """How well a model's outputs fit the labels of a number of images."""

    loss: float
    """Mean cross-entropy, in nats."""


class PairedComparison(Record):
    """Two models, the *first* and the *second*, compared on the same images."""

    difference: float
    """Accuracy of the first minus that of the second."""
    size: Fraction
    """The same without its sign."""
    ci95: Interval | None
    """Interval of `difference`; empty where no image tells the two apart."""
    size_ci95: Interval | None
    """The same, mirrored where the second is higher."""
    n_first_only: Count
    """Images that only the first gets right."""
    n_second_only: Count
    """Images that only the second gets right."""
    n_discordant: Count
    """Both of these together."""
    n_total: Count
    """All images."""
    p_value: Fraction
    """Of McNemar's exact test."""
    verdict: str
    """`first`, `second` or `indistinguishable`: the interval must leave out 0, and the p-value
    be below 0.05."""


class AccuracyComparison(Record):
    """The difference of two test accuracies."""

    verdict: Name
    """The better model, or `indistinguishable`."""
    test_accuracy_difference: float
    """First minus second."""
    difference_ci95: Interval
    """Its interval: Newcombe's, or for the same images the paired one (0 to 0 where no image
    tells the models apart)."""


def ratio(n_correct: int, n_total: int) -> Ratio:
    """Counts, and the ratio that follows from them."""
    return {"n_correct": n_correct, "n_total": n_total, "accuracy": n_correct / n_total}


def score_of_counts(n_correct: int, n_total: int, loss: float) -> Score:
    """Counts, the ratio that follows from them, and a mean loss in nats."""
    return {**ratio(n_correct, n_total), "loss": loss}


def score_of_logits(logits: NDArray[np.float32], labels: NDArray[np.integer]) -> Score:
    """Compare logits, shape (n, n_classes), with labels, shape (n,).

    The prediction is the first of the largest logits. The loss is computed in float64 from
    the logits, as ``cross_entropy`` says.
    """
    n_correct = int(np.count_nonzero(logits.argmax(axis=-1) == labels))
    loss = float(cross_entropy(logits, labels).mean())
    return score_of_counts(n_correct, len(labels), loss)


def confusion_matrix(
    logits: NDArray[np.float32], labels: NDArray[np.int64], n_classes: int
) -> NDArray[np.int64]:
    """How often each true class (rows) was given each predicted class (columns).

    Args:
        logits: float32 (n, n_classes); the prediction is the index of the largest.
        labels: int64 (n,).
        n_classes: how many rows and columns.

    Returns:
        int64 (n_classes, n_classes), its sum is n.
    """
    pairs = labels * n_classes + logits.argmax(axis=1)
    counts = np.bincount(pairs, minlength=n_classes * n_classes)
    return counts.reshape(n_classes, n_classes).astype(np.int64)


def errors_by_pair(confusion: Sequence[Sequence[int]]) -> list[tuple[int, int, int]]:
    """Errors between each unordered pair of classes: (how many, class, class), most first.

    Args:
        confusion: as ``confusion_matrix`` has it, in lists.
    """
    pairs = combinations(range(len(confusion)), 2)
    errors = [(confusion[a][b] + confusion[b][a], a, b) for a, b in pairs]
    return sorted(errors, key=lambda pair: (-pair[0], pair[1:]))


def compare_accuracies(
    first: str, second: str, one: Ratio, two: Ratio, discordant: Sequence[int] | None
) -> AccuracyComparison:
    """The difference of two test accuracies, its interval, and the verdict.

    Args:
        first, second: the models.
        one, two: their test scores.
        discordant: where both were tested on the same images, how many only the first and
            only the second has right; an interval of 0 to 0 means that there are none.
    """
    if discordant is None:
        interval = newcombe_interval(
            one["n_correct"], one["n_total"], two["n_correct"], two["n_total"]
        )
        better = verdict(interval, first, second)
    else:
        only_first, only_second = discordant
        found = paired_from_counts(only_first, only_second, one["n_total"])
        interval = found.ci95 or (0.0, 0.0)
        better = paired_verdict(found, first, second)
    return {
        "verdict": better,
        "test_accuracy_difference": one["accuracy"] - two["accuracy"],
        "difference_ci95": list(interval),
    }


def compare_on_same_images(
    first: NDArray[np.float32], second: NDArray[np.float32], labels: NDArray[np.int64]
) -> PairedComparison:
    """Compare two models that were tested on the same images.

    Args:
        first, second: logits of the two, float32 (n, n_classes).
        labels: int64 (n,).
    """
    right = [(logits.argmax(axis=1) == labels).tolist() for logits in (first, second)]
    return paired_record(paired_difference(*right), len(labels))


def paired_record(found: PairedDifference, n_total: int) -> PairedComparison:
    """A comparison on ``n_total`` images as a record."""
    ci95 = None if found.ci95 is None else list(found.ci95)
    mirrored = None if found.ci95 is None else [-end for end in reversed(found.ci95)]
    return {
        "difference": found.difference,
        "size": abs(found.difference),
        "ci95": ci95,
        "size_ci95": ci95 if found.difference >= 0 else mirrored,
        "n_first_only": found.n_first_only,
        "n_second_only": found.n_second_only,
        "n_discordant": found.n_first_only + found.n_second_only,
        "n_total": n_total,
        "p_value": found.p_value,
        "verdict": paired_verdict(found, "first", "second"),
    }
