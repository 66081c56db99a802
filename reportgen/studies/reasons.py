"""Candidate reasons why one dataset is easier than another, measured on the data."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import comb
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from reportgen.datasets.dataset import Dataset
from reportgen.evaluation.record_types import BY_CLASS, EXACT, Count, Fraction, Items, Record
from reportgen.evaluation.scores import Ratio, confusion_matrix, errors_by_pair, ratio
from reportgen.studies.context import ByModel, Study, StudyContext, each_model, each_record

N_PAIRS = 3
GROUP_SIZE = 4
MAX_GROUPS = 20_000


class Majority(Ratio):
    """The constant prediction of the most frequent training class (the first, if tied)."""

    class_name: str
    """The most frequent class of the training images."""


class ClassPair(Record):
    """How often either of two classes was taken for the other."""

    first: str
    """A class by name."""
    second: str
    """Another class."""
    n: Count
    """Errors between the two, either way."""


class PairedErrors(Record):
    """How far the errors gather in a few unordered pairs of classes."""

    n_wrong: Count
    """Wrong predictions on test images."""
    n_pairs: Count
    """Pairs of classes."""
    n_top_pairs: Count
    """How many pairs are looked at."""
    top_pairs: Items[ClassPair]
    """The pairs with most errors."""
    top_share: Fraction | None
    """Their share of the errors; empty without any."""
    even_share: Fraction
    """What that share would be if all pairs had as many errors."""


class MergedClasses(Ratio):
    """The accuracy if a group of look-alike classes counted as one."""

    class_names: Items[str]
    """The classes that are most often confused with one another in training."""
    n_classes: Count
    """How many they are."""
    n_gained: Annotated[Count, BY_CLASS]
    """Errors inside the group, which would be right."""
    gain: Fraction
    """Their share of the test images."""


class Reasons(Record):
    """Distances in a model's data, baselines, and where its errors lie.

    Distances are squared Euclidean distances of pixels scaled to 0 to 1, on training images.
    """

    within_class: float
    """Mean squared distance of an image to the mean image of its class."""
    between_class: float
    """Mean squared distance of these class means to the mean of them all."""
    between_share: Fraction
    """Its share of the sum of both."""
    nearest_centroid: Ratio
    """Of naming the class with the nearest mean image."""
    majority: Majority
    """Of always naming the most frequent class."""
    errors: Annotated[PairedErrors, EXACT]
    """How far the errors gather in a few pairs of classes."""
    merged: MergedClasses | None
    """What counting look-alike classes as one would gain; empty for few classes, and where no
    training image was confused."""


def measure_reasons(
    dataset: Dataset, train_confusion: NDArray[np.int64], test_confusion: NDArray[np.int64]
) -> Reasons:
    """Measure one dataset (distances, baselines) and the pairs of classes in a model's errors.

    Distances are squared Euclidean distances of pixels scaled to 0 to 1, on training
    images. The group of look-alike classes is chosen on training images and measured
    on test images. Classes without training images are left out of averages over classes.

    Args:
        dataset: the images and labels.
        train_confusion, test_confusion: int64 (n_classes, n_classes), rows true classes.
    """
    labels = np.unique(dataset.y_train)  # a class without training images has no centre
    # One class at a time: all training images as float32 would set a build's peak of memory.
    classes = [_centre_and_spread(_flat(dataset.x_train[dataset.y_train == k])) for k in labels]
    means = np.stack([centre for centre, _ in classes])
    within = [spread for _, spread in classes]
    nearest = labels[_nearest(_flat(dataset.x_test), means)]
    between = ((means - means.mean(axis=0)) ** 2).sum(axis=1).mean()
    scatter = float(np.mean(within))
    return {
        "within_class": scatter,
        "between_class": float(between),
        "between_share": float(between / (between + scatter)),
        "nearest_centroid": ratio(int((nearest == dataset.y_test).sum()), len(nearest)),
        "majority": _majority(dataset),
        "errors": errors_in_pairs(test_confusion, dataset.class_names),
        "merged": _merged(train_confusion, test_confusion, dataset.class_names),
    }


def _flat(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    flat = images.reshape(len(images), -1).astype(np.float32)
    flat /= np.float32(255)
    return flat


def _centre_and_spread(images: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
    """The mean image, and the mean squared distance to it: E|x|^2 - |mean|^2."""
    centre: NDArray[np.float64] = images.mean(axis=0, dtype=np.float64)
    squares = np.einsum("ij,ij->i", images, images).mean(dtype=np.float64)
    return centre, float(squares - (centre**2).sum())


def _nearest(images: NDArray[np.float32], means: NDArray[np.float64]) -> NDArray[np.int64]:
    centres = means.astype(np.float32)
    distances = (centres**2).sum(axis=1) - 2 * (images @ centres.T)
    nearest: NDArray[np.int64] = distances.argmin(axis=1)
    return nearest


def _majority(dataset: Dataset) -> Majority:
    frequent = int(np.bincount(dataset.y_train, minlength=dataset.n_classes).argmax())
    n_correct = int((dataset.y_test == frequent).sum())
    return {"class_name": dataset.class_names[frequent], **ratio(n_correct, len(dataset.y_test))}


def errors_in_pairs(confusion: NDArray[np.int64], names: tuple[str, ...]) -> PairedErrors:
    """The share of errors in the few unordered pairs of classes that have most of them.

    Args:
        confusion: int64 (n_classes, n_classes), rows true classes.
        names: of the classes, in label order.
    """
    pairs = errors_by_pair(confusion.tolist())
    n_wrong = sum(n for n, _, _ in pairs)
    top = pairs[:N_PAIRS]
    return {
        "n_wrong": n_wrong,
        "n_pairs": len(pairs),
        "n_top_pairs": len(top),
        "top_pairs": [{"first": names[a], "second": names[b], "n": n} for n, a, b in top],
        "top_share": sum(n for n, _, _ in top) / n_wrong if n_wrong else None,
        "even_share": len(top) / len(pairs),
    }


def _merged(
    train: NDArray[np.int64], test: NDArray[np.int64], names: tuple[str, ...]
) -> MergedClasses | None:
    """Merge look-alike classes; None for few classes, or if no training image was confused."""
    if len(names) <= GROUP_SIZE or np.trace(train) == train.sum():
        return None
    return _merge(test, _best_group(train), names)


def _merge(test: NDArray[np.int64], group: list[int], names: tuple[str, ...]) -> MergedClasses:
    block = test[np.ix_(group, group)]
    gained = int(block.sum() - np.trace(block))
    n_total = int(test.sum())
    return {
        "class_names": [names[k] for k in group],
        "n_classes": len(group),
        "n_gained": gained,
        "gain": gained / n_total,
        **ratio(int(np.trace(test)) + gained, n_total),
    }


def _best_group(confusion: NDArray[np.int64]) -> list[int]:
    """The classes with most confusions among themselves; for many classes, a greedy choice."""
    both = confusion + confusion.T
    np.fill_diagonal(both, 0)
    n_classes = len(both)
    if comb(n_classes, GROUP_SIZE) <= MAX_GROUPS:
        groups = map(list, combinations(range(n_classes), GROUP_SIZE))
        return max(groups, key=lambda group: int(both[np.ix_(group, group)].sum()))
    group = [int(k) for k in np.unravel_index(int(both.argmax()), both.shape)]
    while len(group) < GROUP_SIZE:
        gains = both[:, group].sum(axis=1)
        gains[group] = -1
        group.append(int(gains.argmax()))
    return sorted(group)


def _measure(context: StudyContext, name: str) -> Reasons:
    dataset, trained = context.dataset(name), context.trained[name]
    train = confusion_matrix(trained.logits_train, context.fitted_labels(name), dataset.n_classes)
    test = confusion_matrix(trained.logits_test, dataset.y_test, dataset.n_classes)
    return measure_reasons(dataset, train, test)


def _follows(found: Reasons, model: Mapping[str, Any]) -> dict[str, Any]:
    matrix = np.asarray(model["test"]["confusion_matrix"], dtype=np.int64)
    names = tuple(model["dataset"]["class_names"])
    both = found["between_class"] + found["within_class"]
    follows: dict[str, Any] = {
        "errors": errors_in_pairs(matrix, names),
        "between_share": found["between_class"] / both,
    }
    if model["train"]["n_correct"] == model["train"]["n_total"]:
        follows["merged"] = None
    elif found["merged"] is not None:
        group = [names.index(each) for each in found["merged"]["class_names"]]
        follows["merged"] = _merge(matrix, group, names)
    return follows


STUDY = Study(
    shows="pixels, baselines without a network and confusions that may explain a difference",
    costs="less than a second",
    record=ByModel[Reasons],
    measure=each_model(_measure),
    expected=each_model(_measure),
    follows=each_record(_follows),
)
