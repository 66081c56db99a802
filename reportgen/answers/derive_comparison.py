"""Derive the comparison of two models, and what may explain it."""

from __future__ import annotations

import math
from typing import cast

from reportgen.answers.derive_learned import derive_learned
from reportgen.evaluation.intervals import newcombe_interval, paired_from_counts
from reportgen.evaluation.scores import Ratio
from reportgen.evidence.derived import (
    DerivedComparisonRecord,
    DerivedPairedRecord,
    DerivedReasonsRecord,
    JudgedReasonsRecord,
    Judgement,
    Reason,
    SimpleMethod,
)
from reportgen.evidence.record import ComparisonRecord, EvidenceRecord, LayerRecord, TrainingRecord
from reportgen.studies.linear_baseline import LinearBaseline
from reportgen.studies.reasons import MergedClasses, PairedErrors, Reasons

SIMILAR = 0.05  # relative difference below which two measurements count as alike

# Reasons from the strongest to the weakest: first what is measured in points of the difference,
# then what a method without a network finds, then properties of errors and pixels; last, a
# network that finds the same order, but not why.
_BY_STRENGTH: tuple[Reason, ...] = (
    *("merging", "nearest_centroid", "concentration", "separation", "scatter"),
    "linear_baseline",
)


class Side(Reasons):
    """What the study ``reasons`` measured on one dataset, with the dataset's sizes."""

    n_pixels: int
    n_classes: int
    test: Ratio
    linear_baseline: LinearBaseline | None


def derive_comparison(record: EvidenceRecord) -> DerivedComparisonRecord | None:
    """Which model is better, by how much, and what their trainings share; None if not compared."""
    comparison = record["comparison"]
    if comparison is None:
        return None
    first, second = comparison["models"]
    verdict = comparison["verdict"]
    difference = comparison["test_accuracy_difference"]
    higher, lower = (first, second) if difference >= 0 else (second, first)
    if verdict in (first, second):
        higher = verdict
        lower = second if verdict == first else first
    train = {name: record["models"][name]["train"]["accuracy"] for name in (first, second)}
    trained = [_schedule(record["models"][name]["training"]) for name in (first, second)]
    layers = [record["models"][name]["architecture"]["layers"] for name in (first, second)]
    return {
        "distinguishable": verdict in (first, second),
        "higher": higher,
        "lower": lower,
        "size": abs(difference),
        "size_ci95": _mirrored(comparison["difference_ci95"], higher == first),
        "train_difference": train[higher] - train[lower],
        "train_verdict": (
            "same"
            if train[higher] == train[lower]
            else "agrees"
            if train[higher] > train[lower]
            else "disagrees"
        ),
        "same_images": comparison.get("n_discordant") is not None,
        "paired": _derive_paired(record, comparison, higher),
        "same_training": trained[0] == trained[1],
        "same_layers": _without_sizes(layers[0]) == _without_sizes(layers[1]),
        "same_sizes": layers[0] == layers[1],
        "both_learned": all(
            derive_learned(model["test"], model["dataset"]["class_names"])["learned"] == "yes"
            for model in (record["models"][first], record["models"][second])
        ),
    }


def _schedule(training: TrainingRecord) -> list[object]:
    keys = ("epochs", "batch_size", "optimizer", "learning_rate", "validation_split")
    return [training.get(key) for key in keys]


def _derive_paired(
    record: EvidenceRecord, comparison: ComparisonRecord, higher: str
) -> DerivedPairedRecord | None:
    """The comparison image by image; None where the models have different test images."""
    discordant = comparison.get("n_discordant")
    if discordant is None:
        return None
    b, c = discordant
    n = record["models"][higher]["test"]["n_total"]
    first = higher == comparison["models"][0]
    return {
        "n_higher_only": b if first else c,
        "n_lower_only": c if first else b,
        "n_discordant": b + c,
        "n_total": n,
        "p_value": paired_from_counts(b, c, n).p_value,
    }


def derive_reasons(record: EvidenceRecord) -> DerivedReasonsRecord | None:
    """What each measured reason says of the comparison; None without study or comparison."""
    comparison, study = derive_comparison(record), record["studies"].get("reasons")
    if comparison is None or study is None:
        return None
    sides: dict[str, Side] = {}
    for name in (comparison["higher"], comparison["lower"]):
        dataset = record["models"][name]["dataset"]
        found: Reasons = study["models"][name]
        n_pixels = math.prod(dataset["train_shape"][1:])
        sides[name] = {
            **found,
            "n_pixels": n_pixels,
            "n_classes": dataset["n_classes"],
            "test": record["models"][name]["test"],
            "linear_baseline": _linear_baseline(record, name),
        }
    higher, lower = sides.values()
    judged = judge_reasons(higher, lower, comparison["size"])
    if not comparison["distinguishable"]:
        judged = all_judged(judged, "no difference")
    closes = _merging_closes(higher["merged"], lower["merged"])
    outdone = outdone_by(lower)
    return {
        **judged,
        "apply": (
            comparison["distinguishable"]
            and not comparison["same_images"]
            and comparison["both_learned"]
            and outdone is None
        ),
        "strongest": strongest_reason(judged),
        "outdone_by": outdone,
        "same_n_pixels": higher["n_pixels"] == lower["n_pixels"],
        "same_n_classes": higher["n_classes"] == lower["n_classes"],
        "merging_closes": closes,
        "merging_share": closes / comparison["size"] if closes and comparison["size"] else None,
        "within_class_per_pixel": {name: per_pixel(side) for name, side in sides.items()},
    }


def _linear_baseline(record: EvidenceRecord, name: str) -> LinearBaseline | None:
    """A model without hidden layers beside the model; None unless that was measured."""
    found = record["studies"].get("linear_baseline", {}).get("models", {}).get(name)
    return cast("LinearBaseline | None", found)


def _merging_closes(higher: MergedClasses | None, lower: MergedClasses | None) -> float | None:
    """By how much merging narrows the difference of accuracies; None where nothing is merged."""
    return lower["gain"] - higher["gain"] if higher and lower else None


def _mirrored(interval: list[float], as_it_is: bool) -> list[float]:
    low, high = interval
    return [low, high] if as_it_is else [-high, -low]


def _without_sizes(layers: list[LayerRecord]) -> list[dict[str, object]]:
    """Layers without what follows from images and classes: shapes, and the last layer's units."""
    ignored = {"output_shape", "n_parameters", "name"}
    last = len(layers) - 1
    return [
        {k: v for k, v in layer.items() if k not in ignored | ({"units"} if n == last else set())}
        for n, layer in enumerate(layers)
    ]


def judge_reasons(higher: Side, lower: Side, difference: float) -> JudgedReasonsRecord:
    """Judge what each reason says of the result.

    ``consistent`` and ``against`` point the way the result went or the other way;
    ``not supported`` is a reason of which the data show nothing, as both sides are alike;
    ``in part`` one that explains less than half; ``unclear`` what does not compare.
    Distances are compared per pixel. If the numbers of classes differ, so does chance, and
    every reason that depends on that number is unclear. (The scatter of k class means is
    (k - 1)/k of the scatter in the population that the classes come from.)

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
        judged["linear_baseline"] = _baseline(one["test"], two["test"])
    if higher["n_classes"] != lower["n_classes"]:
        return {**all_judged(judged, "unclear"), "scatter": judged["scatter"]}
    return judged


def strongest_reason(judged: JudgedReasonsRecord) -> Reason | None:
    """The strongest reason that is consistent with the result, or else explains a part of it."""
    for judgement in ("consistent", "in part"):
        for reason in _BY_STRENGTH:
            if judged.get(reason) == judgement:
                return reason
    return None


def outdone_by(lower: Side) -> SimpleMethod | None:
    """A simpler method that does better on the same test images than the model itself, if any.

    Where there is one, the model's low accuracy lies in the model, not in its images.
    """
    baseline, nearest, test = lower["linear_baseline"], lower["nearest_centroid"], lower["test"]
    if baseline and baseline["paired"]["verdict"] == "second":
        return "linear_baseline"
    # For the same images Newcombe's interval of independent ones is wider than need be.
    low, _ = newcombe_interval(
        nearest["n_correct"], nearest["n_total"], test["n_correct"], test["n_total"]
    )
    return "nearest_centroid" if low > 0 else None


def all_judged(judged: JudgedReasonsRecord, what: Judgement) -> JudgedReasonsRecord:
    """The same reasons, each with the judgement ``what``."""
    return cast(JudgedReasonsRecord, dict.fromkeys(judged, what))


def per_pixel(measured: Side) -> float:
    """The mean squared distance to the class's mean image, divided by the number of pixels."""
    return measured["within_class"] / measured["n_pixels"]


def _compare(larger: float, smaller: float) -> Judgement:
    if abs(larger - smaller) <= SIMILAR * max(larger, smaller):
        return "not supported"
    return "consistent" if larger > smaller else "against"


def _baseline(higher: Ratio, lower: Ratio) -> Judgement:
    """Whether a simple method ranks the datasets alike, from its correct answers on both tests."""
    low, high = newcombe_interval(
        higher["n_correct"], higher["n_total"], lower["n_correct"], lower["n_total"]
    )
    return "consistent" if low > 0 else "against" if high < 0 else "not supported"


def _concentration(higher: PairedErrors, lower: PairedErrors) -> Judgement:
    """Also unclear where all errors of one side must lie in the pairs that are counted."""
    for errors in (higher, lower):
        if min(errors["n_pairs"], errors["n_wrong"]) <= errors["n_top_pairs"]:
            return "unclear"
    one, two = lower["top_share"], higher["top_share"]
    return "unclear" if one is None or two is None else _compare(one, two)


def _merging(
    higher: MergedClasses | None, lower: MergedClasses | None, difference: float
) -> Judgement:
    """Consistent if merging closes at least half of the difference, in part if less.

    Against if it leaves or widens the difference.
    """
    if higher is None or lower is None or difference == 0:
        return "unclear"
    left = higher["accuracy"] - lower["accuracy"]
    if left <= difference / 2:
        return "consistent"
    return "against" if left >= difference else "in part"
