"""The effect of the nonlinearity: the same network with linear activations, trained alike."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from reportgen.evaluation.comparison import PairedComparison, compare_on_same_images
from reportgen.evaluation.record_types import EXACT, Count, Fraction, Items, Record, Rounding
from reportgen.evaluation.scores import Score
from reportgen.studies.context import ByModel, Study, StudyContext, each_model, each_record
from reportgen.studies.dense_network import ACTIVATIONS
from reportgen.training.jobs import Trained, TrainingJob

PLAIN_LAYERS = {"flatten", "dense", "dropout"}
RELATIVE_TOLERANCE = 1e-4  # of the largest logit: float32 sums of some hundred terms
_ROWS = 5000

_LAST_BITS = Rounding(share=1e-5, number=2)


class HiddenLayer(Record):
    """The sums that the units of a hidden layer compute, over the images fitted to."""

    name: str
    """Of the layer."""
    activation: str
    """Of the layer."""
    units: Count
    """Of the layer."""
    n_images: Count
    """Images that the model was fitted to."""
    n_values: Count
    """Sums that its units compute: one a unit and image."""
    n_negative: Annotated[Count, _LAST_BITS]
    """Those below 0."""
    negative_share: Fraction
    """Their share."""
    n_dead: Count | None
    """Units that are above 0 on no image; only for ReLU."""
    dead_share: Fraction | None
    """Their share of the units."""


class HiddenLayers(Record):
    """The same over all hidden layers."""

    n_values: Count | None
    """Sums over all hidden layers; this and the next four are empty without any, too."""
    n_negative: Annotated[Count | None, _LAST_BITS]
    """Those below 0, over all hidden layers."""
    negative_share: Fraction | None
    """Their share, over all hidden layers."""
    n_dead: Count | None
    """Units that are above 0 on no image, over all hidden layers; empty unless all are ReLU."""
    n_hidden_units: Count | None
    """Units of all hidden layers."""


class AffineMap(Record):
    """A linear network multiplied out to one matrix and offset, in float64."""

    max_difference: float
    """Largest difference of its logits from the network's own, on the test images."""
    tolerance: float
    """What rounding in float32 explains of that."""
    agrees: bool
    """Whether the difference is within the tolerance."""
    n_images: Count
    """Test images."""
    rows: Count
    """Of the matrix: pixels."""
    columns: Count
    """Of the matrix: classes."""
    n_parameters: Count
    """Of matrix and offset."""


class LinearTwin(HiddenLayers):
    """A model, and its twin with linear activations. A model that is its own twin is not there.

    All but scores and `paired` is empty where the network has other layers than dense, dropout
    and Flatten.
    """

    test: Score
    """Of the twin."""
    train: Score
    """Of the twin."""
    model_test: Annotated[Score, EXACT]
    """Of the model itself."""
    model_train: Annotated[Score, EXACT]
    """Of the model itself."""
    paired: PairedComparison
    """The model (first) against its twin (second)."""
    layers: Items[HiddenLayer] | None
    """The model's hidden layers, on the images that it was fitted to."""
    affine: AffineMap | None
    """The twin multiplied out to one matrix, against the twin itself."""


def with_linear_activations(job: TrainingJob) -> TrainingJob:
    """The same training job with every activation replaced by the identity."""
    layers = tuple(
        layer.model_copy(update={"activation": "linear"}) if hasattr(layer, "activation") else layer
        for layer in job.settings.layers
    )
    settings = job.settings.model_copy(update={"layers": layers})
    return dataclasses.replace(job, name=f"{job.name} (linear)", settings=settings)


def _with_a_twin(context: StudyContext) -> dict[str, TrainingJob]:
    """The models whose linear twin is another network, each with its twin's training."""
    twins = {name: with_linear_activations(job) for name, job in context.jobs.items()}
    return {n: twin for n, twin in twins.items() if twin.settings != context.jobs[n].settings}


def _why_not(context: StudyContext) -> str | None:
    if _with_a_twin(context):
        return None
    return "no hidden layer has an activation other than linear, so a linear twin is the same model"


def measure_preactivations(trained: Trained, images: NDArray[np.uint8]) -> list[HiddenLayer] | None:
    """Count negative pre-activations and dead units in each hidden layer.

    Args:
        trained: the model.
        images: uint8 (n, height, width).

    Returns:
        One record per hidden layer; None if a layer is neither dense, dropout nor flatten.
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
    layer: Mapping[str, Any], n_images: int, n_negative: int, largest: NDArray[np.float32]
) -> HiddenLayer:
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


def _summed(layers: list[HiddenLayer] | None) -> HiddenLayers:
    if not layers:
        return {
            "n_values": None,
            "n_negative": None,
            "negative_share": None,
            "n_dead": None,
            "n_hidden_units": None,
        }
    n_values = sum(layer["n_values"] for layer in layers)
    n_negative = sum(layer["n_negative"] for layer in layers)
    dead = [layer["n_dead"] for layer in layers]
    return {
        "n_values": n_values,
        "n_negative": n_negative,
        "negative_share": n_negative / n_values,
        "n_dead": sum(n for n in dead if n is not None) if None not in dead else None,
        "n_hidden_units": sum(layer["units"] for layer in layers),
    }


def multiply_out(trained: Trained, images: NDArray[np.uint8]) -> AffineMap | None:
    """Compare a linear network with the affine map that its layers multiply out to.

    Returns None if a layer is neither dense, dropout nor flatten.

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


def _measure(context: StudyContext, name: str) -> LinearTwin:
    job, trained = context.jobs[name], context.trained[name]
    twin = context.extra[with_linear_activations(job).name]
    layers = _layers_of(context, name)
    return {
        "test": twin.test_score,
        "train": twin.train_score,
        "model_test": trained.test_score,
        "model_train": trained.train_score,
        "paired": compare_on_same_images(trained.logits_test, twin.logits_test, job.dataset.y_test),
        "layers": layers,
        **_summed(layers),
        "affine": multiply_out(twin, job.dataset.x_test),
    }


def _layers_of(context: StudyContext, name: str) -> list[HiddenLayer] | None:
    job = context.jobs[name]
    return measure_preactivations(context.trained[name], job.dataset.x_train[: job.n_fitted])


def _expected(context: StudyContext, name: str) -> dict[str, Any]:
    """What follows without training the twin."""
    trained, layers = context.trained[name], _layers_of(context, name)
    return {
        "model_test": trained.test_score,
        "model_train": trained.train_score,
        "layers": layers,
        **_summed(layers),
        "affine": _size_of_affine(context.jobs[name]) if _is_plain(trained) else None,
    }


def _size_of_affine(job: TrainingJob) -> dict[str, int]:
    rows, columns = math.prod(job.image_shape), job.dataset.n_classes
    return {
        "n_images": len(job.dataset.x_test),
        "rows": rows,
        "columns": columns,
        "n_parameters": (rows + 1) * columns,
    }


def _follows(found: LinearTwin, _: Mapping[str, Any]) -> dict[str, Any]:
    layers, affine = found["layers"], found["affine"]
    follows: dict[str, Any] = {}
    if layers:
        follows = {**_summed(layers), "layers": [_shares(layer) for layer in layers]}
    if affine is not None:
        follows["affine"] = {"agrees": affine["max_difference"] <= affine["tolerance"]}
    return follows


def _shares(layer: HiddenLayer) -> dict[str, Any]:
    n_dead = layer["n_dead"]
    return {
        "negative_share": layer["n_negative"] / layer["n_values"],
        "dead_share": None if n_dead is None else n_dead / layer["units"],
    }


STUDY = Study(
    shows="the same network with linear activations; how often ReLU is at 0",
    costs="1 training a model",
    record=ByModel[LinearTwin],
    measure=each_model(_measure, _with_a_twin),
    why_not=_why_not,
    plan_jobs=lambda context: list(_with_a_twin(context).values()),
    expected=each_model(_expected, _with_a_twin),
    follows=each_record(_follows),
    needs_training="the scores of the linear twin, which images it has right, and its weights",
)
