"""Hold each claim to the evidence: supported, contradicted, or not testable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import singledispatch
from typing import Any, Literal

from reportgen.answers.prose.claims import (
    ArrayClaim,
    Claim,
    ClassClaim,
    ComparisonClaim,
    DifferenceClaim,
    ImageRef,
    Images,
    IntervalClaim,
    MatchClaim,
    ProbabilityClaim,
    ScoreClaim,
    SplitComparisonClaim,
)
from reportgen.answers.prose.quantities import Fit, Quantity
from reportgen.formatting import count, percent, points, probability, share
from reportgen.statistics import INDISTINGUISHABLE, newcombe_interval, verdict

Status = Literal["supported", "contradicted", "not testable"]
Record = dict[str, Any]
SPLIT_WORDS = {"train": "training", "test": "test", "validation": "validation"}


@dataclass(frozen=True)
class Judgement:
    """What the evidence says of a claim.

    Attributes:
        status: the outcome.
        measured: what was measured, or why the claim is not testable.
        paths: of the facts that a supported claim states.
    """

    status: Status
    measured: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Reading:
    """A claim held to one of the things that it can be about."""

    fit: Fit
    measured: str
    path: str = ""


def judge(claim: Claim, record: Record) -> Judgement:
    """Hold a claim to an evidence record."""
    if claim.at.doubt:
        return Judgement("not testable", claim.at.doubt)
    return _judge(claim, record)


@singledispatch
def _judge(claim: Claim, record: Record) -> Judgement:
    raise TypeError(type(claim).__name__)


def _settle(readings: Iterable[_Reading], *, everyone: bool = True) -> Judgement:
    """Supported if every reading is, contradicted if none can be right, else open.

    Where a claim is made of everyone, one reading that is wrong is enough against it.
    """
    found = list(readings)
    if not found:
        return Judgement("not testable", "nothing of the kind was measured")
    fits = {reading.fit for reading in found}
    measured = "; ".join(dict.fromkeys(reading.measured for reading in found))
    if fits == {Fit.YES}:
        return Judgement("supported", measured, tuple(r.path for r in found if r.path))
    if fits == {Fit.NO} or (everyone and Fit.NO in fits):
        wrong = [reading.measured for reading in found if reading.fit is Fit.NO]
        return Judgement("contradicted", "; ".join(dict.fromkeys(wrong)))
    why = "it can mean several things" if Fit.NO in fits else "it is too near or too loose to tell"
    return Judgement("not testable", f"{why}: {measured}")


@_judge.register
def _(claim: ScoreClaim, record: Record) -> Judgement:
    if claim.metric == "loss":
        return _judge_loss(claim, record)
    if claim.splits:
        pairs = [(m, s) for m in _in_order(claim.models, record) for s in sorted(claim.splits)]
        readings = [_score(claim, record, model, split) for model, split in pairs]
        return _settle([r for r in readings if r is not None], everyone=claim.everyone)
    tests = [_score(claim, record, model, "test") for model in _in_order(claim.models, record)]
    judged = _settle([r for r in tests if r is not None], everyone=claim.everyone)
    if judged.status == "supported":
        return judged  # an accuracy without further words is that on test images
    others = [
        reading
        for model in _in_order(claim.models, record)
        for split in ("train", "validation")
        if (reading := _score(claim, record, model, split)) is not None
    ]
    open_still = _settle(others, everyone=claim.everyone).status != "contradicted"
    if judged.status == "contradicted" and others and open_still:
        measured = "; ".join(r.measured for r in [*filter(None, tests), *others])
        return Judgement("not testable", f"it does not say on which images: {measured}")
    return judged


def _in_order(models: Iterable[str], record: Record) -> list[str]:
    wanted = set(models)
    return [name for name in record["models"] if name in wanted]


def _score(claim: ScoreClaim, record: Record, model: str, split: str) -> _Reading | None:
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
        f"{_title(record, model)}, {SPLIT_WORDS[split]} images: {written} {word}"
        f" ({share(n, n_total)})"
    )
    path = f"models.{model}.{split}.accuracy" if claim.metric == "accuracy" else ""
    return _Reading(fit, measured, path)


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


def _validation(claim: ScoreClaim, record: Record, model: str) -> _Reading | None:
    values = record["models"][model]["training"]["history"].get("val_accuracy")
    if not values or claim.quantity.count is not None:
        return None
    last = values[-1] if claim.metric == "accuracy" else 1 - values[-1]
    measured = f"{_title(record, model)}, validation images, last epoch: {percent(last, 2)}"
    path = f"models.{model}.training.history.val_accuracy.{len(values) - 1}"
    return _Reading(claim.quantity.fit(Fraction(repr(last))), measured, path)


def _judge_loss(claim: ScoreClaim, record: Record) -> Judgement:
    readings = []
    for model in _in_order(claim.models, record):
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
                measured = f"{_title(record, model)}, {SPLIT_WORDS[split]} loss: {values[0]:.4f}"
                path = f"models.{model}.{split}.loss" if fits[0] is Fit.YES else ""
                readings.append(_Reading(best, measured, path))
    return _settle(readings, everyone=claim.everyone)


@_judge.register
def _(claim: IntervalClaim, record: Record) -> Judgement:
    comparison = record["comparison"]
    if claim.of_difference:
        if comparison is None:
            return Judgement("not testable", "no difference was measured")
        low, high = comparison["difference_ci95"]
        named = [("difference", sorted((abs(low), abs(high))) if low * high > 0 else [low, high])]
    else:
        named = [
            (_title(record, model), record["models"][model]["test"]["accuracy_ci95"])
            for model in _in_order(claim.models, record)
        ]
    return _settle(
        (_interval(claim.quantity, ends[0], ends[1], title) for title, ends in named),
        everyone=False,
    )


def _interval(quantity: Quantity, low: float, high: float, title: str) -> _Reading:
    ends = ((quantity.low, low), (quantity.high, high))
    fits = all(abs(Fraction(repr(end)) - written) <= quantity.step / 2 for written, end in ends)
    digits = max(2, quantity.percent_decimals)
    measured = f"{title}, 95 % interval: {100 * low:.{digits}f} % to {100 * high:.{digits}f} %"
    return _Reading(Fit.YES if fits else Fit.NO, measured)


@_judge.register
def _(claim: DifferenceClaim, record: Record) -> Judgement:
    readings = []
    models = _in_order(claim.models, record)
    if not claim.between_models:
        for model in models:
            train, test = (record["models"][model][part]["accuracy"] for part in ("train", "test"))
            gap = abs(Fraction(repr(train)) - Fraction(repr(test)))
            text = f"{_title(record, model)}, training minus test: {points(train - test)}"
            path = f"derived.models.{model}.gap.size"
            readings.append(_Reading(claim.quantity.fit(gap), text, path))
    if not claim.between_splits and record["comparison"] is not None:
        first, second = record["comparison"]["models"]
        for split in sorted(claim.splits & {"train", "test"}) or ["test"]:
            one, two = (record["models"][m][split]["accuracy"] for m in (first, second))
            size = abs(Fraction(repr(one)) - Fraction(repr(two)))
            text = (
                f"difference of the two models, {SPLIT_WORDS[split]} images: {points(float(size))}"
            )
            path = "derived.comparison.size" if split == "test" else ""
            readings.append(_Reading(claim.quantity.fit(size), text, path))
    return _settle(readings, everyone=False)


@_judge.register
def _(claim: ComparisonClaim, record: Record) -> Judgement:
    splits = sorted(claim.splits & {"train", "test"}) or ["test"]
    return _settle(_compare(claim, record, split) for split in splits)


def _compare(claim: ComparisonClaim, record: Record, split: str) -> _Reading:
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
        else f"{_title(record, found)} is higher"
    )
    accuracies = ", ".join(
        f"{_title(record, m)} {percent(score['accuracy'], 2)}"
        for m, score in ((better, one), (worse, two))
    )
    path = "comparison.verdict" if split == "test" else ""
    return _Reading(fit, f"{SPLIT_WORDS[split]} images: {accuracies}: {outcome}", path)


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


@_judge.register
def _(claim: SplitComparisonClaim, record: Record) -> Judgement:
    readings = []
    for model in _in_order(claim.models, record):
        values = {part: record["models"][model][part]["accuracy"] for part in ("train", "test")}
        if claim.better in values and claim.worse in values:
            text = ", ".join(f"{SPLIT_WORDS[part]} {percent(v, 2)}" for part, v in values.items())
            fit = _fit_splits(claim, values[claim.better] - values[claim.worse], record, model)
            readings.append(_Reading(fit, f"{_title(record, model)}: {text}"))
    return _settle(readings, everyone=False)


def _fit_splits(claim: SplitComparisonClaim, difference: float, record: Record, model: str) -> Fit:
    if claim.relation in ("equal", "different"):
        if record["derived"]["models"][model]["gap"]["verdict"] == "none":
            return Fit.UNCLEAR
        return Fit.NO if claim.relation == "equal" else Fit.YES
    return Fit.YES if (difference > 0) == (claim.relation == "better") else Fit.NO


@_judge.register
def _(claim: MatchClaim, record: Record) -> Judgement:
    def read(image: ImageRef) -> _Reading:
        found = _prediction(record, image)
        fit = Fit.YES if found["match"] == claim.positive else Fit.NO
        path = f"models.{image.model}.predictions.{image.place}.match"
        return _Reading(fit, _describe(record, image), path)

    return _settle_images(claim.images, read)


@_judge.register
def _(claim: ClassClaim, record: Record) -> Judgement:
    def read(image: ImageRef) -> _Reading:
        found = _prediction(record, image)
        role = "argmax" if claim.role == "prediction" else "label"
        fit = Fit.YES if (found[role] == claim.class_index) != claim.negated else Fit.NO
        if fit is Fit.NO and claim.role == "is" and found["argmax"] == claim.class_index:
            fit = Fit.UNCLEAR  # "it is a Shirt" of an image that the model takes for one
        path = f"models.{image.model}.predictions.{image.place}.{role}"
        return _Reading(fit, _describe(record, image), path)

    return _settle_images(claim.images, read)


@_judge.register
def _(claim: ProbabilityClaim, record: Record) -> Judgement:
    def read(image: ImageRef) -> _Reading:
        found = _prediction(record, image)
        names = record["models"][image.model]["dataset"]["class_names"]
        k = found["argmax"] if claim.class_index is None else claim.class_index
        value = found["probabilities"][k]
        where = f"test image {count(found['index'])}, {names[k]}"
        path = f"models.{image.model}.predictions.{image.place}.probabilities.{k}"
        return _Reading(
            claim.quantity.fit(Fraction(repr(value))), f"{where}: {probability(value)}", path
        )

    return _settle_images(claim.images, read)


@_judge.register
def _(claim: ArrayClaim, record: Record) -> Judgement:
    def read(image: ImageRef) -> _Reading:
        found = _prediction(record, image)
        fits = any(
            all(
                abs(Fraction(repr(value)) - written.low) <= written.step
                for value, written in zip(found[name], claim.values, strict=True)
            )
            for name in ("probabilities", "logits", "softmax_twice")
        )
        shown = ", ".join(probability(value) for value in found["probabilities"])
        path = f"models.{image.model}.predictions.{image.place}.probabilities"
        where = f"test image {count(found['index'])}"
        return _Reading(Fit.YES if fits else Fit.NO, f"{where}: {shown}", path)

    return _settle_images(claim.images, read)


def _settle_images(images: Images, read: Callable[[ImageRef], _Reading]) -> Judgement:
    """Every image must fit; where an image can be one of several, that is left open."""
    judged = [_settle(map(read, options), everyone=False) for options in images]
    for status in ("contradicted", "not testable"):
        found = [each for each in judged if each.status == status]
        if found:
            return replace(found[0], measured="; ".join(each.measured for each in found))
    if not judged:
        return Judgement("not testable", "it is about no image that this report has selected")
    measured = "; ".join(each.measured for each in judged)
    return Judgement("supported", measured, tuple(p for each in judged for p in each.paths))


def _prediction(record: Record, image: ImageRef) -> Record:
    found: Record = record["models"][image.model]["predictions"][image.place]
    return found


def _describe(record: Record, image: ImageRef) -> str:
    found = _prediction(record, image)
    names = record["models"][image.model]["dataset"]["class_names"]
    predicted, label = names[found["argmax"]], names[found["label"]]
    return f"test image {count(found['index'])}: predicted {predicted}, label {label}"


def _title(record: Record, model: str) -> str:
    dataset = record["models"][model]["dataset"]
    title = dataset.get("title") or dataset["name"]
    shared = sum(m["dataset"]["name"] == dataset["name"] for m in record["models"].values()) > 1
    return f"{title} ({model})" if shared else str(title)
