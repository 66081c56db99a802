"""Evaluate the weights on the data again, in NumPy, if this machine has both."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reportgen.datasets.catalogue import OwnDataset
from reportgen.datasets.dataset import Dataset
from reportgen.datasets.load import load
from reportgen.datasets.locate import locate
from reportgen.datasets.sources import Search
from reportgen.errors import DataError, ReportgenError
from reportgen.evaluation.numerics import cross_entropy
from reportgen.evaluation.scores import Score
from reportgen.evidence.record import DatasetRecord, Evidence, ModelRecord
from reportgen.evidence.weights import Weights, kept_weights, read_weights, weight_shapes
from reportgen.pipeline.report import ReportJob
from reportgen.verify.expected import must_be, shown
from reportgen.verify.findings import Difference, Level, judged, not_reached
from reportgen.verify.network import evaluate
from reportgen.verify.studies import Evaluated, compare_studies, expected_studies, left_to_training

NAME = "weights and data"

Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


def check_weights_and_data(
    evidence: Evidence, files: Mapping[str, bytes], search: Search, own: Mapping[str, OwnDataset]
) -> Level:
    """The level of weights and data: evaluates each model whose data this machine has.

    Args:
        evidence: of the report.
        files: the folder's files below ``weights/``; none for a PDF alone.
        search: where to look for built-in datasets; nothing is downloaded.
        own: the author's own datasets whose place the roster says, by name.
    """
    found: list[Difference] = []
    done, missing = [], []
    evaluated: dict[str, Evaluated] = {}
    for name, model in evidence.record["models"].items():
        try:
            weights, of_file = _weights(evidence, name, files, found)
            kind = "" if of_file else " (by the weights as rounded in the evidence)"
            if of_file:
                done.append(f"{name}: weights/{name}.npz as in the evidence")
            dataset = _dataset(model["dataset"], search, own)
            found += _data(evidence, model, dataset)
            if weights is not None:
                again, differences = _scores(f"models.{name}", model, dataset, weights)
                found += differences
                evaluated[name] = Evaluated(name, dataset, weights, *again)
                n = len(dataset.x_train) + len(dataset.x_test)
                done.append(f"{name}: {n:,} images evaluated{kind}")
        except DataError as error:
            missing.append(f"{name}: {str(error).splitlines()[0]}")
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            text = f"cannot be evaluated ({type(error).__name__}: {error})"[:200]
            found.append(Difference(f"models.{name}", text))
    if evaluated:
        found += _studies(evidence, evaluated)
    if not done and not found:
        return not_reached(NAME, "; ".join(missing) or "there are no models")
    level = judged(NAME, "; ".join(done), found)
    unreached = [f"what weights and data give: {each}" for each in missing]
    return dataclasses.replace(level, left=(*unreached, *_needs_training(evidence)))


def _needs_training(evidence: Evidence) -> Iterator[str]:
    record = evidence.record
    with contextlib.suppress(ReportgenError, LookupError, TypeError, ValueError):
        plan = ReportJob.of_evidence(record).plan
        for what in left_to_training(record, plan):
            yield f"from the study {what}"


def _weights(
    evidence: Evidence, name: str, files: Mapping[str, bytes], found: list[Difference]
) -> tuple[Weights | None, bool]:
    """A model's weights, and whether they are from its file, not rounded ones of the evidence."""
    model = evidence.model(name)
    shapes = weight_shapes(model["architecture"]["layers"], model["dataset"]["test_shape"][1:])
    rounded = {each: evidence.arrays.get(f"weights/{name}/{each}") for each in shapes}
    file = f"weights/{name}.npz"
    if file not in files:
        inside = {each: values for each, values in rounded.items() if values is not None}
        return (inside if len(inside) == len(shapes) else None), False
    try:
        weights = read_weights(files[file], Path(file), model)
    except DataError as error:
        found.append(Difference(file, str(error).splitlines()[0].removeprefix(f"{file}: ")))
        return None, True
    for each, values in weights.items():
        inner = rounded[each]
        if inner is None or not np.array_equal(kept_weights(values), inner):
            text = "is not what the evidence has of it, rounded"
            found.append(Difference(f"{file}, {each}", text))
    return weights, True


def _dataset(about: DatasetRecord, search: Search, own: Mapping[str, OwnDataset]) -> Dataset:
    if about["tier"] == "own" and about["name"] not in own:
        raise DataError(f"the data {about['name']} are its author's own and not at hand")
    edition: Literal["full", "sample"] = "sample" if about["tier"] == "sample" else "full"
    return load(locate(about["name"], edition, search, own))


def _data(evidence: Evidence, model: ModelRecord, dataset: Dataset) -> Iterator[Difference]:
    about = model["dataset"]
    if about["sha256"] != dataset.sha256:
        text = f"is not that of {dataset.title} on this machine"
        yield Difference(f"dataset {about['name']}, sha256", text)
        return
    said = {"train": about.get("train_class_counts"), "test": about.get("test_class_counts")}
    for part, found in said.items():
        if found is not None:
            counts = np.bincount(dataset.part(part)[1], minlength=dataset.n_classes).tolist()
            yield from must_be(f"dataset {about['name']}, {part}_class_counts", found, counts)
    for place, image in enumerate(evidence.record["images"]):
        if image["dataset"] != about["name"]:
            continue
        pixels, labels = dataset.part(image["split"])
        path = f"images.{place} ({image['id']})"
        if image["index"] >= len(labels):
            continue  # the level of evidence reports it
        yield from must_be(f"{path}, label", image["label"], int(labels[image["index"]]))
        if not np.array_equal(evidence.arrays[image["id"]], pixels[image["index"]]):
            yield Difference(f"{path}, pixels", f"are not those of {dataset.title}")


def _studies(evidence: Evidence, evaluated: Mapping[str, Evaluated]) -> Iterator[Difference]:
    record = evidence.record
    try:
        plan = ReportJob.of_evidence(record).plan
        yield from compare_studies(record, expected_studies(record, plan, evaluated))
    except (ReportgenError, LookupError, TypeError, ValueError, ArithmeticError) as error:
        text = f"cannot be computed again ({type(error).__name__}: {error})".splitlines()[0]
        yield Difference("studies", text[:200])


def _scores(
    path: str, model: ModelRecord, dataset: Dataset, weights: Weights
) -> tuple[tuple[Pair, Pair], list[Difference]]:
    """(Logits, bounds) of the test images and of those fitted to, and differences in scores."""
    layers = model["architecture"]["layers"]
    test = logits, bounds = evaluate(layers, weights, dataset.x_test)
    found = list(_score(f"{path}.test", model["test"], logits, bounds, dataset.y_test))
    found += _confusion(path, model, logits, bounds, dataset)
    for place, prediction in enumerate(model["predictions"]):
        index = prediction["index"]
        off = np.abs(np.asarray(prediction["logits"]) - logits[index])
        if not (off <= bounds[index]).all():
            text = f"are not what the weights give: off by up to {off.max():.3g}"
            found.append(Difference(f"{path}.predictions.{place}.logits", text))
    n_fitted = min(model["train"]["n_total"], len(dataset.x_train))
    train = logits, bounds = evaluate(layers, weights, dataset.x_train[:n_fitted])
    labels = dataset.y_train[:n_fitted]
    found += _score(f"{path}.train", model["train"], logits, bounds, labels)
    return (test, train), found


def _certain(logits: NDArray[np.float64], bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which predictions rounding cannot change."""
    order = np.argsort(logits, axis=1)
    rows = np.arange(len(logits))
    first, second = order[:, -1], order[:, -2]
    margin = logits[rows, first] - logits[rows, second]
    certain: NDArray[np.bool_] = margin > 2 * bounds.max(axis=1)
    return certain


def _score(
    path: str,
    score: Score,
    logits: NDArray[np.float64],
    bounds: NDArray[np.float64],
    labels: NDArray[np.int64],
) -> Iterator[Difference]:
    right, certain = logits.argmax(axis=1) == labels, _certain(logits, bounds)
    low, high = int((right & certain).sum()), int((right | ~certain).sum())
    if not low <= score["n_correct"] <= high:
        follows = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        yield Difference(
            f"{path}.n_correct", f"is {score['n_correct']:,}; the weights give {follows}"
        )
    loss = float(cross_entropy(logits, labels).mean())
    spread = 2 * float(bounds.max(axis=1).mean()) + 1e-9
    if abs(score["loss"] - loss) > spread:
        text = f"is {shown(score['loss'])}; the weights give {loss:.6g} within {spread:.2g}"
        yield Difference(f"{path}.loss", text)


def _confusion(
    path: str,
    model: ModelRecord,
    logits: NDArray[np.float64],
    bounds: NDArray[np.float64],
    dataset: Dataset,
) -> Iterator[Difference]:
    matrix = np.asarray(model["test"]["confusion_matrix"])
    certain = _certain(logits, bounds)
    pairs = dataset.y_test[certain] * dataset.n_classes + logits[certain].argmax(axis=1)
    least = np.bincount(pairs, minlength=dataset.n_classes**2).reshape(matrix.shape)
    for true, predicted in np.argwhere(least > matrix)[:5]:
        text = f"is {matrix[true, predicted]}; the weights give at least {least[true, predicted]}"
        yield Difference(f"{path}.test.confusion_matrix.{true}.{predicted}", text)
