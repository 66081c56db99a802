"""Plans a network's layers and shapes from its settings, before Keras is imported.

A configuration that cannot be built is refused here, by a message that names the layer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from reportgen.config.model_settings import (
    Conv2DLayer,
    DenseLayer,
    DropoutLayer,
    FlattenLayer,
    Layer,
    MaxPooling2DLayer,
)
from reportgen.errors import ConfigError
from reportgen.training.jobs import TrainingJob

MAX_PARAMETERS = 50_000_000


@dataclass(frozen=True)
class OutputLayer:
    """The last layer: dense, with one unit per class."""

    units: int
    activation: str  # "linear" or "softmax"


@dataclass(frozen=True)
class PlannedLayer:
    """One layer of the network to build; ``output_shape`` leaves out the batch."""

    name: str
    layer: Layer | OutputLayer
    output_shape: tuple[int, ...]
    n_parameters: int


@dataclass(frozen=True)
class NetworkPlan:
    """All layers in order, with the shape of one image as the network takes it."""

    input_shape: tuple[int, ...]
    layers: tuple[PlannedLayer, ...]

    @property
    def n_parameters(self) -> int:
        """The number of trainable parameters."""
        return sum(layer.n_parameters for layer in self.layers)

    @property
    def largest_output(self) -> int:
        """The number of values in the largest layer output, for one image."""
        return max(math.prod(layer.output_shape) for layer in self.layers)


def plan_network(job: TrainingJob) -> NetworkPlan:
    """Plan a job's network: its layers, Flatten where it is needed, and the output layer.

    The input shape is (height, width), or (height, width, 1) where the network has
    convolutions or pooling.

    Raises:
        ConfigError: a layer does not fit the output of the one before, the network has
            more than 50 million parameters, or the validation split leaves a part empty.
    """
    settings = job.settings
    spatial = any(isinstance(layer, Conv2DLayer | MaxPooling2DLayer) for layer in settings.layers)
    input_shape = (*job.image_shape, 1) if spatial else job.image_shape
    shape: tuple[int, ...] = input_shape
    counts: dict[str, int] = {}
    planned: list[PlannedLayer] = []

    def add(layer: Layer | OutputLayer, where: str) -> None:
        nonlocal shape
        kind = kind_of(layer)
        counts[kind] = counts.get(kind, 0) + 1
        output_shape, n_parameters = _through(layer, shape, f"model {job.name!r}: {where}")
        planned.append(PlannedLayer(f"{kind}_{counts[kind]}", layer, output_shape, n_parameters))
        shape = output_shape

    for position, layer in enumerate(settings.layers):
        if isinstance(layer, DenseLayer) and len(shape) > 1:
            add(FlattenLayer(), "flatten")
        add(layer, f"layers[{position}]")
    if len(shape) > 1:
        add(FlattenLayer(), "flatten")
    activation = "softmax" if settings.output == "softmax" else "linear"
    add(OutputLayer(job.dataset.n_classes, activation), "the output layer")
    plan = NetworkPlan(input_shape, tuple(planned))
    _check_size(job, plan)
    return plan


def kind_of(layer: Layer | OutputLayer) -> str:
    """The word for a layer in settings and evidence, such as ``dense``."""
    match layer:
        case DenseLayer() | OutputLayer():
            return "dense"
        case DropoutLayer():
            return "dropout"
        case Conv2DLayer():
            return "conv2d"
        case MaxPooling2DLayer():
            return "max_pooling2d"
        case FlattenLayer():
            return "flatten"


def describe_layers(plan: NetworkPlan) -> list[dict[str, Any]]:
    """The layers of a planned network in JSON types; ``output_shape`` is without the batch."""
    return [
        {
            "name": planned.name,
            "kind": kind_of(planned.layer),
            **_settings_of(planned.layer),
            "output_shape": list(planned.output_shape),
            "n_parameters": planned.n_parameters,
        }
        for planned in plan.layers
    ]


def _settings_of(layer: object) -> dict[str, Any]:
    """A layer's own settings, under the names of the evidence."""
    match layer:
        case (
            DenseLayer(dense=units, activation=activation)
            | OutputLayer(units=units, activation=activation)
        ):
            return {"units": units, "activation": activation}
        case Conv2DLayer(conv2d=filters, kernel_size=side, activation=activation):
            return {"filters": filters, "kernel_size": side, "activation": activation}
        case MaxPooling2DLayer(max_pooling2d=side):
            return {"pool_size": side}
        case DropoutLayer(dropout=rate):
            return {"rate": rate}
    return {}


def _through(
    layer: Layer | OutputLayer, shape: tuple[int, ...], where: str
) -> tuple[tuple[int, ...], int]:
    """Shape after a layer, and its number of parameters (no padding, pooling without overlap)."""
    match layer:
        case DropoutLayer():
            return shape, 0
        case FlattenLayer():
            return (math.prod(shape),), 0
        case DenseLayer(dense=units) | OutputLayer(units=units):
            return (units,), (shape[0] + 1) * units
        case Conv2DLayer(conv2d=filters, kernel_size=side):
            height, width, channels = _picture(layer, side, shape, where)
            output = (height - side + 1, width - side + 1, filters)
            return output, (side * side * channels + 1) * filters
        case MaxPooling2DLayer(max_pooling2d=side):
            height, width, channels = _picture(layer, side, shape, where)
            return (height // side, width // side, channels), 0


def _picture(layer: Layer, side: int, shape: tuple[int, ...], where: str) -> tuple[int, int, int]:
    """Height, width and channels of a layer's input; refuse a window larger than it."""
    if len(shape) != 3:
        raise ConfigError(
            f"{where}: {kind_of(layer)} needs a picture, but a dense or flatten layer precedes it\n"
            "put convolutions and pooling before the first dense or flatten layer"
        )
    height, width, channels = shape
    if min(height, width) < side:
        raise ConfigError(
            f"{where}: a {kind_of(layer)} window of {side} × {side} does not fit into its input, "
            f"which is only {height} × {width}\n"
            "use a smaller window, or fewer convolution and pooling layers before it"
        )
    return height, width, channels


def _check_size(job: TrainingJob, plan: NetworkPlan) -> None:
    if plan.n_parameters > MAX_PARAMETERS:
        raise ConfigError(
            f"model {job.name!r}: {plan.n_parameters:,} parameters are more than the "
            f"{MAX_PARAMETERS:,} that fit into an ordinary machine's memory\n"
            "use fewer units or filters, or pooling before the first dense layer"
        )
    n_images = len(job.dataset.x_train)
    if job.n_fitted == 0 or (job.settings.validation_split > 0 and job.n_fitted == n_images):
        raise ConfigError(
            f"model {job.name!r}: validation_split = {job.settings.validation_split} of "
            f"{n_images} training images leaves one part empty\n"
            "choose a split that leaves images both to fit and to validate"
        )
