"""Whether what was measured on two datasets speaks for a reason, against it, or neither."""

from __future__ import annotations

from typing import Any

from reportgen.statistics import newcombe_interval

SIMILAR = 0.05  # relative difference below which two measurements count as alike

Measured = dict[str, Any]


def judge_reasons(higher: Measured, lower: Measured, difference: float) -> Measured:
    """Hold each reason against the result: ``consistent``, ``against`` or ``unclear``.

    Args:
        higher: ``studies.reasons.models.<name>`` of the model with the higher accuracy.
        lower: the same for the other model.
        difference: their difference of test accuracy, not negative.
    """
    scatter = _compare(lower["within_class"], higher["within_class"])
    share = _compare(higher["between_share"], lower["between_share"])
    baseline = judge_baseline(higher["nearest_centroid"], lower["nearest_centroid"])
    return {
        "scatter": scatter,
        "separation": share,
        "nearest_centroid": baseline,
        "concentration": _concentration(higher["errors"], lower["errors"]),
        "merging": _merging(higher["merged"], lower["merged"], difference),
    }


def _compare(larger: float, smaller: float) -> str:
    if abs(larger - smaller) <= SIMILAR * max(larger, smaller):
        return "unclear"
    return "consistent" if larger > smaller else "against"


def judge_baseline(higher: Measured, lower: Measured) -> str:
    """Whether a simple method has the same order, from its correct answers on both test sets."""
    low, high = newcombe_interval(
        higher["n_correct"], higher["n_total"], lower["n_correct"], lower["n_total"]
    )
    return "consistent" if low > 0 else "against" if high < 0 else "unclear"


def _concentration(higher: Measured, lower: Measured) -> str:
    if higher["top_share"] is None or lower["top_share"] is None:
        return "unclear"
    return _compare(lower["top_share"], higher["top_share"])


def _merging(higher: Measured | None, lower: Measured | None, difference: float) -> str:
    """Consistent if merging closes at least half of the difference, against if it widens it."""
    if higher is None or lower is None or difference == 0:
        return "unclear"
    left = higher["accuracy"] - lower["accuracy"]
    if left <= difference / 2:
        return "consistent"
    return "against" if left >= difference else "unclear"
