"""Hold comparisons to the evidence: of two models, of training and test images."""

from __future__ import annotations

from reportgen.answers.prose.claims import ComparisonClaim, SplitComparisonClaim
from reportgen.answers.prose.judgements import (
    SPLIT_WORDS,
    Judgement,
    Reading,
    Record,
    in_order,
    settle,
    title_of,
)
from reportgen.answers.prose.quantities import Fit
from reportgen.formatting import percent
from reportgen.statistics import INDISTINGUISHABLE, newcombe_interval, verdict


def judge_comparison(claim: ComparisonClaim, record: Record) -> Judgement:
    """Hold a comparison of two models to the verdict; on training images, to the counts."""
    splits = sorted(claim.splits & {"train", "test"}) or ["test"]
    return settle((_compare(claim, record, split) for split in splits), everyone=True)


def _compare(claim: ComparisonClaim, record: Record, split: str) -> Reading:
    better, worse = claim.better, claim.worse
    one, two = (record["models"][model][split] for model in (better, worse))
    found = _verdict(record, better, worse) if split == "test" else _order(one, two, better, worse)
    fits = {
        "better": found == better,
        "not better": found != better,
        "equal": found == INDISTINGUISHABLE,
        "different": found != INDISTINGUISHABLE,
    }
    fit = Fit.YES if fits[claim.relation] else Fit.NO
    if fit is Fit.YES and claim.always:
        fit = Fit.UNCLEAR
    outcome = (
        "not distinguishable"
        if found == INDISTINGUISHABLE
        else f"{title_of(record, found)} is higher"
    )
    accuracies = ", ".join(
        f"{title_of(record, m)} {percent(score['accuracy'], 2)}"
        for m, score in ((better, one), (worse, two))
    )
    path = "comparison.verdict" if split == "test" else ""
    return Reading(fit, f"{SPLIT_WORDS[split]} images: {accuracies}: {outcome}", path)


def _verdict(record: Record, one: str, two: str) -> str:
    """The stored verdict, or for models that the report does not compare, a computed one."""
    comparison = record["comparison"]
    if comparison is not None and {one, two} == set(comparison["models"]):
        return str(comparison["verdict"])
    a, b = (record["models"][name]["test"] for name in (one, two))
    interval = newcombe_interval(a["n_correct"], a["n_total"], b["n_correct"], b["n_total"])
    return verdict(interval, one, two)


def _order(one: Record, two: Record, first: str, second: str) -> str:
    if one["accuracy"] == two["accuracy"]:
        return INDISTINGUISHABLE
    return first if one["accuracy"] > two["accuracy"] else second


def judge_split_comparison(claim: SplitComparisonClaim, record: Record) -> Judgement:
    """Hold a comparison of training and test accuracy to the evidence."""
    readings = []
    for model in in_order(claim.models, record):
        values = {part: record["models"][model][part]["accuracy"] for part in ("train", "test")}
        if claim.better in values and claim.worse in values:
            text = ", ".join(f"{SPLIT_WORDS[part]} {percent(v, 2)}" for part, v in values.items())
            fit = _fit_splits(claim, values[claim.better] - values[claim.worse], record, model)
            readings.append(Reading(fit, f"{title_of(record, model)}: {text}"))
    return settle(readings)


def _fit_splits(claim: SplitComparisonClaim, difference: float, record: Record, model: str) -> Fit:
    if claim.relation in ("equal", "different"):
        if record["derived"]["models"][model]["gap"]["verdict"] == "none":
            return Fit.UNCLEAR
        return Fit.NO if claim.relation == "equal" else Fit.YES
    return Fit.YES if (difference > 0) == (claim.relation == "better") else Fit.NO
