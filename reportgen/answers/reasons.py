"""Whether what was measured on two datasets speaks for a reason, against it, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from reportgen.evaluation.intervals import newcombe_interval
from reportgen.evidence.derived import JudgedReasonsRecord, Judgement

SIMILAR = 0.05  # relative difference below which two measurements count as alike

Measured = Mapping[str, Any]


def judge_reasons(higher: Measured, lower: Measured, difference: float) -> JudgedReasonsRecord:
    """Hold each reason against the result: ``consistent``, ``against`` or ``unclear``.

    Distances are compared per pixel. Where the numbers of classes differ, chance does too,
    and with it what a share of pairs or of classes says: all that depends on the number of
    classes is unclear then. (The scatter of k class means is (k - 1)/k of the scatter of
    the means that classes of the kind would have.)

    Args:
        higher: ``studies.reasons.models.<name>`` of the model with the higher accuracy, with
            ``n_pixels`` and ``n_classes`` of its dataset, and the score ``linear_baseline``
            where that was measured.
        lower: the same for the other model.
        difference: their difference of test accuracy, not negative.
    """
    judged: JudgedReasonsRecord = {
        "scatter": _compare(per_pixel(lower), per_pixel(higher)),
        "separation": _compare(higher["between_share"], lower["between_share"]),
        "nearest_centroid": _baseline(higher["nearest_centroid"], lower["nearest_centroid"]),
        "concentration": _concentration(higher["errors"], lower["errors"]),
        "merging": _merging(higher["merged"], lower["merged"], difference),
    }
    if "linear_baseline" in higher:
        judged["linear_baseline"] = _baseline(higher["linear_baseline"], lower["linear_baseline"])
    if higher["n_classes"] != lower["n_classes"]:
        return {**all_judged(judged, "unclear"), "scatter": judged["scatter"]}
    return judged


def all_judged(judged: JudgedReasonsRecord, what: Judgement) -> JudgedReasonsRecord:
    """The same reasons, each with one and the same judgement."""
    return cast(JudgedReasonsRecord, dict.fromkeys(judged, what))


def per_pixel(measured: Measured) -> float:
    """The mean squared distance to the class's mean image, divided by the number of pixels."""
    return float(measured["within_class"] / measured["n_pixels"])


def _compare(larger: float, smaller: float) -> Judgement:
    if abs(larger - smaller) <= SIMILAR * max(larger, smaller):
        return "unclear"
    return "consistent" if larger > smaller else "against"


def _baseline(higher: Measured, lower: Measured) -> Judgement:
    """Whether a simple method has the same order, from its correct answers on both test sets."""
    low, high = newcombe_interval(
        higher["n_correct"], higher["n_total"], lower["n_correct"], lower["n_total"]
    )
    return "consistent" if low > 0 else "against" if high < 0 else "unclear"


def _concentration(higher: Measured, lower: Measured) -> Judgement:
    """Unclear, too, where the errors of one cannot but lie in the pairs that are counted."""
    for errors in (higher, lower):
        if min(errors["n_pairs"], errors["n_wrong"]) <= errors["n_top_pairs"]:
            return "unclear"
    return _compare(lower["top_share"], higher["top_share"])


def _merging(higher: Measured | None, lower: Measured | None, difference: float) -> Judgement:
    """Consistent if merging closes at least half of the difference, against if it widens it."""
    if higher is None or lower is None or difference == 0:
        return "unclear"
    left = higher["accuracy"] - lower["accuracy"]
    if left <= difference / 2:
        return "consistent"
    return "against" if left >= difference else "unclear"
