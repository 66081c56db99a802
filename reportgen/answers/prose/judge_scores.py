"""Hold accuracies, losses, intervals and differences to the evidence."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from reportgen.answers.prose.claims import DifferenceClaim, IntervalClaim, ScoreClaim
from reportgen.answers.prose.judgements import (
    SPLIT_WORDS,
    Judgement,
    Reading,
    Record,
    in_order,
    settle,
    title_of,
)
from reportgen.answers.prose.quantities import Fit, Quantity
from reportgen.formatting import percent, points, share


def judge_score(claim: ScoreClaim, record: Record) -> Judgement:
    """Hold an accuracy, an error rate, a count or a loss to the evidence."""
    if claim.metric == "loss":
        return _judge_loss(claim, record)
    if claim.splits:
        pairs = [(m, s) for m in in_order(claim.models, record) for s in sorted(claim.splits)]
        readings = [_score(claim, record, model, split) for model, split in pairs]
        return settle([r for r in readings if r is not None], everyone=claim.everyone)
    tests = [_score(claim, record, model, "test") for model in in_order(claim.models, record)]
    judged = settle([r for r in tests if r is not None], everyone=claim.everyone)
    if judged.status == "supported":
        return judged  # an accuracy without further words is that on test images
    others = [
        reading
        for model in in_order(claim.models, record)
        for split in ("train", "validation")
        if (reading := _score(claim, record, model, split)) is not None
    ]
    open_still = settle(others, everyone=claim.everyone).status != "contradicted"
    if judged.status == "contradicted" and others and open_still:
        measured = "; ".join(r.measured for r in [*filter(None, tests), *others])
        return Judgement("not testable", f"it does not say on which images: {measured}")
    return judged


def _score(claim: ScoreClaim, record: Record, model: str, split: str) -> Reading | None:
    if split == "validation":
        return _validation(claim, record, model)
    about = record["models"][model][split]
    n_right, n_total = about["n_correct"], about["n_total"]
    n = n_right if claim.metric == "accuracy" else n_total - n_right
    fit = _fit_score(claim.quantity, n, n_total)
    running = record["models"][model]["training"]["history"].get("accuracy")
    if split == "train" and fit is Fit.NO and running:
        last = Fraction(repr(running[-1]))
        value = last if claim.metric == "accuracy" else 1 - last
        if claim.quantity.count is None and claim.quantity.fit(value) is Fit.YES:
            fit = Fit.UNCLEAR  # what fit prints last: a running mean, not wrong but another thing
    word = "right" if claim.metric == "accuracy" else "wrong"
    written = percent(n / n_total, max(2, claim.quantity.percent_decimals))
    measured = (
        f"{title_of(record, model)}, {SPLIT_WORDS[split]} images: {written} {word}"
        f" ({share(n, n_total)})"
    )
    path = f"models.{model}.{split}.accuracy" if claim.metric == "accuracy" else ""
    return Reading(fit, measured, path)


def _fit_score(quantity: Quantity, n: int, n_total: int) -> Fit:
    if quantity.count is None:
        # 0 and 100 % stand for exactly that.
        all_or_none = quantity.bound == "exact" and quantity.low in (0, 1)
        return (
            Fit.NO if all_or_none and n not in (0, n_total) else quantity.fit(Fraction(n, n_total))
        )
    stated, of = quantity.count
    if of is None:
        whole = replace(quantity, low=Fraction(stated), high=Fraction(stated), step=Fraction(1))
        return whole.fit(Fraction(n)) if quantity.bound != "about" else _near(stated, n)
    if of == n_total:
        return quantity.fit(Fraction(n, n_total))
    if of not in (10, 20, 50, 100, 1000):
        return Fit.UNCLEAR
    loose = quantity if quantity.bound != "exact" else replace(quantity, bound="about")
    return (loose if of < 100 else quantity).fit(Fraction(n, n_total))


def _near(stated: int, n: int) -> Fit:
    off = abs(stated - n) / max(1, n)
    return Fit.YES if off <= 0.05 else Fit.NO if off > 0.2 else Fit.UNCLEAR


def _validation(claim: ScoreClaim, record: Record, model: str) -> Reading | None:
    values = record["models"][model]["training"]["history"].get("val_accuracy")
    if not values or claim.quantity.count is not None:
        return None
    last = values[-1] if claim.metric == "accuracy" else 1 - values[-1]
    measured = f"{title_of(record, model)}, validation images, last epoch: {percent(last, 2)}"
    path = f"models.{model}.training.history.val_accuracy.{len(values) - 1}"
    return Reading(claim.quantity.fit(Fraction(repr(last))), measured, path)


def _judge_loss(claim: ScoreClaim, record: Record) -> Judgement:
    readings = []
    for model in in_order(claim.models, record):
        history = record["models"][model]["training"]["history"]
        for split in sorted(claim.splits or {"test", "train"}):
            values = {
                "test": [record["models"][model]["test"]["loss"]],
                "train": [record["models"][model]["train"]["loss"], *history["loss"][-1:]],
                "validation": history.get("val_loss", [])[-1:],
            }[split]
            fits = [claim.quantity.fit(Fraction(repr(value))) for value in values]
            if fits:
                best = max(fits, key=lambda fit: fit.value)
                measured = f"{title_of(record, model)}, {SPLIT_WORDS[split]} loss: {values[0]:.4f}"
                path = f"models.{model}.{split}.loss" if fits[0] is Fit.YES else ""
                readings.append(Reading(best, measured, path))
    return settle(readings, everyone=claim.everyone)


def judge_interval(claim: IntervalClaim, record: Record) -> Judgement:
    """Hold an interval to the evidence: both of its ends."""
    comparison = record["comparison"]
    if claim.of_difference:
        if comparison is None:
            return Judgement("not testable", "no difference was measured")
        low, high = comparison["difference_ci95"]
        named = [("difference", sorted((abs(low), abs(high))) if low * high > 0 else [low, high])]
    else:
        named = [
            (title_of(record, model), record["models"][model]["test"]["accuracy_ci95"])
            for model in in_order(claim.models, record)
        ]
    return settle((_interval(claim.quantity, ends[0], ends[1], title) for title, ends in named))


def _interval(quantity: Quantity, low: float, high: float, title: str) -> Reading:
    ends = ((quantity.low, low), (quantity.high, high))
    fits = all(abs(Fraction(repr(end)) - written) <= quantity.step / 2 for written, end in ends)
    digits = max(2, quantity.percent_decimals)
    measured = f"{title}, 95 % interval: {100 * low:.{digits}f} % to {100 * high:.{digits}f} %"
    return Reading(Fit.YES if fits else Fit.NO, measured)


def judge_difference(claim: DifferenceClaim, record: Record) -> Judgement:
    """Hold a gap or a difference, whatever its sign, to the evidence."""
    readings = []
    models = in_order(claim.models, record)
    if not claim.between_models:
        for model in models:
            train, test = (record["models"][model][part]["accuracy"] for part in ("train", "test"))
            gap = abs(Fraction(repr(train)) - Fraction(repr(test)))
            text = f"{title_of(record, model)}, training minus test: {points(train - test)}"
            path = f"derived.models.{model}.gap.size"
            readings.append(Reading(claim.quantity.fit(gap), text, path))
    if not claim.between_splits and record["comparison"] is not None:
        first, second = record["comparison"]["models"]
        for split in sorted(claim.splits & {"train", "test"}) or ["test"]:
            one, two = (record["models"][m][split]["accuracy"] for m in (first, second))
            size = abs(Fraction(repr(one)) - Fraction(repr(two)))
            text = (
                f"difference of the two models, {SPLIT_WORDS[split]} images: {points(float(size))}"
            )
            path = "derived.comparison.size" if split == "test" else ""
            readings.append(Reading(claim.quantity.fit(size), text, path))
    return settle(readings)
