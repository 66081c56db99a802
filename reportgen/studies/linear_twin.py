"""What the nonlinearity does: the same network with linear activations, trained the same way.

``studies.linear_twin.models.<model>`` holds

    test, train, model_test, model_train    scores of the twin and of the model itself
    paired        the model (first) against its twin (second), see ``scores``
    layers: [{name, activation, units, n_images, n_values, n_negative, negative_share,
              n_dead, dead_share}]
                  of the model's hidden layers, over the images that it was fitted to:
                  pre-activations strictly below 0, and dead units (at most 0 on every
                  image), the latter None unless the layer is a ReLU
    n_values, n_negative, negative_share, n_dead, n_hidden_units
                  over all hidden layers; n_dead None unless all are ReLU
    affine: {max_difference, tolerance, agrees, n_images, rows, columns, n_parameters}
                  the twin's layers multiplied out to one matrix and bias, in float64: the
                  largest difference of logits from the twin's own, on the test images

``layers``, the sums and ``affine`` are None for networks with other layers than dense,
dropout and flatten; the sums also for a network without hidden layers.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.evaluation.scores import compare_on_same_images
from reportgen.studies.context import Study, StudyContext
from reportgen.studies.dense_network import ACTIVATIONS
from reportgen.training.jobs import Trained, TrainingJob

PLAIN_LAYERS = {"flatten", "dense", "dropout"}
RELATIVE_TOLERANCE = 1e-4  # of the largest logit: float32 sums of some hundred terms
_ROWS = 5000

Measured = dict[str, Any]


def with_linear_activations(job: TrainingJob) -> TrainingJob:
    """The same training with every activation replaced by the identity."""
    layers = tuple(
        layer.model_copy(update={"activation": "linear"}) if hasattr(layer, "activation") else layer
        for layer in job.settings.layers
    )
    settings = job.settings.model_copy(update={"layers": layers})
    return dataclasses.replace(job, name=f"{job.name} (linear)", settings=settings)


def measure_preactivations(trained: Trained, images: NDArray[np.uint8]) -> list[Measured] | None:
    """Negative values and dead units in each hidden layer.

    Args:
        trained: the model.
        images: uint8 (n, height, width).

    Returns:
        One record a hidden layer; None where a layer is neither dense, dropout nor flatten.
    """
    if not _is_plain(trained):
        return None
    hidden = [layer for layer in trained.layers if layer["kind"] == "dense"][:-1]
    n_negative = [0] * len(hidden)
    largest = [np.full(layer["units"], -np.inf, dtype=np.float32) for layer in hidden]
    for start in range(0, len(images), _ROWS):
        values = _flat(images[start : start + _ROWS])
        for place, layer in enumerate(hidden):
            kernel, bias = _weights(trained, layer["name"])
            values = values @ kernel + bias
            n_negative[place] += int((values < 0).sum())
            largest[place] = np.maximum(largest[place], values.max(axis=0))
            values = ACTIVATIONS[layer["activation"]](values)
    return [
        _layer(layer, len(images), negative, most)
        for layer, negative, most in zip(hidden, n_negative, largest, strict=True)
    ]


def _layer(
    layer: Measured, n_images: int, n_negative: int, largest: NDArray[np.float32]
) -> Measured:
    units = layer["units"]
    n_dead = int((largest <= 0).sum()) if layer["activation"] == "relu" else None
    return {
        "name": layer["name"],
        "activation": layer["activation"],
        "units": units,
        "n_images": n_images,
        "n_values": n_images * units,
        "n_negative": n_negative,
        "negative_share": n_negative / (n_images * units),
        "n_dead": n_dead,
        "dead_share": None if n_dead is None else n_dead / units,
    }


def _summed(layers: list[Measured] | None) -> Measured:
    if not layers:
        return dict.fromkeys(
            ("n_values", "n_negative", "negative_share", "n_dead", "n_hidden_units")
        )
    n_values = sum(layer["n_values"] for layer in layers)
    n_negative = sum(layer["n_negative"] for layer in layers)
    dead = [layer["n_dead"] for layer in layers]
    return {
        "n_values": n_values,
        "n_negative": n_negative,
        "negative_share": n_negative / n_values,
        "n_dead": None if None in dead else sum(dead),
        "n_hidden_units": sum(layer["units"] for layer in layers),
    }


def multiply_out(trained: Trained, images: NDArray[np.uint8]) -> Measured | None:
    """Compare a linear network with the one affine map that its layers amount to.

    Args:
        trained: a network whose activations are all linear.
        images: uint8 (n, height, width), the test images of ``trained``.
    """
    if not _is_plain(trained):
        return None
    dense = [layer["name"] for layer in trained.layers if layer["kind"] == "dense"]
    matrix, offset = (part.astype(np.float64) for part in _weights(trained, dense[0]))
    for name in dense[1:]:
        kernel, bias = _weights(trained, name)
        matrix, offset = matrix @ kernel, offset @ kernel + bias
    logits = _flat(images) @ matrix + offset
    tolerance = RELATIVE_TOLERANCE * max(1.0, float(np.abs(logits).max()))
    difference = float(np.abs(logits - trained.logits_test).max())
    return {
        "max_difference": difference,
        "tolerance": tolerance,
        "agrees": difference <= tolerance,
        "n_images": len(images),
        "rows": matrix.shape[0],
        "columns": matrix.shape[1],
        "n_parameters": matrix.size + offset.size,
    }


def _is_plain(trained: Trained) -> bool:
    return {layer["kind"] for layer in trained.layers} <= PLAIN_LAYERS


def _weights(trained: Trained, layer: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return trained.weights[f"{layer}/kernel"], trained.weights[f"{layer}/bias"]


def _flat(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)


def _plan_jobs(context: StudyContext) -> list[TrainingJob]:
    return [with_linear_activations(job) for job in context.jobs.values()]


def _measure(context: StudyContext) -> Measured:
    return {"models": {name: _measure_model(context, name) for name in context.jobs}}


def _measure_model(context: StudyContext, name: str) -> Measured:
    job, trained = context.jobs[name], context.trained[name]
    twin = context.extra[with_linear_activations(job).name]
    own = _of_model(context, name)
    return {
        "test": twin.test_score,
        "train": twin.train_score,
        "model_test": own.pop("model_test"),
        "model_train": own.pop("model_train"),
        "paired": compare_on_same_images(trained.logits_test, twin.logits_test, job.dataset.y_test),
        **own,
        "affine": multiply_out(twin, job.dataset.x_test),
    }


def _of_model(context: StudyContext, name: str) -> Measured:
    """What is known without the twin."""
    job, trained = context.jobs[name], context.trained[name]
    layers = measure_preactivations(trained, job.dataset.x_train[: job.n_fitted])
    return {
        "model_test": trained.test_score,
        "model_train": trained.train_score,
        "layers": layers,
        **_summed(layers),
    }


def _expected(context: StudyContext) -> Measured:
    models = {}
    for name, job in context.jobs.items():
        plain = _is_plain(context.trained[name])
        models[name] = {
            **_of_model(context, name),
            "affine": _size_of_affine(job) if plain else None,
        }
    return {"models": models}


def _size_of_affine(job: TrainingJob) -> Measured:
    rows, columns = math.prod(job.image_shape), job.dataset.n_classes
    return {
        "n_images": len(job.dataset.x_test),
        "rows": rows,
        "columns": columns,
        "n_parameters": (rows + 1) * columns,
    }


STUDY = Study(
    _measure,
    plan_jobs=_plan_jobs,
    expected=_expected,
    needs_training="the scores of the linear twin, which images it has right, and its weights",
)
