"""Compare two models: by their counts of right predictions, or image by image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reportgen.config.field_types import Name
from reportgen.evaluation.intervals import (
    PairedDifference,
    newcombe_interval,
    paired_difference,
    paired_from_counts,
    paired_verdict,
    verdict,
)
from reportgen.evaluation.record_types import Count, Fraction, Interval, Record
from reportgen.evaluation.scores import Ratio


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


def compare_accuracies(
    first: str, second: str, one: Ratio, two: Ratio, discordant: Sequence[int] | None
) -> AccuracyComparison:
    """The difference of two test accuracies, its interval, and the verdict.

    Args:
        first, second: the models.
        one, two: their test scores.
        discordant: how many images only the first and only the second gets right, if both
            were tested on the same images. If there are none, the interval is 0 to 0.
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
