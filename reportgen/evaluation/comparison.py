"""Which of two models is more accurate: on different test images, or on the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportgen.evaluation.intervals import (
    newcombe_interval,
    paired_from_counts,
    paired_verdict,
    verdict,
)

Record = dict[str, Any]


def compared_accuracies(
    first: str, second: str, one: Record, two: Record, discordant: Sequence[int] | None
) -> Record:
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
