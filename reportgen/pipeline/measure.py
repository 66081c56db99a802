"""Measures trained models: the part of the evidence that comes from models and data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from reportgen.datasets.catalogue import BUILTINS
from reportgen.datasets.dataset import Dataset
from reportgen.evaluation.comparison import compare_accuracies
from reportgen.evaluation.intervals import paired_difference, wilson_interval
from reportgen.evaluation.numerics import softmax
from reportgen.evaluation.scores import confusion_matrix
from reportgen.evidence.record import (
    ComparisonRecord,
    ImageRecord,
    LayerRecord,
    MeasuredRecord,
    ModelRecord,
    PredictionRecord,
    Split,
)
from reportgen.evidence.weights import kept_weights
from reportgen.pipeline.plan import ChosenImages, RunPlan, choose_images
from reportgen.storage.npz import pack_arrays
from reportgen.training.jobs import Trained, TrainingJob

Arrays = dict[str, NDArray[Any]]

_LOSS = "sparse categorical cross-entropy"
_LOSS_INPUT = {"logits": "logits", "softmax": "probabilities"}


def measure(
    plan: RunPlan,
    jobs: Mapping[str, TrainingJob],
    trained: Mapping[str, Trained],
    shown: Sequence[Mapping[str, Any]] = (),
) -> tuple[MeasuredRecord, Arrays]:
    """Everything in the evidence that depends on models and data, and nothing else.

    Args:
        plan: what the run does.
        jobs: the training job of each model of the plan, by name.
        trained: the result of each job, by name.
        shown: images that studies ask for besides the selections: records of ``selection``
            (a separate name), ``model``, ``split`` and ``index``.

    Returns:
        ``{"models", "images", "comparison", "replacements"}`` of the evidence record, and
        its arrays: the selected images' pixels under their ids, and each model's weights
        as ``kept_weights`` has them under ``weights/<model>/<name>``.
    """
    chosen = {
        name: choose_images(selection, len(jobs[selection.model].dataset.part(selection.split)[0]))
        for name, selection in plan.selections.items()
    }
    models = {name: _model(jobs[name], trained[name]) for name in plan.models}
    images: list[ImageRecord] = []
    arrays: Arrays = {}
    for item in [*_selected(plan, chosen), *shown]:
        name, model, split, index = (item[k] for k in ("selection", "model", "split", "index"))
        image, pixels = _image(name, split, jobs[model].dataset, index)
        images.append(image)
        arrays[image["id"]] = pixels
        if split == "test":
            logits = trained[model].logits_test[index]
            models[model]["predictions"].append(predict(name, index, image["label"], logits))
    for name in plan.models:
        for weight, values in trained[name].weights.items():
            arrays[f"weights/{name}/{weight}"] = kept_weights(values)
    record: MeasuredRecord = {
        "models": models,
        "images": images,
        "comparison": _comparison(plan, models, jobs, trained),
        "replacements": [
            {"selection": name, "split": plan.selections[name].split, "asked": asked, "used": used}
            for name, images in chosen.items()
            for asked, used in images.replaced
        ],
    }
    return record, arrays


def pack_measured(record: MeasuredRecord, arrays: Arrays) -> dict[str, bytes]:
    """What ``measure`` found, as files of the store: ``measured.json`` and ``arrays.npz``."""
    text = json.dumps(record, ensure_ascii=False, allow_nan=False)
    return {"measured.json": text.encode(), "arrays.npz": pack_arrays(arrays)}


def _selected(plan: RunPlan, chosen: Mapping[str, ChosenImages]) -> list[dict[str, Any]]:
    return [
        {"selection": name, "model": selection.model, "split": selection.split, "index": index}
        for name, selection in plan.selections.items()
        for index in chosen[name].indices
    ]


def _image(
    name: str, split: Split, dataset: Dataset, index: int
) -> tuple[ImageRecord, NDArray[np.uint8]]:
    pixels, labels = dataset.part(split)
    image: ImageRecord = {
        "id": f"{dataset.name}-{split}-{index}",
        "selection": name,
        "dataset": dataset.name,
        "split": split,
        "index": index,
        "label": int(labels[index]),
    }
    return image, pixels[index]


def predict(
    selection: str, index: int, label: int, logits: NDArray[np.float32]
) -> PredictionRecord:
    """What a model predicts for one test image.

    Args:
        selection, index, label: of the image.
        logits: float32 (n_classes,).
    """
    once = softmax(logits)
    argmax = int(once.argmax())
    return {
        "selection": selection,
        "index": index,
        "label": label,
        "argmax": argmax,
        "match": argmax == label,
        "logits": [float(value) for value in logits],
        "probabilities": [float(value) for value in once],
        "softmax_twice": [float(value) for value in softmax(once)],
    }


def _model(job: TrainingJob, trained: Trained) -> ModelRecord:
    dataset, settings = job.dataset, job.settings
    builtin = BUILTINS.get(dataset.name)
    matrix = confusion_matrix(trained.logits_test, dataset.y_test, dataset.n_classes)
    interval = wilson_interval(trained.test_score["n_correct"], trained.test_score["n_total"])
    return {
        "dataset": {
            "name": dataset.name,
            "title": dataset.title,
            "subject": builtin.subject if builtin else "images",
            "tier": dataset.tier,
            "train_shape": list(dataset.x_train.shape),
            "test_shape": list(dataset.x_test.shape),
            "n_train_labels": len(dataset.y_train),
            "n_classes": dataset.n_classes,
            "train_class_counts": _counts(dataset.y_train, dataset.n_classes),
            "test_class_counts": _counts(dataset.y_test, dataset.n_classes),
            "class_names": list(dataset.class_names),
            "sha256": dataset.sha256,
        },
        "architecture": {
            "layers": cast(list[LayerRecord], trained.layers),
            "n_parameters": trained.n_parameters,
            "output": settings.output,
        },
        "training": {
            "epochs": settings.epochs,
            "batch_size": settings.batch_size,
            "optimizer": settings.optimizer,
            "learning_rate": settings.effective_learning_rate,
            "loss": f"{_LOSS} from {_LOSS_INPUT[settings.output]}",
            "validation_split": settings.validation_split,
            "seed": job.seed,
            "engine": settings.engine,
            "history": trained.history,
        },
        "train": {**trained.train_score},
        "test": {
            **trained.test_score,
            "accuracy_ci95": list(interval),
            "confusion_matrix": matrix.tolist(),
        },
        "predictions": [],
    }


def _counts(labels: NDArray[np.int64], n_classes: int) -> list[int]:
    counts: list[int] = np.bincount(labels, minlength=n_classes).tolist()
    return counts


def _comparison(
    plan: RunPlan,
    models: Mapping[str, ModelRecord],
    jobs: Mapping[str, TrainingJob],
    trained: Mapping[str, Trained],
) -> ComparisonRecord | None:
    if plan.comparison is None:
        return None
    first, second = plan.comparison
    one, two = models[first], models[second]
    discordant = None
    if one["dataset"]["sha256"] == two["dataset"]["sha256"]:
        labels = jobs[first].dataset.y_test
        right = [trained[name].logits_test.argmax(axis=1) == labels for name in plan.comparison]
        found = paired_difference(*(flags.tolist() for flags in right))
        discordant = (found.n_first_only, found.n_second_only)
    return {
        "models": [first, second],
        **compare_accuracies(first, second, one["test"], two["test"], discordant),
        "n_discordant": discordant and list(discordant),
    }
