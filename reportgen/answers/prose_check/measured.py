"""Check accuracies, losses, intervals and differences against the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from reportgen.answers.prose_check.claims import SPLIT_WORDS, Judgement, Reading, Record, judge
from reportgen.answers.prose_check.quantities import Fit, Quantity
from reportgen.answers.prose_check.vocabulary import Names
from reportgen.evaluation.intervals import INDISTINGUISHABLE, newcombe_interval, verdict
from reportgen.evaluation.scores import Score
from reportgen.evidence.record import SPLITS
from reportgen.formatting import percent, points, share


def in_order(models: Names, record: Record) -> list[str]:
    """Some models in the order of the evidence."""
    return [name for name in record["models"] if name in models]


def title_of(record: Record, model: str) -> str:
    """A model's dataset by its title; with the model's name where two models share it."""
    dataset = record["models"][model]["dataset"]
    title = dataset.get("title") or dataset["name"]
    shared = sum(m["dataset"]["name"] == dataset["name"] for m in record["models"].values()) > 1
    return f"{title} ({model})" if shared else str(title)


def check_score(
    record: Record,
    metric: str,
    quantity: Quantity,
    models: Names,
    splits: Names,
    wider: tuple[Names, Names],
    *,
    everyone: bool,
) -> Judgement:
    """Check an accuracy, an error rate, a count of right or wrong images, or a loss.

    Args:
        record: the evidence.
        metric: ``accuracy``, ``error`` or ``loss``.
        quantity: what is stated.
        models: those that it can be about.
        splits: those that it can be about; empty where none is named.
        wider: models and splits that could be meant after all; if the quantity is right for one
            of them, it is not contradicted.
        everyone: whether it is said of all the models ("both models").
    """

    def read(models: Names, parts: Iterable[str]) -> list[Reading]:
        pairs = ((model, part) for model in in_order(models, record) for part in parts)
        return [r for m, s in pairs if (r := check(record, metric, quantity, m, s)) is not None]

    check = _loss if metric == "loss" else _accuracy
    # An accuracy as such is that on test images.
    first = sorted(splits or ({"test", "train"} if metric == "loss" else {"test"}))
    judged = judge(read(models, first), everyone=everyone)
    if judged.status != "contradicted":
        return judged
    elsewhere = [] if splits or metric == "loss" else read(models, ["train"])
    if elsewhere and judge(elsewhere, everyone=everyone).status != "contradicted":
        found = "; ".join(r.measured for r in (*read(models, first), *elsewhere))
        return Judgement("not testable", f"it does not say on which images: {found}")
    perhaps = [r for r in read(wider[0], sorted(wider[1]) or first) if r.fit is Fit.YES]
    if perhaps and not everyone:
        found = "; ".join(r.measured for r in (*read(models, first), *perhaps))
        return Judgement("not testable", f"it can mean several things: {found}")
    return judged


def _score_of(record: Record, model: str, split: str) -> Score:
    about = record["models"][model]
    return about["test"] if split == "test" else about["train"]


def _accuracy(
    record: Record, metric: str, quantity: Quantity, model: str, split: str
) -> Reading | None:
    history = record["models"][model]["training"]["history"]
    if split == "validation":
        return None
    about = _score_of(record, model, split)
    n_right, n_total = about["n_correct"], about["n_total"]
    n, word = (n_right, "right") if metric == "accuracy" else (n_total - n_right, "wrong")
    fit = _fit(quantity, n, n_total)
    if split == "train" and fit is Fit.NO and history.get("accuracy") and quantity.count is None:
        last = Fraction(repr(history["accuracy"][-1]))
        if quantity.fit(last if metric == "accuracy" else 1 - last) is Fit.YES:
            fit = Fit.UNCLEAR  # Keras prints it last: a running mean, another measurement
    written = percent(n / n_total, max(2, quantity.percent_decimals))
    where = f"{title_of(record, model)}, {SPLIT_WORDS[split]} images"
    path = f"models.{model}.{split}.accuracy" if metric == "accuracy" else ""
    return Reading(fit, f"{where}: {written} {word} ({share(n, n_total)})", path)


def _fit(quantity: Quantity, n: int, n_total: int) -> Fit:
    """Whether n of n_total images is what was written, as a share, a count or a rate."""
    rate = Fraction(n, n_total)
    if quantity.count is None:
        # 0 and 100 % stand for exactly that.
        all_or_none = quantity.bound == "exact" and quantity.low in (0, 1)
        return Fit.NO if all_or_none and n not in (0, n_total) else quantity.fit(rate)
    stated, of = quantity.count
    if of in (None, n_total):
        part, one = Fraction(stated, n_total), Fraction(1, n_total)
        count = stated, n_total
        return replace(quantity, low=part, high=part, step=one, count=count).fit(rate)
    if of not in (10, 20, 50, 100, 1000):
        return Fit.UNCLEAR
    loose = of < 100 and quantity.bound == "exact"
    return (replace(quantity, bound="about") if loose else quantity).fit(rate)


def _loss(record: Record, _: str, quantity: Quantity, model: str, split: str) -> Reading | None:
    history = record["models"][model]["training"]["history"]
    values = {
        "test": [record["models"][model]["test"]["loss"]],
        "train": [record["models"][model]["train"]["loss"], *history["loss"][-1:]],
        "validation": history.get("val_loss", [])[-1:],
    }[split]
    if not values:
        return None
    fits = [quantity.fit(Fraction(repr(value))) for value in values]
    found = f"{title_of(record, model)}, {SPLIT_WORDS[split]} loss: {values[0]:.4f}"
    path = f"models.{model}.{split}.loss" if fits[0] is Fit.YES else ""
    return Reading(max(fits, key=lambda fit: fit.value), found, path)


def check_interval(
    record: Record, quantity: Quantity, models: Names, wider: Names, of_difference: bool
) -> Judgement:
    """Check both ends of a test accuracy's interval; a difference's is not testable."""

    def read(models: Names) -> list[Reading]:
        ends = ((title_of(record, m), m) for m in in_order(models, record))
        tests = ((title, record["models"][m]["test"]["accuracy_ci95"]) for title, m in ends)
        return [_interval(quantity, low, high, title) for title, (low, high) in tests]

    if not of_difference:
        right = any(reading.fit is Fit.YES for reading in read(wider))
        return judge(read(models | wider if right else models))
    return Judgement("not testable", "it is the interval of a difference")


def _interval(quantity: Quantity, low: float, high: float, title: str) -> Reading:
    ends = ((quantity.low, low), (quantity.high, high))
    fits = all(abs(Fraction(repr(end)) - written) <= quantity.step / 2 for written, end in ends)
    digits = max(2, quantity.percent_decimals)
    found = f"{title}, 95 % interval: {100 * low:.{digits}f} % to {100 * high:.{digits}f} %"
    return Reading(Fit.of(fits), found)


def check_difference(
    record: Record,
    quantity: Quantity,
    models: Names,
    splits: Names,
    *,
    within: bool,
    between: bool,
    told: bool,
) -> Judgement:
    """Check the size of a gap within one model, or of a difference between two.

    Args:
        record: the evidence.
        quantity: what is stated.
        models: the gap can be that of any of these.
        splits: the difference of two models can be on any of these.
        within: whether it can only be a gap.
        between: whether it can only be a difference of two models.
        told: whether words say that it is a gap.
    """
    readings = []
    for model in () if between else in_order(models, record):
        train, test = (record["models"][model][part]["accuracy"] for part in SPLITS)
        found = f"{title_of(record, model)}, training minus test: {points(train - test)}"
        readings.append(_apart(quantity, train, test, found, f"derived.models.{model}.gap.size"))
    compared = record["comparison"]
    pair = compared["models"] if compared and not within else []
    for part in (sorted(splits & {"train", "test"}) or ["test"]) if pair else ():
        one, two = (_score_of(record, model, part)["accuracy"] for model in pair)
        size = points(abs(one - two))
        found = f"difference of the two models, {SPLIT_WORDS[part]} images: {size}"
        path = "derived.comparison.size" if part == "test" else ""
        readings.append(_apart(quantity, one, two, found, path))
    judged = judge(readings)
    exact = replace(quantity, bound="exact")
    others = _differences(
        record, frozenset() if told else models, relative=quantity.unit == "percent"
    )
    if judged.status == "contradicted" and any(exact.fit(size) is Fit.YES for size in others):
        return Judgement("not testable", "it may be another difference than those compared")
    return judged


def _differences(record: Record, models: Names, *, relative: bool) -> Iterator[Fraction]:
    """Differences of two models' accuracies, and the gaps of ``models``.

    ``relative``: also as shares of the accuracies or error rates ("9 % fewer errors").
    """
    values = {
        (model, part): Fraction(repr(about[part]["accuracy"]))
        for model, about in record["models"].items()
        for part in SPLITS
    }
    for (one, first), (two, second) in combinations(values, 2):
        if one in models or (one != two and (models or first != second)):
            size = abs(values[one, first] - values[two, second])
            yield size
            if relative:
                shares = (values[one, first], values[two, second])
                yield from (size / base for each in shares for base in (each, 1 - each) if base)


def _apart(quantity: Quantity, one: float, two: float, found: str, path: str) -> Reading:
    size = abs(Fraction(repr(one)) - Fraction(repr(two)))
    fit = quantity.fit(size)
    if fit is Fit.NO and quantity.unit in ("fraction", "number"):  # "a gap of 0.95", in points
        fit = Fit.of(False, quantity.fit(100 * size) is Fit.YES)
    return Reading(fit, found, path)


def check_comparison(
    record: Record,
    better: str,
    worse: str,
    relation: str,
    splits: Names = frozenset(),
) -> Judgement:
    """Check a comparison of two models: on test images against the stored verdict.

    On training images the accuracies themselves are compared.

    Args:
        record: the evidence.
        better, worse: the two models, as the sentence orders them.
        relation: ``better``; ``not better``; ``equal``; ``different``.
        splits: that the sentence names.
    """
    readings = []
    for split in sorted(splits & {"train", "test"}) or ["test"]:
        found = _verdict(record, better, worse, split)
        fits = {
            "better": found == better,
            "not better": found != better,
            "equal": found == INDISTINGUISHABLE,
            "different": found != INDISTINGUISHABLE,
        }
        fit = Fit.of(fits[relation])
        alike = found == INDISTINGUISHABLE
        outcome = "not distinguishable" if alike else f"{title_of(record, found)} is higher"
        accuracies = ", ".join(
            f"{title_of(record, model)} {percent(_score_of(record, model, split)['accuracy'], 2)}"
            for model in (better, worse)
        )
        path = "comparison.verdict" if split == "test" else ""
        readings.append(Reading(fit, f"{SPLIT_WORDS[split]} images: {accuracies}: {outcome}", path))
    return judge(readings, everyone=True)


def _verdict(record: Record, one: str, two: str, split: str) -> str:
    """The stored verdict; computed here for models that the report does not compare."""
    a, b = (_score_of(record, name, split) for name in (one, two))
    compared = record["comparison"]
    if split == "test" and compared is not None and {one, two} == set(compared["models"]):
        return compared["verdict"]
    if split == "test":
        ends = newcombe_interval(a["n_correct"], a["n_total"], b["n_correct"], b["n_total"])
        return verdict(ends, one, two)
    if a["accuracy"] == b["accuracy"]:
        return INDISTINGUISHABLE
    return one if a["accuracy"] > b["accuracy"] else two


def check_split_comparison(
    record: Record, models: Names, better: str, worse: str, relation: str
) -> Judgement:
    """Check a comparison of training and test accuracy."""
    readings = []
    for model in in_order(models, record) if {better, worse} <= {"train", "test"} else ():
        values: dict[str, float] = {
            part: record["models"][model][part]["accuracy"] for part in SPLITS
        }
        found = ", ".join(f"{SPLIT_WORDS[part]} {percent(v, 2)}" for part, v in values.items())
        right = {
            "better": values[better] > values[worse],
            "not better": values[better] <= values[worse],
            "equal": False,
            "different": True,
        }[relation]
        alike = record["derived"]["models"][model]["gap"]["verdict"] == "none"
        fit = Fit.UNCLEAR if alike and relation in ("equal", "different") else Fit.of(right)
        readings.append(Reading(fit, f"{title_of(record, model)}: {found}"))
    return judge(readings)
