"""Derive facts from one model's measurements: sizes, layers, gap, curves, errors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Literal

from reportgen.answers.derive_learned import derive_learned
from reportgen.datasets.catalogue import BUILTINS
from reportgen.evaluation.scores import errors_by_pair
from reportgen.evidence.derived import (
    BalanceRecord,
    ConfusionsRecord,
    CurvesRecord,
    DerivedLayerRecord,
    GapRecord,
    GapVerdict,
    LoadedFromRecord,
    ModelFiguresRecord,
)
from reportgen.evidence.record import DatasetRecord, LayerRecord, ModelRecord
from reportgen.report_folder import data_folder

N_LEVEL = 2  # at most so many pairs are named that tie with the most confused pair
CURVE_RISE = 1.05  # validation loss at least this many times its minimum: visible overfitting

_LAYER_TITLES = {
    "dense": "Dense",
    "flatten": "Flatten",
    "dropout": "Dropout",
    "conv2d": "Conv2D",
    "max_pooling2d": "MaxPooling2D",
}
_OPTIMIZERS = {"adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop"}
_ACTIVATION_TITLES = {"relu": "ReLU", "linear": "none"}


def derive_model(model: ModelRecord, own: Mapping[str, Any] | None = None) -> ModelFiguresRecord:
    """Sizes, gap, curves and confusions of one model.

    Args:
        model: ``models.<name>`` of the evidence.
        own: the table ``[datasets.<name>]`` of its dataset, if the configuration has one.
    """
    dataset, training = model["dataset"], model["training"]
    shape = dataset["train_shape"]
    n_fitted = model["train"]["n_total"]
    n_classes = dataset["n_classes"]
    layers = _layers(model["architecture"]["layers"], shape[1] * shape[2])
    spatial = any(layer["title"] in ("Conv2D", "MaxPooling2D") for layer in layers)
    input_shape = [*shape[1:], 1] if spatial else shape[1:]
    return {
        "title": dataset.get("title") or dataset["name"],
        **_loaded_from(dataset, own or {}),
        **derive_learned(model["test"], dataset["class_names"]),
        "height": shape[1],
        "width": shape[2],
        "n_pixels": shape[1] * shape[2],
        "image_shape": shape[1:],
        "spatial": spatial,
        "input_shape": input_shape,
        "batch_of_one_shape": [1, *input_shape],
        "output_shape": [1, n_classes],
        "label_shape": [dataset["n_train_labels"]],
        "n_train_images": shape[0],
        "n_test_images": dataset["test_shape"][0],
        "n_images": shape[0] + dataset["test_shape"][0],
        "n_validation_images": shape[0] - n_fitted,
        "last_class": n_classes - 1,
        "balance": {
            "train": _balance(dataset.get("train_class_counts")),
            "test": _balance(dataset.get("test_class_counts")),
        },
        "n_layers": len(layers),
        "n_hidden_layers": sum(1 for layer in layers if layer["n_parameters"]) - 1,
        "layers": layers,
        "hidden_activation": _common_activation(layers),
        "n_train_wrong": n_fitted - model["train"]["n_correct"],
        "n_test_wrong": model["test"]["n_total"] - model["test"]["n_correct"],
        "steps_per_epoch": math.ceil(n_fitted / training["batch_size"]),
        "last_batch_size": n_fitted % training["batch_size"] or training["batch_size"],
        "n_steps": math.ceil(n_fitted / training["batch_size"]) * training["epochs"],
        "chance": 1 / n_classes,
        "log_n_classes": math.log(n_classes),
        "twice_min": 1 / (math.e + n_classes - 1),
        "twice_max": math.e / (math.e + n_classes - 1),
        "gap": _gap(model),
        "history": _history(training["history"]),
        "running_verdict": _running_verdict(model),
        "optimizer_title": _OPTIMIZERS.get(training["optimizer"], training["optimizer"]),
        "optimizer_call": (
            f"{_OPTIMIZERS.get(training['optimizer'], training['optimizer'])}"
            f"(learning_rate={training['learning_rate']!r})"
        ),
        "curves": _curves(training["history"]),
        "confusions": _confusions(model["test"]["confusion_matrix"], dataset["class_names"]),
    }


def _loaded_from(dataset: DatasetRecord, own: Mapping[str, Any]) -> LoadedFromRecord:
    """How a program loads the images: from Keras, an NPZ file or a folder of IDX files."""
    name = dataset["name"]
    builtin = BUILTINS.get(name)
    if builtin and builtin.sample and builtin.sample.sha256 == dataset["sha256"]:
        return {"keras_dataset": None, "idx_folder": data_folder(name), "npz_file": None}
    if builtin and builtin.keras:
        return {"keras_dataset": name, "idx_folder": None, "npz_file": None}
    if own.get("dir") or builtin:
        folder = PurePath(own["dir"]).name if own.get("dir") else name
        return {"keras_dataset": None, "idx_folder": folder, "npz_file": None}
    npz = PurePath(own["npz"]).name if own.get("npz") else f"{name}.npz"
    return {"keras_dataset": None, "idx_folder": None, "npz_file": npz}


def _layers(layers: list[LayerRecord], n_values: int) -> list[DerivedLayerRecord]:
    """What each layer is called and does, and the Keras call that makes it.

    Args:
        layers: ``architecture.layers`` of the evidence.
        n_values: how many values the first layer takes.
    """
    derived: list[DerivedLayerRecord] = []
    for place, layer in enumerate(layers):
        kind: str = layer["kind"]
        title = _LAYER_TITLES.get(kind.lower(), kind)
        activation: str = layer.get("activation") or "none"
        is_output = place == len(layers) - 1
        derived.append(
            {
                "title": title,
                "role": "output" if is_output else "hidden" if layer["n_parameters"] else "other",
                "call": f"{title}({_call_arguments(title, layer)})",
                "activation_title": _ACTIVATION_TITLES.get(activation, activation),
                "n_inputs": n_values,
                "n_outputs": math.prod(layer["output_shape"]),
                "n_parameters": layer["n_parameters"],
            }
        )
        n_values = derived[-1]["n_outputs"]
    return derived


def _call_arguments(title: str, layer: LayerRecord) -> str:
    keys = {
        "Dense": ("units",),
        "Conv2D": ("filters", "kernel_size"),
        "MaxPooling2D": ("pool_size",),
        "Dropout": ("rate",),
    }
    settings = dict(layer)
    arguments = [repr(settings[key]) for key in keys.get(title, ())]
    if layer.get("activation") not in (None, "linear"):
        arguments.append(f'activation="{layer["activation"]}"')
    return ", ".join(arguments)


def _common_activation(layers: list[DerivedLayerRecord]) -> str | None:
    """The name of the activation of all hidden layers; None if they differ or there are none."""
    found = {layer["activation_title"] for layer in layers if layer["role"] == "hidden"}
    return found.pop() if len(found) == 1 else None


def _balance(counts: list[int] | None) -> BalanceRecord | None:
    """The numbers of images of the rarest and of the most frequent class."""
    if not counts:
        return None
    lowest, highest = min(counts), max(counts)
    return {"lowest": lowest, "highest": highest, "equal": lowest == highest}


def _running_verdict(model: ModelRecord) -> Literal["below", "above", "same"] | None:
    """Whether the last epoch's running training accuracy is above or below the final one."""
    running = model["training"]["history"].get("accuracy")
    if not running:
        return None
    final = model["train"]["accuracy"]
    return "below" if running[-1] < final else "above" if running[-1] > final else "same"


def _gap(model: ModelRecord) -> GapRecord:
    """Training minus test accuracy; its interval is that of the test accuracy, mirrored."""
    train = model["train"]["accuracy"]
    low, high = model["test"]["accuracy_ci95"]
    interval = [train - high, train - low]
    verdict: GapVerdict = "gap" if interval[0] > 0 else "reversed" if interval[1] < 0 else "none"
    difference = train - model["test"]["accuracy"]
    return {
        "difference": difference,
        "size": abs(difference),
        "ci95": interval,
        "verdict": verdict,
    }


def _history(history: dict[str, list[float]]) -> dict[str, float]:
    return {
        f"{when}_{name}": values[place]
        for name, values in history.items()
        for when, place in (("first", 0), ("last", -1))
        if values
    }


def _curves(history: dict[str, list[float]]) -> CurvesRecord | None:
    """What the curves show of overfitting; None without validation images.

    Epochs count from 1. The best epoch is that of the lowest validation loss, the first if
    several are equal. Training values of an epoch are running means while the weights
    change, validation values are taken at its end.
    """
    losses = history.get("val_loss")
    if not losses:
        return None
    accuracies = history["val_accuracy"]
    best = losses.index(min(losses))
    best_accuracy = accuracies.index(max(accuracies))
    rise = losses[-1] / losses[best] if losses[best] > 0 else math.inf
    train_losses, train_accuracies = history["loss"], history["accuracy"]
    fell = train_losses[-1] < train_losses[best]
    visible = best < len(losses) - 1 and rise >= CURVE_RISE and fell
    change = accuracies[-1] - accuracies[best]
    return {
        "best_epoch": best + 1,
        "best_loss": losses[best],
        "last_loss": losses[-1],
        "rise": rise if math.isfinite(rise) else None,
        "best_loss_accuracy": accuracies[best],
        "last_accuracy": accuracies[-1],
        "accuracy_change": change,
        "accuracy_verdict": "rose" if change > 0 else "fell" if change < 0 else "same",
        "best_accuracy_epoch": best_accuracy + 1,
        "best_accuracy": accuracies[best_accuracy],
        "verdict": "overfitting" if visible else "none",
        "best_is_last": best == len(losses) - 1,
        "n_epochs": len(losses),
        "n_after_best": len(losses) - 1 - best,
        "train_loss_fell": fell,
        "best_train_loss": train_losses[best],
        "best_train_accuracy": train_accuracies[best],
        "last_train_loss": train_losses[-1],
        "last_train_accuracy": train_accuracies[-1],
        "first_accuracy_above_epoch": _first_above(train_accuracies, accuracies),
        "first_loss_below_epoch": _first_above(losses, train_losses),
    }


def _first_above(values: list[float], others: list[float]) -> int | None:
    """The first epoch in which a value is above the other; None if that never happens."""
    pairs = enumerate(zip(values, others, strict=True), start=1)
    return next((epoch for epoch, (value, other) in pairs if value > other), None)


def _confusions(matrix: list[list[int]], names: list[str]) -> ConfusionsRecord:
    """Errors by unordered pair of classes, most frequent first."""
    n_wrong = sum(map(sum, matrix)) - sum(matrix[k][k] for k in range(len(matrix)))
    ranked = errors_by_pair(matrix)
    level = [pair for pair in ranked[1:] if pair[0] == ranked[0][0] > 0]
    recall = [row[k] / sum(row) if sum(row) else None for k, row in enumerate(matrix)]
    known = [(value, k) for k, value in enumerate(recall) if value is not None]
    return {
        "n_wrong": n_wrong,
        "n_pairs": len(ranked),
        "pairs": [
            {"first": names[a], "second": names[b], "n": n, "share": n / n_wrong}
            for n, a, b in ranked[:5]
            if n
        ],
        "level": [{"first": names[a], "second": names[b]} for _, a, b in level[:N_LEVEL]],
        "n_level_more": max(0, len(level) - N_LEVEL),
        "recall": recall,
        "hardest": names[min(known)[1]] if known else None,
        "hardest_recall": min(known)[0] if known else None,
        "easiest": names[max(known, key=lambda pair: (pair[0], -pair[1]))[1]] if known else None,
        "easiest_recall": max(known)[0] if known else None,
    }
