"""Keras models from settings, with every random number drawn from the job's seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from reportgen.config.model_settings import (
    Conv2DLayer,
    DenseLayer,
    DropoutLayer,
    FlattenLayer,
    MaxPooling2DLayer,
    ModelSettings,
    Output,
)
from reportgen.training.architecture import NetworkPlan, OutputLayer, PlannedLayer
from reportgen.training.jobs import Array, Pairing
from reportgen.training.seeds import draw_layer_seed

_MAX_ROWS = 1000
_MAX_ACTIVATIONS = 16_000_000

Tensor = Any
Loss = Callable[..., Tensor]


def build_model(plan: NetworkPlan, seed: int) -> Any:
    """Build a Keras model; initial weights and dropout follow from ``seed`` and nothing else.

    Args:
        plan: the layers, from ``plan_network``.
        seed: at least 0.

    Returns:
        A built ``keras.Sequential`` that takes grey values from 0 to 1, float32, shape
        (batch, *plan.input_shape).
    """
    layers = [
        _build_layer(planned, draw_layer_seed(seed, position))
        for position, planned in enumerate(plan.layers)
    ]
    return keras.Sequential([keras.Input(plan.input_shape), *layers], name="network")


def build_optimizer(settings: ModelSettings) -> Any:
    """Build the Keras optimizer that the settings name, with Keras's defaults otherwise."""
    optimizers = {
        "adam": keras.optimizers.Adam,
        "sgd": keras.optimizers.SGD,
        "rmsprop": keras.optimizers.RMSprop,
    }
    return optimizers[settings.optimizer](learning_rate=settings.effective_learning_rate)


def build_loss(output: Output, pairing: Pairing = "matched") -> Loss:
    """Sparse categorical cross-entropy that reads the model's output as the pairing says.

    Keras would find the logits behind a softmax and undo a wrong pairing;
    ``tf.identity`` hides them from it.
    """
    is_right = pairing == "matched"
    from_logits = output == "logits" if is_right else pairing == "softmax_as_logits"
    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=from_logits, reduction="mean_with_sample_weight"
    )
    if is_right:
        return loss  # type: ignore[no-any-return]

    def mispaired(labels: Tensor, outputs: Tensor, sample_weight: Tensor = None) -> Tensor:
        return loss(labels, tf.identity(outputs), sample_weight)

    return mispaired


class Network:
    """A model with its optimizer; copies and restores their state, and computes logits."""

    def __init__(self, plan: NetworkPlan, settings: ModelSettings, seed: int) -> None:
        self.plan = plan
        self.model = build_model(plan, seed)
        self.optimizer = build_optimizer(settings)
        self.optimizer.build(self.model.trainable_variables)
        self._features = keras.Model(self.model.inputs, self.model.layers[-1].input)
        self._to_logits = tf.function(
            self._infer,
            input_signature=[tf.TensorSpec((None, *plan.input_shape), tf.uint8)],
            autograph=False,
        )

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """Copy the trained variables in network order, named ``dense_1/kernel`` and so on."""
        return {
            f"{layer.name}/{variable.name}": variable.numpy().copy()
            for layer in self.model.layers
            for variable in layer.trainable_variables
        }

    def state(self) -> dict[str, Array]:
        """Copy every variable: weights, random generators, optimizer with its step count."""
        return {name: variable.numpy().copy() for name, variable in self._variables().items()}

    def restore(self, state: Mapping[str, Array]) -> bool:
        """Set every variable from ``state``; if it does not fit, set none and return False."""
        variables = self._variables()
        fits = state.keys() == variables.keys() and all(
            state[name].shape == tuple(variable.shape) and state[name].dtype == variable.dtype
            for name, variable in variables.items()
        )
        if fits:
            for name, variable in variables.items():
                variable.assign(state[name])
        return fits

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Compute the softmax's input, in inference mode.

        Args:
            images: uint8, shape (n, height, width).

        Returns:
            float32, shape (n, n_classes).
        """
        pictures = images.reshape(-1, *self.plan.input_shape)
        rows = max(1, min(_MAX_ROWS, _MAX_ACTIVATIONS // self.plan.largest_output))
        parts = [
            self._to_logits(pictures[start : start + rows]).numpy()
            for start in range(0, len(pictures), rows)
        ]
        return np.concatenate(parts)

    def _infer(self, pictures: Tensor) -> Tensor:
        last = self.model.layers[-1]
        features = self._features(scale(pictures), training=False)
        return tf.matmul(features, last.kernel) + last.bias

    def _variables(self) -> dict[str, Any]:
        variables = {
            f"{layer.name}/{variable.name}": variable
            for layer in self.model.layers
            for variable in layer.variables
        }
        return variables | {f"optimizer/{v.name}": v for v in self.optimizer.variables}


def scale(pictures: Tensor) -> Tensor:
    """Scale grey values from uint8 0 to 255 to float32 0 to 1."""
    return tf.cast(pictures, tf.float32) / 255.0


def _build_layer(planned: PlannedLayer, seed: int) -> Any:
    initial = keras.initializers.GlorotUniform(seed=seed)
    match planned.layer:
        case FlattenLayer():
            return keras.layers.Flatten(name=planned.name)
        case DropoutLayer(dropout=rate):
            return keras.layers.Dropout(rate, seed=seed, name=planned.name)
        case Conv2DLayer(conv2d=filters, kernel_size=side, activation=activation):
            return keras.layers.Conv2D(
                filters, side, activation=activation, kernel_initializer=initial, name=planned.name
            )
        case MaxPooling2DLayer(max_pooling2d=side):
            return keras.layers.MaxPooling2D(side, name=planned.name)
        case (
            DenseLayer(dense=units, activation=activation)
            | OutputLayer(units=units, activation=activation)
        ):
            return keras.layers.Dense(
                units, activation=activation, kernel_initializer=initial, name=planned.name
            )
