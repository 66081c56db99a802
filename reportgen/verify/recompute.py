"""Recompute the values of the evidence that follow from its other values.

The formulas are those of ``pipeline.measure`` and ``evaluation``; only the evidence is needed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from reportgen.datasets.catalogue import BUILTINS
from reportgen.errors import ReportgenError
from reportgen.evaluation.comparison import PairedComparison, compare_accuracies, paired_record
from reportgen.evaluation.intervals import paired_from_counts, wilson_interval
from reportgen.evaluation.numerics import softmax
from reportgen.evaluation.scores import ratio
from reportgen.evidence.record import (
    SPLITS,
    DatasetRecord,
    Evidence,
    EvidenceRecord,
    ModelRecord,
    PredictionRecord,
    shape_of,
)
from reportgen.evidence.weights import kept_weights, weight_shapes
from reportgen.studies.catalogue import STUDIES, load_study
from reportgen.verify.expected import must_be, shown
from reportgen.verify.findings import Difference, Level, judged
from reportgen.verify.network import evaluate
from reportgen.verify.requested import compare_with_settings

FLOAT32 = 2e-6  # softmax in float32 on another processor
_MAX_SHOWN = 60


def recompute_evidence(evidence: Evidence) -> Level:
    """The level of evidence: recomputes every value that follows from others."""
    found = list(_all(evidence))
    note = "counts, ratios, intervals, verdicts, probabilities, images and settings agree"
    return judged("evidence", note, found[:_MAX_SHOWN])


def _all(evidence: Evidence) -> Iterator[Difference]:
    record = evidence.record
    parts = [
        *((_model, (f"models.{name}", model)) for name, model in record["models"].items()),
        (_comparison, (record,)),
        (_images, (evidence,)),
        (compare_with_settings, (record,)),
        (recompute_studies, (record,)),
        (recompute_logits, (evidence,)),
    ]
    for look, arguments in parts:
        try:
            yield from look(*arguments)  # type: ignore[operator]
        except ReportgenError as error:
            yield Difference("evidence.json", str(error).splitlines()[0])
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            place = arguments[0] if isinstance(arguments[0], str) else "evidence.json"
            text = f"cannot be computed again ({type(error).__name__}: {error})"
            yield Difference(place, text[:200])


def _model(path: str, model: ModelRecord) -> Iterator[Difference]:
    yield from _dataset(f"{path}.dataset", model["dataset"])
    yield from _scores(path, model)
    yield from _confusion(f"{path}.test", model)
    yield from _history(f"{path}.training", model)
    layers = model["architecture"]["layers"]
    total = sum(layer["n_parameters"] for layer in layers)
    yield from must_be(
        f"{path}.architecture.n_parameters", model["architecture"]["n_parameters"], total
    )
    for place, prediction in enumerate(model["predictions"]):
        yield from _prediction(f"{path}.predictions.{place}", prediction)


def _dataset(path: str, dataset: DatasetRecord) -> Iterator[Difference]:
    n_train, n_test = dataset["train_shape"][0], dataset["test_shape"][0]
    yield from must_be(f"{path}.n_train_labels", dataset["n_train_labels"], n_train)
    yield from must_be(f"{path}.n_classes", dataset["n_classes"], len(dataset["class_names"]))
    for part, n, counts in (
        ("train", n_train, dataset.get("train_class_counts")),
        ("test", n_test, dataset.get("test_class_counts")),
    ):
        if counts is not None:
            yield from must_be(f"{path}.{part}_class_counts", sum(counts), n)
    builtin = BUILTINS.get(dataset["name"])
    if builtin is None and dataset["tier"] == "own":
        return
    edition = builtin.edition(dataset["tier"]) if builtin else None
    if builtin is None or edition is None:
        yield Difference(f"{path}.tier", f"is {dataset['tier']}, which this dataset has not")
        return
    known = {
        "sha256": edition.sha256,
        "class_names": list(builtin.class_names),
        "train_shape": [edition.n_train, *builtin.image_shape],
        "test_shape": [edition.n_test, *builtin.image_shape],
    }
    yield from must_be(path, dataset, known)


def _scores(path: str, model: ModelRecord) -> Iterator[Difference]:
    dataset, split = model["dataset"], model["training"]["validation_split"]
    totals = {
        "train": math.floor(dataset["train_shape"][0] * (1.0 - split)),
        "test": dataset["test_shape"][0],
    }
    for part, total in totals.items():
        score = model["train"] if part == "train" else model["test"]
        if score["n_correct"] > score["n_total"] or score["loss"] < 0:
            yield Difference(
                f"{path}.{part}", "has more correct than there are, or a negative loss"
            )
        expected = {"n_total": total, "accuracy": score["n_correct"] / score["n_total"]}
        yield from must_be(f"{path}.{part}", score, expected)
    test = model["test"]
    interval = wilson_interval(test["n_correct"], test["n_total"])
    yield from must_be(f"{path}.test.accuracy_ci95", test["accuracy_ci95"], interval)


def _confusion(path: str, model: ModelRecord) -> Iterator[Difference]:
    matrix, dataset, test = model["test"]["confusion_matrix"], model["dataset"], model["test"]
    n = dataset["n_classes"]
    if len(matrix) != n or any(len(row) != n for row in matrix):
        yield Difference(f"{path}.confusion_matrix", f"does not have {n} rows and columns")
        return
    diagonal = sum(matrix[k][k] for k in range(n))
    if diagonal != test["n_correct"]:
        text = f"is {test['n_correct']}; the confusion matrix has {diagonal} on its diagonal"
        yield Difference(f"{path}.n_correct", text)
    total = sum(map(sum, matrix))
    if total != test["n_total"]:
        text = f"is {test['n_total']}; the confusion matrix has {total} in all"
        yield Difference(f"{path}.n_total", text)
    counts = dataset.get("test_class_counts")
    if counts is not None:
        yield from must_be(
            f"{path}.confusion_matrix (sums of rows)", [sum(r) for r in matrix], counts
        )


def _history(path: str, model: ModelRecord) -> Iterator[Difference]:
    training = model["training"]
    history, epochs = training["history"], training["epochs"]
    expected = {"accuracy", "loss"}
    if training["validation_split"] > 0:
        expected |= {"val_accuracy", "val_loss"}
    if set(history) != expected:
        yield Difference(
            f"{path}.history", f"has {', '.join(history)}; {len(expected)} belong there"
        )
    n_fitted = model["train"]["n_total"]
    for name, values in history.items():
        if len(values) != epochs:
            text = f"has {len(values)} values; there were {epochs} epochs"
            yield Difference(f"{path}.history.{name}", text)
        for place, value in enumerate(values):
            n = value * n_fitted
            is_share = name == "accuracy" and training.get("engine") == "compiled"
            if is_share and (not 0 <= value <= 1 or abs(n - round(n)) > 1e-6 * n_fitted + 1e-9):
                text = f"is {shown(value)}, which is no share of {n_fitted:,} images"
                yield Difference(f"{path}.history.{name}.{place}", text)
    loss = "logits" if model["architecture"]["output"] == "logits" else "probabilities"
    if training.get("engine") is not None and not training["loss"].endswith(loss):
        yield Difference(f"{path}.loss", f"is not from {loss}, which the model puts out")


def _prediction(path: str, prediction: PredictionRecord) -> Iterator[Difference]:
    logits = np.asarray(prediction["logits"], dtype=np.float32)
    once = softmax(logits)
    for name, found, values in (
        ("probabilities", prediction["probabilities"], once),
        ("softmax_twice", prediction["softmax_twice"], softmax(once)),
    ):
        right = [float(value) for value in values]
        yield from must_be(f"{path}.{name}", found, right, FLOAT32)
    argmax = prediction["argmax"]
    # If two are equal but for rounding, another processor may choose the other.
    if argmax >= len(once) or once[argmax] < once.max() - FLOAT32:
        text = f"is {argmax}; the largest probability is at {int(once.argmax())}"
        yield Difference(f"{path}.argmax", text)
    yield from must_be(f"{path}.match", prediction["match"], argmax == prediction["label"])


def _comparison(record: EvidenceRecord) -> Iterator[Difference]:
    comparison = record["comparison"]
    if comparison is None:
        return
    first, second = comparison["models"]
    one, two = (record["models"][name] for name in (first, second))
    discordant = comparison.get("n_discordant")
    same = one["dataset"]["sha256"] == two["dataset"]["sha256"]
    if same != (discordant is not None):
        text = f"{'is missing' if same else 'is there'}; the test images are "
        yield Difference("comparison.n_discordant", text + ("the same" if same else "not the same"))
        return
    if discordant is not None:
        surplus = one["test"]["n_correct"] - two["test"]["n_correct"]
        most = min(one["test"]["n_correct"], one["test"]["n_total"] - two["test"]["n_correct"])
        if discordant[0] - discordant[1] != surplus or discordant[0] > most:
            yield Difference("comparison.n_discordant", "does not fit the images that are right")
            return
    expected = compare_accuracies(first, second, one["test"], two["test"], discordant)
    yield from must_be("comparison", comparison, expected)


def _images(evidence: Evidence) -> Iterator[Difference]:
    record = evidence.record
    datasets = {model["dataset"]["name"]: model["dataset"] for model in record["models"].values()}
    tested = {
        (model["dataset"]["name"], p["selection"], p["index"]): p["label"]
        for model in record["models"].values()
        for p in model["predictions"]
    }
    shown_images = set()
    for place, image in enumerate(record["images"]):
        path = f"images.{place}"
        dataset, index = datasets[image["dataset"]], image["index"]
        yield from must_be(
            f"{path}.id", image["id"], f"{image['dataset']}-{image['split']}-{index}"
        )
        shape = shape_of(dataset, image["split"])
        if index >= shape[0] or image["label"] >= dataset["n_classes"]:
            yield Difference(path, "has a number or label that the dataset does not have")
        pixels = evidence.arrays[image["id"]]
        if list(pixels.shape) != shape[1:] or pixels.dtype != np.uint8:
            yield Difference(f"{path}, pixels", f"are not {shape[1]} × {shape[2]} grey values")
        key = image["dataset"], image["selection"], index
        if image["split"] == "test":
            shown_images.add(key)
            if key not in tested:
                yield Difference(path, "no model has a prediction for this image")
            elif tested[key] != image["label"]:
                text = f"is {image['label']}; the prediction for it says {tested[key]}"
                yield Difference(f"{path}.label", text)
    for key in set(tested) - shown_images:
        yield Difference("images", f"lack image {key[2]} of {key[1]}, which has a prediction")
    own = {image["id"] for image in record["images"]}
    for name in evidence.arrays:
        if name not in own and not name.startswith("weights/"):
            yield Difference(f"evidence.npz, {name}", "belongs to no image of the evidence")


def recompute_logits(evidence: Evidence) -> Iterator[Difference]:
    """Differences in the weights' shapes and types, and in the shown images' logits."""
    known = set()
    for name, model in evidence.record["models"].items():
        layers = model["architecture"]["layers"]
        shapes = weight_shapes(layers, model["dataset"]["test_shape"][1:])
        prefix = f"weights/{name}/"
        known |= {prefix + each for each in shapes}
        weights = {each: evidence.arrays.get(prefix + each) for each in shapes}
        wrong = [
            each
            for each, values in weights.items()
            if values is None or values.shape != shapes[each] or not _is_kept(values)
        ]
        for each in wrong:
            yield Difference(
                f"evidence.npz, {prefix}{each}", "is missing or of another shape or type"
            )
        if not wrong and model["predictions"]:
            yield from _logits(evidence, name, {k: v for k, v in weights.items() if v is not None})
    for each in evidence.arrays:
        if each.startswith("weights/") and each not in known:
            yield Difference(f"evidence.npz, {each}", "belongs to no layer of the evidence")


def _is_kept(values: np.ndarray) -> bool:
    """Whether weights are finite and of the type in which evidence stores such values."""
    if values.dtype not in (np.float16, np.float32) or not np.isfinite(values).all():
        return False
    return bool(values.dtype == kept_weights(values).dtype)


def _logits(evidence: Evidence, name: str, weights: dict[str, np.ndarray]) -> Iterator[Difference]:
    model = evidence.model(name)
    dataset = model["dataset"]["name"]
    pixels = np.stack(
        [evidence.arrays[f"{dataset}-test-{p['index']}"] for p in model["predictions"]]
    )
    layers = model["architecture"]["layers"]
    logits, bounds = evaluate(layers, weights, pixels)
    for place, prediction in enumerate(model["predictions"]):
        off = np.abs(np.asarray(prediction["logits"]) - logits[place])
        if not (off <= bounds[place]).all():
            text = (
                f"do not follow from pixels and weights: off by up to {off.max():.3g}, "
                f"of which rounding explains {bounds[place][off.argmax()]:.3g}"
            )
            yield Difference(f"models.{name}.predictions.{place}.logits", text)


def recompute_studies(record: EvidenceRecord) -> Iterator[Difference]:
    """Differences of studies from what follows from other values of the evidence."""
    for name, study in record["studies"].items():
        path = f"studies.{name}"
        yield from _from_counts(path, study)
        if name in STUDIES:
            yield from must_be(path, study, load_study(name).follows(study, record))
        for model, found in (study.get("models") or {}).items():
            yield from _model_scores(f"{path}.models.{model}", found, record["models"].get(model))


def _from_counts(path: str, value: Any) -> Iterator[Difference]:
    """Compare accuracies and paired comparisons, at any depth, with their counts."""
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _from_counts(f"{path}.{place}", inner)
    if not isinstance(value, dict):
        return
    if value.keys() >= {"n_correct", "n_total", "accuracy"}:
        n = value["n_total"]
        right = ratio(value["n_correct"], n)["accuracy"] if n else None
        yield from must_be(f"{path}.accuracy", value["accuracy"], right)
    for key, inner in value.items():
        if key == "paired":
            yield from _paired(f"{path}.paired", inner)
        else:
            yield from _from_counts(f"{path}.{key}", inner)


def _model_scores(path: str, found: Any, model: ModelRecord | None) -> Iterator[Difference]:
    """Compare the model's scores that a study repeats with those of the model."""
    for part in SPLITS[::-1]:
        if model is not None and isinstance(found, dict) and f"model_{part}" in found:
            keys = ("n_correct", "n_total", "accuracy", "loss")
            right = {key: value for key, value in model[part].items() if key in keys}
            yield from must_be(f"{path}.model_{part}", found[f"model_{part}"], right)


def _paired(path: str, found: PairedComparison) -> Iterator[Difference]:
    b, c, n = found["n_first_only"], found["n_second_only"], found["n_total"]
    if not 0 <= b + c <= n <= 10**7:
        yield Difference(path, "has counts that cannot be")
        return
    yield from must_be(path, found, paired_record(paired_from_counts(b, c, n), n))
