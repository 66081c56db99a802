"""Dense networks in NumPy: forward pass, gradients by backpropagation, one optimizer step.

Written from the formulas, without Keras, to check what Keras does. Sources:
Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.5 (backpropagation) and
8.3 to 8.5 (optimizers), with epsilon placed where Keras 3 places it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.config.model_settings import BETA_1, BETA_2, EPSILON, RHO
from reportgen.evaluation.numerics import cross_entropy

Values = NDArray[Any]
Reals = NDArray[np.float64]


def _sigmoid(x: Values) -> Values:
    return np.asarray(1 / (1 + np.exp(-x)))


ACTIVATIONS: dict[str, Callable[[Values], Values]] = {
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "linear": lambda x: x,
}
_SLOPES: dict[str, Callable[[Values], Values]] = {
    "relu": lambda x: (x > 0).astype(x.dtype),
    "tanh": lambda x: 1 - np.tanh(x) ** 2,
    "sigmoid": lambda x: _sigmoid(x) * (1 - _sigmoid(x)),
    "linear": np.ones_like,
}


@dataclass(frozen=True, eq=False)
class DenseNetwork:
    """A network of dense layers; the last gives logits.

    Attributes:
        names: the names of the layers, from the input to the output.
        activations: of the hidden layers, each one of ``relu``, ``tanh``, ``sigmoid``, ``linear``.
        weights: float64, ``<layer>/kernel`` (inputs, units) and ``<layer>/bias`` (units,).
    """

    names: tuple[str, ...]
    activations: tuple[str, ...]
    weights: dict[str, Reals]

    def forward(self, pixels: Reals) -> list[Reals]:
        """The pre-activations (n, units) of every layer; those of the last are the logits.

        Args:
            pixels: float64 (n, n_pixels), from 0 to 1.
        """
        found, values = [], pixels
        for name, activation in zip(self.names, (*self.activations, "linear"), strict=True):
            found.append(values @ self.weights[f"{name}/kernel"] + self.weights[f"{name}/bias"])
            values = ACTIVATIONS[activation](found[-1])
        return found

    def gradients(self, pixels: Reals, labels: NDArray[np.int64]) -> tuple[float, dict[str, Reals]]:
        """Mean cross-entropy of a batch in nats, and its gradient for each array of weights.

        Args:
            pixels: float64 (n, n_pixels), from 0 to 1.
            labels: int64 (n,).
        """
        found = self.forward(pixels)
        logits = found[-1]
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        error = exponentials / exponentials.sum(axis=1, keepdims=True)
        error[np.arange(len(labels)), labels] -= 1
        error /= len(labels)
        gradients: dict[str, Reals] = {}
        for place in reversed(range(len(self.names))):
            name = self.names[place]
            below = self._input_of(place, pixels, found)
            gradients[f"{name}/kernel"] = below.T @ error
            gradients[f"{name}/bias"] = error.sum(axis=0)
            if place:
                slope = _SLOPES[self.activations[place - 1]](found[place - 1])
                error = (error @ self.weights[f"{name}/kernel"].T) * slope
        return float(cross_entropy(logits, labels).mean()), gradients

    def _input_of(self, place: int, pixels: Reals, found: list[Reals]) -> Reals:
        return ACTIVATIONS[self.activations[place - 1]](found[place - 1]) if place else pixels


@dataclass(frozen=True, eq=False)
class Update:
    """The first update of one array of weights; all running means start at 0.

    Attributes:
        step: what is subtracted from the weights.
        m: running mean of the gradient; None without one.
        v: running mean of the squared gradient; None without one.
        correction: Adam's factor for running means that start at 0; None for others.
    """

    step: Reals
    m: Reals | None = None
    v: Reals | None = None
    correction: float | None = None


def _adam(gradient: Reals, rate: float) -> Update:
    m, v = (1 - BETA_1) * gradient, (1 - BETA_2) * gradient**2
    correction = float(np.sqrt(1 - BETA_2) / (1 - BETA_1))
    return Update(rate * correction * m / (np.sqrt(v) + EPSILON), m, v, correction)


def _rmsprop(gradient: Reals, rate: float) -> Update:
    v = (1 - RHO) * gradient**2
    return Update(rate * gradient / np.sqrt(v + EPSILON), v=v)


def _sgd(gradient: Reals, rate: float) -> Update:
    return Update(rate * gradient)


FIRST_UPDATES: dict[str, Callable[[Reals, float], Update]] = {
    "adam": _adam,
    "rmsprop": _rmsprop,
    "sgd": _sgd,
}
