"""Evidence made up for tests: valid, consistent, quick, without TensorFlow or data."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from own_tests import own_test

from reportgen.evidence.check import check_record
from reportgen.evidence.record import Evidence
from reportgen.studies.catalogue import STUDIES

Z95 = 1.959964


@dataclass(frozen=True)
class MadeUpDataset:
    """What there is to choose about a model's made-up dataset."""

    name: str
    class_names: tuple[str, ...]
    image_shape: tuple[int, int] = (28, 28)
    tier: Literal["full", "sample", "own"] = "full"
    n_train: int = 60_000
    n_test: int = 10_000


DIGITS = MadeUpDataset("mnist", tuple("0123456789"))
FASHION = MadeUpDataset(
    "fashion_mnist",
    (
        *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
        *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    ),
)


def other_dataset(n_classes: int, image_shape: tuple[int, int] = (20, 24)) -> MadeUpDataset:
    """A dataset of one's own with long class names."""
    names = [f"Class number {k} of the collection" for k in range(n_classes)]
    return MadeUpDataset("own_shapes", tuple(names), image_shape, "own", 5_000, 1_000)


@dataclass(frozen=True)
class _Selection:
    name: str
    model: str
    split: Literal["train", "test"]
    indices: tuple[int, ...]
    wrong: tuple[int, ...] = ()  # positions of wrong predictions


SELECTIONS = (
    _Selection("inspect", "fashion", "train", (300, 3000, 4000)),
    _Selection("predict", "fashion", "test", (300,)),
    _Selection("verify", "fashion", "test", (30, 40), wrong=(1,)),
    _Selection("single", "fashion", "test", (500,)),
    _Selection("grid", "digits", "train", tuple(range(25))),
    _Selection("verify_digits", "digits", "test", (17, 31)),
)


def make_evidence(
    *,
    digits: MadeUpDataset = DIGITS,
    fashion: MadeUpDataset = FASHION,
    seed: int = 0,
    **changes: Any,
) -> Evidence:
    """Evidence of two models with six selections and the studies that figures show.

    Args:
        digits, fashion: the datasets of the two models.
        seed: of all that is random.
        changes: values to put at paths of the record afterwards, with numbers for
            places in lists: ``**{"models.digits.test.accuracy": 0.5}``. What follows
            from a changed value is not computed again.
    """
    rng = np.random.default_rng(seed)
    datasets = {"digits": digits, "fashion": fashion}
    models = {
        "digits": _model(rng, digits, 0.9949, 0.9771),
        "fashion": _model(rng, fashion, 0.9104, 0.8737),
    }
    images, arrays = [], {}
    for selection in SELECTIONS:
        dataset = datasets[selection.model]
        for position, index in enumerate(selection.indices):
            label = int(rng.integers(len(dataset.class_names)))
            identity = f"{dataset.name}-{selection.split}-{index}"
            arrays[identity] = _pixels(rng, dataset.image_shape, label)
            images.append(_image(selection, dataset, identity, index, label))
            if selection.split == "test":
                wrong = position in selection.wrong
                models[selection.model]["predictions"].append(
                    _prediction(rng, selection.name, index, label, dataset, wrong)
                )
    record = {
        "schema_version": 1,
        "report": _report(),
        "provenance": _provenance(seed),
        "models": models,
        "images": images,
        "comparison": _comparison(models),
        "studies": _studies(rng, models),
    }
    for path, value in changes.items():
        _put(record, path.split("."), value)
    return Evidence(check_record(record, "made-up evidence"), arrays)


def with_changes(evidence: Evidence, **changes: Any) -> Evidence:
    """A copy of the evidence with values at paths of its record replaced."""
    record = copy.deepcopy(evidence.record)
    for path, value in changes.items():
        _put(record, path.split("."), value)
    return replace(evidence, record=check_record(record, "changed evidence"))


def wilson(n_correct: int, n_total: int) -> list[float]:
    """Wilson's 95 % interval of an accuracy."""
    p, z2 = n_correct / n_total, Z95**2
    middle = p + z2 / (2 * n_total)
    spread = Z95 * math.sqrt(p * (1 - p) / n_total + z2 / (4 * n_total**2))
    scale = 1 + z2 / n_total
    return [max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)]


def _put(node: Any, path: Sequence[str], value: Any) -> None:
    *parents, last = path
    for step in parents:
        node = node[int(step)] if isinstance(node, list) else node[step]
    node[int(last) if isinstance(node, list) else last] = value


def _softmax(scores: NDArray[Any]) -> NDArray[np.float32]:
    powers = np.exp(np.asarray(scores, dtype=np.float64) - float(np.max(scores)))
    return np.asarray(powers / powers.sum(), dtype=np.float32)


def _pixels(rng: np.random.Generator, shape: tuple[int, int], label: int) -> NDArray[np.uint8]:
    height, width = shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    turn = label * 0.7
    along = x * np.cos(turn) + y * np.sin(turn)
    across = y * np.cos(turn) - x * np.sin(turn)
    ink = 255 * np.exp(-((across * (2.0 + label % 4)) ** 2) - along**4)
    noisy = np.where(ink > 20, ink + rng.integers(-15, 16, shape), 0)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def _image(
    selection: _Selection, dataset: MadeUpDataset, identity: str, index: int, label: int
) -> dict[str, Any]:
    return {
        "id": identity,
        "selection": selection.name,
        "dataset": dataset.name,
        "split": selection.split,
        "index": index,
        "label": label,
    }


def _prediction(
    rng: np.random.Generator,
    selection: str,
    index: int,
    label: int,
    dataset: MadeUpDataset,
    wrong: bool,
) -> dict[str, Any]:
    n_classes = len(dataset.class_names)
    argmax = (label + 1) % n_classes if wrong else label
    logits = rng.normal(-4.0, 3.0, n_classes).astype(np.float32)
    logits[label] = 3.0
    logits[argmax] = max(5.0, float(np.delete(logits, argmax).max()) + 0.8)
    probabilities = _softmax(logits)
    return {
        "selection": selection,
        "index": index,
        "label": label,
        "argmax": int(np.argmax(probabilities)),
        "match": int(np.argmax(probabilities)) == label,
        "logits": [float(value) for value in logits],
        "probabilities": [float(value) for value in probabilities],
        "softmax_twice": [float(value) for value in _softmax(probabilities)],
    }


def _model(
    rng: np.random.Generator, dataset: MadeUpDataset, train_accuracy: float, test_accuracy: float
) -> dict[str, Any]:
    height, width = dataset.image_shape
    n_classes = len(dataset.class_names)
    matrix = _confusion_matrix(rng, dataset.n_test, n_classes, test_accuracy)
    n_correct = int(np.trace(matrix))
    train_correct = round(train_accuracy * dataset.n_train)
    return {
        "dataset": {
            "name": dataset.name,
            "tier": dataset.tier,
            "train_shape": [dataset.n_train, height, width],
            "test_shape": [dataset.n_test, height, width],
            "n_train_labels": dataset.n_train,
            "n_classes": n_classes,
            "class_names": list(dataset.class_names),
            "sha256": "0" * 64,
        },
        "architecture": _architecture(height * width, n_classes),
        "training": _training(train_accuracy, test_accuracy),
        "train": {
            "n_correct": train_correct,
            "n_total": dataset.n_train,
            "accuracy": train_correct / dataset.n_train,
            "loss": 0.0182,
        },
        "test": {
            "n_correct": n_correct,
            "n_total": dataset.n_test,
            "accuracy": n_correct / dataset.n_test,
            "loss": 0.0824,
            "accuracy_ci95": wilson(n_correct, dataset.n_test),
            "confusion_matrix": matrix.tolist(),
        },
        "predictions": [],
    }


def _architecture(n_pixels: int, n_classes: int) -> dict[str, Any]:
    hidden, last = (n_pixels + 1) * 128, 129 * n_classes
    dense = {"name": "dense_1", "kind": "dense", "units": 128, "activation": "relu"}
    output = {"name": "dense_2", "kind": "dense", "units": n_classes, "activation": "linear"}
    flatten = {"name": "flatten_1", "kind": "flatten"}
    return {
        "layers": [
            {**flatten, "output_shape": [n_pixels], "n_parameters": 0},
            {**dense, "output_shape": [128], "n_parameters": hidden},
            {**output, "output_shape": [n_classes], "n_parameters": last},
        ],
        "n_parameters": hidden + last,
        "output": "logits",
    }


def _training(train_accuracy: float, test_accuracy: float) -> dict[str, Any]:
    epochs = 10
    progress = 1 - np.exp(-np.arange(1, epochs + 1) / 2.5)
    seen = 0.8 + (train_accuracy - 0.8) * progress
    unseen = 0.82 + (test_accuracy - 0.82) * progress
    history = {
        "accuracy": seen.tolist(),
        "loss": (0.6 - 0.57 * progress).tolist(),
        "val_accuracy": unseen.tolist(),
        "val_loss": (0.5 - 0.4 * progress + 0.012 * np.arange(epochs)).tolist(),
    }
    return {
        "epochs": epochs,
        "batch_size": 32,
        "optimizer": "adam",
        "learning_rate": 0.001,
        "loss": "sparse_categorical_crossentropy",
        "validation_split": 0.2,
        "seed": 0,
        "history": history,
    }


def _confusion_matrix(
    rng: np.random.Generator, n_test: int, n_classes: int, accuracy: float
) -> NDArray[np.int64]:
    labels = rng.multinomial(n_test, np.full(n_classes, 1 / n_classes))
    rows = []
    for label, total in enumerate(labels):
        weights = rng.exponential(1.0, n_classes) ** 3
        weights[label] = 0
        shares = (1 - accuracy) * weights / weights.sum()
        shares[label] = accuracy
        rows.append(rng.multinomial(total, shares))
    return np.array(rows)


def _comparison(models: dict[str, Any]) -> dict[str, Any]:
    first, second = models["digits"]["test"], models["fashion"]["test"]
    difference = first["accuracy"] - second["accuracy"]
    (low1, high1), (low2, high2) = first["accuracy_ci95"], second["accuracy_ci95"]
    below = math.hypot(first["accuracy"] - low1, high2 - second["accuracy"])
    above = math.hypot(high1 - first["accuracy"], second["accuracy"] - low2)
    low, high = difference - below, difference + above
    verdict = "digits" if low > 0 else "fashion" if high < 0 else "indistinguishable"
    return {
        "models": ["digits", "fashion"],
        "verdict": verdict,
        "test_accuracy_difference": difference,
        "difference_ci95": [low, high],
    }


def _studies(rng: np.random.Generator, models: dict[str, Any]) -> dict[str, Any]:
    """The studies whose own tests make numbers up."""
    tests = {name: own_test("studies", name) for name in STUDIES}
    return {
        name: each.made_up(rng, models) for name, each in tests.items() if hasattr(each, "made_up")
    }


def _report() -> dict[str, Any]:
    return {
        "assignment": "fashion-and-digits",
        "title": "Basic classification",
        "author": "A. Student",
        "course": "Machine learning",
        "date": "2026-11-21",
        "settings": {},
        "prose": {},
    }


def _provenance(seed: int) -> dict[str, Any]:
    return {
        "reportgen": "0.1.0",
        "python": "3.11.2",
        "tensorflow": "2.21.0",
        "keras": "3.15.1",
        "numpy": "2.4.6",
        "config_sha256": "0" * 64,
        "seed": seed,
        "threads": 1,
        "cpu_features": ["avx2"],
    }
