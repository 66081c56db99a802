"""Whether what was measured on two datasets speaks for a reason, against it, or neither."""

from __future__ import annotations

from typing import cast

from reportgen.evaluation.intervals import newcombe_interval
from reportgen.evaluation.scores import Ratio, Score
from reportgen.evidence.derived import JudgedReasonsRecord, Judgement
from reportgen.studies.reasons import MergedClasses, PairedErrors, Reasons

SIMILAR = 0.05  # relative difference below which two measurements count as alike


class Side(Reasons):
    """What the study ``reasons`` measured on one dataset, with the dataset's sizes."""

    n_pixels: int
    n_classes: int
    linear_baseline: Score | None


def judge_reasons(higher: Side, lower: Side, difference: float) -> JudgedReasonsRecord:
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
    one, two = higher.get("linear_baseline"), lower.get("linear_baseline")
    if one and two:
        judged["linear_baseline"] = _baseline(one, two)
    if higher["n_classes"] != lower["n_classes"]:
        return {**all_judged(judged, "unclear"), "scatter": judged["scatter"]}
    return judged


def all_judged(judged: JudgedReasonsRecord, what: Judgement) -> JudgedReasonsRecord:
    """The same reasons, each with one and the same judgement."""
    return cast(JudgedReasonsRecord, dict.fromkeys(judged, what))


def per_pixel(measured: Side) -> float:
    """The mean squared distance to the class's mean image, divided by the number of pixels."""
    return measured["within_class"] / measured["n_pixels"]


def _compare(larger: float, smaller: float) -> Judgement:
    if abs(larger - smaller) <= SIMILAR * max(larger, smaller):
        return "unclear"
    return "consistent" if larger > smaller else "against"


def _baseline(higher: Ratio, lower: Ratio) -> Judgement:
    """Whether a simple method has the same order, from its correct answers on both test sets."""
    low, high = newcombe_interval(
        higher["n_correct"], higher["n_total"], lower["n_correct"], lower["n_total"]
    )
    return "consistent" if low > 0 else "against" if high < 0 else "unclear"


def _concentration(higher: PairedErrors, lower: PairedErrors) -> Judgement:
    """Unclear, too, where the errors of one cannot but lie in the pairs that are counted."""
    for errors in (higher, lower):
        if min(errors["n_pairs"], errors["n_wrong"]) <= errors["n_top_pairs"]:
            return "unclear"
    one, two = lower["top_share"], higher["top_share"]
    return "unclear" if one is None or two is None else _compare(one, two)


def _merging(
    higher: MergedClasses | None, lower: MergedClasses | None, difference: float
) -> Judgement:
    """Consistent if merging closes at least half of the difference, against if it widens it."""
    if higher is None or lower is None or difference == 0:
        return "unclear"
    left = higher["accuracy"] - lower["accuracy"]
    if left <= difference / 2:
        return "consistent"
    return "against" if left >= difference else "unclear"
