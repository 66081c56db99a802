"""Evaluate a trained network in NumPy, from the formulas and without Keras.

It may have dense layers, convolutions without padding, pooling without overlap and dropout,
which acts in training only. Each logit has a bound on how far rounded weights can move it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.evidence.record import LayerRecord
from reportgen.evidence.weights import is_spatial
from reportgen.studies.dense_network import ACTIVATIONS

Values = NDArray[np.float64]
Weights = Mapping[str, NDArray[Any]]
FLOAT16 = 2.0**-11  # unit roundoff
FLOAT16_SMALLEST = 2.0**-25  # half the step between the smallest numbers
FLOAT32 = 2.0**-24
_ROWS = 500
_MAX_VALUES = 50_000_000
# Computing in float32 adds rounding errors, which grow with the number of terms.
_SLACK = 64.0


def evaluate(
    layers: Sequence[LayerRecord], weights: Weights, images: NDArray[np.uint8]
) -> tuple[Values, Values]:
    """Logits of images, and a bound on their distance from the trained network's logits.

    Args:
        layers: those of the evidence, from the input to the output.
        weights: by names as in ``weight_shapes``; float16 or float32, rounded to that type.
        images: uint8 (n, height, width).

    Returns:
        Two float64 arrays (n, n_classes): logits and bounds.

    Raises:
        ValueError: the network is too large to evaluate.
    """
    largest = max(int(np.prod(layer["output_shape"])) for layer in layers)
    if largest > _MAX_VALUES:
        raise ValueError("a layer is too large to evaluate")
    rows = max(1, min(_ROWS, _MAX_VALUES // (9 * max(1, largest))))
    parts = [
        _forward(layers, weights, images[start : start + rows])
        for start in range(0, len(images), rows)
    ]
    logits, bounds = zip(*parts, strict=True)
    return np.concatenate(logits), np.concatenate(bounds)


def _forward(
    layers: Sequence[LayerRecord], weights: Weights, images: NDArray[np.uint8]
) -> tuple[Values, Values]:
    values = images.astype(np.float64) / 255
    if is_spatial(layers):
        values = values[..., np.newaxis]
    bound = np.zeros_like(values)
    for place, layer in enumerate(layers):
        kind = layer["kind"]
        if kind == "flatten":
            values, bound = (each.reshape(len(each), -1) for each in (values, bound))
        elif kind == "max_pooling2d":
            values, bound = (_pool(each, layer["pool_size"]) for each in (values, bound))
        elif kind in ("dense", "conv2d"):
            values, bound = _weighted(layer, weights, values, bound)
            if place < len(layers) - 1:
                values = ACTIVATIONS[layer["activation"]](values)
    return values, bound


def _weighted(
    layer: LayerRecord, weights: Weights, values: Values, bound: Values
) -> tuple[Values, Values]:
    """A layer's pre-activations, and their bound, which no activation enlarges."""
    arrays = [weights[f"{layer['name']}/{part}"] for part in ("kernel", "bias")]
    kernel, bias = (each.astype(np.float64) for each in arrays)
    if layer["kind"] == "conv2d":
        side = layer["kernel_size"]
        values, bound = (_windows(each, side) for each in (values, bound))
        kernel = kernel.reshape(-1, kernel.shape[-1])
    size = np.abs(kernel)
    off, off_bias = (
        _rounded_off(each, there) for each, there in zip((size, np.abs(bias)), arrays, strict=True)
    )
    rounding = _SLACK * FLOAT32
    there = np.abs(values)
    spread = bound @ (size + off) + there @ (off + size * rounding)
    return values @ kernel + bias, spread + off_bias + np.abs(bias) * rounding


def _rounded_off(size: Values, stored: NDArray[Any]) -> Values:
    """How far weights may be from the original ones, which were rounded to the stored type."""
    if stored.dtype == np.float16:
        return size * FLOAT16 + FLOAT16_SMALLEST
    return size * FLOAT32


def weight_steps(weights: Weights) -> dict[str, tuple[NDArray[Any], NDArray[Any]]]:
    """Weights as float32, each array with the step by which rounding may move its sums.

    Only biases have a step other than 0; it covers the kernel's rounding, for inputs up to 1.
    """
    found = {}
    for name, values in weights.items():
        layer, _, part = name.rpartition("/")
        step = np.zeros(1, dtype=np.float32)
        if part == "bias" and (kernel := weights.get(f"{layer}/kernel")) is not None:
            size = np.abs(kernel.astype(np.float64))
            off = _rounded_off(size, kernel) + size * _SLACK * FLOAT32
            step = off.reshape(-1, off.shape[-1]).sum(axis=0).astype(np.float32)
        found[name] = values.astype(np.float32), step
    return found


def _windows(values: Values, side: int) -> Values:
    """(n, height, width, channels) to (n, rows, columns, side * side * channels)."""
    views = np.lib.stride_tricks.sliding_window_view(values, (side, side), axis=(1, 2))
    moved = views.transpose(0, 1, 2, 4, 5, 3)
    return moved.reshape(*moved.shape[:3], -1)


def _pool(values: Values, side: int) -> Values:
    n, height, width, channels = values.shape
    rows, columns = height // side, width // side
    cut = values[:, : rows * side, : columns * side]
    largest: Values = cut.reshape(n, rows, side, columns, side, channels).max(axis=(2, 4))
    return largest
